from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.folder import parse
from bot.folder.parse import BadForm, ClockSpan, Days

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("text", ["45m", "24h", "7d", "4wh", "5wd", "0m"])
def test_spans_are_read_as_written(text: str) -> None:
    assert parse.length(text) == text


@pytest.mark.parametrize(
    "text", ["", "45", "m", "-5m", "1.5h", "45 m", "4５m", "5w", "999999d", "500wd", 45, None, ["4h"]]
)
def test_what_is_no_span_is_refused(text: object) -> None:
    with pytest.raises(BadForm):
        parse.length(text)


def test_house_rules_run_day_and_night() -> None:
    assert parse.lasting("90m") == timedelta(minutes=90)
    assert parse.lasting("24h") == timedelta(hours=24)
    assert parse.lasting("15d") == timedelta(days=15)
    for text in ("5wd", "4wh"):
        with pytest.raises(BadForm, match="昼夜"):
            parse.lasting(text)


def test_a_moment_between_two_messages_is_a_few_seconds() -> None:
    assert parse.moments("2s") == timedelta(seconds=2)
    assert parse.moments("0s") == timedelta()
    for text in ("16s", "2", "2m", "-1s", 2, None, "999s"):
        with pytest.raises(BadForm, match="秒数"):
            parse.moments(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("08:30-12:00", ClockSpan(time(8, 30), time(12))),
        ("8:30 - 12:00", ClockSpan(time(8, 30), time(12))),
        ("00:00-24:00", ClockSpan(time(), None)),
        ("20:00-00:00", ClockSpan(time(20), None)),
        ("23:00-06:00", ClockSpan(time(23), time(6))),
    ],
)
def test_clock_spans(text: str, span: ClockSpan) -> None:
    assert parse.clock_span(text) == span


def test_only_a_span_that_ends_tomorrow_runs_over_midnight() -> None:
    assert parse.over_midnight(parse.clock_span("23:00-06:00"))
    assert not parse.over_midnight(parse.clock_span("20:00-24:00"))
    assert not parse.over_midnight(parse.clock_span("08:00-17:00"))


@pytest.mark.parametrize(
    "text", ["08:30", "8-12", "08:30-25:00", "08:60-12:00", "24:00-08:00", "08：30-12：00", "08:00-08:00", "", 8, None]
)
def test_what_is_no_clock_span_is_refused(text: object) -> None:
    with pytest.raises(BadForm):
        parse.clock_span(text)


def test_a_time_of_day_may_be_toml_time_or_text() -> None:
    assert parse.clock("17:30") == time(17, 30) == parse.clock(time(17, 30))
    for value in ("25:00", "x", 17, None):
        with pytest.raises(BadForm):
            parse.clock(value)


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("daily", Days(frozenset(range(7)))),
        ("mon-fri", Days(frozenset(range(5)))),
        ("sat-mon", Days(frozenset({5, 6, 0}))),
        ("mon,wed", Days(frozenset({0, 2}))),
        ("Mon; wed", Days(frozenset({0, 2}))),
        (["sat", date(2026, 12, 1)], Days(frozenset({5}), frozenset({date(2026, 12, 1)}))),
        ("2026-12-01;2026-12-02", Days(dates=frozenset({date(2026, 12, 1), date(2026, 12, 2)}))),
    ],
)
def test_days(value: object, days: Days) -> None:
    assert parse.days(value) == days


@pytest.mark.parametrize("value", ["", "monday", "mon-tue-wed", "mon,", [], ["2026-13-01"], 5, None, {}])
def test_what_is_no_day_is_refused(value: object) -> None:
    with pytest.raises(BadForm):
        parse.days(value)


@pytest.mark.parametrize(
    "value",
    ["2026-02-29", "2026-2-1", "20260201", "1026-01-01", "9999-12-31", datetime(2026, 1, 1, tzinfo=UTC), 1, None],
)
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(BadForm):
        parse.day(value)


def test_a_moment_without_zone_is_in_the_halls() -> None:
    at = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    assert parse.moment("2026-12-01T09:00:00", SHANGHAI) == at
    assert parse.moment("2026-12-01 01:00Z", SHANGHAI) == at
    assert parse.moment(at.replace(tzinfo=None), SHANGHAI) == at
    assert parse.moment(at.astimezone(UTC), SHANGHAI) == at


@pytest.mark.parametrize("value", ["2026-12-01", "明天", "", "0001-01-01T00:00:00+08:00", date(2026, 12, 1), 5, None])
def test_what_is_no_moment_is_refused(value: object) -> None:
    with pytest.raises(BadForm):
        parse.moment(value, SHANGHAI)


def test_months_and_sizes() -> None:
    assert parse.month("2026-12") == "2026-12"
    assert parse.size("20MB") == 20_000_000
    assert parse.size("500 kb") == 500_000
    assert parse.size("12B") == 12
    for bad in ("2026-13", "2026-1", "0026-01", 202612):
        with pytest.raises(BadForm):
            parse.month(bad)
    for bad in ("20", "很大", "-1MB", 20):
        with pytest.raises(BadForm):
            parse.size(bad)


def test_numbers_keep_their_figures() -> None:
    assert parse.number(0.1) == Decimal("0.1") == parse.number(" 0.1 ") == parse.number(Decimal("0.10"))
    assert parse.number(-5) == Decimal(-5)
    for bad in ("1,000", "5元", "", "1e9", True, None, float("nan"), float("inf"), 10**13):
        with pytest.raises(BadForm):
            parse.number(bad)


ANYTHING = st.one_of(
    st.text(),
    st.integers(),
    st.floats(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.lists(st.text(max_size=3), max_size=3),
)
READERS = (
    parse.length,
    parse.lasting,
    parse.moments,
    parse.clock,
    parse.clock_span,
    parse.day,
    parse.days,
    parse.month,
    parse.size,
    parse.number,
    lambda value: parse.moment(value, SHANGHAI),
)


@given(ANYTHING, st.sampled_from(READERS))
def test_whatever_is_written_is_read_or_refused_in_chinese(value: object, read: Callable[[object], object]) -> None:
    try:
        read(value)
        told = "读到了"
    except BadForm as bad:
        told = str(bad)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in told)
