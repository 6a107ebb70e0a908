"""What the customer may do to a case: hurry it, confirm or refuse its end, rate it, take it back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.desk import ladder, membership, promises, roster, waiting
from bot.desk.again import reopened
from bot.desk.books import Books
from bot.desk.case import CUSTOMER, Alert, Case, Kind, Lane, Outcome, Rating, Secrecy, State
from bot.desk.errors import IllegalMove
from bot.desk.handing import answered_for, heir
from bot.desk.moves import Move, after
from bot.desk.outcome import Draft, Entry, record, to_customer, to_staff
from bot.desk.pending import Callback
from bot.desk.rules import asking, stars
from bot.desk.standing import status
from bot.desk.words import words

UNNAMED = ("name", "phone", "account_no")
"""What would tell who an anonymous customer is."""


def _told(books: Books, case: Case, said: str, now: datetime, code: str = "case.refused") -> list[Draft]:
    """That the customer is not content: to the customer, the first handler and the duty leaders."""
    handler = books.person(case.first_handler)
    told = words("staff.refused", no=case.no, topic=case.topic, said=said, handler=handler)
    people = dict.fromkeys((handler.no, *roster.alerted(books.roster, handler.no, now, case.hidden_from)))
    return [
        to_customer(case, Kind.STATUS, words(code, no=case.no, topic=case.topic, handler=handler)),
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
    if case.state is not State.RESOLVED:  # before, only a change of hands can be refused
        raise IllegalMove(case.no, case.state, Move.REFUSE)
    return _back(books, case, Entry(Move.REFUSE, CUSTOMER, said, Lane.CUSTOMER), now)


def reopen(books: Books, case: Case, said: str, now: datetime) -> Outcome:
    """The customer takes a closed case up again within the hall's span; later a new case begins instead."""
    after(case.no, case.state, Move.REOPEN)
    if case.closed_at and now > case.closed_at + books.rules.reopen:
        raise IllegalMove(case.no, case.state, Move.REOPEN)
    return _back(books, case, Entry(Move.REOPEN, CUSTOMER, said, Lane.CUSTOMER), now)


def _back(books: Books, case: Case, entry: Entry, now: datetime) -> Outcome:
    """Back to work with the same first handler; one who has left meanwhile has a successor in the same decision.

    Of an outage that is over for the others this case alone goes on.
    """
    moved, apart = membership.dark(reopened(books, case, now), CUSTOMER)
    to = heir(books, moved, now)
    answering = replace(moved, first_handler=to.no) if to else moved
    told = _told(books, answering, str(entry.text), now, "case.incident.dark" if apart else "case.refused")
    return answered_for(books, record(books, moved, now, [entry, *apart], told), now)


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
    if low and (rung := f"low_rating{promises.again(case)}") not in case.rungs:
        callback = Callback(handler.no, now, now + books.rules.callback)
        moved = replace(moved, rungs=(*case.rungs, rung), callback=callback)
        text = words("alert.low_rating", no=case.no, topic=case.topic, score=score, handler=handler)
        to = ladder.first(books, case, now, handler.no)
        alerts = (Alert(case.no, rung, "low_rating", text, to, now),)
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


def _late(case: Case, now: datetime) -> bool:
    """Whether something that was promised for now has not come."""
    lines = (promises.deadline(one) for one in promises.running(case) if not promises.stands(case, one))
    return any(line is not None and line < now for line in lines)


def _nudged(books: Books, case: Case, now: datetime) -> bool:
    """Whether the first handler has been told a moment ago and has not done anything since: one nudge, not five."""
    at = case.nudged_at
    fresh = at is not None and now - at < books.rules.accept_remind
    return fresh and not (case.acted_at and at and case.acted_at > at)


