"""Read-only looks at the ledger, all of one moment: for the desk, the board, the talk and the month."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

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
from storage import (
    care,
    cases,
    elsewhere,
    events,
    figures,
    incidents,
    incoming,
    letters,
    notes,
    people,
    retention,
    slices,
    talk,
    tally,
    versions,
)


class SqlLists:
    """The Lists port over one connection in a transaction."""

    __slots__ = ("_page",)

    def __init__(self, page: Connection) -> None:
        self._page = page

    def cases(self, query: CaseQuery) -> Slice:
        """Cases for the desk."""
        return slices.cases_for(self._page, query)

    def case(self, no: str) -> Case:
        """One case; NoSuchCase."""
        return cases.case(self._page, no)

    def cases_of(self, customer: str) -> tuple[Case, ...]:
        """All cases of a customer, newest first."""
        return cases.cases_of(self._page, customer)

    def events(self, no: str) -> tuple[Event, ...]:
        """The case's ledger in order; without a number the hall's own."""
        return events.of_case(self._page, no)

    def lines(self, customer: str, after: int, limit: int) -> tuple[Line, ...]:
        """The talk after a seq, oldest first."""
        return talk.lines(self._page, customer, after, limit)

    def lines_for(self, customer: str, after: int, limit: int, without: tuple[str, ...]) -> tuple[Line, ...]:
        """The talk after a seq without the lines that belong to these cases, oldest first."""
        return talk.lines(self._page, customer, after, limit, without)

    def last_seq(self, customer: str) -> int:
        """Seq of the talk's newest line, 0 if none."""
        return talk.last_seq(self._page, customer)

    def thread(self, customer: str) -> Thread:
        """The talk's thread."""
        return talk.thread(self._page, customer)

    def person(self, key: str) -> Person | None:
        """A customer by key."""
        return people.person(self._page, key)

    def customers(self) -> tuple[Person, ...]:
        """Every customer the ledger knows."""
        return people.everybody(self._page)

    def named(self, text: str) -> tuple[str, ...]:
        """Keys of the customers whose key, telephone or case number this is."""
        return people.named(self._page, text)

    def silent(self, before: datetime, after: str, limit: int) -> tuple[str, ...]:
        """Customers, by key, of whom nothing is newer than this, nothing is under way and something is left."""
        return retention.silent(self._page, before, after, limit)

    def drafts(self, query: CaseQuery) -> tuple[tuple[Thread, ...], str, int]:
        """Unfinished forms, by customer: a slice of threads, the customer to go on after, how many in all."""
        return talk.drafts(self._page, query)

    def spoken(self) -> tuple[Thread, ...]:
        """The talks in which a person has the floor, by customer."""
        return talk.spoken(self._page)

    def forms_due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Customers whose unfinished form the guide has to come back to, earliest first."""
        return talk.forms_due(self._page, now, limit)

    def alerts(self, *, only_open: bool, asker: str = "", to: str = "", limit: int = 0) -> tuple[OpenAlert, ...]:
        """The newest alerts, or only those that reached `to`, `limit` at most; without cases hidden from the asker."""
        return cases.alerts_raised(self._page, only_open=only_open, asker=asker, to=to, limit=limit)

    def alert(self, id: int) -> OpenAlert | None:  # noqa: A002 - the word the doors and the interface use
        """One alert by its number."""
        return cases.one_alert(self._page, id)

    def letters(
        self, after: int, *, to: str = "", kind: str = "", state: str = "", limit: int = 500
    ) -> tuple[Posted, ...]:
        """Letters after a seq, oldest first."""
        return letters.listed(self._page, after, limit, to_=to, kind=kind, state=state)

    def session(self, kind: str, secret: str, now: datetime) -> Session | None:
        """The live session of that secret, unchanged by looking."""
        return people.session(self._page, kind, secret, now, looking=True)

    def talks_with_work(self, limit: int) -> tuple[str, ...]:
        """Customers with something heard and not yet answered."""
        return talk.talks_with_work(self._page, limit)

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Numbers of cases whose due_at has come, earliest first."""
        return cases.due(self._page, now, limit)

    def next_wake_up(self) -> datetime | None:
        """The earliest moment at which a case or a form falls due, a letter is released, or anything is tried again."""
        return tally.next_wake_up(self._page)

    def remembered(self, key: str) -> str:
        """A value kept under a key; empty if none."""
        return notes.value(self._page, key)

    def broken_chain(self) -> tuple[str, int] | None:
        """Case number and seq of the first event that does not fit its chain; None if all fit."""
        return events.broken(self._page)

    def letters_for(self, query: LetterQuery) -> LetterSlice:
        """One slice of the outbox, oldest first unless the newest are asked for."""
        return letters.slice_of(self._page, query)

    def audit(self, query: AuditQuery) -> AuditSlice:
        """One slice of the whole ledger of events, of cases and of the hall, oldest first."""
        return events.slice_of(self._page, query)

    def posted(self, prefix: str) -> tuple[tuple[str, str], ...]:
        """Key and address of every letter whose key begins so, by key."""
        return letters.begun(self._page, prefix)

    def members(self, incident: str, after: str, limit: int) -> tuple[Case, ...]:
        """The incident's cases after a number, by number."""
        return incidents.members(self._page, incident, after, limit)

    def behind(self, incident: str, news: int, limit: int) -> tuple[str, ...]:
        """Numbers of the incident's cases whose customers have not been told this news, furthest behind first."""
        return incidents.behind(self._page, incident, news, limit)

    def size(self, incident: str) -> int:
        """How many cases the incident has."""
        return incidents.size(self._page, incident)

    def incident(self, no: str) -> Incident | None:
        """One incident."""
        return incidents.found(self._page, no)

    def live_incidents(self) -> tuple[Incident, ...]:
        """Those suspected, confirmed or restored, newest first."""
        return incidents.running(self._page)

    def incidents(self, after: str, limit: int, state: str = "") -> tuple[tuple[Incident, ...], str, int]:
        """Incidents, newest first: a slice, the cursor to go on after (empty: no more), how many in all."""
        return incidents.slice_of(self._page, after, limit, state)

    def reports(self, topic: str, since: datetime) -> tuple[Case, ...]:
        """Live cases of a topic opened since then, oldest first."""
        return incidents.reports(self._page, topic, since)

    def care(self, account: str = "") -> tuple[Care, ...]:
        """The life-support register: its live entries by account, or the one account's, also when it has ended."""
        return care.listed(self._page, account)

    def care_of(self, customer: str) -> tuple[Care, ...]:
        """What this customer had entered there, by account, also what has ended."""
        return care.of_customer(self._page, customer)

    def figures(self, since: datetime, till: datetime, low: int) -> Mapping[str, int]:
        """`opened resolved late low_ratings` of [since, till), `unaccepted open` as of now."""
        return figures.of_span(self._page, since, till, low)

    def load(self) -> Mapping[str, int]:
        """Live cases by first handler."""
        return cases.load(self._page)

    def waits(self) -> Mapping[str, datetime]:
        """First handler → since when the oldest of his cases that nobody has accepted waits."""
        return figures.waits(self._page)

    def versions(self, table: str) -> tuple[TableVersion, ...]:
        """Every version of one hall table, oldest first."""
        return versions.of_table(self._page, table)

    def newest_versions(self) -> tuple[TableVersion, ...]:
        """The newest version of each table that was ever changed over the interface."""
        return versions.newest(self._page)

    def owed(self) -> tuple[int, datetime | None]:
        """How many letters are owed (waiting or sending), and since when the oldest that is due waits: its `at`."""
        return tally.owed(self._page)

    def counts(self) -> dict[str, int]:
        """How many rows of each sort: letters by state (`letters.waiting`, …), cases by state, updates by state."""
        return tally.counts(self._page)

    def reach(self, to: str) -> Reach | None:
        """How an address is reached beside its usual way."""
        return elsewhere.reach_of(self._page, to)

    def reached_by(self, chat: int) -> tuple[Reach, ...]:
        """Every address reached through this chat; customers first, then staff."""
        return elsewhere.reached_by(self._page, chat)

    def topic(self, no: str) -> int:
        """The forum topic of a case; 0 if it has none."""
        return elsewhere.topic(self._page, no)

    def case_of_topic(self, thread: int) -> str:
        """The case whose forum topic this is; empty if none."""
        return elsewhere.case_of_topic(self._page, thread)

    def carried(self, letter: int) -> Carried | None:
        """Where a letter lies on the other side, if it was carried there."""
        return elsewhere.carried_of(self._page, letter)

    def carried_at(self, chat: int, message: int) -> Posted | None:
        """The letter that lies there as this message."""
        return elsewhere.carried_at(self._page, chat, message)

    def chats_with_updates(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Chats with raw updates still to be read whose time has come."""
        return incoming.chats(self._page, now, limit)
