"""A second adapter of the Engine port: one worker, every wake-up doubled and late; what holds here holds anywhere."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta


class Stubborn:
    """Works strictly one conversation after another, told twice of everything, each time a little later."""

    def __init__(self, work: Callable[[str], Awaitable[object]], sleep: Callable[[timedelta], Awaitable[None]]) -> None:
        self._work, self._sleep = work, sleep
        self._told: deque[str] = deque()
        self._every: list[tuple[timedelta, Callable[[], Awaitable[object]]]] = []
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def has_work(self, conversation: str) -> None:
        self._told.extend((conversation, conversation))
        self._idle.clear()
        self._news.set()

    def every(self, span: timedelta, name: str, doing: Callable[[], Awaitable[object]]) -> None:
        del name
        self._every.append((span, doing))

    async def settle(self) -> None:
        while not self._idle.is_set():
            await self._idle.wait()

    async def _one_by_one(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._told:
                self._told.rotate(-1)
                with contextlib.suppress(Exception):
                    await self._work(self._told.popleft())
            self._idle.set()

    async def _repeat(self, span: timedelta, doing: Callable[[], Awaitable[object]]) -> None:
        while True:
            with contextlib.suppress(Exception):
                await doing()
            await self._sleep(span)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._one_by_one())
            for span, doing in self._every:
                group.create_task(self._repeat(span, doing))
