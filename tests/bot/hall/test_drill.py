import io
import re
import sqlite3
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot import app
from bot.desk.case import State
from bot.hall import access, counter, drill, reception, seeding
from bot.hall.house import Hall
from bot.hall.pace import Rate, Rates
from bot.hall.ports import Channel, TryLater
from bot.hall.records import Heard
from bot.settings import DEMO
from storage.migrate import migrate
from tests.kit import CREW, MONDAY, at_hand, edition, hall_at, say, settings, told
from tests.kit_hall import (
    ADDRESS,
    CLOSING,
    OUTAGE,
    Mailbox,
    cases_of,
    forward,
    letters,
    moves_of,
    newest,
    outage,
    sit_down,
    staff,
    wants_person,
)

CARD = re.compile(r"/card/\S+")
"""An open card's key is nobody's to guess."""
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
HALL: dict[str, Any] = {
    "hall": {"name": "白鹭供电营业厅", "address": "白鹭镇丹枫路2号", "phone": "000", "region": "示例省"},
    "rules": {"accept_remind": "5m", "accept_escalate": "10m"},
    "drill": {"now": "2026-12-01T09:00:00+08:00", "speed": 0},
    "staff": [
        {"no": "B101", "name": "陆文清", "post": "work", "skills": ["owner_transfer"]},
        {"no": "B201", "name": "石向东", "post": "work", "skills": ["outage_repair", "hazard", "human_agent"]},
        {"no": "B001", "name": "贺兰亭", "post": "duty"},
    ],
    "shift": [{"staff": ["B101", "B201", "B001"], "days": "daily", "hours": "00:00-24:00"}],
    "hours": [{"days": "daily", "open": ["08:30-17:30"]}],
    "place": [{"name": "芦苇新村", "town": "白鹭镇", "zone": "urban"}],
    "account": [{"no": "9900000012", "holder": "顾念慈", "address": "芦苇新村7幢102", "phone": "19900000012"}],
    "customer": [{"key": "gu", "name": "顾念慈", "accounts": [{"no": "9900000012", "proof": "P2"}]}],
    "case": [
        {
            "key": "k1",
            "customer": "gu",
            "topic": "owner_transfer",
            "state": "in_progress",
            "first_handler": "B101",
            "opened_at": "2026-11-30T10:20:00+08:00",
            "text": "身份证110101199003070134",
        }
    ],
}


def trained(path: Path) -> Path:
    """The model is there already."""
    edition()
    at_hand(path / "cache")
    return path


async def everything(hall: Hall) -> list[tuple[Any, ...]]:
    """What was sent to whom, when, in which words; customers by their turn."""
    names: dict[str, int] = {}
    return [
        (one.at, one.sent_at, one.kind, names.setdefault(one.to, len(names)), CARD.sub("/card/", one.text), one.state)
        for one in await letters(hall)
    ]


async def busy_day(hall: Hall) -> None:
    """Everything whose clock can run: a call for a person, an outage accepted, one resolved, one left alone."""
    await wants_person(hall)
    await outage(hall)
    _, accepted = await outage(hall)
    _, resolved = await outage(hall)
    for case in (accepted, resolved):
        await counter.accept(hall, staff(hall, case.first_handler), case.no)
    await counter.stage(hall, staff(hall, accepted.first_handler), accepted.no, "arrive", "")
    await counter.resolve(hall, staff(hall, resolved.first_handler), resolved.no, "好了", CLOSING)
    await drill.settle(hall)


