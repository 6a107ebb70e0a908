"""A bell by the door: whoever waits for news of a talk or the desk wakes when there is some."""

import asyncio
from collections import defaultdict


class Bell:
    """Rung per key; a ticket taken before looking makes sure no ring between look and wait is missed."""

    def __init__(self) -> None:
        self._rung: defaultdict[str, int] = defaultdict(int)
        self._waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)

    def ticket(self, key: str) -> int:
        """How often it rang so far."""
        return self._rung[key]

    def ring(self, key: str) -> None:
        """Wake everybody who waits on this key."""
        self._rung[key] += 1
        for waiting in self._waiting.pop(key, ()):
            if not waiting.done():
                waiting.set_result(None)

    def ring_all(self) -> None:
        """Wake everybody: the hall shuts."""
        for key in tuple(self._waiting):
            self.ring(key)

    async def wait(self, key: str, seconds: float, ticket: int | None = None) -> bool:
        """True when it rang (since the ticket), False when the seconds have passed."""
        if ticket is not None and self._rung[key] != ticket:
            return True
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[key].add(waiting)
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            return False
        finally:
            self._waiting[key].discard(waiting)
            if not self._waiting[key]:
                self._waiting.pop(key, None)
        return True
