"""What the web door answers: JSON that a drill marks, and refusals with a code and a Chinese sentence."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.desk.errors import DeskError, Missing, NoSuchCase, NoSuchIncident, NotYours
from bot.hall import refusals
from bot.hall.cabinet import NoSuchTable, TableFaults
from bot.hall.drill import BadDrill
from bot.hall.holding import HoldsCases
from bot.hall.house import Hall
from bot.hall.leaving import NoSuchPerson
from bot.hall.pages import LedgerBusy
from bot.hall.tables import NoSuchVersion

Json = dict[str, Any]
HALL = web.AppKey("hall", Hall)
MARKED = ("messages", "items")
"""Lists whose rows carry the drill's mark too."""


@dataclass
class Refused(Exception):
    """The door refuses; `code` names the phrase `error.<code>`."""

    status: int
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    """A sentence that is no phrase: what a drill's folder is faulted for."""
    more: Mapping[str, object] = field(default_factory=dict)
    """What else the body says: cases held, faults found."""


def say(hall: Hall, code: str, **facts: object) -> str:
    """A phrase of the handbook, written out."""
    return refusals.phrase(hall.edition().data, code, **facts)


def marked(hall: Hall, body: Json, lists: Iterable[str] = MARKED) -> Json:
    """In a drill every object and every row says so; rows of a table are handed back as they are, so they do not."""
    if not hall.drill:
        return body
    rows = {name: [{**row, "drill": True} for row in body[name]] for name in lists if name in body}
    return {**body, **rows, "drill": True}


def written(body: object) -> str:
    """JSON with Chinese left readable."""
    return json.dumps(body, ensure_ascii=False)


def answer(
    hall: Hall,
    body: Json,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    lists: Iterable[str] = MARKED,
) -> web.Response:
    """A JSON answer; `lists`: those whose rows carry a drill's mark."""
    return web.json_response(marked(hall, body, lists), status=status, headers=headers, dumps=written)


def _desk(hall: Hall, error: DeskError) -> Refused:
    """The desk's errors as the outside reads them."""
    facts = refusals.facts(hall.edition().data, error)
    match error:
        case NotYours():
            return Refused(403, error.code, facts)
        case Missing():
            return Refused(422, error.code, facts, error.fields)
        case NoSuchCase() | NoSuchIncident():
            return Refused(404, error.code, facts)
        case _:
            return Refused(409, error.code, facts)


_HTTP = {
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "type_not_taken",
}


def _http(error: web.HTTPException) -> Refused:
    kept = {name: value for name, value in error.headers.items() if name in ("Allow", "Retry-After")}
    return Refused(error.status, _HTTP.get(error.status, "bad_request"), headers=kept)


def _table(hall: Hall, error: TableFaults | NoSuchTable | NoSuchVersion | NoSuchPerson | HoldsCases) -> Refused:
    """What stands against a change of the hall's tables or people."""
    match error:
        case TableFaults():
            told = "\n".join(error.faults)
            message = f"{say(hall, 'error.table_faults')}\n{told}"
            return Refused(
                422, "table_faults", message=message, more={"faults": [*error.faults], "fields": {"rows": told}}
            )
        case NoSuchTable():
            return Refused(404, "no_such_table")
        case NoSuchVersion():
            return Refused(422, "missing", fields={"version": "missing.version"})
        case NoSuchPerson():
            return Refused(404, "no_such_person")
        case HoldsCases(cases=()):  # those he holds are hidden from whoever asks
            return Refused(409, "holds_cases", message=say(hall, "error.holds_cases.other"), more={"cases": []})
        case HoldsCases():
            return Refused(409, "holds_cases", {"count": len(error.cases)}, more={"cases": list(error.cases)})


def refusal(hall: Hall, error: Exception) -> Refused:
    """Any error as a refusal; what nobody foresaw is 500 and says no more than that."""
    match error:
        case Refused():
            return error
        case DeskError():
            return _desk(hall, error)
        case LedgerBusy():
            return Refused(503, "busy", headers={"Retry-After": "2"})
        case TableFaults() | NoSuchTable() | NoSuchVersion() | NoSuchPerson() | HoldsCases():
            return _table(hall, error)
        case BadDrill():
            return Refused(422, "bad_drill", message=error.why)
        case web.HTTPException() if 400 <= error.status < 500:  # noqa: PLR2004 - the client's errors
            return _http(error)
        case _:
            return Refused(500, "broken")


def refused_json(hall: Hall, refused: Refused) -> Json:
    """The body of a refusal."""
    message = refused.message or say(hall, f"error.{refused.code}", **refused.facts) or say(hall, "error.refused")
    body: Json = {"error": refused.code, "message": message, **refused.more}
    if refused.fields:
        body["fields"] = {name: refusals.field(hall.edition().data, value) for name, value in refused.fields.items()}
    return body
