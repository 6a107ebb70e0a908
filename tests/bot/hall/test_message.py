"""One message through the hall: kept, answered once, in few statements; odd input, other people's cases."""

import re
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot import app
from bot.hall import counter, drill, duty, ports, reception
from bot.hall.house import OUTBOX
from bot.hall.records import Heard
from intents.text import safe
from tests.kit import CREW, LEADER, WORKER, edition, hall_at, heard_by, say, settings, told
from tests.kit_hall import sit_down, still_at

CARD = re.compile(r"/card/\S+")
"""No two cards have the same key."""


class Told:
    """The engine's part: who has work, and nobody does it."""

    def __init__(self) -> None:
        self.work: list[str] = []

    def has_work(self, conversation: str) -> None:
        self.work.append(conversation)


async def test_one_message_costs_at_most_two_transactions_and_ten_statements(tmp_path: Path) -> None:
    running = await app.open_hall(settings(tmp_path), practice=True, edition=edition())
    engine = Told()
    hall = replace(running.hall, engine=cast("ports.Engine", engine))  # no loops: nothing but this message is counted
    customer = (await reception.newcomer(hall)).key
    statements: list[str] = []
    commits: list[int] = []

    def on_statement(_c: Any, _k: Any, text: str, *_rest: Any) -> None:
        if not text.startswith("BEGIN"):
            statements.append(text)

    def on_commit(_connection: Any) -> None:
        commits.append(1)

    event.listen(Engine, "before_cursor_execute", on_statement)
    event.listen(Engine, "commit", on_commit)
    try:
        await reception.receive(hall, Heard("m1", customer, text="过户要带什么"))
        await reception.drain(hall, customer)
    finally:
        event.remove(Engine, "before_cursor_execute", on_statement)
        event.remove(Engine, "commit", on_commit)
    assert "权属证明" in await told(hall, customer)
    assert engine.work == [customer]  # nothing is left to be carried
    assert len(commits) <= 2
    assert len(statements) <= 10, statements
    await hall.ledger.close()


async def test_what_is_left_to_be_carried_wakes_the_outbox(tmp_path: Path) -> None:
    async with still_at(tmp_path) as still:
        engine = Told()
        hall = replace(still, engine=cast("ports.Engine", engine))
        web, tg = await sit_down(hall), await sit_down(hall, channel="tg")
        for customer, text, woken in ((web, "你好", False), (tg, "你好", True), (web, "转人工", True)):
            engine.work.clear()
            rung = hall.bell.ticket(f"talk:{customer}")
            await reception.receive(hall, Heard(text, customer, text=text))
            await reception.drain(hall, customer)
            assert (OUTBOX in engine.work) is woken
            assert hall.bell.ticket(f"talk:{customer}") > rung


