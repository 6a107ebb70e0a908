"""Dates past the published calendar: reckoned anew when the notice comes, with a word to the customer."""

from dataclasses import replace
from datetime import datetime

from bot.desk import hours, promises
from bot.desk.books import Books
from bot.desk.case import CLOCK, Case, Kind, Lane, Outcome, Promise
from bot.desk.moves import Move
from bot.desk.outcome import Entry, record, to_customer
from bot.desk.promises import LIVE
from bot.desk.words import words


def _anew(books: Books, case: Case, promise: Promise) -> Promise:
    """The promise as today's calendar has it, its pauses given back."""
    calendar = books.calendar
    lengths = [hours.span(text) if text else None for text in promise.spans]
    budget = lengths[0] or lengths[1]
    if budget is None or promise.ended_at or not promise.tentative:
        return promise
    start = promise.started_at
    lines = [hours.add(calendar, start, one) if one else None for one in lengths]
    moved = replace(
        promise,
        promise_at=lines[0],
        internal_at=lines[1],
        red_line_at=lines[2],
        half_at=hours.part(calendar, start, budget, promises.HALF),
        most_at=hours.part(calendar, start, budget, promises.MOST),
        tentative=any(hours.tentative(calendar, start, one) for one in lengths if one),
    )
    for pause in case.pauses:
        if pause.ended_at and not pause.task:
            moved = promises.shifted(moved, calendar, pause.at, pause.ended_at)
    return moved


def retimed(books: Books, case: Case, now: datetime) -> Outcome | None:
    """The case with its tentative dates as the calendar now has them; None where nothing is new."""
    if case.state not in LIVE or not any(one.tentative and not one.ended_at for one in case.promises):
        return None
    changed = tuple(_anew(books, case, one) for one in case.promises)
    if changed == case.promises:
        return None
    moved = replace(case, promises=changed)
    news = [(new, new.promise_at != old.promise_at) for old, new in zip(case.promises, changed, strict=True)]
    news = [
        (new, later)
        for new, later in news
        if new.promise_at and (later or (new not in case.promises and not new.tentative))
    ]
    told = max(news, key=lambda one: one[1], default=None)  # a date that moved before one that is certain now
    about = told[0] if told else promises.next_promise(moved)
    entry = Entry(Move.PROMISE, CLOCK, words("event.retimed", promise=about), Lane.SUPPORT, public=told is not None)
    if told is None:
        return record(books, moved, now, [entry])
    facts = {"no": case.no, "topic": case.topic, "handler": books.person(case.first_handler), "promise": about}
    return record(
        books,
        moved,
        now,
        [entry],
        [to_customer(case, Kind.STATUS, words("case.retimed" if told[1] else "case.certain", **facts))],
    )
