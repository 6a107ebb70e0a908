"""The duty leader's board: what waits for his word, what is most urgent, who is here, away or lent to another post."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, time

from aiohttp import web

from bot.desk import roster
from bot.desk.case import Post
from bot.desk.errors import DeskError, Missing
from bot.hall import brief, duty, tables, todo, views
from bot.hall.cabinet import Row, TableFaults
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import CaseQuery, OpenAlert
from bot.web import desk_facts, paper, routes, seen
from bot.web.answers import HALL, Json, Refused, refusal, refused_json
from bot.web.desk import frame
from bot.web.reading import clean, form_of, number_of
from bot.web.routes import Route, may_now
from bot.web.staff import people_json
from bot.web.ways import Asker

URGENT = 12
ALERTS = 50
ANSWERED = 8
_LENT = ("no", "post", "day", "since", "till", "reason")


def _transfers(hall: Hall, lists: Lists, asker: Asker, alerts: tuple[OpenAlert, ...]) -> list[Json]:
    """The changes of hands that wait for the duty leader's word."""
    edition, found = hall.edition(), []
    for case in todo.to_decide(lists, asker.staff, alerts):
        events = [told for event in lists.events(case.no) if (told := seen.event_json(hall, lists, event, asker.staff))]
        found.append(views.case_row(edition, case) | {"pending": desk_facts.transfer(hall, case, events)})
    return found


def _callbacks(hall: Hall, lists: Lists, asker: Asker, alerts: tuple[OpenAlert, ...]) -> list[Json]:
    """The customers who are owed a callback."""
    edition = hall.edition()
    return [
        views.case_row(edition, case) | {"callback": desk_facts.callback(hall, case, asker)}
        for case in todo.to_call(lists, asker.staff, alerts)
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


async def _page(
    request: web.Request,
    asker: Asker,
    status: int = 200,
    trouble: Json | None = None,
    typed: Mapping[str, str] | None = None,
) -> web.Response:
    hall, edition = request.app[HALL], request.app[HALL].edition()

    def looking(lists: Lists) -> Json:
        urgent = lists.cases(CaseQuery(state="live", limit=URGENT, asker=asker.staff.no)).items
        found = lists.alerts(only_open=False, asker=asker.staff.no)[: todo.ALERTS]
        alerts = [views.alert_json(one) for one in found[:ALERTS]]
        return {
            "waiting": sorted((one for one in alerts if not one["acked"]), key=lambda one: one["why"] != "danger"),
            "answered": [one for one in alerts if one["acked"]][:ANSWERED],
            "transfers": _transfers(hall, lists, asker, found),
            "callbacks": _callbacks(hall, lists, asker, found),
            "rows": [views.case_row(edition, one) for one in urgent],
        }

    facts = await hall.ledger.read(looking)
    everybody = people_json(hall)
    today = hall.clock.now().astimezone(edition.data.books.roster.zone).date()
    facts |= {
        "here_now": [one for one in everybody if one["on_shift"]],
        "names": {one["no"]: one["name"] for one in everybody},
        "people": [one for one in everybody if one["on"] and one["post"]],
        "away": away(hall),
        "lent": lent(hall),
        "lends": may_now(hall, asker.staff, "hall.write.shift"),
        "today": today.isoformat(),
        "trouble": trouble,
        "typed": dict(typed or {}),
        "request_id": secrets.token_urlsafe(12),
    }
    return paper.page(request, "board.html", status, **facts, **frame(request, asker, "board"))


async def board(request: web.Request, asker: Asker) -> web.Response:
    """The duty leader's board."""
    return await _page(request, asker)


async def acknowledge(request: web.Request, asker: Asker) -> web.Response:
    """Somebody answers for an alert, by the board's button."""
    hall, number = request.app[HALL], number_of(request.match_info, "id", 0, 10**18)
    mine = await hall.ledger.read(lambda lists: lists.alerts(only_open=False, asker=asker.staff.no))
    there = any(one.id == number for one in mine)
    found = await duty.acknowledge(hall, asker.staff, number) if there else None
    if found is None:
        raise Refused(404, "no_such_alert")
    return web.Response(status=303, headers={"Location": "/board?done=ack"})


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
        routes.staff("GET", "/board", "alerts.list", board, page=True),
        routes.staff("POST", "/board/alerts/{id}/ack", "alerts.ack", acknowledge, page=True),
        routes.staff("POST", "/board/lend", "hall.write.shift", lend, page=True),
    )
