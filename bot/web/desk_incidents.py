"""Outages as pages: what runs and what ended, one with its members, and every step by a form without a script."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from bot.desk.errors import DeskError, NoSuchIncident
from bot.desk.incident import Incident
from bot.desk.rights import sees
from bot.hall import brief, incident_views, views
from bot.hall import incidents as outages
from bot.hall.counter import Preview
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.web import incidents, paper, routes
from bot.web.answers import HALL, Json, Refused, refusal, refused_json
from bot.web.desk import frame
from bot.web.moves import asked_from
from bot.web.reading import clean, form_of
from bot.web.routes import Route, StaffHandler, may_now
from bot.web.ways import Asker

HERE = "/desk/incidents"
MOST = 50
"""Outages on one page, and members shown of one."""
_WORDS = ("cause", "eta_at", "text", "stage", "case", "reason", "cases", "area")
_APART = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What this showing has beside the outage: a refusal or a preview with what was typed."""

    status: int = 200
    trouble: Json | None = None
    preview: Json | None = None
    typed: Mapping[str, str] = field(default_factory=dict)


def _row(hall: Hall, lists: Lists, one: Incident) -> Json:
    return {
        "no": one.no,
        "state": one.state.value,
        "area": one.area,
        "cause": one.cause,
        "eta_at": one.eta_at.isoformat() if one.eta_at else "",
        "opened_at": one.opened_at.isoformat(),
        "handler": brief.who(hall, one.handler) if one.handler else "",
        "size": lists.size(one.no),
    }


def _given(hall: Hall, at: datetime | None) -> str:
    """A moment as a field of day and hour shows it, in the hall's zone."""
    return f"{at.astimezone(hall.edition().data.books.calendar.zone):%Y-%m-%dT%H:%M}" if at else ""


def _looking(hall: Hall, lists: Lists, no: str, asker: Asker) -> Json:
    """One outage with its news, its members and what its reader may do about it now."""
    one = lists.incident(no)
    if one is None:
        raise NoSuchIncident(no)
    seen = [case for case in lists.members(no, "", incident_views.SHOWN) if sees(case, asker.staff)]
    news = [
        {"kind": told.kind, "at": told.at.isoformat(), "by": brief.who(hall, told.by), "text": told.text}
        for told in reversed(one.news)
    ]
    return _row(hall, lists, one) | {
        "eta_given": _given(hall, one.eta_at),
        "began_at": one.began_at.isoformat() if one.began_at else "",
        "restored_at": one.restored_at.isoformat() if one.restored_at else "",
        "moves": incident_views.moves_of(hall, one, asker.staff),
        "version": one.version,
        "news": news,
        "members": [views.case_row(hall.edition(), case) for case in seen[:MOST]],
        "untold": len(lists.behind(no, one.told, incident_views.ALL)) if one.told else 0,
    }


async def _page(request: web.Request, asker: Asker, no: str, shown: _Shown) -> web.Response:
    hall = request.app[HALL]
    found = await hall.ledger.read(lambda lists: _looking(hall, lists, no, asker))
    facts: Json = {
        "incident": found,
        "trouble": shown.trouble,
        "preview": shown.preview,
        "typed": dict(shown.typed),
        "request_id": secrets.token_urlsafe(12),
    }
    return paper.page(request, "incident.html", shown.status, **facts, **frame(request, asker, "incidents"))


async def _list(request: web.Request, asker: Asker, shown: _Shown) -> web.Response:
    hall = request.app[HALL]
    after = request.query.get("after", "")[:500]

    def looking(lists: Lists) -> Json:
        live = lists.live_incidents()
        ended, following, _ = lists.incidents(after, MOST, "closed")
        return {
            "live": [_row(hall, lists, one) for one in live[: incident_views.SHOWN]],
            "ended": [_row(hall, lists, one) for one in ended],
            "next": following or "",
        }

    facts: Json = await hall.ledger.read(looking) | {
        "opens": may_now(hall, asker.staff, "incidents.open"),
        "trouble": shown.trouble,
        "typed": dict(shown.typed),
        "request_id": secrets.token_urlsafe(12),
    }
    return paper.page(request, "incidents.html", shown.status, **facts, **frame(request, asker, "incidents"))


async def several(request: web.Request, asker: Asker) -> web.Response:
    """The outages that run, then those that ended, newest first."""
    return await _list(request, asker, _Shown())


async def one(request: web.Request, asker: Asker) -> web.Response:
    """One outage."""
    return await _page(request, asker, request.match_info["no"], _Shown())


async def _typed(request: web.Request) -> tuple[dict[str, str], Json]:
    """What a form says: the words as typed, and the body as the interface takes it."""
    form = await form_of(request)
    typed = {name: clean(str(form.get(name, "")))[:4096].strip() for name in _WORDS}
    version = str(form.get("version", ""))[:18]
    body: Json = {name: value for name, value in typed.items() if value}
    body["version"] = int(version) if version.isascii() and version.isdigit() else None
    return typed, body | {"id": clean(str(form.get("id", "")))[:128], "dry": bool(form.get("look"))}


async def begin(request: web.Request, asker: Asker) -> web.Response:
    """Some cases are thought to be one outage."""
    hall = request.app[HALL]
    typed, body = await _typed(request)
    try:
        numbers = _APART.split(typed["cases"]) if typed["cases"] else []
        done = await outages.open_(hall, asker.staff, numbers[: incidents.MEMBERS], typed["area"], asked_from(body))
    except (DeskError, Refused) as error:
        refused = refusal(hall, error)
        trouble = refused_json(hall, refused) | {"move": "open"}
        return await _list(request, asker, _Shown(refused.status, trouble, None, typed))
    where = f"/{done.no}" if isinstance(done, Incident) else ""
    return web.Response(status=303, headers={"Location": f"{HERE}{where}?done=incident_open"})


def _handler(move: str) -> StaffHandler:
    async def handle(request: web.Request, asker: Asker) -> web.Response:
        hall, no = request.app[HALL], request.match_info["no"]
        typed, body = await _typed(request)
        try:
            done = await incidents.DOINGS[move](hall, asker.staff, no, body, asked_from(body))
        except (DeskError, Refused) as error:
            refused = refusal(hall, error)
            if isinstance(error, NoSuchIncident):
                raise
            trouble = refused_json(hall, refused) | {"move": move}
            return await _page(request, asker, no, _Shown(refused.status, trouble, None, typed))
        if isinstance(done, Preview):
            preview = {"move": move, "text": done.text, "customers": done.customers}
            return await _page(request, asker, no, _Shown(200, None, preview, typed))
        return web.Response(status=303, headers={"Location": f"{HERE}/{no}?done=incident_{move}"})

    return handle


def table() -> tuple[Route, ...]:
    """The outages' pages and their forms."""
    return (
        routes.staff("GET", HERE, "incidents.list", several, page=True),
        routes.staff("POST", HERE, "incidents.open", begin, page=True),
        routes.staff("GET", f"{HERE}/{{no}}", "incidents.list", one, page=True),
        *(
            routes.staff("POST", f"{HERE}/{{no}}/{move}", "incidents.move", _handler(move), page=True)
            for move in incidents.DOINGS
        ),
    )
