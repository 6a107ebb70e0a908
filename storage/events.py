"""The ledger of events: every entry chained to the one before it, of its case or of the hall."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, or_, select, update

from bot.desk.case import Event
from bot.desk.errors import NoSuchCase
from bot.hall.records import AuditQuery, AuditSlice
from storage import notes
from storage.chain import HALL, Link, canonical, first_break, hashed, salted
from storage.columns import clean
from storage.hiding import seen_events
from storage.rows import event_of
from storage.tables import cases, counters, events

_HALL_LENGTH = "events:hall"
"""The counter that numbers the hall's own chain, and says how long it must be."""
_APPEND = insert(events)
_LAST_HASH = select(events.c.hash).where(events.c.chain == bindparam("chain")).order_by(events.c.seq.desc()).limit(1)
_CASE_SEQ = (
    update(cases)
    .where(cases.c.no == bindparam("case"))
    .values(seq=cases.c.seq + 1, version=cases.c.version + 1)
    .returning(cases.c.seq)
)
_OF_CHAIN = select(events).where(events.c.chain == bindparam("chain")).order_by(events.c.seq)
_LINK = tuple(Link.__dataclass_fields__)
_ALL = select(*(events.c[name] for name in _LINK)).order_by(events.c.chain, events.c.seq)
_LENGTHS = select(cases.c.no, cases.c.seq)
_HALLS = select(counters.c.value).where(counters.c.prefix == _HALL_LENGTH)


def _links(chain: str, entries: Iterable[Event], prev: str, write: Callable[[object], str]) -> Iterator[Link]:
    for event in entries:
        salt = secrets.token_hex(16)
        text, facts = clean(write(event.text)), clean(canonical(dict(event.facts)))
        link = Link(
            chain=chain,
            seq=event.seq,
            at=event.at,
            lane=event.lane,
            by=event.by,
            move=event.move,
            public=event.public,
            text=text,
            facts=facts,
            salt=salt,
            text_hash=salted(salt, text),
            facts_hash=salted(salt, facts),
            prev_hash=prev,
        )
        prev = hashed(link)
        yield replace(link, hash=prev)


def append(
    page: Connection, chain: str, entries: Iterable[Event], write: Callable[[object], str], *, begins: bool = False
) -> None:
    """Chain these entries to the last one; `begins`: the chain is known to be empty."""
    prev = "" if begins else page.execute(_LAST_HASH, {"chain": chain}).scalar() or ""
    page.execute(_APPEND, [asdict(link) for link in _links(chain, entries, prev, write)])


def note(page: Connection, event: Event, write: Callable[[object], str]) -> None:
    """One entry that no rule decided; the chain gives its number. NoSuchCase."""
    if event.case:
        seq = page.execute(_CASE_SEQ, {"case": event.case}).scalar()
        if seq is None:
            raise NoSuchCase(event.case)
    else:
        seq = notes.next_value(page, _HALL_LENGTH)
    append(page, event.case or HALL, [replace(event, seq=seq)], write, begins=seq == 1)


def of_case(page: Connection, no: str) -> tuple[Event, ...]:
    """The case's entries in order; without a number those of the hall."""
    return tuple(event_of(row) for row in page.execute(_OF_CHAIN, {"chain": no or HALL}))


def _about(no: str) -> ColumnElement[bool]:
    """A case's own chain, and what the hall's has of it: who was denied it, who answered for its alert."""
    named = events.c.facts.contains(canonical({"case": no})[1:-1], autoescape=True)
    return or_(events.c.chain == no, and_(events.c.chain == HALL, named))


def slice_of(page: Connection, query: AuditQuery) -> AuditSlice:
    """One slice of all chains together, in the order in which it was written."""
    narrowed = [column == value for column, value in ((events.c.by, query.by), (events.c.move, query.move)) if value]
    if query.case:
        narrowed.append(_about(query.case))
    if query.customer:
        narrowed.append(events.c.chain.in_(select(cases.c.no).where(cases.c.customer == query.customer)))
    narrowed.extend(seen_events(query.asker))
    if query.from_at:
        narrowed.append(events.c.at >= query.from_at)
    if query.to_at:
        narrowed.append(events.c.at < query.to_at)
    total = page.execute(select(func.count()).select_from(events).where(*narrowed)).scalar_one()
    limit = max(query.limit, 0)
    asked = select(events).where(events.c.id > query.after, *narrowed).order_by(events.c.id).limit(limit + 1)
    found = [(row.id, event_of(row)) for row in page.execute(asked)]
    more = len(found) > limit > 0
    return AuditSlice(tuple(found[:limit]), found[limit - 1][0] if more else 0, total)


def broken(page: Connection) -> tuple[str, int] | None:
    """Chain and seq of the first entry that does not fit; None if all fit."""
    lengths = dict(page.execute(_LENGTHS).all())
    lengths[HALL] = page.execute(_HALLS).scalar() or 0
    return first_break((Link(*row) for row in page.execute(_ALL)), lengths)
