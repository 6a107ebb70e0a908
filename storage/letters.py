"""The outbox: letters posted, each once, by the channels on which its person is reached; and lists of them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    FromClause,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.sql.elements import ColumnElement

from bot.desk.case import Kind, Letter
from bot.hall.records import LASTING, LetterQuery, LetterSlice, Posted
from storage import rows
from storage.columns import Writing, under
from storage.dialect import insert
from storage.hiding import seen_with
from storage.tables import OF_INCIDENT, OWED, UNSENT_EDIT, customers, outbox, reach

CUSTOMER = "customer:"
TOPIC = "topic:"
FORGOTTEN = "forgotten"
"""Why a letter never goes out whose words went with the customer; one under way then leaves nothing behind."""
SUPERSEDED = "superseded"
"""Why an edit never goes out: before anybody began to send it there was a newer one of the same letter."""
STATUS, BROADCAST = 2, 3
_RANKS = {Kind.STATUS: STATUS, Kind.NUDGE: STATUS, Kind.NOTICE: BROADCAST, Kind.DIGEST: BROADCAST}


def rank_of(letter: Letter) -> int:
    """Who goes first: 0 danger and alerts, 1 words and answers, 2 status, 3 broadcast."""
    if letter.urgent or letter.kind is Kind.ALERT:
        return 0
    if letter.edits:  # what stands there already is only made new
        return BROADCAST
    rank = _RANKS.get(letter.kind, 1)
    return rank if letter.to.startswith(CUSTOMER) else min(rank, STATUS)  # what the hall is told is no push


_GIVEN = (
    "key", "to_", "kind", "text", "case_no", "buttons", "urgent", "rank", "speaker", "at", "incident", "figures",
)  # fmt: skip
_CHANNELS = func.coalesce(
    select(func.nullif(reach.c.channels, "")).where(reach.c.to_ == bindparam("to_")).scalar_subquery(),
    select(customers.c.channel).where(customers.c.key == bindparam("customer", type_=Writing())).scalar_subquery(),
    bindparam("channel", type_=Writing()),
    type_=Writing(),
)
_WAY = select(_CHANNELS.label("channels")).subquery("way")


def _others(channels: ColumnElement[str]) -> ColumnElement[str]:
    """The channels without the lasting ones, in between blanks."""
    left: ColumnElement[str] = literal(" ", Writing()).concat(channels).concat(" ")
    for name in LASTING:
        left = func.replace(left, f" {name} ", " ", type_=Writing())
    return left


def _lasts(way: FromClause) -> ColumnElement[bool]:
    """Whether one of the channels lasts."""
    return func.length(_others(way.c.channels)) < func.length(way.c.channels) + 2


def _leaves(way: FromClause) -> ColumnElement[bool]:
    """Whether one of the channels has to be sent through."""
    return func.trim(_others(way.c.channels)) != ""


_EDITED = outbox.alias("edited")
_CARD = select(_EDITED.c.seq).where(_EDITED.c.key == bindparam("edits", type_=Writing())).scalar_subquery()
_TILL = (
    select(_EDITED.c.held_until).where(_EDITED.c.key == bindparam("edits", type_=Writing())).scalar_subquery()
)  # what it edits may itself still be held: neither goes before the other
_HELD = func.coalesce(bindparam("held_until", type_=outbox.c.held_until.type), _TILL, type_=outbox.c.held_until.type)
_FREE = _HELD.is_(None)
_LASTS, _LEAVES = _lasts(_WAY), _leaves(_WAY)
_ROW = {
    **{name: bindparam(name, type_=outbox.c[name].type) for name in _GIVEN},
    "replaces": func.coalesce(_CARD, bindparam("replaces", type_=outbox.c.replaces.type)),
    "held_until": _HELD,
    "channels": _WAY.c.channels,
    "to_show": and_(_LASTS, _FREE),
    "to_send": and_(_LEAVES, _FREE),
    "state": literal("waiting", Writing()),
    "tries": literal(0),
    "why": literal("", Writing()),
}


def _insert(row: Mapping[str, ColumnElement[Any]]) -> Insert:
    there = or_(bindparam("edits", type_=Writing()) == "", _CARD.is_not(None))  # what edits nothing is not posted
    made = insert(outbox).from_select(list(row), select(*row.values()).where(there))
    return made.on_conflict_do_nothing(index_elements=["key"])


_POST = _insert(_ROW)
_POST_ONE = _POST.returning(outbox.c.seq)
_BEFORE = outbox.alias("before")
_UNSEEN = select(_BEFORE.c.seq).where(_BEFORE.c.to_ == bindparam("to_"), _BEFORE.c.to_show).exists()
_AT_ONCE = and_(_LASTS, not_(_LEAVES), not_(_UNSEEN), _FREE)
_SAY = {
    **_ROW,
    "to_show": and_(_LASTS, _FREE, not_(_AT_ONCE)),
    "state": case((_AT_ONCE, "sent"), else_="waiting"),
    "sent_at": case((_AT_ONCE, bindparam("at", type_=outbox.c.at.type)), else_=null()),
}
_SAY_ONE = _insert(_SAY).returning(outbox.c.seq, outbox.c.state, outbox.c.replaces)
_SUPERSEDE = (  # found along the index of edits that nobody has begun to send
    update(outbox)
    .where(
        UNSENT_EDIT,
        outbox.c.replaces == _CARD,
        outbox.c.seq
        < select(_EDITED.c.seq).where(_EDITED.c.key == bindparam("newest", type_=Writing())).scalar_subquery(),
    )
    .values(
        state=case((outbox.c.sent_at.is_not(None), "sent"), else_="dead"),
        why=SUPERSEDED,
        to_show=false(),
        to_send=false(),
        next_try_at=None,
        held_until=None,
    )
)
_NOW = func.coalesce(
    select(func.nullif(reach.c.channels, "")).where(reach.c.to_ == outbox.c.to_).scalar_subquery(),
    select(customers.c.channel)
    .where(outbox.c.to_.startswith(CUSTOMER), customers.c.key == func.substr(outbox.c.to_, len(CUSTOMER) + 1))
    .scalar_subquery(),
    outbox.c.channels,
    type_=Writing(),
)
_OVER = (
    select(outbox.c.seq, _NOW.label("channels"))
    .where(outbox.c.held_until <= bindparam("now"))
    .order_by(outbox.c.held_until, outbox.c.seq)
    .limit(bindparam("limit"))
    .subquery("over")
)
_RELEASE = (
    update(outbox)
    .where(outbox.c.seq == _OVER.c.seq)
    .values(channels=_OVER.c.channels, to_show=_lasts(_OVER), to_send=_leaves(_OVER), held_until=None)
)


def _row(letter: Letter, at: datetime, write: Callable[[object], str]) -> dict[str, object]:
    is_customers = letter.to.startswith(CUSTOMER)
    return {
        "key": letter.key,
        "to_": letter.to,
        "kind": letter.kind,
        "text": write(letter.text),
        "case_no": letter.case,
        "buttons": rows.buttons_text(letter.buttons),
        "urgent": letter.urgent,
        "rank": rank_of(letter),
        "speaker": letter.speaker,
        "at": at,
        "replaces": letter.replaces,
        "edits": letter.edits,
        "held_until": letter.held_until if letter.held_until and letter.held_until > at else None,
        "incident": letter.incident,
        "figures": rows.packed(dict(letter.figures)) if letter.figures else "",
        "customer": letter.to.removeprefix(CUSTOMER) if is_customers else None,
        "channel": "web" if is_customers else "topic" if letter.to.startswith(TOPIC) else "desk",
    }


def _supersede(page: Connection, letters: Iterable[Letter]) -> None:
    """Older edits of the same letters that nobody has begun to send never go out."""
    edits = [{"edits": letter.edits, "newest": letter.key} for letter in letters if letter.edits]
    if edits:
        page.execute(_SUPERSEDE, edits)


def post(page: Connection, letter: Letter, at: datetime, write: Callable[[object], str]) -> bool:
    """A letter into the outbox; False if its key was posted before, or what it edits never was."""
    posted = page.execute(_POST_ONE, _row(letter, at, write)).first() is not None
    _supersede(page, [letter] if posted else [])
    return posted


def say(page: Connection, letter: Letter, at: datetime, write: Callable[[object], str]) -> Posted | None:
    """The letter if it is posted as `sent`: all its channels last, and nothing is owed to them before it."""
    row = _row(letter, at, write)
    found = page.execute(_SAY_ONE, row).first()
    _supersede(page, [letter] if found else [])
    if found is None or found.state != "sent":
        return None
    text, replaces = str(row["text"]), found.replaces
    return Posted(
        found.seq, at, letter.to, letter.kind, text, letter.key, letter.case, letter.buttons, replaces=replaces
    )


def post_all(page: Connection, letters: Iterable[Letter], at: datetime, write: Callable[[object], str]) -> None:
    """Several letters at once; those posted before stay as they are."""
    letters = tuple(letters)
    if letters:
        page.execute(_POST, [_row(letter, at, write) for letter in letters])
        _supersede(page, letters)


def release(page: Connection, now: datetime, limit: int) -> int:
    """Letters whose time in the hall is over, by the channels on which their people are reached now; how many."""
    return page.execute(_RELEASE, {"now": now, "limit": limit}).rowcount


def begun(page: Connection, prefix: str) -> tuple[tuple[str, str], ...]:
    """Key and address of every letter whose key begins so, by key."""
    asked = select(outbox.c.key, outbox.c.to_).where(under(outbox.c.key, prefix)).order_by(outbox.c.key)
    return tuple((key, to) for key, to in page.execute(asked))


def listed(page: Connection, after: int, limit: int, **wanted: str) -> tuple[Posted, ...]:
    """Letters after a seq, oldest first; `wanted` narrows by column where it is not empty."""
    asked = select(outbox).where(outbox.c.seq > after).order_by(outbox.c.seq).limit(limit)
    asked = asked.where(*(outbox.c[column] == value for column, value in wanted.items() if value))
    return tuple(rows.posted_of(row) for row in page.execute(asked))


def slice_of(page: Connection, query: LetterQuery) -> LetterSlice:
    """One slice of the outbox; `waiting` are also those being sent."""
    narrowed = [
        column == value
        for column, value in ((outbox.c.to_, query.to), (outbox.c.case_no, query.case), (outbox.c.kind, query.kind))
        if value
    ]
    narrowed.extend(seen_with(outbox.c.case_no, query.asker))
    if query.incident:
        narrowed.extend((OF_INCIDENT, outbox.c.incident == query.incident))
    if query.state:
        narrowed.append(outbox.c.state.in_(OWED) if query.state == "waiting" else outbox.c.state == query.state)
    total = page.execute(select(func.count()).select_from(outbox).where(*narrowed)).scalar_one()
    limit = max(query.limit, 0)
    asked = select(outbox).where(*narrowed).limit(limit + 1)
    if query.newest:
        asked = asked.order_by(outbox.c.seq.desc())
        asked = asked.where(outbox.c.seq < query.after) if query.after else asked
    else:
        asked = asked.where(outbox.c.seq > query.after).order_by(outbox.c.seq)
    found = [rows.posted_of(row) for row in page.execute(asked)]
    more = len(found) > limit > 0
    return LetterSlice(tuple(found[:limit]), found[limit - 1].seq if more else 0, total)
