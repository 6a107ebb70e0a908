"""The day or the days a text is about: 10号到15号, 国庆那几天, 三天前, 这周末; two readings are none."""

import calendar
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from intents import days, lunar
from intents.figures import numeral

_PAST = re.compile(r"了|过|坏|烧|的时候|之前|一直|报的|办的|停的|交的|买的|换的|装的")
_THEN = re.compile("那几?天")
_AHEAD = re.compile("[吗？]|什么时候|会不会|是不是要|通知|计划|要停|会停|来|准备|想|预约|打算|之前|明|下")
"""Words that tell whether it lies ahead, where a day is told by its number alone."""
_N = r"(?:\d{1,2}|[一二两三四五六七八九]?十?[一二三四五六七八九]|[二三]?十|两|半)"
_COUNTED = re.compile(
    rf"(?<![\d.第零一二三四五六七八九十百])(?P<count>{_N})\s?个?(?P<unit>天|日|周|星期|礼拜|月)(?P<more>多|半)?(?P<way>[之以]?前|[之以]?后)"
)
_WEEKEND = re.compile(r"(上上|下下|上|下|这|本)?个?(?:周|星期|礼拜)末")
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "": 0, "下": 1, "下下": 2}
_MONTH_END = re.compile(r"(?:(?P<which>上|下|这|本)个?|(?P<nth>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九]))?月[底末]")
_COUPLE = re.compile(r"(今明|明后|前昨|昨今)[两二]?[天日]")
_COUPLES = {"今明": (0, 1), "明后": (1, 2), "前昨": (-2, -1), "昨今": (-1, 0)}
_FEAST = re.compile(
    r"(?P<feast>元旦|五一|劳动节|国庆|十一(?=那几天|长假|期间|放假|假期)|春节|过年|元宵|端午|中秋|双十一|双十二|圣诞)节?"
    r"(?P<span>那几天|几天|期间|长假|假期|放假|前后)?(?!路|街|以?后|之后|以?前|之前)"
)
_FEASTS = {
    "元旦": (1, 1, 1), "五一": (5, 1, 5), "劳动节": (5, 1, 5), "国庆": (10, 1, 7), "十一": (10, 1, 7),
    "双十一": (11, 11, 1), "双十二": (12, 12, 1), "圣诞": (12, 25, 1),
}  # fmt: skip
_LUNAR_FEASTS = {"春节": (1, 1, 7), "过年": (1, 1, 7), "元宵": (1, 15, 1), "端午": (5, 5, 3), "中秋": (8, 15, 3)}
_TO = re.compile(
    r"(?:[日号]|上午|下午|早上|晚上)*\s?(?:到|至|-|~|—|–)\s?"
    rf"(?:(?:({_N})月)?({_N})[日号](?!楼|院|幢|线)|个?(?:周|星期|礼拜)([一二三四五六日天]))"
)
_BETWEEN = re.compile(r"(?:[日号]|上午|下午|早上|晚上)*\s?(?:到|至|-|~|—|–)\s?")
_WEEKDAYS = {sign: at for at, sign in enumerate("一二三四五六日")} | {"天": 6}
_ONLY_NUMBER = re.compile(
    rf"(?:就是|好像是?|大概|应该是?|是|在|嗯|，|。|那天)*({_N})[日号](?:那天|左右|吧|的|啊|呀|。|，)*"
)
_RIGHTED = re.compile(
    "(上上|下下|上|下|这|本)个?(?:周|星期|礼拜)[一二三四五六日天](?:上午|下午)?"
    "[^。！？一二三四五六日天周]{0,12}?(?:不对|不是|错了|哦不|啊不|说错了?|改成|改到)[，。… 啊哦]*"
    "(?:应该)?是?((?:周|星期|礼拜)[一二三四五六日天])"
)
"""下周三…不对，是周四: the weekday alone is put right, the week stays."""
_SATURDAY = 5
_SOON = timedelta(days=120)
"""A feast farther ahead is not meant without a word that says so."""
_FAR = 1000
_A_YEAR = 13
"""Months in which the end of a run is looked for."""


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day."""

    first: date
    last: date


def span(clean: str, today: date) -> Span | None:
    """The one day, or the one run of days, that a normalised text names."""
    with suppress(OverflowError, ValueError):  # nothing is named beyond the calendar
        text = _RIGHTED.sub(r"\1\2", clean[:_FAR])
        past = _behind(text)
        found = {(one.first, one.last) for one in _ranged(text, _found(text, today, past=past))}
        if len(found) == 1:
            return Span(*found.pop())
    return None


def day(clean: str, today: date) -> str:
    """The first day of it, as 2026-11-25."""
    found = span(clean, today)
    return found.first.isoformat() if found else ""


def unclear(clean: str, today: date) -> tuple[date, ...]:
    """A day told by its number alone may lie behind or ahead: both, where it is so."""
    told = _ONLY_NUMBER.fullmatch(clean.strip())
    if not told or _PAST.search(clean) or _AHEAD.search(clean):
        return ()
    both = {one for past in (True, False) for _, _, one in days.named(f"{told[1]}号", today, past=past)}
    return tuple(sorted(both)) if len(both) > 1 else ()


def _behind(text: str) -> bool:
    """Whether the talk is of what has been."""
    return bool(_PAST.search(text) or (_THEN.search(text) and not _AHEAD.search(text)))


def several(clean: str, today: date) -> tuple[date, ...]:
    """The first days of all that is named, in their order, where it is more than one."""
    with suppress(OverflowError, ValueError):
        text = clean[:_FAR]
        found = _found(text, today, past=_behind(text))
        firsts = tuple(sorted({one.first for one in _ranged(text, found)}))
        return firsts if len(firsts) > 1 else ()
    return ()


def _found(text: str, today: date, *, past: bool) -> list[tuple[int, int, Span]]:
    """Every day or run of days by its place; of two that overlap the longer one."""
    single = (*days.named(text, today, past=past), *lunar.named(text, today, past=past), *_counted(text, today))
    found = [(start, end, Span(one, one)) for start, end, one in single]
    found += (*_couples(text, today), *_ends(text, today, past=past), *_feasts(text, today, past=past))
    found.sort(key=lambda one: (one[0], -one[1]))
    kept: list[tuple[int, int, Span]] = []
    for one in found:
        if not kept or one[0] >= kept[-1][1]:
            kept.append(one)
        elif one[1] - one[0] > kept[-1][1] - kept[-1][0]:
            kept[-1] = one
    return kept


def _ranged(text: str, found: list[tuple[int, int, Span]]) -> Iterator[Span]:
    """Runs told by their two ends are one."""
    until = 0
    for at, (start, end, one) in enumerate(found):
        if start < until:
            continue
        tail = _TO.match(text, end)
        following = found[at + 1] if at + 1 < len(found) else None
        if tail and (last := _tail(tail, one.first)):
            until = tail.end()
            yield Span(one.first, last)
        elif following and _BETWEEN.fullmatch(text[end : following[0]]) and following[2].last > one.first:
            until = following[1]
            yield Span(one.first, following[2].last)
        else:
            yield one


def _tail(found: re.Match[str], first: date) -> date | None:
    """The end of a run, told from its beginning."""
    if found[3]:
        ahead = (_WEEKDAYS[found[3]] - first.weekday()) % 7
        return first + timedelta(days=ahead) if ahead else None
    number = numeral(found[2]) or 0
    month = numeral(found[1]) if found[1] else None
    for ahead in range(_A_YEAR):
        year, at = divmod(first.year * 12 + first.month - 1 + ahead, 12)
        fits = 1 <= number <= calendar.monthrange(year, at + 1)[1] and month in (None, at + 1)
        if fits and date(year, at + 1, number) > first:
            return date(year, at + 1, number)
    return None


def _counted(text: str, today: date) -> Iterator[tuple[int, int, date]]:
    for found in _COUNTED.finditer(text):
        half = found["count"] == "半"
        if found["more"] or (half and found["unit"] != "月"):
            continue
        many = 1 if half else numeral(found["count"]) or 0
        away = many * {"天": 1, "日": 1, "月": 15 if half else 30}.get(found["unit"], 7)
        if many and found["unit"] == "月" and not half:
            continue  # two months ago is no day
        if many:
            yield *found.span(), today + timedelta(days=-away if found["way"].endswith("前") else away)


def _couples(text: str, today: date) -> Iterator[tuple[int, int, Span]]:
    for found in _COUPLE.finditer(text):
        first, last = _COUPLES[found[1]]
        yield *found.span(), Span(today + timedelta(days=first), today + timedelta(days=last))


def _ends(text: str, today: date, *, past: bool) -> Iterator[tuple[int, int, Span]]:
    for found in _WEEKEND.finditer(text):
        monday = today - timedelta(days=today.weekday())
        saturday = monday + timedelta(days=_SATURDAY, weeks=_WEEKS[found[1] or ""])
        yield *found.span(), Span(saturday, saturday + timedelta(days=1))
    for found in _MONTH_END.finditer(text):
        steps = {"上": -1, "下": 1}.get(found["which"] or "", 0)
        if found["nth"]:
            nth = numeral(found["nth"]) or 0
            steps = -((today.month - nth) % 12) if past else (nth - today.month) % 12
        year, month = divmod(today.year * 12 + today.month - 1 + steps, 12)
        last = date(year, month + 1, calendar.monthrange(year, month + 1)[1])
        yield *found.span(), Span(last, last)


def _feasts(text: str, today: date, *, past: bool) -> Iterator[tuple[int, int, Span]]:
    for found in _FEAST.finditer(text):
        name = found["feast"]
        month, number, length = (_LUNAR_FEASTS | _FEASTS)[name]
        if name in _LUNAR_FEASTS:
            first = lunar.near(month, number, today, past=past)
        else:
            near = date(today.year, month, number)
            late, early = past and near > today, not past and near < today
            first = near.replace(year=today.year + early - late)
        unsure = not past and first and first - today > _SOON and not _AHEAD.search(text)
        if first and not unsure:
            long = found["span"] or name == "过年"
            yield *found.span(), Span(first, first + timedelta(days=length - 1 if long else 0))
