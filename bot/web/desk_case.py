"""One case's page: the brief first, the talk, and a form for every move its reader may make now."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from aiohttp import web

from bot.desk import deciding
from bot.desk.case import CUSTOMER, Case, State
from bot.desk.errors import DeskError
from bot.desk.helping import waits_for
from bot.desk.moves import Move
from bot.desk.rights import Relation, relation
from bot.hall import brief, revealing, sight, views
from bot.hall.counter import Asked, Preview
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import Line
from bot.web import desk_alerts, desk_facts, moves, paper, routes, seen, ways
from bot.web.answers import HALL, Json, Refused, refusal, refused_json
from bot.web.desk import frame
from bot.web.reading import clean, form_of
from bot.web.routes import Route, StaffHandler
from bot.web.staff import line_for_staff
from bot.web.ways import Asker

SHOWN = 200
"""Lines of the talk on a case's page."""
_WORDS = ("text", "reason", "stage", "to", "priority", "promise_at", "until", "wants")
_GROUPS = {"fact.": "facts", "slot.": "slots"}
_FIELD = "field."


@dataclass(frozen=True, slots=True)
class Shown:
    """What this showing of the page has beside the case: a refusal with what was typed, facts looked at bare."""

    status: int = 200
    trouble: Json | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    revealed: Mapping[str, str] = field(default_factory=dict)


def _standstill(hall: Hall, found: Case, asker: Asker) -> Json:
    """The pauses and alerts of a case, newest first, and which pause its reader may end; words a pause offers."""
    books, now, staff = hall.edition().data.books, hall.clock.now(), asker.staff
    owns = relation(found, staff, books.roster, now) & {Relation.FIRST_HANDLER, Relation.STAND_IN, Relation.LEADER}
    task = next((one.n for one in found.tasks if one.helper == staff.no and one.done_at is None), 0)
    mine = 0 if owns else task
    zone = books.calendar.zone
    usual = deciding.till(books, found, "", now, deciding.Decision.PAUSE).astimezone(zone)
    return {
        "pauses": [
            {
                "reason": one.reason,
                "wants": list(one.wants),
                "by": brief.who(hall, one.by),
                "at": one.at.isoformat(),
                "until": one.until.isoformat(),
                "customer": one.customer,
                "task": one.task,
                "ended_at": one.ended_at.isoformat() if one.ended_at else "",
                "ended_by": brief.who(hall, one.ended_by) if one.ended_by else "",
            }
            for one in reversed(found.pauses)
        ],
        "pausing": any(one.ended_at is None and one.task == mine for one in found.pauses),
        "waits": found.state is State.WAITING_CUSTOMER and not mine,
        "task_only": bool(mine),
        "usual_until": f"{usual:%Y-%m-%dT%H:%M}",
        "raised": [
            {
                "kind": desk_alerts.called(hall, one.why),
                "grave": one.grave,
                "at": one.at.isoformat(),
                "to": [brief.who(hall, no) for no in one.to],
                "acked_by": brief.who(hall, one.acked_by) if one.acked_by else "",
                "acked_at": one.acked_at.isoformat() if one.acked_at else "",
            }
            for one in reversed(found.raised)
        ],
    }


def _folded(lines: Sequence[Line]) -> tuple[Line, ...]:
    """A talk in which a card that was edited in place stands once, at its place, as it reads now."""
    newest = {line.replaces: line for line in lines if line.replaces and line.sender != CUSTOMER}
    edits = {line.seq for line in lines if line.replaces in newest and line.sender != CUSTOMER}
    places = {line.seq for line in lines}
    kept = (line for line in lines if line.seq not in edits or line.replaces not in places)
    return tuple(replace(line, text=newest[line.seq].text) if line.seq in newest else line for line in kept)


async def _facts(request: web.Request, asker: Asker) -> Json:
    hall, no = request.app[HALL], request.match_info["no"]
    books, now, staff = hall.edition().data.books, hall.clock.now(), asker.staff
    await seen.case_for(hall, asker, no, "cases.show")

    def looking(lists: Lists) -> Json:
        found = lists.case(no)
        shown = seen.with_brief(hall, lists, found, staff)
        known = seen.knows(hall, found, staff)
        lines = _folded(sight.talk_about(lists, books, found, staff, now))[-SHOWN:]
        person = lists.person(found.customer) if known else None
        mine = next((one for one in found.tasks if one.helper == staff.no and one.done_at is None), None)
        open_ = found.state is State.OPEN and staff.no == found.first_handler
        return {
            "case": shown,
            "brief": shown["brief"],
            "timeline": brief.timeline(hall, shown),
            "talk": [line_for_staff(line, found.customer, "" if known else no) for line in lines],
            "customer": views.masked("name", person.name) if person else "",
            "tasks": desk_facts.tasks(hall, found),
            "takes": not open_ and waits_for(found, staff) is not None,
            "my_task": mine.text if mine else "",
            "pending": desk_facts.transfer(hall, found, shown["events"]),
            "callback": desk_facts.callback(hall, found, asker),
            "decided": desk_facts.decided(hall, found, asker),
            **_standstill(hall, found, asker),
            **desk_facts.facts_of(hall, found, shown),
            **desk_facts.to_choose(hall, found),
            **desk_facts.picked(hall, request, found, asker),
        }

    return await hall.ledger.read(looking)


