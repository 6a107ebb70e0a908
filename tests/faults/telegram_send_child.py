"""A hall with its Telegram door in a child that SIGKILLs itself, at the nth send or commit of carrying letters."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from bot import app
from bot.hall.data import Edition
from bot.hall.pace import NO_LIMITS
from bot.hall.pages import Ledger, Page
from bot.hall.records import Carried, Posted
from storage.ledger import SqlLedger
from storage.migrate import migrate
from tests.faults.child import Death
from tests.faults.telegram_child import TelegramChild, Wires
from tests.kit import settings

T = TypeVar("T")
OUTBOUND = (
    "bot.hall.counter",
    "bot.hall.delivery",
    "bot.telegram.outbound",
    "bot.telegram.staffroom",
    "bot.telegram.topics",
)
SENT = ("tg", "topic")


class Counter:
    """Counts and dies."""

    def __init__(self, death: Death) -> None:
        self.death, self.seen = death, dict.fromkeys(("before", "after", "send", "sent"), 0)

    def tick(self, what: str) -> None:
        """One more."""
        self.seen[what] += 1
        if self.death.at == what and self.seen[what] == self.death.n:
            os.kill(os.getpid(), signal.SIGKILL)


class OutboundLedger:
    """The real ledger; around each page on which something came of carrying or of staff's words the child may die."""

    def __init__(self, inner: Ledger, counter: Counter) -> None:
        self.inner, self.counter = inner, counter

    async def write(self, doing: Callable[[Page], T]) -> T:
        if doing.__module__ not in OUTBOUND:
            return await self.inner.write(doing)
        wrote = []

        def mortal(page: Page) -> T:
            base: Any = page
            changes = base._page.connection.driver_connection
            before = changes.total_changes
            result = doing(page)
            if changes.total_changes != before:
                wrote.append(True)
                self.counter.tick("before")
            return result

        result = await self.inner.write(mortal)
        if wrote:
            self.counter.tick("after")
        return result

    async def read(self, looking: Callable[[Any], T]) -> T:
        return await self.inner.read(looking)

    async def close(self) -> None:
        await self.inner.close()


class MortalSender:
    """The real channel; before and after each send the child may die."""

    lasting = False

    def __init__(self, inner: Any, counter: Counter) -> None:
        self.inner, self.counter, self.name = inner, counter, inner.name

    def place(self, letter: Posted) -> str:
        return str(self.inner.place(letter))

    async def send(self, letter: Posted, seq: int) -> Carried | None:
        self.counter.tick("send")
        carried: Carried | None = await self.inner.send(letter, seq)
        self.counter.tick("sent")
        return carried


async def _serve(path: Path, edition: Edition, wires: Wires, death: Death, group: int, pipe: Connection) -> None:
    own = replace(
        settings(path),
        telegram_token=wires.token,
        telegram_mode=wires.mode,
        telegram_api=wires.api,
        telegram_files=wires.api,
        telegram_rates=NO_LIMITS,
        telegram_staff_chat=group,
    )
    migrate(own.database_url)
    counter = Counter(death)
    running = await app.open_hall(own, edition=edition, ledger=OutboundLedger(SqlLedger(own.database_url), counter))
    channels: Any = running.hall.channels
    channels.update({name: MortalSender(one, counter) for name, one in dict(channels).items() if name in SENT})
    async with app.at_work(running):
        pipe.send("open")
        while not await asyncio.to_thread(pipe.poll, 0.05):
            pass
    pipe.send(counter.seen)


def _main(path: Path, edition: Edition, wires: Wires, death: Death, group: int, pipe: Connection) -> None:
    asyncio.run(_serve(path, edition, wires, death, group, pipe))


class SendingChild(TelegramChild):
    """The same forked hall, mortal where letters go out."""

    def __init__(self, path: Path, edition: Edition, wires: Wires, death: Death, group: int = 0) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_main, args=(path, edition, wires, death, group, theirs), daemon=True)
        self.process.start()
        theirs.close()
