"""Cases brought along 结转工单: taken over as they stand; what was late is late, and is not alerted again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.desk import dues, promises, roster
from bot.desk.books import Books
from bot.desk.case import CUSTOMER, GUIDE, Case, Event, Kept, Lane, Outcome, Priority, Promise, Rating, State
from bot.desk.moves import Move
from bot.desk.outcome import Entry, next_beat, record
from bot.desk.pending import Pause
from bot.desk.promises import LIVE
from bot.desk.words import words
from intents.topic import Step

CHANGES = (Move.TRANSFER, Move.REASSIGN)


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that happened to a case before it was brought along."""

    at: datetime
    by: str = ""
    move: str = ""
    to: str = ""
    text: str = ""
    public: bool = False


def past(row: Mapping[str, Any]) -> Past:
    """A row's line as the desk knows it."""
    return Past(**row)


@dataclass(frozen=True, slots=True)
class Brought:
    """One case of an older system, as its row says it."""

    customer: str
    topic: str
    state: State
    first_handler: str
    opened_at: datetime
    priority: str = ""
    stage: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    accepted_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    rating: str = ""
    text: str = ""
    history: tuple[Past, ...] = ()


def _opened_by(row: Brought) -> str:
    """Who answered for it first: whoever handed it on or took it up, else who does now."""
    changed = next((one for one in row.history if one.move in CHANGES), None)
    if changed is None:
        return row.first_handler
    if changed.move == Move.TRANSFER and changed.by:
        return changed.by
    return next((one.by for one in row.history if one.move == Move.ACCEPT and one.by), row.first_handler)


def _told(no: str, row: Brought, first: Event) -> tuple[Event, ...]:
    """The ledger so far, each line at its own moment: how it began, and what the older system kept."""

    def line(n: int, one: Past) -> Event:
        facts = {"first_handler": one.to} if one.move in CHANGES and one.to else {}
        lane = Lane.CUSTOMER if one.by == CUSTOMER else Lane.FRONTSTAGE if one.public else Lane.BACKSTAGE
        return Event(no, n, one.at, lane, one.by or GUIDE, one.move or Move.NOTE, one.public, one.text, facts)

    began = replace(first, at=row.opened_at, facts={**first.facts, "first_handler": _opened_by(row)})
    past = sorted(row.history, key=lambda one: one.at)
    return (began, *(line(n, one) for n, one in enumerate(past, 2)))


def _rating(row: Brought, now: datetime) -> Rating | None:
    if row.rating == "asked":
        return Rating(None, at=row.closed_at or now, handler=row.first_handler)
    if row.rating:
        return Rating(int(row.rating), "", row.closed_at or now, row.first_handler)
    return None


def _settled(case: Case, steps: tuple[Step, ...], now: datetime) -> Case:
    """What the older system has settled: all of a finished case, else what the stages reached have ended."""
    if case.state in (State.RESOLVED, State.CLOSED):
        ended, _ = promises.settle(case.promises, lambda _: True, case.resolved_at or now)
        return replace(case, promises=ended)
    if case.state not in LIVE:
        return replace(case, promises=promises.drop(case.promises, case.closed_at or now))
    reached = {case.stage, *case.stages_done}
    names = [step.promise for step in steps if step.code in reached]

    def met(promise: Promise) -> bool:
        return promise.to in reached or any(promises.named(promise, name) for name in names)

    ended, _ = promises.settle(case.promises, met, now)
    return replace(case, promises=ended)


def _waiting_since(row: Brought, now: datetime) -> datetime:
    """Since when it has waited for its customer, as its history says; now where it says nothing or does not wait."""
    moments = (one.at for one in row.history if one.move == Move.PAUSE and one.at <= now)
    return max(moments, default=now) if row.state is State.WAITING_CUSTOMER else now


def _waiting(books: Books, row: Brought, since: datetime, now: datetime) -> tuple[Pause, ...]:
    """What waits for its customer stands still like any pause; somebody looks at it again when the cap is reached."""
    if row.state is not State.WAITING_CUSTOMER:
        return ()
    said = (one.text for one in row.history if one.move == Move.PAUSE and one.at == since and one.public)
    until = now + books.rules.pause_cap
    return (Pause(next(said, ""), row.first_handler, since, until, customer=True),)


def take_over(books: Books, row: Brought, no: str, now: datetime) -> Outcome:
    """The case with its number, its first event and its clocks, running from the moments given."""
    topic = books.topics[row.topic]
    steps = [step.code for step in topic.steps]
    day = row.opened_at.astimezone(books.calendar.zone).date()
    rows = promises.chosen(books.promises, topic.promises, "", day)
    finished = row.state in (State.RESOLVED, State.CLOSED)
    ended_at = None if row.state in LIVE else row.closed_at or row.resolved_at or now
    case = Case(
        no=no,
        topic=row.topic,
        state=row.state,
        priority=Priority(row.priority or topic.priority),
        customer=row.customer,
        first_handler=row.first_handler,
        opened_at=row.opened_at,
        begun_at=row.opened_at,
        stage=row.stage,
        stages_done=tuple(steps[: steps.index(row.stage)]) if row.stage in steps else (),
        slots=dict(row.slots),
        promises=tuple(promises.start(one, books.calendar, row.opened_at) for one in rows if not one.since),
        accept_from=roster.next_shift(books.roster, row.first_handler, row.opened_at),
        accepted_at=row.accepted_at,
        resolved_at=row.resolved_at or (ended_at if finished else None),
        closed_at=None if row.state is State.RESOLVED else ended_at,
        rating=_rating(row, now),
    )
    case = _settled(case, topic.steps, now)
    since = _waiting_since(row, now)
    past = [due for due in dues.dues(case, books.rules) if due.at <= since and not due.rung.startswith("confirm")]
    late = {due.rung.partition(":")[2] for due in past if due.rung.startswith(promises.Rung.BROKEN)}
    case = replace(
        case,
        rungs=tuple(due.rung for due in past),
        promises=tuple(replace(one, kept=Kept.BROKEN) if one.id in late else one for one in case.promises),
        pauses=_waiting(books, row, since, now),
    )
    case = replace(case, beat_at=next_beat(books, case, now))
    entry = Entry(
        Move.OPEN,
        GUIDE,
        row.text or words("event.brought", handler=books.person(row.first_handler)),
        Lane.FRONTSTAGE,
        facts={"topic": row.topic, "first_handler": row.first_handler},
    )
    outcome = record(books, case, now, (entry,))
    events = _told(no, row, outcome.events[0])
    changed = sum(one.move in CHANGES for one in events)
    kept = replace(outcome.case, seq=len(events), transfers=changed)
    return replace(outcome, case=kept, events=events)
