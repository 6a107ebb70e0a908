"""Letters to private chats, whatever Telegram does: late, refused, uncertain, blocked, too long, edited in place."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.desk.case import Button, Kind, Letter
from bot.hall import drill
from bot.hall.pace import Rate, Rates
from bot.hall.records import Reach
from bot.telegram import client
from bot.telegram.text import units
from tests.bot.telegram.walking import Scene, scene
from tests.kit_hall import ADDRESS, forward
from tests.standin.kit import Person, World

SECOND = timedelta(seconds=1)
PACE = Rates(Rate(10, SECOND), Rate(1, SECOND), Rate(20, 60 * SECOND))
JITTER = 0.15
"""How much the way through two processes may squeeze a second."""


async def states(on: Scene, to: str) -> list[tuple[str, str]]:
    return [(one.state, one.why) for one in await on.letters(to)]


async def two(on: Scene) -> tuple[Person, str, Person, str]:
    """Two customers and their addresses."""
    other = await on.world.person("李四")
    mine, others = await on.meet(on.customer, other)
    return on.customer, mine, other, others


async def test_too_many_requests_are_obeyed_to_the_second_and_others_go_on(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        one, mine, other, others = await two(on)
        await world.fault("429", method="sendMessage", chat=one.id, retry_after=30)
        await on.owe(mine, "一", "二")
        await on.owe(others, "三")
        await drill.settle(on.hall)
        assert (await one.heard(), await other.heard()) == ([], ["【演练】三"])
        await forward(on.hall, seconds=29)
        assert len(await world.calls("sendMessage", chat=one.id)) == 1
        await forward(on.hall, seconds=1)
        assert await one.heard() == ["【演练】一", "【演练】二"]
        assert {one.tries for one in await on.letters()} == {0}


@pytest.mark.parametrize("kind", ["502", "html", "500"])
async def test_a_bad_gateway_is_later_and_nothing_is_lost(tmp_path: Path, world: World, kind: str) -> None:
    async with scene(tmp_path, world) as on:
        one, mine, _, others = await two(on)
        await world.fault(kind, method="sendMessage", chat=one.id, times=4)
        await on.owe(mine, "一", "二")
        await on.owe(others, "三")
        await forward(on.hall, minutes=3)
        assert await one.heard() == ["【演练】一", "【演练】二"]
        assert await states(on, mine) == [("sent", "")] * 2
        assert len(await world.calls("sendMessage", chat=one.id)) == 6


async def test_nobody_there_is_later_for_all_and_nothing_is_lost(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        one, mine, other, others = await two(on)
        await world.down()
        await on.owe(mine, "一", "二")
        await on.owe(others, "三")
        await drill.settle(on.hall)
        await forward(on.hall, minutes=5)
        assert {one.state for one in await on.letters()} == {"waiting"}
        await world.up()
        await forward(on.hall, minutes=2)
        assert await one.heard() == ["【演练】一", "【演练】二"]
        assert await other.heard() == ["【演练】三"]
        assert {one.tries for one in await on.letters()} == {0}


@pytest.mark.parametrize("kind", ["drop", "hang", "refuse"])
@pytest.mark.parametrize("times", [1, 5])
async def test_nobody_knows_so_it_goes_once_more_at_most_then_dies_visibly(
    tmp_path: Path, world: World, kind: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PATIENCE", 0.5)
    async with scene(tmp_path, world) as on:
        one, (mine,) = on.customer, await on.meet(on.customer)
        await world.fault(kind, method="sendMessage", chat=one.id, times=min(times, 2))
        await on.owe(mine, "一", "二")
        await forward(on.hall, minutes=10)
        calls = [call.params["text"] for call in await world.calls("sendMessage", chat=one.id)]
        assert calls == ["【演练】一", "【演练】一", "【演练】二"]
        died = times > 1
        assert await states(on, mine) == [("dead", "uncertain") if died else ("sent", ""), ("sent", "")]
        assert (await on.moves()).count("undelivered") == died
        shown = {"refuse": 0 if died else 1}.get(kind, 2)
        assert (await one.heard()).count("【演练】一") == shown


async def test_who_blocks_the_bot_is_written_to_no_more_until_he_comes_back(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        await on.customer.block()
        await on.settle()
        before = len(await world.calls("sendMessage", chat=on.customer.id))
        await on.talk("接单", matter.handler, thread=matter.thread)
        await on.talk("答复 到了", matter.handler, thread=matter.thread)
        assert len(await world.calls("sendMessage", chat=on.customer.id)) == before
        dead = [one for one in await on.letters(f"customer:tg{on.customer.id}") if one.state == "dead"]
        assert {one.why for one in dead} == {"blocked"}
        await on.customer.unblock()
        await on.settle()
        await on.talk("答复 还在吗", matter.handler, thread=matter.thread)
        assert "还在吗" in await on.heard()


async def test_found_out_by_sending_the_first_handler_is_told_to_telephone_once(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        refusal: dict[str, Any] = {"code": 403, "description": "Forbidden: bot was blocked by the user"}
        await world.fault("error", method="sendMessage", chat=on.customer.id, **refusal)
        mine = f"customer:tg{on.customer.id}"
        await on.owe(mine, "一", "二", "三")
        await drill.settle(on.hall)
        assert (await states(on, mine))[-3:] == [("dead", "blocked")] * 3
        assert len([one for one in await world.calls("sendMessage", chat=on.customer.id) if not one.ok]) == 1
        told = [one for one in await matter.handler.heard() if "请改打电话" in one]
        assert len(told) == 1
        assert matter.no in told[0]
        await on.write("我回来了")
        await on.owe(mine, "四")
        await drill.settle(on.hall)
        assert "四" in await on.heard()


async def test_a_long_letter_comes_in_parts_that_fit_and_goes_on_where_it_stopped(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world, rates=PACE) as on:
        one, (mine,) = on.customer, await on.meet(on.customer)
        long = "".join(f"第{n}句话，说的是 DL20261123-{n:04d} 这张单😀。" for n in range(700))
        letter = Letter(mine, Kind.QUESTION, "long", long, "", (Button("好", "a"), Button("不好", "b")))
        await on.hall.ledger.write(lambda page: page.post(letter, on.hall.clock.now(), str))
        await on.owe(mine, "后一封")
        await drill.settle(on.hall)
        assert len(await one.heard()) == 1
        await world.fault("429", method="sendMessage", chat=one.id, retry_after=5)
        await forward(on.hall, minutes=1)
        messages = await one.messages(by_bot=True)
        parts = [message.text for message in messages[:-1]]
        assert "".join(parts).replace("\n", "") == f"【演练】{long}1　好2　不好"
        assert len(parts) >= 5
        assert all(units(part) <= 4096 for part in parts)
        assert all(part.endswith("。") for part in parts[:-1])
        assert [bool(message.labels) for message in messages] == [False] * (len(parts) - 1) + [True, False]
        assert messages[-1].text == "【演练】后一封"


async def test_a_card_that_is_gone_or_says_the_same_is_no_fault(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        receipt = await on.customer.hears(matter.no)
        same: dict[str, Any] = {"code": 400, "description": "Bad Request: message is not modified: exactly the same"}
        await world.fault("error", method="editMessageText", **same)
        await on.talk("接单", matter.handler, thread=matter.thread)
        await world.ask("delete_message", chat=on.customer.id, message=receipt.id)
        await on.talk("阶段 到场 在楼下", matter.handler, thread=matter.thread)
        assert {one.state for one in await on.letters()} == {"sent"}
        assert "在楼下" in await on.heard()
        assert len(await world.calls("editMessageText")) == 2


async def test_danger_overtakes_even_what_waits_for_the_same_chat(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world, rates=PACE) as on:
        one, (mine,) = on.customer, await on.meet(on.customer)
        await on.owe(mine, "推送", kind=Kind.NOTICE)
        await on.owe(mine, "进展", kind=Kind.STATUS)
        await on.owe(mine, "答复")
        await drill.settle(on.hall)
        await on.owe(mine, "危险", urgent=True)
        await forward(on.hall, seconds=10)
        assert [text.removeprefix("【演练】") for text in await one.heard()] == ["推送", "危险", "进展", "答复"]


async def test_a_reply_within_a_great_push_is_behind_one_of_it_at_most(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        chats = await world.bulk(150, 0)
        talker, (mine,) = on.customer, await on.meet(on.customer)

        def push(page: object) -> None:
            for chat in chats:
                page.keep_reach(Reach(f"customer:tg{chat}", ("tg",), chat))  # type: ignore[attr-defined]
                letter = Letter(f"customer:tg{chat}", Kind.NOTICE, f"push {chat}", "计划停电")
                page.post(letter, on.hall.clock.now(), str)  # type: ignore[attr-defined]

        await on.hall.ledger.write(push)
        on.hall.outbox_has_work()
        await world.wait_calls("sendMessage", count=20)
        await on.owe(mine, "师傅到了")
        posted = len(await world.calls("sendMessage"))
        on.hall.outbox_has_work()
        await drill.settle(on.hall)
        order = [call.chat for call in await world.calls("sendMessage")]
        assert len(order) == 151
        assert order.index(talker.id) - posted <= 2  # one of the push was on its way, one more while we counted


async def test_the_limits_as_they_are_measured_on_the_other_side(tmp_path: Path, world: World) -> None:
    group_rate = Rate(4, 2 * SECOND)
    async with scene(tmp_path, world, rates=Rates(Rate(10, SECOND), Rate(1, SECOND), group_rate), real=True) as on:
        addresses = await on.meet(on.customer, *[await world.person(f"客户{n}") for n in range(30)])
        thread = await on.group.open_topic(on.staff["A001"], "x")
        await on.hall.ledger.write(lambda page: page.keep_topic("DL1", thread))
        for address in addresses:
            await on.owe(address, "一", *(["二", "三"] if address == addresses[0] else []))
        await on.owe("topic:DL1", *"一二三四五六七")
        on.hall.outbox_has_work()
        calls = await world.wait_calls("sendMessage", count=40)
        assert all(call.ok for call in calls)
        assert len(calls) == 40
        assert not any("演练" in call.params["text"] for call in calls)  # this is no drill

        def spaced(times: list[float], most: int, span: float) -> bool:
            return all(later - earlier >= span - JITTER for earlier, later in zip(times, times[most:], strict=False))

        assert spaced([call.at for call in calls], 10, 1)
        assert spaced([call.at for call in calls if call.chat == on.customer.id], 1, 1)
        assert spaced([call.at for call in calls if call.chat == on.group.id], 4, 2)


async def test_the_drill_waits_for_limits_on_its_own_clock(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world, rates=PACE) as on:
        one, (mine,) = on.customer, await on.meet(on.customer)
        await on.owe(mine, *map(str, range(60)))
        start = on.hall.clock.now()
        await drill.settle(on.hall)
        assert len(await one.heard()) == 1
        await forward(on.hall, seconds=30)
        assert len(await one.heard()) == 31
        await forward(on.hall, seconds=30)
        assert await one.heard() == [f"【演练】{n}" for n in range(60)]
        sent = [letter.sent_at for letter in await on.letters(mine)]
        assert sent == [start + n * SECOND for n in range(60)]


async def test_with_the_limits_lifted_nothing_waits(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        one, (mine,) = on.customer, await on.meet(on.customer)
        await on.owe(mine, *map(str, range(60)))
        await drill.settle(on.hall)
        assert await one.heard() == [f"【演练】{n}" for n in range(60)]


async def test_danger_then_words_then_news_then_pushes(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world, rates=Rates(Rate(1, SECOND))) as on:
        people = [await world.person(f"客户{n}") for n in range(5)]
        first, push, news, words, danger = await on.meet(*people)
        await on.owe(first, "占住这一秒")
        await drill.settle(on.hall)
        await on.owe(push, "推送", kind=Kind.NOTICE)
        await on.owe(news, "进展", kind=Kind.STATUS)
        await on.owe(words, "师傅的话", kind=Kind.WORDS)
        await on.owe(danger, "险情", urgent=True)
        await forward(on.hall, seconds=10)
        said = [call.params["text"].removeprefix("【演练】") for call in await world.calls("sendMessage")]
        assert said == ["占住这一秒", "险情", "师傅的话", "进展", "推送"]


async def test_in_any_weather_everything_comes_once_and_in_its_order(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world, rates=PACE) as on:
        people = [on.customer, *[await world.person(f"客户{n}") for n in range(11)]]
        texts = [f"第{n}句" for n in range(6)]
        addresses = await on.meet(*people)
        for address in addresses:
            await on.owe(address, *texts)
        for kind in ("429", "502", "drop", "html", "drop", "drop", "429", "500"):
            more: dict[str, Any] = {"retry_after": 4} if kind == "429" else {}
            await world.fault(kind, times=1 if kind == "drop" else 2, **more)
        await forward(on.hall, minutes=5)
        again = 0
        for person, address in zip(people, addresses, strict=True):
            heard = [text.removeprefix("【演练】") for text in await person.heard()]
            assert list(dict.fromkeys(heard)) == texts
            assert heard == sorted(heard)
            again += len(heard) - len(texts)
            assert await states(on, address) == [("sent", "")] * 6
        assert again == 3


async def test_the_open_card_is_a_button_where_others_can_follow_it(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world, base_url="https://hall.example.cn") as on:
        matter = await on.outage()
        case = await on.case(matter.no)
        receipt = await on.customer.hears("已为您登记")
        link = f"https://hall.example.cn/card/{case.card}"
        assert [(one["text"], one["url"]) for one in receipt.raw["reply_markup"]["inline_keyboard"][-1]] == [
            ("看办理进度", link)
        ]
        assert "/card/" not in receipt.text
        assert "进展随时可看" not in receipt.text
        await on.talk("接单", matter.handler, thread=matter.thread)
        again = next(one for one in await on.customer.messages(by_bot=True) if one.id == receipt.id)
        assert again.edited
        assert again.raw["reply_markup"]["inline_keyboard"][-1][0]["url"] == link


async def test_of_a_hall_without_an_address_for_all_the_link_stays_words(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        case = await on.case(matter.no)
        receipt = await on.customer.hears("已为您登记")
        assert f"进展随时可看：http://127.0.0.1:8080/card/{case.card}" in receipt.text
        assert "reply_markup" not in receipt.raw


async def test_a_link_that_telegram_does_not_take_comes_as_words(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world, base_url="https://hall.example.cn") as on:
        await on.write("停电报修")
        refusal: dict[str, Any] = {"code": 400, "description": "Bad Request: BUTTON_URL_INVALID"}
        for method in ("sendMessage", "editMessageText"):
            await world.fault("error", method=method, chat=on.customer.id, **refusal)
        await on.write(ADDRESS)
        matter = await on.matter()
        receipt = await on.customer.hears("已为您登记")
        assert "进展随时可看：https://hall.example.cn/card/" in receipt.text
        await on.talk("接单", matter.handler, thread=matter.thread)
        again = next(one for one in await on.customer.messages(by_bot=True) if one.id == receipt.id)
        assert again.edited
        assert "进展随时可看：https://hall.example.cn/card/" in again.text
        assert not [one for one in await on.letters() if one.state == "dead"]
