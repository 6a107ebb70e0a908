from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.desk import hours
from bot.desk.case import Post
from bot.desk.hours import Opening
from bot.folder.build import build, calendar, promise_rows
from bot.folder.reader import read_folder, read_tables
from bot.hall.data import HallData
from intents.topic import Handbook, PromiseRow

Tables = dict[str, Any]
Write = Callable[[Mapping[str, str | bytes]], Path]
EMPTY = Handbook({}, (), {}, {}, (), (), "edition")


def built(tables: Tables) -> HallData:
    return build(read_tables(tables), EMPTY)


def test_what_nobody_may_say_is_the_handbooks(tables: Tables) -> None:
    handbook = replace(EMPTY, forbidden=("不归我管",))
    assert build(read_tables(tables), handbook).books.forbidden == ("不归我管",)
    assert built(tables).books.forbidden == ()


def test_the_small_hall_as_values(tables: Tables) -> None:
    data = built(tables)
    assert data.info.name == "灯芯桥供电营业厅"
    assert data.teams["desk"].evaluated
    assert data.places[0].aliases == ("水磨小区",)
    assert data.accounts["8800000001"].life_support == {"device": "吸痰器", "battery": "90m"}
    assert data.accounts["8800000001"].balance == Decimal("12.3")
    assert data.bills[0].to_reading == Decimal("1155.5")
    assert data.customers["mo"].accounts == {"8800000001": "P2"}
    assert data.outages[0].handler == "W1"
    assert data.quotas[0].amount == 500
    assert data.finance[0].income == Decimal("1000.5")
    assert data.cases[0].history[0]["by"] == "W1"
    assert data.drill_now == datetime.fromisoformat("2026-11-30T08:00:00+08:00")
    assert data.drill_speed == 60.0
    assert data.handbook is EMPTY


def test_a_tariff_keeps_its_tiers_hours_and_source(tables: Tables) -> None:
    (tariff,) = built(tables).tariffs
    assert [(tier.to, tier.price) for tier in tariff.tiers] == [(Decimal(1000), Decimal("0.1")), (None, Decimal("0.2"))]
    assert tariff.tou == {"peak": "0.3", "valley": "0.05", "peak_hours": "08:00-12:00;17:00-21:00"}
    assert tariff.large == {"people": "6", "more": "500"}
    assert (tariff.region, tariff.valid_from, tariff.source) == ("虚构省", date(2026, 1, 1), "自拟")


def test_roster_and_rules(tables: Tables) -> None:
    books = built(tables).books
    worker = books.roster.staff["W1"]
    assert worker.skills == {"rename", "hazard"}
    assert worker.avoid == {"mo"}
    assert (worker.post, worker.cap, worker.telegram_id) == (Post.WORK, 8, 880001)
    assert not books.roster.staff["M1"].on
    day, night = books.roster.shifts
    assert (day.since, day.till, day.weekdays) == (time(8), time(17), frozenset(range(5)))
    assert (night.first, night.last, night.post) == (date(2026, 11, 1), date(2027, 12, 31), Post.DUTY)
    assert books.roster.leaves[0].stand_in == "L1"
    assert books.rules.accept_remind == timedelta(minutes=10)
    assert books.rules.accept_escalate == timedelta(minutes=30)
    assert books.rules.quiet == (time(22), time(6, 30))
    assert books.rules.digest == (time(7, 45), time(18))
    assert books.rules.file_max == 5_000_000


def test_a_shift_of_two_stretches_is_two_shifts(tables: Tables) -> None:
    tables["shift"][0]["hours"] = ["08:00-12:00", "13:00-17:00"]
    assert [shift.since for shift in built(tables).books.roster.shifts[:2]] == [time(8), time(13)]


