"""What only the duty leader 值班领导 does to a case: its priority, the callback after a low rating."""

from dataclasses import replace
from datetime import datetime

from bot.desk.books import Books
from bot.desk.case import Case, Kind, Lane, Outcome, Priority
from bot.desk.errors import Missing, NotYours
from bot.desk.moves import Move, after
from bot.desk.outcome import Entry, record, to_staff
from bot.desk.pending import Callback
from bot.desk.rights import about, permit
from bot.desk.roster import Staff
from bot.desk.speech import sensible
from bot.desk.words import words

__all__ = ["about", "callback", "priority"]


def priority(books: Books, case: Case, by: Staff, level: str, reason: str, now: datetime) -> Outcome:
    """How urgent the case is, with a reason; the first handler hears it."""
    permit(case, Move.PRIORITY, by, books.roster, now)
    after(case.no, case.state, Move.PRIORITY)
    if level not in [one.value for one in Priority]:
        raise Missing({"priority": "missing.priority"})
    why = sensible(reason, "reason")
    moved = replace(case, priority=Priority(level))
    told = words("staff.priority", no=case.no, topic=case.topic, level=words(f"priority.{level}"), reason=why, by=by)
    entry = Entry(
        Move.PRIORITY,
        by.no,
        words("event.priority", level=words(f"priority.{level}"), reason=why),
        Lane.SUPPORT,
        public=False,
        facts={"priority": level},
    )
    return record(books, moved, now, [entry], [to_staff(case.first_handler, Kind.NOTICE, told)])


def callback(books: Books, case: Case, by: Staff, text: str, now: datetime) -> Outcome:
    """The duty leader has called the customer back, never the one rated or complained of; the words stay inside."""
    permit(case, Move.CALLBACK, by, books.roster, now)
    after(case.no, case.state, Move.CALLBACK)
    if by.no in about(case):
        raise NotYours(case.no, by.no, Move.CALLBACK, case.first_handler)
    said = sensible(text, "text")
    owed = case.callback or Callback(about(case)[0], now, now)
    moved = replace(case, callback=replace(owed, by=by.no, text=said, done_at=now))
    return record(
        books,
        moved,
        now,
        [Entry(Move.CALLBACK, by.no, said, Lane.SUPPORT, public=False)],
        [to_staff(case.first_handler, Kind.NOTICE, words("staff.callback", no=case.no, topic=case.topic, by=by))],
    )
