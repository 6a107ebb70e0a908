"""People of the hall as a duty leader keeps them: who holds how many cases, hand them all over, switch somebody off."""

import secrets
from collections.abc import Mapping

from aiohttp import web

from bot.desk.case import Post
from bot.hall import leaving
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.web import paper, routes
from bot.web.answers import HALL, Json, refusal, refused_json
from bot.web.desk import frame
from bot.web.reading import clean, form_of
from bot.web.routes import Route, StaffHandler
from bot.web.staff import people_json
from bot.web.ways import Asker

SHOWN = 100
"""Numbers of held cases shown of one person."""
SAID = (404, 409, 422)
"""Refusals that the page itself tells."""


async def _people(hall: Hall, asker: Asker) -> list[Json]:
    """Everybody who ever holds cases or is on, with the cases he answers for."""
    everybody = [one for one in people_json(hall) if one["on"]]
    teams = hall.edition().data.teams

    def looking(lists: Lists) -> list[Json]:
        held = {one["no"]: leaving.held(lists, one["no"], asker.staff.no) for one in everybody if one["post"]}
        return [
            one
            | {
                "held": held.get(one["no"], ())[:SHOWN],
                "count": len(held.get(one["no"], ())),
                "team_name": teams[one["team"]].name if one["team"] in teams else "",
            }
            for one in everybody
        ]

    return await hall.ledger.read(looking)


async def _page(
    request: web.Request,
    asker: Asker,
    status: int = 200,
    trouble: Json | None = None,
    typed: Mapping[str, str] | None = None,
) -> web.Response:
    hall = request.app[HALL]
    people = await _people(hall, asker)
    facts: Json = {
        "people": people,
        "takers": [one for one in people if one["post"] != Post.NONE],
        "trouble": trouble,
        "typed": dict(typed or {}),
        "request_id": secrets.token_urlsafe(12),
    }
    return paper.page(request, "people.html", status, **facts, **frame(request, asker, "people"))


async def people(request: web.Request, asker: Asker) -> web.Response:
    """Who is of the hall and what each answers for."""
    return await _page(request, asker)


def _doer(what: str) -> StaffHandler:
    async def do(request: web.Request, asker: Asker) -> web.Response:
        hall, no = request.app[HALL], clean(request.match_info["no"])[:64]
        form = await form_of(request)
        typed = {name: clean(str(form.get(name, "")))[:4096] for name in ("to", "reason")}
        asked = Asked(str(form.get("id", ""))[:128])
        try:
            if what == "off":
                await leaving.off(hall, asker.staff, no, typed["reason"], asked)
            else:
                await leaving.handover(hall, asker.staff, no, typed["to"], typed["reason"], asked)
        except Exception as error:
            refused = refusal(hall, error)
            if refused.status not in SAID:
                raise
            trouble = refused_json(hall, refused) | {"no": no, "what": what}
            return await _page(request, asker, refused.status, trouble, typed)
        return web.Response(status=303, headers={"Location": f"/desk/people?done={what}"})

    return do


def table() -> tuple[Route, ...]:
    """The people's page and its forms."""
    return (
        routes.staff("GET", "/desk/people", "people.handover", people, page=True),
        routes.staff("POST", "/desk/people/{no}/handover", "people.handover", _doer("handover"), page=True),
        routes.staff("POST", "/desk/people/{no}/off", "people.off", _doer("off"), page=True),
    )
