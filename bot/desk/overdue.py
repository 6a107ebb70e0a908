"""What falls due: reminder, escalation, broken promise, silent close; each rung once, whoever looks how often."""

from dataclasses import replace
from datetime import datetime

from bot.desk import climbing, handing, helping, ladder, pausing, promises
from bot.desk.books import Books
from bot.desk.case import CLOCK, Alert, Case, Kind, Lane, Outcome
from bot.desk.climbing import Decided
from bot.desk.dues import Due, dues
from bot.desk.moves import Move, after
from bot.desk.outcome import Draft, Entry, record, to_customer, to_staff
from bot.desk.promises import LIVE, Rung
from bot.desk.roster import Staff
from bot.desk.rules import asking, stars
from bot.desk.words import Words, words

_HELP = {
    Rung.HELP_REMIND: ("staff.help_remind", "event.help_remind"),
    Rung.HELP_ESCALATE: ("staff.help_escalate", "event.help_escalate"),
    Rung.HELP_LATE: ("staff.help_late", "event.help_late"),
}


def _remind(_books: Books, case: Case, handler: Staff, _now: datetime) -> Decided:
    text = words("staff.accept_remind", no=case.no, topic=case.topic, since=case.accept_from or case.opened_at)
    entry = Entry(Move.LATE, CLOCK, words("event.accept_remind", handler=handler), Lane.SUPPORT, public=False)
    return case, [entry], [to_staff(handler.no, Kind.NUDGE, text)], []


def _escalate(books: Books, case: Case, handler: Staff, now: datetime) -> Decided:
    to = ladder.first(books, case, now)
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


def _help(books: Books, case: Case, handler: Staff, due: Due, now: datetime) -> Decided:
    """A helper's task waits or runs out: helper and first handler hear it; not taken at all, the leader too."""
    rung, _, number = due.rung.partition(":")
    task = next(one for one in case.tasks if str(one.n) == number)
    to = helping.means(books, task)
    facts: dict[str, object] = {
        "no": case.no,
        "topic": case.topic,
        "handler": handler,
        "to": to,
        "text": task.text,
        "by": books.person(task.by),
    }
    told_by, kept_by = _HELP[Rung(rung)]
    told = words(told_by, **facts, due=task.due_at)
    people = dict.fromkeys(([task.helper] if task.helper else []) + ([] if rung == Rung.HELP_REMIND else [handler.no]))
    letters = [to_staff(no, Kind.NUDGE, told) for no in people]
    entry = Entry(Move.LATE, CLOCK, words(kept_by, to=to), Lane.SUPPORT, public=False, facts={"task": number})
    if rung != Rung.HELP_ESCALATE:
        return case, [entry], letters, []
    leaders = ladder.first(books, case, now)
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
    to = ladder.first(books, case, now, about)
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
    rung, _, rest = due.rung.partition(":")
    waits = {
        Rung.ACCEPT_REMIND: _remind,
        Rung.ACCEPT_ESCALATE: _escalate,
        Rung.CONFIRM_WARN: _confirm_warn,
        Rung.CONFIRM_CLOSE: _confirm_close,
        Rung.TRANSFER_WAIT: _transfer_wait,
    }
    match rung:
        case Rung.HELP_REMIND | Rung.HELP_ESCALATE | Rung.HELP_LATE:
            return _help(books, case, handler, due, now)
        case Rung.CALLBACK:
            return _callback(books, case, handler, due, now)
        case Rung.CALL:
            return climbing.call(books, case, handler, rest, now)
        case Rung.WAKE:
            moved, entry, letters = pausing.wake(books, case, int(rest), now)
            return moved, [entry], letters, []
        case Rung.PAPERS:
            entry, letters = pausing.remind(books, case, int(rest))
            return case, [entry], letters, []
    promise = next((p for p in case.promises if p.id == rest), None)
    if promise is None:
        return waits[Rung(rung)](books, case, handler, now)
    return climbing.LINES[Rung(rung)](books, case, promise, now)


def _once(letters: list[Draft]) -> list[Draft]:
    """Whoever is called again for several reasons of one case at one moment gets one letter."""
    again = [letter for letter in letters if isinstance(letter.text, Words) and letter.text.code == climbing.FOLLOW]
    first = {letter.to: letter for letter in reversed(again)}
    return [letter for letter in letters if letter not in again or first[letter.to] is letter]


def overdue(books: Books, case: Case, now: datetime) -> Outcome | None:
    """Everything due by now in its order, as one decision; None when nothing is."""
    entries: list[Entry] = []
    letters: list[Draft] = []
    alerts: list[Alert] = []
    moved, beats = case, False
    while (due := next(iter(dues(moved, books.rules)), None)) and due.at <= now:
        if due.rung == Rung.BEAT:  # whatever else he hears now tells him how it stands
            moved, beats = replace(moved, beat_at=None), True
            continue
        moved, new_entries, new_letters, new_alerts = _fire(books, moved, due, now)
        if due.rung.partition(":")[0] not in promises.REPEATS:
            moved = replace(moved, rungs=(*moved.rungs, due.rung))
        entries += new_entries
        letters += new_letters
        alerts += new_alerts
    if beats and moved.state in LIVE and not any(letter.to.startswith("customer:") for letter in letters):
        entry, letter = climbing.beat(books, moved, now)
        entries.append(entry)
        letters.append(letter)
    if not entries:
        return None
    return record(books, moved, now, entries, _once(letters), alerts=alerts)
