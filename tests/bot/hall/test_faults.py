"""Faults of the hall's own table: begun, joined, told on and over, each change once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.desk.case import State
from bot.desk.incident import Incident, Phase, Sort
from bot.guide.supply import Outage
from bot.hall import drill, faults, incidents, seeding, spreading, tables
from bot.hall.counter import Asked
from bot.hall.data import BroughtCase, Edition
from bot.hall.house import Hall
from tests.kit import LEADER, MONDAY, hall_at, say
from tests.kit_hall import cases_of, forward, newest, sit_down, staff, still_at
from tests.kit_outages import live, only, pushed, reported

ROW = Outage(
    "F-9",
    "fault",
    MONDAY - timedelta(minutes=20),
    ("听荷苑3-9幢",),
    cause="大风刮断导线",
    eta_at=MONDAY + timedelta(hours=2),
    state="current",
)


def with_rows(hall: Hall, *rows: Outage, **more: object) -> Hall:
    """The same hall with these rows in its table."""
    edition = hall.edition()
    changed = Edition(replace(edition.data, outages=rows, **more), edition.matcher, edition.tables, edition.marks)  # type: ignore[arg-type] # its fields
    return replace(hall, edition=lambda: changed)


async def change(hall: Hall, **cells: Any) -> None:
    """A leader changes the table; what follows from it is done."""
    row: Mapping[str, Any] = {"no": "F-1", **cells}
    await tables.change(hall, staff(hall, LEADER), "outage", tables.added([row]), "现场报来", Asked())
    await drill.settle(hall)


async def begun(hall: Hall, **more: Any) -> None:
    """A fault is written into the table."""
    begin = hall.clock.now() - timedelta(minutes=5)
    told = {
        "kind": "fault",
        "area": ["听荷苑"],
        "begin_at": begin.isoformat(),
        "cause": "大风刮断导线",
        "state": "current",
    }
    await change(hall, **(told | more))


async def test_a_row_is_an_outage_of_its_own_number_and_its_handler_answers(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        here = with_rows(hall, replace(ROW, handler="A301"), replace(ROW, no="P-9", kind="planned"))
        assert await faults.walk(here) == 1
        found = await only(hall)
        assert (found.no, found.outage, found.state, found.handler) == ("F-9", "F-9", Phase.CONFIRMED, "A301")
        assert (found.cause, found.eta_at, found.began_at) == (ROW.cause, ROW.eta_at, ROW.begin_at)
        assert await faults.walk(here) == 0


async def test_without_a_handler_the_duty_leader_answers(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        for handler in ("", "Z999"):
            await faults.walk(with_rows(hall, replace(ROW, no=f"F-{handler}", handler=handler)))
        assert {one.handler for one in await live(hall)} == {LEADER}


async def test_what_is_not_begun_or_is_over_is_no_outage(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        rows = (
            replace(ROW, begin_at=MONDAY + timedelta(minutes=1)),
            replace(ROW, no="F-2", state="restored"),
            replace(ROW, no="F-3", state="cancelled"),
            replace(ROW, no="F-4", state="announced", end_at=MONDAY - timedelta(minutes=1)),
        )
        assert await faults.walk(with_rows(hall, *rows)) == 0
        assert await live(hall) == ()


async def test_it_begins_at_its_moment(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        begins = min(one.begin_at for one in hall.edition().data.outages if one.kind == "fault")
        await drill.forward(hall, begins - timedelta(seconds=1))
        assert await live(hall) == ()
        await drill.forward(hall, begins + timedelta(seconds=1))
        assert (await only(hall)).opened_at == begins


async def test_reports_there_join_and_hear_it_and_those_outside_its_buildings_do_not(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        before, _ = await reported(hall, "听荷苑4幢")
        await begun(hall, area=["听荷苑3-9幢"])
        inside, case = await reported(hall, "听荷苑5幢")
        _, outside = await reported(hall, "听荷苑12幢")
        assert (case.incident, outside.incident) == ("F-1", "")
        assert (await newest(hall, before)).incident == "F-1"
        found = await pushed(hall, "大风刮断导线")
        assert [one.to for one in found] == [f"customer:{before}"]
        receipts = await hall.ledger.read(lambda lists: lists.letters(0, to=f"customer:{inside}", kind="receipt"))
        assert "大风刮断导线" in receipts[0].text


async def test_a_suspected_outage_turns_out_to_be_the_row(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        people = [(await reported(hall, f"听荷苑{number}幢"))[0] for number in (3, 5)]
        no = (await only(hall)).no
        await begun(hall)
        found = await only(hall)
        assert (found.no, found.outage, found.state) == (no, "F-1", Phase.CONFIRMED)
        assert sorted(one.to for one in await pushed(hall, "大风刮断导线")) == sorted(
            f"customer:{one}" for one in people
        )


async def test_each_change_of_the_row_is_told_once(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await begun(hall)
        who, _ = await reported(hall, "听荷苑3幢")
        later = hall.clock.now() + timedelta(hours=3)
        await change(hall, eta_at=later.isoformat())
        await change(hall, reason="没有变化")
        assert [one.to for one in await pushed(hall, "有新消息")] == [f"customer:{who}"]
        await change(hall, state="restored")
        for _ in range(3):
            await drill.settle(hall)
        assert len(await pushed(hall, "来电了吗")) == 1
        case = await newest(hall, who)
        assert (case.state, case.closing["cause"]) == (State.RESOLVED, "大风刮断导线")
        found = await only(hall)
        assert [one.kind for one in found.news] == [Sort.CONFIRMED, Sort.UPDATE, Sort.RESTORED]
        assert {one.by for one in found.news} == {LEADER}


async def test_a_row_that_is_cancelled_leaves_each_case_to_itself(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await begun(hall)
        who, _ = await reported(hall, "听荷苑3幢")
        await change(hall, state="cancelled")
        case = await newest(hall, who)
        assert (case.state, case.incident) == (State.OPEN, "")
        assert len(await pushed(hall, "已经撤销")) == 1
        assert await live(hall) == ()
        closed = await hall.ledger.read(lambda lists: lists.incident("F-1"))
        assert closed is not None
        assert closed.state is Phase.CLOSED


async def test_what_people_have_restored_the_table_does_not_restore_again(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await begun(hall)
        who, _ = await reported(hall, "听荷苑3幢")
        done = await incidents.restore(hall, staff(hall, LEADER), "F-1", incidents.Word(), Asked())
        assert isinstance(done, Incident)
        await change(hall, state="restored")
        assert [one.to for one in await pushed(hall, "来电了吗")] == [f"customer:{who}"]


def brought(n: int, **more: object) -> BroughtCase:
    given: dict[str, object] = {"state": "open", "slots": {"address": f"听荷苑{n}幢"}, "incident": "F-9"} | more
    return BroughtCase(f"k{n}", f"c{n}", "outage_repair", first_handler="A301", opened_at=MONDAY, **given)  # type: ignore[arg-type] # its fields


async def test_cases_brought_along_join_the_row_they_name_and_are_told_only_what_comes_after(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        cases = (
            *(brought(n) for n in range(25)),
            brought(99, incident="", slots={"address": "听荷苑4幢"}),
            brought(98, state="closed", closed_at=MONDAY),
        )
        here = with_rows(hall, ROW, cases=cases)
        await hall.ledger.write(lambda page: seeding.seed(page, here.edition(), MONDAY))
        await spreading.walk(here)
        assert await hall.ledger.read(lambda lists: lists.size("F-9")) == 26
        members = await hall.ledger.read(lambda lists: lists.members("F-9", "", 99))
        assert {one.told for one in members} == {1}
        assert [one.to for one in await pushed(hall, "大风刮断导线")] == ["customer:c99"]
        later = with_rows(here, replace(ROW, eta_at=MONDAY + timedelta(hours=5)), cases=cases)
        for _ in range(3):
            await spreading.walk(later)
        assert len({one.to for one in await pushed(hall, "有新消息")}) == len(await pushed(hall, "有新消息")) >= 25


async def test_a_restored_row_that_brought_cases_name_says_nothing(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        here = with_rows(hall, replace(ROW, state="restored"), cases=(brought(1), brought(2)))
        await hall.ledger.write(lambda page: seeding.seed(page, here.edition(), MONDAY))
        for _ in range(2):
            await spreading.walk(here)
        assert (await only(hall)).state is Phase.RESTORED
        assert await hall.ledger.read(lambda lists: lists.size("F-9")) == 2
        assert await pushed(hall, "") == []
        assert {(await cases_of(hall, f"c{n}"))[0].state for n in (1, 2)} == {State.OPEN}


async def test_who_only_asks_hears_a_confirmed_outage_that_stands_in_no_table(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        for number in (3, 5):
            await reported(hall, f"望橹新村{number}幢")
        asker = await sit_down(hall)
        no = (await only(hall)).no
        await incidents.confirm(hall, staff(hall, LEADER), no, incidents.Word("电缆接头烧坏"), Asked())
        await say(hall, asker, "望橹新村怎么停电了")
        lines = await hall.ledger.read(lambda lists: lists.lines(asker, 0, 10))
        assert "正在停电，是故障" in lines[-1].text
        assert "电缆接头烧坏" in lines[-1].text
        await forward(hall, minutes=1)


async def test_who_asks_hears_who_answers_for_a_fault_of_the_table(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await begun(hall, handler="A301")
        asker = await sit_down(hall)
        await say(hall, asker, "听荷苑怎么停电了")
        lines = await hall.ledger.read(lambda lists: lists.lines(asker, 0, 10))
        assert f"由{staff(hall, 'A301').name}（工号 A301" in lines[-1].text