class TestForward:
    @pytest.mark.parametrize("steps", [6, 24, 97])
    async def test_one_long_step_is_the_same_as_many_short_ones(self, tmp_path: Path, steps: int) -> None:
        found = []
        for count in (1, steps):
            async with hall_at(tmp_path, memory=True) as hall:
                await busy_day(hall)
                for _ in range(count):
                    done, _ = await drill.set_clock(hall, {"forward_seconds": 6 * 86_400 / count})
                    assert done
                assert hall.clock.now() - MONDAY == pytest.approx(6 * DAY, abs=timedelta(milliseconds=1))
                found.append((await everything(hall), await moves_of(hall, "DL20261123-0002")))
        assert found[0] == found[1]
        assert len(found[0][0]) > 25
        moments = [one[0] for one in found[0][0]]
        assert moments == sorted(moments)

    async def test_each_thing_happens_at_its_own_moment(self, hall: Hall) -> None:
        _, case = await outage(hall)
        await forward(hall, hours=24)
        events = await hall.ledger.read(lambda lists: lists.events(case.no))
        after = [(one.move, one.at - case.opened_at) for one in events if one.by == "clock"]
        minutes = [("late", 15), ("escalate", 22.5), ("escalate", 30), ("escalate", 36), ("broken", 45)]
        assert after[:5] == [(move, timedelta(minutes=count)) for move, count in minutes]
        assert ("escalate", timedelta(hours=1)) in after[5:]
        assert [at for _, at in after] == sorted(at for _, at in after)
        assert hall.clock.now() == MONDAY + DAY

    async def test_back_off_is_on_this_clock_too(self, hall: Hall) -> None:
        mailbox = Mailbox(fails=[TryLater(timedelta(minutes=90))])
        cast("dict[str, Channel]", hall.channels)["tg"] = mailbox
        customer = await sit_down(hall, channel="tg")
        await say(hall, customer, "你好")
        assert mailbox.carried == []
        await forward(hall, hours=24)
        (letter,) = await letters(hall, f"customer:{customer}")
        assert letter.sent_at == MONDAY + timedelta(minutes=90)

    async def test_what_was_overtaken_at_a_full_chat_goes_out_in_time(
        self, hall: Hall, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hall.pace, "_rates", Rates(chat=Rate(1, SECOND)))
        mailbox = Mailbox()
        cast("dict[str, Channel]", hall.channels)["tg"] = mailbox
        customer, case = await outage(hall, await sit_down(hall, channel="tg"))
        await say(hall, customer, "插座冒火花了")  # its words overtake what the chat's limit holds back
        await forward(hall, hours=24)
        found = await letters(hall, f"customer:{customer}")
        assert {one.state for one in found} == {"sent"}
        assert all(one.sent_at - one.at < timedelta(minutes=1) for one in found if one.sent_at)
        events = await hall.ledger.read(lambda lists: lists.events(case.no))
        assert next(one.at - case.opened_at for one in events if one.move == "late") == timedelta(minutes=15)

    async def test_nothing_forward_only_waits_until_all_is_done(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await reception.receive(hall, Heard("1", customer, text="你好"))
        done, found = await drill.set_clock(hall, {"forward_seconds": 0})
        assert done
        assert found == {"now": MONDAY.isoformat(), "speed": 0.0, "drill": True}
        assert "您好" in await told(hall, customer)

    async def test_out_of_patience_it_says_so_and_the_clock_stands_where_work_stopped(self, hall: Hall) -> None:
        await outage(hall)
        assert not await drill.forward(hall, MONDAY + DAY, patience=-1)
        assert hall.clock.now() < MONDAY + DAY
        assert await drill.forward(hall, MONDAY + DAY)

    async def test_what_nobody_can_mend_does_not_stop_the_clock(self, hall: Hall) -> None:
        await outage(hall)
        with_fault = replace(hall, edition=lambda: cast("Any", None))  # every look at a case fails
        assert await drill.forward(with_fault, MONDAY + DAY)
        assert hall.clock.now() == MONDAY + DAY


class TestJump:
    async def test_what_fell_due_is_made_up_once_and_at_once(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        for _ in range(3):
            await drill.set_clock(hall, {"now": (MONDAY + 3 * DAY).isoformat(), "jump": True})
            await drill.set_clock(hall, {"now": (MONDAY - DAY).isoformat(), "jump": True})
            assert hall.clock.now() == MONDAY - DAY
        events = await hall.ledger.read(lambda lists: lists.events(case.no))
        assert [(one.move, one.at) for one in events if one.by == "clock"] == [
            (move, MONDAY + 3 * DAY) for move in ("late", "escalate", "escalate", "escalate", "broken", "escalate")
        ]
        assert (await told(hall, customer)).count("没能按说好的时间") == 1

    async def test_back_in_time_the_hall_works_on(self, hall: Hall) -> None:
        await outage(hall)
        await drill.set_clock(hall, {"now": (MONDAY - 30 * DAY).isoformat(), "jump": True})
        customer, case = await outage(hall)
        assert case.opened_at == MONDAY - 30 * DAY
        await counter.accept(hall, staff(hall, case.first_handler), case.no)
        await drill.settle(hall)
        assert "已接单" in await told(hall, customer)


class TestAsking:
    @pytest.mark.parametrize(
        "body",
        [
            {"now": "gestern"},
            {"now": None},
            {"now": "2026-11-22T10:00:00+08:00"},
            {"now": "0001-01-01T00:00:00+14:00", "jump": True},
            {"forward_seconds": -1},
            {"forward_seconds": "60"},
            {"forward_seconds": True},
            {"forward_seconds": float("nan")},
            {"forward_seconds": float("inf")},
            {"forward_seconds": 1e300},
            {"forward_seconds": 1e12},
            {"speed": -1},
            {"speed": float("inf")},
            {"speed": 1e9},
            {"speed": None},
            {"speed": 60, "now": "gestern"},
        ],
    )
    async def test_what_makes_no_sense_is_refused_in_chinese_and_changes_nothing(
        self, hall: Hall, body: Mapping[str, object]
    ) -> None:
        with pytest.raises(drill.BadDrill) as refused:
            await drill.set_clock(hall, body)
        assert any("\u4e00" <= char <= "\u9fff" for char in refused.value.why)
        assert drill.clock_json(hall) == {"now": MONDAY.isoformat(), "speed": 0.0, "drill": True}

    async def test_a_moment_without_zone_is_the_halls(self, hall: Hall) -> None:
        await drill.set_clock(hall, {"now": "2026-11-23T12:00:00"})
        assert hall.clock.now() == MONDAY + timedelta(hours=2)
        await drill.set_clock(hall, {"now": "2026-11-23T05:00:00Z"})
        assert hall.clock.now().isoformat() == "2026-11-23T13:00:00+08:00"

    async def test_an_ordinary_hall_has_no_clock_to_turn(self, hall: Hall) -> None:
        plain = replace(hall, practice=None)
        assert hall.drill
        assert not plain.drill
        for doing in (
            drill.set_clock(plain, {}),
            drill.load(plain, {}),
            drill.enter(plain, {}),
            drill.pump(plain, DAY),
        ):
            with pytest.raises(drill.BadDrill):
                await doing


class TestPump:
    async def test_time_runs_on_at_its_speed(self, hall: Hall) -> None:
        clock = drill.practice(hall).clock
        await outage(hall)
        await drill.pump(hall, timedelta(hours=1))
        assert clock.now() == MONDAY
        clock.speed = 60.0
        for _ in range(30):
            await drill.pump(hall, timedelta(seconds=1))
        clock.speed = 0.0
        assert clock.now() == MONDAY + timedelta(minutes=30)
        alerts = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert [one.why for one in alerts] == ["accept", "half"]

    async def test_not_while_another_hand_is_on_the_clock(self, hall: Hall) -> None:
        practice = drill.practice(hall)
        practice.clock.speed = 1.0
        async with practice.lock:
            await drill.pump(hall, DAY)
        practice.clock.speed = 0.0
        assert practice.clock.now() < MONDAY + DAY


class TestLoading:
    async def test_nothing_is_left_of_the_last_drill(self, tmp_path: Path) -> None:
        async with hall_at(trained(tmp_path)) as hall:
            customer, case = await outage(hall)
            token = await access.customer_session(hall, customer)
            await access.set_password(hall, CREW, "x")
            hall.stumbles[customer, "1"] = 2
            found = await drill.load(hall, HALL)
            assert found == {"now": "2026-12-01T09:00:00+08:00", "speed": 0.0, "drill": True, "hall": "白鹭供电营业厅"}
            assert await cases_of(hall, customer) == ()
            assert await access.customer_of(hall, token) is None
            assert await hall.ledger.write(lambda page: page.password(CREW)) == ""
            assert await letters(hall) == ()
            assert hall.stumbles == {}
            assert hall.ears == {}
            with sqlite3.connect(tmp_path / "hall.db") as base:
                for table in ("inbox", "talk", "threads", "alerts", "sessions", "events", "outbox"):
                    rows = repr(base.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608 - our own tables
                    assert customer not in rows, table
            base.close()
            (brought,) = await cases_of(hall, "gu")
            assert (brought.state, brought.first_handler) == (State.IN_PROGRESS, "B101")
            assert brought.no != case.no
            events = await hall.ledger.read(lambda lists: lists.events(brought.no))
            assert "110101199003070134" not in str(events)
            await say(hall, "gu", OUTAGE)
            assert (await newest(hall, "gu")).first_handler == "B201"
            assert "芦苇新村7幢102" in await told(hall, "gu")

    async def test_the_rules_of_the_new_hall_are_in_force(self, tmp_path: Path) -> None:
        async with hall_at(trained(tmp_path)) as hall:
            await drill.load(hall, HALL)
            customer = await sit_down(hall)
            await say(hall, customer, "转人工")
            await forward(hall, minutes=11)
            assert "还没有人接单" in await told(hall, customer)

    async def test_it_outlives_a_restart_hall_clock_speed_cases_and_tokens(self, tmp_path: Path) -> None:
        async with hall_at(trained(tmp_path)) as hall:
            await drill.load(hall, HALL)
            customer = await sit_down(hall)
            await say(hall, customer, "转人工")
            token = await access.customer_session(hall, customer)
            await drill.set_clock(hall, {"forward_seconds": 3600, "speed": 0.5})
            now = hall.clock.now()
        async with hall_at(tmp_path, at=None) as hall:
            clock = drill.practice(hall).clock
            assert clock.now() >= now == datetime.fromisoformat("2026-12-01T10:00:00+08:00")
            assert hall.edition().data.info.name == "白鹭供电营业厅"
            assert await access.customer_of(hall, token) == customer
            assert len(await cases_of(hall, customer)) == 1
            assert len(await cases_of(hall, "gu")) == 1  # brought along once
            remembered = await hall.ledger.read(lambda lists: lists.remembered(drill.SPEED))
            assert float(remembered) == 0.5

    async def test_a_zip_of_a_folder_is_the_same(self, tmp_path: Path) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as folder:
            for file in sorted(DEMO.iterdir()):
                if file.suffix in (".toml", ".csv"):
                    folder.writestr(file.name, file.read_bytes())
        async with hall_at(trained(tmp_path)) as hall:
            found = await drill.load(hall, packed.getvalue())
            assert found["hall"] == "青石供电营业厅（演示）"
        async with hall_at(tmp_path, at=None) as hall:
            assert hall.edition().data.info.name == "青石供电营业厅（演示）"

    async def test_a_faulty_one_changes_nothing(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        faulty = HALL | {"shift": [{"staff": ["B999"], "days": "daily", "hours": "00:00-24:00"}]}
        with pytest.raises(Exception, match=r".") as refused:
            await drill.load(hall, faulty)
        assert getattr(refused.value, "faults", ())
        assert await cases_of(hall, customer) == (case,)
        assert hall.clock.now() == MONDAY

    async def test_without_a_clock_of_its_own_it_begins_now(self, tmp_path: Path) -> None:
        async with hall_at(trained(tmp_path), memory=True) as hall:
            found = await drill.load(hall, {name: table for name, table in HALL.items() if name != "drill"})
            drill.practice(hall).clock.speed = 0.0
            assert datetime.fromisoformat(found["now"]) >= MONDAY

    async def test_the_folders_customers_and_cases_are_taken_over_once(self, hall: Hall) -> None:
        before = await hall.ledger.read(lambda lists: lists.customers())
        await hall.ledger.write(lambda page: seeding.seed(page, hall.edition(), hall.clock.now()))
        assert await hall.ledger.read(lambda lists: lists.customers()) == before


class TestEntering:
    async def test_as_a_customer_the_folder_knows(self, hall: Hall) -> None:
        found = await drill.enter(hall, {"customer": "lu"})
        assert await access.customer_of(hall, found["token"]) == "lu"
        assert found["link"].endswith(f"/#token={found['token']}")

    async def test_as_a_newcomer(self, hall: Hall) -> None:
        for name in ({"name": "顾念慈"}, {}):
            found = await drill.enter(hall, {"customer": name})
            person = await hall.ledger.read(lambda lists, key=found["customer"]: lists.person(key))  # type: ignore[misc]
            assert person
            assert person.name == name.get("name", "")

    async def test_as_somebody_of_the_hall(self, hall: Hall) -> None:
        found = await drill.enter(hall, {"staff": CREW})
        who = await access.who(hall, found["token"], "token")
        assert who
        assert who[0].no == CREW
        assert await access.link(hall, found["link"].rpartition("/")[2])

    @pytest.mark.parametrize(
        "body", [{}, {"staff": "A999"}, {"customer": "nobody"}, {"customer": None}, {"staff": ["x"]}]
    )
    async def test_as_nobody(self, hall: Hall, body: Mapping[str, object]) -> None:
        with pytest.raises(drill.BadDrill):
            await drill.enter(hall, body)


async def test_a_drill_killed_in_the_middle_goes_on_where_it_stood(tmp_path: Path) -> None:
    """The clock is remembered at every turn, so that a killed drill does not fall back."""
    own = settings(trained(tmp_path))
    async with hall_at(tmp_path) as hall:
        customer = await sit_down(hall)
        await say(hall, customer, OUTAGE, ADDRESS)
        await forward(hall, minutes=20)
    migrate(own.database_url)
    running = await app.open_hall(own, practice=True, edition=edition())
    try:
        assert running.hall.clock.now() == MONDAY + timedelta(minutes=20)
        case = await newest(running.hall, customer)
        assert (await moves_of(running.hall, case.no)).count("late") == 1
    finally:
        await running.hall.ledger.close()
