import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

import pytest

from bot.desk import rights
from bot.desk.case import Case, Outcome, Post
from bot.desk.errors import NotYours
from bot.desk.moves import Move
from bot.desk.roster import posts_at
from bot.hall import counter, drill, duty, handing, reception, tables
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from tests.kit import CREW, LEADER, MONDAY, WORKER
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
    assert [moved for moved, _ in seen] == [1, 1, 1, 1, 1]
    assert moves == ["late", "escalate", "escalate", "escalate", "broken", "escalate", "escalate", "late"]
    rungs = [one.rung for one in await still.ledger.read(lambda lists: lists.alerts(only_open=True))]
    lines = (f"{rung}:outage.arrive.urban" for rung in ("red_line", "broken", "most", "half"))
    assert sorted(rungs) == sorted([*lines, "accept_escalate"])
    told = [letter.text for letter in await letters(still, f"customer:{customer}")]
    assert len([text for text in told if "还没有人接单" in text]) == 1
    assert len([text for text in told if "没能按说好的时间" in text]) == 1
    assert any("请督办" in letter.text for letter in await letters(still, f"staff:{LEADER}"))


async def test_after_a_long_sleep_everything_is_made_up_once_in_its_order(still: Hall) -> None:
    customer = await reported(still)
    later(still, days=3)
    assert await duty.watch(still) > 0
    moves = await moves_of(still, (await newest(still, customer)).no)
    assert moves[2:] == ["late", "escalate", "escalate", "escalate", "broken", "escalate"]
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
    await duty.watch(still)
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


class TestLending:
    """An idle person stands at another post for some hours: a row of the roster, kept as any change of a table."""

    async def lent(self, hall: Hall) -> Case:
        """A counter clerk is lent to the duty leader's post this afternoon; a case of the crew's is open."""
        customer = await reported(hall)
        row = {"staff": [WORKER], "days": ["2026-11-23"], "hours": "13:00-17:00", "post": "duty"}
        await tables.change(hall, staff(hall, LEADER), "shift", tables.added([row]), "下午领导开会，请代值", Asked())
        return await newest(hall, customer)

    @pytest.mark.parametrize(("hour", "may"), [(10, False), (13, True), (16, True), (17, False), (24 + 14, False)])
    async def test_he_has_the_posts_operations_during_the_hours_and_not_before_or_after(
        self, still: Hall, hour: int, *, may: bool
    ) -> None:
        case = await self.lent(still)
        later(still, hours=hour - 10)
        now, who = still.clock.now(), staff(still, WORKER)
        acting = posts_at(still.edition().data.books.roster, WORKER, now)
        assert (Post.DUTY in acting) is may
        assert rights.may(who, "cases.reassign", acting) is may
        assert rights.may(who, "hall.write.shift", acting) is may
        assert (Move.REASSIGN in rights.moves_of(case, who, still.edition().data.books.roster, now)) is may
        if may:
            await handing.reassign(still, who, case.no, "A303", "手上满了", Asked())
            assert (await still.ledger.read(lambda lists: lists.case(case.no))).first_handler == "A303"
        else:
            with pytest.raises(NotYours):
                await handing.reassign(still, who, case.no, "A303", "手上满了", Asked())

    async def test_it_is_kept_who_lent_whom_and_why(self, still: Hall) -> None:
        await self.lent(still)
        (event,) = [one for one in await still.ledger.read(lambda lists: lists.events("")) if one.move == "change"]
        assert (event.by, event.facts["table"], event.text) == (LEADER, "shift", "下午领导开会，请代值")


class TestHoles:
    """A roster in which nobody is on duty: a case opens with a name all the same, and with the next time."""

    def without(self, hall: Hall, *days: date, staff_too: bool = False) -> None:
        edition = hall.edition()
        books = edition.data.books
        shifts = tuple(replace(one, first=max(days) + timedelta(days=1)) for one in books.roster.shifts)
        roster = replace(books.roster, shifts=() if staff_too else shifts)
        fresh = replace(edition, data=replace(edition.data, books=replace(books, roster=roster)))
        drill.practice(hall).take(fresh)

    async def test_a_day_on_which_nobody_works(self, still: Hall) -> None:
        self.without(still, MONDAY.date())
        customer = await reported(still, "转人工")
        case = await newest(still, customer)
        assert case.first_handler
        assert case.accept_from
        assert case.accept_from.date() == MONDAY.date() + timedelta(days=1)
        (receipt,) = [one for one in await letters(still, f"customer:{customer}") if one.kind == "receipt"]
        assert "11月24日（周二）" in receipt.text
        assert staff(still, case.first_handler).name in receipt.text
        later(still, hours=12)
        assert await duty.watch(still) == 0  # nobody is reminded while nobody works
        later(still, hours=11)
        assert await duty.watch(still) >= 1

    @pytest.mark.parametrize("words", ["配电箱着火了！", OUTAGE])
    async def test_what_cannot_wait_goes_to_a_duty_leader_though_none_is_on_shift(
        self, still: Hall, words: str
    ) -> None:
        self.without(still, MONDAY.date())
        customer = await reported(still, *([words] if "火" in words else [words, ADDRESS]))
        case = await newest(still, customer)
        assert staff(still, case.first_handler).post is Post.DUTY
        later(still, minutes=31)
        await duty.watch(still)
        assert any(one.case == case.no for one in await still.ledger.read(lambda lists: lists.alerts(only_open=True)))
        leaders = [one for no in (LEADER, "A002") for one in await letters(still, f"staff:{no}")]
        assert any(one.kind == "alert" and one.case == case.no for one in leaders)

    async def test_no_shift_at_all(self, still: Hall) -> None:
        self.without(still, MONDAY.date(), staff_too=True)
        customer = await reported(still, "转人工")
        case = await newest(still, customer)
        assert staff(still, case.first_handler).on
        for days in range(1, 4):
            later(still, days=days)
            await duty.watch(still)
        assert (await newest(still, customer)).first_handler == case.first_handler


async def test_of_one_outage_the_duty_leader_hears_once_that_it_is_late_and_every_customer_does(still: Hall) -> None:
    customers = [await reported(still) for _ in range(3)]
    numbers = [(await newest(still, customer)).no for customer in customers]

    def joined(page: Page) -> None:
        for no in numbers:
            page.record(Outcome(replace(page.case(no), incident="GZ20261123-0001"), ()), str)

    await still.ledger.write(joined)
    later(still, minutes=46)
    await duty.watch(still)
    alerts = await still.ledger.read(lambda lists: lists.alerts(only_open=True))
    assert [one.why for one in alerts if one.why == "broken"] == ["broken"]
    for customer in customers:
        told = [letter.text for letter in await letters(still, f"customer:{customer}")]
        assert len([text for text in told if "没能按说好的时间" in text]) == 1
    (carrier,) = [one.case for one in alerts if one.why == "broken"]
    later(still, minutes=31)
    await duty.watch(still)  # nobody answers: the same alert climbs, on the case where it began
    (up,) = [one for one in await still.ledger.read(lambda lists: lists.alerts(only_open=True)) if one.why == "broken"]
    assert (up.case, len(up.to)) == (carrier, 2)
