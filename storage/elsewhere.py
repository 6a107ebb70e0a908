"""Where things lie on a messenger's side: how an address is reached, the topic of a case, the message of a letter."""

from sqlalchemy import Connection, bindparam, func, select

from bot.hall.records import Carried, Posted, Reach
from storage import rows
from storage.dialect import insert
from storage.letters import FORGOTTEN
from storage.tables import carried, outbox, reach, topics

_KEEP_REACH = insert(reach)
_KEEP_REACH = _KEEP_REACH.on_conflict_do_update(
    index_elements=["to_"], set_={column.name: column for column in _KEEP_REACH.excluded if column.name != "to_"}
)
_REACH = select(reach).where(reach.c.to_ == bindparam("to"))
_REACHED_BY = select(reach).where(reach.c.chat == bindparam("theirs")).order_by(reach.c.to_)
_KEEP_TOPIC = insert(topics)
_KEEP_TOPIC = _KEEP_TOPIC.on_conflict_do_update(
    index_elements=["case_no"], set_={"thread": _KEEP_TOPIC.excluded.thread}
)
_TOPIC = select(topics.c.thread).where(topics.c.case_no == bindparam("no"))
_CASE_OF_TOPIC = select(func.max(topics.c.case_no)).where(topics.c.thread == bindparam("theirs"))
_WHERE = {name: bindparam(name, type_=carried.c[name].type) for name in ("letter", "chat", "message", "shows")}
_KNOWN = select(outbox.c.seq).where(outbox.c.seq == bindparam("letter"), outbox.c.why != FORGOTTEN).exists()
_KEEP_CARRIED = insert(carried).from_select(list(_WHERE), select(*_WHERE.values()).where(_KNOWN))
_KEEP_CARRIED = _KEEP_CARRIED.on_conflict_do_update(
    index_elements=["letter"],
    set_={column.name: column for column in _KEEP_CARRIED.excluded if column.name != "letter"},
)
_CARRIED = select(carried).where(carried.c.letter == bindparam("number"))
_CARRIED_AT = (
    select(outbox)
    .join(carried, carried.c.letter == outbox.c.seq)
    .where(carried.c.chat == bindparam("theirs"), carried.c.message == bindparam("number"))
    .order_by(outbox.c.seq.desc())
    .limit(1)
)


def keep_reach(page: Connection, kept: Reach) -> None:
    """Store how an address is reached, new or changed."""
    row = {"to_": kept.to, "channels": " ".join(kept.channels), "chat": kept.chat, "blocked_at": kept.blocked_at}
    page.execute(_KEEP_REACH, row)


def reach_of(page: Connection, to: str) -> Reach | None:
    """How an address is reached beside its usual way."""
    row = page.execute(_REACH, {"to": to}).first()
    return None if row is None else rows.reach_of(row)


def reached_by(page: Connection, chat: int) -> tuple[Reach, ...]:
    """Every address reached through this chat: `customer:` comes before `staff:`."""
    return tuple(rows.reach_of(row) for row in page.execute(_REACHED_BY, {"theirs": chat}))


def keep_topic(page: Connection, no: str, thread: int) -> None:
    """The forum topic of a case; 0: it is gone."""
    page.execute(_KEEP_TOPIC, {"case_no": no, "thread": thread})


def topic(page: Connection, no: str) -> int:
    """The forum topic of a case; 0 if it has none."""
    return page.execute(_TOPIC, {"no": no}).scalar() or 0


def case_of_topic(page: Connection, thread: int) -> str:
    """The case whose forum topic this is; empty if none."""
    return (page.execute(_CASE_OF_TOPIC, {"theirs": thread}).scalar() or "") if thread else ""


def keep_carried(page: Connection, letter: int, kept: Carried) -> None:
    """Where a letter lies on the other side; of one whose customer was forgotten meanwhile nothing is kept."""
    page.execute(_KEEP_CARRIED, {"letter": letter, "chat": kept.chat, "message": kept.message, "shows": kept.shows})


def carried_of(page: Connection, letter: int) -> Carried | None:
    """Where a letter lies on the other side, if it was carried there."""
    row = page.execute(_CARRIED, {"number": letter}).first()
    return None if row is None else Carried(row.chat, row.message, row.shows)


def carried_at(page: Connection, chat: int, message: int) -> Posted | None:
    """The letter that lies there as this message; the newest, should it show several."""
    row = page.execute(_CARRIED_AT, {"theirs": chat, "number": message}).first()
    return None if row is None else rows.posted_of(row)
