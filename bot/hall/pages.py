"""The ledger as the hall asks for it: pages to write on, lists to look at."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from bot.desk.case import Case, Event, Outcome
from bot.desk.incident import Incident
from bot.guide.thread import Thread
from bot.hall.lists import Lists
from bot.hall.mail import MailPage
from bot.hall.memory import MemoryPage
from bot.hall.records import Care, Heard, OpenAlert, Person, Session, TableVersion

T = TypeVar("T")


class LedgerBusy(Exception):
    """The ledger cannot be written now (locked, full, unreachable): nothing was kept, try again."""


class Page(MailPage, MemoryPage, Protocol):
    """One page of the ledger, one transaction. Plain calls: it runs whole on the ledger's own thread."""

    # the inbox and the talk
    def hear(self, heard: Heard, at: datetime) -> bool:
        """Keep a raw message; False if this id was heard before from this customer on this channel."""
        ...

    def undone(self, customer: str) -> tuple[Heard, ...]:
        """What was heard and not yet answered, in the order it came."""
        ...

    def done(
        self, heard: Heard, text: str, understood: Mapping[str, object] | None, at: datetime, case: str = ""
    ) -> int:
        """Tick it off: a talk line with `text` (masked) about a case is written, the raw body blanked; its seq."""
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

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Numbers of cases whose due_at has come, earliest first."""
        ...

    # alerts
    def acknowledge(self, alert: int, by: str, at: datetime) -> OpenAlert | None:
        """Somebody answers for it; None if there is none. The first one stays."""
        ...

    def acknowledge_rung(self, no: str, rung: str, by: str, at: datetime) -> None:
        """Somebody answers for the alert of this case and rung, if it was raised. The first one stays."""
        ...

    # incidents
    def incident(self, no: str) -> Incident:
        """The incident, its row locked; NoSuchIncident."""
        ...

    def keep_incident(self, incident: Incident) -> Incident:
        """A new one (version 0) becomes version 1; a known one by its version: Changed. The incident as kept."""
        ...

    # the life-support register
    def keep_care(self, care: Care) -> None:
        """Store an entry, new or changed; an account has one."""
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

    # the hall's tables as people changed them over the interface
    def keep_version(self, version: TableVersion) -> int:
        """Keep a table's next version; its number, 1 for the first of this table."""
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
    def lists(self) -> Lists:
        """The read-only lists as this page sees them."""
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
