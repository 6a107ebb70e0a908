"""The door at work: a real hall, the stand-in's Bot API over real HTTP, by polling and by webhook."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import app
from bot.hall.house import Hall
from bot.hall.pace import NO_LIMITS
from bot.hall.pages import LedgerBusy
from bot.hall.ports import BadMail
from bot.hall.records import Line, RawUpdate
from bot.telegram.client import Access
from bot.telegram.door import ALLOWED, CALM, SHORT, TelegramDoor
from bot.telegram.opening import open_door
from tests.bot.telegram.raw import message, of
from tests.kit import edition, settings
from tests.kit_hall import Failing
from tests.standin.kit import World

GREETED = "您好"
HOOK = "/telegram/webhook"


@pytest.fixture(autouse=True)
def _no_token_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.INFO)
    yield
    assert world.token not in caplog.text
    assert world.token.partition(":")[2] not in caplog.text


def access(world: World, mode: str = "polling", **more: Any) -> Access:
    return Access(world.token, world.api, world.api, mode, **more)


@contextlib.asynccontextmanager
async def at_work(path: Path, world: World, mode: str = "polling") -> AsyncIterator[Hall]:
    """A whole hall with its Telegram door open."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = replace(
        settings(path),
        telegram_token=world.token,
        telegram_mode=mode,
        telegram_api=world.api,
        telegram_files=world.api,
        telegram_rates=NO_LIMITS,
        telegram_secret="sesam-oeffne-dich",
        base_url=f"http://127.0.0.1:{port}",
    )
    running = await app.open_hall(own, edition=edition())
    async with contextlib.AsyncExitStack() as stack:
        if mode == "webhook":
            from bot.web import server

            await stack.enter_async_context(server.serving(running.hall, "127.0.0.1", port))
        stack.push_async_callback(shut, running.hall)
        yield await stack.enter_async_context(app.at_work(running))


async def shut(hall: Hall) -> None:
    """Let go of the bot."""
    if isinstance(hall.messenger, TelegramDoor):
        await hall.messenger.close()


class Hasty:
    """The hall's clock, but nobody waits long."""

    def __init__(self) -> None:
        self.real, self.slept = app.RealClock("Asia/Shanghai"), list[timedelta]()
        self.skipped = timedelta()

    def now(self) -> datetime:
        return self.real.now() + self.skipped

    async def sleep(self, span: timedelta) -> None:
        self.slept.append(span)
        day = span >= timedelta(hours=1)
        await self.real.sleep(span if day else min(span, timedelta(milliseconds=20)))


@contextlib.asynccontextmanager
async def watched(
    path: Path, own: Access, clock: Hasty | None = None, **changes: Any
) -> AsyncIterator[tuple[TelegramDoor, Hall]]:
    """Only the watch at the door, in a hall at rest whose clock is in a hurry."""
    running = await app.open_hall(settings(path, memory=True), edition=edition())
    hall = replace(running.hall, clock=clock or Hasty())
    changes = {name: change(hall) for name, change in changes.items()}
    hall = replace(hall, **changes)
    door = open_door(hall, own)
    task = asyncio.create_task(door.run())
    try:
        yield door, hall
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await door.close()
        await hall.ledger.close()


async def until(door: TelegramDoor, status: str) -> None:
    """Wait until the door fares so."""
    clock = app.RealClock("Asia/Shanghai")
    async with asyncio.timeout(15):
        while door.status() != status:
            await clock.sleep(timedelta(milliseconds=10))


async def said(hall: Hall, person: int) -> list[Line]:
    """What this customer said, as the hall's talk shows it."""
    lines = await hall.ledger.read(lambda lists: lists.lines(f"tg{person}", 0, 10_000))
    return [line for line in lines if line.sender == "customer"]


