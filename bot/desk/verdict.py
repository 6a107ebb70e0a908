"""What the customer may do to a case: hurry it, confirm or refuse its end, rate it, take it back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.desk import promises, roster
from bot.desk.again import reopened
from bot.desk.books import Books
from bot.desk.case import CUSTOMER, Alert, Case, Kind, Lane, Outcome, Rating, State
from bot.desk.errors import IllegalMove
from bot.desk.moves import Move, after
from bot.desk.outcome import Draft, Entry, record, to_customer, to_staff
from bot.desk.rules import asking, stars
from bot.desk.words import Words, words


def _told(books: Books, case: Case, said: str, now: datetime) -> list[Draft]:
    """That the customer is not content: to the customer, the first handler and the duty leaders."""
    handler = books.person(case.first_handler)
    told = words("staff.refused", no=case.no, topic=case.topic, said=said, handler=handler)
    people = dict.fromkeys((handler.no, *roster.alerted(books.roster, handler.no, now)))
    return [
        to_customer(case, Kind.STATUS, words("case.refused", no=case.no, topic=case.topic, handler=handler)),
        *(to_staff(no, Kind.NOTICE, told) for no in people),
    ]


def confirm(books: Books, case: Case, said: str, now: datetime) -> Outcome:
    """The customer says it is done: the case closes and the rating is asked for."""
    moved = replace(case, state=after(case.no, case.state, Move.CONFIRM), closed_at=now, rating=asking(case, now))
    handler = books.person(case.first_handler)
    return record(
        books,
        moved,
        now,
        [Entry(Move.CONFIRM, CUSTOMER, said, Lane.CUSTOMER)],
        [
            to_customer(
                case,
                Kind.QUESTION,
                words("case.closed", no=case.no, topic=case.topic, handler=handler),
                *stars(case),
            ),
            to_staff(handler.no, Kind.NOTICE, words("staff.confirmed", no=case.no, topic=case.topic)),
        ],
    )


def refuse(books: Books, case: Case, said: str, now: datetime) -> Outcome:
    """The customer says it is not done: back to work, the duty leader hears of it too."""
    after(case.no, case.state, Move.REFUSE)
    entry = Entry(Move.REFUSE, CUSTOMER, said, Lane.CUSTOMER)
    return record(books, reopened(books, case, now), now, [entry], _told(books, case, said, now))


def reopen(books: Books, case: Case, said: str, now: datetime) -> Outcome:
    """The customer takes a closed case up again within the hall's span; later a new case begins instead."""
    after(case.no, case.state, Move.REOPEN)
    if case.closed_at and now > case.closed_at + books.rules.reopen:
        raise IllegalMove(case.no, case.state, Move.REOPEN)
    entry = Entry(Move.REOPEN, CUSTOMER, said, Lane.CUSTOMER)
    return record(books, reopened(books, case, now), now, [entry], _told(books, case, said, now))


def rate(books: Books, case: Case, score: int, said: str, now: datetime) -> Outcome:
    """The customer's 1 to 5 about the one named when the question went out; a low one goes to the duty leader."""
    after(case.no, case.state, Move.RATE)
    asked = case.rating
    if asked is None:
        raise IllegalMove(case.no, case.state, Move.RATE)
    moved = replace(case, rating=Rating(score, said, now, asked.handler))
    handler = books.person(asked.handler or case.first_handler)
    low = score <= books.rules.low_rating
    alerts: tuple[Alert, ...] = ()
    if low and "low_rating" not in case.rungs:
        moved = replace(moved, rungs=(*case.rungs, "low_rating"))
        text = words("alert.low_rating", no=case.no, topic=case.topic, score=score, handler=handler)
        alerts = (Alert(case.no, "low_rating", "low_rating", text, roster.alerted(books.roster, handler.no, now), now),)
    thanks = words("case.rated.low" if low else "case.rated", no=case.no, score=score, handler=handler)
    return record(
        books,
        moved,
        now,
        [Entry(Move.RATE, CUSTOMER, said or str(score), Lane.CUSTOMER, facts={"score": str(score)})],
        [
            to_customer(case, Kind.STATUS, thanks),
            to_staff(handler.no, Kind.NOTICE, words("staff.rated", no=case.no, topic=case.topic, score=score)),
            *(to_staff(no, Kind.ALERT, alert.text) for alert in alerts for no in alert.to),
        ],
        alerts=alerts,
    )


