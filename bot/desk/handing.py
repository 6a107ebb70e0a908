"""Responsibility moves 移交、改派: the customer is asked, the duty leader decides, everybody hears why; never lost."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.desk import ladder, roster
from bot.desk.books import Books
from bot.desk.case import CLOCK, CUSTOMER, Alert, Button, Case, Kind, Lane, Outcome, Post, Priority, State
from bot.desk.covering import cover
from bot.desk.errors import IllegalMove, Missing, TransferWaits
from bot.desk.helping import relieved
from bot.desk.moves import TABLE, Move, after
from bot.desk.opening import ARRIVE
from bot.desk.outcome import Draft, Entry, joined, record, to_customer, to_staff
from bot.desk.pending import Transfer
from bot.desk.posts import owed
from bot.desk.promises import HELD, Rung, running
from bot.desk.rights import permit
from bot.desk.roster import Staff
from bot.desk.speech import fit
from bot.desk.words import Words, words

__all__ = [
    "adopt",
    "answered_for",
    "asked_leader",
    "consent",
    "cover",
    "decline",
    "heir",
    "reassign",
    "successor",
    "transfer",
]
LEADER = "leader"
"""The house rule `handover` under which the duty leader decides too."""


def successor(books: Books, case: Case, no: str) -> Staff:
    """Somebody who could answer for this case; Missing says why not."""
    person = roster.called(books.roster, no)
    if person is None or not person.on or person.post is Post.NONE:
        raise Missing({"to": "missing.person"})
    if person.no == case.first_handler:
        raise Missing({"to": "missing.person.same"})
    if case.customer in person.avoid or person.no in case.hidden_from:
        raise Missing({"to": "missing.person.barred"})
    return person


def _still_fits(books: Books, case: Case, wish: Transfer) -> bool:
    """Whether who was proposed can still take the case: much may happen until the customer answers."""
    try:
        return successor(books, case, wish.to).no == wish.to
    except Missing:
        return False


def _leaders(books: Books, case: Case, now: datetime) -> tuple[str, ...]:
    return roster.alerted(books.roster, case.first_handler, now, case.hidden_from)


def asked_leader(books: Books, case: Case, now: datetime) -> tuple[Alert, list[Draft]]:
    """The duty leader is to decide the change that is asked for."""
    transfer = case.transfer
    assert transfer is not None  # noqa: S101 - the callers looked
    to = ladder.first(books, case, now)
    text = words(
        "alert.transfer",
        no=case.no,
        topic=case.topic,
        handler=books.person(case.first_handler),
        to=books.person(transfer.to),
        reason=transfer.reason,
    )
    rung = f"{Rung.TRANSFER}:{case.seq + 1}"
    return Alert(case.no, rung, "transfer", text, to, now), [to_staff(no, Kind.ALERT, text) for no in to]


def transfer(books: Books, case: Case, by: Staff, to: str, reason: str, now: datetime) -> Outcome:
    """The first handler asks to hand on: the customer is asked, silence is no consent, he stays until then."""
    permit(case, Move.TRANSFER, by, books.roster, now)
    after(case.no, case.state, Move.TRANSFER)
    if case.transfer and _still_fits(books, case, case.transfer):
        raise TransferWaits(case.no, case.transfer.to)
    why = fit(books, reason, "reason")
    person = successor(books, case, to)
    missing = owed(books, case, by.post)
    if missing:
        raise Missing(missing)
    leaders = _leaders(books, case, now)  # where nobody could decide, the customer's word is enough
    asks = case.transfers < books.rules.transfers_max or not leaders
    decides = books.rules.handover == LEADER or not asks
    wish = Transfer(person.no, why, by.no, now, leader=decides and bool(leaders), asks=asks)
    moved = replace(case, transfer=wish)
    facts = {"to": person.no}
    entry = Entry(Move.TRANSFER, by.no, words("event.transfer", by=by, to=person, reason=why), facts=facts)
    if not asks:
        alert, letters = asked_leader(books, moved, now)
        return record(books, moved, now, [entry], letters, alerts=(alert,))
    question = words("case.transfer", no=case.no, topic=case.topic, handler=by, to=person, reason=why)
    which = f"{case.no}.{now.astimezone(UTC):%m%d%H%M%S}"  # an old button must not agree to a new question
    yes, no = Button("同意", f"consent.{which}"), Button("不同意", f"decline.{which}")
    return record(books, moved, now, [entry], [to_customer(case, Kind.QUESTION, question, yes, no)])


def consent(books: Books, case: Case, said: str, now: datetime) -> Outcome:
    """The customer agrees: the hands change, or the duty leader decides now."""
    after(case.no, case.state, Move.CONSENT)
    wish = case.transfer
    if wish is None or wish.consented_at or not wish.asks:
        raise IllegalMove(case.no, case.state, Move.CONSENT)
    entry = Entry(Move.CONSENT, CUSTOMER, said, Lane.CUSTOMER)
    fits = _still_fits(books, case, wish)
    if fits and not (wish.leader and _leaders(books, case, now)):
        change = _Change(books.person(wish.to), wish.reason, wish.by, Move.TRANSFER)
        return _handed(books, case, change, now, entry)
    agreed = replace(case, transfer=replace(wish, consented_at=now, leader=True))
    alert, letters = asked_leader(books, agreed, now)
    leader = books.person(alert.to[0]) if alert.to else None
    told = words(
        "case.transfer.agreed", no=case.no, topic=case.topic, handler=books.person(case.first_handler), leader=leader
    )
    asked = f"{Rung.TRANSFER_WAIT}:{wish.asked_at.isoformat()}" in case.rungs  # silence had gone up before
    draft = to_customer(case, Kind.STATUS, told)
    return record(books, agreed, now, [entry], [draft, *letters], alerts=() if asked else (alert,))


def decline(books: Books, case: Case, said: str, now: datetime) -> Outcome:
    """The customer does not agree: nothing changes, and whoever asked hears it."""
    wish = case.transfer
    if wish is None or not wish.asks or case.state not in TABLE[Move.TRANSFER]:
        raise IllegalMove(case.no, case.state, Move.REFUSE)
    handler = books.person(case.first_handler)
    return record(
        books,
        replace(case, transfer=None),
        now,
        [Entry(Move.REFUSE, CUSTOMER, said, Lane.CUSTOMER, facts={"to": wish.to})],
        [
            to_customer(case, Kind.STATUS, words("case.transfer.kept", no=case.no, topic=case.topic, handler=handler)),
            to_staff(handler.no, Kind.NOTICE, words("staff.transfer.refused", no=case.no, topic=case.topic, said=said)),
        ],
    )


def reassign(books: Books, case: Case, by: Staff, to: str, reason: str, now: datetime) -> Outcome:
    """The duty leader names another first handler, with a reason the customer reads; the present one: all stays."""
    permit(case, Move.REASSIGN, by, books.roster, now)
    after(case.no, case.state, Move.REASSIGN)
    why = fit(books, reason, "reason")
    person = roster.called(books.roster, to)
    if case.transfer and person and person.no == case.first_handler:
        return _stays(books, case, by, why, now)
    chosen, wish = successor(books, case, to), case.transfer
    agreed = wish is not None and wish.to == chosen.no  # the reason is the first handler's, the word the leader's
    said = words("reason.agreed", asked=wish.reason, said=why) if wish and agreed else why
    return _handed(books, case, _Change(chosen, said, by.no), now)


def _stays(books: Books, case: Case, by: Staff, why: str, now: datetime) -> Outcome:
    """The duty leader does not agree to a change that was asked for."""
    handler = books.person(case.first_handler)
    facts: dict[str, object] = {"no": case.no, "topic": case.topic, "handler": handler, "by": by, "reason": why}
    return record(
        books,
        replace(case, transfer=None),
        now,
        [Entry(Move.REASSIGN, by.no, words("event.transfer.kept", by=by, handler=handler, reason=why))],
        [
            to_customer(case, Kind.STATUS, words("case.transfer.stays", **facts)),
            to_staff(handler.no, Kind.NOTICE, words("staff.transfer.stays", **facts)),
        ],
    )


def heir(books: Books, case: Case, now: datetime) -> Staff | None:
    """Who answers for a case whose first handler has left: a duty leader, else a skilled one, else anybody at a post.

    None: its first handler is here, or nobody at all is left.
    """
    here = books.person(case.first_handler)
    if here.on and here.post is not Post.NONE:
        return None
    day = now.astimezone(books.roster.zone).date()
    posted = [one for one in books.roster.staff.values() if one.on and one.post is not Post.NONE]
    seeing = [one for one in posted if one.no not in case.hidden_from]
    leaders = [books.person(no) for no in _leaders(books, case, now)]
    for some in (leaders, [one for one in seeing if case.topic in one.skills], seeing, posted):
        if some:  # who is to be kept from this customer comes last, and before him who is on leave
            away = roster.away_till
            return min(some, key=lambda one: (case.customer in one.avoid, bool(away(books.roster, one.no, day))))
    return None


def adopt(books: Books, case: Case, now: datetime) -> Outcome | None:
    """A case whose first handler has left the hall: the duty leader answers for it at once; None: all is well."""
    to = heir(books, case, now) if case.state in HELD else None
    if to is None:
        return None
    gone = books.person(case.first_handler)
    text = words("alert.orphan", no=case.no, topic=case.topic, handler=gone, leader=to)
    alert = Alert(case.no, f"{Rung.ORPHAN}:{case.transfers}", "orphan", text, (to.no,), now)
    return _handed(books, case, _Change(to, words("reason.gone"), CLOCK, alert=alert), now)


def answered_for(books: Books, outcome: Outcome, now: datetime) -> Outcome:
    """A case taken up again whose first handler has left meanwhile has another in the same decision."""
    more = adopt(books, outcome.case, now)
    return joined(outcome, more) if more else outcome


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of hands: to whom, why, by whom, under which name."""

    to: Staff
    reason: str | Words
    by: str
    move: Move = Move.REASSIGN
    alert: Alert | None = None


