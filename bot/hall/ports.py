"""What the hall asks of the world beside the ledger: clock, channel, engine, keys, files; and how each may fail."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.hall.records import Attachment, Posted


class TryLater(Exception):
    """The channel cannot take it now; `wait` is how long it asks for."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


class Undeliverable(Exception):
    """The channel will never take it; `why` is a code, never words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Clock(Protocol):
    """The one clock of the hall."""

    def now(self) -> datetime:
        """The moment, with zone."""
        ...

    async def sleep(self, span: timedelta) -> None:
        """Let so much of the hall's time pass."""
        ...


class Channel(Protocol):
    """A way letters go out; named as the ledger names it."""

    name: str
    lasting: bool
    """True: to be in the ledger is to have arrived (web, desk); nothing can be sent twice."""

    async def send(self, letter: Posted, seq: int) -> None:
        """Carry it, or tell those who wait for it. TryLater, Undeliverable."""
        ...


class Engine(Protocol):
    """Carries the work: one conversation at a time, others side by side. Everything else is our own tables."""

    def has_work(self, conversation: str) -> None:
        """This conversation has work; said once or often, soon it is done."""
        ...

    def every(self, span: timedelta, name: str, doing: Callable[[], Awaitable[None]]) -> None:
        """Run this every so often, never twice at once; one failure does not end it."""
        ...

    async def settle(self) -> None:
        """Return when nothing is under way."""
        ...

    async def run(self) -> None:
        """Work until cancelled."""
        ...


class Passwords(Protocol):
    """Hashes passwords slowly, off the loop; an empty hash takes as long as a wrong password and never fits."""

    async def hash(self, password: str) -> str:
        """A new salted hash."""
        ...

    async def verify(self, hashed: str, password: str) -> bool:
        """Whether it fits."""
        ...


class Files(Protocol):
    """Where what customers send is kept."""

    async def keep(self, name: str, type_: str, data: bytes) -> Attachment:
        """Store it, by content; the same bytes are the same file."""
        ...

    async def fetch(self, key: str) -> bytes:
        """The bytes; KeyError."""
        ...
