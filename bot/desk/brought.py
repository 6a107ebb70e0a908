"""Cases brought along 结转工单: taken over as they stand; what was late is late, and is not alerted again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.desk import promises, roster
from bot.desk.books import Books
from bot.desk.case import GUIDE, Case, Kept, Lane, Outcome, Priority, Promise, Rating, State
from bot.desk.moves import Move
from bot.desk.outcome import Entry, record
from bot.desk.promises import LIVE
from bot.desk.words import words
from intents.topic import Step


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
    past = [due for due in promises.dues(case, books.rules) if due.at <= now and not due.rung.startswith("confirm")]
    late = {due.rung.partition(":")[2] for due in past if due.rung.startswith(promises.Rung.BROKEN)}
    case = replace(
        case,
        rungs=tuple(due.rung for due in past),
        promises=tuple(replace(one, kept=Kept.BROKEN) if one.id in late else one for one in case.promises),
    )
    entry = Entry(
        Move.OPEN,
        GUIDE,
        row.text or words("event.brought", handler=books.person(row.first_handler)),
        Lane.FRONTSTAGE,
        facts={"topic": row.topic, "first_handler": row.first_handler},
    )
    return record(books, case, now, (entry,))