async def test_the_same_id_is_one_message(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = (await reception.newcomer(hall)).key
        heard = Heard("same", customer, text="转人工")
        assert await reception.receive(hall, heard)
        assert not await reception.receive(hall, heard)
        await drill.settle(hall)
        assert not await reception.receive(hall, heard)
        await drill.settle(hall)
        assert len(await hall.ledger.read(lambda lists: lists.cases_of(customer))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00\x01\x02",
        "\ud800\udfff\ud83d",
        "😀" * 50,
        "停" * 10_000,
        "<b>{handler}</b>",
        "'; DROP TABLE cases; --",
        "${7*7}",
        "9" * 500,
    ],
    ids=["empty", "blank", "control", "surrogates", "emoji", "long", "html", "sql", "template", "digits"],
)
async def test_odd_input_is_answered_politely_and_nothing_breaks(text: str, tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = (await reception.newcomer(hall)).key
        await say(hall, customer, text)
        answer = await told(hall, customer)
        assert answer
        for trace in ("Traceback", "Error", "None", "{", "<b>", "DROP"):
            assert trace not in answer
        await say(hall, customer, "你好")
        assert len(await heard_by(hall, customer)) >= 2
        safe(answer).encode()


async def test_a_foreign_or_invented_press_changes_nothing(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        mine, other = (await reception.newcomer(hall)).key, (await reception.newcomer(hall)).key
        await say(hall, mine, "转人工")
        case = (await hall.ledger.read(lambda lists: lists.cases_of(mine)))[0]
        for press in (
            f"confirm.{case.no}",
            f"urge.{case.no}",
            f"rate.5.{case.no}",
            "open.hazard",
            "nonsense",
            "topic.x",
        ):
            await say(hall, other, button=press)
        assert await hall.ledger.read(lambda lists: lists.case(case.no)) == case
        assert not await hall.ledger.read(lambda lists: lists.cases_of(other))
        assert {line.text[:5] for line in await heard_by(hall, other)} == {"这个按键已"}


async def test_an_id_number_is_masked_in_the_talk_and_in_the_case(tmp_path: Path) -> None:
    number = "110101199003070134"
    async with hall_at(tmp_path) as hall:
        customer = (await reception.newcomer(hall)).key
        await say(hall, customer, f"转人工 我身份证{number}")
        await say(hall, customer, "转人工")
    with sqlite3.connect(tmp_path / "hall.db") as base:
        for table in ("talk", "events", "outbox", "cases", "threads", "inbox"):
            rows = base.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own tables
            assert number not in repr(rows), table


async def test_one_step_of_a_day_is_the_same_as_twenty_four_of_an_hour(tmp_path: Path) -> None:
    found = []
    for steps in (1, 24):
        path = tmp_path / str(steps)
        path.mkdir()
        async with hall_at(path) as hall:
            customer = (await reception.newcomer(hall)).key
            await say(hall, customer, "我家停电了", "青石镇竹溪路18号3幢502")
            for _ in range(steps):
                done, _clock = await drill.set_clock(hall, {"forward_seconds": 86_400 / steps})
                assert done
            letters = await hall.ledger.read(lambda lists: lists.letters(0))
            found.append([(one.at, one.kind, CARD.sub("", one.text), one.to.partition(":")[0]) for one in letters])
    assert found[0] == found[1]
    assert len(found[0]) > 6


async def test_a_clock_that_jumps_fires_each_rung_once(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = (await reception.newcomer(hall)).key
        await say(hall, customer, "我家停电了", "青石镇竹溪路18号3幢502")
        start = hall.clock.now().isoformat()
        for _ in range(2):
            await drill.set_clock(hall, {"now": "2026-11-25T10:00:00+08:00", "jump": True})
            await drill.set_clock(hall, {"now": start, "jump": True})
        alerts = await hall.ledger.read(lambda lists: lists.alerts(only_open=False))
        assert len({one.rung for one in alerts}) == len(alerts) >= 2


async def test_what_is_denied_is_kept_and_dry_keeps_nothing(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        staff = hall.edition().data.books.roster.staff
        customer = (await reception.newcomer(hall)).key
        await say(hall, customer, "我家停电了", "青石镇竹溪路18号3幢502")
        case = (await hall.ledger.read(lambda lists: lists.cases_of(customer)))[0]
        with pytest.raises(counter.NotYours):
            await counter.accept(hall, staff[WORKER], case.no)
        denied = [one for one in await hall.ledger.read(lambda lists: lists.events("")) if one.move == "deny"]
        assert [one.by for one in denied] == [WORKER]
        preview = await counter.accept(hall, staff[CREW], case.no, counter.Asked(dry=True))
        assert isinstance(preview, counter.Preview)
        assert (preview.customers, preview.cases) == (1, (case.no,))
        assert "已接单" in preview.text
        assert await hall.ledger.read(lambda lists: lists.case(case.no)) == case
        with pytest.raises(counter.Changed):
            await counter.accept(hall, staff[CREW], case.no, counter.Asked(version=99))
        for _ in range(2):
            await counter.accept(hall, staff[CREW], case.no, counter.Asked(id="once", version=case.version))
        events = await hall.ledger.read(lambda lists: lists.events(case.no))
        assert [one.move for one in events].count("accept") == 1


async def test_no_internal_word_reaches_the_customer(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        staff = hall.edition().data.books.roster.staff
        customer = (await reception.newcomer(hall)).key
        await say(hall, customer, "转人工")
        case = (await hall.ledger.read(lambda lists: lists.cases_of(customer)))[0]
        await counter.note(hall, staff[LEADER], case.no, "这位客户以前投诉过")
        await drill.settle(hall)
        assert "投诉过" not in await told(hall, customer)


async def test_an_alert_is_acknowledged_once(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        staff = hall.edition().data.books.roster.staff
        customer = (await reception.newcomer(hall)).key
        await say(hall, customer, "配电箱着火了")
        (alert,) = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        first = await duty.acknowledge(hall, staff[LEADER], alert.id)
        second = await duty.acknowledge(hall, staff["A002"], alert.id)
        assert first
        assert second
        assert first.acked_by == second.acked_by == LEADER
        assert await duty.acknowledge(hall, staff[LEADER], 999) is None
