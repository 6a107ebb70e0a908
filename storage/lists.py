"""Read-only looks at the ledger, all of one moment: for the desk, the board, the talk and the month."""

from datetime import datetime

from sqlalchemy import Connection

from bot.desk.case import Case, Event
from bot.guide.thread import Thread
from bot.hall.records import CaseQuery, Line, OpenAlert, Person, Posted, Session, Slice
from storage import cases, events, letters, notes, people, slices, talk


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

    def alerts(self, *, only_open: bool) -> tuple[OpenAlert, ...]:
        """Alerts, newest first."""
        return cases.alerts_raised(self._page, only_open=only_open)

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
        """The earliest moment at which a case falls due or a letter is to be tried again."""
        return cases.next_wake_up(self._page)

    def remembered(self, key: str) -> str:
        """A value kept under a key; empty if none."""
        return notes.value(self._page, key)

    def broken_chain(self) -> tuple[str, int] | None:
        """Case number and seq of the first event that does not fit its chain; None if all fit."""
        return events.broken(self._page)
