"""What the hall asks of the world beside the ledger: clock, channel, engine, keys, files; and how each may fail."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.guide.supply import Account, Bill, Outage
from bot.hall.records import Attachment, Carried, Posted


class TryLater(Exception):
    """The channel cannot take it now; `wait` is how long it asks for, `whole`: nothing at all goes out that way."""

    def __init__(self, wait: timedelta, *, whole: bool = False) -> None:
        super().__init__(wait)
        self.wait, self.whole = wait, whole


class Uncertain(Exception):
    """Nobody knows whether it went out: the answer did not come back."""


class Undeliverable(Exception):
    """The channel will never take it; `why` is a code, never words, `shut`: nor anything else to this address."""

    def __init__(self, why: str, *, shut: bool = False) -> None:
        super().__init__(why)
        self.why, self.shut = why, shut


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

    async def send(self, letter: Posted, seq: int) -> Carried | None:
        """Carry it, or tell those who wait for it; where it lies now. TryLater, Uncertain, Undeliverable."""
        ...


class Sender(Channel, Protocol):
    """A channel that has to be sent through, and whose other side wants it slow."""

    def place(self, letter: Posted) -> str:
        """What its limit counts: the letter's own address, or a prefix `topic:*` for all that share one group."""
        ...


class BadMail(Exception):
    """What came is no update of the messenger."""


class Messenger(Protocol):
    """A messenger's door: takes in what its servers push or hand out, says how it fares."""

    secret: str
    """What its webhook calls must know; empty: there is no webhook."""

    def status(self) -> str:
        """ok, off, unreachable, unauthorised or conflict."""
        ...

    async def take(self, body: bytes) -> None:
        """Keep one pushed update; returns once it is in the ledger. BadMail, LedgerBusy."""
        ...

    async def drain(self, conversation: str) -> None:
        """Read what lies unread of one chat, in order."""
        ...

    async def run(self) -> None:
        """Ask its servers for updates, or tell them where to push, until cancelled; no failure ends it."""
        ...

    async def close(self) -> None:
        """Let go of its servers, once nothing is sent any more."""
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

    async def drop(self, key: str) -> None:
        """It is kept no longer; one that is gone already is no fault. LedgerBusy."""
        ...


class TooSlow(Exception):
    """A system behind was silent, dead or made no sense: nothing is known, and nothing may be guessed."""


class Accounts(Protocol):
    """The system that knows accounts."""

    @property
    def has_accounts(self) -> bool:
        """Whether there is one at all; without it the guide says that it cannot look."""
        ...

    async def account(self, no: str) -> Account | None:
        """The account of that number; None where there is none. TooSlow."""
        ...

    async def accounts(self, phone: str = "", address: str = "") -> tuple[Account, ...]:
        """Accounts of a telephone or an address, for those who may know. TooSlow."""
        ...


class Bills(Protocol):
    """The system that knows bills."""

    async def bills(self, account: str, since: str = "", till: str = "") -> tuple[Bill, ...]:
        """An account's bills by month, both ends within; empty ends are open. TooSlow."""
        ...


class Outages(Protocol):
    """The system that knows planned and current outages."""

    async def outages(
        self, *, address: str = "", account: str = "", line: str = "", at: datetime | None = None
    ) -> tuple[Outage, ...]:
        """Outages of a place that are not long over by then. TooSlow."""
        ...


class Business(Accounts, Bills, Outages, Protocol):
    """The hall's own systems, one small port each."""
