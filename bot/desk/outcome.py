"""Writing a decision down: events numbered, letters keyed, the next wake-up set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.desk.books import Books
from bot.desk.case import Alert, Button, Case, Event, Kind, Lane, Letter, Outcome, Priority, State
from bot.desk.moves import Move
from bot.desk.promises import next_due
from bot.desk.words import Words


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger before it has a number."""

    move: Move
    by: str
    text: Words | str = ""
    lane: Lane = Lane.FRONTSTAGE
    public: bool = True
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter before it has a key."""

    to: str
    kind: Kind
    text: Words | str
    buttons: tuple[Button, ...] = ()
    speaker: str = ""


def to_customer(case: Case, kind: Kind, text: Words | str, *buttons: Button, speaker: str = "") -> Draft:
    """A letter to the case's customer."""
    return Draft(f"customer:{case.customer}", kind, text, buttons, speaker)


def to_staff(no: str, kind: Kind, text: Words | str) -> Draft:
    """A letter to one person of the hall."""
    return Draft(f"staff:{no}", kind, text)


def record(
    books: Books,
    case: Case,
    now: datetime,
    entries: Iterable[Entry],
    letters: Iterable[Draft] = (),
    *,
    alerts: Iterable[Alert] = (),
) -> Outcome:
    """The Outcome of a decision: its case carries the new count of events and the next wake-up."""
    lines = tuple(entries)
    events = tuple(
        Event(case.no, case.seq + n, now, line.lane, line.by, line.move, line.public, line.text, line.facts)
        for n, line in enumerate(lines, 1)
    )
    moved = replace(case, seq=case.seq + len(lines))
    moved = replace(moved, due_at=next_due(moved, books.rules))
    over = case.state in (State.RESOLVED, State.CLOSED, State.CANCELLED)
    urgent = case.priority is Priority.EMERGENCY and not over
    keyed = tuple(
        Letter(
            to=draft.to,
            kind=draft.kind,
            key=f"case:{case.no}:{moved.seq}:{n}",
            text=draft.text,
            case=case.no,
            buttons=draft.buttons,
            urgent=urgent,
            speaker=draft.speaker,
        )
        for n, draft in enumerate(letters)
    )
    return Outcome(moved, events, keyed, tuple(alerts))
