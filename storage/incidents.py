"""Incidents, kept by version; the cases that belong to them, and those that may."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, tuple_

from bot.desk.case import Case
from bot.desk.errors import NoSuchIncident
from bot.desk.incident import Incident
from storage import rows, stepping
from storage.slices import cursor_of, keys_of
from storage.tables import MEMBER, RUNNING, WORKED_ON, cases, incidents

_ONE = select(incidents).where(incidents.c.no == bindparam("no"))
_WRITTEN = stepping.written(incidents)
_AGE = (incidents.c.opened_at, incidents.c.no)
_NEWEST = tuple(key.desc() for key in _AGE)
_RUNNING = select(incidents).where(RUNNING).order_by(*_NEWEST)
_OF_ONE = (MEMBER, cases.c.incident == bindparam("incident"))
_MEMBERS = select(cases).where(*_OF_ONE, cases.c.no > bindparam("after")).order_by(cases.c.no).limit(bindparam("limit"))
_BEHIND = (
    select(cases.c.no)
    .where(*_OF_ONE, cases.c.told < bindparam("news"))
    .order_by(cases.c.told, cases.c.no)
    .limit(bindparam("limit"))
)
_SIZE = select(func.count()).select_from(cases).where(*_OF_ONE)
_REPORTS = (
    select(cases)
    .where(WORKED_ON, cases.c.opened_at >= bindparam("since"), cases.c.topic == bindparam("topic"))
    .order_by(cases.c.opened_at, cases.c.no)
)


def found(page: Connection, no: str) -> Incident | None:
    """One incident."""
    row = page.execute(_ONE, {"no": no}).first()
    return None if row is None else rows.incident_of(row)


def incident(page: Connection, no: str) -> Incident:
    """The incident. NoSuchIncident."""
    one = found(page, no)
    if one is None:
        raise NoSuchIncident(no)
    return one


def keep(page: Connection, moved: Incident) -> Incident:
    """New at version 1, or one version on from the one that was read. Changed."""
    kept = replace(moved, version=moved.version + 1)
    stepping.step(page, _WRITTEN, rows.incident_row(kept))
    return kept


def running(page: Connection) -> tuple[Incident, ...]:
    """Those that are not closed, newest first."""
    return tuple(rows.incident_of(row) for row in page.execute(_RUNNING))


def slice_of(page: Connection, after: str, limit: int, state: str) -> tuple[tuple[Incident, ...], str, int]:
    """Incidents, newest first; a cursor that no list gave has nothing after it."""
    narrowed = [incidents.c.state == state] if state else []
    total = page.execute(select(func.count()).select_from(incidents).where(*narrowed)).scalar_one()
    limit = max(limit, 0)
    asked = select(incidents).where(*narrowed).order_by(*_NEWEST).limit(limit + 1)
    if after:
        keys = keys_of(after, by_age=True)
        if keys is None:
            return (), "", total
        asked = asked.where(tuple_(*_AGE) < tuple_(*keys))
    listed = [rows.incident_of(row) for row in page.execute(asked)]
    shown = tuple(listed[:limit])
    more = len(listed) > limit > 0
    return shown, cursor_of((shown[-1].opened_at, shown[-1].no)) if more else "", total


def members(page: Connection, no: str, after: str, limit: int) -> tuple[Case, ...]:
    """The incident's cases after a number, by number."""
    asked = page.execute(_MEMBERS, {"incident": no, "after": after, "limit": limit})
    return tuple(rows.case_of(row) for row in asked)


def behind(page: Connection, no: str, news: int, limit: int) -> tuple[str, ...]:
    """Numbers of the incident's cases whose customers have not been told this news, furthest behind first."""
    return tuple(page.execute(_BEHIND, {"incident": no, "news": news, "limit": limit}).scalars())


def size(page: Connection, no: str) -> int:
    """How many cases the incident has."""
    return page.execute(_SIZE, {"incident": no}).scalar_one()


def reports(page: Connection, topic: str, since: datetime) -> tuple[Case, ...]:
    """Live cases of a topic opened since then, oldest first."""
    return tuple(rows.case_of(row) for row in page.execute(_REPORTS, {"topic": topic, "since": since}))
