"""A customer is forgotten as a whole: nothing of his is left in the ledger or on the disk, and the figures stay."""

import dataclasses
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from bot.desk.case import CLOCK, Case, State
from bot.desk.moves import Move
from bot.hall import access, counter, forgetting, handing, private, reception
from bot.hall.counter import Asked
from bot.hall.forgetting import KEPT, HasLiveCases, NoSuchCustomer, SeveralCustomers, erased, find
from bot.hall.house import Hall
from bot.hall.pages import LedgerBusy
from bot.hall.records import AuditQuery, CaseQuery, Heard, Person
from tests.kit import LEADER, hall_at, say
from tests.kit_hall import ADDRESS, CLOSING, cases_of, letters, moves_of, outage, sit_down, staff
from tests.storage.given import anything

HOW = {"how": "test"}
SAID = "我家门口第三棵桂花树旁边没电"
NOTED = "客户脾气急先安抚"
TASK = "请带两米梯子去"
PHONE = "19912345678"


@pytest.fixture
async def filed(tmp_path: Path) -> AsyncIterator[Hall]:
    async with hall_at(tmp_path) as opened:
        yield opened


def written(path: Path) -> str:
    """Everything the database and the file store hold, as one text."""
    connection = sqlite3.connect(path / "hall.db")
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = [str(connection.execute(f"SELECT * FROM {name}").fetchall()) for name in names]  # noqa: S608 - our own names
    connection.close()
    return "\n".join(found) + "\n".join(path.name for path in (path / "files").rglob("*"))


async def a_life(hall: Hall) -> tuple[str, Case]:
    """Somebody with a case that went its whole way, with words, a photo, a note, a helper and a rating."""
    customer = await sit_down(hall, name="沈清和")
    photo = await hall.files.keep("紫藤架.jpg", "image/jpeg", b"\xff\xd8 his door")
    await reception.receive(hall, Heard("p", customer, text="", files=(photo,)))
    await say(hall, customer, SAID)
    customer, case = await outage(hall, customer)
    await say(hall, customer, f"电话{PHONE}")
    by = staff(hall, case.first_handler)
    await counter.accept(hall, by, case.no)
    await counter.note(hall, by, case.no, NOTED)
    await handing.help_(hall, by, case.no, "A201", TASK, Asked())
    await handing.help_done(hall, staff(hall, "A201"), case.no, f"{TASK}，好了", Asked())
    await counter.resolve(hall, by, case.no, "已经来电", CLOSING)
    await say(hall, customer, button=f"confirm.{case.no}")
    await say(hall, customer, button=f"rate.5.{case.no}")
    return customer, (await cases_of(hall, customer))[0]


async def test_nothing_he_or_anybody_said_is_left(filed: Hall, tmp_path: Path) -> None:
    customer, before = await a_life(filed)
    assert before.state is State.CLOSED
    other, hers = await outage(filed)
    token = await access.customer_session(filed, customer)
    held = written(tmp_path)
    traces = (SAID, NOTED, TASK, PHONE, "沈清和", CLOSING["cause"], "紫藤架")
    assert [trace for trace in traces if trace not in held] == []

    done = await forgetting.forget(filed, customer, LEADER, HOW)
    assert (done.cases, done.files) == ((before.no,), 1)

    left = written(tmp_path)
    assert [trace for trace in traces if trace in left] == []
    assert ADDRESS in left  # hers
    assert list((tmp_path / "files").rglob("?" * 64)) == []
    (after,) = await cases_of(filed, customer)
    for name in KEPT - {"seq", "version"}:
        assert getattr(after, name) == getattr(before, name), name
    assert (after.rating and after.rating.score) == (before.rating and before.rating.score)
    assert await access.customer_of(filed, token) is None
    assert await filed.ledger.read(lambda lists: lists.broken_chain()) is None
    assert (await cases_of(filed, other)) == (hers,)
    assert (await moves_of(filed, before.no))[-1] == "erase"


async def test_it_is_noted_by_whom_and_says_nothing_of_whom(filed: Hall) -> None:
    customer, case = await a_life(filed)
    await forgetting.forget(filed, customer, LEADER, HOW)
    found = await filed.ledger.read(lambda lists: lists.audit(AuditQuery(move=Move.ERASE)))
    assert [(event.case, event.by, event.public) for _, event in found.items] == [
        (case.no, LEADER, False),
        ("", LEADER, False),
    ]
    assert found.items[0][1].facts == HOW
    assert found.items[1][1].facts == {**HOW, "cases": case.no}


async def test_figures_and_lists_stay_as_they_were(filed: Hall) -> None:
    customer, _ = await a_life(filed)
    before = await filed.ledger.read(lambda lists: (lists.counts(), lists.cases(CaseQuery()).total))
    many = len(await letters(filed))
    await forgetting.forget(filed, customer, CLOCK, HOW)
    assert await filed.ledger.read(lambda lists: (lists.counts(), lists.cases(CaseQuery()).total)) == before
    assert len(await letters(filed)) == many


async def test_who_has_a_live_case_is_not_forgotten(filed: Hall, tmp_path: Path) -> None:
    customer, case = await outage(filed)
    before = written(tmp_path)
    with pytest.raises(HasLiveCases) as live:
        await forgetting.forget(filed, customer, LEADER, HOW)
    assert live.value.cases == (case.no,)
    assert written(tmp_path) == before
    by = staff(filed, case.first_handler)
    await counter.accept(filed, by, case.no)
    await counter.resolve(filed, by, case.no, "已经来电", CLOSING)
    with pytest.raises(HasLiveCases):  # not confirmed yet: somebody still answers for it
        await forgetting.forget(filed, customer, LEADER, HOW)


