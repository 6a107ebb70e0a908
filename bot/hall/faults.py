"""Faults of the hall's own outage table are outages like any: begun, told on and over as the table says, each once."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk import clustering, incidents, membership, roster
from bot.desk.case import CLOCK
from bot.desk.incident import Incident, Phase
from bot.desk.incidents import OVER, Row
from bot.guide.supply import Outage
from bot.hall import casebook, spots
from bot.hall.data import HallData
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page

FAULT, TABLE = "fault", "outage"
SEEN = "incidents.rows"
"""Under this key the ledger keeps what the faults of the table said when they were looked at last."""
A_PAGE = 20
"""Cases brought along that join in one page."""


def _row(row: Outage, now: datetime) -> Row:
    ended = row.state == "announced" and row.end_at is not None and row.end_at <= now
    over = "restored" if ended else row.state
    area = "、".join(row.area) or row.line or row.no
    return Row(row.no, area, over, row.begin_at, row.eta_at, row.cause or row.reason, row.handler)


def _begun(data: HallData, now: datetime) -> tuple[Outage, ...]:
    return tuple(row for row in data.outages if row.kind == FAULT and row.begin_at <= now)


def next_begin(data: HallData, now: datetime) -> datetime | None:
    """The next moment at which a fault of the table begins or is over."""
    moments = (at for row in data.outages if row.kind == FAULT for at in (row.begin_at, row.end_at) if at and at > now)
    return min(moments, default=None)


def _mark(data: HallData, now: datetime) -> str:
    told = repr([(_row(row, now).mark(), row.no, row.area, row.accounts, row.line) for row in _begun(data, now)])
    return hashlib.sha256(told.encode()).hexdigest()


async def walk(hall: Hall) -> int:
    """What the table says anew of its faults; how much moved. An unchanged table costs one look."""
    data, now = hall.edition().data, hall.clock.now()
    mark = _mark(data, now) if _begun(data, now) else ""
    if await hall.ledger.read(lambda lists: lists.remembered(SEEN)) == mark:
        return 0
    results = [await _looked(hall, row, now) for row in _begun(data, now)]
    if None not in results:
        await hall.ledger.write(lambda page: page.remember(SEEN, mark))
    return sum(one or 0 for one in results)


async def _looked(hall: Hall, row: Outage, now: datetime) -> int | None:
    moved = await casebook.done(hall, lambda page: _told(hall, page, row, now), row.no)
    brought = await _brought(hall, row)
    return None if moved is None or brought is None else moved + brought


def _named(lists: Lists, data: HallData, row: Outage) -> tuple[str, ...]:
    """Numbers of the cases brought along that name this fault."""
    keys = [case.key for case in data.cases if case.incident == row.no]
    return tuple(no for key in keys if (no := lists.remembered(f"brought:{key}")))


def _by(lists: Lists) -> str:
    """Who changed the table last; the folder's own hand is the clock's."""
    newest = next((one.by for one in lists.newest_versions() if one.table == TABLE), "")
    return newest if newest and newest != "folder" else CLOCK


def _of(lists: Lists, row: Outage) -> Incident | None:
    """The outage of this row: its own, or a suspected one it was found to be."""
    own = lists.incident(row.no)
    return own or next((one for one in lists.live_incidents() if one.outage == row.no), None)


def _told(hall: Hall, page: Page, row: Outage, now: datetime) -> int:
    """The row as its outage: begun, adopted, or told on."""
    lists, said = page.lists(), _row(row, now)
    known = _of(lists, row)
    if known:
        moved = incidents.by_row(known, said, _by(lists), now)
        if moved is None:
            return 0
        page.keep_incident(moved)
        casebook.noted(hall, page, moved, "restore" if moved.state is Phase.RESTORED else "update", _by(lists))
        return 1
    data = hall.edition().data
    if said.state in OVER and not _named(lists, data, row):
        return 0
    suspected = next((one for one in lists.live_incidents() if _same(lists, data, one, row)), None)
    if suspected and said.state not in OVER:
        page.keep_incident(incidents.adopted(suspected, said, _by(lists), now))
        casebook.noted(hall, page, suspected, "confirm", _by(lists), outage=row.no)
        return 1
    begun = incidents.of_row(said, _handler(data, row, now), _by(lists), now)
    if said.state in OVER:  # known to be over when it was brought along: there is nothing to tell
        begun = replace(begun, state=Phase.RESTORED, restored_at=row.end_at or now)
    page.keep_incident(begun)
    casebook.noted(hall, page, begun, "table", _by(lists), outage=row.no)
    page.remember(spots.LOOK, f"row:{row.no}:{now.isoformat()}")
    return 1


def _handler(data: HallData, row: Outage, now: datetime) -> str:
    """Who answers for it: whom the row names, else the duty leader."""
    people = data.books.roster
    if row.handler in people.staff and people.staff[row.handler].on:
        return row.handler
    leaders = roster.of_the_post(people, now)
    return leaders[0].no if leaders else row.handler


def _same(lists: Lists, data: HallData, incident: Incident, row: Outage) -> bool:
    """Whether what is only suspected is this very fault: it concerns one of the reports."""
    if incident.state is not Phase.SUSPECTED:
        return False
    return any(
        spots.by_row(data, row, one.slots, spots.account_of(data, lists.person(one.customer), one.slots))
        for one in lists.members(incident.no, "", A_PAGE)
    )


async def _brought(hall: Hall, row: Outage) -> int | None:
    """Cases brought along that name the fault join it; what it says by then their customers have been told."""
    data = hall.edition().data
    done = f"incidents.brought:{row.no}"
    if not any(case.incident == row.no for case in data.cases):
        return 0
    if await hall.ledger.read(lambda lists: lists.remembered(done)):
        return 0
    numbers = await hall.ledger.read(lambda lists: _named(lists, data, row))
    moved = 0
    for begin in range(0, len(numbers), A_PAGE):
        some = numbers[begin : begin + A_PAGE]
        joined = await casebook.done(hall, lambda page, some=some: _join(hall, page, row, some), row.no)  # type: ignore[misc]
        if joined is None:
            return None
        moved += joined
    await hall.ledger.write(lambda page: page.remember(done, "1"))
    return moved


def _join(hall: Hall, page: Page, row: Outage, numbers: Sequence[str]) -> int:
    books, now = hall.edition().data.books, hall.clock.now()
    incident = _of(page.lists(), row)
    if incident is None:
        return 0
    cases = [case for no in numbers if clustering.free(case := page.case(no)) and no not in incident.apart]
    for case in cases:
        outcome = membership.joined(books, case, incident, CLOCK, now, told=incident.told)
        casebook.kept(hall, page, outcome)
    return len(cases)
