"""Figures of a day for the duty board and its digests: what was opened, resolved, broken, rated low; who holds what."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, distinct, func, select

from bot.desk.case import State
from bot.desk.moves import Move
from storage import rows
from storage.tables import COUNTED, WORKED_ON, cases, events

_OPENED = (
    select(func.count())
    .select_from(cases)
    .where(cases.c.opened_at >= bindparam("since"), cases.c.opened_at < bindparam("till"))
)
_THEN = (COUNTED, events.c.at >= bindparam("since"), events.c.at < bindparam("till"))
_MOVES = select(events.c.move, func.count(), func.count(distinct(events.c.chain))).where(*_THEN).group_by(events.c.move)
_RATED = select(events.c.facts).where(*_THEN, events.c.move == Move.RATE.value)
_UNACCEPTED = cases.c.state == State.OPEN.value
_UNTAKEN = select(func.count()).select_from(cases).where(_UNACCEPTED)
_OPEN = select(func.count()).select_from(cases).where(WORKED_ON)
_WAITS = select(cases.c.first_handler, func.min(cases.c.opened_at)).where(_UNACCEPTED).group_by(cases.c.first_handler)


def _is_low(facts: str, low: int) -> bool:
    """Whether the rating is this low; one whose words were forgotten counts no more."""
    score = str(rows.unpacked(facts, {}).get("score", ""))
    return score.isdecimal() and int(score) <= low


def of_span(page: Connection, since: datetime, till: datetime, low: int) -> Mapping[str, int]:
    """`opened resolved late low_ratings` of [since, till), `unaccepted open` as of now."""
    span = {"since": since, "till": till}
    moves = {move: (many, on) for move, many, on in page.execute(_MOVES, span)}
    return {
        "opened": page.execute(_OPENED, span).scalar_one(),
        "resolved": moves.get(Move.RESOLVE, (0, 0))[1],
        "late": moves.get(Move.BROKEN, (0, 0))[0],
        "low_ratings": sum(_is_low(facts, low) for facts in page.execute(_RATED, span).scalars()),
        "unaccepted": page.execute(_UNTAKEN).scalar_one(),
        "open": page.execute(_OPEN).scalar_one(),
    }


def waits(page: Connection) -> Mapping[str, datetime]:
    """First handler → since when the oldest of his cases that nobody has accepted waits."""
    return dict(page.execute(_WAITS).all())
