"""The duty leader's board: what presses, what waits for his word, who is where; staff read it too."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from aiohttp import web

from bot.desk import roster
from bot.desk.case import Post
from bot.desk.errors import DeskError, Missing
from bot.hall import board, brief, tables, todo, views
from bot.hall.cabinet import Row, TableFaults
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import OpenAlert
from bot.web import alerts, desk_alerts, desk_facts, paper, routes, seen
from bot.web.answers import HALL, Json, refusal, refused_json
from bot.web.desk import frame
from bot.web.reading import clean, form_of
from bot.web.routes import Route, may_now
from bot.web.staff import people_json
from bot.web.ways import Asker

ALERTS = 12
ANSWERED = 8
INCIDENTS = 12
_LENT = ("no", "post", "day", "since", "till", "reason")


def _transfers(hall: Hall, lists: Lists, asker: Asker, raised: tuple[OpenAlert, ...]) -> list[Json]:
    """The changes of hands that wait for the duty leader's word."""
    edition, found = hall.edition(), []
    for case in todo.to_decide(lists, asker.staff, raised):
        events = [told for event in lists.events(case.no) if (told := seen.event_json(hall, lists, event, asker.staff))]
        found.append(views.case_row(edition, case) | {"pending": desk_facts.transfer(hall, case, events)})
    return found


def _callbacks(hall: Hall, lists: Lists, asker: Asker, raised: tuple[OpenAlert, ...]) -> list[Json]:
    """The customers who are owed a callback."""
    edition = hall.edition()
    return [
        views.case_row(edition, case) | {"callback": desk_facts.callback(hall, case, asker)}
        for case in todo.to_call(lists, asker.staff, raised)
    ]


def away(hall: Hall) -> list[Json]:
    """Who is away today, till when, and who stands in; and who was switched off."""
    books, now = hall.edition().data.books, hall.clock.now()
    day = now.astimezone(books.roster.zone).date()
    found: list[Json] = []
    for person in books.roster.staff.values():
        till = roster.away_till(books.roster, person.no, day)
        if person.on and till is None:
            continue
        kinds = (one.kind for one in books.roster.leaves if one.staff == person.no and one.first <= day <= one.last)
        covers = roster.covering(books.roster, person.no, now) if till and person.on else ""
        found.append(
            {
                "who": brief.who(hall, person.no),
                "off": not person.on,
                "kind": next(kinds, ""),
                "till": f"{till.month}月{till.day}日" if till else "",
                "cover": brief.who(hall, covers) if covers else "",
            }
        )
    return found


def lent(hall: Hall) -> list[Json]:
    """Who stands at another post than his own just now."""
    books, now = hall.edition().data.books, hall.clock.now()
    return [
        {"who": brief.who(hall, one.no), "post": desk_facts.called(hall, post.value)}
        for one in roster.on_shift(books.roster, now)
        for post in sorted(roster.posts_at(books.roster, one.no, now) - {one.post})
        if post is not Post.NONE
    ]


def _pressing(hall: Hall, window: board.Window) -> Json:
    """A window of cases that press, as rows with the line that was passed or is near."""
    rows = [views.case_row(hall.edition(), one.case) | {"line": one.at.isoformat()} for one in window.rows]
    return {"rows": rows, "total": window.total, "more": window.more}


def _paused(hall: Hall, found: Sequence[board.Standing]) -> list[Json]:
    books, now = hall.edition().data.books, hall.clock.now()
    return [
        views.case_row(hall.edition(), one.case)
        | {
            "reason": one.pause.reason,
            "until": one.pause.until.isoformat(),
            "today": board.ends_today(books, one.pause, now),
            "customer": one.pause.customer,
        }
        for one in found
    ]


def _posts(hall: Hall, lists: Lists) -> list[Json]:
    """Every post: who is there, who comes next, what it holds, how long the oldest has waited."""
    books, now = hall.edition().data.books, hall.clock.now()
    return [
        {
            "name": desk_facts.called(hall, one.post.value),
            "here": [brief.who(hall, person.no) for person in one.here],
            "then": [brief.who(hall, person.no) for person in one.then],
            "then_at": one.then_at.isoformat() if one.then_at else "",
            "load": one.load,
            "wait": paper.span(now - one.waiting_since) if one.waiting_since else "",
        }
        for one in board.posts(books, lists.load(), lists.waits(), now)
    ]


def _incidents(hall: Hall, lists: Lists) -> list[Json]:
    """Outages that many reported, as they stand."""
    return [
        {
            "no": one.no,
            "state": one.state.value,
            "area": one.area,
            "cause": one.cause,
            "eta_at": one.eta_at.isoformat() if one.eta_at else "",
            "opened_at": one.opened_at.isoformat(),
            "handler": brief.who(hall, one.handler) if one.handler else "",
            "size": lists.size(one.no),
        }
        for one in lists.live_incidents()[:INCIDENTS]
    ]


