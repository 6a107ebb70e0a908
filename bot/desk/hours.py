"""Opening hours, holidays, make-up workdays 调休: what time it will be after so much working time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
HORIZON_DAYS = 800
"""How far a span of working time is followed before the calendar counts as having no open day."""
WHOLE = 100
"""All of a span, in percent."""
LAST = time(23, 59, 59)
"""第 N 个工作日 24:00, kept as the last second so that its date is that day."""


class Unit(StrEnum):
    """What a span counts: minutes, hours and days as they run, opening hours, working days."""

    MINUTE = "m"
    HOUR = "h"
    DAY = "d"
    WORK_HOUR = "wh"
    WORK_DAY = "wd"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as the hall writes it: 45m, 24h, 7d, 4wh, 5wd."""

    count: int
    unit: Unit


class NoSuchSpan(Exception):
    """A text that is no span."""


class NeverOpen(Exception):
    """The calendar has no open day within the horizon."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One open interval, half-open, of the day it begins on; `till` None is midnight, one not later is tomorrow's."""

    since: time
    till: time | None


@dataclass(frozen=True, slots=True)
class Hours:
    """One row of opening hours: which days, open when, whether it counts as a working day."""

    open: tuple[Opening, ...]
    weekdays: frozenset[int] = frozenset()
    """0 is Monday; empty where dates say it."""
    dates: frozenset[date] = frozenset()
    working: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hall's calendar: its rows (a later one wins) over the statutory one."""

    zone: ZoneInfo
    hours: tuple[Hours, ...] = ()
    statutory: Mapping[date, bool] = field(default_factory=dict)
    """Only days that differ from Monday-to-Friday: False a holiday, True a make-up workday."""
    known_until: date = date.min
    """The last day a published notice covers; later dates are tentative."""


def span(text: str) -> Span:
    """Read 45m 24h 7d 4wh 5wd; NoSuchSpan for anything else."""
    digits = text.rstrip("mhdw")
    if not (digits.isascii() and digits.isdecimal()):
        raise NoSuchSpan(text)
    try:
        return Span(int(digits), Unit(text[len(digits) :]))
    except ValueError:
        raise NoSuchSpan(text) from None


def _row(calendar: Calendar, day: date) -> Hours | None:
    for row in reversed(calendar.hours):
        if day in row.dates or day.weekday() in row.weekdays:
            return row
    return None


def openings(calendar: Calendar, day: date) -> tuple[Opening, ...]:
    """When the hall is open on that day; empty where it is shut."""
    row = _row(calendar, day)
    return row.open if row else ()


def is_working(calendar: Calendar, day: date) -> bool:
    """Whether the day counts as a working day 工作日: the hall's row, the statutory table, Monday to Friday."""
    for row in reversed(calendar.hours):
        if row.working is not None and (day in row.dates or day.weekday() in row.weekdays):
            return row.working
    return calendar.statutory.get(day, day.weekday() < 5)  # noqa: PLR2004 - Saturday


def _moment(calendar: Calendar, day: date, at: time | None) -> datetime:
    if at is None:
        return datetime.combine(day + DAY, time(), calendar.zone)
    return datetime.combine(day, at, calendar.zone)


def ends(calendar: Calendar, day: date, slot: Opening) -> datetime:
    """When what opens on that day shuts: the same day, at midnight, or on the next day 过半夜."""
    over = slot.till is not None and slot.till <= slot.since
    return _moment(calendar, day + DAY if over else day, slot.till)


