"""What falls due: reminder, escalation, broken promise, silent close; each rung once, whoever looks how often."""

from dataclasses import replace
from datetime import datetime

from bot.desk import handing, helping, promises, roster
from bot.desk.books import Books
from bot.desk.case import CLOCK, Alert, Case, Kept, Kind, Lane, Outcome, Promise
from bot.desk.moves import Move, after
from bot.desk.outcome import Draft, Entry, record, to_customer, to_staff
from bot.desk.promises import Due, Rung
from bot.desk.roster import Staff
from bot.desk.rules import asking, stars
from bot.desk.words import words

_HELP = {
    Rung.HELP_REMIND: ("staff.help_remind", "event.help_remind"),
    Rung.HELP_ESCALATE: ("staff.help_escalate", "event.help_escalate"),
    Rung.HELP_LATE: ("staff.help_late", "event.help_late"),
}
Decided = tuple[Case, list[Entry], list[Draft], list[Alert]]


def _remind(_books: Books, case: Case, handler: Staff, _now: datetime) -> Decided:
    text = words("staff.accept_remind", no=case.no, topic=case.topic, since=case.accept_from or case.opened_at)
    entry = Entry(Move.LATE, CLOCK, words("event.accept_remind", handler=handler), Lane.SUPPORT, public=False)
    return case, [entry], [to_staff(handler.no, Kind.NUDGE, text)], []


def _escalate(books: Books, case: Case, handler: Staff, now: datetime) -> Decided:
    to = roster.alerted(books.roster, handler.no, now, case.hidden_from)
    since = case.accept_from or case.opened_at
    rung = f"{Rung.ACCEPT_ESCALATE}:{case.transfers}" if case.transfers else Rung.ACCEPT_ESCALATE  # others' news
    text = words("alert.accept", no=case.no, topic=case.topic, handler=handler, since=since)
    entry = Entry(Move.ESCALATE, CLOCK, words("event.escalated", handler=handler), Lane.SUPPORT)
    letters = [to_staff(no, Kind.ALERT, text) for no in to]
    leader = books.person(to[0]) if to else None
    letters.append(
        to_customer(
            case,
            Kind.STATUS,
            words("case.escalated", no=case.no, topic=case.topic, handler=handler, leader=leader),
        )
    )
    return case, [entry], letters, [Alert(case.no, rung, "accept", text, to, now)]


def _confirm_warn(_books: Books, case: Case, handler: Staff, _now: datetime) -> Decided:
    entry = Entry(Move.LATE, CLOCK, words("event.confirm_warn"), Lane.SUPPORT, public=False)
    text = words("case.confirm_warn", no=case.no, topic=case.topic, handler=handler)
    return case, [entry], [to_customer(case, Kind.QUESTION, text)], []


