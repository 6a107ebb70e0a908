"""The hall's tables by JSON: read whole, replaced, added to by key, every version, and back to an old one."""

from collections.abc import Callable, Sequence

from aiohttp import web

from bot.desk.case import Event, Lane
from bot.hall import hands, private, reception, tables, views
from bot.hall.cabinet import Kind, Row
from bot.hall.holding import HoldsCases
from bot.hall.house import Hall
from bot.hall.records import TableVersion
from bot.web import routes, seen
from bot.web.answers import HALL, Json, Refused, answer
from bot.web.moves import asked_from
from bot.web.reading import cleaned, json_body, large_body, number_of, parsed, text_of
from bot.web.routes import Route
from bot.web.staff import listed
from bot.web.ways import Asker

PAGE = 500
MOST = 5000
TABLE = 64_000_000
"""Bytes of a whole table."""
HIGHEST = 10**9

Make = Callable[[Kind, Sequence[Row]], Sequence[Row]]


def _slice(request: web.Request, rows: Sequence[Json], **more: object) -> Json:
    """One slice of rows that have no number of their own: the cursor is how many came before."""
    after = number_of(request.query, "after", 0, HIGHEST)
    limit = max(number_of(request.query, "limit", PAGE, MOST), 1)
    shown = list(rows[after : after + limit])
    following = str(after + limit) if after + limit < len(rows) else ""
    return {**views.slice_json(shown, following, len(rows)), **more}


async def _revealed(hall: Hall, asker: Asker, table: str) -> None:
    """Who reads personal data bare is written down."""
    if private.bare(asker.staff, table):
        now, facts = hall.clock.now(), {"table": table}
        event = Event("", 0, now, Lane.SUPPORT, asker.staff.no, "reveal", public=False, facts=facts)
        await hall.ledger.write(lambda page: page.note(event, str))


async def show(request: web.Request, asker: Asker) -> web.Response:
    """A table as it is in force."""
    hall, table = request.app[HALL], request.match_info["table"]
    tables.cabinet(hall).kind(table)
    newest = await hall.ledger.read(lambda lists: tables.newest(lists, table))
    rows = private.seen_by(asker.staff, table, hall.edition().tables.get(table, ()))
    await _revealed(hall, asker, table)
    version = newest.version if newest else tables.ORIGINAL
    return listed(request, _slice(request, rows, table=table, version=version), marks=())


def version_json(asker: Asker, one: TableVersion) -> Json:
    """One version with what it was before and after."""
    before, after = (private.seen_by(asker.staff, one.table, tables.rows_of(text)) for text in (one.before, one.rows))
    return {
        "table": one.table,
        "version": one.version,
        "by": one.by,
        "at": hands.at(one.at),
        "reason": one.reason,
        "before": before,
        "after": after,
    }


async def versions(request: web.Request, asker: Asker) -> web.Response:
    """Every version of a table, oldest first."""
    hall, table = request.app[HALL], request.match_info["table"]
    found = await tables.versions(hall, table)
    await _revealed(hall, asker, table)
    return listed(request, _slice(request, [version_json(asker, one) for one in found], table=table))


async def _keeper(request: web.Request, asker: Asker) -> str:
    """The table's name, where the asker may write it; else refused and kept."""
    hall, table = request.app[HALL], request.match_info["table"]
    tables.cabinet(hall).kind(table)
    if not routes.may_now(hall, asker.staff, f"hall.write.{table}"):
        await reception.deny(hall, asker.staff.no, f"hall.write.{table}")
        raise Refused(403, "not_your_post")
    return table


def _done(request: web.Request, asker: Asker, found: TableVersion | None) -> web.Response:
    """The version that is in force now; only tried: whom it would reach."""
    hall = request.app[HALL]
    if found is None:
        return answer(hall, {"customers": 0, "cases": [], "text": ""})
    shown = version_json(asker, found)
    return answer(hall, {**shown, "total": len(tables.rows_of(found.rows))})


def _changer(made: Callable[[Sequence[Row]], Make]) -> routes.StaffHandler:
    async def change(request: web.Request, asker: Asker) -> web.Response:
        hall, table = request.app[HALL], await _keeper(request, asker)
        body = parsed(await large_body(request, TABLE))
        rows = tables.needed(cleaned(body.get("rows")))
        reason = text_of(body, "reason")
        try:
            found = await tables.change(hall, asker.staff, table, made(rows), reason, asked_from(body))
        except HoldsCases as held:
            raise await seen.held_by(hall, held, asker.staff) from None
        return _done(request, asker, found)

    return change


replace = _changer(tables.replaced)
add = _changer(tables.added)


async def rollback(request: web.Request, asker: Asker) -> web.Response:
    """A new version that reads as an old one; 0 is what the folder said before anybody changed it."""
    hall, table = request.app[HALL], await _keeper(request, asker)
    body = await json_body(request)
    version = body.get("version")
    if isinstance(version, bool) or not isinstance(version, int):
        raise Refused(422, "missing", fields={"version": "missing.number"})
    asked = asked_from({name: value for name, value in body.items() if name != "version"})
    try:
        found = await tables.rollback(hall, asker.staff, table, version, text_of(body, "reason"), asked)
    except HoldsCases as held:
        raise await seen.held_by(hall, held, asker.staff) from None
    return _done(request, asker, found)


def table() -> tuple[Route, ...]:
    """The routes of the tables."""
    path = "/api/staff/hall/{table}"
    return (
        routes.staff("GET", path, "hall.show", show),
        routes.staff("PUT", path, "hall.write", replace),
        routes.staff("POST", path, "hall.write", add),
        routes.staff("GET", f"{path}/versions", "hall.show", versions),
        routes.staff("POST", f"{path}/rollback", "hall.write", rollback),
    )