def _stretches(calendar: Calendar, at: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
    """The open stretches from a moment on, one after the other, none of them twice; those that end there are empty."""
    cursor = at.astimezone(calendar.zone)
    first = cursor.date()
    for ahead in range(-1, days):
        day = first + DAY * ahead
        for slot in openings(calendar, day):
            since, till = max(cursor, _moment(calendar, day, slot.since)), ends(calendar, day, slot)
            if since <= till:
                yield since, till
                cursor = till


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the hall is open at that moment."""
    return any(since <= at < till for since, till in _stretches(calendar, at, 1))


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """The next moment the hall is open: now, if it is; NeverOpen past the horizon."""
    for since, till in _stretches(calendar, at, HORIZON_DAYS):
        if since < till:
            return at if since == at else since
    raise NeverOpen(at)


def closing(calendar: Calendar, day: date) -> time:
    """When the hall shuts on that day, at the latest at its end; 17:30 by custom where it is shut all day."""
    slots = openings(calendar, day)
    if not slots:
        return time(17, 30)
    end = max(ends(calendar, day, slot) for slot in slots)
    return end.time() if end.date() == day else time(23, 59)


def _working_day(calendar: Calendar, day: date, nth: int) -> date:
    """The nth working day after a day; the day itself where none is asked for."""
    for ahead in range(HORIZON_DAYS):
        nth -= bool(ahead) and is_working(calendar, day + DAY * ahead)
        if nth == 0:
            return day + DAY * ahead
    raise NeverOpen(day)


def _add_working_days(calendar: Calendar, at: datetime, share: timedelta) -> datetime:
    # 受理当日不算: each working day after it is a block of 24 hours, and a whole number of them ends with its day
    whole, rest = divmod(share, DAY)
    day = _working_day(calendar, at.astimezone(calendar.zone).date(), whole + bool(rest))
    return datetime.combine(day, time(), calendar.zone) + rest if rest else datetime.combine(day, LAST, calendar.zone)


def _add_opening_hours(calendar: Calendar, at: datetime, left: timedelta) -> datetime:
    for since, till in _stretches(calendar, at, HORIZON_DAYS):
        if left <= till - since:
            return since + left
        left -= till - since
    raise NeverOpen(at)


def part(calendar: Calendar, at: datetime, length: Span, percent: int) -> datetime:
    """The moment at which so many percent of a span after `at` are used up, to the second."""
    share = timedelta(seconds=length.count * _SECONDS[length.unit] * percent // WHOLE)
    match length.unit:
        case Unit.WORK_HOUR:
            return _add_opening_hours(calendar, at, share)
        case Unit.WORK_DAY:
            return _add_working_days(calendar, at, share)
        case _:
            return at + share


def add(calendar: Calendar, at: datetime, length: Span) -> datetime:
    """The moment a span after `at` ends; NeverOpen where the hall never opens again."""
    return part(calendar, at, length, WHOLE)


def _days_within(calendar: Calendar, since: datetime, till: datetime) -> int:
    first, last = (at.astimezone(calendar.zone).date() for at in (since, till))
    return sum(is_working(calendar, first + DAY * ahead) for ahead in range(1, (last - first).days + 1))


def _open_within(calendar: Calendar, since: datetime, till: datetime) -> timedelta:
    days = (till.astimezone(calendar.zone).date() - since.astimezone(calendar.zone).date()).days + 1
    stretches = _stretches(calendar, since, days)
    return sum((min(end, till) - begin for begin, end in stretches if begin < till), timedelta())


def used(calendar: Calendar, since: datetime, till: datetime, unit: Unit) -> timedelta | int:
    """What a stretch of time is worth: as it ran, its opening hours, or its working days after the first day."""
    match unit:
        case Unit.WORK_HOUR:
            return _open_within(calendar, since, till)
        case Unit.WORK_DAY:
            return _days_within(calendar, since, till)
        case _:
            return max(till - since, timedelta())


def shift(calendar: Calendar, line: datetime, since: datetime, till: datetime, unit: Unit) -> datetime:
    """Where a line lies after a pause: as far from its end as it was from its beginning; one that had passed stays."""
    if line < since or till <= since:
        return line
    match unit:
        case Unit.WORK_HOUR:
            lost = _open_within(calendar, since, till)
            return _add_opening_hours(calendar, line, lost) if lost else line
        case Unit.WORK_DAY:
            local, resumed = line.astimezone(calendar.zone), till.astimezone(calendar.zone).date()
            day = _working_day(calendar, local.date(), _days_within(calendar, since, till))
            if day < resumed:  # paused on its very last day, taken up on a day off: the rest of that day is owed
                day = _working_day(calendar, resumed, 1)
            return datetime.combine(day, local.time(), calendar.zone)
        case _:
            return line + (till - since)


def tentative(calendar: Calendar, at: datetime, length: Span) -> bool:
    """Whether a working-time span reaches past the last published calendar."""
    if length.unit not in (Unit.WORK_DAY, Unit.WORK_HOUR):
        return False
    return add(calendar, at, length).astimezone(calendar.zone).date() > calendar.known_until


_SECONDS = {Unit.MINUTE: 60, Unit.HOUR: 3_600, Unit.DAY: 86_400, Unit.WORK_HOUR: 3_600, Unit.WORK_DAY: 86_400}
_SAID = {
    Unit.MINUTE: "分钟",
    Unit.HOUR: "小时",
    Unit.DAY: "天",
    Unit.WORK_HOUR: "个营业小时",
    Unit.WORK_DAY: "个工作日",
}


def said(length: Span) -> str:
    """A span in the customer's words: 「45 分钟」「5 个工作日」."""
    return f"{length.count} {_SAID[length.unit]}"
