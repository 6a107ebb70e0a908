"""The inbox and the talk: what was heard, what both sides read, what it is about."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from bot.guide.thread import Floor, Thread
from bot.hall.records import CaseQuery, Heard, Line
from storage import rows
from storage.dialect import insert
from storage.tables import inbox, talk, threads

_HEAR = (
    insert(inbox)
    .values({column: bindparam(column) for column in ("channel", "ext_id", "customer", "body", "heard_at")})
    .on_conflict_do_nothing(index_elements=["channel", "customer", "ext_id"])
    .returning(inbox.c.id)
)
_UNDONE = (
    select(inbox.c.id, inbox.c.channel, inbox.c.ext_id, inbox.c.customer, inbox.c.body, inbox.c.heard_at)
    .where(inbox.c.customer == bindparam("customer"), inbox.c.done_at.is_(None))
    .order_by(inbox.c.id)
)
_TICK = (
    update(inbox)
    .where(inbox.c.id == bindparam("row"), inbox.c.done_at.is_(None))
    .values(done_at=bindparam("at"), body="{}")
)
_SAY = insert(talk).returning(talk.c.seq)
_SAID = select(func.max(talk.c.seq)).where(talk.c.customer == bindparam("customer"), talk.c.ext_id == bindparam("id"))
_THREAD = select(threads).where(threads.c.customer == bindparam("customer"))
_KEEP = insert(threads).values(
    customer=bindparam("customer"), body=bindparam("body"), version=1, wake_at=bindparam("wake_at")
)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=["customer"],
    set_={"body": _KEEP.excluded.body, "version": threads.c.version + 1, "wake_at": _KEEP.excluded.wake_at},
)
_FORMS_DUE = (
    select(threads.c.customer)
    .where(threads.c.wake_at <= bindparam("now"))
    .order_by(threads.c.wake_at, threads.c.customer)
    .limit(bindparam("limit"))
)
_LINES = (
    select(talk)
    .where(talk.c.customer == bindparam("customer"), talk.c.seq > bindparam("after"))
    .order_by(talk.c.seq)
    .limit(bindparam("limit"))
)
_LAST = select(func.max(talk.c.seq)).where(talk.c.customer == bindparam("customer"))
_WORK = (
    select(inbox.c.customer)
    .where(inbox.c.done_at.is_(None))
    .group_by(inbox.c.customer)
    .order_by(func.min(inbox.c.id))
    .limit(bindparam("limit"))
)


def hear(page: Connection, heard: Heard, at: datetime) -> bool:
    """Keep a raw message; False if it was heard before."""
    row = {
        "channel": heard.channel,
        "ext_id": heard.id,
        "customer": heard.customer,
        "body": rows.heard_body(heard),
        "heard_at": at,
    }
    return page.execute(_HEAR, row).first() is not None


def undone(page: Connection, customer: str) -> tuple[Heard, ...]:
    """What was heard and not yet answered, in the order it came."""
    return tuple(rows.heard_of(row) for row in page.execute(_UNDONE, {"customer": customer}))


def _said(page: Connection, customer: str, message: str) -> int | None:
    """Seq of the line that shows this message of the customer."""
    found: int | None = page.execute(_SAID, {"customer": customer, "id": message}).scalar()
    return found


def done(
    page: Connection,
    heard: Heard,
    text: str,
    understood: Mapping[str, object] | None,
    at: datetime,
    case: str = "",
) -> int:
    """The talk line is written, the raw message blanked; ticked off before, it stays as it was."""
    if page.execute(_TICK, {"row": heard.row, "at": at}).rowcount == 0:
        return _said(page, heard.customer, heard.id) or 0
    line = {
        "customer": heard.customer,
        "at": heard.at or at,
        "sender": "customer",
        "name": "",
        "text": text,
        "buttons": "",
        "case_no": case,
        "files": rows.files_text(heard.files),
        "ext_id": heard.id,
        "heard": "" if understood is None else rows.packed(understood),
        "letter_id": None,
        "replaces": _said(page, heard.customer, heard.replaces) if heard.replaces else None,
    }
    return int(page.execute(_SAY, line).scalar_one())


def thread(page: Connection, customer: str) -> Thread:
    """The talk's thread; a new one for a new customer."""
    return rows.thread_of(customer, page.execute(_THREAD, {"customer": customer}).first())


def keep(page: Connection, kept: Thread) -> None:
    """Store the thread, one version on."""
    page.execute(_KEEP, {"customer": kept.customer, "body": rows.thread_body(kept), "wake_at": kept.wake_at})


def forms_due(page: Connection, now: datetime, limit: int) -> tuple[str, ...]:
    """Customers whose unfinished form the guide has to come back to, earliest first."""
    return tuple(page.execute(_FORMS_DUE, {"now": now, "limit": limit}).scalars())


def drafts(page: Connection, query: CaseQuery) -> tuple[tuple[Thread, ...], str, int]:
    """Unfinished forms, by customer; those of one matter or one customer, if asked for."""
    wanted = [{"draft": True}, *([{"topic": query.topic}] if query.topic else [])]
    narrowed = [threads.c.body.contains(rows.packed(one)[1:-1], autoescape=True) for one in wanted]
    if query.customer:
        narrowed.append(threads.c.customer == query.customer)
    total = page.execute(select(func.count()).select_from(threads).where(*narrowed)).scalar_one()
    limit = max(query.limit, 0)
    asked = select(threads).where(threads.c.customer > query.after, *narrowed).order_by(threads.c.customer)
    found = [rows.thread_of(row.customer, row) for row in page.execute(asked.limit(limit + 1))]
    shown = tuple(found[:limit])
    return shown, shown[-1].customer if shown and len(found) > limit else "", total


def spoken(page: Connection) -> tuple[Thread, ...]:
    """The talks in which a person has the floor, by customer."""
    held = threads.c.body.contains(rows.packed({"floor": Floor.STAFF.value})[1:-1], autoescape=True)
    asked = select(threads).where(held).order_by(threads.c.customer)
    return tuple(rows.thread_of(row.customer, row) for row in page.execute(asked))


def lines(page: Connection, customer: str, after: int, limit: int, without: Collection[str] = ()) -> tuple[Line, ...]:
    """The talk after a seq, oldest first; `without` the lines of some cases."""
    asked = _LINES.where(talk.c.case_no.not_in(without)) if without else _LINES
    found = page.execute(asked, {"customer": customer, "after": after, "limit": limit})
    return tuple(rows.line_of(row) for row in found)


def last_seq(page: Connection, customer: str) -> int:
    """Seq of the talk's newest line, 0 if none."""
    return page.execute(_LAST, {"customer": customer}).scalar() or 0


def talks_with_work(page: Connection, limit: int) -> tuple[str, ...]:
    """Customers with something heard and not yet answered; who waits longest comes first."""
    return tuple(page.execute(_WORK, {"limit": limit}).scalars())
