"""The staff's pages: the desk, one case, the duty board; read and worked without a script too."""

import secrets
from collections.abc import Mapping

from aiohttp import web

from bot.desk.errors import DeskError
from bot.hall import duty, views
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import CaseQuery
from bot.web import brief, moves, paper, routes
from bot.web.answers import HALL, Json, Refused, refusal, refused_json
from bot.web.reading import clean, form_of, number_of
from bot.web.routes import Route, StaffHandler
from bot.web.staff import LIVE, line_for_staff, newest_letters, people_json, query_from
from bot.web.ways import Asker

TALK = 100_000
SHOWN = 200
"""Lines of the talk on a case's page."""
NOTICES = 12
URGENT = 12
_FACT = "fact."
_WORDS = ("text", "reason", "stage")


def _frame(request: web.Request, asker: Asker, here: str) -> Json:
    """What every staff page needs: who reads it, the word its forms say, where he is, what was just done."""
    return {"me": asker.staff, "csrf": asker.session.csrf, "here": here, "done": request.query.get("done", "")}


def _topics(hall: Hall) -> list[Json]:
    topics = hall.edition().data.handbook.topics.values()
    return [{"code": topic.code, "name": topic.name} for topic in topics if topic.opens_case]


def _notices(lists: Lists, no: str) -> list[Json]:
    return [views.letter_json(one) for one in newest_letters(lists, no, NOTICES)]


async def desk(request: web.Request, asker: Asker) -> web.Response:
    """The list of cases, one's own first, the most urgent on top."""
    hall, edition = request.app[HALL], request.app[HALL].edition()
    asked = {"mine": "0" if asker.staff.post == "duty" else "1", "state": LIVE} | dict(request.query)
    query = query_from(asked, asker)

    def looking(lists: Lists) -> Json:
        found = lists.cases(query)
        rows = [views.case_row(edition, one) for one in found.items]
        return {"rows": rows, "next": found.next, "total": found.total, "notices": _notices(lists, asker.staff.no)}

    facts = await hall.ledger.read(looking)
    kept = {name: value for name, value in asked.items() if name != "after"}
    return paper.page(
        request, "desk.html", asked=asked, kept=kept, topics=_topics(hall), **facts, **_frame(request, asker, "desk")
    )


async def _case_facts(hall: Hall, asker: Asker, no: str) -> Json:
    edition, now = hall.edition(), hall.clock.now()

    def looking(lists: Lists) -> Json:
        found = lists.case(no)
        shown = views.case_json(edition, found, lists.events(no), asker.staff, now)
        lines = lists.lines(found.customer, 0, TALK)[-SHOWN:]
        thread = views.thread_json(edition, lists.thread(found.customer))
        person = lists.person(found.customer)
        return {
            "case": shown,
            "brief": brief.brief(hall, shown, thread, lines, found.begun_at),
            "timeline": brief.timeline(hall, shown),
            "talk": [line_for_staff(line, found.customer) for line in lines],
            "customer": views.masked("name", person.name) if person else "",
        }

    return await hall.ledger.read(looking)


async def _case_page(
    request: web.Request,
    asker: Asker,
    status: int = 200,
    trouble: Json | None = None,
    typed: Mapping[str, str] | None = None,
) -> web.Response:
    """The page of one case; after a refusal with what was typed and what is wrong."""
    facts = await _case_facts(request.app[HALL], asker, request.match_info["no"])
    facts |= {"trouble": trouble, "typed": dict(typed or {}), "request_id": secrets.token_urlsafe(12)}
    return paper.page(request, "case.html", status, **facts, **_frame(request, asker, "desk"))


async def case(request: web.Request, asker: Asker) -> web.Response:
    """One case: brief, timeline, talk, and the forms of what may be done now."""
    return await _case_page(request, asker)


def _body(form: Mapping[str, object]) -> tuple[Json, Asked]:
    """A form as the JSON it stands for."""
    typed = {name: clean(value) for name, value in form.items() if isinstance(value, str)}
    facts = {name.removeprefix(_FACT): value for name, value in typed.items() if name.startswith(_FACT)}
    body: Json = {name: typed[name] for name in _WORDS if name in typed} | {"facts": facts}
    version = typed.get("version", "")
    return body, Asked(typed.get("id", "")[:128], int(version) if version.isascii() and version.isdigit() else None)


def _doer(move: str) -> StaffHandler:
    async def do(request: web.Request, asker: Asker) -> web.Response:
        hall, no = request.app[HALL], request.match_info["no"]
        form = await form_of(request)
        body, asked = _body(form)
        try:
            await moves.DOINGS[move](hall, asker.staff, no, body, asked)
        except (DeskError, Refused) as error:
            refused = refusal(hall, error)
            if refused.status == 404:  # noqa: PLR2004 - there is no page to show it on
                raise
            typed = {name: value for name, value in form.items() if isinstance(value, str)}
            trouble = refused_json(hall, refused) | {"move": move}
            return await _case_page(request, asker, refused.status, trouble, typed)
        return web.Response(status=303, headers={"Location": f"/desk/cases/{no}?done={move}"})

    return do


async def board(request: web.Request, asker: Asker) -> web.Response:
    """The duty leader's board: who must be answered for, what is most urgent, who is here."""
    hall, edition = request.app[HALL], request.app[HALL].edition()

    def looking(lists: Lists) -> Json:
        found = lists.cases(CaseQuery(limit=URGENT))
        alerts = [views.alert_json(one) for one in lists.alerts(only_open=False)[:50]]
        return {
            "waiting": [one for one in alerts if not one["acked"]],
            "answered": [one for one in alerts if one["acked"]][:8],
            "rows": [row for one in found.items if (row := views.case_row(edition, one))["state"] not in brief.OVER],
        }

    facts = await hall.ledger.read(looking)
    here = [one for one in people_json(hall) if one["on_shift"]]
    names = {one["no"]: one["name"] for one in people_json(hall)}
    return paper.page(request, "board.html", here_now=here, names=names, **facts, **_frame(request, asker, "board"))


async def acknowledge(request: web.Request, asker: Asker) -> web.Response:
    """Somebody answers for an alert, by the board's button."""
    found = await duty.acknowledge(request.app[HALL], asker.staff, number_of(request.match_info, "id", 0, 10**18))
    if found is None:
        raise Refused(404, "no_such_alert")
    return web.Response(status=303, headers={"Location": "/board?done=ack"})


def table() -> tuple[Route, ...]:
    """The staff's pages."""
    return (
        routes.staff("GET", "/desk", "cases.list", desk, page=True),
        routes.staff("GET", "/desk/cases/{no}", "cases.show", case, page=True),
        *(
            routes.staff("POST", f"/desk/cases/{{no}}/{move}", f"cases.{move}", _doer(move), page=True)
            for move in moves.DOINGS
        ),
        routes.staff("GET", "/board", "alerts.list", board, page=True),
        routes.staff("POST", "/board/alerts/{id}/ack", "alerts.ack", acknowledge, page=True),
    )
