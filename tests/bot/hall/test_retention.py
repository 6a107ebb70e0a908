"""Retention: each class goes when its time is over, not a day before; one that fails leaves the others alone."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk.case import State
from bot.hall import access, counter, drill, reception, retention
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.pages import LedgerBusy, Page
from bot.hall.records import Heard
from bot.hall.retention import CLASSES, retain
from tests.kit import LEADER, hall_at, say
from tests.kit_hall import Failing, cases_of, outage, sit_down, staff

KEEP = 730


async def ended(hall: Hall) -> tuple[str, str]:
    """A customer and his case that was cancelled today."""
    customer, case = await outage(hall)
    await counter.cancel(hall, staff(hall, LEADER), case.no, "客户自己处理好了", Asked(id="once"))
    await drill.settle(hall)
    return customer, case.no


async def text_of(hall: Hall, customer: str) -> str:
    lines = await hall.ledger.read(lambda lists: lists.lines(customer, 0, 999))
    return "".join(line.text for line in lines)


def later(hall: Hall, days: float) -> None:
    """The clock goes on; nobody else looks what is due."""
    drill.practice(hall).clock.turn_to(hall.clock.now() + timedelta(days=days))


async def test_words_go_with_the_last_day_of_their_time(hall: Hall) -> None:
    customer, no = await ended(hall)
    later(hall, KEEP - 1)
    await retain(hall)
    assert await text_of(hall, customer)
    later(hall, 2)
    assert await retain(hall) > 0
    assert await text_of(hall, customer) == ""
    (case,) = await cases_of(hall, customer)
    assert (case.no, case.state, dict(case.slots)) == (no, State.CANCELLED, {})
    assert await hall.ledger.read(lambda lists: lists.broken_chain()) is None
    assert [one.text for one in await hall.ledger.read(lambda lists: lists.letters(0)) if one.text] == []
    assert await retain(hall) == 0  # once is enough


async def test_who_spoke_meanwhile_or_has_a_case_is_left_alone(hall: Hall) -> None:
    talker, _ = await ended(hall)
    holder, case = await outage(hall)
    later(hall, KEEP - 10)
    await say(hall, talker, "你好")
    later(hall, 20)
    await retain(hall)
    assert "停电报修" in await text_of(hall, talker)
    assert "停电报修" in await text_of(hall, holder)
    assert (await cases_of(hall, holder))[0].slots == case.slots


async def test_ways_in_requests_and_files(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer, no = await ended(hall)
        photo = await hall.files.keep("a.jpg", "image/jpeg", b"\xff\xd8 x")
        await reception.receive(hall, Heard("p", customer, text="看", files=(photo,)))
        await reception.drain(hall, customer)
        request = f"request:{LEADER}:{no}:once"
        assert await hall.ledger.read(lambda lists: lists.remembered(request))
        link = (await access.one_time_link(hall, LEADER)).rsplit("/", 1)[-1]
        await access.personal_token(hall, LEADER)
        later(hall, 31)
        assert await retain(hall) == 2  # the link that ended, the request
        assert await hall.ledger.read(lambda lists: lists.remembered(request)) == ""
        assert await access.link(hall, link) is None
        assert len(list((tmp_path / "files").rglob("?" * 64))) == 1
        later(hall, KEEP)
        await retain(hall)
        assert list((tmp_path / "files").rglob("?" * 64)) == []


async def test_many_are_forgotten_slice_by_slice(hall: Hall) -> None:
    many = retention.SLICE + 3
    people = [await sit_down(hall) for _ in range(many)]

    def greet(page: Page) -> None:
        for customer in people:
            page.hear(Heard("1", customer, text="你好"), hall.clock.now())

    await hall.ledger.write(greet)
    for customer in await hall.ledger.read(lambda lists: lists.talks_with_work(many)):
        await reception.drain(hall, customer)
    later(hall, KEEP + 1)
    assert await retain(hall) >= many
    assert [customer for customer in people if await text_of(hall, customer)] == []


async def test_a_class_that_fails_leaves_the_others_alone(hall: Hall) -> None:
    customer, _ = await ended(hall)
    await access.one_time_link(hall, LEADER)
    later(hall, KEEP + 1)
    failing = dataclasses.replace(hall, ledger=Failing(hall.ledger, LedgerBusy("full")))
    assert await retain(failing) > 0
    assert await text_of(hall, customer)  # its page failed
    assert await retain(hall) > 0
    assert await text_of(hall, customer) == ""


def test_every_class_has_its_span(hall: Hall) -> None:
    rules = hall.edition().data.books.rules
    spans = {one.name: one.span(rules) for one in CLASSES}
    assert spans == {
        "customers": rules.keep,
        "files": rules.keep,
        "letters": rules.keep,
        "denials": rules.keep,
        "updates": timedelta(days=30),
        "sessions": timedelta(days=1),
        "requests": timedelta(days=30),
        "proofs": timedelta(days=2),
    }
    assert all(timedelta() < span <= rules.keep for span in spans.values())


async def test_one_night_takes_so_many_and_the_next_goes_on(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "A_NIGHT", 2)
    customers = [(await ended(hall))[0] for _ in range(5)]
    later(hall, KEEP + 1)
    left = []
    for _ in range(4):
        await retain(hall)
        left.append(sum([bool(await text_of(hall, one)) for one in customers]))
    assert left == [3, 1, 0, 0]
