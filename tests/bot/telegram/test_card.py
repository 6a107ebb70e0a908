"""The live card: one a matter, edited in place, silently, in its turn; made anew only when it is gone."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.desk.case import Button, Kind, Letter
from bot.hall import drill
from bot.hall.pace import Rate, Rates
from bot.hall.records import Carried
from tests.bot.telegram.test_walk import CHECKLIST
from tests.bot.telegram.walking import Matter, Scene, scene
from tests.kit_hall import forward
from tests.standin.kit import Message, World

SECOND = timedelta(seconds=1)
PACE = Rates(Rate(10, SECOND), Rate(1, SECOND), Rate(20, 60 * SECOND))
GONE: dict[str, Any] = {"code": 400, "description": "Bad Request: message to edit not found"}


async def mine(on: Scene) -> str:
    """The customer's address."""
    return (await on.meet(on.customer))[0]


async def card(on: Scene, text: str, key: str = "card", *, edits: str = "", **more: Any) -> None:
    """A card, or what takes its place."""
    letter = Letter(await mine(on), Kind.RECEIPT, key, text, edits=edits, **more)
    await on.hall.ledger.write(lambda page: page.post(letter, on.hall.clock.now(), str))


async def shown(on: Scene) -> list[str]:
    """What stands in the customer's chat."""
    return [one.removeprefix("【演练】") for one in await on.customer.heard()]


async def calls(world: World, method: str) -> list[str]:
    """What was asked of Telegram, by its words."""
    return [one.params["text"].removeprefix("【演练】") for one in await world.calls(method)]


