"""Why a promised day is what it is: the holidays and make-up days within."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.desk import hours, promises
from bot.desk.because import Because, because, name, within
from bot.desk.case import Promise
from bot.desk.hours import Calendar, Hours
from bot.folder.statutory import shipped
from intents.topic import PromiseRow

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(ZONE, (), shipped().days, date(2026, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T10:00:00").replace(tzinfo=ZONE)


def promised(day: str, span: str = "5wd") -> Promise:
    return promises.start(PromiseRow("p", (), "reply", "依据", span), CALENDAR, at(day))


@pytest.mark.parametrize(
    ("day", "ends", "makeups", "holidays"),
    [
        ("2026-02-12", "2026-02-26", ("2026-02-14",), ("春节",)),
        ("2026-09-17", "2026-09-23", ("2026-09-20",), ()),
        ("2026-04-30", "2026-05-11", ("2026-05-09",), ("劳动节",)),
        ("2026-09-24", "2026-10-09", (), ("中秋", "国庆")),
    ],
)
def test_of_working_days_what_is_not_as_the_week_has_it(
    day: str, ends: str, makeups: tuple[str, ...], holidays: tuple[str, ...]
) -> None:
    promise = promised(day)
    assert promise.promise_at
    assert promise.promise_at.date().isoformat() == ends
    found = because(CALENDAR, promise)
    assert found == Because(tuple(date.fromisoformat(one) for one in makeups), holidays, ())


@pytest.mark.parametrize("span", ["24h", "7d", "4wh", "45m"])
def test_of_other_spans_there_is_nothing_to_say(span: str) -> None:
    calendar = replace(CALENDAR, hours=(Hours((hours.Opening(at("2026-02-12").time(), None),), frozenset(range(7))),))
    promise = promises.start(PromiseRow("p", (), "reply", "依据", span), calendar, at("2026-02-12"))
    assert because(calendar, promise) is None


def test_an_ordinary_week_needs_no_word() -> None:
    assert because(CALENDAR, promised("2026-11-23")) is None
    assert because(CALENDAR, replace(promised("2026-02-12"), promise_at=None)) is None
    assert because(CALENDAR, replace(promised("2026-02-12"), spans=("", "", ""))) is None


def test_a_day_of_the_halls_own_has_its_note_or_its_date() -> None:
    noted = Hours((), dates=frozenset({date(2026, 11, 25)}), working=False, note="厅庆")
    bare = Hours((), dates=frozenset({date(2026, 11, 26)}), working=False)
    calendar = replace(CALENDAR, hours=(noted, bare))
    assert name(calendar, date(2026, 11, 25)) == "厅庆"
    found = within(calendar, at("2026-11-23"), at("2026-11-30"))
    assert found == Because((), ("厅庆",), (date(2026, 11, 26),))
