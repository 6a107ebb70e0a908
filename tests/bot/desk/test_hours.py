from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import hours
from bot.desk.hours import Calendar, Hours, NeverOpen, NoSuchSpan, Opening, Span, Unit
from tests.kit_desk import CALENDAR, DAILY, OPEN, STATUTORY, WEEK, ZONE, at

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 1), timezones=st.just(ZONE))  # noqa: DTZ001 - naive is what it wants
OVER_MIDNIGHT = Hours((Opening(time(23), time(6)),), DAILY)
SHUT = Calendar(ZONE)
OPENINGS = st.sampled_from(
    [
        (Hours(OPEN, DAILY),),
        (Hours(OPEN, WEEK),),
        (OVER_MIDNIGHT,),
        (Hours(OPEN, DAILY), Hours((), dates=frozenset({date(2026, 1, 1), date(2026, 1, 2)}))),
        (Hours((Opening(time(), None),), DAILY),),
    ]
)


@pytest.mark.parametrize(
    ("text", "count", "unit", "said"),
    [
        ("45m", 45, Unit.MINUTE, "45 分钟"),
        ("24h", 24, Unit.HOUR, "24 小时"),
        ("7d", 7, Unit.DAY, "7 天"),
        ("4wh", 4, Unit.WORK_HOUR, "4 个营业小时"),
        ("5wd", 5, Unit.WORK_DAY, "5 个工作日"),
    ],
)
def test_spans_are_read_and_said(text: str, count: int, unit: Unit, said: str) -> None:
    assert hours.span(text) == Span(count, unit)
    assert hours.said(hours.span(text)) == said


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5x", "5 wd", " 5m", "-5d", "+5d", "1_0m", "５m", "²m", "5dw", "wd5", "5.5h"]
)
def test_anything_else_is_no_span(text: str) -> None:
    with pytest.raises(NoSuchSpan):
        hours.span(text)


@pytest.mark.parametrize(
    ("begin", "length", "end"),
    [
        ("2025-01-27", "5wd", "2025-02-10"),
        ("2025-04-03", "5wd", "2025-04-11"),
        ("2025-04-25", "5wd", "2025-05-06"),  # a worked Sunday before Labour Day
        ("2025-05-30", "5wd", "2025-06-09"),
        ("2025-09-26", "5wd", "2025-10-10"),  # a worked Sunday before eight days off
        ("2025-09-26", "6wd", "2025-10-11"),  # to the worked Saturday itself
        ("2025-12-29", "5wd", "2026-01-06"),  # over the year and its worked Sunday
        ("2025-12-31", "5wd", "2026-01-08"),
        ("2026-01-30", "32wd", "2026-03-23"),
        ("2026-02-11", "5wd", "2026-02-25"),
        ("2026-02-24", "5wd", "2026-03-02"),
        ("2026-04-03", "5wd", "2026-04-13"),
        ("2026-04-28", "10wd", "2026-05-14"),
        ("2026-06-18", "5wd", "2026-06-26"),
        ("2026-09-01", "22wd", "2026-10-08"),
        ("2026-09-30", "4wd", "2026-10-12"),
        ("2026-02-12", "5wd", "2026-02-26"),  # Spring Festival with two worked Saturdays around it
        ("2026-09-17", "5wd", "2026-09-23"),  # a worked Sunday before National Day
        ("2026-04-30", "5wd", "2026-05-11"),  # Labour Day with a worked Saturday
        ("2026-09-24", "5wd", "2026-10-09"),  # Mid-Autumn and National Day
        ("2026-10-08", "5wd", "2026-10-14"),  # a worked Saturday after National Day
        ("2025-01-24", "5wd", "2025-02-07"),
        ("2026-11-23", "0wd", "2026-11-23"),
        ("2026-11-21", "1wd", "2026-11-23"),  # from a Saturday
    ],
)
@pytest.mark.parametrize("clock", ["00:00", "12:34", "23:59:59"])
def test_working_days_count_from_the_day_after_and_end_with_the_last_one(
    begin: str, length: str, end: str, clock: str
) -> None:
    assert hours.add(CALENDAR, at(f"{begin}T{clock}"), hours.span(length)) == at(f"{end}T23:59:59")


def test_the_day_is_the_halls_day_wherever_the_moment_was_written() -> None:
    abroad = datetime.fromisoformat("2026-11-22T20:00:00+00:00")  # Monday 04:00 at the hall
    assert hours.add(CALENDAR, abroad, Span(1, Unit.WORK_DAY)) == at("2026-11-24T23:59:59")


