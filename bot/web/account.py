"""Logging in and out: password or one-time link, slowed down for those who guess."""

import math

from aiohttp import web

from bot.hall import access
from bot.hall.records import Session
from bot.web import desk_facts, routes, ways
from bot.web.answers import HALL, Json, Refused, answer
from bot.web.limits import Brake, neighbour
from bot.web.reading import json_body, text_of
from bot.web.routes import Route
from bot.web.ways import Asker

BRAKE = web.AppKey("brake", Brake)
FREE_A_NUMBER = 5
FREE_AN_ADDRESS = 20
LONGEST = 200


def _own_page(request: web.Request) -> None:
    """Nobody is logged in by another house's page."""
    if not ways.from_here(request):
        raise Refused(403, "csrf")


async def by_password(request: web.Request, no: str, password: str) -> tuple[Session, str]:
    """A session for the right password; Refused for a wrong one, and sooner or later for a guesser."""
    _own_page(request)
    hall, brake = request.app[HALL], request.app[BRAKE]
    now = hall.clock.now()
    keys = {f"no:{no}": FREE_A_NUMBER, f"at:{neighbour(request.remote or '')}": FREE_AN_ADDRESS}
    wait = max(brake.wait(key, free, now) for key, free in keys.items())
    if wait:
        raise Refused(429, "too_many_tries", headers={"Retry-After": str(math.ceil(wait))})
    for key in keys:  # counted before the slow check, so that many at once gain nothing
        brake.failed(key, now)
    found = await access.login(hall, no, password) if no and password else None
    if found is None:
        raise Refused(401, "wrong_password")
    for key in keys:
        brake.lifted(key)
    return found


async def by_link(request: web.Request, secret: str) -> tuple[Session, str]:
    """A session for a one-time link that is alive."""
    _own_page(request)
    hall, brake = request.app[HALL], request.app[BRAKE]
    key, now = f"at:{neighbour(request.remote or '')}", hall.clock.now()
    wait = brake.wait(key, FREE_AN_ADDRESS, now)
    if wait:
        raise Refused(429, "too_many_tries", headers={"Retry-After": str(math.ceil(wait))})
    found = await access.link(hall, secret) if secret else None
    if found is None:
        brake.failed(key, now)
        raise Refused(401, "link_used")
    return found


def me_json(asker: Asker) -> Json:
    """Who somebody is, and what his page must say when it changes something."""
    who = asker.staff
    rights = sorted(who.rights)
    return {"no": who.no, "name": who.name, "post": who.post.value, "rights": rights, "csrf": asker.session.csrf}


async def login(request: web.Request) -> web.Response:
    """A password or a one-time link against a cookie."""
    hall = request.app[HALL]
    body = await json_body(request)
    link = text_of(body, "link", LONGEST)
    if link:
        session, secret = await by_link(request, link.rstrip("/").rsplit("/", 1)[-1])
    else:
        no = text_of(body, "no", LONGEST).strip()
        session, secret = await by_password(request, no, text_of(body, "password", LONGEST))
    staff = hall.edition().data.books.person(session.subject)
    response = answer(hall, me_json(Asker(staff, session, secret, by_cookie=True)))
    ways.let_in(hall, response, session, secret)
    return response


async def logout(request: web.Request, asker: Asker) -> web.Response:
    """This way in ends."""
    hall = request.app[HALL]
    await access.logout(hall, asker.secret)
    response = answer(hall, {"ok": True})
    ways.let_out(hall, response)
    return response


async def me(request: web.Request, asker: Asker) -> web.Response:
    """Who am I, and what each post I stand at takes in, by which clocks, and what it fills before handing on."""
    hall = request.app[HALL]
    return answer(hall, me_json(asker) | {"contracts": desk_facts.contracts(hall, asker.staff)})


def table() -> tuple[Route, ...]:
    """The routes of coming and going."""
    return (
        routes.public("POST", "/api/staff/login", login),
        routes.staff("POST", "/api/staff/logout", "logout", logout),
        routes.staff("GET", "/api/staff/me", "me", me),
    )
