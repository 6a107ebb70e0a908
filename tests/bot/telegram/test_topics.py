"""A case's forum topic: made, moved, lost, closed, or not to be had; the very letter goes out all the same."""

from pathlib import Path
from typing import Any

import pytest

from bot.desk.case import Kind
from bot.hall import drill, handing
from bot.hall.counter import Asked
from bot.hall.pace import Rate, Rates
from bot.telegram.topics import LONGEST
from tests.bot.telegram.test_outbound import SECOND
from tests.bot.telegram.walking import Matter, Scene, scene
from tests.kit_hall import forward, staff
from tests.standin.kit import World


async def texts(on: Scene, thread: int) -> list[str]:
    return [one.text for one in await on.in_topic(thread)]


async def nothing_died(on: Scene) -> bool:
    return {one.state for one in await on.letters()} == {"sent"}


async def begun(on: Scene) -> Matter:
    """An outage whose handler has said a word."""
    matter = await on.outage()
    await on.talk("接单", matter.handler, thread=matter.thread)
    return matter


async def test_a_topic_is_named_for_its_case_and_made_once(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await begun(on)
        await on.write("只有我家")
        (topic,) = (await on.group.topics()).values()
        assert topic["name"] == f"{matter.no} 停电报修 雷九川"
        assert len(topic["name"]) <= LONGEST
        assert len(await world.calls("createForumTopic")) == 1


async def test_a_deleted_topic_is_made_anew_card_first_and_the_very_letter_comes(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await begun(on)
        await on.group.delete_topic(matter.thread)
        await on.write("只有我家")
        again = await on.group.topic(matter.no)
        assert again != matter.thread
        card, line = await on.in_topic(again)
        assert matter.no in card.text
        assert card.text.startswith("【演练】")
        assert "现在：首办人已接单" in card.text
        assert card.labels[0] == "接单"
        assert "只有我家" in line.text
        await on.talk("答复 新话题里说的", matter.handler, thread=again)
        await on.push("交还", matter.handler, message=card.id)
        assert "新话题里说的" in await on.heard()
        assert (await on.moves(matter.no))[-1] == "release"
        assert await nothing_died(on)


async def test_a_line_with_buttons_is_no_card(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await begun(on)
        await on.group.delete_topic(matter.thread)
        await handing.help_(on.hall, staff(on.hall, matter.by), matter.no, "A302", "带梯子来", Asked())
        await drill.settle(on.hall)
        again = await on.group.topic(matter.no)
        card, line = await on.in_topic(again)
        assert "现在：首办人已接单" in card.text
        assert card.labels[0] == "接单"
        assert "带梯子来" in line.text
        assert line.labels == ["接单", "协办完成"]
        await on.push("接单", on.staff["A302"], message=line.id)
        assert (await on.case(matter.no)).tasks[0].taken_at


async def test_the_card_of_a_new_topic_is_owed_until_it_is_there(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await begun(on)
        await on.group.delete_topic(matter.thread)
        await world.fault(
            "error",
            method="sendMessage",
            chat=on.group.id,
            code=400,
            description="Bad Request: message thread not found",
        )
        await world.fault("429", method="sendMessage", chat=on.group.id, retry_after=7)
        await on.write("只有我家")
        again = await on.group.topic(matter.no)
        assert await texts(on, again) == []
        await forward(on.hall, seconds=7)
        card, line = await texts(on, again)
        assert "现在：首办人已接单" in card
        assert "只有我家" in line
        assert len(await world.calls("createForumTopic")) == 2


async def test_a_group_that_moves_is_followed_with_the_very_letter(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await begun(on)
        await world.hold()  # the hall hears of it only by its own letter
        moved = await on.group.migrate()
        await on.owe(f"topic:{matter.no}", "搬家后的第一句")
        await drill.settle(on.hall)
        assert "搬家后的第一句" in [one.text.removeprefix("【演练】") for one in await moved.messages(matter.thread)]
        await world.release()
        await on.settle()
        await matter.handler.write("答复 新群里说的", moved, thread=matter.thread)
        await on.settle()
        assert "新群里说的" in await on.heard()
        assert await nothing_died(on)


async def test_moved_and_the_topic_lost_at_once(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await begun(on)
        await on.group.delete_topic(matter.thread)
        moved = await on.group.migrate()
        await on.owe(f"topic:{matter.no}", "还是到了")
        await drill.settle(on.hall)
        again = await moved.topic(matter.no)
        assert [one.text for one in await moved.messages(again, by_bot=True)][-1] == "【演练】还是到了"
        assert await nothing_died(on)


async def test_a_closed_topic_is_opened_again_or_else_spoken_beside(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await begun(on)
        await on.group.close_topic(matter.handler, matter.thread)
        closed: dict[str, Any] = {"code": 400, "description": "Bad Request: TOPIC_CLOSED"}
        await world.fault("error", method="sendMessage", chat=on.group.id, **closed)
        await on.write("只有我家")
        assert "只有我家" in (await texts(on, matter.thread))[-1]
        assert not (await on.group.topics())[matter.thread]["closed"]
        await on.group.close_topic(matter.handler, matter.thread)
        await on.group.rights()  # it may neither write there nor open it
        await on.owe(f"topic:{matter.no}", "进不去的话")
        await drill.settle(on.hall)
        beside = (await on.group.messages(by_bot=True))[-1]
        assert (beside.text, beside.thread) == (f"【演练】{matter.no}\n进不去的话", 0)
        assert await nothing_died(on)


async def test_that_the_topic_cannot_be_shut_repeats_nothing(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await begun(on)
        await on.talk(
            "办结 好了\n停电发生时间：e\n到场时间：f\n停电原因：a\n处理措施：b\n复电时间：c\n联系客户的时间和结果：d",
            matter.handler,
            thread=matter.thread,
        )
        await world.fault("429", method="closeForumTopic", retry_after=5)
        await on.press("已解决")
        await forward(on.hall, minutes=1)
        assert sum("客户确认" in one for one in await texts(on, matter.thread)) == 1
        assert await nothing_died(on)


async def test_a_group_without_topics_hears_the_number_and_acts_by_buttons_and_answers(
    tmp_path: Path, world: World
) -> None:
    async with scene(tmp_path, world, forum=False) as on:
        await on.write("停电报修")
        await on.write("青石镇竹溪路18号3幢502")
        (case,) = await on.hall.ledger.read(lambda lists: lists.cases_of(f"tg{on.customer.id}"))
        handler = on.staff[case.first_handler]
        card = await on.group.hears(case.no)
        assert card.text.startswith(f"【演练】{case.no}\n")
        await on.push("接单", handler)
        assert (await on.case(case.no)).state == "accepted"
        await on.talk("答复 在群里回", handler, reply_to=card.id)
        await on.talk("这是备注", handler, reply_to=card.id)
        await on.talk("答复 不知道是哪一单", handler)
        heard = await on.heard()
        assert "在群里回" in heard
        assert "不知道是哪一单" not in heard
        assert (await on.moves(case.no))[2:] == ["accept", "reply", "note"]
        await on.push("答复", handler)
        question = await on.group.hears("请直接回复这一条")
        await on.talk("直接回了", handler, reply_to=question.id)
        assert "直接回了" in await on.heard()
        assert len(await world.calls("createForumTopic")) == 1
        assert await nothing_died(on)


async def test_put_out_of_the_group_it_is_seen_and_customers_lose_nothing(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await on.group.rights(status="kicked")
        await on.write("停电报修")
        await on.write("青石镇竹溪路18号3幢502")
        (case,) = await on.hall.ledger.read(lambda lists: lists.cases_of(f"tg{on.customer.id}"))
        assert case.no in await on.heard()
        dead = await on.letters(f"topic:{case.no}")
        assert {(one.state, one.why) for one in dead} == {("dead", "blocked")}
        assert (await on.moves()).count("undelivered") == len(dead)


async def test_twenty_a_minute_also_where_every_letter_needs_a_topic_of_its_own(tmp_path: Path, world: World) -> None:
    rates = Rates(Rate(30, SECOND), Rate(), Rate(4, 60 * SECOND))
    async with scene(tmp_path, world, rates=rates) as on:
        people = [await world.person(f"客户{n}") for n in range(6)]
        for person in people:
            await person.write("转人工")
        await on.settle()
        for minute in range(1, 12):
            calls = await world.calls("sendMessage", "createForumTopic", chat=on.group.id)
            assert len(calls) <= 4 * minute
            await forward(on.hall, seconds=60)
        topics = await on.group.topics()
        assert len(topics) == 6
        for thread in topics:
            assert len(await texts(on, thread)) == 1
        assert await nothing_died(on)


@pytest.mark.parametrize("kind", ["hang", "drop"])
async def test_a_topic_of_which_nobody_knows_whether_it_was_made(
    tmp_path: Path, world: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.telegram import client

    monkeypatch.setattr(client, "PATIENCE", 0.5)
    async with scene(tmp_path, world) as on:
        await world.fault(kind, method="createForumTopic")
        await on.write("停电报修")
        await on.write("青石镇竹溪路18号3幢502")
        await forward(on.hall, minutes=1)
        matter = await on.matter()
        assert len(await texts(on, matter.thread)) == 1
        assert await nothing_died(on)
        assert Kind.WORDS in [one.kind for one in await on.letters(f"topic:{matter.no}")]
