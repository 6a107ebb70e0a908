"""What the hall has on record, by JSON: letters that were sent, the open ledger of events, and who leaves the hall."""

from datetime import date, datetime, time

from aiohttp import web

from bot.desk.rights import may
from bot.hall import leaving, reception, views
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import AuditQuery, LetterQuery
from bot.web import routes
from bot.web.answers import HALL, Json, Refused, answer
from bot.web.moves import asked_from
from bot.web.reading import clean, json_body, number_of, text_of
from bot.web.routes import Route
from bot.web.staff import limit_of, listed, people_json
from bot.web.ways import Asker

LATEST = 10**18
STATES = ("", "waiting", "sent", "dead")
NARROW = ("case", "by", "move", "customer")


async def letters(request: web.Request, asker: Asker) -> web.Response:
    """One's own letters; who keeps watch reads everybody's, or with `to` those to one."""
    hall, query, own = request.app[HALL], request.query, f"staff:{asker.staff.no}"
    everybodys = may(asker.staff, "letters.all")
    wanted = clean(query.get("to", ""))[:100].strip()
    to = own if wanted in ("me", asker.staff.no) or not (wanted or everybodys) else wanted
    if to != own and not everybodys:
        await reception.deny(hall, asker.staff.no, "letters.all", to[:40])
        raise Refused(403, "not_your_letters")
    state = query.get("state", "")
    if state not in STATES:
        raise Refused(422, "missing", fields={"state": "missing.state"})
    asked = LetterQuery(
        to=to,
        case=clean(query.get("case", ""))[:40],
        state=state,
        after=number_of(query, "after", 0, LATEST),
        limit=limit_of(request),
    )

    def looking(lists: Lists) -> Json:
        found = lists.letters_for(asked)
        following = str(found.next) if found.next else ""
        return dict(views.slice_json([views.letter_json(one) for one in found.items], following, found.total))

    return listed(request, await hall.ledger.read(looking))


def _moment(hall: Hall, request: web.Request, name: str) -> datetime | None:
    """A moment of the query; a bare day is its first moment, and as an end its last."""
    text = request.query.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    zone = hall.edition().data.books.calendar.zone
    try:
        if len(text) == len("2026-12-01"):
            day = date.fromisoformat(text)
            return datetime.combine(date.fromordinal(day.toordinal() + (name == "to")), time(), zone)
        at = datetime.fromisoformat(text)
        return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        raise Refused(422, "missing", fields={name: "missing.moment"}) from None


async def audit(request: web.Request, asker: Asker) -> web.Response:
    """The ledger of events, of cases and of the hall, oldest first."""
    del asker
    hall = request.app[HALL]
    case, by, move, customer = (clean(request.query.get(name, ""))[:100].strip() for name in NARROW)
    asked = AuditQuery(
        case=case,
        by=by,
        move=move,
        customer=customer,
        from_at=_moment(hall, request, "from"),
        to_at=_moment(hall, request, "to"),
        after=number_of(request.query, "after", 0, LATEST),
        limit=limit_of(request),
    )

    def looking(lists: Lists) -> Json:
        found = lists.audit(asked)
        rows = [{"row": row, "case": event.case or None, **views.event_json(event)} for row, event in found.items]
        return dict(views.slice_json(rows, str(found.next) if found.next else "", found.total))

    return listed(request, await hall.ledger.read(looking))


async def off(request: web.Request, asker: Asker) -> web.Response:
    """Somebody leaves: refused while he holds cases; afterwards every way in of his is dead."""
    hall, no = request.app[HALL], clean(request.match_info["no"])[:64]
    body = await json_body(request)
    asked = asked_from(body)
    await leaving.off(hall, asker.staff, no, text_of(body, "reason"), asked)
    if asked.dry:
        return answer(hall, {"customers": 0, "cases": [], "text": ""})
    return answer(hall, next(one for one in people_json(hall) if one["no"] == no))


def table() -> tuple[Route, ...]:
    """The routes of what is on record."""
    return (
        routes.staff("GET", "/api/staff/letters", "letters.mine", letters),
        routes.staff("GET", "/api/staff/audit", "audit.list", audit),
        routes.staff("POST", "/api/staff/people/{no}/off", "people.off", off),
    )
