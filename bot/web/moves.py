"""What staff do to a case, by JSON: one route a move, each with its own operation."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from aiohttp import web

from bot.desk.case import Case
from bot.desk.moves import Move
from bot.desk.pausing import Wish
from bot.desk.roster import Staff
from bot.hall import counter, handing, revealing, veil
from bot.hall.counter import Asked, Preview
from bot.hall.house import Hall
from bot.web import routes, seen
from bot.web.answers import HALL, Json, Refused, answer
from bot.web.reading import clean, id_of, json_body, moment_of, text_of, texts_of
from bot.web.routes import Route, StaffHandler
from bot.web.ways import Asker

NAMED = 64
"""Characters of a work number, a team, a post, a field's name."""
MOST = 50
"""Names in one list."""
Doing = Callable[[Hall, Staff, str, Json, Asked], Awaitable[Case | Preview]]


def _moment(hall: Hall, body: Json, name: str) -> datetime | None:
    return moment_of(body, name, hall.edition().data.books.calendar.zone)


def _wish(hall: Hall, body: Json) -> Wish:
    """A pause as it is asked for; a page's form sends the papers as one text."""
    wants = body.get("wants")
    if isinstance(wants, str):
        wants = [one for one in re.split(r"[、,，;；\n]", wants) if one.strip()]
    if wants is not None and not (isinstance(wants, list) and all(isinstance(one, str) for one in wants)):
        raise Refused(422, "missing", fields={"wants": "missing.text"})
    papers = tuple(clean(one).strip()[:NAMED] for one in (wants or [])[:MOST] if one.strip())
    return Wish(text_of(body, "reason"), _moment(hall, body, "until"), papers)


DOINGS: Mapping[str, Doing] = MappingProxyType(
    {
        "accept": lambda hall, by, no, _, asked: counter.accept(hall, by, no, asked),
        "release": lambda hall, by, no, _, asked: counter.release(hall, by, no, asked),
        "reply": lambda hall, by, no, body, asked: counter.reply(
            hall, by, no, text_of(body, "text"), asked, _moment(hall, body, "promise_at")
        ),
        "note": lambda hall, by, no, body, asked: counter.note(
            hall, by, no, text_of(body, "text"), asked, _moment(hall, body, "promise_at")
        ),
        "pause": lambda hall, by, no, body, asked: counter.pause(hall, by, no, _wish(hall, body), asked),
        "resume": lambda hall, by, no, _, asked: counter.resume(hall, by, no, asked),
        "stage": lambda hall, by, no, body, asked: counter.stage(
            hall, by, no, text_of(body, "stage", 64), text_of(body, "text"), asked
        ),
        "resolve": lambda hall, by, no, body, asked: counter.resolve(
            hall, by, no, text_of(body, "text"), texts_of(body, "facts"), asked
        ),
        "reopen": lambda hall, by, no, body, asked: counter.reopen(hall, by, no, text_of(body, "reason"), asked),
        "cancel": lambda hall, by, no, body, asked: counter.cancel(hall, by, no, text_of(body, "reason"), asked),
        "close": lambda hall, by, no, body, asked: counter.close(hall, by, no, text_of(body, "reason"), asked),
        "help": lambda hall, by, no, body, asked: handing.help_(
            hall, by, no, text_of(body, "to", NAMED), text_of(body, "text"), asked
        ),
        "help_done": lambda hall, by, no, body, asked: handing.help_done(hall, by, no, text_of(body, "text"), asked),
        "transfer": lambda hall, by, no, body, asked: handing.transfer(
            hall, by, no, text_of(body, "to", NAMED), text_of(body, "reason"), asked
        ),
        "reassign": lambda hall, by, no, body, asked: handing.reassign(
            hall, by, no, text_of(body, "to", NAMED), text_of(body, "reason"), asked
        ),
        "priority": lambda hall, by, no, body, asked: handing.priority(
            hall, by, no, text_of(body, "priority", NAMED), text_of(body, "reason"), asked
        ),
        "callback": lambda hall, by, no, body, asked: handing.callback(hall, by, no, text_of(body, "text"), asked),
        "correct": lambda hall, by, no, body, asked: handing.correct(
            hall, by, no, texts_of(body, "slots"), text_of(body, "reason"), asked
        ),
        "reveal": lambda hall, by, no, body, asked: revealing.reveal(
            hall, by, no, names_of(body, "fields"), text_of(body, "reason"), asked
        ),
    }
)


def names_of(body: Json, name: str) -> tuple[str, ...]:
    """A list of names; a page's form sends them as one text between blanks."""
    value = body.get(name)
    found = value.split() if isinstance(value, str) else value or []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise Refused(422, "missing", fields={name: "missing.fields"})
    return tuple(clean(one)[:NAMED].strip() for one in found[:MOST])


def asked_from(body: Json) -> Asked:
    """How the change was asked for."""
    version = body.get("version")
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise Refused(422, "missing", fields={"version": "missing.number"})
    return Asked(id_of(body), version, dry=body.get("dry") is True)


async def shown(hall: Hall, case: Case, by: Staff) -> Json:
    """The whole Case JSON for staff."""
    return await hall.ledger.read(lambda lists: seen.case_json(hall, lists, case, by))


def preview_json(done: Preview) -> Json:
    """What a change would do, only tried."""
    return {
        "customers": done.customers,
        "cases": list(done.cases),
        "text": veil.covered(done.text),
        "warnings": [veil.covered(one) for one in done.warnings],
    }


def _handler(move: str) -> StaffHandler:
    async def handle(request: web.Request, asker: Asker) -> web.Response:
        hall, no = request.app[HALL], request.match_info["no"]
        body = await json_body(request)
        done = await DOINGS[move](hall, asker.staff, no, body, asked_from(body))
        if isinstance(done, Preview):
            return answer(hall, preview_json(done))
        found = await shown(hall, done, asker.staff)
        if move == Move.REVEAL:
            found["revealed"] = await revealing.revealed(hall, done, asker.staff, names_of(body, "fields"))
        return answer(hall, found)

    return handle


def table() -> tuple[Route, ...]:
    """One route a move."""
    return tuple(
        routes.staff("POST", f"/api/staff/cases/{{no}}/{move}", f"cases.{move}", _handler(move)) for move in DOINGS
    )
