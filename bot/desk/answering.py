"""Somebody answers for an alert: by saying so, or by doing what it asks for."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bot.desk.books import Books
from bot.desk.case import Case, Lane, Outcome
from bot.desk.ladder import GRAVE
from bot.desk.moves import Move
from bot.desk.outcome import Entry, record
from bot.desk.pending import Raised
from bot.desk.roster import Staff
from bot.desk.words import words

_LINES = ("half", "most", "internal", "broken", "red_line")
ANSWERS: Mapping[Move, tuple[str, ...]] = MappingProxyType(
    {
        Move.ACCEPT: ("accept",),
        Move.REASSIGN: ("transfer", "orphan", "accept", *_LINES),
        Move.CALLBACK: ("callback", "low_rating", "urges", *_LINES),
        Move.PAUSE: _LINES,
        Move.RESOLVE: ("accept", "help", "urges", *sorted(GRAVE), *_LINES),
        Move.CANCEL: ("accept", "help", "urges", "transfer", *_LINES),
    }
)
"""A move → why an alert was raised that it answers."""


def _answered(one: Raised, by: str, now: datetime, follow: datetime | None) -> Raised:
    return replace(one, acked_by=by, acked_at=now, next_at=follow if one.grave else None)


def acknowledge(books: Books, case: Case, rung: str, by: Staff, now: datetime) -> Outcome | None:
    """Somebody says: I have it. The first one stays; None if there is no such alert or somebody has it already."""
    found = next((one for one in case.raised if one.rung == rung and not one.acked_by), None)
    if found is None:
        return None
    mine = _answered(found, by.no, now, now + books.rules.danger_follow)
    moved = replace(case, raised=tuple(mine if one is found else one for one in case.raised))
    why = words(f"why.{found.why}")
    entry = Entry(
        Move.ACKNOWLEDGE, by.no, words("event.acked", by=by, why=why), Lane.SUPPORT, public=False, facts={"rung": rung}
    )
    return record(books, moved, now, [entry])


def by_doing(case: Case, move: Move, by: Staff, now: datetime) -> tuple[Case, tuple[str, ...]]:
    """The case with the open alerts that this move answers marked as answered, and their rungs."""
    whys = ANSWERS.get(move, ())
    mine = tuple(one for one in case.raised if one.why in whys and not one.acked_by)
    raised = tuple(_answered(one, by.no, now, None) if one in mine else one for one in case.raised)
    return replace(case, raised=raised), tuple(one.rung for one in mine)
