"""Clocks by Telegram alone: put aside and taken up again, a word given in talk, the card that follows it all."""

from pathlib import Path

from bot.desk import promises
from bot.desk.case import State
from tests.bot.telegram.walking import Matter, Scene, scene
from tests.kit_hall import forward
from tests.standin.kit import Message, World


async def transferred(on: Scene) -> tuple[Matter, Message]:
    """A change of name taken up by its first handler, and the customer's card of it."""
    for text in ("我要过户", "现在登记办理", "跳过"):
        await on.write(text)
    matter = await on.matter()
    card = await on.customer.hears("已为您登记")
    await on.talk("接单", matter.handler, thread=matter.thread)
    return matter, card


async def now(on: Scene, card: Message) -> Message:
    """The card as it reads now."""
    return next(one for one in await on.customer.messages(by_bot=True) if one.id == card.id)


async def last(on: Scene, matter: Matter) -> Message:
    """The latest that the bot said in the topic."""
    return (await on.in_topic(matter.thread))[-1]


async def test_put_aside_for_a_paper_till_a_day_and_taken_up_again(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter, card = await transferred(on)
        before = await on.case(matter.no)
        await on.talk("挂起 缺产权证明 到周五", matter.handler, thread=matter.thread)
        case = await on.case(matter.no)
        (pause,) = case.pauses
        assert (case.state, pause.wants, pause.reason) == (State.WAITING_CUSTOMER, ("产权证明",), "缺产权证明")
        assert pause.until.astimezone().isoformat()[:10] == "2026-11-27"
        told = (await on.customer.heard())[-1]
        assert "缺产权证明" in told
        assert "11月27日（周五）17:30" in told
        assert "缺产权证明" in (await now(on, card)).text
        assert (await last(on, matter)).labels == ["恢复"]
        await on.talk("挂起 再等等", matter.handler, thread=matter.thread)
        assert "没有办：" in (await last(on, matter)).text
        await forward(on.hall, hours=5)
        await on.push("恢复", matter.handler)
        case = await on.case(matter.no)
        assert (case.state, promises.paused(case)) == (State.IN_PROGRESS, None)
        kept, running = promises.next_promise(before), promises.next_promise(case)
        assert kept
        assert running
        assert kept.promise_at
        assert running.promise_at
        assert running.promise_at >= kept.promise_at
        assert "先放一放" not in (await now(on, card)).text
        await on.talk("恢复", matter.handler, thread=matter.thread)
        assert "没有办：这张单没有挂起" in (await last(on, matter)).text


async def test_the_button_asks_why_and_till_when_in_one_line(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter, _ = await transferred(on)
        stranger = next(one for no, one in on.staff.items() if no == "A302")
        await on.push("挂起", stranger)
        assert "没有办：" in (await last(on, matter)).text
        assert (await on.moves()).count("deny") == 1
        await on.push("挂起", matter.handler)
        question = await last(on, matter)
        assert question.text.startswith(f"【演练】【{matter.no} 挂起】")
        assert len(question.text.split("\n")) == 1
        await on.talk("等户主从外地回来", matter.handler, thread=matter.thread, reply_to=question.id)
        (pause,) = (await on.case(matter.no)).pauses
        assert (pause.reason, pause.wants) == ("等户主从外地回来", ())
        assert "11月24日（周二）17:30" in (await on.customer.heard())[-1]
        await on.push("挂起", matter.handler)
        assert "没有办：" in (await last(on, matter)).text
        await on.talk("恢复 户主提前回来了", matter.handler, thread=matter.thread)
        assert (await on.moves(matter.no))[-2:] == ["resume", "note"]


async def test_by_its_own_day_it_is_taken_up_by_the_clock(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter, card = await transferred(on)
        await on.talk("挂起 缺产权证明 到明天", matter.handler, thread=matter.thread)
        heard = len(await on.customer.heard())
        await forward(on.hall, hours=36)
        case = await on.case(matter.no)
        assert promises.paused(case) is None
        assert len(await on.customer.heard()) > heard
        assert "挂起到期" in await on.heard(matter.handler)
        assert (await now(on, card)).edited
        assert sum("步骤：" in one and "首办人：" in one for one in await on.customer.heard()) == 1


async def test_arrival_is_put_aside_by_nobody(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        await on.talk("接单", matter.handler, thread=matter.thread)
        await on.talk("挂起 下大雨 到明天", matter.handler, thread=matter.thread)
        assert "不能停" in (await last(on, matter)).text
        assert (await on.case(matter.no)).pauses == ()


async def test_a_word_given_in_talk_is_kept_in_mind(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter, _ = await transferred(on)
        await on.talk("答复 材料我先看，下午四点前给您回电话", matter.handler, thread=matter.thread)
        (word,) = [one for one in (await on.case(matter.no)).promises if one.by]
        assert (word.by, word.promise_at and word.promise_at.astimezone().isoformat()[:10]) == (matter.by, "2026-11-23")
        assert "16:00" in await on.heard(matter.handler)
        await on.talk("答复 您好，材料收到了", matter.handler, thread=matter.thread)
        assert len([one for one in (await on.case(matter.no)).promises if one.by]) == 1
