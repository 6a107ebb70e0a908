"""The ledger's pulse: what is owed, how many rows there are of each sort, when something must be done next."""

from datetime import datetime

from sqlalchemy import Connection, case, func, literal, null, select

from storage.letters import SUPERSEDED
from storage.tables import UNREAD, cases, outbox, threads, updates

_AT = case((outbox.c.next_try_at.is_(None), outbox.c.at)).label("at")
_SHOW, _SEND = select(_AT).where(outbox.c.to_show), select(_AT).where(outbox.c.to_send, ~outbox.c.to_show)
_HELD = select(null().label("at")).where(outbox.c.held_until.is_not(None))
_ALL_OWED = _SHOW.union_all(_SEND, _HELD).subquery()
_OWED = select(func.count(), func.min(_ALL_OWED.c.at)).select_from(_ALL_OWED)
_LETTER = case((outbox.c.why == SUPERSEDED, literal(SUPERSEDED)), else_=outbox.c.state)
"""An edit that a newer one overtook has not failed: it counts as what it is."""
_COUNTS = tuple(
    select(literal(sort), state, func.count()).group_by(state)
    for sort, state in (("letters", _LETTER), ("cases", cases.c.state), ("updates", updates.c.state))
)
_WAKE_UPS = tuple(
    select(func.min(column)).where(column.is_not(None), *where).scalar_subquery()
    for column, where in (
        (cases.c.due_at, ()),
        (outbox.c.next_try_at, ()),
        (outbox.c.held_until, ()),
        (threads.c.wake_at, ()),
        (updates.c.try_at, (UNREAD,)),
    )
)
_WAKE_UP = select(*_WAKE_UPS)


def owed(page: Connection) -> tuple[int, datetime | None]:
    """How many letters are owed, and since when the oldest waits that nobody put off and no quiet hours hold."""
    many, oldest = page.execute(_OWED).one()
    return many, oldest


def counts(page: Connection) -> dict[str, int]:
    """How many rows of each sort and state: `letters.sent`, `cases.open`, `updates.poison`."""
    return {f"{sort}.{state}": many for asked in _COUNTS for sort, state, many in page.execute(asked)}


def next_wake_up(page: Connection) -> datetime | None:
    """The earliest moment at which a case or a form falls due, a letter is released, or anything is tried again."""
    return min((at for at in page.execute(_WAKE_UP).one() if at is not None), default=None)