@pytest.mark.parametrize(
    ("begin", "count", "end"),
    [
        ("2026-11-23T10:00", 1, "2026-11-23T11:00"),
        ("2026-11-23T10:00", 2, "2026-11-23T12:00"),  # to the very end of the morning
        ("2026-11-23T10:00", 3, "2026-11-23T15:00"),  # over noon
        ("2026-11-23T13:00", 1, "2026-11-23T15:00"),  # begun while shut
        ("2026-11-23T17:00", 1, "2026-11-24T09:00"),  # over night
        ("2026-11-23T18:00", 0, "2026-11-24T08:30"),
        ("2026-11-23T12:00", 0, "2026-11-23T12:00"),  # used up with the morning
        ("2026-11-22T10:00", 7, "2026-11-23T10:00"),
    ],
)
def test_opening_hours_are_added_slot_by_slot(begin: str, count: int, end: str) -> None:
    assert hours.add(CALENDAR, at(begin), Span(count, Unit.WORK_HOUR)) == at(end)


def test_what_runs_day_and_night_runs() -> None:
    begin = at("2026-11-21T23:30")
    assert hours.add(SHUT, begin, hours.span("45m")) == at("2026-11-22T00:15")
    assert hours.add(SHUT, begin, hours.span("24h")) == at("2026-11-22T23:30")
    assert hours.add(SHUT, begin, hours.span("7d")) == at("2026-11-28T23:30")


def test_a_hall_that_never_opens_says_so() -> None:
    with pytest.raises(NeverOpen):
        hours.add(SHUT, at("2026-11-23T10:00"), Span(1, Unit.WORK_HOUR))
    with pytest.raises(NeverOpen):
        hours.next_opening(SHUT, at("2026-11-23T10:00"))
    idle = replace(SHUT, hours=(Hours((), DAILY, working=False),))
    with pytest.raises(NeverOpen):
        hours.add(idle, at("2026-11-23T10:00"), Span(1, Unit.WORK_DAY))


@settings(deadline=None)
@given(OPENINGS, MOMENTS, st.integers(0, 40), st.integers(0, 40), st.sampled_from([*Unit]))
def test_adding_in_two_steps_is_adding_once(
    rows: tuple[Hours, ...], begin: datetime, a: int, b: int, unit: Unit
) -> None:
    calendar = replace(CALENDAR, hours=rows)
    halfway = hours.add(calendar, begin, Span(a, unit))
    assert hours.add(calendar, halfway, Span(b, unit)) == hours.add(calendar, begin, Span(a + b, unit))
    assert halfway >= begin


@settings(deadline=None)
@given(OPENINGS, MOMENTS, st.integers(1, 30))
def test_working_time_ends_in_working_time(rows: tuple[Hours, ...], begin: datetime, count: int) -> None:
    calendar = replace(CALENDAR, hours=rows)
    day = hours.add(calendar, begin, Span(count, Unit.WORK_DAY))
    assert hours.is_working(calendar, day.date())
    between = [date.fromordinal(n) for n in range(begin.date().toordinal() + 1, day.date().toordinal() + 1)]
    assert sum(hours.is_working(calendar, one) for one in between) == count
    moment = hours.add(calendar, begin, Span(count, Unit.WORK_HOUR))
    assert hours.is_open(calendar, moment - timedelta(microseconds=1))


