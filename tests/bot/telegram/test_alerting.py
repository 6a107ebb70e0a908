"""Alerts in private: said to be in hand, decided by a tap or by words, whom is asked; the others see who has it."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk.deciding import Decision
from bot.hall.records import OpenAlert, Posted
from bot.telegram import alerting
from tests.bot.telegram.walking import Matter, Scene, scene
from tests.kit import edition
from tests.kit_hall import forward
from tests.standin.kit import Message, Person, World


async def alerts(on: Scene, *, only_open: bool = True) -> tuple[OpenAlert, ...]:
    """What waits for somebody, newest first."""
    return await on.hall.ledger.read(lambda lists: lists.alerts(only_open=only_open))


async def broken(on: Scene) -> tuple[Matter, OpenAlert, Person]:
    """An outage taken up whose promise was not kept, and the leader who was told."""
    matter = await on.outage()
    await on.talk("接单", matter.handler, thread=matter.thread)
    await forward(on.hall, hours=1)
    found = next(one for one in await alerts(on) if one.why == "broken")
    return matter, found, on.staff[found.to[0]]


async def told(leader: Person, alert: OpenAlert) -> Message:
    """The message of this alert."""
    return next(one for one in await leader.messages(by_bot=True) if one.text.endswith(alert.text))


async def test_a_leader_has_what_he_may_decide_now_under_the_alert(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await on.outage()
        await forward(on.hall, minutes=31)
        alert = next(one for one in await alerts(on) if one.why == "accept")
        leader = on.staff[alert.to[0]]
        shown = await told(leader, alert)
        assert shown.labels == ["收到", "派协办", "换首办", "我来回电"]  # what nobody took up is not put aside
        rows = shown.raw["reply_markup"]["inline_keyboard"]
        assert [len(row) for row in rows] == [1, 2, 1]
        assert all(len(one["callback_data"].encode()) <= 64 for row in rows for one in row)


async def test_one_tap_and_the_customer_hears_who_calls_and_the_alert_is_answered(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter, alert, leader = await broken(on)
        message = await told(leader, alert)
        await on.press("我来回电", leader, message=message.id)
        case = await on.case(matter.no)
        (word,) = [one for one in case.promises if one.by == alert.to[0]]
        assert word.promise_at
        answer = (await leader.heard())[-1]
        assert f"{matter.no} 已办：我来回电" in answer
        heard = (await on.customer.heard())[-1].removeprefix("【演练】")
        assert heard.split("\n")[0] in answer
        assert alert.to[0] in heard
        (done,) = [one for one in await alerts(on, only_open=False) if one.id == alert.id]
        assert done.acked_by == alert.to[0]
        await on.press("我来回电", leader, message=message.id)
        assert await on.case(matter.no) == case  # a button that is tapped twice was meant once
        await forward(on.hall, minutes=11)
        await on.press("我来回电", leader, message=message.id)
        words = [one for one in (await on.case(matter.no)).promises if one.by == alert.to[0] and not one.ended_at]
        assert [one.promise_at for one in words] == [word.promise_at + timedelta(minutes=11)]


async def test_who_answers_from_now_on_is_asked_before_it_is_done(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter, alert, leader = await broken(on)
        await on.press("换首办", leader, message=(await told(leader, alert)).id)
        question = (await leader.messages(by_bot=True))[-1]
        assert question.text.startswith(f"【演练】【{matter.no} 换首办】")
        assert "A302" in question.text
        sent = await world.calls("sendMessage", chat=leader.id)
        assert "force_reply" in str(sent[-1].params)
        assert (await on.case(matter.no)).first_handler == matter.by
        await leader.write("A999 人手不够", reply_to=question.id)
        await on.settle()
        assert "没有办：" in (await leader.heard())[-1]
        await leader.write("A302 离得近，马上能到", reply_to=question.id)
        await on.settle()
        case = await on.case(matter.no)
        assert (case.first_handler, case.transfers) == ("A302", 1)
        assert "已办：换首办" in (await leader.heard())[-1]
        assert "离得近，马上能到" in await on.heard()
        assert alert.id not in [one.id for one in await alerts(on)]


@pytest.mark.parametrize(
    ("words", "move"),
    [
        ("派协办 A302 带一架梯子去", "help"),
        ("派协办：带一架梯子去", "help"),
        ("换首办 A302 离得近", "reassign"),
        ("我来回电 半小时内", "promise"),
    ],
)
async def test_an_answer_to_the_alert_decides_too(tmp_path: Path, world: World, words: str, move: str) -> None:
    async with scene(tmp_path, world) as on:
        matter, alert, leader = await broken(on)
        await leader.write(words, reply_to=(await told(leader, alert)).id)
        await on.settle()
        assert move in await on.moves(matter.no)
        assert "已办：" in (await leader.heard())[-1]
        assert alert.id not in [one.id for one in await alerts(on)]


async def test_received_in_answer_to_an_alert_means_that_very_one(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await broken(on)
        await forward(on.hall, hours=4)
        waiting = await alerts(on)
        busiest = max(on.staff, key=lambda no: sum(one.to[0] == no for one in waiting))
        mine = [one for one in waiting if one.to[0] == busiest]
        assert len(mine) >= 2, waiting
        oldest, leader = mine[-1], on.staff[busiest]
        await leader.write("收到", reply_to=(await told(leader, oldest)).id)
        await on.settle()
        left = [one.id for one in await alerts(on)]
        assert oldest.id not in left
        assert len(left) == len(await alerts(on, only_open=False)) - 1


async def test_whoever_else_was_called_reads_who_has_it_in_place(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await broken(on)
        await forward(on.hall, hours=4)
        up = next(one for one in await alerts(on) if len(one.to) >= 2)
        first, second, by = on.staff[up.to[0]], on.staff[up.to[-1]], up.to[-1]
        mine = await told(first, up)
        calls = [one for one in await on.letters(f"staff:{by}") if one.key.endswith(f":alert:{up.rung}")]
        assert len(calls) == 1
        text = calls[0].text
        called = next(one for one in await second.messages(by_bot=True) if one.text.endswith(text))
        assert called.labels[0] == "收到"
        heard = len(await first.heard()), len(await second.heard())
        await on.press("收到", second, message=called.id)
        seen = next(one for one in await first.messages(by_bot=True) if one.id == mine.id)
        assert seen.edited
        assert seen.text.startswith(mine.text)
        assert f"已由{edition().data.books.person(by).name}" in seen.text
        assert seen.labels == []
        assert (len(await first.heard()), len(await second.heard())) == (heard[0], heard[1] + 1)
        assert not next(one for one in await second.messages(by_bot=True) if one.id == called.id).edited
        await on.press_stale(f"{(await letter(on, up)).seq}.ack", first, mine.id)
        assert "已经确认了" in (await first.heard())[-1]


async def letter(on: Scene, alert: OpenAlert) -> Posted:
    """The letter of an alert to the one it reached first."""
    return next(one for one in await on.letters(f"staff:{alert.to[0]}") if one.text == alert.text)


async def test_what_stands_under_anothers_alert_does_nothing_and_is_kept(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter, alert, leader = await broken(on)
        sent = await letter(on, alert)
        before, denied = await on.moves(matter.no), 0
        for person in (on.customer, matter.handler, next(one for no, one in on.staff.items() if no not in alert.to)):
            shown = (await person.messages(by_bot=True))[-1]
            for value in ("ack", *Decision):
                await on.press_stale(f"{sent.seq}.{value}", person, shown.id)
                denied += 1
                assert (await on.moves()).count("deny") == denied
        assert await on.moves(matter.no) == before
        assert alert.id in [one.id for one in await alerts(on)]
        assert leader.id not in (matter.handler.id, on.customer.id)


async def test_who_is_no_leader_decides_nothing_under_his_own_alert(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        await on.talk("接单", matter.handler, thread=matter.thread)
        await forward(on.hall, minutes=30)
        (half,) = [one for one in await alerts(on) if one.why == "half"]
        sent = await letter(on, half)
        shown = await told(matter.handler, half)
        assert shown.labels == ["收到"]
        before = await on.moves(matter.no)
        await on.press_stale(f"{sent.seq}.call", matter.handler, shown.id)
        assert "没有这项权限" in (await matter.handler.heard())[-1]
        assert (await on.moves()).count("deny") == 1
        assert await on.moves(matter.no) == before
        await on.press("收到", matter.handler, message=shown.id)
        assert half.id not in [one.id for one in await alerts(on)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("准延期 等配件 到周五", (Decision.PAUSE, "等配件 到周五")),
        ("派协办：A302 去看看", (Decision.HELP, "A302 去看看")),
        ("换首办", (Decision.REASSIGN, "")),
        ("我来回电。", (Decision.CALL, "")),
        ("我来回电话", None),
        ("收到", None),
        ("", None),
    ],
)
def test_a_decision_by_its_name(text: str, found: tuple[Decision, str] | None) -> None:
    assert alerting.decided(edition().data, text) == found
