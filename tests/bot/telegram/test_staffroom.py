"""Words of the hall's own people: what is a move and what is not; alerts, each acknowledged once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.telegram.client import Access, close, make_bot
from bot.telegram.outbound import Line
from bot.telegram.reading import Incoming, What
from bot.telegram.staffroom import Staffroom
from tests.bot.telegram.walking import Scene, scene
from tests.kit_hall import forward
from tests.standin.kit import Person, World

DANGER = "电线掉地上冒火花了"


async def open_alerts(on: Scene) -> list[str]:
    """Cases whose alerts nobody answers for."""
    return [one.case for one in await on.hall.ledger.read(lambda lists: lists.alerts(only_open=True))]


async def alerted(on: Scene) -> tuple[str, Person]:
    """A danger, and the leader who was told of it."""
    await on.write(DANGER)
    await on.write("竹溪路18号门口")
    (alert,) = await on.hall.ledger.read(lambda lists: lists.alerts(only_open=True))
    return alert.to[0], on.staff[alert.to[0]]


@pytest.mark.parametrize("way", ["press", "text"])
async def test_an_alert_comes_to_the_leader_and_is_acknowledged_once(tmp_path: Path, world: World, way: str) -> None:
    async with scene(tmp_path, world) as on:
        no, leader = await alerted(on)
        told = await leader.hears("险情")
        assert told.labels[0] == "收到"
        for _ in range(2):
            if way == "press":
                await on.press("收到", leader)
            else:
                await on.write("收到。", leader)
        (alert,) = await on.hall.ledger.read(lambda lists: lists.alerts(only_open=False))
        assert alert.acked_by == no
        assert (await on.moves()).count("acknowledge") == 1
        heard = await leader.heard()
        assert sum("已确认，由您负责" in one for one in heard) == (2 if way == "press" else 1)
        assert any("没有等您确认" in one for one in heard) is (way == "text")


async def test_two_alerts_of_one_case_are_each_acknowledged_by_their_own_button(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        await forward(on.hall, hours=3)
        alerts = list(reversed(await on.hall.ledger.read(lambda lists: lists.alerts(only_open=True))))
        assert len(alerts) >= 2
        assert {one.case for one in alerts} == {matter.no}
        leader = on.staff[alerts[0].to[0]]
        first = next(one for one in await leader.messages(by_bot=True) if one.text.endswith(alerts[0].text))
        await on.press("收到", leader, message=first.id)
        left = await on.hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert alerts[0].id not in [one.id for one in left]
        assert len(left) == len(alerts) - 1


async def test_who_has_no_right_to_it_is_denied(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await alerted(on)
        matter = await on.matter()
        worker = next(on.staff[no] for no in ("A303", "A302") if no != matter.by)
        await on.write("收到", worker)
        assert "没有等您确认的告警" in await on.heard(worker)
        assert (await on.moves()).count("deny") == 0
        await on.talk("收到", worker, thread=matter.thread)
        assert "没有报给您" in (await on.in_topic(matter.thread))[-1].text
        assert (await on.moves()).count("deny") == 1
        assert await open_alerts(on) == [matter.no]


async def test_in_the_topic_the_leader_says_it_too(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        _, leader = await alerted(on)
        matter = await on.matter()
        await on.talk("收到", leader, thread=matter.thread)
        assert await open_alerts(on) == []
        assert "已确认，由您负责" in (await on.in_topic(matter.thread))[-1].text
        await on.talk("收到", leader, thread=matter.thread)
        assert (await on.moves(matter.no))[-2:] == ["acknowledge", "note"]


async def test_a_worker_answers_for_the_alerts_that_reached_him_and_for_no_other(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        await forward(on.hall, hours=3)
        alerts = {one.rung: one for one in await on.hall.ledger.read(lambda lists: lists.alerts(only_open=True))}
        mine = {one.text for one in alerts.values() if matter.by in one.to}
        others = {one.text for one in alerts.values() if matter.by not in one.to}
        messages = [one for one in await matter.handler.messages(by_bot=True) if "请安排好" in one.text]
        assert messages
        assert mine
        for one in messages:
            assert one.labels == ["收到"]
        broken = [
            one
            for one in await matter.handler.messages(by_bot=True)
            if any(text in one.text for text in others) and not any(text in one.text for text in mine)
        ]
        assert broken
        assert not any(one.labels for one in broken)


async def test_who_never_opened_the_bot_loses_nothing_on_the_desk(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world, opened=False) as on:
        matter = await on.outage()
        letters = await on.letters(f"staff:{matter.by}")
        assert [one.state for one in letters] == ["sent"]
        assert not await matter.handler.heard()
        tried = len(await world.calls("sendMessage", chat=matter.handler.id))
        assert tried == 1
        await on.customer.write("还要多久")
        await on.write("快点，催一下")
        assert len(await world.calls("sendMessage", chat=matter.handler.id)) == tried
        assert {one.state for one in await on.letters(f"staff:{matter.by}")} == {"sent"}
        await matter.handler.start()
        await on.settle()
        assert "这里只收告警" in await on.heard(matter.handler)


async def test_the_way_to_the_desk_lies_in_no_outbox(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await on.write("工单台", on.staff["A001"])
        assert "/link/" in await on.heard(on.staff["A001"])
        assert not any("/link/" in one.text for one in await on.letters())


async def test_stale_and_strange_presses_do_nothing(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        _, leader = await alerted(on)
        matter = await on.matter()
        told = await leader.hears("险情")
        letters = await on.letters()
        private = next(one.seq for one in letters if one.to.startswith("customer:"))
        before = await on.moves(matter.no)
        for data in ("999999.0", "x", f"{private}.0", "1.ack", f"{private}.ack", "١.0", ""):
            if data:
                await world.ask("press_anything", user=leader.id, chat=leader.id, message=told.id, data=data)
                await world.ask("press_anything", user=leader.id, chat=on.group.id, message=3, data=data)
        await on.settle()
        assert await on.moves(matter.no) == before
        assert await open_alerts(on) == [matter.no]


async def test_the_same_word_told_twice_does_nothing_twice(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        await world.mischief(doubled=True)
        await on.talk("接单 好的", matter.handler, thread=matter.thread)
        await on.talk("答复 到了", matter.handler, thread=matter.thread)
        await world.redeliver(4)
        await on.settle()
        assert (await on.heard()).count("到了") == 1
        assert (await on.moves(matter.no))[-3:] == ["accept", "note", "reply"]


async def test_told_again_after_a_crash_nothing_happens_twice(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        no, leader = await alerted(on)
        matter = await on.matter()
        bot = make_bot(Access(world.token, world.api, world.api))
        room = Staffroom(Line(on.hall, bot), on.group.id)
        here: dict[str, Any] = {"chat": on.group.id, "kind": "supergroup", "thread": matter.thread}
        by, alone = {"user": matter.handler.id}, {"chat": leader.id, "kind": "private", "user": leader.id}
        said = [
            Incoming(What.WORDS, 901, **here, **by, text="接单 马上去"),
            Incoming(What.WORDS, 902, **here, **by, text="答复 在路上"),
            Incoming(What.WORDS, 903, **here, **by, text="阶段 没有这一步"),
            Incoming(What.WORDS, 904, **alone, text="收到"),
        ]
        for one in said:
            await room.act(one)
            await room.act(one)
        await on.settle()
        await close(bot)
        moves = [one for one in await on.moves(matter.no) if one in ("accept", "note", "reply", "acknowledge")]
        assert moves == ["accept", "note", "reply", "acknowledge"]
        assert (await on.heard()).count("在路上") == 1
        assert sum("没有办" in one.text for one in await on.in_topic(matter.thread)) == 1
        assert (await on.moves()).count("acknowledge") == 1
        assert sum("已确认，由您负责" in one for one in await leader.heard()) == 1
        assert no == (await on.hall.ledger.read(lambda lists: lists.alerts(only_open=False)))[0].acked_by


async def test_who_left_the_hall_is_anybody(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        edition = on.hall.edition()
        books = edition.data.books
        gone = {**books.roster.staff, matter.by: replace(books.roster.staff[matter.by], on=False)}
        data = replace(edition.data, books=replace(books, roster=replace(books.roster, staff=gone)))
        assert on.hall.practice
        on.hall.practice.take(replace(edition, data=data))
        await on.talk("接单", matter.handler, thread=matter.thread)
        await on.push("接单", matter.handler)
        assert "accept" not in await on.moves(matter.no)
        assert (await on.moves()).count("deny") == 2
