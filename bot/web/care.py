"""The life-support register by JSON: masked unless a reason is given, and every look at it is kept as a reveal."""

import hashlib

from aiohttp import web

from bot.desk.roster import Staff
from bot.hall import care, reception, views
from bot.hall.care import Entry
from bot.hall.hands import at
from bot.hall.house import Hall
from bot.web import routes, seen
from bot.web.answers import HALL, Json, Refused, answer
from bot.web.reading import clean
from bot.web.routes import Route
from bot.web.staff import cut, limit_of, listed
from bot.web.ways import Asker

HIDDEN = "***"
FEW = 4
"""Signs of a reason that makes sense."""


def entry_json(entry: Entry, *, bare: bool) -> Json:
    """One line of the register: who and what, as far as the reader asked for it with a reason."""
    told = entry.care
    known = {
        "account": ("account_no", told.account),
        "name": ("name", entry.name),
        "contact": ("name", told.contact),
        "phone": ("phone", told.phone),
    }
    shown = {key: value if bare else views.masked(slot, value) for key, (slot, value) in known.items()}
    device = {"device": told.device, "battery": told.battery, "address": entry.address}
    return {
        "key": hashlib.sha256(told.account.encode()).hexdigest()[:12],
        "customer": told.customer or None,
        **shown,
        **{key: value if bare or not value else HIDDEN for key, value in device.items()},
        "consented_at": at(told.consented_at) if entry.own else None,
        "own": entry.own,
    }


def reason_of(request: web.Request) -> str:
    """Why the bare register is looked at; empty: masked will do. 422 where it is no reason."""
    given = request.query.get("reason")
    if given is None:
        return ""
    reason = clean(given)[:200].strip()
    if len(reason) < FEW:
        raise Refused(422, "missing", fields={"reason": "missing.text"})
    return reason


async def _kept(hall: Hall, by: Staff, rows: list[Entry], reason: str) -> None:
    now = hall.clock.now()
    await hall.ledger.write(lambda page: care.looked(page, by, rows, reason, now, bare=bool(reason)))


async def register(request: web.Request, asker: Asker) -> web.Response:
    """Everybody who lives by a machine, as far as the hall knows."""
    hall, reason = request.app[HALL], reason_of(request)
    data = hall.edition().data
    found = await hall.ledger.read(lambda lists: care.entries(lists, data))
    rows = cut(request, [entry_json(one, bare=bool(reason)) for one in found], "key", limit_of(request))
    shown = {row["key"] for row in rows["items"]}
    looked = [one for one in found if entry_json(one, bare=False)["key"] in shown]
    await _kept(hall, asker.staff, looked, reason)
    return listed(request, rows)


async def of_case(request: web.Request, asker: Asker) -> web.Response:
    """What the register has of this case's customer, for whoever works on it."""
    hall, no, reason = request.app[HALL], request.match_info["no"], reason_of(request)
    case = await seen.case_for(hall, asker, no, "care.show")
    data, now = hall.edition().data, hall.clock.now()
    if not (care.works_on(data.books, case, asker.staff, now) or routes.may_now(hall, asker.staff, "care.show")):
        await reception.deny(hall, asker.staff.no, "care.show", no)
        raise Refused(403, "not_your_post")
    found = await hall.ledger.read(lambda lists: care.entries(lists, data))
    mine = [one for one in found if one.care.customer == case.customer]
    await _kept(hall, asker.staff, mine, reason)
    rows = [entry_json(one, bare=bool(reason)) for one in mine]
    return answer(hall, dict(views.slice_json(rows, "", len(rows))))


def table() -> tuple[Route, ...]:
    """The register, and one case's part of it."""
    return (
        routes.staff("GET", "/api/staff/care", "care.show", register),
        routes.staff("GET", "/api/staff/cases/{no}/care", "cases.reveal", of_case),
    )
