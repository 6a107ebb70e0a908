"""The drill's own routes: turn the clock, load a hall, sit down as anybody, see what was sent to whom."""

from aiohttp import web

from bot.hall import drill, views
from bot.hall.lists import Lists
from bot.web import routes
from bot.web.answers import HALL, Json, Refused, answer
from bot.web.reading import json_body, large_body, number_of, parsed
from bot.web.routes import Route
from bot.web.staff import customer_json

FOLDER = 64_000_000
"""Bytes of a hall folder."""
PAGE = 500
MOST = 5000
_ZIP = b"PK"


async def clock(request: web.Request) -> web.Response:
    """What time it is in the drill."""
    hall = request.app[HALL]
    return answer(hall, drill.clock_json(hall))


async def turn(request: web.Request) -> web.Response:
    """Turn the clock; 202 when patience ran out before everything was done."""
    hall = request.app[HALL]
    finished, body = await drill.set_clock(hall, await json_body(request))
    return answer(hall, body, 200 if finished else 202)


async def _folder(request: web.Request) -> bytes:
    if request.content_type.startswith("multipart/"):
        raise Refused(415, "folder_form")
    return await large_body(request, FOLDER)


def _said(fault: object) -> str:
    """One fault of a folder in a line: the folder's door and the handbook's reader name file and line alike."""
    file, line, words = (getattr(fault, name, "") for name in ("file", "line", "message"))
    return f"{file} 第 {line} 行：{words}" if file and line else f"{file}：{words}" if file else str(fault)


async def load(request: web.Request) -> web.Response:
    """Another hall's tables or zip: a fresh drill; what is wrong with it is told line by line."""
    hall = request.app[HALL]
    raw = await _folder(request)
    try:
        return answer(hall, await drill.load(hall, raw if raw.startswith(_ZIP) else parsed(raw)))
    except Exception as error:
        faults = getattr(error, "faults", None)  # the folder is another door: its errors are known by their faults
        if faults is None:
            raise
        raise Refused(422, "folder_faults", message="\n".join(map(_said, faults))) from None


async def enter(request: web.Request) -> web.Response:
    """Sit down as anybody."""
    hall = request.app[HALL]
    return answer(hall, await drill.enter(hall, await json_body(request)))


async def outbox(request: web.Request) -> web.Response:
    """What was sent to whom, oldest first."""
    hall, query = request.app[HALL], request.query
    after = number_of(query, "after", 0, 10**18)
    limit = max(number_of(query, "limit", PAGE, MOST), 1)

    def looking(lists: Lists) -> Json:
        found = lists.letters(
            after, to=query.get("to", ""), kind=query.get("kind", ""), state=query.get("state", ""), limit=limit
        )
        return {"items": [views.letter_json(one) for one in found], "last": found[-1].seq if found else after}

    return answer(hall, await hall.ledger.read(looking))


async def customer(request: web.Request) -> web.Response:
    """A customer, nothing masked."""
    hall, key = request.app[HALL], request.match_info["customer"]
    return answer(hall, await hall.ledger.read(lambda lists: customer_json(hall, lists, key, bare=True)))


def table() -> tuple[Route, ...]:
    """The drill's routes."""
    return (
        routes.drill("GET", "/drill/clock", clock),
        routes.drill("POST", "/drill/clock", turn),
        routes.drill("POST", "/drill/load", load),
        routes.drill("POST", "/drill/enter", enter),
        routes.drill("GET", "/drill/outbox", outbox),
        routes.drill("GET", "/drill/customers/{customer}", customer),
    )