async def all_said(hall: Hall, person: int, count: int) -> list[str]:
    """The same, once so many are there."""
    async with asyncio.timeout(60):
        while len(await said(hall, person)) < count:
            await hall.clock.sleep(timedelta(milliseconds=20))
    return [line.text for line in await said(hall, person)]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_message_is_heard_answered_and_acknowledged(tmp_path: Path, world: World, mode: str) -> None:
    async with at_work(tmp_path, world, mode) as hall:
        person = await world.person()
        await person.start()
        await person.hears()
        await world.wait_quiet()
        assert await all_said(hall, person.id, 1) == [GREETED]
        assert hall.messenger is not None
        assert hall.messenger.status() == "ok"


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_everything_twice_and_backwards_has_its_effect_once_and_in_order(
    tmp_path: Path, world: World, mode: str
) -> None:
    async with at_work(tmp_path, world, mode) as hall:
        await world.mischief(doubled=True)
        await world.hold()
        people = [await world.person(f"客{number}") for number in range(4)]
        texts = [f"第{number}句话" for number in range(6)]
        for text in texts:
            for person in people:
                await person.write(text)
        await world.release(reverse=mode == "polling")
        for person in people:
            heard = await all_said(hall, person.id, len(texts))
            assert sorted(heard) == texts
            if mode == "polling":
                assert heard == texts
        await world.wait_quiet()
        await world.redeliver(20)
        await people[0].write("最后一句")
        assert len(await all_said(hall, people[0].id, 7)) == 7
        for person in people[1:]:
            assert len(await said(hall, person.id)) == 6


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_poison_in_the_middle_stops_nobody(tmp_path: Path, world: World, mode: str) -> None:
    async with at_work(tmp_path, world, mode) as hall:
        person, other = await world.person(), await world.person("李四")
        await person.write("我家停电了")
        chat = {"id": person.id, "type": "private"}
        await world.raw({"message": {"message_id": 999, "chat": chat}})
        await world.raw({"message": "nonsense"})
        await world.raw({"something_new": {"a": 1}})
        await person.write("还有人吗")
        await other.write("在吗")
        assert await all_said(hall, person.id, 2) == ["我家停电了", "还有人吗"]
        assert await all_said(hall, other.id, 1) == ["在吗"]
        await world.wait_quiet()
        counted = await hall.ledger.read(lambda lists: lists.counts())
        assert counted["updates.poison"] == 2


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_what_is_asked_of_telegram_never_drops_words_and_names_what_is_wanted(
    tmp_path: Path, world: World, mode: str
) -> None:
    await (await world.person()).write("开门前的话")
    async with at_work(tmp_path, world, mode):
        await world.wait_quiet()
        for call in await world.calls("setWebhook", "deleteWebhook"):
            assert call.params.get("drop_pending_updates") in (None, False, "false")
        asked = await world.calls("getUpdates" if mode == "polling" else "setWebhook", polls=True)
        assert asked
        for call in asked:
            allowed = call.params["allowed_updates"]
            assert tuple(json.loads(allowed) if isinstance(allowed, str) else allowed) == ALLOWED
        if mode == "polling":
            assert "offset" not in asked[0].params
            assert [int(call.params["timeout"]) for call in asked][:2] == [0, 30]
        else:
            assert asked[0].params["secret_token"] == "sesam-oeffne-dich"
            assert int(asked[0].params["max_connections"]) == 40


async def test_an_album_is_whole_in_a_moment_and_answered_once(tmp_path: Path, world: World) -> None:
    async with at_work(tmp_path, world) as hall:
        person = await world.person()
        await person.album("photo", "photo", "photo", caption="电表箱")
        await person.write("看看")
        assert await all_said(hall, person.id, 2) == ["电表箱", "看看"]
        assert [len(line.files) for line in await said(hall, person.id)] == [3, 0]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_press_is_answered_at_once_and_once(tmp_path: Path, world: World, mode: str) -> None:
    async with at_work(tmp_path, world, mode) as hall:
        person = await world.person()
        await person.write("我想问个事")
        first = await person.hears()
        await world.mischief(doubled=True)
        if not first.labels:
            await person.write("过户要带什么")
            first = await world.wait_for(lambda: _with_buttons(person), what="buttons")
        await person.press(first.labels[0])
        await world.wait_calls("answerCallbackQuery")
        await world.wait_quiet()
        assert len(await world.calls("answerCallbackQuery")) == 1
        assert [press["answer"] is not None for press in await world.presses()] == [True]
        await person.write("好的")
        lines = await world.wait_for(lambda: _after(hall, person.id, "好的"), what="the last words")
        assert len([line for line in lines if line.id.startswith("u")]) == 1


async def _with_buttons(person: Any) -> Any:
    return next((one for one in reversed(await person.messages(by_bot=True)) if one.labels), None)


async def _after(hall: Hall, person: int, last: str) -> list[Line]:
    lines = await said(hall, person)
    return lines if lines and lines[-1].text == last else []


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_two_hundred_customers_at_once_lose_nothing(tmp_path: Path, world: World, mode: str) -> None:
    async with at_work(tmp_path, world, mode) as hall:
        chats = await world.bulk(200, 2, "在吗")
        for chat in chats:
            assert await all_said(hall, chat, 2) == ["在吗 1", "在吗 2"]
        await world.wait_quiet()
        counted = await hall.ledger.read(lambda lists: lists.counts())
        assert counted["updates.done"] == 400


