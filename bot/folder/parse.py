"""The small forms of a hall folder: spans, clock times, days, moments; a bad one is told in Chinese."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.desk.hours import Span, Unit, span

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEARS = range(1990, 2101)
"""Years a hall may write; anything else is a slip of the pen."""

LONGEST: Mapping[Unit, int] = MappingProxyType(
    {Unit.MINUTE: 525_600, Unit.HOUR: 43_800, Unit.DAY: 3_650, Unit.WORK_HOUR: 2_000, Unit.WORK_DAY: 400}
)
"""Longer spans are slips of the pen, and past the calendar's horizon."""

_SPAN = re.compile(r"[0-9]{1,6}(?:wh|wd|[mhd])")
_SECONDS = re.compile(r"([0-9]{1,3})s")
MOST_SECONDS = 15
"""Nobody is kept waiting longer for a word more."""
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_SIZE = re.compile(r"([0-9]{1,6}) ?([KMG])?B")
_BYTES = MappingProxyType({"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000})


class BadForm(ValueError):
    """A text that is not of the form it should be; its words are Chinese and go to people."""


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """From when till when by the clock; till None is midnight, a till before since runs over it."""

    since: time
    till: time | None


@dataclass(frozen=True, slots=True)
class Days:
    """Which days: weekdays (0 is Monday), dates, or both."""

    weekdays: frozenset[int] = frozenset()
    dates: frozenset[date] = frozenset()


def length(value: object) -> str:
    """A span as it is written: 45m 24h 7d 4wh 5wd; BadForm for anything else."""
    if not isinstance(value, str) or not _SPAN.fullmatch(value):
        raise BadForm('时长要写成 "45m" "24h" "7d"，或 "4wh"（营业小时）"5wd"（工作日）')
    read = span(value)
    if read.count > LONGEST[read.unit]:
        raise BadForm("时长太长，请核对")
    return f"{read.count}{read.unit}"


def lasting(value: object) -> timedelta:
    """A span that runs day and night, as house rules need it."""
    read = span(length(value))
    if read.unit in (Unit.WORK_HOUR, Unit.WORK_DAY):
        raise BadForm("厅规的时长昼夜连续走，只能用 m、h、d")
    return plain(read)


def moments(value: object) -> timedelta:
    """A few seconds, as between two messages of one thought."""
    found = _SECONDS.fullmatch(value) if isinstance(value, str) else None
    if not found or int(found[1]) > MOST_SECONDS:
        raise BadForm(f'秒数要写成 "2s"，最多 "{MOST_SECONDS}s"；"0s" 是不等')
    return timedelta(seconds=int(found[1]))


def plain(read: Span) -> timedelta:
    """A span's count as time, whatever it counts: only spans of one kind may be compared by it."""
    if read.unit is Unit.MINUTE:
        return timedelta(minutes=read.count)
    if read.unit in (Unit.HOUR, Unit.WORK_HOUR):
        return timedelta(hours=read.count)
    return timedelta(days=read.count)


def _clock(text: str) -> time:
    found = _CLOCK.fullmatch(text.strip())
    hour, minute = (int(part) for part in found.groups()) if found else (24, 0)
    if hour > 23 or minute > 59:  # noqa: PLR2004 - a clock's last hour and minute
        raise BadForm('钟点要写成 "08:30"，用英文冒号')
    return time(hour, minute)


def clock(value: object) -> time:
    """A time of day: 08:30."""
    if isinstance(value, time):
        return value.replace(tzinfo=None)
    if isinstance(value, str):
        return _clock(value)
    raise BadForm('钟点要写成 "08:30"，用英文冒号')


def clock_span(value: object) -> ClockSpan:
    """08:30-12:00; 23:00-06:00 runs over midnight; 24:00 is the end of the day."""
    parts = value.split("-") if isinstance(value, str) else []
    try:
        first, last = parts
        since = _clock(first)
        till = None if last.strip() == "24:00" else _clock(last)
    except ValueError:
        raise BadForm('时段要写成 "08:30-12:00"，用英文冒号和短横') from None
    if since == till:
        raise BadForm('时段两头一样；整天写成 "00:00-24:00"')
    return ClockSpan(since, None if till == time() else till)


def over_midnight(found: ClockSpan) -> bool:
    """Whether the span ends on the next day."""
    return found.till is not None and found.till < found.since


def day(value: object) -> date:
    """A date: 2026-12-01."""
    found = None
    if isinstance(value, date) and not isinstance(value, datetime):
        found = value
    elif isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        try:
            found = date.fromisoformat(value.strip())
        except ValueError:
            found = None
    if found is None:
        raise BadForm("日期要写成 2026-12-01，而且历上有这一天")
    if found.year not in YEARS:
        raise BadForm("年份不对，请核对")
    return found


def moment(value: object, zone: ZoneInfo) -> datetime:
    """A moment with its zone, or in the hall's."""
    found = value if isinstance(value, datetime) else None
    if isinstance(value, str) and not re.fullmatch(r"[0-9-]*", value):
        try:
            found = datetime.fromisoformat(value.strip())
        except ValueError:
            found = None
    if found is None:
        raise BadForm("时刻要写到几点几分，例如 2026-12-01T09:00:00+08:00")
    if found.year not in YEARS:
        raise BadForm("年份不对，请核对")
    return found.replace(tzinfo=zone) if found.tzinfo is None else found


def month(value: object) -> str:
    """A month: 2026-12."""
    if not isinstance(value, str) or not _MONTH.fullmatch(value) or int(value[:4]) not in YEARS:
        raise BadForm('月份要写成 "2026-12"')
    return value


def _weekdays(word: str) -> set[int]:
    if word == "daily":
        return set(range(7))
    ends = word.split("-")
    if any(end not in WEEKDAYS for end in ends) or len(ends) > 2:  # noqa: PLR2004 - a range has two ends
        raise BadForm(f'“{word[:20]}”不是日子；写 "daily"、"mon-fri"、"mon,wed"，或日期列表 [2026-12-01, …]')
    first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
    return {(first + step) % 7 for step in range((last - first) % 7 + 1)}


def days(value: object) -> Days:
    """Which days: daily, mon-fri, mon,wed, or a list of dates."""
    items = re.split(r"[,;；]", value) if isinstance(value, str) else value
    if not isinstance(items, list) or not items:
        raise BadForm('日子要写成 "daily"、"mon-fri"、"mon,wed"，或日期列表 [2026-12-01, …]')
    weekdays: set[int] = set()
    dates: set[date] = set()
    for item in items:
        if isinstance(item, str) and not item.strip()[:1].isdigit():
            weekdays |= _weekdays(item.strip().lower())
        else:
            dates.add(day(item))
    return Days(frozenset(weekdays), frozenset(dates))


def size(value: object) -> int:
    """A size of files in bytes: 20MB."""
    found = _SIZE.fullmatch(value.strip().upper()) if isinstance(value, str) else None
    if not found:
        raise BadForm('大小要写成 "20MB" "500KB"')
    return int(found[1]) * _BYTES[found[2] or ""]


def number(value: object) -> Decimal:
    """A number, from a table or as text; neither endless nor astronomic."""
    found: Decimal | None = None
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        found = Decimal(str(value))
    elif isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,8})?", value.strip()):
        found = Decimal(value.strip())
    if found is None:
        raise BadForm("要写一个数，不带单位、逗号和空格")
    if not found.is_finite() or abs(found) > 10**12:
        raise BadForm("数目不对，请核对")
    return found
