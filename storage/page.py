"""One page of the ledger: one transaction, plain calls, run whole on the ledger's own thread."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.desk.case import Case, Event, Letter, Outcome
from bot.desk.incident import Incident
from bot.guide.thread import Thread
from bot.hall.lists import Lists
from bot.hall.memory import Erasing
from bot.hall.records import (
    Care,
    Carried,
    Heard,
    OpenAlert,
    Person,
    Posted,
    RawUpdate,
    Reach,
    Session,
    TableVersion,
)
from storage import (
    care,
    carrying,
    cases,
    elsewhere,
    events,
    forgetting,
    incidents,
    incoming,
    letters,
    notes,
    people,
    retention,
    talk,
    versions,
)
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

    def done(
        self, heard: Heard, text: str, understood: Mapping[str, object] | None, at: datetime, case: str = ""
    ) -> int:
        """Tick it off: a talk line with `text` (masked) about a case is written, the raw body blanked; its seq."""
        return talk.done(self._page, heard, text, understood, at, case)

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
        """A letter into the outbox; False if its key was posted before, or what it edits never was."""
        return letters.post(self._page, letter, at, write)

    def release(self, now: datetime, limit: int) -> int:
        """Letters whose time in the hall is over go to their channels as if just posted; how many."""
        return letters.release(self._page, now, limit)

    def say(self, letter: Letter, at: datetime, write: Callable[[object], str]) -> bool:
        """The hall's own words: posted, and in the talk at once if nothing else stands between; else False."""
        return carrying.say(self._page, letter, at, write)

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Numbers of cases whose due_at has come, earliest first."""
        return cases.due(self._page, now, limit)

    def to_show(self, now: datetime, limit: int) -> tuple[Posted, ...]:
        """Letters due that a lasting channel has still to show: best rank first, one address in its order."""
        return carrying.to_show(self._page, now, limit)

    def shown(self, letter: Posted, at: datetime, name: str = "") -> int:
        """A lasting channel has it now; a customer's gets its talk line, whose seq is returned (0 for staff)."""
        return carrying.shown(self._page, letter, at, name)

    def heads(self, now: datetime, limit: int, busy: Collection[str] = ()) -> tuple[Posted, ...]:
        """The next letter to be sent to each address that is not `busy`, best rank first."""
        return carrying.heads(self._page, now, limit, busy)

    def sending(self, letter: Posted) -> None:
        """About to be sent through a channel that cannot promise exactly once."""
        carrying.sending(self._page, letter)

    def arrived(self, letter: Posted, at: datetime, name: str = "") -> int:
        """The letter is sent; a customer's gets its talk line if it has none yet, whose seq is returned."""
        return carrying.arrived(self._page, letter, at, name)

    def put_off(self, letter: Posted, until: datetime, *, counts: bool = True) -> None:
        """Waiting again until then, one try more where it counts."""
        carrying.put_off(self._page, letter, until, counts=counts)

    def dead(self, letter: Posted, why: str) -> None:
        """Never to be sent; one that a lasting channel shows has arrived all the same."""
        carrying.dead(self._page, letter, why)

    def keep_reach(self, reach: Reach) -> None:
        """Store how an address is reached, new or changed; letters posted from now on go that way."""
        elsewhere.keep_reach(self._page, reach)

    def keep_topic(self, no: str, thread: int) -> None:
        """The forum topic of a case, new or in place of a lost one; 0: it is gone."""
        elsewhere.keep_topic(self._page, no, thread)

    def keep_carried(self, letter: int, carried: Carried) -> None:
        """Where a letter lies on the other side."""
        elsewhere.keep_carried(self._page, letter, carried)

    def take_in(self, updates: Sequence[RawUpdate]) -> tuple[int, ...]:
        """Keep raw updates; the ids of those that are new."""
        return incoming.take_in(self._page, updates)

    def unread(self, chat: str, now: datetime, limit: int) -> tuple[RawUpdate, ...]:
        """Raw updates of one chat still to be read, by id; those before the first whose time has not come."""
        return incoming.unread(self._page, chat, now, limit)

    def read_update(self, update: RawUpdate) -> None:
        """Its effect is in the ledger: body blanked, state `done`."""
        incoming.read(self._page, update)

    def set_aside(self, update: RawUpdate, why: str) -> None:
        """Nobody can read it: kept as it came, state `poison`, `why` a code."""
        incoming.set_aside(self._page, update, why)

    def read_later(self, update: RawUpdate, until: datetime, *, counts: bool = True) -> None:
        """Not now; one try more where it counts."""
        incoming.later(self._page, update, until, counts=counts)

    def gather(self, bot: str, album: str, until: datetime) -> None:
        """Another part of an album came: all unread parts of it wait until then."""
        incoming.gather(self._page, bot, album, until)

    def forget_updates(self, before: datetime) -> int:
        """Read updates older than this go; how many."""
        return incoming.forget(self._page, before)

    def erase(self, erasing: Erasing) -> None:
        """Blank every private column of everything that is his; files nobody else sent are marked to be dropped."""
        forgetting.erase(self._page, erasing)

    def to_drop(self, limit: int) -> tuple[str, ...]:
        """Keys of files that are marked to be dropped and that nobody's message shows."""
        return forgetting.to_drop(self._page, limit)

    def dropped(self, key: str) -> None:
        """The file is gone."""
        forgetting.dropped(self._page, key)

    def forget_sessions(self, before: datetime, limit: int) -> int:
        """Ways in that ended before this moment go; how many."""
        return retention.sessions_ended(self._page, before, limit)

    def forget_notes(self, prefix: str, before: str, limit: int) -> int:
        """Values under keys of this prefix that begin with a day before this one go; how many."""
        return retention.notes_of(self._page, prefix, before, limit)

    def forget_poison(self, before: datetime, limit: int) -> int:
        """Raw updates set aside before this moment go; how many."""
        return retention.poison(self._page, before, limit)

    def blank_letters(self, before: datetime, limit: int) -> int:
        """What staff and topics were told before this moment loses its words; how many letters."""
        return retention.letters_inside(self._page, before, limit)

    def blank_denials(self, before: datetime, limit: int) -> int:
        """Denials of before lose what was asked for and by whom; how many."""
        return retention.denials(self._page, before, limit)

    def acknowledge(self, alert: int, by: str, at: datetime) -> OpenAlert | None:
        """Somebody answers for it; None if there is none. The first one stays."""
        return cases.acknowledge(self._page, alert, by, at)

    def acknowledge_rung(self, no: str, rung: str, by: str, at: datetime) -> None:
        """Somebody answers for the alert of this case and rung, if it was raised. The first one stays."""
        cases.acknowledge_rung(self._page, no, rung, by, at)

    def incident(self, no: str) -> Incident:
        """The incident; NoSuchIncident."""
        return incidents.incident(self._page, no)

    def keep_incident(self, incident: Incident) -> Incident:
        """New at version 1, or one version on from the one that was read: Changed. The incident as kept."""
        return incidents.keep(self._page, incident)

    def keep_care(self, care_: Care) -> None:
        """Store an entry, new or changed; an account has one."""
        care.keep(self._page, care_)

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

    def keep_version(self, version: TableVersion) -> int:
        """Keep a table's next version; its number, 1 for the first of this table."""
        return versions.keep(self._page, version)

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
