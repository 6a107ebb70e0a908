from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytest

from bot.desk import hours
from bot.folder import statutory
from tests.kit_desk import STATUTORY, ZONE

DAY = timedelta(days=1)


@pytest.mark.parametrize("year", sorted(statutory.shipped().years))
def test_day_by_day_as_the_public_package_has_it(year: int) -> None:
    days = statutory.shipped().days
    day = date(year, 1, 1)
    while day.year == year:
        assert days.get(day, day.weekday() < 5) is chinese_calendar.is_workday(day), day
        day += DAY


@pytest.mark.parametrize("count", [1, 5, 22])
def test_working_days_after_every_day_as_the_public_package_counts_them(count: int) -> None:
    calendar = hours.Calendar(ZONE, statutory=statutory.shipped().days)
    ahead = hours.Span(count, hours.Unit.WORK_DAY)
    day, seen = date(2025, 1, 1), 0
    while (end := hours.add(calendar, datetime.combine(day, time(16), ZONE), ahead)).year < 2027:
        between = (day + DAY * step for step in range(1, (end.date() - day).days + 1))
        worked = [one for one in between if chinese_calendar.is_workday(one)]
        assert (len(worked), worked[-1]) == (count, end.date()), day
        day, seen = day + DAY, seen + 1
    assert seen > 690


def test_the_days_are_those_of_the_published_notices() -> None:
    assert statutory.shipped().days == STATUTORY


def test_the_years_that_ship_and_their_count_of_odd_days() -> None:
    shipped = statutory.shipped()
    assert shipped.years == {2025, 2026}
    odd = {year: [worked for day, worked in shipped.days.items() if day.year == year] for year in shipped.years}
    assert (odd[2026].count(True), odd[2026].count(False)) == (6, 19)
    assert (odd[2025].count(True), odd[2025].count(False)) == (5, 18)


def test_only_days_that_differ_are_listed() -> None:
    assert all(worked is not (day.weekday() < 5) for day, worked in statutory.shipped().days.items())


@pytest.mark.parametrize(
    ("dated", "last"),
    [
        ([], date(2026, 12, 31)),
        ([date(2027, 1, 1)], date(2027, 1, 1)),
        ([date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 4)], date(2027, 1, 2)),
        ([date(2027, 10, 1)], date(2027, 12, 31)),
        ([date(2028, 10, 1)], date(2026, 12, 31)),
        ([date(2027, 10, 1), date(2028, 10, 1)], date(2028, 12, 31)),
        ([date(2026, 10, 1)], date(2026, 12, 31)),
        ([date(2027, 2, 8), date(2027, 5, 1)], date(2026, 12, 31)),
        ([date(2027, 10, 1), date(2028, 10, 2)], date(2028, 12, 31)),  # a Sunday need not be named
        ([date(2027, 10, 4)], date(2026, 12, 31)),
        ([date(2027, 9, 1)], date(2026, 12, 31)),
    ],
)
def test_how_far_the_calendar_is_known(dated: list[date], last: date) -> None:
    assert statutory.known_until({2025, 2026}, dated) == last
