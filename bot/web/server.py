"""The web application: its keys, its middlewares, its routes, and how it is served and shut."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from bot.hall.house import Hall
from bot.web import (
    account,
    alerts,
    card,
    care,
    chat,
    desk,
    desk_alerts,
    desk_board,
    desk_case,
    desk_incidents,
    desk_people,
    drill,
    guard,
    health,
    incidents,
    metrics,
    moves,
    openapi,
    pages,
    paper,
    records,
    staff,
    tables,
    webhook,
)
from bot.web.answers import HALL
from bot.web.limits import Brake, Limiter
from bot.web.routes import Route, mount
from bot.web.stream import CLOSING, end_streams

JSON_MOST = 64 * 1024
"""Bytes of a JSON body; files have a limit of their own."""
SHUT = 5.0
"""Seconds requests under way get when the hall shuts."""


def routes(*, practice: bool = True) -> tuple[Route, ...]:
    """Every route, those of the drill too where there is one."""
    interface = (
        health,
        metrics,
        openapi,
        chat,
        account,
        staff,
        alerts,
        care,
        incidents,
        moves,
        records,
        tables,
        webhook,
    )
    people = (pages, card, desk, desk_case, desk_board, desk_alerts, desk_incidents, desk_people)
    doors = tuple(route for room in (*interface, *people) for route in room.table())
    return (*doors, *drill.table()) if practice else doors


def routes_table() -> tuple[tuple[str, str, str], ...]:
    """(method, path, operation) of every route: what the table of roles is checked against."""
    return tuple((route.method, route.path, route.operation) for route in routes())


def make_app(hall: Hall) -> web.Application:
    """The application of one hall."""
    app = web.Application(middlewares=[guard.keep_order, guard.limit], client_max_size=JSON_MOST)
    app[HALL] = hall
    app[CLOSING] = asyncio.Event()
    app[openapi.DOCUMENT] = openapi.document_bytes(routes())
    app[guard.LIMITER] = Limiter(hall.rate_limit)
    app[account.BRAKE] = Brake()
    app[paper.PAPER] = paper.environment()
    mount(app, routes(practice=hall.drill))
    app.router.add_static("/static/", paper.STATIC)
    app.on_response_prepare.append(guard.head)
    app.on_response_prepare.append(card.unlinked)
    app.on_shutdown.append(end_streams)
    return app


@contextlib.asynccontextmanager
async def serving(hall: Hall, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """The hall's door stands open at the address that is yielded; port 0 takes any."""
    runner = web.AppRunner(make_app(hall), access_log=None, handle_signals=False, shutdown_timeout=SHUT)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0]
        seen = host if host not in ("0.0.0.0", "::", "") else "127.0.0.1"  # noqa: S104 - compared, not bound
        yield f"http://{f'[{seen}]' if ':' in seen else seen}:{bound[1]}"
    finally:
        await runner.cleanup()