async def test_one_chatty_customer_does_not_keep_the_others_waiting(tmp_path: Path, world: World) -> None:
    async with at_work(tmp_path, world):
        chatty = await world.person("话多")
        others = [await world.person(f"客{number}") for number in range(10)]
        await world.hold()
        for number in range(200):
            await chatty.write(f"在吗{number}")
        for other in others:
            await other.write("我家停电了")
        await world.release()
        for other in others:
            await other.hears()
        answered = [call.chat for call in await world.calls("sendMessage")]
        before = answered[: 1 + max(answered.index(other.id) for other in others)]
        assert before.count(chatty.id) < 150


async def test_a_wrong_secret_is_refused_and_the_right_one_kept_out_of_sight(tmp_path: Path, world: World) -> None:
    async with at_work(tmp_path, world, "webhook") as hall:
        address = f"{hall.base_url}{HOOK}"
        name = "X-Telegram-Bot-Api-Secret-Token"
        for headers in ({}, {name: "wrong"}, {name: ""}):
            async with world.session.post(address, json=message(1, "假话"), headers=headers) as answer:
                assert answer.status == 403
                assert "sesam" not in await answer.text()
        async with world.session.post(address, json=message(1, "真话"), headers={name: "sesam-oeffne-dich"}) as answer:
            assert answer.status == 200
        for nonsense in (b"[]", b"{", b'{"update_id": "x"}', b'{"update_id": true}', b"\xff", b"[" * 100_000):
            async with world.session.post(address, data=nonsense, headers={name: "sesam-oeffne-dich"}) as answer:
                assert answer.status == 400
        assert await all_said(hall, 77, 1) == ["真话"]


async def test_pushes_that_come_together_share_a_page_and_each_hears_of_its_own(tmp_path: Path, world: World) -> None:
    class Counting(Failing):
        pages = 0

        async def write(self, doing: Any) -> Any:
            self.pages += 1
            return await super().write(doing)

    async with watched(tmp_path, access(world, "off")) as (_, hall):
        ledger = Counting(hall.ledger)
        door = open_door(replace(hall, ledger=ledger), access(world, "webhook"))
        bodies = [json.dumps(of(number, number, "在吗")).encode() for number in range(1, 31)]
        results = await asyncio.gather(*map(door.take, bodies), door.take(b"[]"), return_exceptions=True)
        assert [type(one) for one in results if one is not None] == [BadMail]
        assert ledger.pages <= 3
        assert (await hall.ledger.read(lambda lists: lists.counts()))["updates.done"] == 30
        ledger.fails = [LedgerBusy()]
        busy = await asyncio.gather(*map(door.take, bodies), return_exceptions=True)
        assert [type(one) for one in busy if one is not None]
        assert {type(one) for one in busy if one is not None} == {LedgerBusy}
        assert await asyncio.gather(*map(door.take, bodies)) == [None] * 30
        await door.close()


