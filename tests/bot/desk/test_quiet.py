from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import quiet
from bot.desk.books import Books
from bot.desk.case import Priority, State
from tests.kit_desk import BOOKS, NOW, ZONE, at, case_in

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(ZONE))  # noqa: DTZ001 - naive is what it wants
TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))


def resting(begin: time, end: time) -> Books:
    return replace(BOOKS, rules=replace(BOOKS.rules, quiet=(begin, end)))


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-23T21:29:59", None),
        ("2026-11-23T21:30", "2026-11-24T07:30"),
        ("2026-11-23T23:59:59", "2026-11-24T07:30"),
        ("2026-11-24T00:00", "2026-11-24T07:30"),
        ("2026-11-24T07:29:59", "2026-11-24T07:30"),
        ("2026-11-24T07:30", None),
        ("2026-12-31T22:00", "2027-01-01T07:30"),
    ],
)
def test_the_night_is_quiet_until_the_morning_after_it(moment: str, end: str | None) -> None:
    assert quiet.until(BOOKS, at(moment)) == (at(end) if end else None)


@pytest.mark.parametrize(
    ("moment", "end"),
    [("12:59:59", None), ("13:00", "14:30"), ("14:29:59", "14:30"), ("14:30", None), ("00:00", None)],
)
def test_quiet_hours_may_lie_within_a_day(moment: str, end: str | None) -> None:
    noon = resting(time(13), time(14, 30))
    assert quiet.until(noon, at(f"2026-11-23T{moment}")) == (at(f"2026-11-23T{end}") if end else None)


@given(MOMENTS, TIMES)
def test_hours_that_begin_as_they_end_are_no_quiet_hours(moment: datetime, mark: time) -> None:
    assert quiet.until(resting(mark, mark), moment) is None


@given(MOMENTS, TIMES, TIMES)
def test_they_end_within_a_day_and_then_nobody_waits_any_more(moment: datetime, begin: time, end: time) -> None:
    books = resting(begin, end)
    till = quiet.until(books, moment)
    assert till is None or moment < till <= moment + timedelta(days=1)
    assert till is None or (till.time(), quiet.until(books, till)) == (end, None)


def test_the_hall_s_own_clock_counts_wherever_a_moment_was_written_down() -> None:
    assert quiet.until(BOOKS, datetime(2026, 11, 23, 14, 0, tzinfo=UTC)) == at("2026-11-24T07:30")
    assert quiet.until(BOOKS, datetime(2026, 11, 23, 22, 0, tzinfo=UTC)) == at("2026-11-24T07:30")
    assert quiet.until(BOOKS, datetime(2026, 11, 24, 0, 0, tzinfo=UTC)) is None


@pytest.mark.parametrize("priority", list(Priority))
def test_only_what_can_wait_waits_for_the_morning(priority: Priority) -> None:
    case, night = case_in(State.OPEN, priority=priority), at("2026-11-23T23:00")
    waits = at("2026-11-24T07:30") if priority is Priority.NORMAL else night
    assert quiet.awake(BOOKS, case, night) == waits
    assert quiet.awake(BOOKS, case, NOW) == NOW
