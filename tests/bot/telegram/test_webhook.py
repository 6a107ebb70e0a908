import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.hall.pages import LedgerBusy
from bot.hall.ports import BadMail
from bot.web.webhook import MOST, PATH, SECRET
from tests.bot.telegram.raw import message
from tests.bot.web.kit import door

KNOWN = {SECRET: "sesam", "Content-Type": "application/json"}


@dataclass
class Memory:
    """A messenger that remembers what it took, and fails as it is told."""

    secret: str = "sesam"
    took: list[bytes] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    before: Callable[[], Awaitable[object]] | None = None

    def status(self) -> str:
        return "ok"

    async def take(self, body: bytes) -> None:
        if self.before:
            await self.before()
        if self.fails:
            raise self.fails.pop(0)
        self.took.append(body)

    async def drain(self, conversation: str) -> None:
        del conversation

    async def run(self) -> None:
        return


BODY = json.dumps(message(1, "在吗")).encode()


async def test_who_knows_the_secret_is_heard(tmp_path: Path) -> None:
    memory = Memory()
    async with door(tmp_path, messenger=memory) as out:
        await out.json("POST", PATH, data=BODY, headers=KNOWN)
        assert memory.took == [BODY]


@pytest.mark.parametrize("told", ["", "Sesam", "sesam ", "sesamsesam", "ses", "密"])
async def test_who_does_not_know_it_learns_nothing(tmp_path: Path, told: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    memory = Memory()
    async with door(tmp_path, messenger=memory) as out:
        headers = KNOWN | {SECRET: told.strip() or "x"} if told else {"Content-Type": "application/json"}
        if told == "sesam ":
            headers = KNOWN | {SECRET: "sesam-"}
        found = await out.json("POST", PATH, 403, data=BODY, headers=headers)
        assert found["error"] == "refused"
        assert not memory.took
        assert "sesam" not in str(found) + caplog.text


async def test_an_empty_secret_never_fits(tmp_path: Path) -> None:
    memory = Memory("")
    async with door(tmp_path, messenger=memory) as out:
        for headers in ({}, {SECRET: ""}, {SECRET: "x"}):
            await out.json("POST", PATH, 404, data=BODY, headers=headers)
        assert not memory.took


async def test_without_a_messenger_there_is_no_such_address(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await out.json("POST", PATH, 404, data=BODY, headers=KNOWN)


async def test_nonsense_is_400_and_too_much_is_413(tmp_path: Path) -> None:
    memory = Memory(fails=[BadMail()])
    async with door(tmp_path, messenger=memory) as out:
        await out.json("POST", PATH, 400, data=b"[]", headers=KNOWN)
        await out.json("POST", PATH, 413, data=b" " * (MOST + 1), headers=KNOWN)
        await out.json("GET", PATH, 405, headers=KNOWN)
        assert not memory.took


async def test_a_large_update_and_any_content_type_are_taken(tmp_path: Path) -> None:
    memory = Memory()
    async with door(tmp_path, messenger=memory) as out:
        body = json.dumps(message(1, "长" * 40_000)).encode()
        await out.json(
            "POST", PATH, data=body, headers={SECRET: "sesam", "Content-Type": "application/json; charset=utf-8"}
        )
        await out.json("POST", PATH, data=body, headers={SECRET: "sesam", "Content-Type": "text/plain"})
        assert memory.took == [body, body]


async def test_a_busy_ledger_asks_to_come_again(tmp_path: Path) -> None:
    memory = Memory(fails=[LedgerBusy()])
    async with door(tmp_path, messenger=memory) as out:
        async with out.web.post(PATH, data=BODY, headers=KNOWN) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
        await out.json("POST", PATH, data=BODY, headers=KNOWN)
        assert memory.took == [BODY]


async def test_the_answer_comes_only_when_it_is_kept(tmp_path: Path) -> None:
    kept = asyncio.Event()
    memory = Memory(before=kept.wait)
    async with door(tmp_path, messenger=memory) as out:
        call = asyncio.create_task(out.json("POST", PATH, data=BODY, headers=KNOWN))
        await out.json("GET", "/healthz")
        assert not call.done()
        kept.set()
        await call
        assert memory.took == [BODY]


async def test_pushes_are_not_slowed_down(tmp_path: Path) -> None:
    memory = Memory()
    async with door(tmp_path, messenger=memory, rate_limit=1) as out:
        for _ in range(5):
            await out.json("POST", PATH, data=BODY, headers=KNOWN)
        assert len(memory.took) == 5