async def test_telegram_out_of_reach_keeps_nobody_from_opening(
    tmp_path: Path, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    person = await world.person()
    await world.down()
    clock = Hasty()
    async with watched(tmp_path, access(world), clock) as (door, hall):
        while len(clock.slept) < 8:
            await clock.real.sleep(timedelta(milliseconds=10))
        assert door.status() == "unreachable"
        await world.up()
        await until(door, "ok")
        await person.write("在吗")
        await world.wait_quiet()
        heard = await hall.ledger.write(lambda page: page.undone(f"tg{person.id}"))
        assert [one.text for one in heard] == ["在吗"]
        pauses = [span.total_seconds() for span in clock.slept if span < timedelta(hours=1)]
        assert pauses[:7] == [1, 2, 4, 8, 16, 32, 60]
    told = [record.message for record in caplog.records if record.name == "bot.telegram.door"]
    assert told == ["telegram is not reached", "telegram is reached"]


async def test_a_token_nobody_knows_is_said_once_and_asked_again_seldom(
    tmp_path: Path, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.fault("error", method="getMe", times=3, code=401, description="Unauthorized")
    clock = Hasty()
    async with watched(tmp_path, access(world), clock) as (door, _):
        await until(door, "unauthorised")
        await until(door, "ok")
        pauses = [span.total_seconds() for span in clock.slept if span < timedelta(hours=1)]
        assert pauses[:3] == [60, 60, 60]
    told = [record.message for record in caplog.records if record.name == "bot.telegram.door"]
    assert told == ["telegram does not know this token", "telegram is reached"]


async def test_another_copy_that_polls_is_one_clear_line_and_no_storm(
    tmp_path: Path, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    person = await world.person()
    await world.fault("error", method="getUpdates", times=5, code=409, description="Conflict: terminated by other")
    clock = Hasty()
    async with watched(tmp_path, access(world), clock) as (door, hall):
        await until(door, "conflict")
        await person.write("在吗")
        await world.wait_quiet()
        assert await hall.ledger.write(lambda page: page.undone(f"tg{person.id}"))
        assert door.status() == "conflict"  # one answer does not mean that the other copy is gone
        await world.fault("error", method="getUpdates", code=409, description="Conflict: terminated by other")
        await person.write("还在吗")
        await world.wait_quiet()
        await person.write("在的吧")
        await world.wait_quiet()
        clock.skipped = CALM
        await person.write("好了吗")
        await until(door, "ok")
        pauses = [span.total_seconds() for span in clock.slept if span < timedelta(hours=1)]
        assert pauses[:6] == [1, 2, 4, 8, 16, 32]
    told = [record.message for record in caplog.records if record.name == "bot.telegram.door"]
    assert len(told) == 2
    assert "another copy" in told[0]


async def test_a_flood_is_waited_out_as_long_as_asked(tmp_path: Path, world: World) -> None:
    await world.fault("429", method="getUpdates", retry_after=17)
    clock = Hasty()
    async with watched(tmp_path, access(world), clock) as (door, _):
        await until(door, "ok")
        assert timedelta(seconds=17) in clock.slept


async def test_a_busy_ledger_confirms_nothing(tmp_path: Path, world: World) -> None:
    person = await world.person()
    busy = [None, LedgerBusy(), LedgerBusy(), LedgerBusy()]
    async with watched(tmp_path, access(world), ledger=lambda hall: Failing(hall.ledger, *busy)) as (_, hall):
        await person.write("在吗")
        await world.wait_quiet()
        heard = await hall.ledger.write(lambda page: page.undone(f"tg{person.id}"))
        assert [one.text for one in heard] == ["在吗"]


async def test_clearing_an_old_webhook_is_tried_until_it_is_done_and_no_more(tmp_path: Path, world: World) -> None:
    await world.fault("error", method="deleteWebhook", code=500, description="Internal Server Error")
    async with watched(tmp_path, access(world)) as (door, _):
        await until(door, "ok")
        assert len(await world.calls("deleteWebhook")) == 2


async def test_a_server_that_never_waits_is_not_stormed(tmp_path: Path) -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.match_info["method"])
        me = {"id": 1, "is_bot": True, "first_name": "小首", "username": "hall_bot"}
        found = {"getMe": me, "getUpdates": []}.get(request.match_info["method"], True)
        return web.json_response({"ok": True, "result": found})

    room = web.Application()
    room.router.add_post("/bot{token}/{method}", answer)
    clock = Hasty()
    async with TestServer(room) as there:
        address = str(there.make_url("")).rstrip("/")
        async with watched(tmp_path, Access("1:x", address, address), clock):
            while asked.count("getUpdates") < 6:
                await clock.real.sleep(timedelta(milliseconds=10))
            assert clock.slept.count(SHORT) >= asked.count("getUpdates") - 2


async def test_what_was_read_long_ago_is_forgotten(tmp_path: Path, world: World) -> None:
    def old(hall: Hall) -> RawUpdate:
        at = hall.clock.now() - timedelta(days=4)
        return RawUpdate("1", 5, "{}", "77", at)

    async with watched(tmp_path, access(world, "off")) as (_, hall):
        update = old(hall)
        await hall.ledger.write(lambda page: page.take_in([update]))
        await hall.ledger.write(lambda page: page.read_update(update))
        door = open_door(hall, access(world))
        task = asyncio.create_task(door.run())
        await until(door, "ok")
        while "updates.done" in await hall.ledger.read(lambda lists: lists.counts()):
            await hall.clock.sleep(timedelta(milliseconds=10))
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await door.close()


async def test_no_failure_of_the_ledger_ends_the_watch(tmp_path: Path, world: World) -> None:
    person = await world.person()
    broken = [RuntimeError(), RuntimeError(), RuntimeError(), None]
    async with watched(tmp_path, access(world), ledger=lambda hall: Failing(hall.ledger, *broken)) as (door, hall):
        await until(door, "ok")
        await person.write("在吗")
        await world.wait_quiet()
        assert await hall.ledger.write(lambda page: page.undone(f"tg{person.id}"))


async def test_a_door_that_is_off_calls_nobody(tmp_path: Path, world: World) -> None:
    async with watched(tmp_path, access(world, "off")) as (door, _):
        assert door.status() == "off"
        assert door.secret == ""
        assert await world.calls(polls=True) == []


def test_a_webhook_is_never_without_a_secret(world: World) -> None:
    hall: Any = None
    ears: Any = type("Ears", (), {"bot": type("Bot", (), {"base_url": "http://x"})()})()
    made = TelegramDoor(hall, access(world, "webhook"), ears).secret
    assert len(made) == 64
    assert world.token not in made
    assert TelegramDoor(hall, access(world, "webhook", secret="sesam"), ears).secret == "sesam"
    assert TelegramDoor(hall, access(world, "polling", secret="sesam"), ears).secret == ""