def test_the_calendar_lays_own_days_over_the_statutory_ones(tables: Tables) -> None:
    own = built(tables).books.calendar
    assert not hours.is_working(own, date(2026, 10, 1))
    assert hours.openings(own, date(2026, 10, 2)) == ()
    assert hours.is_working(own, date(2026, 10, 10))
    assert hours.openings(own, date(2026, 10, 10))[0] == Opening(time(8), time(12))
    assert own.known_until == date(2026, 12, 31)


def test_weekdays_within_a_stretch_and_single_dates(tables: Tables) -> None:
    tables["hours"] = [
        {"days": "mon-fri", "open": ["09:00-17:00"]},
        {"days": "sat", "from": "2026-09-01", "to": "2026-09-30", "open": ["10:00-12:00"]},
        {"days": ["2026-09-19"], "open": []},
        {"days": ["2027-10-01"], "working": False, "source": "通知"},
    ]
    own = built(tables).books.calendar
    assert hours.openings(own, date(2026, 9, 12)) == (Opening(time(10), time(12)),)
    assert hours.openings(own, date(2026, 9, 19)) == ()
    assert hours.openings(own, date(2026, 10, 3)) == ()
    assert own.known_until == date(2027, 12, 31)


def test_opening_over_midnight_belongs_to_the_day_it_begins_on(tables: Tables) -> None:
    tables["hours"] = [{"days": "sat", "open": ["20:00-02:00", "09:00-12:00"]}]
    own = calendar(read_tables(tables))
    assert own.hours[0].open == (Opening(time(9), time(12)), Opening(time(20), time(2)))
    assert hours.is_open(own, datetime(2026, 9, 13, 1, 59, tzinfo=own.zone))
    assert not hours.is_open(own, datetime(2026, 9, 12, 1, 59, tzinfo=own.zone))


def test_what_is_left_out_is_as_shipped() -> None:
    data = built({"hall": {"name": "甲", "address": "乙", "phone": "1", "region": "丙"}})
    assert data.books.rules.confirm_close == timedelta(hours=120)
    assert data.books.rules.quiet == (time(21, 30), time(7, 30))
    assert data.drill_speed == 1.0
    assert data.tariffs == ()
    assert hours.is_working(data.books.calendar, date(2026, 2, 14))


def test_promises_have_their_zone_in_the_id(tables: Tables) -> None:
    row = {"topics": ["rename"], "to": "arrive", "promise": "40m", "source": "本厅"}
    tables["promise"] = [
        {"id": "outage.arrive", "zone": "urban", **row},
        {"id": "outage.arrive.rural", "zone": "rural", **row},
        {"id": "rename.done", **row},
    ]
    ids = [one.id for one in promise_rows(read_tables(tables))]
    assert ids == ["outage.arrive.urban", "outage.arrive.rural", "rename.done"]


def test_the_version_follows_folder_and_handbook(tables: Tables, write: Write, hall_text: str) -> None:
    folder = read_folder(write({"hall.toml": hall_text}))
    one = build(folder, EMPTY)
    assert one.version == build(folder, EMPTY).version
    assert one.version != build(folder, replace(EMPTY, version="next")).version
    tables["hall"]["name"] = "新厅"
    assert built(tables).version != one.version


@pytest.mark.parametrize(
    ("rule", "said"), [("24h", "24h"), ("12h", "12h"), ("90m", "90m"), ("1d", "24h"), ("2d", "48h")]
)
def test_who_complains_is_contacted_as_the_halls_rule_says(tables: Tables, rule: str, said: str) -> None:
    rows = (
        PromiseRow("complaint.contact", ("complaint",), "contact", "依据", "24h", "24h", "24h"),
        PromiseRow("complaint.reply", ("complaint",), "reply", "依据", "5wd"),
    )
    handbook = replace(EMPTY, promises=rows)
    data = build(read_tables({**tables, "rules": {"complaint_contact": rule}}), handbook)
    contact, reply = data.books.promises
    assert (contact.promise, contact.internal, contact.red_line) == (said, said, "24h")
    assert reply == rows[1]
