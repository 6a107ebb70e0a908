"""One page of the ledger: one transaction, plain calls, run whole on the ledger's own thread."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.desk.case import Case, Event, Letter, Outcome
from bot.guide.thread import Thread
from bot.hall.pages import Lists
from bot.hall.records import Heard, OpenAlert, Person, Posted, Session
from storage import cases, events, letters, notes, people, talk
from storage.lists import SqlLists


class SqlPage:
    """The Page port over one connection in a writing transaction: nobody else writes meanwhile."""

    __slots__ = ("_page",)

    def __init__(self, page: Connection) -> None:
        self._page = page

    def hear(self, heard: Heard, at: datetime) -> bool:
        """Keep a raw message; False if this id was heard before from this customer on this channel."""
        return talk.hear(self._page, heard, at)

    def undone(self, customer: str) -> tuple[Heard, ...]:
        """What was heard and not yet answered, in the order it came."""
        return talk.undone(self._page, customer)

    def done(self, heard: Heard, text: str, understood: Mapping[str, object] | None, at: datetime) -> int:
        """Tick it off: a talk line with `text` (masked) is written, the raw body blanked; the line's seq."""
        return talk.done(self._page, heard, text, understood, at)

    def thread(self, customer: str) -> Thread:
        """The talk's thread; a new one for a new customer."""
        return talk.thread(self._page, customer)

    def keep(self, thread: Thread) -> None:
        """Store the thread."""
        talk.keep(self._page, thread)

    def person(self, key: str) -> Person | None:
        """A customer by key."""
        return people.person(self._page, key)

    def keep_person(self, person: Person) -> None:
        """Store a customer, new or changed."""
        people.keep(self._page, person)

    def next_no(self, prefix: str) -> str:
        """The next number of this prefix: `DL20261123-` → `DL20261123-0007`."""
        return f"{prefix}{notes.next_value(self._page, prefix):04d}"

    def case(self, no: str) -> Case:
        """The case; NoSuchCase."""
        return cases.case(self._page, no)

    def cases_of(self, customer: str) -> tuple[Case, ...]:
        """All cases of a customer, newest first."""
        return cases.cases_of(self._page, customer)

    def load(self) -> Mapping[str, int]:
        """Open cases by first handler."""
        return cases.load(self._page)

    def record(self, outcome: Outcome, write: Callable[[object], str]) -> Case:
        """Case (new or by version: Changed), chained events, letters, alerts; `write` turns Words into text."""
        return cases.record(self._page, outcome, write)

    def note(self, event: Event, write: Callable[[object], str]) -> None:
        """An event that belongs to no case's rule: deny, login, …; `seq` is given by the chain."""
        events.note(self._page, event, write)

    def post(self, letter: Letter, at: datetime, write: Callable[[object], str]) -> bool:
        """A letter into the outbox; False if its key was posted before."""
        return letters.post(self._page, letter, at, write)

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Numbers of cases whose due_at has come, earliest first."""
        return cases.due(self._page, now, limit)

    def waiting(self, now: datetime, limit: int) -> tuple[Posted, ...]:
        """Letters to be carried now; urgent first, then seq; per recipient in order."""
        return letters.waiting(self._page, now, limit)

    def arrived(self, letter: Posted, at: datetime, name: str = "") -> int:
        """The letter is sent; a customer's gets its talk line, whose seq is returned (0 for staff)."""
        return letters.arrived(self._page, letter, at, name)

    def sending(self, letter: Posted) -> None:
        """About to be sent through a channel that cannot promise exactly once."""
        letters.sending(self._page, letter)

    def put_off(self, letter: Posted, until: datetime) -> None:
        """Waiting again, one try more."""
        letters.put_off(self._page, letter, until)

    def dead(self, letter: Posted, why: str) -> None:
        """Never to be sent."""
        letters.dead(self._page, letter, why)

    def acknowledge(self, alert: int, by: str, at: datetime) -> OpenAlert | None:
        """Somebody answers for it; None if there is none. The first one stays."""
        return cases.acknowledge(self._page, alert, by, at)

    def open_session(self, session: Session, secret: str) -> None:
        """Keep a way in by the hash of its secret."""
        people.open_session(self._page, session, secret)

    def session(self, kind: str, secret: str, now: datetime) -> Session | None:
        """The live session of that secret; a link is used up by looking."""
        return people.session(self._page, kind, secret, now)

    def touch_session(self, secret: str, seen_at: datetime, expires_at: datetime | None) -> None:
        """Seen again; its idle end moves."""
        people.touch_session(self._page, secret, seen_at, expires_at)

    def end_sessions(self, *, secret: str = "", subject: str = "") -> None:
        """One way in ends, or all of one person."""
        people.end_sessions(self._page, secret, subject)

    def password(self, no: str) -> str:
        """The argon2 hash of a staff password; empty where none is set."""
        return people.password(self._page, no)

    def set_password(self, no: str, hashed: str) -> None:
        """Keep a staff password's hash."""
        people.set_password(self._page, no, hashed)

    def remembered(self, key: str) -> str:
        """A value kept under a key; empty if none."""
        return notes.value(self._page, key)

    def remember(self, key: str, value: str) -> None:
        """Keep a value under a key."""
        notes.remember(self._page, key, value)

    def wipe(self) -> None:
        """A fresh drill: nothing is left of the last one."""
        notes.wipe(self._page)

    def lists(self) -> Lists:
        """The read-only lists as this page sees them."""
        return SqlLists(self._page)