def _handed(books: Books, case: Case, change: _Change, now: datetime, *before: Entry) -> Outcome:
    """The hands change: promises run on, only waiting for acceptance begins anew; everybody is told who and why."""
    old, to, alert = books.person(case.first_handler), change.to, change.alert
    opens = case.state is State.OPEN
    seen = replace(case, first_handler=to.no, hidden_from=_hidden(case, to))
    moved = replace(
        relieved(seen, to.no, now),  # what he was asked to help with is now his own
        transfer=None,
        transfers=case.transfers + 1,
        cover=None,
        accept_from=_accept_from(books, case, to, now) if opens else case.accept_from,
        rungs=tuple(rung for rung in case.rungs if not (opens and rung.startswith("accept"))),
    )
    facts: dict[str, object] = {
        "no": case.no,
        "topic": case.topic,
        "old": old if old.name else None,
        "handler": to,
        "reason": change.reason,
        "state": case.state,
    }
    entry = Entry(
        change.move, change.by, words("event.handed", **facts), facts={"first_handler": to.no, "before": old.no}
    )
    letters = [
        to_customer(case, Kind.STATUS, words("case.handed", **facts)),
        to_staff(to.no, Kind.NOTICE, words("staff.handed", **facts)),
    ]
    if old.on and (old.no != change.by or change.move is Move.TRANSFER):
        letters.append(to_staff(old.no, Kind.NOTICE, words("staff.handed.away", **facts)))
    if alert:
        letters.extend(to_staff(no, Kind.ALERT, alert.text) for no in alert.to)
    outcome = record(books, moved, now, [*before, entry], letters, alerts=(alert,) if alert else ())
    away = cover(books, outcome.case, now)  # who is on leave answers all the same, and somebody acts for him
    return joined(outcome, away) if away else outcome


def _accept_from(books: Books, case: Case, to: Staff, now: datetime) -> datetime:
    """Since when the new hands are waited for; danger, and who was promised that somebody comes, wait for no shift."""
    promised = any(one.to == ARRIVE for one in running(case))
    at_once = promised or case.priority is Priority.EMERGENCY
    return now if at_once else roster.next_shift(books.roster, to.no, now) or now


def _hidden(case: Case, to: Staff) -> tuple[str, ...]:
    """For whom the case does not exist once the hands have changed: also who had it, if it is about him."""
    about = (case.first_handler,) if case.first_handler in case.named else ()
    return tuple(dict.fromkeys(no for no in (*case.hidden_from, *about) if no != to.no))
