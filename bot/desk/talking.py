"""What staff say on a case: words to the customer, notes; a time they name is a promise, tracked like any other."""

import re
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.desk import hours, promises
from bot.desk.books import Books
from bot.desk.case import Case, Kind, Lane, Outcome, Promise
from bot.desk.errors import Missing
from bot.desk.moves import Move, after
from bot.desk.outcome import Entry, record, to_customer, to_staff
from bot.desk.rights import permit
from bot.desk.roster import Staff
from bot.desk.settling import settled
from bot.desk.speech import asked_again, fit, sensible
from bot.desk.words import words
from intents.spoken import promised as read

_CALLED = re.compile("已(?:经)?(?:回电|去电|致电|电话|联系|答复|上门|到场|告知)|打(?:过|了)电话|电话(?:里)?(?:已|打)")
"""How a note says that the customer was called or seen."""


def _read(books: Books, text: str, now: datetime) -> datetime | None:
    """The moment these words promise something by; None where they promise nothing."""
    calendar = books.calendar

    def working(at: datetime, days: int) -> datetime:
        return hours.add(calendar, at, hours.Span(days, hours.Unit.WORK_DAY))

    try:
        said = read(text, now.astimezone(calendar.zone), closing=partial(hours.closing, calendar), working=working)
    except hours.NeverOpen:
        return None
    return said.at if said else None


def promised(books: Books, case: Case, by: Staff, text: str, until: datetime | None, now: datetime) -> Promise | None:
    """The promise somebody makes in talk: by the moment he names, else by the one his words name. Missing."""
    if until is not None and until <= now:
        raise Missing({"promise_at": "missing.past"})
    if until is None:
        until = _read(books, text, now)
    return promises.given(case.seq + 1, by.no, now, until) if until else None


def _kept_word(case: Case, by: Staff, given: Promise | None, now: datetime) -> tuple[Case, tuple[Entry, ...]]:
    """What somebody said he would do he has done now; a new word for the old one takes its place, once."""
    if given:
        case, late = settled(case, lambda old: old.by == by.no and bool(old.promise_at and old.promise_at < now), now)
        left = (replace(one, ended_at=now) if one.by == by.no and not one.ended_at else one for one in case.promises)
        return replace(case, promises=(*left, given)), late
    return settled(case, lambda promise: promise.to == promises.SAID and by.no in (promise.by, case.first_handler), now)


def _given(by: Staff, given: Promise | None) -> tuple[list[Entry], dict[str, str]]:
    """The ledger line of a promise made in talk, and what the words carry of it."""
    if given is None or given.promise_at is None:
        return [], {}
    text = words("event.promised", by=by, until=given.promise_at)
    facts = {"promise": given.id, "promise_at": given.promise_at.isoformat()}
    return [Entry(Move.PROMISE, by.no, text, facts=facts)], facts


def reply(
    books: Books, case: Case, by: Staff, text: str, now: datetime, *, promise_at: datetime | None = None
) -> Outcome:
    """A person's words to the customer, under that person's name; a time they name is a promise of that person."""
    permit(case, Move.REPLY, by, books.roster, now)
    after(case.no, case.state, Move.REPLY)
    said = fit(books, text, "text")
    given = promised(books, case, by, said, promise_at, now)
    moved, kept = settled(case, lambda promise: promise.to == "contact", now)
    moved, done = _kept_word(moved, by, given, now)
    letters = [to_customer(case, Kind.WORDS, words("staff.words", text=said, by=by), speaker=by.no)]
    again = asked_again(said, [name for name, value in case.slots.items() if value])
    line, facts = _given(by, given)
    if again:  # not refused, he may have his reason; but he is told, and it is counted
        moved = replace(moved, asked_again=case.asked_again + len(again))
        facts = {**facts, "asked_again": " ".join(again)}
        known = [words(f"slot.{name}") for name in again]
        letters.append(to_staff(by.no, Kind.NUDGE, words("staff.asked_again", no=case.no, known=known)))
    if given and promise_at is None:
        told = words("staff.promised", no=case.no, until=given.promise_at)
        letters.append(to_staff(by.no, Kind.NUDGE, told))
    return record(books, moved, now, [Entry(Move.REPLY, by.no, said, facts=facts), *line, *kept, *done], letters)


def note(
    books: Books, case: Case, by: Staff, text: str, now: datetime, *, promise_at: datetime | None = None
) -> Outcome:
    """An internal note: never leaves the hall; a promise made by telephone is tracked all the same."""
    permit(case, Move.NOTE, by, books.roster, now)
    after(case.no, case.state, Move.NOTE)
    said = sensible(text, "text")
    if promise_at is not None:
        after(case.no, case.state, Move.PROMISE)  # of a case that is over nothing is promised, rather than forgotten
    given = promised(books, case, by, "", promise_at, now)
    moved, done = _kept_word(case, by, given, now) if given or _CALLED.search(said) else (case, ())
    line, facts = _given(by, given)
    entry = Entry(Move.NOTE, by.no, said, Lane.BACKSTAGE, public=False, facts=facts)
    return record(books, moved, now, [entry, *line, *done])