@settings(deadline=None)
@given(OPENINGS, MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(rows: tuple[Hours, ...], begin: datetime) -> None:
    calendar = replace(CALENDAR, hours=rows)
    found = hours.next_opening(calendar, begin)
    assert hours.is_open(calendar, found)
    assert found == begin or not hours.is_open(calendar, found - timedelta(microseconds=1))
    assert found == begin or not hours.is_open(calendar, begin)


def test_a_later_row_wins_for_opening_and_for_working() -> None:
    new_year = date(2027, 1, 1)
    rows = (
        Hours(OPEN, DAILY),
        Hours((Opening(time(9), time(11, 30)),), dates=frozenset({new_year}), working=False, note="元旦值班"),
    )
    calendar = replace(CALENDAR, hours=rows)
    assert hours.openings(calendar, new_year) == (Opening(time(9), time(11, 30)),)
    assert not hours.is_working(calendar, new_year)
    assert hours.is_working(CALENDAR, new_year)  # nobody said otherwise: a Friday
    assert hours.openings(calendar, date(2027, 1, 2)) == OPEN
    assert hours.openings(SHUT, new_year) == ()


def test_the_halls_row_the_statutory_table_then_monday_to_friday() -> None:
    makeup = date(2026, 10, 10)
    assert STATUTORY[makeup]
    assert hours.is_working(CALENDAR, makeup)
    assert not hours.is_working(replace(CALENDAR, statutory={}), makeup)
    own = replace(CALENDAR, hours=(Hours(OPEN, DAILY), Hours((), dates=frozenset({makeup}), working=False)))
    assert not hours.is_working(own, makeup)
    assert hours.is_working(replace(CALENDAR, hours=(Hours((), DAILY, working=True),)), date(2026, 10, 1))


def test_open_is_from_the_first_minute_and_not_at_the_last() -> None:
    assert hours.is_open(CALENDAR, at("2026-11-23T08:30"))
    assert not hours.is_open(CALENDAR, at("2026-11-23T12:00"))
    assert not hours.is_open(CALENDAR, at("2026-11-23T08:29:59"))
    night = replace(CALENDAR, hours=(OVER_MIDNIGHT,))
    assert hours.is_open(night, at("2026-11-23T23:59:59"))
    assert hours.is_open(night, at("2026-11-24T05:59"))
    assert not hours.is_open(night, at("2026-11-24T06:00"))


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    eve, holiday = date(2026, 9, 30), date(2026, 10, 1)
    own = replace(CALENDAR, hours=(OVER_MIDNIGHT, Hours((), dates=frozenset({holiday}))))
    assert hours.openings(own, eve) == (Opening(time(23), time(6)),)
    assert hours.is_open(own, at("2026-10-01T05:59"))  # the night of the eve
    assert not hours.is_open(own, at("2026-10-01T23:30"))
    assert not hours.is_open(own, at("2026-10-02T05:59"))
    assert hours.next_opening(own, at("2026-10-01T06:00")) == at("2026-10-02T23:00")
    assert hours.add(own, at("2026-09-30T22:00"), Span(8, Unit.WORK_HOUR)) == at("2026-10-03T00:00")
    assert hours.add(own, at("2026-10-01T02:00"), Span(4, Unit.WORK_HOUR)) == at("2026-10-01T06:00")


def test_a_night_and_a_morning_that_overlap_count_once() -> None:
    early = Hours((Opening(time(5), time(8)),), dates=frozenset({date(2026, 11, 24)}))
    own = replace(CALENDAR, hours=(OVER_MIDNIGHT, early))
    assert hours.add(own, at("2026-11-24T04:00"), Span(4, Unit.WORK_HOUR)) == at("2026-11-24T08:00")
    assert hours.used(own, at("2026-11-23T12:00"), at("2026-11-24T12:00"), Unit.WORK_HOUR) == timedelta(hours=9)


def test_seasons_follow_each_other() -> None:
    def season(first: str, last: str, till: time) -> Hours:
        begin, end = (date.fromisoformat(one).toordinal() for one in (first, last))
        noon = (Opening(time(8), time(12)), Opening(time(14), till))
        return Hours(noon, dates=frozenset(map(date.fromordinal, range(begin, end + 1))))

    rows = (
        season("2026-05-01", "2026-09-30", time(18)),
        season("2026-10-01", "2027-04-30", time(17)),
        Hours((Opening(time(9), time(11)),), dates=frozenset({date(2026, 10, 1)}), note="国庆值班"),
    )
    own = replace(CALENDAR, hours=rows)
    assert hours.closing(own, date(2026, 9, 30)) == time(18)
    assert hours.closing(own, date(2026, 10, 1)) == time(11)
    assert hours.closing(own, date(2026, 10, 2)) == time(17)
    assert hours.add(own, at("2026-09-30T17:00"), Span(4, Unit.WORK_HOUR)) == at("2026-10-02T09:00")
    assert hours.next_opening(own, at("2026-09-30T18:00")) == at("2026-10-01T09:00")


def test_the_next_opening_is_now_later_today_or_another_day() -> None:
    assert hours.next_opening(CALENDAR, at("2026-11-23T09:00")) == at("2026-11-23T09:00")
    assert hours.next_opening(CALENDAR, at("2026-11-23T12:00")) == at("2026-11-23T14:00")
    assert hours.next_opening(CALENDAR, at("2026-11-23T17:30")) == at("2026-11-24T08:30")
    week = replace(CALENDAR, hours=(Hours(OPEN, WEEK),))
    assert hours.next_opening(week, at("2026-11-27T18:00")) == at("2026-11-30T08:30")


def test_closing_time_is_that_of_the_day() -> None:
    day = date(2026, 11, 23)
    assert hours.closing(CALENDAR, day) == time(17, 30)
    assert hours.closing(SHUT, day) == time(17, 30)
    assert hours.closing(replace(CALENDAR, hours=(OVER_MIDNIGHT,)), day) == time(23, 59)


def test_only_working_time_past_the_published_calendar_is_tentative() -> None:
    eve = at("2026-12-30T10:00")
    assert hours.tentative(CALENDAR, eve, hours.span("2wd"))
    assert not hours.tentative(CALENDAR, eve, hours.span("1wd"))
    assert hours.tentative(CALENDAR, eve, hours.span("20wh"))
    assert not hours.tentative(CALENDAR, eve, hours.span("7d"))
