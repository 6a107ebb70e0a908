"""Writing a decision down: events numbered, letters keyed, the next wake-up set."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.desk import hours, ladder, quiet, roster, standing, waiting
from bot.desk.books import Books
from bot.desk.case import (
    CLOCK,
    CUSTOMER,
    GUIDE,
    Alert,
    Button,
    Case,
    Event,
    Kind,
    Lane,
    Letter,
    Outcome,
    Priority,
    State,
)
from bot.desk.dues import next_due
from bot.desk.moves import Move
from bot.desk.pending import Raised
from bot.desk.promises import LIVE, WORKING, deadline, drop, units
from bot.desk.words import Words, words

SOONEST = timedelta(minutes=30)
"""Nobody hears more often than this how his case stands, if nothing has changed."""
TOGETHER = timedelta(hours=2)
"""As SOONEST, for who is told of his outage together with all others."""
ACTS = (Move.ACCEPT, Move.REPLY, Move.NOTE, Move.STAGE, Move.HELP, Move.PAUSE, Move.RESOLVE, Move.CALLBACK)
"""What counts as a person having acted."""
RUNGS = ("half", "most", "internal", "broken", "red_line")
"""Why a promise goes up, lowest rung first."""
AT_RISK = ("half", "most")
"""Why a promise goes up that is not broken yet."""
CALLBACKS = ("low_rating", "callback")
"""Why an alert outlives its case: the customer is to be called back."""
LASTING = ("self_harm", "life_support")
"""Why an alert outlives its case: who withdraws the matter is still owed a person."""
_CAN_WAIT = (Kind.STATUS, Kind.NOTICE, Kind.QUESTION)
_STAFF_CAN_WAIT = (Kind.NUDGE, Kind.NOTICE, Kind.ALERT)


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
    urgent: bool = False
    """Danger and what weighs like it: whatever the case's own priority."""
    edits: str = ""
    """Key of the letter whose place it takes."""


def to_customer(case: Case, kind: Kind, text: Words | str, *buttons: Button, speaker: str = "") -> Draft:
    """A letter to the case's customer."""
    return Draft(f"customer:{case.customer}", kind, text, buttons, speaker)


def to_staff(no: str, kind: Kind, text: Words | str) -> Draft:
    """A letter to one person of the hall."""
    return Draft(f"staff:{no}", kind, text)


def _ended(case: Case, now: datetime) -> Case:
    """Nobody is asked about a case that is over: no change of hands, no stand-in, no helper's task, no promise."""
    tasks = tuple(one if one.done_at else replace(one, done_at=now) for one in case.tasks)
    return replace(case, transfer=None, cover=None, tasks=tasks, helpers=(), promises=drop(case.promises, now))


def _unpaused(case: Case, by: str, now: datetime) -> Case:
    """What is done, or over, is not put aside any more."""
    over = case.state in (State.CLOSED, State.CANCELLED)
    done = {task.n for task in case.tasks if task.done_at}
    pauses = tuple(
        replace(one, ended_at=min(now, one.until), ended_by=by)
        if one.ended_at is None and (over or one.task in done)
        else one
        for one in case.pauses
    )
    return replace(case, pauses=pauses)


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


def _held(books: Books, case: Case, draft: Draft, by: Iterable[str], now: datetime) -> datetime | None:
    """Till when quiet hours keep a letter: not what can hurt, nor what answers somebody who is awake."""
    by = tuple(by)
    if case.priority is not Priority.NORMAL or draft.urgent:
        return None
    if draft.to.startswith("customer:"):
        return quiet.until(books, now) if draft.kind in _CAN_WAIT and CUSTOMER not in by and GUIDE not in by else None
    morning = quiet.until(books, now) if draft.kind in _STAFF_CAN_WAIT else None
    if morning is None or CLOCK in by:
        return morning
    here = {one.no for one in roster.on_shift(books.roster, now)}
    return None if draft.to.removeprefix("staff:") in here else morning


def _carded(books: Books, case: Case, drafts: tuple[Draft, ...], now: datetime) -> tuple[Case, tuple[Draft, ...]]:
    """The live card follows the case: edited in place whenever what it shows has changed."""
    shows = standing.shows(case)
    if any(draft.kind is Kind.RECEIPT for draft in drafts):
        return replace(case, shown=shows), drafts
    if not case.receipt or case.shown == shows:
        return case, drafts
    card = to_customer(case, Kind.RECEIPT, standing.status(books, case, now, "case.card"))
    return replace(case, shown=shows), (*drafts, replace(card, edits=case.receipt))


