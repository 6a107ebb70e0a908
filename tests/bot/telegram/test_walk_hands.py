"""Many hands by Telegram alone: help, transfer, reassignment, one speaker; the brief at each take-over."""

from pathlib import Path

import pytest

from bot.desk.moves import Move
from tests.bot.telegram.walking import Matter, Scene, scene
from tests.kit_hall import forward
from tests.standin.kit import Message, World

BRIEF = "接手简报"


async def accepted(on: Scene) -> Matter:
    """An outage its first handler has taken."""
    matter = await on.outage()
    await on.talk("接单", matter.handler, thread=matter.thread)
    return matter


async def briefs(on: Scene, matter: Matter) -> list[str]:
    """Every brief the topic got."""
    return [one.text for one in await on.in_topic(matter.thread) if BRIEF in one.text]


async def last(on: Scene, matter: Matter) -> Message:
    """The latest that the bot said in the topic."""
    return (await on.in_topic(matter.thread))[-1]


async def test_a_helper_takes_his_task_and_says_it_is_done(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        heard = await on.heard()
        await on.talk("协办 A302 请带一架梯子来", matter.handler, thread=matter.thread)
        assert (await last(on, matter)).labels == ["接单", "协办完成"]
        helper = on.staff["A302"]
        assert "请您协办：请带一架梯子来" in await on.heard(helper)
        await on.push("接单", helper)
        case = await on.case(matter.no)
        assert (case.first_handler, case.helpers, case.tasks[0].helper) == (matter.by, ("A302",), "A302")
        await on.talk("协办完成 梯子到了，表箱已看过", helper, thread=matter.thread)
        case = await on.case(matter.no)
        assert (case.helpers, case.tasks[0].result) == ((), "梯子到了，表箱已看过")
        assert "协办完成：\n梯子到了，表箱已看过" in await on.heard(matter.handler)
        assert await on.heard() == heard
        assert (await on.moves(matter.no))[-3:] == ["help", "accept", "help_done"]


async def test_of_a_team_the_first_has_the_task_and_the_next_hears_who(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await on.talk("协办 抢修班 来两个人", matter.handler, thread=matter.thread)
        first, second = on.staff["A302"], on.staff["A303"]
        await on.push("接单", first)
        await on.push("接单", second)
        refused = await last(on, matter)
        assert "没有办：这件协办已由闻潮生" in refused.text
        assert (await on.case(matter.no)).helpers == ("A302",)


async def test_the_button_of_help_names_whom_one_can_ask(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await on.push("协办", matter.handler)
        question = await last(on, matter)
        assert f"【{matter.no} 协办】" in question.text
        assert "A302" in question.text
        assert "抢修班" in question.text
        assert "服务岗" in question.text
        assert matter.by not in question.text.partition("在岗")[2]
        asked = await world.calls("sendMessage", chat=on.group.id)
        assert "force_reply" in str(asked[-1].params)
        await forward(on.hall, hours=9)  # others are on shift now: the question is known by its own words
        await on.talk("A302 请来看看", matter.handler, thread=matter.thread, reply_to=question.id)
        assert (await on.case(matter.no)).tasks[0].text == "请来看看"


@pytest.mark.parametrize("way", ["press", "label", "number"])
async def test_a_transfer_is_asked_agreed_and_decided(tmp_path: Path, world: World, way: str) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await on.push("移交", matter.handler)
        question = await last(on, matter)
        assert "A302" in question.text
        await on.talk("A302，家里有急事", matter.handler, thread=matter.thread, reply_to=question.id)
        asked = await on.customer.hears("换成：闻潮生")
        assert asked.labels == ["同意", "不同意"]
        assert "家里有急事" in asked.text
        assert (await on.case(matter.no)).first_handler == matter.by
        await on.push("移交", matter.handler)
        assert "没有办：已经请求移交给闻潮生" in (await last(on, matter)).text
        await on.write("谢谢")  # silence is no consent, and a kind word neither
        transfer = (await on.case(matter.no)).transfer
        assert transfer
        assert transfer.consented_at is None
        if way == "press":
            await on.press("同意")
        else:
            await on.write("同意" if way == "label" else "1")
        case = await on.case(matter.no)
        assert case.transfer
        assert case.transfer.consented_at
        assert case.first_handler == matter.by
        leader = on.staff["A001"]
        assert "请求移交给闻潮生" in await on.heard(leader)
        await on.talk("改派 闻潮生 客户也同意，闻师傅离得近", leader, thread=matter.thread)
        case = await on.case(matter.no)
        assert (case.first_handler, case.transfer, case.transfers) == ("A302", None, 1)
        told = await on.customer.hears("换了首办人，现在是闻潮生")
        assert "闻师傅离得近" in told.text
        await on.press("同意", message=asked.id)
        assert "没有做任何改动" in await on.heard()
        assert (await on.moves(matter.no)).count("consent") == 1


@pytest.mark.parametrize("way", ["press", "label", "number"])
async def test_the_customer_declines_by_button_label_and_number(tmp_path: Path, world: World, way: str) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await on.talk("移交 A302 顺路", matter.handler, thread=matter.thread)
        if way == "press":
            await on.press("不同意")
        else:
            await on.write("不同意" if way == "label" else "2")
        case = await on.case(matter.no)
        assert (case.first_handler, case.transfer) == (matter.by, None)
        assert "好的，不换" in await on.heard()
        assert "客户不同意换人" in await on.heard(matter.handler)
        await on.press("同意")
        assert (await on.case(matter.no)).first_handler == matter.by
        assert "没有做任何改动" in await on.heard()


async def test_the_card_shows_the_new_hands_the_steps_and_who_stands_in(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        receipt = await on.customer.hears("已为您登记")
        old, new = (f"{name}（工号 {no}" for name, no in (("雷九川", matter.by), ("闻潮生", "A302")))
        assert old in receipt.text
        await on.talk("改派 A302 离得近", on.staff["A001"], thread=matter.thread)
        await on.talk("接单", on.staff["A302"], thread=matter.thread)
        await on.talk("阶段 到场 到了", on.staff["A302"], thread=matter.thread)
        card = next(one for one in await on.customer.messages(by_bot=True) if one.id == receipt.id)
        assert card.edited
        assert f"首办人：{new}" in card.text
        assert old not in card.text
        steps = next(line for line in card.text.split("\n") if "◐" in line)
        assert "◐到场" in steps
        assert "○复电" in steps
        assert card.text.count("◐") == 1


@pytest.mark.parametrize("text", ["移交 A999 不想办了", "移交 A302", "移交", "协办", "协办 A999 来", "协办 A302"])
async def test_what_lacks_a_name_or_words_is_refused_in_the_topic(tmp_path: Path, world: World, text: str) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        before = await on.case(matter.no)
        await on.talk(text, matter.handler, thread=matter.thread)
        assert "没有办：还有必填的没填" in (await last(on, matter)).text
        after = await on.case(matter.no)
        assert (after.transfer, after.tasks, after.version) == (None, (), before.version)


async def test_hands_are_moved_by_those_who_may(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        stranger, denied = on.staff["A201"], 0
        for text in ("协办 A302 来", "移交 A302 我来", "改派 A201 我来"):
            await on.talk(text, stranger, thread=matter.thread)
            denied += 1
            assert "没有办：这张单由首办人" in (await last(on, matter)).text
        await on.talk("改派 A302 我要下班", matter.handler, thread=matter.thread)
        await on.talk("协办完成 好了", matter.handler, thread=matter.thread)
        await on.push("移交", stranger)
        denied += 3
        case = await on.case(matter.no)
        assert (case.first_handler, case.transfer, case.tasks) == (matter.by, None, ())
        assert (await on.moves()).count("deny") == denied


async def test_one_speaker_a_talk_and_giving_back_is_told(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        helper = on.staff["A302"]
        await on.talk("协办 A302 请一起看", matter.handler, thread=matter.thread)
        await on.talk("接单", helper, thread=matter.thread)
        await on.talk("答复 我是首办人", matter.handler, thread=matter.thread)
        heard = await on.heard()
        await on.talk("答复 我插一句", helper, thread=matter.thread)
        assert "没有办：现在是雷九川" in (await last(on, matter)).text
        assert await on.heard() == heard
        await on.talk("交还", matter.handler, thread=matter.thread)
        assert "已把对话交还给机器人" in await on.heard()
        await on.talk("答复 现在我说", helper, thread=matter.thread)
        assert "现在我说" in await on.heard()
        await on.talk("答复 还是我来", matter.handler, thread=matter.thread)  # the first handler before a helper
        assert "还是我来" in await on.heard()


async def test_whoever_takes_over_gets_one_brief(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await on.customer.write("我的电话是13812345678")
        await on.settle()
        matter = await accepted(on)
        (first,) = await briefs(on, matter)
        assert f"工号 {matter.by}" in first.split("\n")[0]
        assert "停电报修" in first
        assert "138123" not in first
        assert "答应过：到场" in first
        assert "\n心情：" in first
        assert "可以这样说：" in first
        assert "依据：" in first
        await on.talk("答复 在路上", matter.handler, thread=matter.thread)
        await on.talk("答复 到楼下了", matter.handler, thread=matter.thread)
        assert len(await briefs(on, matter)) == 1
        leader = on.staff["A001"]
        await on.talk("答复 我是值班的，我来说", leader, thread=matter.thread)
        assert len(await briefs(on, matter)) == 2
        await on.talk("改派 A302 离得近", leader, thread=matter.thread)
        third = (await briefs(on, matter))[2]
        assert "工号 A302" in third.split("\n")[0]
        assert "离得近" in third
        await on.talk("答复 我是闻潮生", on.staff["A302"], thread=matter.thread)
        assert len(await briefs(on, matter)) == 3
        assert (await on.moves(matter.no)).count(Move.NOTE) == 0


async def test_of_one_reassigned_before_anybody_accepted_there_is_one_brief(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        assert await briefs(on, matter) == []
        await on.talk("改派 A302 离得近", on.staff["A001"], thread=matter.thread)
        await on.talk("接单", on.staff["A302"], thread=matter.thread)
        await on.talk("答复 您好", on.staff["A302"], thread=matter.thread)
        assert len(await briefs(on, matter)) == 1
