"""The outbox: letters posted, each once, by the channels on which its person is reached; and lists of them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, literal, not_, null, select, true
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.sql.elements import ColumnElement

from bot.desk.case import Kind, Letter
from bot.hall.records import LASTING, LetterQuery, LetterSlice, Posted
from storage import rows
from storage.columns import Writing
from storage.dialect import insert
from storage.hiding import seen_with
from storage.tables import OWED, customers, outbox, reach

CUSTOMER = "customer:"
TOPIC = "topic:"
FORGOTTEN = "forgotten"
"""Why a letter never goes out whose words went with the customer; one under way then leaves nothing behind."""
STATUS, BROADCAST = 2, 3
_RANKS = {Kind.STATUS: STATUS, Kind.NUDGE: STATUS, Kind.NOTICE: BROADCAST, Kind.DIGEST: BROADCAST}


def rank_of(letter: Letter) -> int:
    """Who goes first: 0 danger and alerts, 1 words and answers, 2 status, 3 broadcast."""
    if letter.urgent or letter.kind is Kind.ALERT:
        return 0
    rank = _RANKS.get(letter.kind, 1)
    return rank if letter.to.startswith(CUSTOMER) else min(rank, STATUS)  # what the hall is told is no push


_GIVEN = ("key", "to_", "kind", "text", "case_no", "buttons", "urgent", "rank", "speaker", "at", "replaces")
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


_OTHERS = _others(_WAY.c.channels)
_LASTS = func.length(_OTHERS) < func.length(_WAY.c.channels) + 2
_LEAVES = func.trim(_OTHERS) != ""
_ROW = {
    **{name: bindparam(name, type_=outbox.c[name].type) for name in _GIVEN},
    "channels": _WAY.c.channels,
    "to_show": _LASTS,
    "to_send": _LEAVES,
    "state": literal("waiting", Writing()),
    "tries": literal(0),
    "why": literal("", Writing()),
}


def _insert(row: Mapping[str, ColumnElement[Any]]) -> Insert:
    made = insert(outbox).from_select(list(row), select(*row.values()).where(true()))
    return made.on_conflict_do_nothing(index_elements=["key"])


_POST = _insert(_ROW)
_POST_ONE = _POST.returning(outbox.c.seq)
_BEFORE = outbox.alias("before")
_UNSEEN = select(_BEFORE.c.seq).where(_BEFORE.c.to_ == bindparam("to_"), _BEFORE.c.to_show).exists()
_AT_ONCE = and_(_LASTS, not_(_LEAVES), not_(_UNSEEN))
_SAY = {
    **_ROW,
    "to_show": and_(_LASTS, not_(_AT_ONCE)),
    "state": case((_AT_ONCE, "sent"), else_="waiting"),
    "sent_at": case((_AT_ONCE, bindparam("at", type_=outbox.c.at.type)), else_=null()),
}
_SAY_ONE = _insert(_SAY).returning(outbox.c.seq, outbox.c.state)


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
        "customer": letter.to.removeprefix(CUSTOMER) if is_customers else None,
        "channel": "web" if is_customers else "topic" if letter.to.startswith(TOPIC) else "desk",
    }


def post(page: Connection, letter: Letter, at: datetime, write: Callable[[object], str]) -> bool:
    """A letter into the outbox; False if its key was posted before."""
    return page.execute(_POST_ONE, _row(letter, at, write)).first() is not None


def say(page: Connection, letter: Letter, at: datetime, write: Callable[[object], str]) -> Posted | None:
    """The letter if it is posted as `sent`: all its channels last, and nothing is owed to them before it."""
    row = _row(letter, at, write)
    found = page.execute(_SAY_ONE, row).first()
    if found is None or found.state != "sent":
        return None
    return Posted(found.seq, at, letter.to, letter.kind, str(row["text"]), letter.key, letter.case, letter.buttons)


def post_all(page: Connection, letters: Iterable[Letter], at: datetime, write: Callable[[object], str]) -> None:
    """Several letters at once; those posted before stay as they are."""
    listed = [_row(letter, at, write) for letter in letters]
    if listed:
        page.execute(_POST, listed)


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
