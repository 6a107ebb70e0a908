"""Alerts by JSON: everybody sees those that reached him, leaders all; who answers, what a leader decides; figures."""

from datetime import datetime, time, timedelta

from aiohttp import web

from bot.desk.deciding import Wish
from bot.desk.roster import Staff
from bot.hall import deciding, duty, views
from bot.hall.counter import Preview
from bot.hall.deciding import NoSuchAlert, NotYourAlert
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import OpenAlert
from bot.web import moves, routes
from bot.web.answers import HALL, Json, Refused, answer
from bot.web.reading import json_body, moment_of, number_of, text_of
from bot.web.routes import Route, may_now
from bot.web.staff import cut, limit_of, listed
from bot.web.ways import Asker

HIGHEST = 10**18
WHOLE = "hall"
"""Key of the row that counts the whole hall."""


def leads(hall: Hall, staff: Staff) -> bool:
    """Whether all alerts are this person's to see and to answer."""
    return may_now(hall, staff, "alerts.all")


def raised(hall: Hall, lists: Lists, staff: Staff, *, only_open: bool) -> tuple[OpenAlert, ...]:
    """The alerts that exist for this person, newest first: those that reached him, for a leader all."""
    to = "" if leads(hall, staff) else staff.no
    return lists.alerts(only_open=only_open, asker=staff.no, to=to)


async def alerts(request: web.Request, asker: Asker) -> web.Response:
    """Alerts, newest first; `open=1`: those nobody answers for yet."""
    hall = request.app[HALL]
    only_open = request.query.get("open", "") not in ("", "0")
    found = await hall.ledger.read(lambda lists: raised(hall, lists, asker.staff, only_open=only_open))
    return listed(request, cut(request, [views.alert_json(one) for one in found], "id", limit_of(request)))


async def answered(request: web.Request, asker: Asker) -> OpenAlert:
    """Somebody answers for the alert of the path: whom it reached, or a leader; 404 and 403 are kept."""
    hall, number = request.app[HALL], number_of(request.match_info, "id", 0, HIGHEST)
    try:
        known = await deciding.reach(hall, asker.staff, number, "alerts.ack", leads=leads(hall, asker.staff))
    except NoSuchAlert as error:
        raise Refused(404, error.code) from None
    except NotYourAlert as error:
        raise Refused(403, error.code) from None
    return await duty.acknowledge(hall, asker.staff, number) or known


async def acknowledge(request: web.Request, asker: Asker) -> web.Response:
    """Somebody answers for an alert."""
    return answer(request.app[HALL], views.alert_json(await answered(request, asker)))


def wish_of(hall: Hall, body: Json) -> Wish:
    """What a leader adds to his tap."""
    zone = hall.edition().data.books.calendar.zone
    return Wish(
        text_of(body, "reason"), text_of(body, "text"), text_of(body, "to", moves.NAMED), moment_of(body, "until", zone)
    )


async def decided(request: web.Request, asker: Asker, body: Json) -> OpenAlert | Preview:
    """A leader's decision on the alert of the path: done or only tried; an alert that is not there is 404."""
    hall, number = request.app[HALL], number_of(request.match_info, "id", 0, HIGHEST)
    asked, wish = moves.asked_from(body), wish_of(hall, body)
    try:
        done = await deciding.decide(hall, asker.staff, number, text_of(body, "decision", moves.NAMED), wish, asked)
    except NoSuchAlert as error:
        raise Refused(404, error.code) from None
    if isinstance(done, Preview):
        return done
    found = await hall.ledger.read(lambda lists: lists.alert(number))
    assert found is not None  # noqa: S101 - it was decided just now
    return found


async def decide(request: web.Request, asker: Asker) -> web.Response:
    """One tap of a leader: a pause, help, other hands, his own call."""
    hall = request.app[HALL]
    done = await decided(request, asker, await json_body(request))
    return answer(hall, moves.preview_json(done) if isinstance(done, Preview) else views.alert_json(done))


def _span(request: web.Request) -> tuple[datetime, datetime]:
    """From when till when: the days or moments asked for, else yesterday whole; `to` as a day includes it."""
    hall = request.app[HALL]
    zone = hall.edition().data.books.calendar.zone
    today = datetime.combine(hall.clock.now().astimezone(zone).date(), time(), zone)

    def at(name: str, otherwise: datetime, *, ends: bool = False) -> datetime:
        found = moment_of(request.query, name, zone)
        if found is None:
            return otherwise
        if len(request.query[name].strip()) > len("2026-12-01"):
            return found
        day = datetime.combine(found.date(), time(), zone)
        return day + timedelta(days=1) if ends else day

    since = at("from", today - timedelta(days=1))
    till = at("to", max(today, since + timedelta(days=1)), ends=True)
    if till <= since:
        raise Refused(422, "missing", fields={"to": "missing.span.order"})
    return since, till


async def figures(request: web.Request, asker: Asker) -> web.Response:
    """The figures of a span: one row for the whole hall."""
    del asker
    hall, (since, till) = request.app[HALL], _span(request)
    if request.query.get("by", WHOLE) not in ("", WHOLE):
        raise Refused(422, "missing", fields={"by": "missing.by"})
    low = hall.edition().data.books.rules.low_rating
    found = await hall.ledger.read(lambda lists: lists.figures(since, till, low))
    row: Json = {"key": WHOLE, "from": since.isoformat(), "to": till.isoformat(), **found}
    return listed(request, views.slice_json([row], "", 1))


def table() -> tuple[Route, ...]:
    """Alerts and figures."""
    return (
        routes.staff("GET", "/api/staff/alerts", "alerts.list", alerts),
        routes.staff("POST", "/api/staff/alerts/{id}/ack", "alerts.ack", acknowledge),
        routes.staff("POST", "/api/staff/alerts/{id}/decide", "alerts.decide", decide),
        routes.staff("GET", "/api/staff/figures", "figures.show", figures),
    )
