from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guide import months

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("上个月电费", "2026-10"),
        ("上上个月", "2026-09"),
        ("这个月的", "2026-11"),
        ("本月电费", "2026-11"),
        ("10月份电费", "2026-10"),
        ("十月电费", "2026-10"),
        ("12月的", "2025-12"),
        ("去年12月", "2025-12"),
        ("2025年3月", "2025-03"),
        ("今年一月", "2026-01"),
        ("前年五月", "2024-05"),
        ("9月和9月份", "2026-09"),
    ],
)
def test_months_are_told_from_today(text: str, month: str) -> None:
    assert months.read(text, TODAY) == month


@pytest.mark.parametrize("text", ["", "一月和二月", "11月20日", "十一月二十号", "三个月", "13月", "电费多少"])
def test_two_months_or_a_day_are_none(text: str) -> None:
    assert months.read(text, TODAY) == ""


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 200))
def test_going_back_is_counting_months(today: date, count: int) -> None:
    found = months.back(today, count)
    year, month = map(int, found.split("-"))
    assert today.year * 12 + today.month - (year * 12 + month) == count
    assert 1 <= month <= 12
