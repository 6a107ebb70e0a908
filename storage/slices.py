"""The desk's lists of cases: narrowed, ordered by urgency or age, cut into slices by a keyset cursor."""

import base64
import binascii
import json
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select, tuple_

from bot.hall.records import CaseQuery, Slice
from storage import rows
from storage.columns import Moment, Writing
from storage.hiding import hidden_cases, seen_cases
from storage.tables import LIVE, MEMBER, WORKED_ON, cases

_URGENCY = (cases.c.rank, cases.c.wake_at, cases.c.opened_at, cases.c.no)
_AGE = (cases.c.opened_at, cases.c.no)


def _narrowed(query: CaseQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.mine:
        helps = func.replace(cases.c.helpers, json.dumps(query.mine, ensure_ascii=False), "") != cases.c.helpers
        found.append(or_(cases.c.first_handler == query.mine, helps))
    if query.state == "live":
        found.append(cases.c.state.in_(LIVE) if query.handler else WORKED_ON)  # there is an index of whose they are
    elif query.state:
        found.append(cases.c.state == query.state)
    for column, value in (
        (cases.c.topic, query.topic),
        (cases.c.customer, query.customer),
        (cases.c.first_handler, query.handler),
    ):
        if value:
            found.append(column == value)
    if query.incident:
        found.extend((MEMBER, cases.c.incident == query.incident))
    if query.q:
        found.append(cases.c.no.istartswith(query.q.strip(), autoescape=True))
    return found


def cursor_of(keys: tuple[object, ...]) -> str:
    """Sort keys as a cursor."""
    told = [key.isoformat() if isinstance(key, datetime) else key for key in keys]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _moment(told: str) -> ColumnElement[object]:
    at = datetime.fromisoformat(told)
    if at.tzinfo is None:
        raise ValueError(told)
    return literal(at, Moment)


def keys_of(cursor: str, *, by_age: bool) -> tuple[ColumnElement[object], ...] | None:
    """The sort keys a cursor stands for; None for what no list ever gave."""
    try:
        told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if by_age:
            opened, no = told
            return (_moment(opened), literal(str(no), Writing))
        rank, due, opened, no = told
        return (literal(int(rank)), _moment(due), _moment(opened), literal(str(no), Writing))
    except (ValueError, TypeError, binascii.Error):
        return None


def _total(page: Connection, query: CaseQuery, narrowed: list[ColumnElement[bool]]) -> int:
    """How many there are for the asker: all, counted along an index, but for the few that are hidden from him."""
    counted = select(func.count()).select_from(cases).where(*narrowed)
    if not query.asker:
        return page.execute(counted).scalar_one()
    hidden = counted.where(*hidden_cases(query.asker))
    return int(page.execute(select(counted.scalar_subquery() - hidden.scalar_subquery())).scalar_one())


def cases_for(page: Connection, query: CaseQuery) -> Slice:
    """One slice; a cursor that no list gave has nothing after it."""
    narrowed = _narrowed(query)
    total = _total(page, query, narrowed)
    narrowed.extend(seen_cases(query.asker))
    by_age = query.order == "opened"
    order = _AGE if by_age else _URGENCY
    asked = select(cases, *(key.label(f"key_{n}") for n, key in enumerate(order))).where(*narrowed)
    asked = asked.order_by(*(key.desc() if by_age else key for key in order)).limit(max(query.limit, 0) + 1)
    if query.after:
        keys = keys_of(query.after, by_age=by_age)
        if keys is None:
            return Slice((), "", total)
        place = tuple_(*order)
        asked = asked.where(place < tuple_(*keys) if by_age else place > tuple_(*keys))
    found = page.execute(asked).all()
    shown = found[: max(query.limit, 0)]
    more = len(found) > len(shown) and bool(shown)
    following = cursor_of(tuple(shown[-1][-len(order) :])) if more else ""
    return Slice(tuple(rows.case_of(row) for row in shown), following, total)
