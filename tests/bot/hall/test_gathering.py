"""Reports brought together in a real hall: who joins what, and that nothing is looked at while nothing is new."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.case import Secrecy, State
from bot.desk.errors import Changed
from bot.desk.incident import Phase
from bot.hall import counter, drill, gathering, incidents, spots, spreading
from bot.hall.counter import Asked
from tests.kit import LEADER, hall_at, say
from tests.kit_hall import CLOSING, Failing, cases_of, forward, letters, newest, sit_down, staff, still_at
from tests.kit_outages import confirmed, filled, forgetful, live, only, reported, restored


async def test_from_the_second_report_on_it_is_suspected_and_a_leader_is_asked(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        _, first = await reported(hall, "听荷苑3幢201")
        assert await live(hall) == ()
        _, second = await reported(hall, "青石镇听荷小区五栋")
        found = await only(hall)
        assert (found.state, found.place, found.area) == (Phase.SUSPECTED, "听荷苑|青石镇", "听荷苑（青石镇）")
        assert found.no == "GZ20261123-0001"
        assert (found.handler, found.raised_on) == (first.first_handler, first.no)
        members = await hall.ledger.read(lambda lists: lists.members(found.no, "", 10))
        assert [one.no for one in members] == [first.no, second.no]
        assert [one.first_handler for one in members] == [first.first_handler, second.first_handler]
        (alert,) = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert (alert.why, alert.rung, alert.case, alert.incident) == (
            "incident",
            f"incident:{found.no}",
            first.no,
            found.no,
        )
        (letter,) = await letters(hall, f"staff:{LEADER}")
        assert "2 家报停电" in letter.text
        kept = await hall.ledger.read(lambda lists: lists.events(""))
        assert [(one.move, one.facts["what"]) for one in kept if "incident" in one.facts] == [("open", "open")]


async def test_a_third_joins_quietly_and_nobody_is_asked_twice(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        for number in (3, 5, 7):
            customer, _ = await reported(hall, f"听荷苑{number}幢")
        assert (await newest(hall, customer)).incident == (await only(hall)).no
        assert len(await hall.ledger.read(lambda lists: lists.alerts(only_open=False))) == 1
        events = await hall.ledger.read(lambda lists: lists.events(lists.cases_of(customer)[0].no))
        assert [one.public for one in events if one.move == "link"] == [False]


async def test_danger_joins_where_no_light_is_told_of(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await reported(hall, "听荷苑3幢")
        for text, joins in (("听荷苑5幢电线断了掉在地上，整栋楼都没电", True), ("听荷苑6幢电线冒火花", False)):
            customer = await sit_down(hall)
            await say(hall, customer, text)
            case = await newest(hall, customer)
            assert (case.topic, bool(case.incident)) == ("hazard", joins)


async def test_what_is_told_in_confidence_joins_nothing(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        open_, shut = await filled(hall, 2)
        await forgetful(hall, shut, secrecy=Secrecy.CONFIDENTIAL)
        assert await gathering.walk(hall) == 0
        await filled(hall, 1, first=2)
        await hall.ledger.write(lambda page: page.remember(spots.LOOK, "new"))
        assert await gathering.walk(hall) == 2
        cases = await hall.ledger.read(lambda lists: [lists.case(one.no) for one in (open_, shut)])
        assert [bool(one.incident) for one in cases] == [True, False]


async def test_nothing_is_looked_at_while_nothing_is_new(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        assert await gathering.walk(hall) == 0
        await filled(hall, 2)
        assert await gathering.walk(hall) == 0
        await hall.ledger.write(lambda page: page.remember(spots.LOOK, "new"))
        assert await gathering.walk(hall) == 2
        assert await gathering.walk(hall) == 0


async def test_what_a_ledger_begins_with_is_looked_at_once(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        await filled(hall, 3)
        assert await gathering.walk(hall) == 3


async def test_what_could_not_be_written_is_tried_again(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        await filled(hall, 2)
        busy = replace(hall, ledger=Failing(hall.ledger, Changed("x", 1)))
        assert await gathering.walk(busy) == 0
        assert await live(hall) == ()
        assert await gathering.walk(busy) == 2
        assert len(await live(hall)) == 1


async def test_a_dropped_suspicion_does_not_come_back_from_the_same_reports(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await reported(hall, "听荷苑3幢")
        await reported(hall, "听荷苑5幢")
        await incidents.close(hall, staff(hall, LEADER), (await only(hall)).no, "两家各自跳闸", Asked())
        await reported(hall, "听荷苑7幢")
        assert await live(hall) == ()
        await reported(hall, "听荷苑8幢")
        found = await only(hall)
        assert await hall.ledger.read(lambda lists: lists.size(found.no)) == 2


async def test_the_light_back_and_dark_again_is_a_new_outage(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        customer, _ = await reported(hall, "听荷苑3幢")
        await reported(hall, "听荷苑5幢")
        first = await confirmed(hall)
        await restored(hall, first.no)
        await say(hall, customer, "来电了")
        await forward(hall, hours=3)
        for number in (7, 8):
            await reported(hall, f"听荷苑{number}幢")
        states = {one.no: one.state for one in await live(hall)}
        assert sorted(states.values()) == [Phase.RESTORED, Phase.SUSPECTED]


async def test_one_that_all_have_left_ends_by_itself(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        people = [(await reported(hall, f"听荷苑{number}幢"))[0] for number in (3, 5)]
        no = (await only(hall)).no
        for customer in people:
            await say(hall, customer, "撤销报修", "确定撤销")
        assert {(await newest(hall, one)).state for one in people} == {State.CANCELLED}
        assert (await hall.ledger.read(lambda lists: lists.incident(no))).state is Phase.CLOSED  # type: ignore[union-attr] # there is one


async def test_the_alert_goes_to_another_member_when_its_case_has_ended(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        first, case = await reported(hall, "听荷苑3幢")
        _, second = await reported(hall, "听荷苑5幢")
        await reported(hall, "听荷苑7幢")
        await say(hall, first, "撤销报修", "确定撤销")
        found = await only(hall)
        assert found.raised_on == second.no
        carrier = await hall.ledger.read(lambda lists: lists.case(case.no))
        assert [one.next_at for one in carrier.raised if one.why == "incident"] == [None]
        raised = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert sorted(one.case for one in raised if one.why == "incident") == sorted([case.no, second.no])
        await confirmed(hall)
        raised = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert [one for one in raised if one.why == "incident"] == []


async def test_one_whose_members_are_all_resolved_calls_nobody_any_more(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        for number in (3, 5):
            _, case = await reported(hall, f"听荷苑{number}幢")
            handler = staff(hall, case.first_handler)
            await counter.accept(hall, handler, case.no)
        no = (await only(hall)).no
        for one in await hall.ledger.read(lambda lists: lists.members(no, "", 9)):
            await counter.resolve(hall, staff(hall, one.first_handler), one.no, "合上了表前开关", CLOSING)
        await drill.settle(hall)
        assert await live(hall) == ()
        for one in await hall.ledger.read(lambda lists: lists.members(no, "", 9)):
            assert [call.next_at for call in one.raised if call.why == "incident"] in ([], [None])


async def test_one_nobody_confirms_goes_up_the_ladder(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await reported(hall, "听荷苑3幢")
        await reported(hall, "听荷苑5幢")
        await forward(hall, minutes=31)
        (alert,) = [
            one for one in await hall.ledger.read(lambda lists: lists.alerts(only_open=True)) if one.why == "incident"
        ]
        assert alert.to == (LEADER, "A002")


PLACES = ("听荷苑", "望橹新村", "青石镇新垛村", "麦浦乡新垛村")


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 90), st.booleans()), min_size=1, max_size=10))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_case_is_in_two_outages_whatever_comes_in_whatever_order(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[str, int, bool]]
) -> None:
    async with still_at(tmp_path_factory.mktemp("g"), memory=True) as hall:
        clock = drill.practice(hall).clock
        seen: dict[str, str] = {}
        for number, (place, minutes, walks) in enumerate(drawn):
            clock.turn_to(max(clock.now(), clock.now().replace(hour=10 + minutes // 60, minute=minutes % 60)))
            await filled(hall, 1, place, number)
            await hall.ledger.write(lambda page, number=number: page.remember(spots.LOOK, f"{number}"))  # type: ignore[misc]
            if walks:
                await spreading.walk(hall)
            for found in await live(hall):
                for case in await hall.ledger.read(lambda lists, no=found.no: lists.members(no, "", 99)):  # type: ignore[misc]
                    assert seen.setdefault(case.no, found.no) == found.no
                    assert spots.spot(case.slots["address"], None, hall.edition().data.places).key == found.place  # type: ignore[union-attr] # known
        for number in range(len(drawn)):
            (case,) = await cases_of(hall, f"w{number:05}")
            assert seen.get(case.no, case.incident) in (case.incident, "")