def _confirm_close(books: Books, case: Case, handler: Staff, now: datetime) -> Decided:
    moved = replace(case, state=after(case.no, case.state, Move.CLOSE), closed_at=now, rating=asking(case, now))
    entry = Entry(Move.CLOSE, CLOCK, words("event.closed.silence"), Lane.SUPPORT)
    span = books.rules.confirm_close
    text = words(
        "case.closed.silence",
        no=case.no,
        topic=case.topic,
        handler=handler,
        hours=int(span.total_seconds() // 3600),
    )
    return moved, [entry], [to_customer(case, Kind.QUESTION, text, *stars(case))], []


def _internal(_books: Books, case: Case, handler: Staff, promise: Promise) -> Decided:
    entry = Entry(Move.LATE, CLOCK, words("event.internal", promise=promise), Lane.SUPPORT, public=False)
    text = words("staff.internal", no=case.no, topic=case.topic, promise=promise)
    return case, [entry], [to_staff(handler.no, Kind.NUDGE, text)], []


def _broken(books: Books, case: Case, handler: Staff, promise: Promise, now: datetime) -> Decided:
    to = roster.alerted(books.roster, handler.no, now, case.hidden_from)
    changed = tuple(replace(p, kept=Kept.BROKEN) if p.id == promise.id else p for p in case.promises)
    text = words("alert.broken", no=case.no, topic=case.topic, handler=handler, promise=promise)
    leader = books.person(to[0]) if to else None
    letters = [to_staff(no, Kind.ALERT, text) for no in dict.fromkeys((*to, handler.no))]
    letters.append(
        to_customer(
            case,
            Kind.STATUS,
            words("case.broken", no=case.no, topic=case.topic, handler=handler, promise=promise, leader=leader),
        )
    )
    entry = Entry(
        Move.BROKEN,
        CLOCK,
        words("event.broken", promise=promise),
        Lane.SUPPORT,
        facts={"promise": promise.id},
    )
    alert = Alert(case.no, f"{Rung.BROKEN}:{promise.id}{promises.again(case)}", "broken", text, to, now)
    return replace(case, promises=changed), [entry], letters, [alert]


def _red_line(books: Books, case: Case, handler: Staff, promise: Promise, now: datetime) -> Decided:
    to = roster.alerted(books.roster, handler.no, now, case.hidden_from)
    text = words("alert.red_line", no=case.no, topic=case.topic, handler=handler, promise=promise)
    entry = Entry(Move.ESCALATE, CLOCK, words("event.red_line", promise=promise), Lane.SUPPORT, public=False)
    alert = Alert(case.no, f"{Rung.RED_LINE}:{promise.id}{promises.again(case)}", "red_line", text, to, now)
    return case, [entry], [to_staff(no, Kind.ALERT, text) for no in to], [alert]


def _help(books: Books, case: Case, handler: Staff, due: Due, now: datetime) -> Decided:
    """A helper's task waits or runs out: helper and first handler hear it; not taken at all, the leader too."""
    rung, _, number = due.rung.partition(":")
    task = next(one for one in case.tasks if str(one.n) == number)
    to = helping.means(books, task)
    facts: dict[str, object] = {"no": case.no, "topic": case.topic, "handler": handler, "to": to, "text": task.text}
    told_by, kept_by = _HELP[Rung(rung)]
    told = words(told_by, **facts, due=task.due_at)
    people = dict.fromkeys(([task.helper] if task.helper else []) + ([] if rung == Rung.HELP_REMIND else [handler.no]))
    letters = [to_staff(no, Kind.NUDGE, told) for no in people]
    entry = Entry(Move.LATE, CLOCK, words(kept_by, to=to), Lane.SUPPORT, public=False, facts={"task": number})
    if rung != Rung.HELP_ESCALATE:
        return case, [entry], letters, []
    leaders = roster.alerted(books.roster, handler.no, now, case.hidden_from)
    text = words("alert.help", **facts)
    alert = Alert(case.no, due.rung, "help", text, leaders, now)
    return case, [entry], [*letters, *(to_staff(no, Kind.ALERT, text) for no in leaders)], [alert]


def _transfer_wait(books: Books, case: Case, handler: Staff, now: datetime) -> Decided:
    """The customer has not answered: the duty leader decides."""
    alert, letters = handing.asked_leader(books, case, now)
    entry = Entry(Move.ESCALATE, CLOCK, words("event.transfer.wait", handler=handler), Lane.SUPPORT, public=False)
    return case, [entry], letters, [alert]


def _callback(books: Books, case: Case, handler: Staff, due: Due, now: datetime) -> Decided:
    """Nobody called the customer back in time."""
    about = case.callback.about if case.callback else handler.no
    to = roster.alerted(books.roster, about, now, case.hidden_from)
    text = words("alert.callback", no=case.no, topic=case.topic, handler=books.person(about))
    entry = Entry(Move.ESCALATE, CLOCK, words("event.callback.late"), Lane.SUPPORT, public=False)
    return (
        case,
        [entry],
        [to_staff(no, Kind.ALERT, text) for no in to],
        [Alert(case.no, due.rung, "callback", text, to, now)],
    )


def _fire(books: Books, case: Case, due: Due, now: datetime) -> Decided:
    handler = books.person(case.first_handler)
    rung, _, promise_id = due.rung.partition(":")
    promise = next((p for p in case.promises if p.id == promise_id), None)
    waits = {
        Rung.ACCEPT_REMIND: _remind,
        Rung.ACCEPT_ESCALATE: _escalate,
        Rung.CONFIRM_WARN: _confirm_warn,
        Rung.CONFIRM_CLOSE: _confirm_close,
    }
    if rung in (Rung.HELP_REMIND, Rung.HELP_ESCALATE, Rung.HELP_LATE):
        return _help(books, case, handler, due, now)
    if rung == Rung.TRANSFER_WAIT:
        return _transfer_wait(books, case, handler, now)
    if rung == Rung.CALLBACK:
        return _callback(books, case, handler, due, now)
    if promise is None:
        return waits[Rung(rung)](books, case, handler, now)
    if rung == Rung.INTERNAL:
        return _internal(books, case, handler, promise)
    return (_broken if rung == Rung.BROKEN else _red_line)(books, case, handler, promise, now)


def overdue(books: Books, case: Case, now: datetime) -> Outcome | None:
    """Everything due by now in its order, as one decision; None when nothing is."""
    entries: list[Entry] = []
    letters: list[Draft] = []
    alerts: list[Alert] = []
    moved = case
    while (due := next(iter(promises.dues(moved, books.rules)), None)) and due.at <= now:
        moved, new_entries, new_letters, new_alerts = _fire(books, moved, due, now)
        moved = replace(moved, rungs=(*moved.rungs, due.rung))
        entries += new_entries
        letters += new_letters
        alerts += new_alerts
    if not entries:
        return None
    return record(books, moved, now, entries, letters, alerts=alerts)
