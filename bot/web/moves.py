"""What staff do to a case, by JSON: one route a move, each with its own operation."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from aiohttp import web

from bot.desk.case import Case
from bot.desk.roster import Staff
from bot.hall import counter, views
from bot.hall.counter import Asked, Preview
from bot.hall.house import Hall
from bot.web import routes
from bot.web.answers import HALL, Json, Refused, answer
from bot.web.reading import id_of, json_body, text_of, texts_of
from bot.web.routes import Route, StaffHandler
from bot.web.ways import Asker

Doing = Callable[[Hall, Staff, str, Json, Asked], Awaitable[Case | Preview]]

DOINGS: Mapping[str, Doing] = MappingProxyType(
    {
        "accept": lambda hall, by, no, _, asked: counter.accept(hall, by, no, asked),
        "release": lambda hall, by, no, _, asked: counter.release(hall, by, no, asked),
        "reply": lambda hall, by, no, body, asked: counter.reply(hall, by, no, text_of(body, "text"), asked),
        "note": lambda hall, by, no, body, asked: counter.note(hall, by, no, text_of(body, "text"), asked),
        "stage": lambda hall, by, no, body, asked: counter.stage(
            hall, by, no, text_of(body, "stage", 64), text_of(body, "text"), asked
        ),
        "resolve": lambda hall, by, no, body, asked: counter.resolve(
            hall, by, no, text_of(body, "text"), texts_of(body, "facts"), asked
        ),
        "reopen": lambda hall, by, no, body, asked: counter.reopen(hall, by, no, text_of(body, "reason"), asked),
        "cancel": lambda hall, by, no, body, asked: counter.cancel(hall, by, no, text_of(body, "reason"), asked),
        "close": lambda hall, by, no, body, asked: counter.close(hall, by, no, text_of(body, "reason"), asked),
    }
)


def asked_from(body: Json) -> Asked:
    """How the change was asked for."""
    version = body.get("version")
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise Refused(422, "missing", fields={"version": "missing.number"})
    return Asked(id_of(body), version, dry=body.get("dry") is True)


async def shown(hall: Hall, case: Case, by: Staff) -> Json:
    """The whole Case JSON for staff."""
    events = await hall.ledger.read(lambda lists: lists.events(case.no))
    return views.case_json(hall.edition(), case, events, by, hall.clock.now())


def _handler(move: str) -> StaffHandler:
    async def handle(request: web.Request, asker: Asker) -> web.Response:
        hall, no = request.app[HALL], request.match_info["no"]
        body = await json_body(request)
        done = await DOINGS[move](hall, asker.staff, no, body, asked_from(body))
        if isinstance(done, Preview):
            return answer(hall, {"customers": done.customers, "cases": list(done.cases), "text": done.text})
        return answer(hall, await shown(hall, done, asker.staff))

    return handle


def table() -> tuple[Route, ...]:
    """One route a move."""
    return tuple(
        routes.staff("POST", f"/api/staff/cases/{{no}}/{move}", f"cases.{move}", _handler(move)) for move in DOINGS
    )
