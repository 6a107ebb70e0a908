"""News to every member: once each, by pages, whatever is moved, crashes or runs beside it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk import incidents as life
from bot.desk.case import Case, State
from bot.desk.errors import Changed
from bot.desk.incident import Incident, Phase
from bot.desk.incidents import Word
from bot.hall import casebook, counter, drill, incidents, spots, spreading
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import CaseQuery
from tests.kit import LEADER, MONDAY, hall_at, say
from tests.kit_hall import Failing, forward, letters, newest, staff, still_at
from tests.kit_outages import CAUSE, confirmed, filled, only, pushed, reported, restored, word

T = TypeVar("T")


async def crowd(hall: Hall, count: int) -> Incident:
    """A suspected outage of so many."""
    await filled(hall, count)
    await spreading.walk(hall)
    return await only(hall)


async def told_of(hall: Hall, no: str) -> list[int]:
    cases = await hall.ledger.read(lambda lists: lists.members(no, "", 5000))
    return [one.told for one in cases]


async def said(hall: Hall, no: str, text: str, by: str = LEADER) -> None:
    """Somebody confirms; only that is written down."""
    books, now = hall.edition().data.books, hall.clock.now()
    step = life.confirm if (await only(hall)).state is Phase.SUSPECTED else life.update

    def doing(page: Page) -> None:
        page.keep_incident(step(books, page.incident(no), staff(hall, by), word(hall, text), now))

    await hall.ledger.write(doing)


async def test_each_member_hears_each_news_once_and_names_his_own_first_handler(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        people = [await reported(hall, f"听荷苑{number}幢") for number in (3, 5, 7)]
        await confirmed(hall)
        found = await pushed(hall, CAUSE)
        assert sorted(one.to for one in found) == sorted(f"customer:{who}" for who, _ in people)
        for who, case in people:
            (letter,) = [one for one in found if one.to == f"customer:{who}"]
            handler = staff(hall, case.first_handler)
            assert f"首办人{handler.name}（工号 {handler.no}" in letter.text
            assert (letter.case, letter.incident, letter.rank) == (case.no, (await only(hall)).no, 2)
            assert letter.key == f"incident:{letter.incident}:{case.no}:1"
            assert (await newest(hall, who)).first_handler == case.first_handler
        for _ in range(3):
            await drill.settle(hall)
        assert len(await pushed(hall, CAUSE)) == 3


async def test_a_round_takes_so_many_pages_and_the_next_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreading, "PAGES", 1)
    monkeypatch.setattr(spreading, "A_PAGE", 4)
    async with still_at(tmp_path, memory=True) as hall:
        found = await crowd(hall, 10)
        await said(hall, found.no, "都知道了")
        counts = []
        for _ in range(4):
            await spreading.spread(hall, found.no, 1)
            counts.append(sum(await told_of(hall, found.no)))
        assert counts == [4, 8, 10, 10]
        assert len(await pushed(hall, "都知道了")) == 10


async def test_two_hands_push_at_once_and_nobody_is_told_twice(url: str, tmp_path: Path) -> None:
    async with hall_at(tmp_path, url=url) as hall:
        found = await crowd(hall, 45)
        await said(hall, found.no, "都知道了")
        await asyncio.gather(*(spreading.walk(hall) for _ in range(3)))
        await drill.settle(hall)
        assert await told_of(hall, found.no) == [1] * 45
        assert len({one.to for one in await pushed(hall, "都知道了")}) == len(await pushed(hall, "都知道了")) == 45


async def test_one_that_cannot_be_told_does_not_keep_the_others_waiting(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        found = await crowd(hall, 6)
        await said(hall, found.no, "都知道了")
        members = await hall.ledger.read(lambda lists: lists.members(found.no, "", 10))
        bad = members[2].no

        class Broken:
            """A ledger on which one case cannot be written."""

            def __init__(self) -> None:
                self.read, self.close = hall.ledger.read, hall.ledger.close

            async def write(self, doing: Callable[[Page], T]) -> T:
                def on(page: Page) -> T:
                    before = page.lists().case(bad).version
                    result = doing(page)
                    if page.lists().case(bad).version != before:
                        raise Changed(bad, before)
                    return result

                return await hall.ledger.write(on)

        await spreading.walk(replace(hall, ledger=Broken()))
        assert await told_of(hall, found.no) == [1, 1, 0, 1, 1, 1]
        await spreading.walk(hall)
        assert await told_of(hall, found.no) == [1] * 6
        assert len(await pushed(hall, "都知道了")) == 6


async def test_who_has_to_accept_is_not_hurried_and_what_was_raised_is_answered(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await reported(hall, "听荷苑3幢")
        await reported(hall, "听荷苑5幢")
        await forward(hall, minutes=31)
        waiting = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert {one.why for one in waiting} >= {"accept", "incident"}
        await confirmed(hall)
        after = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert {one.why for one in after} & {"accept", "incident"} == set()


async def test_the_light_is_back_each_is_asked_and_only_the_dark_one_goes_on(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        people = [await reported(hall, f"听荷苑{number}幢") for number in (3, 5, 7)]
        no = (await confirmed(hall)).no
        await forward(hall, minutes=20)
        await restored(hall, no)
        asked = await pushed(hall, "来电了吗")
        assert {(one.buttons[0].label, one.buttons[1].label) for one in asked} == {("来电了", "还没来电")}
        assert len(asked) == 3
        (first, _), (second, case), (third, _) = people
        await say(hall, first, "来电了")
        await say(hall, second, "", button=f"refuse.{case.no}")
        dark = await newest(hall, second)
        assert (dark.state, dark.incident, dark.first_handler) == (State.IN_PROGRESS, "", case.first_handler)
        assert (await only(hall)).apart == (case.no,)
        leader = [one.text for one in await letters(hall, f"staff:{LEADER}")]
        assert any("没解决" in text and case.no in text for text in leader)
        await say(hall, third, "1")
        found = await hall.ledger.read(lambda lists: lists.incident(no))
        assert found is not None
        assert found.state is Phase.CLOSED
        assert (await newest(hall, second)).state is State.IN_PROGRESS
        assert {(await newest(hall, one)).state for one in (first, third)} == {State.CLOSED}


async def test_a_restored_one_waits_for_every_answer(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        people = [(await reported(hall, f"听荷苑{number}幢"))[0] for number in (3, 5)]
        no = (await confirmed(hall)).no
        await restored(hall, no)
        await say(hall, people[0], "来电了")
        assert (await only(hall)).state is Phase.RESTORED
        await forward(hall, hours=121)
        assert (await hall.ledger.read(lambda lists: lists.incident(no))).state is Phase.CLOSED  # type: ignore[union-attr] # there is one


async def test_a_case_another_hand_has_ended_hears_nothing_more(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await reported(hall, "听荷苑3幢")
        who, case = await reported(hall, "听荷苑5幢")
        await confirmed(hall)
        await counter.cancel(hall, staff(hall, case.first_handler), case.no, "客户自己合上闸了")
        await restored(hall, (await only(hall)).no)
        assert not [one for one in await pushed(hall, "来电了吗") if one.to == f"customer:{who}"]


async def test_a_broken_hall_stops_nobody(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        broken = replace(hall, edition=lambda: None)  # type: ignore[arg-type,return-value] # nobody can mend that
        assert await spreading.walk(broken) == 0
        assert await spreading.next_wake_up(broken) is None
        assert await casebook.done(hall, lambda _page: 1 // 0, "x") is None


async def test_the_next_fault_of_the_table_wakes_the_hall(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        begins = min(one.begin_at for one in hall.edition().data.outages if one.kind == "fault")
        assert begins > MONDAY
        assert await spreading.next_wake_up(hall) == begins
        drill.practice(hall).clock.turn_to(begins + timedelta(days=9))
        assert await spreading.next_wake_up(hall) is None


STEPS = st.lists(st.sampled_from(["news", "walk", "fail", "one", "resolve", "join"]), max_size=10)


@given(STEPS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_each_news_reaches_each_member_once_whatever_order_and_crash(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    async with still_at(tmp_path_factory.mktemp("s"), memory=True) as hall:
        no, news, joined = (await crowd(hall, 5)).no, 0, 5
        for step in steps:
            drill.practice(hall).clock.turn_to(hall.clock.now() + timedelta(minutes=1))
            if step == "news":
                news += 1
                await said(hall, no, f"第{news}条")
            elif step == "walk":
                await spreading.walk(hall)
            elif step == "fail":
                await spreading.walk(replace(hall, ledger=Failing(hall.ledger, Changed("x", 1), None, Changed("y", 1))))
            elif step == "one":
                await spreading.spread(hall, no, 1)
            elif step == "resolve" and news:
                await _ended(hall, no)
            elif step == "join":
                await filled(hall, 1, first=joined)
                joined += 1
                await hall.ledger.write(lambda page, joined=joined: page.remember(spots.LOOK, str(joined)))  # type: ignore[misc]
        await said(hall, no, "最后一条")
        await spreading.walk(hall)
        await spreading.walk(hall)
        members = await hall.ledger.read(lambda lists: lists.members(no, "", 99))
        assert len(members) == joined
        assert {one.told for one in members} == {news + 1}
        found = await pushed(hall, "听荷苑")
        keys = [one.key for one in found if one.key.startswith("incident:")]
        assert len(keys) == len(set(keys))
        for text in [*(f"第{n}条" for n in range(1, news + 1)), "最后一条"]:
            heard = [one.to for one in found if text in one.text]
            assert len(heard) == len(set(heard))
        alive = {f"customer:{one.customer}" for one in members if one.state is State.OPEN}
        assert {one.to for one in found if "最后一条" in one.text} == alive


async def _ended(hall: Hall, no: str) -> None:
    """One member's case is over by another hand."""
    query = CaseQuery(incident=no, state="live", order="opened", limit=1)
    some: tuple[Case, ...] = (await hall.ledger.read(lambda lists: lists.cases(query))).items
    for case in some if no else ():
        await counter.cancel(hall, staff(hall, case.first_handler), case.no, "自己合上闸了")


async def test_a_member_is_pushed_its_letter_also_when_it_was_linked_by_hand(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await reported(hall, "听荷苑3幢")
        await reported(hall, "听荷苑5幢")
        who, case = await reported(hall, "望橹新村2幢")
        no = (await confirmed(hall)).no
        await incidents.link(hall, staff(hall, LEADER), no, case.no, "同一根电缆", Asked())
        await incidents.update(hall, staff(hall, LEADER), no, Word(text="快好了"), Asked())
        await drill.settle(hall)
        mine = [one.text for one in await pushed(hall, CAUSE) if one.to == f"customer:{who}"]
        assert len(mine) == 2
        assert "快好了" in mine[1]
