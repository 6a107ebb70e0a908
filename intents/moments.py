"""Moments in talk: 明天下午三点前, 半小时内, 下班前, 月底; found in one pass and told from now."""

import calendar
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil

from intents import days
from intents.figures import numeral

_NOON = 12
_YEARLESS = timedelta(days=200)
"""A date without a year that lies farther ahead was meant to lie behind."""

_DIGIT = "[一二两三四五六七八九]"
_HOUR = rf"(?:[01]?\d|2[0-4]|二十[一二三四]?|十{_DIGIT}?|零|{_DIGIT})"
_MINUTE = rf"(?:[0-5]\d(?!\d)|[二三四五]?十{_DIGIT}?|零{_DIGIT}|\d(?=分)|{_DIGIT}(?=分))"
_CLOCK = re.compile(
    rf"(?<![\d.:第])(?:(?:{_HOUR}\s?[-~到至、]\s?)?|{_DIGIT})(?P<hour>{_HOUR})\s?"
    rf"(?:(?P<noon>am|pm)|:(?P<colon>[0-5]\d)(?![\d:])\s?(?P<noon2>am|pm)?"
    rf"|[点时](?![间段候限效常刻长期代])(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_MINUTE})分?|整|钟)?)"
)
_NOT_THE_HOUR = re.compile(r"(?:[有这那第几]|以[下上]|下面|注意|建议)$")
_SOMEWHAT = re.compile("[快早晚慢多少有差大小好高低远近等]$")
_NO_CLOCK_AFTER = re.compile(
    r"建议|要求|说明|意见|注意|原因|问题|需要|要|儿|小|(?:也|都)(?!行|可|好|有空|在|方便)|点|疑|心意"
)
_PART = re.compile(
    r"(?:凌晨|(?P<early>大?清早|清晨|一大?早|早上|早晨|一上班)|(?P<morning>上午|午前)|中午|正午|(?P<afternoon>下午|午后)|傍晚"
    r"|(?P<evening>晚上|晚间|夜里|夜间|半夜|深夜|下班(?:以|之)?后)"
    r"|(?<![明今后前昨])[早晚](?=\s?(?:\d|[一二两三四五六七八九十]{1,3}点))(?!\s?一点(?![半钟整零\d])))(?!好)"
)
_OFF = re.compile(r"(?:下班|(?:收工|关门|打烊)(?=[之以]?前))(?![以之]?后)")
_PERIOD = re.compile(
    r"(?<!\d)(?P<which>本|这个?|下个?)?(?:(?:周|星期|礼拜)(?P<end>末)(?P<before>[之以]?前)?"
    r"|(?<=[本这下个])(?:周|星期|礼拜)(?![一二三四五六日天末1-6])|(?:(?P<nth>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月|(?P<month>个?月))[底末]|(?P<year>年)[底末])"
)
_COUNT = r"(?:\d{1,4}(?:\.\d)?|[零一二两三四五六七八九十百半]{1,5})"
_LENGTH = re.compile(
    rf"(?<![\d.:第年月])(?:(?:\d{{1,3}}|{_DIGIT}|十)\s?[-~到至、]\s?)?(?P<count>{_COUNT})\s?(?:个(?!月))?(?P<half>半)?(?P<more>[多来几])?\s?"
    r"(?P<unit>分钟|刻钟|小时|钟头|个?工作日|天|日(?=[之以]?内)|周(?![一二三四五六日天末])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|个月|分(?=[之以]?内))"
    r"(?P<tail>\s?(?:[之以]?内|[之以]?后(?!天)|左右|上下))*"
)
_NO_LENGTH_BEFORE = re.compile(r"(?:提前|每隔?|第|等了|停电?|停了|用了|过了|(?<!不)超过|[这那前上近])\s?$")
_ACTED = re.compile(r"\s?(?:就|给|为|能|可|到|赶|上门|我|师傅|答|回|联系|帮)")
_UNKNOWN_START = re.compile(
    r"(?:后|(?<!今天)(?<!今日)(?<!现在)(?<!即日)(?<!明天)(?<!挂)起|开始|齐全?|之日|当[天日])[，的]?$"
)
_AGO = re.compile(r"\s?[之以]?前")
_MOST = {
    "分钟": 600,
    "分": 600,
    "刻钟": 8,
    "小时": 240,
    "钟头": 24,
    "作日": 200,
    "天": 200,
    "日": 200,
    "周": 26,
    "星期": 26,
    "礼拜": 26,
    "个月": 6,
}
"""A longer time is promised by a date."""
_MINUTES = {"分钟": 1, "分": 1, "刻钟": 15, "小时": 60, "钟头": 60}
_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "个月": 30}
_JOINED = re.compile(r"[日号]?[ 的上()（）]{0,2}")
_RANGE = re.compile(r"\s?(?:到|至|-|~|—|–|或者?|还是|、)\s?")
_TAIL = re.compile(
    r"(?P<before>[之以]?前(?![台天往]))|(?P<after>[之以]?后(?!天))|(?:(?:之间|[之以]?内|左右|上下|整|的时候)\s?)+"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text says of a time, and where; what it leaves open is found when it is told from now."""

    start: int
    end: int
    day: date | None = None
    weekday: bool = False
    """A bare weekday: the next one to come."""
    part: str = ""
    clock: tuple[int, int] | None = None
    exact: bool = False
    off: bool = False
    length: timedelta | None = None
    working_days: int = 0
    counted: bool = False
    """A length of days from today, not a day by its name."""
    before: bool = False
    after: bool = False
    torn: bool = False
    """It contradicts itself, or counts from something not yet known."""


def moments(text: str, now: datetime, *, loose: bool = False) -> Iterator[Moment]:
    """The moments a normalised text names, in order; `loose` takes a bare length of time too."""
    held: Moment | None = None
    for piece in _pieces(text, now.date(), loose=loose):
        gap = text[held.end : piece.start] if held else ""
        if held and (joined := _joined(held, piece, gap)):
            held = joined
            continue
        if held:
            yield _ended(held, text)
        held = piece
    if held:
        yield _ended(held, text)


def _ended(moment: Moment, text: str) -> Moment:
    tail = _TAIL.match(text, moment.end)
    if not tail:
        return moment
    return replace(moment, end=tail.end(), before=bool(tail["before"]), after=bool(tail["after"]))


def _rank(moment: Moment) -> int:
    return 3 if moment.clock or moment.off or moment.length or moment.working_days else 2 if moment.part else 1


def _joined(one: Moment, other: Moment, gap: str) -> Moment | None:
    if len(gap) > 3:  # noqa: PLR2004 - no joint is longer
        return None
    merged = replace(
        other, start=one.start, day=other.day or one.day, weekday=one.weekday if one.day else other.weekday,
        part=other.part or one.part, counted=one.counted or other.counted, torn=one.torn or other.torn,
    )  # fmt: skip
    if _JOINED.fullmatch(gap):
        if _rank(one) == _rank(other) == 1:
            return replace(merged, torn=merged.torn or one.day != other.day)
        return merged if _rank(one) < _rank(other) and not other.day else None
    if not _RANGE.fullmatch(gap) or one.length or other.length or other.working_days:
        return None
    if one.clock and other.clock and not other.part and other.clock < one.clock and one.part in ("早", "上午", "中午"):
        return replace(merged, part="下午")
    return replace(merged, weekday=other.weekday or (one.weekday and not other.day))


def _pieces(text: str, today: date, *, loose: bool) -> list[Moment]:
    found = list(_safely(_lengths(text, today, loose=loose)))
    rest = _LENGTH.sub(lambda one: "　" * len(one[0]), text)
    found += _safely(_dated(rest, today))
    found += _safely(_periods(rest, today))
    found += _clocks(rest)
    found += _parts(rest)
    found += (Moment(*one.span(), off=True) for one in _OFF.finditer(rest))
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Moment] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _safely(found: Iterator[Moment]) -> Iterator[Moment]:
    """Until the calendar ends: nothing is named beyond the year 9999."""
    with suppress(OverflowError, ValueError):
        yield from found


def _dated(text: str, today: date) -> Iterator[Moment]:
    for start, end, day in days.named(text, today, past=False):
        week = text[start] in "周星礼"
        if week and start and text[start - 1] in "一两每0123456789":
            continue
        if abs(day - today) <= _YEARLESS or text.startswith("20", start):
            part = text[end - 1] if text[end - 1] in "早晚" else ""
            yield Moment(start, end, day=day, weekday=week, part=part)


def _lengths(text: str, today: date, *, loose: bool) -> Iterator[Moment]:
    for found in _LENGTH.finditer(text):
        before = text[max(0, found.start() - 6) : found.start()]
        acted = loose or found["tail"] or _ACTED.match(text, found.end()) or before.endswith(("再过", "等我", "再等"))
        if not acted or _NO_LENGTH_BEFORE.search(before) or _AGO.match(text, found.end()):
            continue
        count = _count(found)
        unit = found["unit"]
        if not count or (before.endswith("过") and not before.endswith("超过") and unit == "天"):
            continue
        moment = Moment(*found.span(), torn=bool(_UNKNOWN_START.search(before)))
        if unit in _MINUTES:
            yield replace(moment, length=timedelta(minutes=round(count * _MINUTES[unit])))
        elif unit.endswith("工作日"):
            yield replace(moment, working_days=int(count)) if count.is_integer() else replace(moment, torn=True)
        else:
            yield replace(moment, day=today + timedelta(days=ceil(count * _DAYS[unit])), counted=True)


def _count(found: re.Match[str]) -> float:
    words = found["count"]
    if "半" in words:
        return 0.5 if words == "半" else 0.0
    count = float(words) if words[0].isascii() else float(numeral(words) or 0)
    if found["more"] in ("多", "几"):
        count += 10 if count >= 10 else 1  # noqa: PLR2004 - 十几 is less than twenty
    if count > _MOST[found["unit"][-2:]]:
        return 0.0
    return count + 0.5 if found["half"] and count else count


def _clocks(text: str) -> Iterator[Moment]:
    for found in _CLOCK.finditer(text):
        bare = not (found["colon"] or found["half"] or found["quarter"] or found["minute"] or found["noon"])
        if bare and not found[0].endswith(("整", "钟")):
            before = text[max(0, found.start() - 2) : found.start()]
            if found[0] == "一时" or _NO_CLOCK_AFTER.match(text, found.end()):
                continue
            if _NOT_THE_HOUR.search(before) or (found["hour"] == "一" and _SOMEWHAT.search(before)):
                continue
        hour = numeral(found["hour"]) or 0
        minute = int(found["colon"] or 0) or (numeral(found["minute"]) or 0 if found["minute"] else 0)
        minute = 30 if found["half"] else 15 * (numeral(found["quarter"]) or 0) if found["quarter"] else minute
        noon = found["noon"] or found["noon2"]
        part = {"am": "凌晨" if hour == _NOON else "上午", "pm": "下午"}.get(noon or "", "")
        exact = hour > _NOON or hour == 0 or found["hour"].startswith("0")
        yield Moment(*found.span(), part=part, clock=(hour, minute), exact=exact, torn=hour == 24 and minute > 0)  # noqa: PLR2004 - midnight


def _parts(text: str) -> Iterator[Moment]:
    for found in _PART.finditer(text):
        kinds = {"early": "早", "morning": "上午", "afternoon": "下午", "evening": "晚"}
        part = next((kinds[name] for name, words in found.groupdict().items() if words), found[0])
        yield Moment(*found.span(), part="中午" if part == "正午" else part)


def _periods(text: str, today: date) -> Iterator[Moment]:
    for found in _PERIOD.finditer(text):
        ahead = 1 if (found["which"] or "").startswith("下") else 0
        if found["year"]:
            yield Moment(*found.span(), day=date(today.year, 12, 31))
        elif found["month"] or found["nth"]:
            ahead = ((numeral(found["nth"]) or 0) - today.month) % 12 if found["nth"] else ahead
            year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
            yield Moment(*found.span(), day=date(year, month + 1, calendar.monthrange(year, month + 1)[1]))
        else:
            friday = today + timedelta(days=4 - today.weekday(), weeks=ahead)
            last = found["end"] and not found["before"]
            late = not found["end"] and friday < today
            yield Moment(*found.span(), day=friday + timedelta(days=2) if last or late else friday)
