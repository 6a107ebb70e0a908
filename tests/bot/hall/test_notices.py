from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.desk.case import Case, Priority, State
from bot.hall import drill, notices, tables
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.records import Care, Person, Posted
from tests.kit_hall import letters, still_at

LEADER, ADMIN = "A001", "A900"
LEAD = "2026-12-03T08:00:00+08:00"
"""Seven days before P-1201."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def turn(hall: Hall, text: str) -> None:
    drill.practice(hall).clock.turn_to(at(text))


async def change(hall: Hall, table: str, **row: Any) -> None:
    people = hall.edition().data.books.roster.staff.values()
    admin = next(one for one in people if "admin" in one.rights)
    await tables.change(hall, admin, table, tables.added([row]), "通知", Asked())


async def told(hall: Hall, customer: str = "") -> list[Posted]:
    """The notices that customers got, in order."""
    found = await letters(hall, f"customer:{customer}" if customer else "")
    return [one for one in found if one.key.startswith("notice:")]


async def cases(hall: Hall, customer: str) -> tuple[Case, ...]:
    return await hall.ledger.read(lambda lists: lists.cases_of(customer))


async def test_seven_days_ahead_whoever_asked_to_be_told_hears_it_once(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        assert await notices.walk(hall) == 0
        turn(hall, "2026-12-03T07:45:00+08:00")
        assert await notices.walk(hall) == 0
        assert await notices.next_wake_up(hall) == at(LEAD)
        turn(hall, LEAD)
        assert await notices.walk(hall) == 2
        assert [one.to for one in await told(hall)] == ["customer:lu", "customer:yan"]  # bai did not ask for it
        text = (await told(hall, "lu"))[0].text
        for part in (
            "听荷苑3-9幢",
            "计划检修",
            "12月10日（周四）08:00",
            "15:30 来电",
            "更换配电变压器",
            "骆西洲（工号 A501",
            "95598",
        ):
            assert part in text
        assert await notices.walk(hall) == 0
        turn(hall, "2026-12-04T09:00:00+08:00")
        assert await notices.walk(hall) == 0


async def test_one_entered_late_is_told_at_once_but_not_at_night(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        turn(hall, "2026-12-09T22:00:00+08:00")
        assert await notices.walk(hall) == 3
        assert {one.held_until for one in await told(hall)} == {at("2026-12-10T07:30:00+08:00")}


async def test_by_night_nobody_waits_for_a_morning_that_comes_too_late(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        turn(hall, "2026-12-01T22:00:00+08:00")
        await change(hall, "outage", no="T-9", kind="temporary", area=["听荷苑"], begin_at="2026-12-02T05:00:00+08:00")
        await notices.walk(hall)
        assert [one.held_until for one in await told(hall, "lu")] == [None]


async def test_a_change_before_anybody_was_told_only_changes_the_announcement(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        await notices.walk(hall)
        await change(hall, "outage", no="P-1201", begin_at="2026-12-10T09:00:00+08:00")
        assert await notices.walk(hall) == 0
        turn(hall, "2026-12-03T09:00:00+08:00")
        await notices.walk(hall)
        (one,) = await told(hall, "lu")
        assert "停电通知" in one.text
        assert "09:00 开始停" in one.text


async def test_a_change_is_told_once_to_each_who_had_been_told_and_to_whom_it_newly_concerns(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        turn(hall, LEAD)
        await notices.walk(hall)
        await change(hall, "outage", no="P-1201", area=["听荷苑3-9幢", "麦浦村"])
        assert await notices.walk(hall) == 3
        assert await notices.walk(hall) == 0
        assert "停电有变" in (await told(hall, "lu"))[1].text
        assert "照常用电" in (await told(hall, "yan"))[1].text
        assert "停电通知（编号 P-1201）" in (await told(hall, "tian"))[0].text


async def test_back_to_what_it_was_is_a_change_too_and_the_same_row_again_is_none(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        turn(hall, LEAD)
        await notices.walk(hall)
        for clock in ("09:00", "08:00"):
            await change(hall, "outage", no="P-1201", begin_at=f"2026-12-10T{clock}:00+08:00")
            assert await notices.walk(hall) == 2
        await change(hall, "outage", no="P-1201", begin_at="2026-12-10T08:00:00+08:00", handler="A502")
        assert await notices.walk(hall) == 0
        assert [one.key for one in await told(hall, "lu")] == [
            "notice:P-1201:1:lu", "notice:P-1201:2m:lu", "notice:P-1201:3m:lu",
        ]  # fmt: skip


async def test_what_is_called_off_is_told_to_whom_it_was_announced_and_to_nobody_else(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        turn(hall, LEAD)
        await notices.walk(hall)
        await change(hall, "outage", no="P-1201", area=["听荷苑3-9幢"])
        await notices.walk(hall)
        await change(hall, "outage", no="P-1201", state="cancelled")
        await change(hall, "outage", no="P-1202", state="cancelled")
        assert await notices.walk(hall) == 1
        assert "取消" in (await told(hall, "lu"))[-1].text
        assert len(await told(hall, "yan")) == 2  # told already that it does not concern him
        assert await told(hall, "tian") == []
        await change(hall, "outage", no="P-1201", state="announced")
        assert await notices.walk(hall) == 1
        assert "停电有变" in (await told(hall, "lu"))[-1].text


async def test_of_a_temporary_one_the_important_hear_without_having_asked(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        turn(hall, "2026-12-01T22:00:00+08:00")
        await change(hall, "account", no="9900000102", kind="hv")
        await change(hall, "outage", no="T-9", kind="temporary", area=["听荷苑"], begin_at="2026-12-02T14:00:00+08:00")
        await notices.walk(hall)
        (bai,), (lu,) = await told(hall, "bai"), await told(hall, "lu")
        assert "临时检修" in bai.text
        assert bai.held_until is None  # less than a day is left for him
        assert lu.held_until == at("2026-12-02T07:30:00+08:00")


async def test_who_lives_by_a_machine_is_told_first_by_name_and_somebody_answers_for_him(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        await change(hall, "account", no="9900000102", life_support={"device": "呼吸机", "battery": "2小时"})
        turn(hall, LEAD)
        assert await notices.walk(hall) == 4  # one with a case, the leader's list, two others
        first, *rest = await told(hall)
        assert first.to == "customer:bai"  # though he never asked for notices
        assert "白小满" in first.text
        assert "撑得过" in first.text
        assert "呼吸机：" not in first.text
        (case,) = await cases(hall, "bai")
        handler = hall.edition().data.books.person(case.first_handler)
        assert (case.topic, case.state, case.priority) == ("life_support", State.OPEN, Priority.NORMAL)
        assert first.case == case.no
        assert f"{handler.name}（工号 {handler.no}" in first.text
        (alert,) = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert (alert.case, alert.why, alert.to) == (case.no, "care", (LEADER,))
        assert "白**" in alert.text
        assert "白小满" not in alert.text
        assert "逐户电话确认" in alert.text
        assert [one.key for one in await told(hall)] == ["notice:P-1201:1:bai", *(one.key for one in rest)]
        assert await notices.walk(hall) == 0


async def test_he_hears_of_a_change_on_his_case_and_his_handler_calls_again(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        await change(hall, "account", no="9900000102", life_support={"device": "呼吸机"})
        turn(hall, LEAD)
        await notices.walk(hall)
        await change(hall, "outage", no="P-1201", begin_at="2026-12-10T09:00:00+08:00")
        await notices.walk(hall)
        await change(hall, "outage", no="P-1201", state="cancelled")
        await notices.walk(hall)
        (case,) = await cases(hall, "bai")
        assert [one.case for one in await told(hall, "bai")] == [case.no] * 3
        handler = [one.text for one in await letters(hall, f"staff:{case.first_handler}")]
        assert any("再打一次电话" in text for text in handler)
        assert any("不停这一户了" in text for text in handler)


async def test_one_on_the_halls_own_register_is_found_by_account_or_by_address(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        now = hall.clock.now()

        def registered(page: Any) -> None:
            page.keep_person(Person("w1", "甲"))
            page.keep_person(Person("w2", "乙"))
            page.keep_care(Care("9900000103", "w1", "制氧机", "一小时", "甲", "19900000001", now))
            page.keep_care(Care("青石镇听荷苑4幢101", "w2", "呼吸机", "两小时", "乙", "19900000002", now))

        await hall.ledger.write(registered)
        turn(hall, LEAD)
        await notices.walk(hall)
        assert [one.to for one in await told(hall)][:2] in (
            ["customer:w1", "customer:w2"],
            ["customer:w2", "customer:w1"],
        )
        (alert,) = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert "2 户" in alert.text
        (case,) = await cases(hall, "w2")
        assert case.slots["address"] == "青石镇听荷苑4幢101"
        assert "device" not in case.slots


async def test_one_who_has_never_talked_with_the_hall_gets_a_case_and_a_call(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        await change(hall, "account", no="9900000105", life_support={"device": "呼吸机"})
        await change(hall, "outage", no="P-9", kind="planned", area=["盐仓巷"], begin_at="2026-11-28T09:00:00+08:00")
        await notices.walk(hall)
        await notices.walk(hall)
        known = await hall.ledger.read(lambda lists: [one for one in lists.customers() if one.name == "祝长庚"])
        assert len(known) == 1
        (case,) = await cases(hall, known[0].key)
        assert case.slots["phone"] == "19900000105"


async def test_where_it_is_dark_already_he_is_called_at_once_whatever_the_hour(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        await change(hall, "account", no="9900000102", life_support={"device": "呼吸机"})
        turn(hall, "2026-12-01T23:00:00+08:00")
        await notices.walk(hall)
        row = {"no": "F-9", "kind": "fault", "area": ["听荷苑"], "begin_at": "2026-12-01T22:50:00+08:00"}
        await change(hall, "outage", **row, cause="断线", state="current")
        await notices.walk(hall)
        (first,) = [one for one in await told(hall, "bai") if "F-9" in one.key]
        assert (first.urgent, first.held_until) == (True, None)
        assert "现在停电了" in first.text
        assert not [one for one in await told(hall, "lu") if "F-9" in one.key]  # whom it only darkens: the incident
        (case,) = await cases(hall, "bai")
        assert case.priority is Priority.EMERGENCY
        found = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        (alert,) = [one for one in found if one.case == case.no]
        assert alert.why == "life_support"
        await change(hall, "outage", no="F-9", eta_at="2026-12-02T02:00:00+08:00")
        assert await notices.walk(hall) == 0


async def test_whoever_comes_to_be_concerned_later_hears_it_then(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        turn(hall, LEAD)
        await notices.walk(hall)
        await change(hall, "customer", key="bai", notify=True)
        assert await notices.walk(hall) == 1
        assert "停电通知" in (await told(hall, "bai"))[0].text
        await hall.ledger.write(
            lambda page: page.keep_care(Care("9900000103", "newcomer", "呼吸机", "", "", "", at(LEAD)))
        )
        assert await notices.walk(hall) == 0
        await hall.ledger.write(notices.reset)
        assert await notices.walk(hall) == 2
        assert len(await told(hall, "newcomer")) == 1


async def test_a_crash_between_two_pages_neither_doubles_nor_forgets(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        await change(hall, "account", no="9900000102", life_support={"device": "呼吸机"})
        turn(hall, LEAD)
        for stop in range(1, 12):
            await notices.walk(replace(hall, ledger=_Stops(hall.ledger, stop)))  # type: ignore[arg-type] # see below
        await notices.walk(hall)
        assert sorted(one.to for one in await told(hall)) == ["customer:bai", "customer:lu", "customer:yan"]
        assert len(await cases(hall, "bai")) == 1
        assert len(await hall.ledger.read(lambda lists: lists.alerts(only_open=True))) == 1


class _Stops:
    """The real ledger; the process dies at one of its writes."""

    def __init__(self, inner: Any, stop: int) -> None:
        self.inner, self.left = inner, stop

    async def write(self, doing: Any) -> Any:
        self.left -= 1
        if self.left <= 0:
            raise RuntimeError("killed")
        return await self.inner.write(doing)

    async def read(self, looking: Any) -> Any:
        return await self.inner.read(looking)


async def test_a_round_with_nothing_new_looks_at_one_word_of_the_ledger(tmp_path: Path) -> None:
    async with still_at(tmp_path) as hall:
        await notices.walk(hall)
        real, looks = hall.ledger, []

        class Counting:
            async def read(self, looking: Any) -> Any:
                looks.append(looking)
                return await real.read(looking)

        turn(hall, "2026-11-23T11:00:00+08:00")
        assert await notices.walk(replace(hall, ledger=Counting())) == 0  # type: ignore[arg-type] # nothing is written
        assert len(looks) == 1
