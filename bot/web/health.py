"""Whether the process lives and whether the hall can work."""

from aiohttp import web

from bot.hall.pages import LedgerBusy
from bot.web.answers import HALL, answer
from bot.web.routes import Route, public


async def alive(request: web.Request) -> web.Response:
    """The process answers."""
    return answer(request.app[HALL], {"ok": True})


async def ready(request: web.Request) -> web.Response:
    """The database answers, how long the oldest letter that is due has waited, how the messenger fares."""
    hall = request.app[HALL]
    telegram = hall.messenger.status() if hall.messenger else "off"
    try:
        _, since = await hall.ledger.read(lambda lists: lists.owed())
    except LedgerBusy:
        body = {"ready": False, "database": "busy", "outbox_age_s": None, "telegram": telegram}
        return answer(hall, body, 503)
    age = round(max((hall.clock.now() - since).total_seconds(), 0.0), 1) if since else 0
    return answer(hall, {"ready": True, "database": "ok", "outbox_age_s": age, "telegram": telegram})


def table() -> tuple[Route, ...]:
    """The two probes."""
    return public("GET", "/healthz", alive), public("GET", "/readyz", ready)
