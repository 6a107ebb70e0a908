"""Opening hours, holidays, make-up workdays 调休: what time it will be after so much working time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
HORIZON_DAYS = 800
"""How far a span of working time is followed before the calendar counts as having no open day."""


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
    """One open interval of a day, half-open; `till` None means midnight."""

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


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the hall is open at that moment."""
    local = at.astimezone(calendar.zone)
    return any(
        _moment(calendar, local.date(), slot.since) <= local < _moment(calendar, local.date(), slot.till)
        for slot in openings(calendar, local.date())
    )


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """The next moment the hall is open: now, if it is; NeverOpen past the horizon."""
    local = at.astimezone(calendar.zone)
    if is_open(calendar, local):
        return at
    for ahead in range(HORIZON_DAYS):
        day = local.date() + DAY * ahead
        for slot in openings(calendar, day):
            since = _moment(calendar, day, slot.since)
            if since >= local:
                return since
    raise NeverOpen(at)


def closing(calendar: Calendar, day: date) -> time:
    """When the hall shuts on that day; 17:30 by custom where it is shut all day."""
    slots = openings(calendar, day)
    return (slots[-1].till or time(23, 59)) if slots else time(17, 30)


def _add_working_days(calendar: Calendar, at: datetime, days: int) -> datetime:
    # 受理当日不算，内部到第 N 个工作日 24:00: kept as the last second, so that its date is that day
    day = at.astimezone(calendar.zone).date()
    for _ in range(HORIZON_DAYS):
        if days == 0:
            return datetime.combine(day, time(23, 59, 59), calendar.zone)
        day += DAY
        days -= is_working(calendar, day)
    raise NeverOpen(at)


def _add_opening_hours(calendar: Calendar, at: datetime, left: timedelta) -> datetime:
    local = at.astimezone(calendar.zone)
    for ahead in range(HORIZON_DAYS):
        day = local.date() + DAY * ahead
        for slot in openings(calendar, day):
            since = max(local, _moment(calendar, day, slot.since))
            room = _moment(calendar, day, slot.till) - since
            if room < timedelta():
                continue
            if left <= room:
                return since + left
            left -= room
    raise NeverOpen(at)


def add(calendar: Calendar, at: datetime, length: Span) -> datetime:
    """The moment a span after `at` ends; NeverOpen where the hall never opens again."""
    match length.unit:
        case Unit.MINUTE:
            return at + timedelta(minutes=length.count)
        case Unit.HOUR:
            return at + timedelta(hours=length.count)
        case Unit.DAY:
            return at + timedelta(days=length.count)
        case Unit.WORK_HOUR:
            return _add_opening_hours(calendar, at, timedelta(hours=length.count))
        case Unit.WORK_DAY:
            return _add_working_days(calendar, at, length.count)


def tentative(calendar: Calendar, at: datetime, length: Span) -> bool:
    """Whether a working-time span reaches past the last published calendar."""
    if length.unit not in (Unit.WORK_DAY, Unit.WORK_HOUR):
        return False
    return add(calendar, at, length).astimezone(calendar.zone).date() > calendar.known_until


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