async def test_a_customer_may_be_named_by_telephone_or_case(filed: Hall) -> None:
    customer, case = await outage(filed)
    await say(filed, customer, f"电话{PHONE}")
    for text in (customer, f" {customer} ", PHONE, "199 1234 5678", "199-1234-5678", case.no, case.no.lower()):
        assert await filed.ledger.read(lambda lists, text=text: find(lists, text)) == customer  # type: ignore[misc]
    for nobody in ("", " ", "13800000000", "DL20991231-0001", "%"):
        with pytest.raises(NoSuchCustomer):
            await filed.ledger.read(lambda lists, nobody=nobody: find(lists, nobody))  # type: ignore[misc]
    await filed.ledger.write(lambda page: page.keep_person(Person("zz", phone=PHONE)))
    with pytest.raises(SeveralCustomers) as several:
        await filed.ledger.read(lambda lists: find(lists, PHONE))
    assert several.value.keys == (customer, "zz")


async def test_who_is_known_by_a_messengers_number_is_not_any_more(filed: Hall, tmp_path: Path) -> None:
    await filed.ledger.write(lambda page: page.keep_person(Person("tg700123456", "阿明", channel="tg")))
    await say(filed, "tg700123456", SAID)
    await forgetting.forget(filed, "tg700123456", CLOCK, HOW)
    left = written(tmp_path)
    assert ("700123456" in left, "阿明" in left, SAID in left) == (False, False, False)
    with pytest.raises(NoSuchCustomer):
        await filed.ledger.read(lambda lists: find(lists, "tg700123456"))


async def test_who_comes_back_begins_anew(filed: Hall) -> None:
    customer, old = await a_life(filed)
    await forgetting.forget(filed, customer, CLOCK, HOW)
    _, case = await outage(filed, customer)
    assert case.no != old.no
    assert dict(case.slots) == {"address": ADDRESS}
    assert await filed.ledger.read(lambda lists: lists.broken_chain()) is None


async def test_files_left_by_a_crash_are_dropped_later(filed: Hall, tmp_path: Path) -> None:
    customer, _ = await a_life(filed)

    class Stuck:
        def __getattr__(self, name: str) -> Any:
            return getattr(filed.files, name)

        async def drop(self, key: str) -> None:
            raise LedgerBusy(key[:0])

    stuck = dataclasses.replace(filed, files=Stuck())
    with pytest.raises(LedgerBusy):
        await forgetting.forget(stuck, customer, CLOCK, HOW)
    assert len(list((tmp_path / "files").rglob("?" * 64))) == 1
    assert await forgetting.drop_files(filed) == 1
    assert list((tmp_path / "files").rglob("?" * 64)) == []
    assert await forgetting.drop_files(filed) == 0


def strings(value: object) -> set[str]:
    """Every text in a value."""
    if isinstance(value, str):
        return {value}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {text for field in dataclasses.fields(value) for text in strings(getattr(value, field.name))}
    if isinstance(value, dict):
        return {text for pair in value.items() for one in pair for text in strings(one)}
    return {text for one in value for text in strings(one)} if isinstance(value, tuple) else set()


CHANGED = {
    "pauses",
    "receipt",
    "shown",
    "slots",
    "papers",
    "closing",
    "card",
    "transfer",
    "cover",
    "tasks",
    "callback",
    "rating",
}
STAY = {  # what of the changed fields may stay: who, when and how good
    "tasks": ("to", "by", "helper"),
    "callback": ("about", "by"),
    "rating": ("handler",),
    "pauses": ("by", "ended_by"),
}


def test_every_field_of_a_case_is_decided_upon() -> None:
    assert {field.name for field in dataclasses.fields(Case)} == KEPT | CHANGED
    assert not KEPT & CHANGED


@given(anything(Case))
def test_of_any_case_nothing_said_stays(case: Case) -> None:
    bare = erased(case)
    for name in KEPT:
        assert getattr(bare, name) == getattr(case, name)
    told = {text for name in CHANGED for text in strings(getattr(bare, name))}
    stay = {"", bare.no} | {
        getattr(one, name) for field, names in STAY.items() for one in _each(getattr(case, field)) for name in names
    }
    assert told <= stay


def _each(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def test_moments_and_scores_stay() -> None:
    at = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
    from bot.desk.case import Callback, Priority, Rating, Task

    case = Case(
        "DL1", "bill_query", State.CLOSED, Priority.NORMAL, "w1", "A1", at, at,
        tasks=(Task(1, "A2", "A1", "去看看", at, helper="A2", done_at=at, result="看了"),),
        callback=Callback("A1", at, at, by="A9", text="道歉了", done_at=at),
        rating=Rating(2, "太慢", at, "A1"),
    )  # fmt: skip
    bare = erased(case)
    assert bare.tasks[0] == Task(1, "A2", "A1", "", at, helper="A2", done_at=at)
    assert bare.callback == Callback("A1", at, at, by="A9", done_at=at)
    assert bare.rating == Rating(2, "", at, "A1")
    waiting = dataclasses.replace(case, callback=Callback("A1", at, at))
    assert erased(waiting).callback is None  # there is nobody left to call


def test_the_tables_of_customers_are_those_that_are_private() -> None:
    from storage.forgetting import _KEPT_CELLS

    named = {name for name in private.MASKS if name in ("customer", "case")}
    assert set(_KEPT_CELLS) == named
    for table, (_, cells) in _KEPT_CELLS.items():
        assert set(private.MASKS[table]) <= set(cells)
