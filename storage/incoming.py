"""Raw updates of a messenger: kept before they are acknowledged, read in the order of their chat, blanked once read."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, FromClause, Integer, bindparam, delete, exists, func, or_, select
from sqlalchemy import update as change

from bot.hall.records import RawUpdate
from storage import rows
from storage.dialect import insert
from storage.tables import UNREAD, updates

_TAKE_IN = insert(updates).on_conflict_do_nothing(index_elements=["bot", "id"]).returning(updates.c.bot, updates.c.id)


def _early(some: FromClause) -> ColumnElement[bool]:
    return or_(some.c.try_at.is_(None), some.c.try_at <= bindparam("now"))


_BEFORE = updates.alias("before")
_UNREAD_BEFORE = exists().where(
    _BEFORE.c.chat == updates.c.chat, _BEFORE.c.id < updates.c.id, _BEFORE.c.state == UNREAD.right
)
_UNREAD = (
    select(updates)
    .where(
        UNREAD,
        updates.c.chat == bindparam("chat"),
        _early(updates),
        ~_UNREAD_BEFORE.where(_BEFORE.c.try_at > bindparam("now")),
    )
    .order_by(updates.c.id, updates.c.bot)
    .limit(bindparam("limit"))
)
_CHATS = (
    select(updates.c.chat)
    .where(UNREAD, _early(updates), ~_UNREAD_BEFORE)
    .group_by(updates.c.chat)
    .order_by(func.min(updates.c.at), updates.c.chat)
    .limit(bindparam("limit"))
)
_THIS = (updates.c.bot == bindparam("whose"), updates.c.id == bindparam("number"), UNREAD)
_READ = change(updates).where(*_THIS).values(state="done", body="", try_at=None)
_SET_ASIDE = change(updates).where(*_THIS).values(state="poison", why=bindparam("cause"), try_at=None)
_LATER = change(updates).where(*_THIS)
_LATER = _LATER.values(try_at=bindparam("until"), tries=updates.c.tries + bindparam("more", type_=Integer()))
_GATHER = change(updates).where(UNREAD, updates.c.bot == bindparam("whose"), updates.c.album == bindparam("of"))
_GATHER = _GATHER.values(try_at=bindparam("until"))
_FORGET = delete(updates).where(updates.c.state == "done", updates.c.at < bindparam("before"))


def _row(update: RawUpdate) -> dict[str, object]:
    return {
        "bot": update.bot,
        "id": update.id,
        "body": update.body,
        "chat": update.chat,
        "album": update.album,
        "state": "waiting",
        "why": "",
        "at": update.at,
        "try_at": update.try_at,
        "tries": update.tries,
    }


def _rows_of(found: Iterable[rows.AnyRow]) -> tuple[RawUpdate, ...]:
    return tuple(rows.update_of(row) for row in found)


def take_in(page: Connection, taken: Sequence[RawUpdate]) -> tuple[int, ...]:
    """Keep raw updates; the ids of those that are new, as they came."""
    if not taken:
        return ()
    new = {(row.bot, row.id) for row in page.execute(_TAKE_IN, [_row(update) for update in taken])}
    came = dict.fromkeys((update.bot, update.id) for update in taken)
    return tuple(number for bot, number in came if (bot, number) in new)


def unread(page: Connection, chat: str, now: datetime, limit: int) -> tuple[RawUpdate, ...]:
    """Raw updates of one chat still to be read, by id, up to the first whose time has not come."""
    return _rows_of(page.execute(_UNREAD, {"chat": chat, "now": now, "limit": limit}))


def chats(page: Connection, now: datetime, limit: int) -> tuple[str, ...]:
    """Chats whose first unread update may be read now; who waits longest comes first."""
    return tuple(page.execute(_CHATS, {"now": now, "limit": limit}).scalars())


def read(page: Connection, update: RawUpdate) -> None:
    """Its effect is in the ledger: nothing of it is kept but that it was."""
    page.execute(_READ, {"whose": update.bot, "number": update.id})


def set_aside(page: Connection, update: RawUpdate, why: str) -> None:
    """Nobody can read it: kept as it came."""
    page.execute(_SET_ASIDE, {"whose": update.bot, "number": update.id, "cause": why})


def later(page: Connection, update: RawUpdate, until: datetime, *, counts: bool) -> None:
    """Not now; one try more where it counts."""
    page.execute(_LATER, {"whose": update.bot, "number": update.id, "until": until, "more": int(counts)})


def gather(page: Connection, bot: str, album: str, until: datetime) -> None:
    """All unread parts of an album wait until then."""
    page.execute(_GATHER, {"whose": bot, "of": album, "until": until})


def forget(page: Connection, before: datetime) -> int:
    """Read updates older than this go; how many."""
    return page.execute(_FORGET, {"before": before}).rowcount
