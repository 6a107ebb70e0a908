from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from intents.deadlines import custom_closing, custom_working, told
from intents.moments import moments

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)  # a Monday


def tell(text: str, now: datetime = NOW) -> str:
    (moment,) = moments(text, now)
    at = told(moment, now, custom_closing, custom_working)
    return at.strftime("%m-%d %H:%M") if at else ""


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("明天凌晨", "11-24 06:00"),
        ("明天一早", "11-24 10:00"),
        ("明天上午", "11-24 12:00"),
        ("明天中午", "11-24 13:00"),
        ("明天下午", "11-24 18:00"),
        ("明天傍晚", "11-24 19:00"),
        ("明天晚上", "11-24 21:00"),
        ("明天", "11-24 17:30"),
        ("明天中午前", "11-24 12:00"),  # before a part of the day is before it begins
        ("明天下午之前", "11-24 13:00"),
        ("明天晚上之前", "11-24 18:00"),
        ("明天上午之前", "11-24 12:00"),  # but nobody promises the night
        ("明天中午下班前", "11-24 12:00"),
        ("明天下班后", "11-24 21:00"),
        ("明天中午一点", "11-24 13:00"),
        ("明天中午十一点半", "11-24 11:30"),
        ("明天上午12点", "11-24 12:00"),
        ("明天9am", "11-24 09:00"),
        ("明天晚上12点", "11-25 00:00"),
        ("明天24点", "11-25 00:00"),
        ("明天0点", "11-24 00:00"),
        ("0点前", "11-24 00:00"),
        ("明天晚上一点", "11-25 01:00"),
        ("明天凌晨两点", "11-24 02:00"),
        ("明天六点", "11-24 18:00"),
        ("明天七点", "11-24 07:00"),
        ("5pm", "11-23 17:00"),
        ("12am", "11-24 00:00"),
        ("上午9点", ""),
        ("昨天", ""),
    ],
)
def test_the_latest_that_is_meant(text: str, at: str) -> None:
    assert tell(text.replace("5pm", "5pm")) == at


@pytest.mark.parametrize(
    ("hour", "text", "at"),
    [
        (8, "八点半", "11-23 08:30"),
        (9, "八点半", "11-23 20:30"),
        (12, "十二点", ""),
        (18, "十二点", "11-24 00:00"),
        (19, "一点", "11-24 01:00"),
        (18, "一点", ""),
        (19, "今天一点", ""),
        (17, "十一点", "11-23 23:00"),
        (14, "十一点", ""),
    ],
)
def test_a_bare_hour_is_the_next_a_dial_shows_and_the_night_only_when_it_is_near(hour: int, text: str, at: str) -> None:
    assert tell(text, NOW.replace(hour=hour)) == at


def test_lengths_run_on_through_a_change_of_clocks() -> None:
    new_york = ZoneInfo("America/New_York")
    now = datetime(2026, 11, 1, 1, 30, tzinfo=new_york)  # the hour from one to two comes twice
    (moment,) = moments("两小时内", now)
    at = told(moment, now, custom_closing, custom_working)
    assert at is not None
    assert (at.astimezone(UTC) - now.astimezone(UTC)).total_seconds() == 7200
    assert at.hour == 2


def test_past_the_end_of_the_calendar_is_none() -> None:
    now = datetime(9999, 12, 31, 23, 59, 59, tzinfo=ZONE)
    found = list(moments("两小时内，明天，三个工作日内，大后天上午", now))
    assert found
    assert not any(told(one, now, custom_closing, custom_working) for one in found)


def test_working_days_come_in_the_zone_of_the_question() -> None:
    (moment,) = moments("3个工作日内", NOW)
    at = told(moment, NOW, custom_closing, lambda at, days: at.astimezone(UTC).replace(day=at.day + days))
    assert at is not None
    assert at.tzinfo is ZONE
    assert at.date() == date(2026, 11, 26)


def test_the_custom_of_a_hall_of_which_nothing_is_known() -> None:
    assert custom_closing(date(2026, 11, 28)) == time(17, 30)
    assert custom_working(NOW, 5) == datetime(2026, 11, 30, 23, 59, 59, tzinfo=ZONE)