def next_beat(books: Books, case: Case, now: datetime) -> datetime | None:
    """When the customer hears again how it stands, if he hears nothing till then: the longer it takes, the rarer.

    What is promised in working time is told in opening hours.
    """
    if case.state not in LIVE:
        return None
    promise = waiting.own(case)
    until = deadline(promise) if promise else None
    budget = (until - promise.started_at) / 3 if promise and until else books.rules.heartbeat
    soonest = TOGETHER if case.incident and case.told else SOONEST
    pace = max(soonest, budget, (now - case.begun_at) / 2)
    at = quiet.awake(books, case, now + min(pace, books.rules.heartbeat))
    if promise and WORKING.isdisjoint(units(promise)):
        return at
    with contextlib.suppress(hours.NeverOpen):
        return hours.next_opening(books.calendar, at)
    return at


def _outdone(one: Raised, all_: Iterable[Raised]) -> bool:
    """Whether a higher rung of the same promise has been raised: the lower one need not climb too."""
    _, _, promise = one.rung.partition(":")
    higher = RUNGS[RUNGS.index(one.why) + 1 :] if one.why in RUNGS else ()
    return any(other.why in higher and other.rung.partition(":")[2] == promise for other in all_)


def _remembered(books: Books, case: Case, lines: Iterable[Entry], alerts: Iterable[Alert], now: datetime) -> Case:
    """What the case keeps of this decision: who was called, and that a person has acted."""
    raised = {one.rung: one for one in case.raised}
    for alert in alerts:
        if alert.rung not in raised:
            raised[alert.rung] = ladder.raised(books, case, alert, now)
    acted = any(line.by not in (CUSTOMER, GUIDE, CLOCK) and line.move in ACTS for line in lines)
    kept = replace(case, raised=tuple(raised.values()), acted_at=now if acted else case.acted_at)
    return replace(kept, raised=tuple(_settled(one, kept) for one in kept.raised))


def _settled(one: Raised, case: Case) -> Raised:
    """An alert nobody need follow any more: the case is over, the risk is, or somebody answers for it and has acted."""
    running = {promise.id for promise in case.promises if promise.ended_at is None}
    if _outdone(one, case.raised) or (one.why in AT_RISK and ladder.promised(one) not in running):
        return replace(one, next_at=None)
    owed = one.why in CALLBACKS and case.callback is not None and case.callback.done_at is None
    acted = not one.grave or (case.acted_at is not None and case.acted_at >= one.at)
    over = (case.state in (State.CLOSED, State.CANCELLED) or one.why in CALLBACKS) and not owed
    if one.why in LASTING and not acted:
        return one
    return replace(one, next_at=None) if over or (one.acked_by and acted) else one


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
    lines, alerts = tuple(entries), tuple(alerts)
    events = tuple(
        Event(case.no, case.seq + n, now, line.lane, line.by, line.move, line.public, line.text, line.facts)
        for n, line in enumerate(lines, 1)
    )
    over = case.state in (State.CLOSED, State.CANCELLED)
    moved = replace(_ended(case, now) if over else case, seq=case.seq + len(lines))
    moved = _unpaused(moved, lines[0].by if lines else CLOCK, now)
    moved = _remembered(books, moved, lines, alerts, now)
    drafts = (*_acting_too(case, letters), *(_called_off(case) if over else ()))
    moved, drafts = _carded(books, moved, drafts, now)
    heard = any(draft.to.startswith("customer:") and not draft.edits for draft in drafts)
    moved = replace(moved, beat_at=next_beat(books, moved, now) if heard or moved.state not in LIVE else moved.beat_at)
    grave = [alert.text for alert in alerts if alert.why in ladder.GRAVE]
    drafts = tuple(replace(draft, urgent=draft.urgent or draft.text in grave) for draft in drafts)
    urgent = case.priority is Priority.EMERGENCY and not over and case.state is not State.RESOLVED
    never = {f"staff:{no}" for no in case.hidden_from}  # whoever asks for it: for them the case does not exist
    actors = {line.by for line in lines}
    keyed = tuple(
        Letter(
            to=draft.to,
            kind=draft.kind,
            key=f"case:{case.no}:{moved.seq}:{n}",
            text=draft.text,
            case=case.no,
            buttons=draft.buttons,
            urgent=(urgent or draft.urgent) and not draft.edits,
            speaker=draft.speaker,
            edits=draft.edits,
            held_until=_held(books, case, draft, actors, now),
            incident=case.incident,
        )
        for n, draft in enumerate(drafts)
        if draft.to not in never
    )
    receipt = next((one.key for one in keyed if one.kind is Kind.RECEIPT and not one.edits), moved.receipt)
    moved = replace(moved, receipt=receipt)
    return Outcome(replace(moved, due_at=next_due(moved, books.rules)), events, keyed, alerts)


def joined(first: Outcome, then: Outcome) -> Outcome:
    """Two decisions in a row as one; the second was made on the case of the first."""
    return Outcome(then.case, first.events + then.events, first.letters + then.letters, first.alerts + then.alerts)
