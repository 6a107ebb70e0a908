"""Budgets used up, given back after pauses and measured, on calendars of every kind."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import hours
from bot.desk.hours import Calendar, Hours, Opening, Span, Unit
from tests.kit_desk import CALENDAR, DAILY, OPEN, WEEK, ZONE, at

QUARTER = timedelta(minutes=15)
FIRST, LAST = date(2025, 12, 1), date(2027, 3, 1)
RUNNING = (Unit.MINUTE, Unit.HOUR, Unit.DAY)


def clock(quarter: int) -> time:
    return time(quarter // 4, quarter % 4 * 15)


@st.composite
def openings(draw: st.DrawFn) -> tuple[Opening, ...]:
    """A day with up to two breaks; its last stretch may end at midnight or run over it."""
    marks = sorted(draw(st.lists(st.integers(4, 95), min_size=2, max_size=6, unique=True)))
    slots = [Opening(clock(a), clock(b)) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    end = draw(st.sampled_from(["same day", "midnight", "over it"]))
    if end == "midnight":
        slots[-1] = Opening(slots[-1].since, None)
    if end == "over it":
        slots[-1] = Opening(slots[-1].since, clock(draw(st.integers(1, marks[0]))))
    return tuple(slots)


@st.composite
def stretches(draw: st.DrawFn) -> frozenset[date]:
    """A season, a holiday or a single day."""
    first = draw(st.dates(FIRST, LAST))
    return frozenset(first + timedelta(days=ahead) for ahead in range(draw(st.sampled_from([1, 3, 8, 150]))))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Lunch breaks, nights, seasons, duty hours on holidays, holidays and make-up days, the hall's own and others."""
    base = Hours(draw(openings()), draw(st.sampled_from([DAILY, WEEK])))
    own = [
        Hours(
            draw(st.one_of(st.just(()), openings())), dates=draw(stretches()), working=draw(st.none() | st.booleans())
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    notices = {day: worked for worked in (True, False) for day in sorted(draw(stretches()))[:8]}
    return Calendar(ZONE, (base, *own), notices, LAST)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A calendar, a moment and a span."""

    calendar: Calendar
    begin: datetime
    length: Span


CALENDARS = calendars()
MOMENTS = st.datetimes(datetime(2025, 12, 20), datetime(2026, 11, 1), timezones=st.just(ZONE))  # noqa: DTZ001 - naive is what it wants
MOST = {Unit.MINUTE: 4_000, Unit.HOUR: 200, Unit.DAY: 40, Unit.WORK_HOUR: 60, Unit.WORK_DAY: 32}
SPANS = st.sampled_from([*Unit]).flatmap(lambda unit: st.builds(Span, st.integers(1, MOST[unit]), st.just(unit)))
DRAWN = st.builds(Drawn, CALENDARS, MOMENTS, SPANS)
WAITS = st.timedeltas(timedelta(), timedelta(days=40))


def between(since: datetime, till: datetime, share: int) -> datetime:
    """A moment on the way, to the second."""
    return since + timedelta(seconds=int((till - since).total_seconds()) * share // 100)


@pytest.mark.parametrize(
    ("length", "percent", "end"),
    [
        ("45m", 50, "2026-11-23T10:22:30"),
        ("45m", 80, "2026-11-23T10:36"),
        ("24h", 50, "2026-11-23T22:00"),
        ("7d", 50, "2026-11-26T22:00"),
        ("1m", 33, "2026-11-23T10:00:19"),
        ("4wh", 50, "2026-11-23T12:00"),
        ("4wh", 80, "2026-11-23T15:12"),
        ("4wh", 0, "2026-11-23T10:00"),
        ("5wd", 50, "2026-11-26T12:00"),  # a Thursday, the third working day
        ("5wd", 80, "2026-11-27T23:59:59"),
        ("5wd", 100, "2026-11-30T23:59:59"),
        ("4wd", 50, "2026-11-25T23:59:59"),
        ("4wd", 80, "2026-11-27T04:48"),
        ("1wd", 50, "2026-11-24T12:00"),
        ("9wd", 50, "2026-11-30T12:00"),
        ("5wd", 0, "2026-11-23T23:59:59"),
        ("2wd", 150, "2026-11-26T23:59:59"),
    ],
)
def test_the_moment_a_part_is_used_up(length: str, percent: int, end: str) -> None:
    assert hours.part(CALENDAR, at("2026-11-23T10:00"), hours.span(length), percent) == at(end)


@settings(deadline=None)
@given(DRAWN, st.integers(0, 100), st.integers(0, 100))
def test_parts_follow_each_other_and_the_last_is_the_whole(one: Drawn, a: int, b: int) -> None:
    early, late = (hours.part(one.calendar, one.begin, one.length, share) for share in sorted((a, b)))
    assert one.begin <= early <= late <= hours.add(one.calendar, one.begin, one.length)
    assert hours.part(one.calendar, one.begin, one.length, 100) == hours.add(one.calendar, one.begin, one.length)


@settings(deadline=None)
@given(DRAWN, st.integers(0, 40))
def test_adding_in_two_steps_is_adding_once_on_any_calendar(one: Drawn, more: int) -> None:
    halfway = hours.add(one.calendar, one.begin, one.length)
    whole = replace(one.length, count=one.length.count + more)
    assert hours.add(one.calendar, halfway, replace(one.length, count=more)) == hours.add(
        one.calendar, one.begin, whole
    )


@settings(deadline=None)
@given(DRAWN)
def test_a_span_uses_up_what_it_is_worth(one: Drawn) -> None:
    worth = {
        Unit.MINUTE: timedelta(minutes=1),
        Unit.HOUR: timedelta(hours=1),
        Unit.DAY: timedelta(days=1),
        Unit.WORK_HOUR: timedelta(hours=1),
    }
    end = hours.add(one.calendar, one.begin, one.length)
    spent = hours.used(one.calendar, one.begin, end, one.length.unit)
    assert spent == one.length.count * worth.get(one.length.unit, 1)
    assert not hours.used(one.calendar, end, one.begin, one.length.unit)


def plainly_open(calendar: Calendar, moment: datetime) -> bool:
    """Whether a quarter of an hour is open, told without any reckoning: today's slots, and yesterday's late ones."""

    def slots(day: date) -> tuple[Opening, ...]:
        rows = [row for row in calendar.hours if day in row.dates or day.weekday() in row.weekdays]
        return rows[-1].open if rows else ()

    now = moment.time()
    today = (
        slot.since <= now and (slot.till is None or slot.till <= slot.since or now < slot.till)
        for slot in slots(moment.date())
    )
    night = (
        slot.till is not None and slot.till <= slot.since and now < slot.till
        for slot in slots(moment.date() - timedelta(days=1))
    )
    return any(today) or any(night)


@settings(deadline=None)
@given(CALENDARS, st.dates(date(2025, 12, 20), date(2026, 11, 1)), st.integers(0, 95), st.integers(0, 700))
def test_opening_hours_are_those_counted_by_hand(calendar: Calendar, day: date, first: int, count: int) -> None:
    since = datetime.combine(day, clock(first), ZONE)
    quarters = [since + QUARTER * step for step in range(count)]
    told = [moment for moment in quarters if plainly_open(calendar, moment)]
    assert [moment for moment in quarters if hours.is_open(calendar, moment)] == told
    assert hours.used(calendar, since, since + QUARTER * count, Unit.WORK_HOUR) == QUARTER * len(told)
    if len(told) >= 8:
        assert hours.add(calendar, since, Span(2, Unit.WORK_HOUR)) == told[7] + QUARTER


@settings(deadline=None)
@given(DRAWN, st.integers(0, 100), WAITS)
def test_a_pause_loses_nothing(one: Drawn, share: int, wait: timedelta) -> None:
    unit = one.length.unit
    line = hours.add(one.calendar, one.begin, one.length)
    since = between(one.begin, line, share)
    till = since + wait
    later = hours.shift(one.calendar, line, since, till, unit)
    left = hours.used(one.calendar, since, line, unit)
    on_a_day_off = unit is Unit.WORK_DAY and not left and not hours.is_working(one.calendar, till.date())
    owed = 1 if on_a_day_off and later != line else left
    assert hours.used(one.calendar, till, later, unit) == owed
    assert later >= line
    if unit is Unit.WORK_DAY:
        assert (hours.is_working(one.calendar, later.date()), later.time()) == (True, time(23, 59, 59))
        assert later.date() >= till.date()
    elif left:
        assert later > till


@settings(deadline=None)
@given(DRAWN, st.integers(1, 60), WAITS, st.integers(1, 60), WAITS)
def test_several_pauses_are_one_after_the_other(
    one: Drawn, a: int, first: timedelta, b: int, second: timedelta
) -> None:
    calendar, unit = one.calendar, one.length.unit
    line = hours.add(calendar, one.begin, one.length)
    total = hours.used(calendar, one.begin, line, unit)
    since = between(one.begin, line, a)
    resumed = since + first
    later = hours.shift(calendar, line, since, resumed, unit)
    again = max(between(resumed, later, b), resumed)
    last = hours.shift(calendar, later, again, again + second, unit)
    stretches = ((one.begin, since), (resumed, again), (again + second, last))
    if unit is Unit.WORK_DAY:
        # what is left of a last day, taken up on a day off, is a whole working day, each time
        days = [hours.used(calendar, *stretch, unit) for stretch in stretches]
        assert any(sum(days, -gift) == total for gift in range(3))
    else:
        assert sum((hours.used(calendar, *stretch, unit) for stretch in stretches), timedelta()) == total


@settings(deadline=None)
@given(DRAWN, st.timedeltas(timedelta(microseconds=1), timedelta(days=9)), WAITS)
def test_what_had_passed_before_the_pause_stays(one: Drawn, ago: timedelta, wait: timedelta) -> None:
    line = hours.add(one.calendar, one.begin, one.length)
    assert hours.shift(one.calendar, line, line + ago, line + ago + wait, one.length.unit) == line


@settings(deadline=None)
@given(DRAWN, st.integers(0, 100), WAITS)
def test_a_pause_of_no_length_moves_nothing(one: Drawn, share: int, wait: timedelta) -> None:
    line = hours.add(one.calendar, one.begin, one.length)
    since = between(one.begin, line, share)
    assert hours.shift(one.calendar, line, since, since, one.length.unit) == line
    assert hours.shift(one.calendar, line, since, since - wait, one.length.unit) == line


@settings(deadline=None)
@given(
    CALENDARS,
    MOMENTS,
    st.sampled_from([*RUNNING, Unit.WORK_HOUR]),
    st.lists(st.integers(0, 400), min_size=4, max_size=4),
)
def test_two_lines_never_change_places(calendar: Calendar, begin: datetime, unit: Unit, ahead: list[int]) -> None:
    pause, resume, early, late = (begin + timedelta(hours=each) for each in ahead)
    early, late = sorted((early, late))
    moved = [hours.shift(calendar, line, pause, max(pause, resume), unit) for line in (early, late)]
    assert moved == sorted(moved)


@pytest.mark.parametrize(
    ("unit", "line", "since", "till", "later"),
    [
        (Unit.MINUTE, "2026-11-23T10:45", "2026-11-23T10:20", "2026-11-23T11:00", "2026-11-23T11:25"),
        (Unit.DAY, "2026-11-30T10:00", "2026-11-24T10:00", "2026-11-26T09:00", "2026-12-02T09:00"),
        (Unit.WORK_HOUR, "2026-11-23T15:00", "2026-11-23T11:00", "2026-11-23T14:30", "2026-11-23T16:30"),
        (Unit.WORK_HOUR, "2026-11-23T17:00", "2026-11-23T16:30", "2026-11-23T17:30", "2026-11-24T09:00"),
        (Unit.WORK_HOUR, "2026-11-23T15:00", "2026-11-23T12:00", "2026-11-23T14:00", "2026-11-23T15:00"),  # noon
        (Unit.WORK_HOUR, "2026-11-23T13:00", "2026-11-23T12:10", "2026-11-23T12:30", "2026-11-23T13:00"),
        (Unit.WORK_DAY, "2026-11-30T23:59:59", "2026-11-25T10:00", "2026-11-25T16:00", "2026-11-30T23:59:59"),
        (Unit.WORK_DAY, "2026-11-30T23:59:59", "2026-11-25T10:00", "2026-11-27T16:00", "2026-12-02T23:59:59"),
        (Unit.WORK_DAY, "2026-11-30T23:59:59", "2026-11-27T10:00", "2026-11-29T16:00", "2026-11-30T23:59:59"),
        (Unit.WORK_DAY, "2026-09-30T23:59:59", "2026-09-24T10:00", "2026-09-25T16:00", "2026-09-30T23:59:59"),  # 中秋
        (Unit.WORK_DAY, "2026-09-30T23:59:59", "2026-09-28T10:00", "2026-09-29T16:00", "2026-10-08T23:59:59"),
        (Unit.WORK_DAY, "2026-11-26T12:00", "2026-11-25T10:00", "2026-11-26T09:00", "2026-11-27T12:00"),  # half
        # paused on the last day, taken up on a Saturday: the rest of that day is the next working day
        (Unit.WORK_DAY, "2026-11-27T23:59:59", "2026-11-27T10:00", "2026-11-28T09:00", "2026-11-30T23:59:59"),
        (Unit.WORK_DAY, "2026-11-27T23:59:59", "2026-11-27T10:00", "2026-12-05T09:00", "2026-12-07T23:59:59"),
        (Unit.WORK_DAY, "2026-11-27T23:59:59", "2026-11-27T10:00", "2026-11-30T09:00", "2026-11-30T23:59:59"),
    ],
)
def test_where_a_line_lies_after_a_pause(unit: Unit, line: str, since: str, till: str, later: str) -> None:
    assert hours.shift(CALENDAR, at(line), at(since), at(till), unit) == at(later)


def test_moments_may_come_in_any_zone() -> None:
    abroad = datetime.fromisoformat("2026-11-27T20:00:00+00:00")  # Saturday 04:00 at the hall
    friday = at("2026-11-27T10:00")
    assert hours.used(CALENDAR, friday, abroad, Unit.WORK_DAY) == 0
    assert hours.used(CALENDAR, friday, abroad, Unit.HOUR) == timedelta(hours=18)
    assert hours.used(CALENDAR, friday, abroad, Unit.WORK_HOUR) == timedelta(hours=5, minutes=30)
    line = hours.shift(
        replace(CALENDAR, hours=(Hours(OPEN, WEEK),)), at("2026-11-27T17:00"), friday, abroad, Unit.WORK_HOUR
    )
    assert line == at("2026-11-30T15:30")
