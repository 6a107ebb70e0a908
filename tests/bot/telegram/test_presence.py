"""Who stops the bot under an open matter: told to telephone, nothing agreed by silence, asked again on coming back."""

from dataclasses import replace
from pathlib import Path

from bot.hall.records import Reach
from bot.telegram import presence
from tests.bot.telegram.walking import Matter, Scene, scene
from tests.kit_hall import CLOSING, forward
from tests.standin.kit import World

PHONE = "请改打电话"


async def accepted(on: Scene) -> Matter:
    """An outage its first handler has taken."""
    matter = await on.outage()
    await on.talk("接单", matter.handler, thread=matter.thread)
    return matter


async def test_who_stops_the_bot_has_his_first_handler_told_to_telephone_once(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await on.customer.block()
        await on.settle()
        await on.talk("答复 到了", matter.handler, thread=matter.thread)
        told = [one for one in await matter.handler.heard() if PHONE in one]
        assert len(told) == 1
        assert matter.no in told[0]


async def test_a_person_of_the_hall_who_stops_the_bot_alarms_no_customer(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await matter.handler.block()
        await on.settle()
        reach = await on.hall.ledger.read(lambda lists: lists.reach(f"staff:{matter.by}"))
        assert reach
        assert reach.blocked_at
        assert not [one for one in await on.letters() if PHONE in one.text]


async def test_an_alert_for_who_stopped_the_bot_comes_to_another_leader_too(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        await matter.handler.block()
        await on.settle()
        rules = on.hall.edition().data.books.rules
        await forward(on.hall, seconds=rules.accept_remind.total_seconds() + 60)
        assert f"{matter.no}「停电报修」从" in await on.heard(on.staff["A001"])
        assert "雷九川" in await on.heard(on.staff["A001"])
        assert f"{matter.no}「停电报修」从" not in await on.heard(matter.handler)


async def test_silence_of_who_cannot_be_reached_is_no_consent(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await on.customer.block()
        await on.settle()
        await on.talk("移交 A302 我要下班", matter.handler, thread=matter.thread)
        assert "换成：闻潮生" not in await on.heard()
        wait = on.hall.edition().data.books.rules.consent_wait
        await forward(on.hall, seconds=wait.total_seconds() + 60)
        case = await on.case(matter.no)
        assert case.first_handler == matter.by
        assert case.transfer
        assert case.transfer.consented_at is None
        assert "请求移交给闻潮生" in await on.heard(on.staff["A001"])


async def test_who_comes_back_is_asked_what_still_stands(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await on.customer.block()
        await on.settle()
        await on.talk("移交 A302 我要下班", matter.handler, thread=matter.thread)
        await on.customer.unblock()
        await on.customer.start()
        await on.settle()
        asked = [one for one in await on.customer.messages(by_bot=True) if "换成：闻潮生" in one.text]
        assert [one.labels for one in asked] == [["同意", "不同意"]]
        await on.press("不同意")
        case = await on.case(matter.no)
        assert (case.first_handler, case.transfer) == (matter.by, None)


async def test_a_question_that_was_settled_meanwhile_is_not_put_again(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await on.customer.block()
        await on.settle()
        await on.talk("移交 A302 我要下班", matter.handler, thread=matter.thread)
        await on.talk(f"改派 {matter.by} 客户联系不上，不换", on.staff["A001"], thread=matter.thread)
        await on.customer.unblock()
        await on.settle()
        assert "换成：闻潮生" not in await on.heard()


async def test_what_was_resolved_meanwhile_waits_for_his_word(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await accepted(on)
        await on.customer.block()
        await on.settle()
        facts = "\n".join(f"{label}：{value}" for label, value in zip(LABELS, CLOSING.values(), strict=True))
        await on.talk(f"办结 修好了\n{facts}", matter.handler, thread=matter.thread)
        assert (await on.case(matter.no)).state == "resolved"
        for _ in range(2):  # put again once, however often he comes and goes
            await on.customer.unblock()
            await on.settle()
            await on.customer.block()
            await on.settle()
        await on.customer.unblock()
        await on.settle()
        asked = [one for one in await on.customer.messages(by_bot=True) if "请您确认" in one.text]
        assert len(asked) == 1
        await on.press("已解决")
        assert (await on.case(matter.no)).state == "closed"


LABELS = ("停电发生时间", "到场时间", "停电原因", "处理措施", "复电时间", "联系客户的时间和结果")


async def test_coming_and_going_of_an_address_nobody_knows_tells_nobody(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        at = on.hall.clock.now()
        unknown = Reach("customer:tg1", ("tg",), 1)
        told = await on.hall.ledger.write(lambda page: presence.gone(on.hall, page, unknown, at))
        again = await on.hall.ledger.write(lambda page: presence.back(page, replace(unknown, blocked_at=at), at))
        assert (told, again) == (False, False)
        assert await on.hall.ledger.read(lambda lists: lists.reach("customer:tg1")) == unknown
