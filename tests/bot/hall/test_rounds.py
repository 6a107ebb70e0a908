"""Leaves begin and end, first handlers leave the hall, shifts move: everybody concerned hears of it once."""

import asyncio
import json
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk import handing
from bot.desk.case import Case, Post, State
from bot.desk.errors import Changed
from bot.desk.roster import Leave, Roster, Shift
from bot.guide.thread import Floor
from bot.hall import counter, drill, duty, retention, rounds, tables
from bot.hall.counter import Asked
from bot.hall.data import Edition
from bot.hall.house import Hall
from bot.hall.records import Posted, Session
from tests.bot.hall.test_duty import reported
from tests.kit import CREW, GUIDE, LEADER, MONDAY, edition, hall_at, say, told
from tests.kit_hall import (
    CLOSING,
    Failing,
    forward,
    letters,
    moves_of,
    newest,
    outage,
    staff,
    still_at,
    thread_of,
    wants_person,
)

SECOND_CREW, SECOND_LEADER = "A302", "A002"
TODAY = MONDAY.date()
DAY = timedelta(days=1)
MORNING = time(7, 30)
CARD = re.compile(r"/card/\S+")


def at(days: int, clock: time = MORNING) -> datetime:
    return datetime.combine(TODAY + days * DAY, clock, MONDAY.tzinfo)


def away(no: str, first: int, last: int, stand_in: str = "") -> Leave:
    return Leave(no, TODAY + first * DAY, TODAY + last * DAY, "年休", stand_in)


def with_roster(hall: Hall, make: Callable[[Roster], Roster]) -> Edition:
    edition = hall.edition()
    books = edition.data.books
    return replace(edition, data=replace(edition.data, books=replace(books, roster=make(books.roster))))


def roster_is(hall: Hall, make: Callable[[Roster], Roster]) -> None:
    """As a folder written anew: the hall works from it, nothing has looked yet."""
    drill.practice(hall).take(with_roster(hall, make))


def leaves_are(hall: Hall, *leaves: Leave) -> None:
    roster_is(hall, lambda roster: replace(roster, leaves=leaves))


def gone(hall: Hall, *people: str) -> None:
    roster_is(hall, lambda one: replace(one, staff={no: who for no, who in one.staff.items() if no not in people}))


async def add(hall: Hall, table: str, *rows: dict[str, Any]) -> None:
    await tables.change(hall, staff(hall, LEADER), table, tables.added(rows), "排班调整", Asked())


async def about(hall: Hall, to: str, *words: str) -> list[Posted]:
    """The letters to somebody that hold all these words."""
    return [one for one in await letters(hall, to) if all(word in one.text for word in words)]


async def acting(hall: Hall, customer: str) -> list[Posted]:
    """What the customer was told about who acts."""
    return [one for one in await letters(hall, f"customer:{customer}") if "代办" in one.text or "已回岗" in one.text]


async def next_round(hall: Hall) -> datetime:
    """When the rounds are made again, if the roster stays."""
    kept = json.loads(await hall.ledger.read(lambda lists: lists.remembered(rounds.KEY)))
    return datetime.fromisoformat(kept["next"])


def later(hall: Hall, moment: datetime) -> None:
    drill.practice(hall).clock.turn_to(moment)


