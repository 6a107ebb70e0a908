"""Opening a case 开单: the first handler is named and the promises start in one decision."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.desk import hours, ladder, membership, promises, raising, roster, standing
from bot.desk.books import Books
from bot.desk.case import CUSTOMER, GUIDE, Alert, Case, Kind, Lane, Outcome, Priority, Promise, Secrecy, State
from bot.desk.errors import NobodyToName
from bot.desk.incident import Incident
from bot.desk.moves import Move, after
from bot.desk.outcome import Entry, record, to_customer, to_staff
from bot.desk.promises import LIVE
from bot.desk.roster import Staff
from bot.desk.words import Words, words
from intents.topic import Topic

ARRIVE = "arrive"
"""What a promise is for that somebody comes."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the guide post hands to the desk: the matter, whose, what is known, since when."""

    topic: str
    customer: str
    begun_at: datetime
    said: Words | str
    slots: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""
    talking_with: str = ""
    """Work number of the person who holds the talk, if one does."""
    without: tuple[str, ...] = ()
    """Who must not answer for it, where anybody else can: whom a complaint is about, who holds the customer's cases."""
    named: tuple[str, ...] = ()
    """Of these, whom it is about: the case stays hidden from them for good."""
    avoiding: tuple[str, ...] = ()
    """Who should not answer for it where anybody else can; nothing is hidden from them."""
    secrecy: Secrecy = Secrecy.OPEN
    links: tuple[str, ...] = ()
    """Cases of this customer it belongs to."""
    card: str = ""
    """The unguessable key of the customer's open card."""
    graves: tuple[str, ...] = ()
    """Why a duty leader must hear of it at once, whatever the matter."""
    incident: Incident | None = None
    """The outage that runs at its place: it joins, and the customer hears what is known at once."""


def priority(books: Books, opening: Opening) -> Priority:
    """How urgent it begins: as its matter is; where a life is at stake, an emergency."""
    bodily = any(why in raising.BODILY for why in opening.graves)
    return Priority.EMERGENCY if bodily else Priority(books.topics[opening.topic].priority)


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
    if opening.without or opening.avoiding:
        gone = (*opening.without, *opening.avoiding)
        staff = {no: person for no, person in books.roster.staff.items() if no not in gone}
        others_only = replace(books, roster=replace(books.roster, staff=staff))
        with contextlib.suppress(NobodyToName):
            return name_first_handler(others_only, replace(opening, without=(), avoiding=()), others, load, now)
    urgent = priority(books, opening) is not Priority.NORMAL
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


def _opens(books: Books, now: datetime) -> datetime | None:
    """When the hall is next open, where nobody knows when the first handler is on duty."""
    with contextlib.suppress(hours.NeverOpen):
        return hours.next_opening(books.calendar, now)
    return None


def _from(books: Books, how: Priority, handler: Staff, begun: Iterable[Promise], now: datetime) -> datetime | None:
    """Since when accepting is waited for: danger, and who was promised that somebody comes, wait for no shift."""
    if how is Priority.EMERGENCY or any(promise.to == ARRIVE for promise in begun):
        return now
    return roster.next_shift(books.roster, handler.no, now)


def receipt(books: Books, case: Case, handler: Staff, now: datetime, opening: Opening) -> Words:
    """What the customer is told when the case opens: number, first handler, promise, what happens next.

    Of an outage that is known already he hears cause and end at once.
    """
    promise = promises.next_promise(case)
    at = case.accept_from or _opens(books, now)
    later = at is not None and at > now
    calm = "self_harm" in opening.graves  # nobody is told of spans and telephone numbers then
    running = opening.incident if opening.incident and opening.incident.told and not calm else None
    code = "case.opened.incident" if running else "case.opened.calm" if calm else ""
    return words(
        code or ("case.opened.later" if later else "case.opened"),
        **(membership.known(books, running, now) if running else {}),
        no=case.no,
        topic=case.topic,
        handler=handler,
        promise=promise if promise and promise.said else None,
        accept_from=at or now,
        slots=case.slots,
        steps=standing.steps(books, case),
        turn=words(f"turn.{standing.turn(case)}"),
    )


