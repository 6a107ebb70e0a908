"""Days in talk: 明天, 下周三, 12号, 11月25日; each with its place, told from today."""

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from intents.figures import numeral

_NEAR = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "大后": 3, "后": 2}
_NEAR_DAY = re.compile(r"(大前|前|昨|今|明|大后|后)(?:天|日|晚|早|儿个?|个儿)(?!气)")
_WEEK = re.compile(r"(上上|下下|上|下|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天1-6])(?![0-9个年级])")
_FULL = re.compile(
    r"(?<!\d)(20\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)|(?<![\da-z\-])(20\d{2})(0[1-9]|1[0-2])([0-3]\d)(?!-?\d)"
)
_N = r"(?:\d{1,2}|[一二三四五六七八九]?十?[一二三四五六七八九]|[二三]?十)"
_MONTH_DAY = re.compile(rf"(?<![\d.年])(?<!第)({_N})月({_N})(?:日|号|(?!\d|份))")
_OF_YEAR = re.compile(rf"([前去今明])年的?({_N})月({_N})(?:日|号|(?!\d|份))")
_YEARS = {"前": -2, "去": -1, "今": 0, "明": 1}
_SHORT = re.compile(
    r"(?<![\d./\-])(1[0-2]|0?[1-9])[./](3[01]|[12]\d|0?[1-9])(?=[日号]|那[天晚]|[停来交装报办]|[早晚]上?|上午|下午|到现在|一早)"
)
_DAY = re.compile(
    rf"(?<!每)(?<!每个)(?<!每月)(?<!每个月)(?:(上|下|这|本)个?月)?(?<![\d\-第路街巷弄村工户选要几室单元栋幢座组区])({_N})[号日]"
    r"(?![0-9楼院栋幢线柜窗门机杆变台表箱店铺房馆井厂车文字码位员师岗座单室])"
)
_BARE_DAY_AFTER = re.compile(r"(?:^|[^一-鿿a-zA-Z0-9]|[在于到从是月等约就，那个了前吗改定]|上午|下午|晚上)$")
_WEEKDAYS = {char: at for at, char in enumerate("一二三四五六日")} | {"天": 6} | {str(n): n - 1 for n in range(1, 7)}


def named(plain: str, today: date, *, past: bool) -> Iterator[tuple[int, int, date]]:
    """Every day a text names and where; a day without a year or month lies behind or ahead as `past` says."""
    for found in _FULL.finditer(plain):
        year, month, number = found.group(1, 2, 3) if found[1] else found.group(4, 5, 6)
        yield from _at(found, _dated(int(year), int(month), int(number)))
    rest = _FULL.sub(_hidden, plain)
    for found in _OF_YEAR.finditer(rest):
        year_of = today.year + _YEARS[found[1]]
        yield from _at(found, _dated(year_of, numeral(found[2]), numeral(found[3])))
    rest = _OF_YEAR.sub(_hidden, rest)
    for found in _SHORT.finditer(rest):
        yield from _at(found, _nearest(int(found[1]), int(found[2]), today, past=past))
    rest = _SHORT.sub(_hidden, rest)
    for found in _NEAR_DAY.finditer(rest):
        yield *found.span(), today + timedelta(days=_NEAR[found[1]])
    for found in _WEEK.finditer(rest):
        yield *found.span(), _of_week(found[1] or "", _WEEKDAYS[found[2]], today)
    for found in _MONTH_DAY.finditer(rest):
        yield from _at(found, _nearest(numeral(found[1]), numeral(found[2]), today, past=past))
    rest = _MONTH_DAY.sub(_hidden, rest)
    for found in _DAY.finditer(rest):
        if found[1] or _BARE_DAY_AFTER.search(rest[max(0, found.start() - 2) : found.start()]):
            yield from _at(found, _of_month(found[1] or "", numeral(found[2]), today, past=past))


def _at(found: re.Match[str], days: Iterable[date]) -> Iterator[tuple[int, int, date]]:
    for one in days:
        yield *found.span(), one


def _hidden(found: re.Match[str]) -> str:
    return "　" * len(found[0])


def _dated(year: int, month: int | None, number: int | None) -> Iterator[date]:
    if month and number and 1 <= month <= 12 and 1 <= number <= calendar.monthrange(year, month)[1]:  # noqa: PLR2004 - months
        yield date(year, month, number)


def _of_week(which: str, weekday: int, today: date) -> date:
    """Monday begins the week; a bare weekday is the next one to come, today counts."""
    monday = today - timedelta(days=today.weekday())
    if not which:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    weeks = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}[which]
    return monday + timedelta(days=weekday, weeks=weeks)


def _nearest(month: int | None, number: int | None, today: date, *, past: bool) -> Iterator[date]:
    """The year is the one that brings the day near, before or after as the talk goes."""
    for year in (today.year, today.year - 1 if past else today.year + 1):
        for found in _dated(year, month, number):
            if (found <= today) if past else (found >= today):
                yield found
                return


def _of_month(which: str, number: int | None, today: date, *, past: bool) -> Iterator[date]:
    months = today.year * 12 + today.month - 1
    steps = {"上": (-1,), "下": (1,), "这": (0,), "本": (0,)}.get(which, (0, -1) if past else (0, 1))
    for step in steps:
        year, month = divmod(months + step, 12)
        for found in _dated(year, month + 1, number):
            if len(steps) == 1 or ((found <= today) if past else (found >= today)):
                yield found
                return
