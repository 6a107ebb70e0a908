import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.hall import counter, drill, duty, reception
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from tests.kit import CREW, LEADER
from tests.kit_hall import ADDRESS, OUTAGE, Failing, cases_of, hear, letters, moves_of, newest, sit_down, staff

T = TypeVar("T")


async def reported(hall: Hall, *texts: str) -> str:
    """A customer whose case is open; nothing of the hall runs by itself."""
    customer = await sit_down(hall)
    await hear(hall, customer, *(texts or (OUTAGE, ADDRESS)))
    await reception.drain(hall, customer)
    return customer


def later(hall: Hall, **span: float) -> None:
    clock = drill.practice(hall).clock
    clock.turn_to(clock.now() + timedelta(**span))


async def test_nothing_is_due(still: Hall) -> None:
    assert await duty.watch(still) == 0
    await reported(still)
    assert await duty.watch(still) == 0


async def test_reminder_escalation_broken_promise_red_line_each_at_its_time_and_once(still: Hall) -> None:
    customer = await reported(still)
    no = (await newest(still, customer)).no
    seen = []
    for _ in range(5):
        later(still, minutes=15)
        moved = await duty.watch(still)
        seen.append((moved, (await moves_of(still, no))[2:]))
        assert await duty.watch(still) == 0
    moves = seen[-1][1]
    assert [moved for moved, _ in seen] == [1, 1, 1, 1, 0]
    assert moves == ["late", "escalate", "broken", "escalate"]
    rungs = [one.rung for one in await still.ledger.read(lambda lists: lists.alerts(only_open=True))]
    assert rungs == ["red_line:outage.arrive.urban", "broken:outage.arrive.urban", "accept_escalate"]
    told = [letter.text for letter in await letters(still, f"customer:{customer}")]
    assert len([text for text in told if "还没有人接单" in text]) == 1
    assert len([text for text in told if "没能按说好的时间" in text]) == 1
    assert any("请督办" in letter.text for letter in await letters(still, f"staff:{LEADER}"))


async def test_after_a_long_sleep_everything_is_made_up_once_in_its_order(still: Hall) -> None:
    customer = await reported(still)
    later(still, days=3)
    assert await duty.watch(still) == 1
    moves = await moves_of(still, (await newest(still, customer)).no)
    assert moves[2:] == ["late", "escalate", "broken", "escalate"]
    assert await duty.watch(still) == 0


async def test_two_who_watch_at_once_fire_once(still: Hall) -> None:
    await reported(still)
    later(still, hours=1)
    assert sum(await asyncio.gather(*(duty.watch(still) for _ in range(4)))) == 1


async def test_everybody_concerned_is_rung(still: Hall) -> None:
    await reported(still)
    later(still, hours=1)
    ticket = still.bell.ticket("desk")
    await duty.watch(still)
    assert still.bell.ticket("desk") == ticket + 1


async def test_one_that_fails_stops_nobody_and_its_words_stay_out_of_the_log(
    still: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    customers = [await reported(still) for _ in range(3)]
    later(still, hours=1)
    failing = replace(still, ledger=Failing(still.ledger, RuntimeError("张三")))
    with caplog.at_level(logging.ERROR):
        assert await duty.watch(failing) == 2
    assert "watch failed" in caplog.text
    assert await duty.watch(still) == 1
    for customer in customers:
        assert (await moves_of(still, (await newest(still, customer)).no)).count("broken") == 1


class Behind(Failing):
    """A list that is a moment old: it names a case that is gone."""

    async def read(self, looking: Callable[[Lists], T]) -> T:
        found = await super().read(looking)
        return ("DL20261123-0999", *found) if isinstance(found, tuple) else found  # type: ignore[return-value]


async def test_a_case_that_is_gone_meanwhile_is_passed_over(still: Hall) -> None:
    await reported(still)
    later(still, hours=1)
    assert await duty.watch(replace(still, ledger=Behind(still.ledger))) == 1


async def test_one_that_moved_meanwhile_is_looked_at_again_and_nothing_is_told(still: Hall) -> None:
    customer = await reported(still)
    case = await newest(still, customer)
    later(still, minutes=16)
    await counter.accept(still, staff(still, CREW), case.no)  # tells the reminder itself
    before = await moves_of(still, case.no)

    def doing(page: Page) -> int:
        return duty._look(still, page, case.no)

    assert await still.ledger.write(doing) == 0
    assert await moves_of(still, case.no) == before


async def test_when_the_rules_changed_the_wake_up_is_set_anew(still: Hall) -> None:
    customer = await reported(still, "转人工")
    case = await newest(still, customer)
    later(still, minutes=16)
    edition = still.edition()
    rules = replace(edition.data.books.rules, accept_remind=timedelta(hours=2), accept_escalate=timedelta(hours=3))
    slower = replace(edition, data=replace(edition.data, books=replace(edition.data.books, rules=rules)))
    patient = replace(still, edition=lambda: slower)
    assert await duty.watch(patient) == 0
    moved = await newest(still, customer)
    assert case.accept_from
    assert moved.due_at == case.accept_from + timedelta(hours=2)
    assert moved.seq == case.seq
    assert await still.ledger.read(lambda lists: lists.due(still.clock.now(), 9)) == ()


class TestAcknowledging:
    async def test_the_first_one_answers_for_it_and_the_ledger_says_so_once(self, still: Hall) -> None:
        await reported(still, "配电箱着火了！")
        (alert,) = await still.ledger.read(lambda lists: lists.alerts(only_open=True))
        for no in (LEADER, LEADER, "A002", LEADER):
            found = await duty.acknowledge(still, staff(still, no), alert.id)
            assert found
            assert found.acked_by == LEADER
        events = [one for one in await still.ledger.read(lambda lists: lists.events("")) if one.move == "acknowledge"]
        assert [one.by for one in events] == [LEADER]
        assert events[0].facts["case"] == alert.case
        assert await still.ledger.read(lambda lists: lists.alerts(only_open=True)) == ()

    async def test_there_is_no_such_alert(self, still: Hall) -> None:
        assert await duty.acknowledge(still, staff(still, LEADER), 7) is None


async def test_a_case_with_a_person_at_work_is_left_in_peace(still: Hall) -> None:
    customer = await reported(still, "转人工")
    (case,) = await cases_of(still, customer)
    await counter.accept(still, staff(still, case.first_handler), case.no)
    later(still, hours=3)
    assert await duty.watch(still) == 0
