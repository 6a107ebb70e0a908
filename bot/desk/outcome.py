"""Writing a decision down: events numbered, letters keyed, the next wake-up set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.desk.books import Books
from bot.desk.case import Alert, Button, Case, Event, Kind, Lane, Letter, Outcome, Priority, State
from bot.desk.moves import Move
from bot.desk.promises import next_due
from bot.desk.words import Words, words


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


def _ended(case: Case, now: datetime) -> Case:
    """Nobody is asked about a case that is over: no change of hands, no stand-in, no helper's task."""
    tasks = tuple(one if one.done_at else replace(one, done_at=now) for one in case.tasks)
    return replace(case, transfer=None, cover=None, tasks=tasks, helpers=())


def _called_off(case: Case) -> tuple[Draft, ...]:
    """Who still works on a task of a case that is over is told that it is not needed any more."""
    told = words("staff.help.over", no=case.no, topic=case.topic)
    return tuple(to_staff(no, Kind.NOTICE, told) for no in case.helpers)


def _acting_too(case: Case, letters: Iterable[Draft]) -> tuple[Draft, ...]:
    """What the first handler is told while he is away, the one who acts for him is told too, each once."""
    drafts = tuple(letters)
    if case.cover is None:
        return drafts
    away, acting = f"staff:{case.first_handler}", f"staff:{case.cover.staff}"
    told = [draft.text for draft in drafts if draft.to == acting]
    more = (replace(draft, to=acting) for draft in drafts if draft.to == away and draft.text not in told)
    return (*drafts, *more)


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
    over = case.state in (State.CLOSED, State.CANCELLED)
    moved = replace(_ended(case, now) if over else case, seq=case.seq + len(lines))
    moved = replace(moved, due_at=next_due(moved, books.rules))
    urgent = case.priority is Priority.EMERGENCY and not over and case.state is not State.RESOLVED
    never = {f"staff:{no}" for no in case.hidden_from}  # whoever asks for it: for them the case does not exist
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
        for n, draft in enumerate((*_acting_too(case, letters), *(_called_off(case) if over else ())))
        if draft.to not in never
    )
    return Outcome(moved, events, keyed, tuple(alerts))


def joined(first: Outcome, then: Outcome) -> Outcome:
    """Two decisions in a row as one; the second was made on the case of the first."""
    return Outcome(then.case, first.events + then.events, first.letters + then.letters, first.alerts + then.alerts)
