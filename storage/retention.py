"""What goes once its time is over: who has long been silent, and slices of everything that is kept for a while."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, or_, select, update

from storage.chain import HALL
from storage.columns import under
from storage.forgetting import blank
from storage.letters import CUSTOMER
from storage.tables import LIVE, care, cases, customers, events, inbox, outbox, remembered, sessions, talk, updates

_HELD = (*LIVE, "resolved")


def silent(page: Connection, before: datetime, after: str, limit: int) -> tuple[str, ...]:
    """Customers of whom nothing is newer than `before`, nothing is under way and something is left to forget."""
    key = customers.c.key
    case, line, way, heard = (table.c for table in (cases, talk, sessions, inbox))
    ended = func.coalesce(case.closed_at, case.resolved_at, case.accepted_at, case.opened_at)
    his_way = (way.subject == key, way.kind == "customer")
    newer = or_(
        exists().where(case.customer == key, or_(case.state.in_(_HELD), ended >= before)),
        exists().where(line.customer == key, line.at >= before),
        exists().where(*his_way, or_(way.made_at >= before, way.seen_at >= before)),
        exists().where(heard.customer == key, heard.done_at.is_(None)),
        exists().where(care.c.customer == key, care.c.ended_at.is_(None)),
    )
    since = or_(customers.c.forgotten_at.is_(None), line.at > customers.c.forgotten_at)
    left = or_(
        exists().where(line.customer == key, since),
        exists().where(case.customer == key, customers.c.forgotten_at.is_(None)),
        exists().where(*his_way),
    )
    asked = select(key).where(key > after, left, ~newer).order_by(key).limit(limit)
    return tuple(page.execute(asked).scalars())


def sessions_ended(page: Connection, before: datetime, limit: int) -> int:
    """Ways in that ended before this moment go; how many."""
    some = select(sessions.c.hash).where(sessions.c.expires_at < before).limit(limit)
    return page.execute(delete(sessions).where(sessions.c.hash.in_(some))).rowcount


def notes_of(page: Connection, prefix: str, before: str, limit: int) -> int:
    """Values under keys of this prefix that begin with a day before this one go; how many."""
    a_day = remembered.c.value.like("____-__-__%")
    some = select(remembered.c.key).where(under(remembered.c.key, prefix), a_day, remembered.c.value < before)
    return page.execute(delete(remembered).where(remembered.c.key.in_(some.limit(limit)))).rowcount


def poison(page: Connection, before: datetime, limit: int) -> int:
    """Raw updates that nobody could read and that were set aside before this moment go; how many."""
    some = select(updates.c.bot, updates.c.id).where(updates.c.state == "poison", updates.c.at < before).limit(limit)
    gone = 0
    for bot, number in page.execute(some).all():
        gone += page.execute(delete(updates).where(updates.c.bot == bot, updates.c.id == number)).rowcount
    return gone


def letters_inside(page: Connection, before: datetime, limit: int) -> int:
    """What staff and topics were told before this moment loses its words; how many letters."""
    some = (
        select(outbox.c.seq)
        .where(outbox.c.at < before, outbox.c.text != "", ~under(outbox.c.to_, CUSTOMER))
        .where(outbox.c.state.in_(("sent", "dead")))
        .order_by(outbox.c.seq)
        .limit(limit)
    )
    return page.execute(update(outbox).where(outbox.c.seq.in_(some)).values(blank(outbox))).rowcount


def denials(page: Connection, before: datetime, limit: int) -> int:
    """Denials of before lose what was asked for and by whom; how many."""
    some = (
        select(events.c.id)
        .where(events.c.chain == HALL, events.c.move == "deny", events.c.at < before, events.c.salt != "")
        .order_by(events.c.id)
        .limit(limit)
    )
    return page.execute(update(events).where(events.c.id.in_(some)).values(blank(events))).rowcount
