from dataclasses import replace
from datetime import date, datetime, time

import pytest

from bot.desk.hours import Calendar, Hours, Opening
from bot.desk.words import Words
from bot.guide import answer, opening
from bot.guide.said import Scene
from intents.understanding import Zone
from tests.kit_desk import CALENDAR, DAILY, ZONE, at
from tests.kit_guide import BOOKS, EMPTY, Talk, codes, means, nested, said, scene

MORNING, EVENING = "2026-11-23T10:00", "2026-11-23T20:00"
HOLIDAY = Hours((), dates=frozenset({date(2026, 11, 24)}), note="盘点")
SHORT = Hours((Opening(time(9), time(12)),), dates=frozenset({date(2026, 11, 25)}), note="值班")
HALL = replace(CALENDAR, hours=(*CALENDAR.hours, HOLIDAY, SHORT))


def asked(text: str, moment: str = MORNING, calendar: Calendar = HALL, **slots: str) -> Scene:
    books = replace(BOOKS, calendar=calendar)
    what = said(text, means("hall_info", Zone.ANSWER, **slots), at=at(moment))
    return replace(scene(what, EMPTY), books=books)


def told(one: Scene) -> list[Words]:
    return [words for say in opening.turn(one).says for words in nested(say.text) if words.code != "joined"]


def test_open_now_and_todays_hours() -> None:
    found = told(asked("开门吗"))
    assert [one.code for one in found] == ["hours.where", "hours.day", "hours.open", "rest:hall_info"]
    assert found[1].facts["day"] == date(2026, 11, 23)
    assert found[1].facts["hours"] == CALENDAR.hours[0].open


def test_shut_now_and_when_next_over_a_day_off() -> None:
    found = told(asked("开门吗", EVENING))
    assert [one.code for one in found][2:4] == ["hours.closed", "hours.next"]
    assert found[3].facts["at"] == datetime(2026, 11, 25, 9, tzinfo=ZONE)


def test_at_noon_the_hall_opens_again_in_the_afternoon() -> None:
    assert told(asked("开门吗", "2026-11-23T12:30"))[3].facts["at"] == datetime(2026, 11, 23, 14, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "code", "note"),
    [
        ("2026-11-24", "hours.shut.noted", "盘点"),
        ("2026-11-25", "hours.day.noted", "值班"),
        ("2026-11-26", "hours.day", ""),
    ],
)
def test_the_day_that_was_asked_for(day: str, code: str, note: str) -> None:
    found = told(asked("那天开门吗", date=day))
    assert [one.code for one in found] == ["hours.where", code, "rest:hall_info"]
    assert found[1].facts["note"] == note


def test_today_named_is_now_too() -> None:
    assert "hours.open" in [one.code for one in told(asked("今天开门吗", date="2026-11-23"))]


@pytest.mark.parametrize("moment", ["2026-11-23T10:00", "2026-11-28T10:00", "2026-11-25T23:00"])
def test_the_weekend_is_two_days(moment: str) -> None:
    days = [one.facts["day"] for one in told(asked("周末上班吗", moment)) if one.code == "hours.day"]
    assert days == [date(2026, 11, 28), date(2026, 11, 29)]


def test_a_holiday_the_hall_has_a_row_for() -> None:
    row = Hours((Opening(time(9), time(12)),), dates=frozenset({date(2027, 1, 1), date(2026, 1, 1)}), note="元旦值班")
    hall = replace(CALENDAR, hours=(*CALENDAR.hours, row))
    assert [one.facts["day"] for one in told(asked("元旦开门吗", calendar=hall)) if "day" in one.facts] == [
        date(2027, 1, 1)
    ]


def test_a_holiday_nobody_has_planned_yet_is_not_answered_with_today() -> None:
    for text in ("春节开门吗", "中秋节上班吗"):
        assert [one.code for one in told(asked(text))] == ["hours.where", "hours.unplanned", "rest:hall_info"]


@pytest.mark.parametrize(("text", "day"), [("国庆节营业吗", date(2027, 10, 1)), ("元旦开门吗", date(2027, 1, 1))])
def test_a_holiday_of_a_fixed_date_is_that_day_and_tentative_beyond_the_notice(text: str, day: date) -> None:
    found = told(asked(text, calendar=replace(HALL, known_until=date(2026, 12, 31))))
    assert [one.code for one in found] == ["hours.where", "hours.day", "hours.tentative", "rest:hall_info"]
    assert found[1].facts["day"] == day
    assert "hours.tentative" not in [one.code for one in told(asked(text, calendar=replace(HALL, known_until=day)))]


def test_never_open_again_is_said_so() -> None:
    gone = replace(CALENDAR, hours=(Hours((), DAILY),))
    assert [one.code for one in told(asked("开门吗", calendar=gone))][1:4] == [
        "hours.shut",
        "hours.closed",
        "hours.never",
    ]


def test_a_hall_that_told_no_hours_says_so_by_the_handbook() -> None:
    talk = Talk()
    assert "hours.where" in codes(talk.say("几点开门", means("hall_info")))
    bare = asked("几点开门", calendar=replace(CALENDAR, hours=()))
    assert codes(answer.topic_turn(bare, "hall_info")) == ["answer:hall_info"]


def test_a_day_that_is_none_is_now() -> None:
    assert "hours.open" in [one.code for one in told(asked("x", date="某天"))]