async def _page(request: web.Request, asker: Asker, shown: Shown = Shown()) -> web.Response:
    """The page of one case; one that is hidden from its reader is kept as a denial and answers as no page."""
    facts = await _facts(request, asker)
    facts |= {"trouble": shown.trouble, "typed": dict(shown.typed), "request_id": secrets.token_urlsafe(12)}
    facts |= {
        "revealed": [
            {"label": desk_facts.label(request.app[HALL], name), "value": value}
            for name, value in shown.revealed.items()
        ],
        "why_first": request.query.get("first", ""),
    }
    return paper.page(request, "case.html", shown.status, **facts, **frame(request, asker, "desk"))


async def case(request: web.Request, asker: Asker) -> web.Response:
    """One case: brief, timeline, talk, and the forms of what may be done now."""
    return await _page(request, asker)


def _body(form: Mapping[str, object]) -> tuple[Json, Asked]:
    """A form as the JSON it stands for; a field left empty changes nothing."""
    typed = {name: clean(value) for name, value in form.items() if isinstance(value, str)}
    body: Json = {name: typed[name] for name in _WORDS if name in typed}
    for prefix, group in _GROUPS.items():
        body[group] = {name.removeprefix(prefix): text for name, text in typed.items() if name.startswith(prefix)}
    body["slots"] = {name: text for name, text in body["slots"].items() if text.strip()}
    body["fields"] = " ".join(name.removeprefix(_FIELD) for name in typed if name.startswith(_FIELD))
    read = typed.get("version", "")
    version = int(read) if read.isascii() and read.isdigit() else None
    return body, Asked(typed.get("id", "")[:128], version, typed=True)


async def _refused(request: web.Request, asker: Asker, move: str, error: DeskError | Refused) -> web.Response:
    """The page again, with what is wrong and what was typed."""
    hall = request.app[HALL]
    refused = refusal(hall, error)
    if refused.status == 404:  # noqa: PLR2004 - there is no page to show it on
        raise error
    typed = {name: value for name, value in (await form_of(request)).items() if isinstance(value, str)}
    trouble = refused_json(hall, refused) | {"move": move}
    return await _page(request, asker, Shown(refused.status, trouble, typed))


async def _asked_again(hall: Hall, asker: Asker, no: str) -> int:
    """How often staff have asked this customer for what was known; 0 where there is no such case."""
    found = await hall.ledger.read(lambda lists: sight.case(lists, no, asker.staff))
    return found.asked_again if found else 0


def _doer(move: str) -> StaffHandler:
    async def do(request: web.Request, asker: Asker) -> web.Response:
        hall, no = request.app[HALL], request.match_info["no"]
        form = await form_of(request)
        body, asked = _body(form)
        if move == Move.REVEAL:  # each showing is asked for, and kept, by itself
            asked = replace(asked, id="")
        before = await _asked_again(hall, asker, no) if move == Move.REPLY else 0
        try:
            done = await moves.DOINGS[move](hall, asker.staff, no, body, asked)
        except (DeskError, Refused) as error:
            return await _refused(request, asker, move, error)
        if isinstance(done, Preview):
            raise Refused(400, "bad_form")
        if move == Move.REVEAL:
            bare = await revealing.revealed(hall, done, asker.staff, body["fields"].split())
            return await _page(request, asker, Shown(revealed=bare))
        warned = "&warn=asked_again" if move == Move.REPLY and done.asked_again > before else ""
        target = ways.local(str(form.get("back", "")), f"/desk/cases/{no}")
        told = "taken" if move == Move.ACCEPT and form.get("takes") else move
        return web.Response(status=303, headers={"Location": f"{target}?done={told}{warned}"})

    return do


def table() -> tuple[Route, ...]:
    """The page of a case, and its forms."""
    return (
        routes.staff("GET", "/desk/cases/{no}", "cases.show", case, page=True),
        *(
            routes.staff("POST", f"/desk/cases/{{no}}/{move}", f"cases.{move}", _doer(move), page=True)
            for move in moves.DOINGS
        ),
    )