def urge(books: Books, case: Case, said: str, now: datetime) -> Outcome:
    """The customer hurries the case: kept, the first handler is nudged, the third time the duty leader hears."""
    after(case.no, case.state, Move.URGE)
    moved = replace(case, urges=case.urges + 1)
    handler = books.person(case.first_handler)
    alerts: tuple[Alert, ...] = ()
    if moved.urges >= books.rules.urges_escalate and "urges" not in case.rungs:
        moved = replace(moved, rungs=(*case.rungs, "urges"))
        text = words("alert.urges", no=case.no, topic=case.topic, count=moved.urges, handler=handler)
        alerts = (Alert(case.no, "urges", "urges", text, roster.alerted(books.roster, handler.no, now), now),)
    return record(
        books,
        moved,
        now,
        [Entry(Move.URGE, CUSTOMER, said, Lane.CUSTOMER)],
        [
            to_customer(case, Kind.ANSWER, status(books, moved, "case.urged")),
            to_staff(
                handler.no,
                Kind.NUDGE,
                words("staff.urged", no=case.no, topic=case.topic, count=moved.urges, said=said),
            ),
            *(to_staff(no, Kind.ALERT, alert.text) for alert in alerts for no in alert.to),
        ],
        alerts=alerts,
    )


def add_facts(books: Books, case: Case, slots: Mapping[str, str], said: str, now: datetime) -> Outcome:
    """The customer adds to or corrects what the case knows; the first handler is told."""
    after(case.no, case.state, Move.CORRECT)
    moved = replace(case, slots={**case.slots, **slots})
    handler = books.person(case.first_handler)
    return record(
        books,
        moved,
        now,
        [Entry(Move.CORRECT, CUSTOMER, said, Lane.CUSTOMER, facts=dict.fromkeys(slots, ""))],
        [to_staff(handler.no, Kind.NOTICE, words("staff.added", no=case.no, topic=case.topic, said=said))],
    )


def withdraw(books: Books, case: Case, said: str, now: datetime) -> Outcome:
    """The customer withdraws the case before it is resolved."""
    state = after(case.no, case.state, Move.CANCEL)
    moved = replace(case, state=state, closed_at=now, promises=promises.drop(case.promises, now))
    handler = books.person(case.first_handler)
    return record(
        books,
        moved,
        now,
        [Entry(Move.CANCEL, CUSTOMER, said, Lane.CUSTOMER)],
        [
            to_customer(case, Kind.STATUS, words("case.withdrawn", no=case.no, topic=case.topic, handler=handler)),
            to_staff(handler.no, Kind.NOTICE, words("staff.withdrawn", no=case.no, topic=case.topic, said=said)),
        ],
    )


def status(books: Books, case: Case, code: str = "case.status") -> Words:
    """Where a case stands, in the customer's words: stage, who answers for it, the next promise."""
    steps = books.steps(case.topic)
    now_at = next((step.name for step in steps if step.code == case.stage), "")
    upcoming = ""
    codes = [step.code for step in steps]
    if case.stage in codes and case.state in (
        State.OPEN,
        State.ACCEPTED,
        State.IN_PROGRESS,
        State.WAITING_CUSTOMER,
    ):
        upcoming = next((step.name for step in steps[codes.index(case.stage) + 1 :] if step.tells_customer), "")
    return words(
        code,
        no=case.no,
        topic=case.topic,
        state=case.state,
        stage=now_at,
        next=upcoming,
        handler=books.person(case.first_handler),
        promise=promises.next_promise(case),
    )
