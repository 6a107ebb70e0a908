"""Why a promised day is the day it is: holidays and make-up workdays 调休 that lie within the working days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.desk import hours
from bot.desk.case import Promise
from bot.desk.hours import Calendar, Unit

_SATURDAY = 5
_DAY = timedelta(days=1)
_NAMES = (
    ("元旦", (1, 1), (1, 5)),
    ("春节", (1, 15), (2, 28)),
    ("清明", (4, 1), (4, 8)),
    ("劳动节", (4, 28), (5, 7)),
    ("端午", (5, 25), (6, 30)),
    ("中秋", (9, 8), (9, 30)),
    ("国庆", (10, 1), (10, 10)),
)
"""In which part of the year each holiday lies."""


@dataclass(frozen=True, slots=True)
class Because:
    """What lies within: weekends that are worked, and holidays on days that are worked else."""

    makeups: tuple[date, ...]
    holidays: tuple[str, ...]
    """By name, each once; a day of the hall's own without a name by its date."""
    shut: tuple[date, ...]


def name(calendar: Calendar, day: date) -> str:
    """What a day off is called: as the hall's row says, else by the season; empty where neither knows."""
    row = next((row for row in reversed(calendar.hours) if day in row.dates and row.working is False), None)
    if row and row.note:
        return row.note
    return next((named for named, first, last in _NAMES if first <= (day.month, day.day) <= last), "")


def within(calendar: Calendar, since: datetime, till: datetime) -> Because:
    """The days after the first one up to the last one that are not as the week has them."""
    first, last = (at.astimezone(calendar.zone).date() for at in (since, till))
    days = [first + _DAY * ahead for ahead in range(1, (last - first).days + 1)]
    worked = tuple(day for day in days if day.weekday() >= _SATURDAY and hours.is_working(calendar, day))
    shut = [day for day in days if day.weekday() < _SATURDAY and not hours.is_working(calendar, day)]
    named = [(day, name(calendar, day)) for day in shut]
    return Because(
        worked,
        tuple(dict.fromkeys(called for _, called in named if called)),
        tuple(day for day, called in named if not called),
    )


def because(calendar: Calendar, promise: Promise) -> Because | None:
    """Of a promise in working days what makes its day odd; None of any other, and where the week is as always."""
    span = promise.spans[0]
    if not span or promise.promise_at is None or hours.span(span).unit is not Unit.WORK_DAY:
        return None
    found = within(calendar, promise.started_at, promise.promise_at)
    return found if found.makeups or found.holidays or found.shut else None