def _digest(lists: Lists, asker: Asker) -> Json | None:
    found = board.last_digest(lists, asker.staff)
    return {"text": found.text, "at": found.at.isoformat()} if found else None


def _looking(hall: Hall, lists: Lists, asker: Asker, *, leads: bool) -> Json:
    """All that stands in the ledger; what waits for a leader's word only for leaders."""
    books, now, staff = hall.edition().data.books, hall.clock.now(), asker.staff
    every = lists.alerts(only_open=False, asker=staff.no, limit=todo.ALERTS)
    waiting = desk_alerts.grave_first(alerts.raised(hall, lists, staff, only_open=True))
    answered = [one for one in (every if leads else ()) if one.acked_by][:ANSWERED]
    late, risk = board.pressing(lists, staff, every, now)
    standing, waits = board.paused(lists, books, staff, now)
    return {
        "waiting": desk_alerts.cards(hall, lists, asker, waiting[:ALERTS]),
        "waiting_total": len(waiting),
        "answered": desk_alerts.cards(hall, lists, asker, answered, decide=False),
        "transfers": _transfers(hall, lists, asker, every) if leads else [],
        "callbacks": _callbacks(hall, lists, asker, every) if leads else [],
        "late": _pressing(hall, late),
        "risk": _pressing(hall, risk),
        "paused": _paused(hall, standing),
        "paused_total": waits,
        "posts": _posts(hall, lists),
        "incidents": _incidents(hall, lists),
        "digest": _digest(lists, asker) if may_now(hall, staff, "figures.show") else None,
    }


async def _page(
    request: web.Request,
    asker: Asker,
    status: int = 200,
    trouble: Json | None = None,
    typed: Mapping[str, str] | None = None,
) -> web.Response:
    hall, edition = request.app[HALL], request.app[HALL].edition()
    leads = alerts.leads(hall, asker.staff)
    facts = await hall.ledger.read(lambda lists: _looking(hall, lists, asker, leads=leads))
    today = hall.clock.now().astimezone(edition.data.books.roster.zone).date()
    lends = may_now(hall, asker.staff, "hall.write.shift")
    facts |= {
        "leads": leads,
        "people": [one for one in people_json(hall) if one["on"] and one["post"]] if lends else [],
        "away": away(hall) if leads else [],
        "lent": lent(hall),
        "lends": lends,
        "today": today.isoformat(),
        "trouble": trouble,
        "typed": dict(typed or {}),
        "request_id": secrets.token_urlsafe(12),
    }
    return paper.page(request, "board.html", status, **facts, **frame(request, asker, "board"))


async def show(request: web.Request, asker: Asker) -> web.Response:
    """The board: for leaders with what waits for their word, for everybody else with what is his."""
    return await _page(request, asker)


def _lending(hall: Hall, typed: Mapping[str, str]) -> Row:
    """The roster's row that lends somebody; Missing says what is wrong with the form."""
    books = hall.edition().data.books
    person = books.roster.staff.get(typed["no"].strip())
    wrong: dict[str, str] = {}
    if person is None or not person.on or person.post is Post.NONE:
        wrong["no"] = "missing.person"
    if typed["post"] not in [post.value for post in Post if post and (person is None or post is not person.post)]:
        wrong["post"] = "missing.post"
    try:
        day = date.fromisoformat(typed["day"])
        since, till = time.fromisoformat(typed["since"]), time.fromisoformat(typed["till"])
        ends = datetime.combine(day, till, books.roster.zone)
        if since >= till or ends <= hall.clock.now():
            wrong["till"] = "missing.span"
    except ValueError:
        wrong["day"] = "missing.moment"
    if wrong:
        raise Missing(wrong)
    hours = f"{typed['since'][:5]}-{typed['till'][:5]}"
    return {"staff": [typed["no"].strip()], "days": [typed["day"]], "hours": hours, "post": typed["post"]}


async def lend(request: web.Request, asker: Asker) -> web.Response:
    """借调: somebody stands at another post for a while, by a row of the roster with its reason."""
    hall = request.app[HALL]
    form = await form_of(request)
    typed = {name: clean(str(form.get(name, "")))[:200] for name in _LENT}
    asked = Asked(str(form.get("id", ""))[:128])
    try:
        row = _lending(hall, typed)
        await tables.change(hall, asker.staff, "shift", tables.added([row]), typed["reason"], asked)
    except (DeskError, TableFaults) as error:
        refused = refusal(hall, error)
        return await _page(request, asker, refused.status, refused_json(hall, refused), typed)
    return web.Response(status=303, headers={"Location": "/board?done=lent"})


def table() -> tuple[Route, ...]:
    """The board and its buttons."""
    return (
        routes.staff("GET", "/board", "board.show", show, page=True),
        routes.staff("POST", "/board/lend", "hall.write.shift", lend, page=True),
    )
