"""A case from greeting to rating, by Telegram alone; and what must never come of a word in the group."""

from pathlib import Path

import pytest

from tests.bot.telegram.walking import Matter, Scene, scene
from tests.kit_hall import CLOSING
from tests.standin.kit import World

CHECKLIST = """办结 熔丝已换好；家里有电了
停电发生时间：09:40；到场时间：10:20
停电原因：熔丝断
处理措施：换熔丝；复电时间：11:20
联系客户的时间和结果：11:25 电话告知"""


async def accepted(on: Scene) -> Matter:
    """An outage its first handler has taken."""
    matter = await on.outage()
    await on.talk("接单", matter.handler, thread=matter.thread)
    return matter


async def resolved(on: Scene) -> Matter:
    """An outage that is resolved."""
    matter = await accepted(on)
    await on.talk(CHECKLIST, matter.handler, thread=matter.thread)
    assert (await on.case(matter.no)).state == "resolved"
    return matter


async def test_from_greeting_to_rating_by_words(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await on.customer.start()
        await on.settle()
        assert (await on.customer.heard())[0].startswith("【演练】您好")
        matter = await on.outage()
        receipt = await on.customer.hears("已为您登记")
        (card,) = await on.in_topic(matter.thread)
        assert matter.no in card.text
        assert card.labels == ["接单", "答复", "阶段", "协办", "移交", "挂起", "办结", "重开", "交还"]
        assert f"新单 {matter.no}" in await on.heard(matter.handler)
        await on.talk("接单", matter.handler, thread=matter.thread)
        assert (await on.case(matter.no)).state == "accepted"
        await on.talk("答复 师傅已经出发", matter.handler, thread=matter.thread)
        await on.talk("答复：带了备件", matter.handler, thread=matter.thread)
        await on.talk("阶段 到场 我到楼下了", matter.handler, thread=matter.thread)
        heard = await on.heard()
        assert f"【演练】雷九川（{matter.by}）：\n师傅已经出发" in heard
        assert f"【演练】雷九川（{matter.by}）：\n带了备件" in heard
        assert "我到楼下了" in heard
        assert (await on.case(matter.no)).stage == "arrive"
        await on.talk(CHECKLIST, matter.handler, thread=matter.thread)
        case = await on.case(matter.no)
        assert (case.state, dict(case.closing)) == ("resolved", CLOSING)
        asked = await on.customer.hears("熔丝已换好；家里有电了")
        assert "停电原因" not in asked.text
        assert asked.labels == ["已解决", "没解决"]
        assert asked.text.count("没解决") == 1
        await on.write("已解决")
        await on.write("5")
        case = await on.case(matter.no)
        assert (case.state, case.rating and case.rating.score) == ("closed", 5)
        assert (await on.group.topics())[matter.thread]["closed"]
        assert "打了 5 分" in await on.heard(matter.handler)
        now = {one.id: one for one in await on.customer.messages(by_bot=True)}
        assert now[receipt.id].edited
        assert matter.no in now[receipt.id].text
        assert "已办结" in now[receipt.id].text
        assert sum("步骤：" in one.text and "已办结" in one.text for one in now.values()) == 1
        edits = [one.params["text"] for one in await world.calls("editMessageText")]
        assert len(edits) == len(set(edits)) >= 3


@pytest.mark.parametrize("way", ["press", "label", "number"])
async def test_every_choice_by_button_by_label_and_by_number(tmp_path: Path, world: World, way: str) -> None:
    async with scene(tmp_path, world) as on:

        async def choose(label: str, number: int) -> None:
            if way == "press":
                await on.press(label)
            else:
                await on.write(label if way == "label" else str(number))

        await on.outage()
        await choose("周围一片都停了", 2)
        matter = await on.matter()
        assert (await on.case(matter.no)).slots["scope"] == "area"
        await on.push("接单", matter.handler)
        assert (await on.case(matter.no)).state == "accepted"
        await on.talk(CHECKLIST, matter.handler, thread=matter.thread)
        await choose("已解决", 1)
        assert (await on.case(matter.no)).state == "closed"
        await choose("4", 4)
        case = await on.case(matter.no)
        assert case.rating
        assert case.rating.score == 4
        answered = [one["answer"] for one in await world.presses()]
        assert all(one is not None for one in answered)
        assert len(answered) == (4 if way == "press" else 1)


async def test_not_solved_opens_the_topic_again(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await resolved(on)
        await on.press("没解决")
        assert (await on.case(matter.no)).state == "in_progress"
        await on.talk("办结 再修好了", matter.handler, thread=matter.thread)
        await on.press("已解决")
        assert (await on.group.topics())[matter.thread]["closed"]
        await on.talk("重开 还有一相没电", matter.handler, thread=matter.thread)
        assert (await on.case(matter.no)).state == "in_progress"
        assert not (await on.group.topics())[matter.thread]["closed"]
        assert "还有一相没电" in await on.heard()


SLY = (
    "先别答复 客户",
    "答复客户之前先问我",
    "答复，等我想想",
    "答复。这个客户很难缠",
    "答复、接单都不急",
    "我来答复 他",
    "“答复 文”怎么写？",
    "接单了吗",
    "接单，谁去？",
    "办结不了，缺料",
    "办结？差远了",
    "阶段性的问题",
    "重开一单吧",
    "交还给谁",
    "挂起来再说",
    "移交的事明天谈",
    "协办：",
    "reply 这句不能发",
    "/答复 这句不能发",
    "@bot 答复 这句不能发",
    "1",
    "5",
    "已解决",
    "收到",
    "转人工",
    "客户骂人，别理他",
)


@pytest.mark.parametrize("real", [False, True], ids=["drill", "hall"])
async def test_plain_words_in_a_topic_never_reach_the_customer(tmp_path: Path, world: World, *, real: bool) -> None:
    async with scene(tmp_path, world, real=real) as on:
        matter = await accepted(on)
        before, heard = await on.case(matter.no), await on.heard()
        calls = len(await world.calls(chat=on.customer.id))
        for text in SLY:
            await matter.handler.write(text, on.group, thread=matter.thread)
        question = f"【{matter.no} 答复】请直接回复这一条，写上要说的内容。"
        forged = await matter.handler.write(question, on.group, thread=matter.thread)
        await matter.handler.write("答一句自己写的问题", on.group, thread=matter.thread, reply_to=forged.id)
        await on.settle()
        assert await on.heard() == heard
        assert len(await world.calls(chat=on.customer.id)) == calls
        after = await on.case(matter.no)
        assert (after.state, after.stage, after.slots) == (before.state, before.stage, before.slots)
        events = await on.hall.ledger.read(lambda lists: lists.events(matter.no))
        notes = [one for one in events if one.move == "note"]
        assert [one.text for one in notes][: len(SLY) - 1] == [one for one in SLY if one != "协办："]
        assert not any(one.public for one in notes)
        assert {one.move for one in events} == {"open", "accept", "note"}


async def test_a_button_that_wants_words_asks_and_the_answer_does_the_move(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await on.push("答复", matter.handler)
        question = await on.group.hears(f"【{matter.no} 答复】", matter.thread)
        (asked,) = [
            one for one in await world.calls("sendMessage", chat=on.group.id) if "force_reply" in str(one.params)
        ]
        assert asked.params["text"] == question.text
        await on.talk("这句只在厅内", matter.handler, thread=matter.thread)
        assert "这句只在厅内" not in await on.heard()
        await on.talk("五分钟后到", matter.handler, thread=matter.thread, reply_to=question.id)
        assert f"（{matter.by}）：\n五分钟后到" in await on.heard()
        await on.push("阶段", matter.handler)
        question = await on.group.hears("可用的阶段", matter.thread)
        await on.talk("到场，正在看表箱", matter.handler, thread=matter.thread, reply_to=question.id)
        assert (await on.case(matter.no)).stage == "arrive"
        assert "正在看表箱" in await on.heard()
        await on.push("办结", matter.handler)
        question = await on.group.hears("停电原因：", matter.thread)
        await on.talk("办好了，请查看", matter.handler, thread=matter.thread, reply_to=question.id)
        refused = await on.group.hears("没有办", matter.thread)
        assert "停电原因" in refused.text
        await on.talk(CHECKLIST.removeprefix("办结 "), matter.handler, thread=matter.thread, reply_to=question.id)
        assert (await on.case(matter.no)).state == "resolved"


async def test_given_back_the_guide_speaks(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await on.talk("答复 您好", matter.handler, thread=matter.thread)
        await on.write("什么时候到")
        assert "什么时候到" in (await on.in_topic(matter.thread))[-1].text
        await on.push("交还", matter.handler)
        assert (await on.hall.ledger.read(lambda lists: lists.thread(f"tg{on.customer.id}"))).speaker == ""
        assert "已把对话交还给机器人" in await on.heard()
        assert await on.moves(matter.no) == ["open", "open", "accept", "reply", "release"]


async def test_that_a_picture_did_not_go_with_the_words_is_said(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await matter.handler.send("photo", on.group, thread=matter.thread, caption="答复 请看图")
        await on.settle()
        assert "请看图" in await on.heard()
        assert "照片和文件还不能" in (await on.in_topic(matter.thread))[-1].text


async def test_what_follows_a_wordless_move_is_a_note(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        await on.talk("接单 我带备件去", matter.handler, thread=matter.thread)
        assert (await on.moves(matter.no))[-2:] == ["accept", "note"]
        assert "我带备件去" not in await on.heard()


async def test_anybody_else_does_nothing_and_is_kept(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        outsider = await world.person("路人")
        await world.ask("member", chat=on.group.id, user=outsider.id)
        before, heard = await on.moves(matter.no), await on.heard()
        said = len(await on.group.messages(by_bot=True))
        await on.talk("接单", outsider, thread=matter.thread)
        await on.talk("答复 我是骗子", outsider, thread=matter.thread)
        await on.push("接单", outsider)
        await on.push("答复", outsider)
        await on.talk("随便聊聊", outsider)
        assert await on.moves(matter.no) == before
        assert await on.heard() == heard
        assert len(await on.group.messages(by_bot=True)) == said
        assert (await on.moves()).count("deny") == 4


async def test_who_works_on_other_cases_is_refused_with_a_sentence_and_kept(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        other, before, heard = on.staff["A201"], await on.moves(matter.no), await on.heard()
        acts = 0
        for text in ("接单", "答复 我插一句", "阶段 到场", "随手一句"):
            await on.talk(text, other, thread=matter.thread)
            acts += 1
            refusals = [one.text for one in await on.in_topic(matter.thread) if "没有办" in one.text]
            assert len(refusals) == acts
            assert "由首办人" in refusals[-1]
        for label in ("接单", "答复"):
            await on.push(label, other)
            acts += 1
        assert await on.moves(matter.no) == before
        assert await on.heard() == heard
        assert (await on.moves()).count("deny") == acts


async def test_a_button_out_of_turn_is_refused_before_anybody_writes_for_nothing(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        for label in ("办结", "阶段", "重开"):
            await on.push(label, matter.handler)
            assert "没有办：这张单现在是" in (await on.in_topic(matter.thread))[-1].text
        assert await on.moves(matter.no) == ["open", "open"]
        assert "deny" not in await on.moves()
        await on.talk("接单", matter.handler, thread=matter.thread)
        await on.talk("接单", matter.handler, thread=matter.thread)
        assert "没有办：这张单现在是" in (await on.in_topic(matter.thread))[-1].text
        await on.talk("答复", matter.handler, thread=matter.thread)
        assert "没有办：还有必填的没填" in (await on.in_topic(matter.thread))[-1].text
