"""Who may call what: every route names its keeper; a staff route without an operation cannot be made."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps

from aiohttp import web

from bot.desk.rights import OPERATIONS, may
from bot.desk.roster import Staff, posts_at
from bot.hall import access, reception
from bot.hall.house import Hall
from bot.web import ways
from bot.web.answers import HALL, Refused
from bot.web.ways import Asker

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
CustomerHandler = Callable[[web.Request, str], Awaitable[web.StreamResponse]]
StaffHandler = Callable[[web.Request, Asker], Awaitable[web.StreamResponse]]


class NoSuchOperation(Exception):
    """A staff route names an operation that nobody has."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route as the application and the table of roles know it."""

    method: str
    path: str
    operation: str
    """public, customer, drill, or an operation of the desk's rights."""
    handler: Handler


def may_now(hall: Hall, staff: Staff, operation: str) -> bool:
    """Whether somebody has the operation at this moment: by post, by right, or by the post he is lent to."""
    acting = posts_at(hall.edition().data.books.roster, staff.no, hall.clock.now())
    return may(staff, operation, acting)


def public(method: str, path: str, handler: Handler) -> Route:
    """A route for anybody."""
    return Route(method, path, "public", handler)


def drill(method: str, path: str, handler: Handler) -> Route:
    """A route of the drill: from the same machine, or with the drill's key."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        ways.drill_hand(request)
        return await handler(request)

    return Route(method, path, "drill", guarded)


def customer(method: str, path: str, handler: CustomerHandler) -> Route:
    """A route for whoever holds a customer's token."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        secret = ways.bearer(request)
        key = await access.customer_of(request.app[HALL], secret) if secret else None
        if key is None:
            raise Refused(401, "token_needed", headers={"WWW-Authenticate": "Bearer"})
        return await handler(request, key)

    return Route(method, path, "customer", guarded)


def staff(method: str, path: str, operation: str, handler: StaffHandler, *, page: bool = False) -> Route:
    """A route for staff who have the operation; a page sends strangers to the log-in instead of refusing them."""
    if operation not in OPERATIONS:
        raise NoSuchOperation(operation)

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        asker = await ways.asker_of(request)
        if asker is None:
            if page:
                raise ways.to_login(request)
            raise Refused(401, "login_needed", headers={"WWW-Authenticate": "Bearer"})
        await ways.same_site(request, asker)
        if not may_now(request.app[HALL], asker.staff, operation):
            await reception.deny(request.app[HALL], asker.staff.no, operation, request.match_info.get("no", ""))
            raise Refused(403, "not_your_post")
        return await handler(request, asker)

    return Route(method, path, operation, guarded)


def mount(app: web.Application, routes: tuple[Route, ...]) -> None:
    """Hang the routes on the application."""
    for route in routes:
        app.router.add_route(route.method, route.path, route.handler)
