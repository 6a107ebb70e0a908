"""What the hall asks of the world: ledger, page, lists, channel, clock, engine; and how each may fail."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.desk.case import Button, Case, Event, Letter, Outcome
from bot.guide.thread import Thread
from intents.understanding import Understanding

T = TypeVar("T")


class LedgerBusy(Exception):
    """The ledger cannot be written now (locked, full, unreachable): nothing was kept, try again."""


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


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file kept for the hall: name, type, size in bytes, and its key in the file store."""

    name: str
    type: str
    size: int
    key: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One raw message as a door received it; `id` is the channel's own, unique per channel and customer."""

    id: str
    customer: str
    channel: str = "web"
    text: str = ""
    button: str = ""
    location: tuple[float, float] | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Attachment, ...] = ()
    replaces: str = ""
    at: datetime | None = None
    row: int = 0
    """Number in the inbox, given by the ledger."""


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as the ledger knows him: key, name, phone, proven accounts (number → proof), where he is reached."""

    key: str
    name: str = ""
    phone: str = ""
    accounts: Mapping[str, str] = field(default_factory=dict)
    channel: str = "web"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the talk as both sides read it."""

    seq: int
    at: datetime
    sender: str
    """customer, guide, staff or system."""
    text: str
    name: str = ""
    buttons: tuple[Button, ...] = ()
    case: str = ""
    files: tuple[Attachment, ...] = ()
    id: str = ""
    """The customer's own message id, on his own words."""
    heard: Mapping[str, object] | None = None
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter as it lies in the outbox, text written out."""

    seq: int
    at: datetime
    to: str
    kind: str
    text: str
    key: str
    case: str = ""
    buttons: tuple[Button, ...] = ()
    urgent: bool = False
    speaker: str = ""
    channels: tuple[str, ...] = ()
    state: str = "waiting"
    """waiting, sending, sent or dead."""
    tries: int = 0
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    replaces: int | None = None
    why: str = ""
    """Why it is dead, as a code."""


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert as the board shows it."""

    id: int
    at: datetime
    why: str
    rung: str
    case: str
    text: str
    to: tuple[str, ...]
    acked_by: str = ""
    acked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's way in: a customer's token, a staff cookie, a personal token, a one-time link."""

    kind: str
    """customer, cookie, token or link."""
    subject: str
    """Customer key or work number."""
    csrf: str = ""
    made_at: datetime | None = None
    seen_at: datetime | None = None
    expires_at: datetime | None = None


class Page(Protocol):
    """One page of the ledger, one transaction. Plain calls: it runs whole on the ledger's own thread."""

    # the inbox and the talk
    def hear(self, heard: Heard, at: datetime) -> bool:
        """Keep a raw message; False if this id was heard before from this customer on this channel."""
        ...

    def undone(self, customer: str) -> tuple[Heard, ...]:
        """What was heard and not yet answered, in the order it came."""
        ...

    def done(self, heard: Heard, text: str, understood: Mapping[str, object] | None, at: datetime) -> int:
        """Tick it off: a talk line with `text` (masked) is written, the raw body blanked; the line's seq."""
        ...

    def thread(self, customer: str) -> Thread:
        """The talk's thread, its row locked for this page; a new one for a new customer."""
        ...

    def keep(self, thread: Thread) -> None:
        """Store the thread."""
        ...

    # customers
    def person(self, key: str) -> Person | None:
        """A customer by key."""
        ...

    def keep_person(self, person: Person) -> None:
        """Store a customer, new or changed."""
        ...

    # cases
    def next_no(self, prefix: str) -> str:
        """The next number of this prefix: `DL20261123-` → `DL20261123-0007`."""
        ...

    def case(self, no: str) -> Case:
        """The case, its row locked; NoSuchCase."""
        ...

    def cases_of(self, customer: str) -> tuple[Case, ...]:
        """All cases of a customer, newest first."""
        ...

    def load(self) -> Mapping[str, int]:
        """Open cases by first handler."""
        ...

    def record(self, outcome: Outcome, write: Callable[[object], str]) -> Case:
        """Case (new or by version: Changed), chained events, letters, alerts; `write` turns Words into text."""
        ...

    def note(self, event: Event, write: Callable[[object], str]) -> None:
        """An event that belongs to no case's rule: deny, login, …; `seq` is given by the chain."""
        ...

    def post(self, letter: Letter, at: datetime, write: Callable[[object], str]) -> bool:
        """A letter into the outbox; False if its key was posted before."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Numbers of cases whose due_at has come, earliest first."""
        ...

    # the outbox
    def waiting(self, now: datetime, limit: int) -> tuple[Posted, ...]:
        """Letters to be carried now: `waiting` whose time has come; urgent first, then seq; per recipient in order."""
        ...

    def arrived(self, letter: Posted, at: datetime, name: str = "") -> int:
        """The letter is sent; a customer's gets its talk line, whose seq is returned (0 for staff)."""
        ...

    def sending(self, letter: Posted) -> None:
        """About to be sent through a channel that cannot promise exactly once."""
        ...

    def put_off(self, letter: Posted, until: datetime) -> None:
        """Waiting again, one try more."""
        ...

    def dead(self, letter: Posted, why: str) -> None:
        """Never to be sent."""
        ...

    # alerts
    def acknowledge(self, alert: int, by: str, at: datetime) -> OpenAlert | None:
        """Somebody answers for it; None if there is none. The first one stays."""
        ...

    # ways in
    def open_session(self, session: Session, secret: str) -> None:
        """Keep a way in by the hash of its secret."""
        ...

    def session(self, kind: str, secret: str, now: datetime) -> Session | None:
        """The live session of that secret; a link is used up by looking."""
        ...

    def touch_session(self, secret: str, seen_at: datetime, expires_at: datetime | None) -> None:
        """Seen again; its idle end moves."""
        ...

    def end_sessions(self, *, secret: str = "", subject: str = "") -> None:
        """One way in ends, or all of one person."""
        ...

    def password(self, no: str) -> str:
        """The argon2 hash of a staff password; empty where none is set."""
        ...

    def set_password(self, no: str, hashed: str) -> None:
        """Keep a staff password's hash."""
        ...

    # small things that outlive a restart
    def remembered(self, key: str) -> str:
        """A value kept under a key (drill clock, loaded folder, last sweep); empty if none."""
        ...

    def remember(self, key: str, value: str) -> None:
        """Keep a value under a key."""
        ...

    def wipe(self) -> None:
        """A fresh drill: nothing is left of the last one."""
        ...

    # lists, in the same transaction
    def lists(self) -> "Lists":
        """The read-only lists as this page sees them."""
        ...


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """What a list of cases is asked for; empty fields do not narrow it."""

    mine: str = ""
    state: str = ""
    topic: str = ""
    customer: str = ""
    handler: str = ""
    q: str = ""
    order: str = "urgency"
    """urgency (emergency first, then next wake-up) or opened (newest first)."""
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice of a list: items, cursor of the next one or empty, how many in all."""

    items: tuple[Case, ...]
    next: str
    total: int


class Lists(Protocol):
    """Read-only looks at the ledger."""

    def cases(self, query: CaseQuery) -> Slice:
        """Cases for the desk."""
        ...

    def case(self, no: str) -> Case:
        """One case; NoSuchCase."""
        ...

    def cases_of(self, customer: str) -> tuple[Case, ...]:
        """All cases of a customer, newest first."""
        ...

    def events(self, no: str) -> tuple[Event, ...]:
        """The case's ledger in order; texts are written out."""
        ...

    def lines(self, customer: str, after: int, limit: int) -> tuple[Line, ...]:
        """The talk after a seq, oldest first."""
        ...

    def last_seq(self, customer: str) -> int:
        """Seq of the talk's newest line, 0 if none."""
        ...

    def thread(self, customer: str) -> Thread:
        """The talk's thread."""
        ...

    def person(self, key: str) -> Person | None:
        """A customer by key."""
        ...

    def customers(self) -> tuple[Person, ...]:
        """Every customer the ledger knows."""
        ...

    def alerts(self, *, only_open: bool) -> tuple[OpenAlert, ...]:
        """Alerts, newest first."""
        ...

    def letters(
        self, after: int, *, to: str = "", kind: str = "", state: str = "", limit: int = 500
    ) -> tuple[Posted, ...]:
        """Letters after a seq, oldest first."""
        ...

    def session(self, kind: str, secret: str, now: datetime) -> Session | None:
        """The live session of that secret, unchanged by looking."""
        ...

    def talks_with_work(self, limit: int) -> tuple[str, ...]:
        """Customers with something heard and not yet answered."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Numbers of cases whose due_at has come, earliest first."""
        ...

    def next_wake_up(self) -> datetime | None:
        """The earliest moment at which a case falls due or a letter is to be tried again."""
        ...

    def remembered(self, key: str) -> str:
        """A value kept under a key; empty if none."""
        ...

    def broken_chain(self) -> tuple[str, int] | None:
        """Case number and seq of the first event that does not fit its chain; None if all fit."""
        ...


class Ledger(Protocol):
    """Opens pages: one page, one transaction, one hop to the ledger's thread."""

    async def write(self, doing: Callable[[Page], T]) -> T:
        """Run `doing` on a page and commit; nothing is kept if it raises. LedgerBusy."""
        ...

    async def read(self, looking: Callable[[Lists], T]) -> T:
        """Look without writing."""
        ...

    async def close(self) -> None:
        """Let go of the database."""
        ...


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


def understood_json(understood: Understanding) -> dict[str, object]:
    """The object of `hall understand`."""
    return {
        "intent": understood.intent,
        "score": round(understood.score, 4),
        "candidates": list(understood.candidates),
        "matters": list(understood.matters),
        "slots": dict(understood.slots),
        "danger": understood.danger,
        "zone": understood.zone.value,
    }
