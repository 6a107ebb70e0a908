"""What people do about an outage: who may, what is refused and kept, what is only tried, what is done once."""

from pathlib import Path

import pytest

from bot.desk.case import Event
from bot.desk.errors import Changed, Missing, NoSuchCase, NoSuchIncident
from bot.desk.incident import Incident, Phase
from bot.desk.incidents import Elsewhere, NotNow, NotYourIncident, Word
from bot.hall import drill, incident_views, incidents
from bot.hall.counter import Asked, Preview
from bot.hall.house import Hall
from tests.kit import CREW, LEADER, WORKER, hall_at, say
from tests.kit_hall import newest, outage, sit_down, staff
from tests.kit_outages import CAUSE, confirmed, forgetful, live, only, pushed, reported, restored, word

ASKED = Asked()


async def hall_events(hall: Hall, what: str) -> list[Event]:
    found = await hall.ledger.read(lambda lists: lists.events(""))
    return [one for one in found if one.facts.get("what") == what]


async def two(hall: Hall) -> Incident:
    """A suspected outage of two."""
    for number in (3, 5):
        await reported(hall, f"听荷苑{number}幢")
    return await only(hall)


async def test_a_stranger_is_refused_and_it_is_kept(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        no = (await two(hall)).no
        with pytest.raises(NotYourIncident):
            await incidents.confirm(hall, staff(hall, WORKER), no, word(hall), ASKED)
        (denied,) = await hall_events(hall, "incidents.confirm")
        assert (denied.move, denied.by, denied.facts["case"]) == ("deny", WORKER, no)
        assert (await only(hall)).state is Phase.SUSPECTED


async def test_the_same_request_is_done_once_a_stale_one_not_at_all(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        found = await two(hall)
        with pytest.raises(Changed):
            await incidents.confirm(hall, staff(hall, LEADER), found.no, word(hall), Asked(version=found.version + 1))
        for _ in range(2):
            await incidents.confirm(hall, staff(hall, LEADER), found.no, word(hall), Asked("once", found.version))
        await drill.settle(hall)
        assert len(await pushed(hall, CAUSE)) == 2
        assert (await only(hall)).told == 1


async def test_what_is_only_tried_tells_whom_it_would_reach_and_in_which_words(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        found = await two(hall)
        tried = await incidents.confirm(hall, staff(hall, LEADER), found.no, word(hall), Asked(dry=True))
        assert isinstance(tried, Preview)
        assert (tried.customers, len(tried.cases)) == (2, 2)
        assert CAUSE in tried.text
        assert (await only(hall)).version == found.version
        dropped = await incidents.close(hall, staff(hall, LEADER), found.no, "不是", Asked(dry=True))
        assert dropped == Preview(0, (), "")


async def test_an_outage_nobody_knows_is_none(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        with pytest.raises(NoSuchIncident):
            await incidents.confirm(hall, staff(hall, LEADER), "GZ20260101-0001", word(hall), ASKED)


async def test_confirming_answers_the_alert_by_name(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await two(hall)
        await confirmed(hall, by="A002")
        (alert,) = await hall.ledger.read(lambda lists: lists.alerts(only_open=False))
        assert alert.acked_by == "A002"
        case = await hall.ledger.read(lambda lists: lists.case(alert.case))
        assert [(one.acked_by, one.next_at) for one in case.raised] == [("A002", None)]


async def test_a_case_is_put_in_by_hand_with_a_reason(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        no = (await two(hall)).no
        who, case = await outage(hall)
        leader = staff(hall, LEADER)
        with pytest.raises(Missing):
            await incidents.link(hall, leader, no, case.no, "。", ASKED)
        with pytest.raises(Missing):
            await incidents.link(hall, leader, no, " ", "同一根电缆", ASKED)
        with pytest.raises(NoSuchCase):
            await incidents.link(hall, leader, no, "DL20000101-0001", "同一根电缆", ASKED)
        await incidents.link(hall, leader, no, case.no, "同一根电缆", ASKED)
        again = await incidents.link(hall, leader, no, case.no, "同一根电缆", ASKED)
        assert isinstance(again, Incident)
        moved = await newest(hall, who)
        assert (moved.incident, moved.first_handler) == (no, case.first_handler)
        events = await hall.ledger.read(lambda lists: lists.events(case.no))
        assert [(one.move, one.by, one.public) for one in events][-1] == ("link", LEADER, False)
        assert "同一根电缆" in str(events[-1].text)


async def test_linking_to_a_confirmed_one_tells_at_once_also_where_it_is_only_tried(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await two(hall)
        who, case = await outage(hall)
        no = (await confirmed(hall)).no
        tried = await incidents.link(hall, staff(hall, LEADER), no, case.no, "同一根电缆", Asked(dry=True))
        assert isinstance(tried, Preview)
        assert (tried.customers, tried.cases) == (1, (case.no,))
        assert CAUSE in tried.text
        await incidents.link(hall, staff(hall, LEADER), no, case.no, "同一根电缆", ASKED)
        await drill.settle(hall)
        assert [one.to for one in await pushed(hall, CAUSE)].count(f"customer:{who}") == 1


async def test_what_may_not_be_put_together(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        no, leader = (await two(hall)).no, staff(hall, LEADER)
        for number in (3, 5):
            _, elsewhere = await reported(hall, f"望橹新村{number}幢")
        elsewhere = await hall.ledger.read(lambda lists: lists.case(elsewhere.no))
        with pytest.raises(Elsewhere) as refused:
            await incidents.link(hall, leader, no, elsewhere.no, "一回事", ASKED)
        assert refused.value.incident == elsewhere.incident
        who, secret = await outage(hall)
        await forgetful(hall, secret, named=("A201",))
        with pytest.raises(Missing):
            await incidents.link(hall, leader, no, secret.no, "一回事", ASKED)
        await forgetful(hall, secret, hidden_from=(LEADER,))
        with pytest.raises(NoSuchCase):
            await incidents.link(hall, leader, no, secret.no, "一回事", ASKED)
        await say(hall, who, "你好")


async def test_a_case_taken_out_never_comes_back_by_itself_but_by_hand(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await two(hall)
        who, case = await reported(hall, "听荷苑7幢")
        no, leader = (await confirmed(hall)).no, staff(hall, LEADER)
        with pytest.raises(Missing):
            await incidents.unlink(hall, leader, no, case.no, "", ASKED)
        await incidents.unlink(hall, leader, no, case.no, "他家单独跳闸", ASKED)
        await reported(hall, "听荷苑8幢")
        moved = await newest(hall, who)
        assert (moved.incident, (await only(hall)).apart) == ("", (case.no,))
        (told,) = await pushed(hall, "单独给您查")
        assert told.to == f"customer:{who}"
        with pytest.raises(Missing):
            await incidents.unlink(hall, leader, no, case.no, "他家单独跳闸", ASKED)
        await incidents.link(hall, leader, no, case.no, "查过了，是一处", ASKED)
        assert ((await newest(hall, who)).incident, (await only(hall)).apart) == (no, ())


async def test_taking_out_of_a_mere_suspicion_is_told_to_nobody(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        no = (await two(hall)).no
        who, case = await reported(hall, "听荷苑7幢")
        await incidents.unlink(hall, staff(hall, LEADER), no, case.no, "他家单独跳闸", ASKED)
        assert await pushed(hall, "单独") == []
        assert (await newest(hall, who)).incident == ""
        assert [one.facts["case"] for one in await hall_events(hall, "unlink")] == [case.no]


async def test_nothing_goes_in_or_out_when_it_is_over(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        no, leader = (await two(hall)).no, staff(hall, LEADER)
        _, case = await outage(hall)
        await incidents.close(hall, leader, no, "不是同一处", ASKED)
        for step in (incidents.link, incidents.unlink):
            with pytest.raises(NotNow):
                await step(hall, leader, no, case.no, "一回事", ASKED)


async def test_closing_before_all_are_over_leaves_each_case_as_it_stands(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await two(hall)
        no, leader = (await confirmed(hall)).no, staff(hall, LEADER)
        with pytest.raises(NotNow):
            await incidents.close(hall, leader, no, "收尾", ASKED)
        await restored(hall, no)
        await incidents.close(hall, leader, no, "", ASKED)
        members = await hall.ledger.read(lambda lists: lists.members(no, "", 9))
        assert {one.state.value for one in members} == {"resolved"}
        assert await live(hall) == ()


# ---- opened by hand


async def test_a_leader_opens_one_and_need_not_be_asked(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        (_, one), (_, other) = await outage(hall), await reported(hall, "望橹新村3幢")
        found = await incidents.open_(hall, staff(hall, LEADER), (one.no, other.no, one.no), "青荷线一带", Asked("o"))
        again = await incidents.open_(hall, staff(hall, LEADER), (one.no, other.no), "青荷线一带", Asked("o"))
        assert isinstance(found, Incident)
        assert isinstance(again, Incident)
        assert (found.no, found.area, found.handler) == (again.no, "青荷线一带", one.first_handler)
        assert await hall.ledger.read(lambda lists: lists.alerts(only_open=True)) == ()
        assert await hall.ledger.read(lambda lists: lists.size(found.no)) == 2


async def test_its_first_handler_opens_one_answers_for_it_and_a_leader_is_asked(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        _, case = await reported(hall, "听荷苑3幢")
        found = await incidents.open_(hall, staff(hall, case.first_handler), (case.no,), "", ASKED)
        assert isinstance(found, Incident)
        assert (found.area, found.place, found.handler) == ("听荷苑（青石镇）", "听荷苑|青石镇", case.first_handler)
        (alert,) = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert alert.why == "incident"
        who, later = await reported(hall, "听荷苑5幢")
        assert (await newest(hall, who)).incident == found.no
        assert later.no


async def test_what_is_missing_when_one_is_opened(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        leader = staff(hall, LEADER)
        _, case = await outage(hall)
        with pytest.raises(Missing) as refused:
            await incidents.open_(hall, leader, (), "竹溪路", ASKED)
        assert set(refused.value.fields) == {"cases"}
        who = await sit_down(hall)
        await say(hall, who, "停电了", "家里", "不知道")
        nowhere = await newest(hall, who)
        with pytest.raises(Missing) as refused:
            await incidents.open_(hall, leader, (nowhere.no,), "", ASKED)
        assert set(refused.value.fields) == {"area"}
        with pytest.raises(NotYourIncident):
            await incidents.open_(hall, staff(hall, WORKER), (case.no,), "竹溪路", ASKED)
        tried = await incidents.open_(hall, leader, (case.no,), "", Asked(dry=True))
        assert tried == Preview(0, (case.no,), "")
        assert await live(hall) == ()


async def test_as_the_outside_reads_it(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        no = (await two(hall)).no
        crew = staff(hall, CREW)

        async def shown(by: str) -> dict[str, object]:
            found = await only(hall)
            return await hall.ledger.read(
                lambda lists: incident_views.incident_json(hall, lists, found, staff(hall, by))
            )

        before = await shown(WORKER)
        assert (before["no"], before["state"], before["size"], before["moves"]) == (no, "suspected", 2, [])
        assert (await shown(LEADER))["moves"] == ["confirm", "link", "unlink", "close"]
        await confirmed(hall)
        after = await shown(LEADER)
        assert after["handler"] == {"no": CREW, "name": crew.name, "post": "work"}
        assert (after["cause"], after["moves"]) == (CAUSE, ["update", "restore", "link", "unlink"])
        first = (await hall.ledger.read(lambda lists: lists.members(no, "", 9)))[0]
        await forgetful(hall, first, hidden_from=(WORKER,))
        assert first.no not in (await shown(WORKER))["cases"]  # type: ignore[operator] # a list
        assert first.no in (await shown(LEADER))["cases"]  # type: ignore[operator] # a list


async def test_a_step_all_reach_together_is_on_each_case(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        await two(hall)
        no = (await confirmed(hall)).no
        await incidents.update(hall, staff(hall, CREW), no, Word(stage="arrive", text="人已到现场"), ASKED)
        await drill.settle(hall)
        for one in await hall.ledger.read(lambda lists: lists.members(no, "", 9)):
            assert [promise.kept.value for promise in one.promises if promise.to == "arrive"] == ["kept"]
