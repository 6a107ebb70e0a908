"""Outages by JSON: listed, opened, confirmed, told on, restored; cases put in and taken out; closed."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from aiohttp import web

from bot.desk.errors import NoSuchIncident
from bot.desk.incident import Incident, Phase
from bot.desk.incidents import Word
from bot.desk.roster import Staff
from bot.hall import incident_views, incidents, views
from bot.hall.counter import Asked, Preview
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.web import routes
from bot.web.answers import HALL, Json, Refused, answer
from bot.web.moves import MOST, NAMED, asked_from, preview_json
from bot.web.reading import clean, json_body, moment_of, text_of
from bot.web.routes import Route, StaffHandler
from bot.web.staff import limit_of, listed
from bot.web.ways import Asker

STATES = tuple(phase.value for phase in Phase)
MEMBERS = 500
Doing = Callable[[Hall, Staff, str, Json, Asked], Awaitable[Incident | Preview]]


def _word(hall: Hall, body: Json) -> Word:
    zone = hall.edition().data.books.calendar.zone
    return Word(
        cause=text_of(body, "cause"),
        eta_at=moment_of(body, "eta_at", zone),
        text=text_of(body, "text"),
        stage=text_of(body, "stage", NAMED),
        arrived_at=moment_of(body, "arrived_at", zone),
    )


DOINGS: Mapping[str, Doing] = MappingProxyType(
    {
        "confirm": lambda hall, by, no, body, asked: incidents.confirm(hall, by, no, _word(hall, body), asked),
        "update": lambda hall, by, no, body, asked: incidents.update(hall, by, no, _word(hall, body), asked),
        "restore": lambda hall, by, no, body, asked: incidents.restore(hall, by, no, _word(hall, body), asked),
        "link": lambda hall, by, no, body, asked: incidents.link(
            hall, by, no, text_of(body, "case", NAMED), text_of(body, "reason"), asked
        ),
        "unlink": lambda hall, by, no, body, asked: incidents.unlink(
            hall, by, no, text_of(body, "case", NAMED), text_of(body, "reason"), asked
        ),
        "close": lambda hall, by, no, body, asked: incidents.close(hall, by, no, text_of(body, "reason"), asked),
    }
)


def _numbers(body: Json) -> tuple[str, ...]:
    """The cases of a new outage."""
    found = body.get("cases")
    found = found.split() if isinstance(found, str) else found
    if found is not None and not (isinstance(found, list) and all(isinstance(one, str) for one in found)):
        raise Refused(422, "missing", fields={"cases": "missing.cases"})
    return tuple(clean(one).strip()[:NAMED] for one in (found or [])[:MEMBERS] if one.strip())


async def _shown(hall: Hall, done: Incident | Preview, by: Staff) -> Json:
    if isinstance(done, Preview):
        return preview_json(done)
    return await hall.ledger.read(lambda lists: _one(hall, lists, done.no, by))


def _one(hall: Hall, lists: Lists, no: str, by: Staff) -> Json:
    found = lists.incident(no)
    if found is None:
        raise NoSuchIncident(no)
    return incident_views.incident_json(hall, lists, found, by, incident_views.ALL)


async def several(request: web.Request, asker: Asker) -> web.Response:
    """Outages, newest first."""
    hall, by = request.app[HALL], asker.staff
    state, limit = request.query.get("state", ""), limit_of(request, MOST, MOST)
    if state and state not in STATES:
        raise Refused(422, "missing", fields={"state": "missing.state"})
    after = request.query.get("after", "")[:500]

    def looking(lists: Lists) -> Json:
        found, following, total = lists.incidents(after, limit, state)
        rows = [incident_views.incident_json(hall, lists, one, by) for one in found]
        return dict(views.slice_json(rows, following, total))

    return listed(request, await hall.ledger.read(looking))


async def one(request: web.Request, asker: Asker) -> web.Response:
    """One outage with all its members."""
    hall, no = request.app[HALL], request.match_info["no"]
    return answer(hall, await hall.ledger.read(lambda lists: _one(hall, lists, no, asker.staff)))


async def begin(request: web.Request, asker: Asker) -> web.Response:
    """Some cases are thought to be one outage."""
    hall, body = request.app[HALL], await json_body(request)
    asked = asked_from(body)
    done = await incidents.open_(hall, asker.staff, _numbers(body), text_of(body, "area", 200), asked)
    return answer(hall, await _shown(hall, done, asker.staff))


def _handler(move: str) -> StaffHandler:
    async def handle(request: web.Request, asker: Asker) -> web.Response:
        hall, no = request.app[HALL], request.match_info["no"]
        body = await json_body(request)
        done = await DOINGS[move](hall, asker.staff, no, body, asked_from(body))
        return answer(hall, await _shown(hall, done, asker.staff))

    return handle


def table() -> tuple[Route, ...]:
    """The routes of outages."""
    path = "/api/staff/incidents"
    return (
        routes.staff("GET", path, "incidents.list", several),
        routes.staff("POST", path, "incidents.open", begin),
        routes.staff("GET", f"{path}/{{no}}", "incidents.list", one),
        *(routes.staff("POST", f"{path}/{{no}}/{move}", "incidents.move", _handler(move)) for move in DOINGS),
    )
