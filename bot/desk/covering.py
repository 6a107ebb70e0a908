"""Who acts while the first handler is away 代办: a named stand-in till a day that is told; responsibility stays."""

from dataclasses import replace
from datetime import datetime

from bot.desk import roster
from bot.desk.books import Books
from bot.desk.case import CLOCK, Case, Kind, Lane, Outcome, Post
from bot.desk.moves import Move
from bot.desk.outcome import Entry, record, to_customer, to_staff
from bot.desk.pending import Cover
from bot.desk.promises import HELD
from bot.desk.words import words


def _acting(books: Books, case: Case, now: datetime) -> Cover | None:
    """Who acts for a first handler who is away; a duty leader told of stays the one while he is here."""
    day = now.astimezone(books.roster.zone).date()
    till = roster.away_till(books.roster, case.first_handler, day)
    if till is None:
        return None
    told = case.cover.staff if case.cover else ""
    leaders = [one.no for one in roster.duty_leaders(books.roster, now)]
    leaders += [one.no for one in books.roster.staff.values() if one.on and one.post is Post.DUTY]
    stays = told in leaders and told not in case.hidden_from and not roster.away_till(books.roster, told, day)
    named = roster.stand_in(books.roster, case.first_handler, day)
    if stays and (not named or named in case.hidden_from):
        return Cover(told, till)
    named = roster.covering(books.roster, case.first_handler, now, case.hidden_from)
    return Cover(named, till) if named else None


def cover(books: Books, case: Case, now: datetime) -> Outcome | None:
    """The first handler goes on leave or comes back: the customer hears who acts and till when; None: no news."""
    due = _acting(books, case, now) if case.state in HELD else case.cover
    if due == case.cover:
        return None
    handler = books.person(case.first_handler)
    facts: dict[str, object] = {"no": case.no, "topic": case.topic, "handler": handler}
    moved = replace(case, cover=due)
    if due is None:
        away = roster.away_till(books.roster, handler.no, now.astimezone(books.roster.zone).date())
        if away:  # nobody is left to act: said inside, nothing untrue outside
            entry = Entry(Move.CHANGE, CLOCK, words("event.cover.none", **facts), Lane.SUPPORT, public=False)
            return record(books, moved, now, [entry])
        entry = Entry(Move.CHANGE, CLOCK, words("event.cover.end", **facts), Lane.SUPPORT)
        return record(books, moved, now, [entry], [to_customer(case, Kind.STATUS, words("case.cover.end", **facts))])
    facts |= {"cover": books.person(due.staff), "till": due.till}
    stands = {"stand_in": due.staff, "till": due.till.isoformat()}
    entry = Entry(Move.CHANGE, CLOCK, words("event.cover", **facts), Lane.SUPPORT, facts=stands)
    letters = [
        to_customer(case, Kind.STATUS, words("case.cover", **facts)),
        to_staff(due.staff, Kind.NOTICE, words("staff.cover", **facts)),
    ]
    return record(books, moved, now, [entry], letters)
