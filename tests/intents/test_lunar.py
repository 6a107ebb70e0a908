from datetime import date

import pytest

from intents.lunar import days, named, near

TODAY = date(2026, 11, 23)


def told(text: str, *, past: bool = False) -> list[str]:
    return [one.isoformat() for _, _, one in named(text, TODAY, past=past)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("正月初八", "2027-02-13"),
        ("腊月廿八", "2027-02-04"),
        ("腊月二十八", "2027-02-04"),
        ("农历八月十五", "2027-09-15"),
        ("大年初一", "2027-02-06"),
        ("大年三十", "2027-02-05"),
        ("初八", "2026-12-16"),
    ],
)
def test_days_of_the_farmers_calendar(text: str, day: str) -> None:
    assert told(text) == [day]


def test_what_has_been_is_the_last_one() -> None:
    assert told("正月初八", past=True) == ["2026-02-24"]
    assert told("大年三十", past=True) == ["2026-02-16"]


@pytest.mark.parametrize("text", ["最初十天", "当初一户", "初二年级", "八月十五号", "腊月", "农历三月三十三"])
def test_what_is_no_such_day(text: str) -> None:
    assert told(text) == []


def test_a_doubled_month_is_told_once() -> None:
    assert [one for one in days(6, 1) if one.year == 2025] == [date(2025, 6, 25)]
    assert [one for one in days(7, 1) if one.year == 2025] == [date(2025, 8, 23)]


def test_the_new_years_are_where_they_are() -> None:
    firsts = [one.isoformat() for one in days(1, 1)]
    assert firsts == [
        "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23",
    ]  # fmt: skip


def test_beyond_the_known_years_there_is_none() -> None:
    assert near(1, 1, date(2032, 1, 1), past=False) is None
