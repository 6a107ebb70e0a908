"""A stand-in of somebody else's that knows few methods and answers thinly: the hall works through it all the same."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import app
from bot.desk.case import Kind, Letter
from bot.hall.house import Hall
from bot.hall.pace import NO_LIMITS
from tests.kit import edition, settings
from tests.kit_hall import letters

TOKEN = "123456:duenn-duenn"
GROUP = -1001


@dataclass
class Thin:
    """Few methods; a yes with as little as possible in it."""

    me: Any = None
    updates: list[dict[str, Any]] = field(default_factory=list)
    said: list[tuple[int, str]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    topics: bool = True
    known: bool = True

    async def answer(self, request: web.Request) -> web.Response:
        method, asked = request.match_info["method"], await request.post()
        found: Any = None
        if self.known and method == "getUpdates":
            after = int(str(asked.get("offset", 0)))
            found = [one for one in self.updates if one["update_id"] >= after]
            if not found and int(str(asked["timeout"])):
                await self.heard.wait()
        elif self.known and method == "getMe":
            found = self.me
        elif self.known and method == "createForumTopic" and self.topics:
            found = {"message_thread_id": 7}
        elif self.known and method == "sendMessage":
            self.said.append((int(str(asked["chat_id"])), str(asked["text"])))
            found = True
        if found is None:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.json_response({"ok": True, "result": found})


@contextlib.asynccontextmanager
async def through(path: Path, thin: Thin, mode: str = "polling") -> AsyncIterator[Hall]:
    """A whole hall that talks to it."""
    site = web.Application()
    site.router.add_post("/bot{token}/{method}", thin.answer)
    async with TestServer(site) as server:
        api = str(server.make_url("")).rstrip("/")
        own = replace(
            settings(path),
            telegram_token=TOKEN,
            telegram_mode=mode,
            telegram_api=api,
            telegram_files=api,
            telegram_rates=NO_LIMITS,
            telegram_secret="sesam",
            telegram_staff_chat=GROUP,
            base_url="https://hall.example",
        )
        running = await app.open_hall(own, edition=edition())
        async with app.at_work(running) as hall:
            yield hall
            thin.heard.set()


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    """Real work over a real wire: looked at until it is so."""
    async with asyncio.timeout(20):
        while not await look():
            await asyncio.to_thread(lambda: None)


def words(text: str) -> dict[str, Any]:
    chat = {"id": 77, "type": "private"}
    who = {"id": 77, "is_bot": False, "first_name": "张"}
    return {"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": chat, "from": who, "text": text}}


@pytest.mark.parametrize("me", [None, {}, {"id": 1, "username": "b"}, True])
async def test_a_customer_is_heard_and_answered_once(tmp_path: Path, me: Any) -> None:
    thin = Thin(me, [words("你好")])
    async with through(tmp_path, thin) as hall:

        async def sent() -> bool:
            return [one.state for one in await letters(hall, "customer:tg77")] == ["sent"]

        await until(sent)
        assert hall.messenger is not None
        assert hall.messenger.status() == "ok"
        assert [chat for chat, _ in thin.said] == [77]


@pytest.mark.parametrize("topics", [True, False])
async def test_a_case_reaches_the_group_with_topics_or_without(tmp_path: Path, topics: bool) -> None:  # noqa: FBT001 - a parameter
    thin = Thin({}, [words("停电了，青石镇竹溪路18号3幢502")], topics=topics)
    async with through(tmp_path, thin) as hall:

        async def sent() -> bool:
            return (
                GROUP in [chat for chat, _ in thin.said] and not (await hall.ledger.read(lambda lists: lists.owed()))[0]
            )

        await until(sent)
        (told,) = [text for chat, text in thin.said if chat == GROUP]
        assert told.startswith("DL") is not topics


async def test_who_cannot_be_told_where_to_push_may_push_all_the_same(tmp_path: Path) -> None:
    async with through(tmp_path, Thin({}), "webhook") as hall:

        async def well() -> bool:
            return hall.messenger is not None and hall.messenger.status() == "ok"

        await until(well)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_where_nothing_at_all_is_known_nothing_is_lost(tmp_path: Path, mode: str) -> None:
    thin = Thin(known=False)
    async with through(tmp_path, thin, mode) as hall:

        async def refused() -> bool:
            return hall.messenger is not None and hall.messenger.status() == "unauthorised"

        await until(refused)
        letter = Letter("customer:tg77", Kind.ANSWER, "k", "您好")
        at = hall.clock.now()
        await hall.ledger.write(lambda page: page.post(letter, at, str))
        assert [one.state for one in await letters(hall, "customer:tg77")] == ["waiting"]
