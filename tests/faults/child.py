"""A hall in a child process that kills itself, for real, at the nth commit or the nth send."""

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
from bot.hall import access
from bot.hall.data import Edition
from bot.hall.lists import Lists
from bot.hall.pages import Ledger, Page
from bot.hall.ports import Channel
from bot.hall.records import Posted
from bot.web import server
from storage.ledger import SqlLedger
from tests.kit import settings

T = TypeVar("T")


@dataclass(frozen=True)
class Death:
    """When the child dies: before or after the nth commit, or at the nth send; never, if n is 0."""

    at: str = "never"
    n: int = 0


class Counter:
    def __init__(self, death: Death) -> None:
        self.death = death
        self.seen = {"before": 0, "after": 0, "send": 0}

    def tick(self, what: str) -> None:
        self.seen[what] += 1
        if self.death.at == what and self.seen[what] == self.death.n:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalLedger:
    """The real ledger; around each commit the child may die."""

    def __init__(self, inner: Ledger, counter: Counter) -> None:
        self.inner, self.counter = inner, counter

    async def write(self, doing: Callable[[Page], T]) -> T:
        def mortal(page: Page) -> T:
            result = doing(page)
            self.counter.tick("before")
            return result

        result = await self.inner.write(mortal)
        self.counter.tick("after")
        return result

    async def read(self, looking: Callable[[Lists], T]) -> T:
        return await self.inner.read(looking)

    async def close(self) -> None:
        await self.inner.close()


class MortalChannel:
    """The real channel; at each send the child may die."""

    def __init__(self, inner: Channel, counter: Counter) -> None:
        self.inner, self.counter = inner, counter
        self.name, self.lasting = inner.name, inner.lasting

    async def send(self, letter: Posted, seq: int) -> None:
        self.counter.tick("send")
        await self.inner.send(letter, seq)


async def _serve(path: Path, edition: Edition, death: Death, pipe: Connection, url: str) -> None:
    counter = Counter(death)
    own = settings(path, url=url)
    running = await app.open_hall(own, edition=edition, ledger=MortalLedger(_ledger(own.database_url), counter))
    channels: dict[str, Any] = dict(running.hall.channels)
    running.hall.channels.update({name: MortalChannel(one, counter) for name, one in channels.items()})  # type: ignore[attr-defined]
    async with app.at_work(running) as hall, server.serving(hall, "127.0.0.1", 0) as address:
        people = hall.edition().data.books.roster.staff
        counter.death = Death()  # tokens for the test's own staff are no part of the way
        tokens = {no: await access.personal_token(hall, no) for no in people}
        counter.death, counter.seen = death, dict.fromkeys(counter.seen, 0)
        pipe.send((address, tokens))
        while not await asyncio.to_thread(pipe.poll, 0.05):
            pass
        pipe.send(counter.seen)


def _ledger(url: str) -> SqlLedger:
    from storage.migrate import migrate

    migrate(url)
    return SqlLedger(url)


def _main(path: Path, edition: Edition, death: Death, pipe: Connection, url: str) -> None:
    asyncio.run(_serve(path, edition, death, pipe, url))


class Child:
    """A forked hall: real process, real sockets, real file or server."""

    def __init__(self, path: Path, edition: Edition, death: Death, url: str = "") -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_main, args=(path, edition, death, theirs, url), daemon=True)
        self.process.start()
        theirs.close()

    def opened(self) -> tuple[str, dict[str, str]] | None:
        """Address and tokens once the door is open; None if it died before."""
        try:
            return self.pipe.recv()  # type: ignore[no-any-return]
        except EOFError:
            return None

    def finish(self) -> dict[str, int] | None:
        """Shut the hall; how many commits and sends there were, None if it died."""
        try:
            self.pipe.send("stop")
            seen = self.pipe.recv()
        except (EOFError, OSError):
            seen = None
        self.process.join(20)
        return seen

    @property
    def killed(self) -> bool:
        return self.process.exitcode == -signal.SIGKILL


__all__ = ["Child", "Counter", "Death", "replace"]
