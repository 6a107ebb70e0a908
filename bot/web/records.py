"""What the hall has on record, by JSON: letters, the open ledger, canned replies; who leaves it, tickets brought in."""

from datetime import date, datetime, time

from aiohttp import web

from bot.hall import leaving, reception, replies, tickets, views
from bot.hall.counter import Preview
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import AuditQuery, LetterQuery
from bot.web import routes, seen
from bot.web.answers import HALL, Json, Refused, answer
from bot.web.moves import NAMED, asked_from, preview_json
from bot.web.reading import clean, json_body, number_of, text_of
from bot.web.routes import Route
from bot.web.staff import MOST, cut, limit_of, listed, people_json
from bot.web.ways import Asker

LATEST = 10**18
STATES = ("", "waiting", "sent", "dead")
TICKETS = 60_000
"""Signs of one paste."""
NARROW = ("case", "by", "move", "customer")


async def letters(request: web.Request, asker: Asker) -> web.Response:
    """One's own letters; who keeps watch reads everybody's, or with `to` those to one."""
    hall, query, own = request.app[HALL], request.query, f"staff:{asker.staff.no}"
    everybodys = routes.may_now(hall, asker.staff, "letters.all")
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
        asker=asker.staff.no,
    )

    def looking(lists: Lists) -> Json:
        found = lists.letters_for(asked)
        following = str(found.next) if found.next else ""
        told = [row for one in found.items if (row := seen.letter_json(hall, lists, one, asker.staff))]
        rows = [row for row in told if not to.startswith(seen.UNNAMED) or row["to"] == to]
        return dict(views.slice_json(rows, following, found.total - len(found.items) + len(rows)))

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
        asker=asker.staff.no,
    )

    def looking(lists: Lists) -> Json:
        found = lists.audit(asked)
        told = [(row, seen.event_json(hall, lists, one, asker.staff, customer)) for row, one in found.items]
        rows = [{"row": row, **shown} for row, shown in told if shown]
        total = found.total - len(found.items) + len(rows)
        return dict(views.slice_json(rows, str(found.next) if found.next else "", total))

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


async def handover(request: web.Request, asker: Asker) -> web.Response:
    """Everything somebody answers for gets another first handler, all or none."""
    hall, no = request.app[HALL], clean(request.match_info["no"])[:64]
    body = await json_body(request)
    to, reason = text_of(body, "to", NAMED), text_of(body, "reason")
    done = await leaving.handover(hall, asker.staff, no, to, reason, asked_from(body))
    return answer(hall, preview_json(done) if isinstance(done, Preview) else {"cases": list(done)})


async def canned(request: web.Request, asker: Asker) -> web.Response:
    """The handbook's canned replies; with `case` what the case knows is filled in."""
    hall, query = request.app[HALL], request.query
    no = clean(query.get("case", ""))[:40].strip()
    case = await seen.case_for(hall, asker, no, "replies.list") if no else None
    known = case is None or seen.knows(hall, case, asker.staff)
    topic = clean(query.get("topic", ""))[:100].strip()
    rows = replies.replies_json(hall.edition().data, topic, case, asker.staff, known=known)
    return listed(request, cut(request, rows, "code", limit_of(request, MOST, MOST)))


async def bring(request: web.Request, asker: Asker) -> web.Response:
    """Pasted tickets become cases, each told for itself."""
    hall = request.app[HALL]
    body = await json_body(request)
    asked = asked_from(body)
    found = await tickets.bring_in(hall, asker.staff, text_of(body, "text", TICKETS), asked)
    if asked.dry:
        text = "\n".join(one.text or one.why for one in found)
        refused = [one.why for one in found if one.why]
        return answer(hall, preview_json(Preview(len(found) - len(refused), (), text, tuple(refused))))
    return answer(hall, {"items": [{"no": one.no or None, "why": one.why, "text": one.text} for one in found]})


def table() -> tuple[Route, ...]:
    """The routes of what is on record."""
    return (
        routes.staff("GET", "/api/staff/letters", "letters.mine", letters),
        routes.staff("GET", "/api/staff/audit", "audit.list", audit),
        routes.staff("POST", "/api/staff/people/{no}/off", "people.off", off),
        routes.staff("POST", "/api/staff/people/{no}/handover", "people.handover", handover),
        routes.staff("GET", "/api/staff/replies", "replies.list", canned),
        routes.staff("POST", "/api/staff/tickets", "tickets.bring", bring),
    )
