"""The solo engine: one process carries all the work, conversations side by side, each in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

log = logging.getLogger(__name__)

PLACES = 32
"""Conversations worked on at once."""


class Solo:
    """The Engine port on one event loop; what it forgets at a crash, the sweeps find again in the tables."""

    def __init__(
        self,
        work: Callable[[str], Awaitable[object]],
        sleep: Callable[[timedelta], Awaitable[None]],
        places: int = PLACES,
    ) -> None:
        self._work, self._sleep, self._places = work, sleep, places
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._queued: set[str] = set()
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._every: list[tuple[timedelta, str, Callable[[], Awaitable[object]]]] = []
        self._idle = asyncio.Event()
        self._idle.set()

    def has_work(self, conversation: str) -> None:
        """Queue the conversation; if it is being worked on, once more afterwards."""
        if conversation in self._busy:
            self._again.add(conversation)
        elif conversation not in self._queued:
            self._queued.add(conversation)
            self._idle.clear()
            self._queue.put_nowait(conversation)

    def every(self, span: timedelta, name: str, doing: Callable[[], Awaitable[object]]) -> None:
        """Run `doing` every so often once the engine runs."""
        self._every.append((span, name, doing))

    async def settle(self) -> None:
        """Until the queue is empty and nobody works."""
        while not self._idle.is_set():  # work may have come between the ring and the waking
            await self._idle.wait()

    async def _one(self, conversation: str) -> None:
        self._queued.discard(conversation)
        self._busy.add(conversation)
        try:
            await self._work(conversation)
        except Exception:
            # the conversation's tables still say that it has work: a sweep brings it again
            log.exception("work failed")
        finally:
            self._busy.discard(conversation)
            if conversation in self._again:
                self._again.discard(conversation)
                self.has_work(conversation)
            elif not self._queued and not self._busy:
                self._idle.set()

    async def _worker(self) -> None:
        while True:
            await self._one(await self._queue.get())

    async def _repeat(self, span: timedelta, name: str, doing: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await doing()
            except Exception:
                log.exception("sweep failed", extra={"sweep": name})
            await self._sleep(span)

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._places):
                group.create_task(self._worker())
            for span, name, doing in self._every:
                group.create_task(self._repeat(span, name, doing))