def urge(books: Books, case: Case, said: str, now: datetime, news: Iterable[str] = ()) -> Outcome:
    """The customer hurries the case: told what is new, who holds it and what comes next; the first handler is nudged.

    Repeated, or late already: the duty leader hears of it. `news`: what happened since he last looked, for him to read.
    """
    after(case.no, case.state, Move.URGE)
    moved = replace(case, urges=case.urges + 1)
    handler = books.person(case.first_handler)
    alerts: list[Alert] = []
    many, late = moved.urges >= books.rules.urges_escalate, _late(case, now)
    for name, fires in (("urges", many), ("urges_late", late and not many)):
        rung = f"{name}{promises.again(case)}"
        if fires and rung not in moved.rungs:
            moved = replace(moved, rungs=(*moved.rungs, rung))
            text = words(f"alert.{name}", no=case.no, topic=case.topic, count=moved.urges, handler=handler)
            alerts.append(Alert(case.no, rung, "urges", text, ladder.first(books, case, now, handler.no), now))
    told = status(books, moved, now, "case.urged")
    sorry = words("case.urged.late", handler=handler) if late or waiting.late(case) else None
    facts = {**told.facts, "sorry": sorry, "news": "".join(f"\n· {one}" for one in news)}
    letters = [to_customer(case, Kind.ANSWER, replace(told, facts=facts))]
    if not _nudged(books, case, now):
        moved = replace(moved, nudged_at=now)
        nudge = words("staff.urged", no=case.no, topic=case.topic, count=moved.urges, said=said)
        letters.append(to_staff(handler.no, Kind.NUDGE, nudge))
    letters += [to_staff(no, Kind.ALERT, alert.text) for alert in alerts for no in alert.to]
    return record(books, moved, now, [Entry(Move.URGE, CUSTOMER, said, Lane.CUSTOMER)], letters, alerts=alerts)


def add_facts(
    books: Books,
    case: Case,
    slots: Mapping[str, str],
    said: str,
    now: datetime,
    *,
    named: Iterable[str] = (),
    secrecy: Secrecy | None = None,
) -> Outcome:
    """The customer adds to or corrects what the case knows; the first handler is told.

    Whom he complains of now must not learn of it either; who will not be known leaves no name.
    """
    named = tuple(named)
    after(case.no, case.state, Move.CORRECT)
    moved = _hidden(replace(case, secrecy=case.secrecy if secrecy is None else secrecy), named)
    unknown = UNNAMED if moved.secrecy is Secrecy.ANONYMOUS else ()
    own = tuple(told[name] for told in (slots, case.slots) for name in unknown if told.get(name))
    said = _blanked(said, own)
    slots = {name: _blanked(text, own) for name, text in slots.items() if name not in unknown}
    kept = {name: _blanked(text, own) for name, text in case.slots.items() if name not in unknown}
    moved = replace(moved, slots={**kept, **slots})
    entry = Entry(Move.CORRECT, CUSTOMER, said, Lane.CUSTOMER, facts=dict.fromkeys(slots, ""))
    handler = books.person(case.first_handler)
    if case.first_handler in named:  # about himself: another duty leader hears it in his place
        to = ladder.first(books, moved, now, handler.no)
        text = words("alert.named", no=case.no, topic=case.topic, handler=handler, said=said)
        alert = Alert(case.no, f"named:{case.seq + 1}", "named", text, to, now)
        return record(books, moved, now, [entry], [to_staff(no, Kind.ALERT, text) for no in to], alerts=(alert,))
    told = words("staff.added", no=case.no, topic=case.topic, said=said)
    return record(books, moved, now, [entry], [to_staff(handler.no, Kind.NOTICE, told)])


def _blanked(text: str, own: Iterable[str]) -> str:
    """Words without what would tell who says them."""
    for one in own:
        text = text.replace(one, "***")
    return text


def _hidden(case: Case, named: Iterable[str]) -> Case:
    """The case hidden from whom it is about; who answers for it cannot be shut out, the duty leader decides that."""
    more = tuple(no for no in named if no != case.first_handler)
    return replace(
        case,
        named=tuple(dict.fromkeys((*case.named, *named))),
        hidden_from=tuple(dict.fromkeys((*case.hidden_from, *more))),
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