def first_stage(topic: Topic) -> tuple[str, tuple[str, ...]]:
    """Where a new case stands: asking was the customer's step, the hall's first one is next."""
    steps = topic.steps
    if len(steps) > 1 and steps[0].lane == Lane.CUSTOMER:
        return steps[1].code, (steps[0].code,)
    return (steps[0].code, ()) if steps else ("", ())


def _tied(case: Case, other: str, handler: Staff, others: Iterable[Case]) -> Words:
    """That the new case belongs to one under way, or to one that has ended."""
    live = any(one.no == other and one.state in LIVE for one in others)
    code = "case.linked" if live else "case.linked.before"
    return words(code, no=case.no, topic=case.topic, other=other, handler=handler)


def open_case(
    books: Books,
    opening: Opening,
    no: str,
    others: Iterable[Case],
    load: Mapping[str, int],
    now: datetime,
) -> Outcome:
    """A case begins: numbered, named, promised, told to the customer and to the first handler."""
    topic, others = books.topics[opening.topic], tuple(others)
    handler = name_first_handler(books, opening, others, load, now)
    stage, done = first_stage(topic)
    begun = started(books, opening, now)
    case = Case(
        no=no,
        topic=opening.topic,
        state=after(no, State.DRAFT, Move.OPEN),
        priority=priority(books, opening),
        customer=opening.customer,
        first_handler=handler.no,
        opened_at=now,
        begun_at=opening.begun_at,
        slots=dict(opening.slots),
        promises=begun,
        stage=stage,
        stages_done=done,
        accept_from=_from(books, priority(books, opening), handler, begun, now),
        named=opening.named,
        hidden_from=tuple(no for no in opening.without if no != handler.no),
        secrecy=opening.secrecy,
        links=opening.links,
        card=opening.card,
    )
    joined: tuple[Entry, ...] = ()
    if opening.incident:
        case, joined = membership.opened(case, opening.incident)
    alerts = raising.calls(books, case, opening.graves, opening.said, now)
    called = raising.letters(books, case, alerts, opening.said, "case.opened.grave") if alerts else []
    called = [draft for draft in called if draft.to != f"staff:{handler.no}" or draft.kind is Kind.ALERT]
    if case.priority is Priority.EMERGENCY and not any(alert.why in raising.BODILY for alert in alerts):
        leaders = ladder.first(books, case, now, "")
        text = words("alert.danger", no=no, topic=case.topic, handler=handler, said=opening.said)
        alerts = (Alert(no, "danger", "danger", text, leaders, now), *alerts)
        called = [*(to_staff(leader, Kind.ALERT, text) for leader in leaders), *called]
    tied = tuple(
        Entry(Move.LINK, GUIDE, words("event.linked", other=other), facts={"case": other}) for other in opening.links
    )
    told = words("staff.opened", no=no, topic=case.topic, said=opening.said, promise=promises.next_promise(case))
    return record(
        books,
        case,
        now,
        (
            Entry(Move.OPEN, CUSTOMER, opening.said, Lane.CUSTOMER, facts={"topic": opening.topic}),
            Entry(
                Move.OPEN,
                GUIDE,
                words("event.opened", handler=handler),
                facts={"first_handler": handler.no},
            ),
            *tied,
            *joined,
        ),
        (
            to_customer(case, Kind.RECEIPT, receipt(books, case, handler, now, opening)),
            *(to_customer(case, Kind.STATUS, _tied(case, other, handler, others)) for other in opening.links),
            to_staff(handler.no, Kind.NOTICE, told),
            *called,
        ),
        alerts=alerts,
    )


def linked(books: Books, case: Case, other: str, now: datetime) -> Outcome:
    """The other side of a link: this case belongs to one that has just begun."""
    after(case.no, case.state, Move.LINK)
    moved = replace(case, links=tuple(dict.fromkeys((*case.links, other))))
    entry = Entry(Move.LINK, GUIDE, words("event.linked", other=other), facts={"case": other})
    return record(books, moved, now, [entry])