class TestLeave:
    async def test_a_row_added_during_the_day_is_told_at_once_to_customer_and_stand_in(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        row = {"staff": CREW, "from": "2026-11-23", "to": "2026-11-24", "kind": "病假", "stand_in": SECOND_CREW}
        await add(hall, "leave", row)
        moved = await newest(hall, customer)
        assert moved.cover
        assert (moved.first_handler, moved.cover.staff, moved.cover.till) == (CREW, SECOND_CREW, TODAY + DAY)
        assert moved.promises == case.promises
        (said,) = await about(hall, f"customer:{customer}", "雷九川", "闻潮生", "11月24日", "代办")
        assert said.at == MONDAY
        assert len(await about(hall, f"staff:{SECOND_CREW}", case.no, "代办")) == 1
        assert (await moves_of(hall, case.no))[-1] == "change"
        await drill.settle(hall)
        assert "代办" in await told(hall, customer)
        assert await duty.watch(hall) == 0
        assert len(await about(hall, f"customer:{customer}", "代办")) == 1

    async def test_what_begins_tomorrow_is_told_as_the_quiet_hours_end_and_so_is_the_return(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        await counter.accept(hall, staff(hall, CREW), case.no)
        leaves_are(hall, away(CREW, 1, 2, SECOND_CREW))
        await forward(hall, hours=12)
        assert await about(hall, f"customer:{customer}", "代办") == []
        await forward(hall, days=4)
        began, ended = await acting(hall, customer)
        assert "代办" in began.text
        assert "已回岗" in ended.text
        assert (began.at, ended.at) == (at(1), at(3))
        assert (await moves_of(hall, case.no)).count("change") == 2
        assert (await newest(hall, customer)).cover is None

    async def test_a_leave_withdrawn_or_made_longer_is_told_too(self, still: Hall) -> None:
        customer = await _reported(still)
        leaves_are(still, away(CREW, 0, 1, SECOND_CREW))
        await duty.watch(still)
        leaves_are(still, away(CREW, 0, 1, SECOND_CREW), away(CREW, 2, 3))
        await duty.watch(still)
        leaves_are(still)
        await duty.watch(still)
        found = [one.text for one in await acting(still, customer)]
        assert ["11月24日" in found[0], "11月26日" in found[1], "已回岗" in found[2]] == [True] * 3
        assert len(found) == 3
        assert (await newest(still, customer)).cover is None

    async def test_a_case_that_waits_for_the_customers_yes_is_told_of_a_finished_one_not(self, still: Hall) -> None:
        customers = [await _reported(still) for _ in range(3)]
        for customer in customers[1:]:
            case = await newest(still, customer)
            await counter.accept(still, staff(still, CREW), case.no)
            await counter.resolve(still, staff(still, CREW), case.no, "好了", CLOSING)
        await counter.close(still, staff(still, LEADER), (await newest(still, customers[2])).no, "客户已电话确认")
        leaves_are(still, away(CREW, 0, 0, SECOND_CREW))
        assert await duty.watch(still) == 2
        assert [len(await about(still, f"customer:{one}", "代办")) for one in customers] == [1, 1, 0]

    async def test_an_heir_who_is_away_himself_is_covered_in_the_same_round(self, still: Hall) -> None:
        customer = await _reported(still)
        left = {no: still.edition().data.books.roster.staff[no] for no in (SECOND_CREW, GUIDE)}
        left = {SECOND_CREW: left[SECOND_CREW], GUIDE: replace(left[GUIDE], post=Post.NONE)}
        leave = away(SECOND_CREW, 0, 1, GUIDE)
        roster_is(still, lambda one: replace(one, staff=left, leaves=(leave,)))
        assert await duty.watch(still) == 1
        case = await newest(still, customer)
        assert case.cover
        assert (case.first_handler, case.cover.staff) == (SECOND_CREW, GUIDE)
        assert await duty.watch(still) == 0


class TestRemembering:
    async def test_one_long_step_is_the_same_as_many_short_ones(self, tmp_path: Path) -> None:
        found = []
        for steps in (1, 24, 111):
            async with hall_at(tmp_path, memory=True) as hall:
                customer, case = await wants_person(hall)
                await counter.accept(hall, staff(hall, case.first_handler), case.no)
                leaves_are(hall, away(GUIDE, 1, 2, "A102"), away(LEADER, 2, 2))
                for _ in range(steps):
                    await drill.set_clock(hall, {"forward_seconds": 6 * 86_400 / steps})
                sent = await letters(hall)
                texts = [CARD.sub("/card/", one.text) for one in sent]
                found.append(
                    [(one.at, one.to.replace(customer, "?"), text) for one, text in zip(sent, texts, strict=True)]
                )
        assert found[0] == found[1] == found[2]
        assert len([one for one in found[0] if "代办" in one[2]]) == 2

    async def test_after_a_restart_nothing_is_repeated_and_nothing_forgotten(self, tmp_path: Path) -> None:
        async with hall_at(tmp_path) as hall:
            customer, _ = await outage(hall)
            leaves_are(hall, away(CREW, 0, 1, SECOND_CREW))
            await drill.settle(hall)
            before = len(await letters(hall))
            changed = hall.edition()
        async with hall_at(tmp_path) as hall:
            drill.practice(hall).take(changed)
            await drill.settle(hall)
            assert len(await letters(hall)) == before
        async with hall_at(tmp_path, at=at(2, time(9))) as hall:  # shut in the night of the return; the rows are gone
            await drill.settle(hall)
            (back,) = await about(hall, f"customer:{customer}", "已回岗")
            assert back.at == at(2, time(9))
            assert len(await about(hall, f"staff:{CREW}", "欢迎回岗")) == 1
            await drill.settle(hall)
            assert len(await about(hall, f"customer:{customer}", "已回岗")) == 1

    async def test_the_tables_are_not_looked_through_while_nothing_changes(self, still: Hall) -> None:
        await _reported(still)
        await duty.watch(still)
        seen = await still.ledger.read(lambda lists: lists.remembered(rounds.KEY))
        broken = replace(still, ledger=Failing(still.ledger, *[RuntimeError()] * 9))  # no page may be asked for
        for minutes in (1, 600):
            later(still, MONDAY + timedelta(minutes=minutes))
            assert await rounds.walk(broken) == 0
        assert await still.ledger.read(lambda lists: lists.remembered(rounds.KEY)) == seen
        later(still, at(1))
        await rounds.walk(still)
        assert await still.ledger.read(lambda lists: lists.remembered(rounds.KEY)) != seen

    async def test_two_who_walk_at_once_tell_it_once(self, still: Hall) -> None:
        customer = await _reported(still)
        await duty.watch(still)
        leaves_are(still, away(CREW, 0, 0, SECOND_CREW))
        later(still, at(1))
        await asyncio.gather(*(rounds.walk(still) for _ in range(5)))
        leaves_are(still, away(CREW, 1, 1, SECOND_CREW))
        await asyncio.gather(*(rounds.walk(still) for _ in range(5)))
        assert len(await about(still, f"customer:{customer}", "代办")) == 1
        assert len(await about(still, f"staff:{LEADER}", "夜间清点")) == 1
        counts = [one for one in await still.ledger.read(lambda lists: lists.events("")) if "sweep" in one.facts]
        assert len(counts) == 1

    async def test_the_clock_set_back_the_hall_looks_again_and_tells_nothing_twice(self, still: Hall) -> None:
        customer = await _reported(still)
        leaves_are(still, away(CREW, 1, 1, SECOND_CREW))
        for moment in (MONDAY, at(1), at(2), MONDAY, at(1), at(2)):
            later(still, moment)
            await duty.watch(still)
        assert len(await about(still, f"staff:{LEADER}", "夜间清点")) == 2
        assert len(await about(still, f"customer:{customer}", "代办")) == 2  # he went twice, as this clock has it
        assert len(await about(still, f"staff:{CREW}", "欢迎回岗")) == 1

    async def test_the_drill_knows_the_next_moment(self, still: Hall) -> None:
        assert await rounds.next_wake_up(still) is None
        await duty.watch(still)
        assert await rounds.next_wake_up(still) == at(0, time(17))  # somebody's shift ends: who speaks now?
        assert await next_round(still) == at(1)
        later(still, at(1))
        assert await rounds.next_wake_up(still) is None
        await duty.watch(still)
        assert await next_round(still) == at(2)


class TestFaults:
    async def test_what_somebody_else_moved_meanwhile_is_looked_at_anew(self, still: Hall) -> None:
        customer = await _reported(still)
        leaves_are(still, away(CREW, 0, 0, SECOND_CREW))
        racing = replace(still, ledger=Failing(still.ledger, Changed("x", 1), Changed("x", 2)))
        assert await rounds.walk(racing) == 1
        assert len(await about(still, f"customer:{customer}", "代办")) == 1

    async def test_a_case_that_fails_stops_no_other_and_is_tried_again_soon(
        self, still: Hall, caplog: pytest.LogCaptureFixture
    ) -> None:
        customers = [await _reported(still) for _ in range(3)]
        leaves_are(still, away(CREW, 0, 0, SECOND_CREW))
        failing = replace(still, ledger=Failing(still.ledger, RuntimeError("张三")))
        with caplog.at_level(logging.ERROR):
            assert await rounds.walk(failing) == 2
        assert "round failed" in caplog.text
        assert await rounds.next_wake_up(still) == MONDAY + rounds.AGAIN
        later(still, MONDAY + rounds.AGAIN)
        assert await rounds.walk(still) == 1
        assert await next_round(still) == at(1)
        assert [len(await about(still, f"customer:{one}", "代办")) for one in customers] == [1, 1, 1]

    async def test_a_ledger_that_is_shut_is_asked_again(self, still: Hall, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.ERROR):
            assert await rounds.walk(replace(still, ledger=Failing(still.ledger, RuntimeError("张三")))) == 0
        assert "round failed" in caplog.text
        await rounds.walk(still)
        assert await next_round(still) == at(1)


class TestGone:
    async def test_the_duty_leader_answers_at_once_and_everybody_is_told(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        await counter.accept(hall, staff(hall, CREW), case.no)
        await counter.reply(hall, staff(hall, CREW), case.no, "师傅马上到")
        assert (await thread_of(hall, customer)).speaker == CREW
        gone(hall, CREW)
        await drill.settle(hall)
        moved = await newest(hall, customer)
        assert moved.first_handler in (LEADER, SECOND_LEADER)
        assert moved.promises == case.promises
        assert len(await about(hall, f"customer:{customer}", "换了首办人", "已经离开岗位")) == 1
        (alert,) = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert (alert.why, alert.case) == ("orphan", case.no)
        thread = await thread_of(hall, customer)
        assert (thread.floor, thread.speaker) == (Floor.GUIDE, "")
        await say(hall, customer, "你好")
        assert "您好" in (await told(hall, customer)).rpartition("换了首办人")[2]  # the guide speaks again
        assert await duty.watch(hall) == 0
        assert (await newest(hall, customer)).transfers == 1

    async def test_every_state_that_somebody_answers_for(self, still: Hall) -> None:
        customers = [await _reported(still) for _ in range(2)]
        case = await newest(still, customers[0])
        await counter.accept(still, staff(still, CREW), case.no)
        await counter.resolve(still, staff(still, CREW), case.no, "好了", CLOSING)
        roster_is(still, lambda one: replace(one, staff={**one.staff, CREW: replace(one.staff[CREW], on=False)}))
        assert await duty.watch(still) == 2
        found = [await newest(still, one) for one in customers]
        assert [one.state for one in found] == [State.RESOLVED, State.OPEN]
        assert {one.first_handler for one in found} <= {LEADER, SECOND_LEADER}

    async def test_a_hall_from_which_all_have_gone_says_so_in_its_log_and_heals_when_somebody_comes(
        self, still: Hall, caplog: pytest.LogCaptureFixture
    ) -> None:
        customer = await _reported(still)
        await duty.watch(still)
        whole = still.edition()
        gone(still, *still.edition().data.books.roster.staff)
        later(still, at(1))
        with caplog.at_level(logging.ERROR):
            await rounds.walk(still)
        assert "nobody to take the case over" in caplog.text
        event = next(e for e in await still.ledger.read(lambda lists: lists.events("")) if "sweep" in e.facts)
        assert (event.facts["left"], event.by, event.move) == ("1", "clock", "change")
        drill.practice(still).take(whole)
        gone(still, CREW)
        await rounds.walk(still)
        assert (await newest(still, customer)).first_handler in (LEADER, SECOND_LEADER)


class TestShifts:
    async def test_who_begins_earlier_than_was_said_is_reminded_from_then(self, still: Hall) -> None:
        later(still, at(0, time(19)))
        customer = await _wants_person(still)
        before = await newest(still, customer)
        assert before.accept_from == at(1, time(8, 30))
        _from(still, before, time(20))
        await duty.watch(still)
        case = await newest(still, customer)
        assert case.accept_from == at(0, time(20))
        assert case.due_at == at(0, time(20)) + still.edition().data.books.rules.accept_remind
        assert case.seq == before.seq

    async def test_who_begins_later_keeps_the_time_the_customer_was_told(self, still: Hall) -> None:
        later(still, at(0, time(19)))
        customer = await _wants_person(still)
        before = await newest(still, customer)
        roster_is(still, lambda one: replace(one, shifts=()))
        await duty.watch(still)
        assert (await newest(still, customer)).accept_from == before.accept_from


class TestNightly:
    async def test_what_has_had_its_time_goes_each_night(self, still: Hall) -> None:
        await duty.watch(still)
        session = Session("customer", "old", made_at=MONDAY, seen_at=MONDAY, expires_at=MONDAY + timedelta(hours=1))
        await still.ledger.write(lambda page: page.open_session(session, "geheim"))
        later(still, at(3))
        await duty.watch(still)
        assert await retention.retain(still) == 0  # nothing is left to do
        found = await still.ledger.read(lambda lists: lists.session("customer", "geheim", MONDAY))
        assert found is None


def test_the_hash_of_a_roster_tells_any_change_of_it_and_nothing_else() -> None:
    books = edition().data.books
    whole = books.roster
    first = next(iter(whole.staff.values()))
    others = [
        replace(whole, leaves=(*whole.leaves, away(CREW, 0, 0))),
        replace(whole, shifts=whole.shifts[1:]),
        replace(whole, shifts=(*whole.shifts, Shift((CREW,), time(8), None, dates=frozenset({date(2026, 12, 1)})))),
        replace(whole, staff={**whole.staff, first.no: replace(first, on=False)}),
        replace(whole, staff={**whole.staff, first.no: replace(first, post=Post.NONE)}),
    ]
    marks = {rounds.fingerprint(replace(books, roster=one)) for one in others}
    quiet = replace(books, rules=replace(books.rules, quiet=(time(21), time(8))))
    marks |= {rounds.fingerprint(books), rounds.fingerprint(quiet)}
    assert len(marks) == len(others) + 2
    assert rounds.fingerprint(books) == rounds.fingerprint(replace(books, roster=replace(whole)))


async def _reported(still: Hall) -> str:
    """An outage, and nobody but the crew's first is skilled in it."""
    people = still.edition().data.books.roster.staff
    unskilled = {no: replace(people[no], skills=frozenset()) for no in (SECOND_CREW, "A303") if no in people}
    roster_is(still, lambda one: replace(one, staff={**one.staff, **unskilled}))
    return await reported(still)


async def _wants_person(still: Hall) -> str:
    return await reported(still, "转人工")


def _from(hall: Hall, case: Case, since: time) -> None:
    shift = Shift((case.first_handler,), since, None, dates=frozenset({TODAY}))
    roster_is(hall, lambda one: replace(one, shifts=(*one.shifts, shift)))


PEOPLE = (CREW, SECOND_CREW, "A303", GUIDE)
LEAVES = st.lists(
    st.builds(
        away,
        st.sampled_from((*PEOPLE, LEADER)),
        st.integers(0, 5),
        st.integers(0, 3),
        st.sampled_from(("", *PEOPLE)),
    ).map(lambda one: replace(one, last=one.first + (one.last - TODAY))),
    max_size=4,
)
STEPS = st.lists(st.tuples(LEAVES, st.sets(st.sampled_from(PEOPLE), max_size=2), st.integers(0, 40)), max_size=6)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_becomes_of_the_roster_somebody_answers_somebody_acts_and_each_change_is_told_once(
    tmp_path: Path, steps: list[tuple[list[Leave], set[str], int]]
) -> None:
    asyncio.run(_whatever(tmp_path, steps))


async def _whatever(path: Path, steps: list[tuple[list[Leave], set[str], int]]) -> None:
    async with still_at(path, memory=True) as hall:
        customers = [await reported(hall), await reported(hall, "转人工")]
        whole = hall.edition()
        for leaves, off, hours in steps:
            drill.practice(hall).take(whole)
            gone(hall, *off)
            leaves_are(hall, *leaves)
            later(hall, hall.clock.now() + timedelta(hours=hours))
            await rounds.walk(hall)
            assert await rounds.walk(hall) == 0
            for customer in customers:
                await _well(hall, await newest(hall, customer))
        for customer in customers:
            case = await newest(hall, customer)
            events = await hall.ledger.read(lambda lists, no=case.no: lists.events(no))  # type: ignore[misc]
            stands = [one for one in events if (one.by, one.move) == ("clock", "change")]
            assert len(await acting(hall, customer)) == len([one for one in stands if one.public])
        found = await letters(hall)
        assert len({one.key for one in found}) == len(found)


async def _well(hall: Hall, case: Case) -> None:
    """Somebody of the hall answers for the case, and somebody else acts if he was away at the last round."""
    books = hall.edition().data.books
    seen = rounds._read(await hall.ledger.read(lambda lists: lists.remembered(rounds.KEY)))
    assert seen
    assert books.roster.staff[case.first_handler].on
    assert handing.cover(books, case, seen.at) is None
    if case.cover:
        assert books.roster.staff[case.cover.staff].on
        assert case.cover.staff != case.first_handler
        assert case.first_handler in seen.away
