"""A hall with its Telegram door in a child that kills itself, for real, at the nth commit of reading updates."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from bot import app
from bot.hall.data import Edition
from bot.hall.pace import NO_LIMITS
from bot.hall.pages import Ledger, Page
from bot.web import server
from storage.ledger import SqlLedger
from storage.migrate import migrate
from tests.faults.child import Death
from tests.kit import settings

T = TypeVar("T")
INBOUND = "bot.telegram.inbound"


@dataclass(frozen=True)
class Wires:
    """Where the child's Telegram is, and how it hears of updates."""

    token: str
    api: str
    mode: str
    port: int


class InboundLedger:
    """The real ledger; around each page on which something came of an update the child may die."""

    def __init__(self, inner: Ledger, death: Death) -> None:
        self.inner, self.death = inner, death
        self.seen = {"before": 0, "after": 0}

    def _tick(self, what: str) -> None:
        self.seen[what] += 1
        if self.death.at == what and self.seen[what] == self.death.n:
            os.kill(os.getpid(), signal.SIGKILL)

    async def write(self, doing: Callable[[Page], T]) -> T:
        if doing.__module__ != INBOUND:
            return await self.inner.write(doing)

        wrote = []

        def mortal(page: Page) -> T:
            base: Any = page
            changes = base._page.connection.driver_connection
            before = changes.total_changes
            result = doing(page)
            if changes.total_changes != before:
                wrote.append(True)
                self._tick("before")
            return result

        result = await self.inner.write(mortal)
        if wrote:
            self._tick("after")
        return result

    async def read(self, looking: Callable[[Any], T]) -> T:
        return await self.inner.read(looking)

    async def close(self) -> None:
        await self.inner.close()


async def _serve(path: Path, edition: Edition, wires: Wires, death: Death, pipe: Connection) -> None:
    own = replace(
        settings(path),
        telegram_token=wires.token,
        telegram_mode=wires.mode,
        telegram_api=wires.api,
        telegram_files=wires.api,
        telegram_rates=NO_LIMITS,
        telegram_secret="sesam",
        base_url=f"http://127.0.0.1:{wires.port}",
    )
    migrate(own.database_url)
    ledger = InboundLedger(SqlLedger(own.database_url), death)
    running = await app.open_hall(own, edition=edition, ledger=ledger)
    async with server.serving(running.hall, "127.0.0.1", wires.port), app.at_work(running):
        pipe.send("open")
        while not await asyncio.to_thread(pipe.poll, 0.05):
            pass
    pipe.send(ledger.seen)


def _main(path: Path, edition: Edition, wires: Wires, death: Death, pipe: Connection) -> None:
    asyncio.run(_serve(path, edition, wires, death, pipe))


class TelegramChild:
    """A forked hall: real process, real sockets, real file."""

    def __init__(self, path: Path, edition: Edition, wires: Wires, death: Death) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_main, args=(path, edition, wires, death, theirs), daemon=True)
        self.process.start()
        theirs.close()

    @property
    def killed(self) -> bool:
        """Whether it died as it was told to."""
        return self.process.exitcode == -signal.SIGKILL

    def finish(self) -> dict[str, int]:
        """Shut the hall; how many pages of reading there were, none if it died."""
        try:
            self.pipe.send("stop")
            told = self.pipe.recv()
            while told == "open":
                told = self.pipe.recv()
        except (EOFError, OSError):
            told = {}
        self.process.join(20)
        return dict(told)
