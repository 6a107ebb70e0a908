"""Read-only looks at the ledger: for the desk, the board, the talk, the doors and whoever inspects it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.desk.case import Case, Event
from bot.desk.incident import Incident
from bot.guide.thread import Thread
from bot.hall.records import (
    AuditQuery,
    AuditSlice,
    Care,
    Carried,
    CaseQuery,
    LetterQuery,
    LetterSlice,
    Line,
    OpenAlert,
    Person,
    Posted,
    Reach,
    Session,
    Slice,
    TableVersion,
)


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

    def lines_for(self, customer: str, after: int, limit: int, without: tuple[str, ...]) -> tuple[Line, ...]:
        """The talk after a seq without the lines that belong to these cases, oldest first."""
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

    def named(self, text: str) -> tuple[str, ...]:
        """Keys of the customers whose key, telephone or case number this is."""
        ...

    def silent(self, before: datetime, after: str, limit: int) -> tuple[str, ...]:
        """Customers, by key, of whom nothing is newer than this, nothing is under way and something is left."""
        ...

    def drafts(self, query: CaseQuery) -> tuple[tuple[Thread, ...], str, int]:
        """Unfinished forms, by customer: a slice of threads, the customer to go on after, how many in all."""
        ...

    def spoken(self) -> tuple[Thread, ...]:
        """The talks in which a person has the floor, by customer."""
        ...

    def forms_due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Customers whose unfinished form the guide has to come back to, earliest first."""
        ...

    def alerts(self, *, only_open: bool, asker: str = "", to: str = "", limit: int = 0) -> tuple[OpenAlert, ...]:
        """The newest alerts, or only those that reached `to`, `limit` at most (0: all).

        Those of cases hidden from the asker are left out.
        """
        ...

    def alert(self, id: int) -> OpenAlert | None:  # noqa: A002 -- the word the doors and the interface use
        """One alert by its number."""
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
        """The earliest moment at which a case or a form falls due, or a letter is released or tried again."""
        ...

    def remembered(self, key: str) -> str:
        """A value kept under a key; empty if none."""
        ...

    def broken_chain(self) -> tuple[str, int] | None:
        """Case number and seq of the first event that does not fit its chain; None if all fit."""
        ...

    def letters_for(self, query: LetterQuery) -> LetterSlice:
        """One slice of the outbox, oldest first unless the newest are asked for."""
        ...

    def audit(self, query: AuditQuery) -> AuditSlice:
        """One slice of the whole ledger of events, of cases and of the hall, oldest first."""
        ...

    def posted(self, prefix: str) -> tuple[tuple[str, str], ...]:
        """Key and address of every letter whose key begins so, by key."""
        ...

    def members(self, incident: str, after: str, limit: int) -> tuple[Case, ...]:
        """The incident's cases after a number, by number."""
        ...

    def behind(self, incident: str, news: int, limit: int) -> tuple[str, ...]:
        """Numbers of the incident's cases whose customers have not been told this news, furthest behind first."""
        ...

    def size(self, incident: str) -> int:
        """How many cases the incident has."""
        ...

    def incident(self, no: str) -> Incident | None:
        """One incident."""
        ...

    def live_incidents(self) -> tuple[Incident, ...]:
        """Those suspected, confirmed or restored, newest first."""
        ...

    def incidents(self, after: str, limit: int, state: str = "") -> tuple[tuple[Incident, ...], str, int]:
        """Incidents, newest first: a slice, the cursor to go on after (empty: no more), how many in all."""
        ...

    def reports(self, topic: str, since: datetime) -> tuple[Case, ...]:
        """Live cases of a topic opened since then, oldest first."""
        ...

    def care(self, account: str = "") -> tuple[Care, ...]:
        """The life-support register: its live entries by account, or the one account's, also when it has ended."""
        ...

    def care_of(self, customer: str) -> tuple[Care, ...]:
        """What this customer had entered there, by account, also what has ended."""
        ...

    def figures(self, since: datetime, till: datetime, low: int) -> Mapping[str, int]:
        """`opened resolved late low_ratings` of [since, till), `unaccepted open` as of now.

        Late: promises broken. Low: ratings of this score or less.
        """
        ...

    def load(self) -> Mapping[str, int]:
        """Live cases by first handler."""
        ...

    def waits(self) -> Mapping[str, datetime]:
        """First handler → since when the oldest of his cases that nobody has accepted waits."""
        ...

    def versions(self, table: str) -> tuple[TableVersion, ...]:
        """Every version of one hall table, oldest first."""
        ...

    def newest_versions(self) -> tuple[TableVersion, ...]:
        """The newest version of each table that was ever changed over the interface."""
        ...

    def owed(self) -> tuple[int, datetime | None]:
        """How many letters are owed (waiting or sending), and since when the oldest that is due waits: its `at`."""
        ...

    def counts(self) -> dict[str, int]:
        """How many rows of each sort: letters by state (`letters.waiting`, …), cases by state, updates by state."""
        ...

    def reach(self, to: str) -> Reach | None:
        """How an address is reached beside its usual way."""
        ...

    def reached_by(self, chat: int) -> tuple[Reach, ...]:
        """Every address reached through this chat; customers first, then staff."""
        ...

    def topic(self, no: str) -> int:
        """The forum topic of a case; 0 if it has none."""
        ...

    def case_of_topic(self, thread: int) -> str:
        """The case whose forum topic this is; empty if none."""
        ...

    def carried(self, letter: int) -> Carried | None:
        """Where a letter lies on the other side, if it was carried there."""
        ...

    def carried_at(self, chat: int, message: int) -> Posted | None:
        """The letter that lies there as this message."""
        ...

    def chats_with_updates(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Chats with raw updates still to be read whose time has come."""
        ...