async def test_in_place_and_the_same_again_asks_nothing(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await card(on, "一", buttons=(Button("看", "look"),))
        await drill.settle(on.hall)
        for number, text in enumerate(("二", "二", "三")):
            await card(on, text, f"e{number}", edits="card")
            await drill.settle(on.hall)
        assert await shown(on) == ["三"]
        assert await calls(world, "editMessageText") == ["二", "三"]
        assert (await on.customer.messages(by_bot=True))[0].labels == []  # what it asked is over
        assert {one.state for one in await on.letters()} == {"sent"}


async def test_not_modified_is_done(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await card(on, "一")
        await drill.settle(on.hall)
        same: dict[str, Any] = {"code": 400, "description": "Bad Request: message is not modified: exactly the same"}
        await world.fault("error", method="editMessageText", **same)
        await card(on, "二", "e", edits="card")
        await drill.settle(on.hall)
        assert await shown(on) == ["一"]
        assert {one.state for one in await on.letters()} == {"sent"}


@pytest.mark.parametrize(
    "why", ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"], ids=["gone", "old", "id"]
)
async def test_gone_or_too_old_it_is_sent_anew_once_and_is_the_card_from_then_on(
    tmp_path: Path, world: World, why: str
) -> None:
    async with scene(tmp_path, world) as on:
        await card(on, "一")
        await drill.settle(on.hall)
        first = (await on.customer.messages(by_bot=True))[0]
        if why.endswith("found"):
            await world.ask("delete_message", chat=on.customer.id, message=first.id)
        else:
            await world.fault("error", method="editMessageText", code=400, description=f"Bad Request: {why}")
        await card(on, "二", "e2", edits="card")
        await drill.settle(on.hall)
        sent = await world.calls("sendMessage")
        assert [one.params["text"].removeprefix("【演练】") for one in sent] == ["一", "二"]
        assert sent[-1].params["disable_notification"] in (True, "true")
        assert "disable_notification" not in sent[0].params
        for number in range(3, 6):
            await card(on, str(number), f"e{number}", edits="card")
            await drill.settle(on.hall)
        assert len(await world.calls("sendMessage")) == 2
        assert (await shown(on))[-1] == "5"
        assert {one.state for one in await on.letters()} == {"sent"}


@pytest.mark.parametrize("kind", ["429", "502", "drop", "html"])
async def test_never_a_second_card_beside_a_living_one(tmp_path: Path, world: World, kind: str) -> None:
    async with scene(tmp_path, world) as on:
        await card(on, "一")
        await drill.settle(on.hall)
        more: dict[str, Any] = {"retry_after": 4} if kind == "429" else {}
        await world.fault(kind, method="editMessageText", chat=on.customer.id, **more)
        await card(on, "二", "e", edits="card")
        await forward(on.hall, minutes=5)
        assert await shown(on) == ["二"]
        assert len(await world.calls("sendMessage")) == 1


async def test_what_else_telegram_refuses_dies_visibly_and_brings_no_second_card(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await card(on, "一")
        await drill.settle(on.hall)
        refusal: dict[str, Any] = {"code": 400, "description": "Bad Request: can't parse entities"}
        await world.fault("error", method="editMessageText", **refusal)
        await card(on, "二", "e", edits="card")
        await drill.settle(on.hall)
        assert await shown(on) == ["一"]
        assert [(one.state, one.why) for one in await on.letters()] == [("sent", ""), ("dead", "refused")]


async def test_while_the_first_is_on_its_way_the_edit_waits_and_of_several_only_the_newest_goes(
    tmp_path: Path, world: World
) -> None:
    async with scene(tmp_path, world) as on:
        await world.fault("429", method="sendMessage", chat=on.customer.id, retry_after=30)
        await card(on, "一")
        for number in range(2, 6):
            await card(on, str(number), f"e{number}", edits="card")
        await drill.settle(on.hall)
        assert await shown(on) == []
        await forward(on.hall, minutes=1)
        assert await shown(on) == ["5"]
        assert await calls(world, "editMessageText") == ["5"]
        assert len([one for one in await world.calls("sendMessage") if one.ok]) == 1
        states = {one.text: (one.state, one.why) for one in await on.letters()}
        assert states == {"一": ("sent", ""), "5": ("sent", "")} | {
            str(number): ("dead", "superseded") for number in range(2, 5)
        }
        assert "undelivered" not in await on.moves()


async def test_one_put_off_shows_nothing_when_a_newer_one_waits_behind_it(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await card(on, "一")
        await drill.settle(on.hall)
        await card(on, "二", "e2", edits="card")
        old = (await on.letters())[-1]
        await on.hall.ledger.write(lambda page: page.sending(old))  # a process died with it in its hand
        await card(on, "三", "e3", edits="card")
        await forward(on.hall, minutes=1)
        assert await calls(world, "editMessageText") == ["三"]
        assert await shown(on) == ["三"]


async def test_an_edit_counts_as_a_message_of_its_chat(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world, rates=PACE) as on:
        await card(on, "一")
        await on.owe(await mine(on), "话")
        await card(on, "二", "e", edits="card")
        start = on.hall.clock.now()
        await forward(on.hall, seconds=5)
        sent = {one.text: one.sent_at for one in await on.letters()}
        assert sent == {"一": start, "话": start + SECOND, "二": start + 2 * SECOND}


async def test_a_card_that_never_came_comes_with_the_first_change(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        refusal: dict[str, Any] = {"code": 400, "description": "Bad Request: what is this"}
        await world.fault("error", method="sendMessage", **refusal)
        await card(on, "一")
        await drill.settle(on.hall)
        assert await shown(on) == []
        for number in (2, 3):
            await card(on, str(number), f"e{number}", edits="card")
            await drill.settle(on.hall)
        assert await shown(on) == ["3"]


async def test_where_nobody_said_where_it_lies_nothing_is_heaped_up(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await card(on, "一")
        await drill.settle(on.hall)
        seq = (await on.letters())[0].seq
        await on.hall.ledger.write(lambda page: page.keep_carried(seq, Carried(on.customer.id, 0)))
        await card(on, "二", "e", edits="card")
        await drill.settle(on.hall)
        assert await shown(on) == ["一"]
        assert await calls(world, "editMessageText") == []


async def test_what_staff_deleted_themselves_is_not_told_anew(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await card(on, "一")
        await drill.settle(on.hall)
        await world.fault("error", method="editMessageText", **GONE)
        letter = Letter(await mine(on), Kind.STATUS, "e", "二", edits="card")
        await on.hall.ledger.write(lambda page: page.post(letter, on.hall.clock.now(), str))
        await drill.settle(on.hall)
        assert await shown(on) == ["一"]


async def whole(on: Scene) -> tuple[Matter, Message]:
    """An outage taken up, and its card."""
    matter = await on.outage()
    first = await on.customer.hears("已为您登记")
    await on.talk("接单", matter.handler, thread=matter.thread)
    return matter, first


async def test_one_card_a_matter_whatever_happens_to_it(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter, first = await whole(on)
        for text in ("阶段 到场 到了", "阶段 查修", "答复 马上就好", "协办 A302 来帮忙"):
            await on.talk(text, matter.handler, thread=matter.thread)
        messages = await on.customer.messages(by_bot=True)
        cards = [one for one in messages if "步骤：" in one.text and "首办人：" in one.text and one.id == first.id]
        assert len(cards) == 1
        assert cards[0].edited
        assert "◐查修" in cards[0].text
        assert "●到场" in cards[0].text
        assert len(await world.calls("sendMessage", chat=on.customer.id)) == len(messages)
        edits = await calls(world, "editMessageText")
        assert len(edits) == len(set(edits)) >= 3
        await world.ask("delete_message", chat=on.customer.id, message=first.id)
        await on.talk("阶段 复电", matter.handler, thread=matter.thread)
        (anew,) = [one for one in await on.customer.messages(by_bot=True) if "◐复电" in one.text and one.id > first.id]
        assert anew.id not in [one.id for one in messages]
        await on.talk(CHECKLIST, matter.handler, thread=matter.thread)
        (card_,) = [one for one in await on.customer.messages(by_bot=True) if one.id == anew.id]
        assert card_.edited
        assert "等您确认" in card_.text


async def test_two_matters_have_a_card_each(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter, first = await whole(on)
        for text in ("我要过户", "现在登记办理", "跳过"):
            await on.write(text)
        other = await on.matter()
        assert other.no != matter.no
        second = await on.customer.hears(f"已为您登记「过户」，单号 {other.no}")
        await on.talk("接单", other.handler, thread=other.thread)
        await on.talk("阶段 到场", matter.handler, thread=matter.thread)
        now = {one.id: one for one in await on.customer.messages(by_bot=True)}
        assert matter.no in now[first.id].text
        assert "◐到场" in now[first.id].text
        assert other.no in now[second.id].text
        assert "已接单" in now[second.id].text
