from datetime import date, timedelta

import chinese_calendar
import pytest

from bot.folder import statutory

DAY = timedelta(days=1)


@pytest.mark.parametrize("year", sorted(statutory.shipped().years))
def test_day_by_day_as_the_public_package_has_it(year: int) -> None:
    days = statutory.shipped().days
    day = date(year, 1, 1)
    while day.year == year:
        assert days.get(day, day.weekday() < 5) is chinese_calendar.is_workday(day), day
        day += DAY


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
    ],
)
def test_how_far_the_calendar_is_known(dated: list[date], last: date) -> None:
    assert statutory.known_until({2025, 2026}, dated) == last
