"""Opening a case 开单: the first handler is named and the promises start in one decision."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.desk import promises, roster
from bot.desk.books import Books
from bot.desk.case import CUSTOMER, Alert, Case, Kind, Lane, Outcome, Priority, Promise, State
from bot.desk.errors import NobodyToName
from bot.desk.moves import Move, after
from bot.desk.outcome import Entry, record, to_customer, to_staff
from bot.desk.roster import Staff
from bot.desk.words import Words, words
from intents.topic import Topic

LIVE = (State.OPEN, State.ACCEPTED, State.IN_PROGRESS, State.WAITING_CUSTOMER)


@dataclass(frozen=True, slots=True)
class Opening:
    """What the guide post hands to the desk: the matter, whose, what is known, since when."""

    topic: str
    customer: str
    begun_at: datetime
    said: str
    slots: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""
    talking_with: str = ""
    """Work number of the person who holds the talk, if one does."""
    without: tuple[str, ...] = ()
    """Who must not answer for it, where anybody else can: the person a complaint is about."""


def _related(books: Books, opening: Opening, others: Iterable[Case]) -> str:
    """First handler of an open case of this customer that the new matter belongs to."""
    for case in others:
        if case.customer == opening.customer and case.state in LIVE and case.first_handler in books.roster.staff:
            handler = books.person(case.first_handler)
            if handler.on and (opening.topic == "human_agent" or opening.topic in handler.skills):
                return handler.no
    return ""


def name_first_handler(
    books: Books,
    opening: Opening,
    others: Iterable[Case],
    load: Mapping[str, int],
    now: datetime,
) -> Staff:
    """(1) who already talks with this customer, (2) of a related open case, (3) the roster, (4) the duty leader."""
    if opening.without:
        staff = {no: person for no, person in books.roster.staff.items() if no not in opening.without}
        others_only = replace(books, roster=replace(books.roster, staff=staff))
        with contextlib.suppress(NobodyToName):
            return name_first_handler(others_only, replace(opening, without=()), others, load, now)
    urgent = books.topics[opening.topic].priority != Priority.NORMAL
    here = {person.no for person in roster.on_shift(books.roster, now)}
    for no in (opening.talking_with, _related(books, opening, others)):
        if no and books.person(no).on and (no in here or not urgent):
            return books.person(no)
    return roster.first_handler(books.roster, opening.topic, opening.customer, load, now, urgent=urgent)


def started(books: Books, opening: Opening, now: datetime) -> tuple[Promise, ...]:
    """The promises that begin with the customer's first message; those that wait for a stage start there."""
    day = now.astimezone(books.calendar.zone).date()
    rows = promises.chosen(books.promises, books.topics[opening.topic].promises, opening.zone, day)
    return tuple(promises.start(row, books.calendar, opening.begun_at) for row in rows if not row.since)


def receipt(case: Case, handler: Staff, now: datetime) -> Words:
    """What the customer is told when the case opens: number, first handler, promise, what happens next."""
    promise = promises.next_promise(case)
    later = case.accept_from is not None and case.accept_from > now
    return words(
        "case.opened.later" if later else "case.opened",
        no=case.no,
        topic=case.topic,
        handler=handler,
        promise=promise if promise and promise.said else None,
        accept_from=case.accept_from or now,
        slots=case.slots,
    )


def first_stage(topic: Topic) -> tuple[str, tuple[str, ...]]:
    """Where a new case stands: asking was the customer's step, the hall's first one is next."""
    steps = topic.steps
    if len(steps) > 1 and steps[0].lane == Lane.CUSTOMER:
        return steps[1].code, (steps[0].code,)
    return (steps[0].code, ()) if steps else ("", ())


def open_case(
    books: Books,
    opening: Opening,
    no: str,
    others: Iterable[Case],
    load: Mapping[str, int],
    now: datetime,
) -> Outcome:
    """A case begins: numbered, named, promised, told to the customer and to the first handler."""
    topic = books.topics[opening.topic]
    handler = name_first_handler(books, opening, others, load, now)
    stage, done = first_stage(topic)
    case = Case(
        no=no,
        topic=opening.topic,
        state=after(no, State.DRAFT, Move.OPEN),
        priority=Priority(topic.priority),
        customer=opening.customer,
        first_handler=handler.no,
        opened_at=now,
        begun_at=opening.begun_at,
        slots=dict(opening.slots),
        promises=started(books, opening, now),
        stage=stage,
        stages_done=done,
        accept_from=roster.next_shift(books.roster, handler.no, now),
    )
    alerts: tuple[Alert, ...] = ()
    if case.priority is Priority.EMERGENCY:
        leaders = tuple(leader.no for leader in roster.duty_leaders(books.roster, now))
        text = words("alert.danger", no=no, topic=case.topic, handler=handler, said=opening.said)
        alerts = (Alert(no, "danger", "danger", text, leaders, now),)
    told = words("staff.opened", no=no, topic=case.topic, said=opening.said, promise=promises.next_promise(case))
    return record(
        books,
        case,
        now,
        (
            Entry(Move.OPEN, CUSTOMER, opening.said, Lane.CUSTOMER, facts={"topic": opening.topic}),
            Entry(
                Move.OPEN,
                "guide",
                words("event.opened", handler=handler),
                facts={"first_handler": handler.no},
            ),
        ),
        (
            to_customer(case, Kind.RECEIPT, receipt(case, handler, now)),
            to_staff(handler.no, Kind.NOTICE, told),
            *(to_staff(leader, Kind.ALERT, alert.text) for alert in alerts for leader in alert.to),
        ),
        alerts=alerts,
    )
