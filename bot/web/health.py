"""Whether the process lives and whether the hall can work."""

from datetime import datetime
from typing import Protocol

from aiohttp import web

from bot.hall.pages import LedgerBusy
from bot.hall.records import Posted
from bot.web.answers import HALL, answer
from bot.web.routes import Route, public

LOOK = 500


class Outbox(Protocol):
    """Of the ledger's lists, the letters."""

    def letters(
        self, after: int, *, to: str = "", kind: str = "", state: str = "", limit: int = 500
    ) -> tuple[Posted, ...]:
        """Letters after a seq, oldest first."""
        ...


def waits_since(lists: Outbox, now: datetime) -> datetime | None:
    """Since when the oldest letter that should be on its way waits; quiet hours and back-off do not count."""
    waiting = lists.letters(0, state="waiting", limit=LOOK)
    ready = (letter.next_try_at or letter.at for letter in waiting if (letter.next_try_at or letter.at) <= now)
    return min(ready, default=None)


async def alive(request: web.Request) -> web.Response:
    """The process answers."""
    return answer(request.app[HALL], {"ok": True})


async def ready(request: web.Request) -> web.Response:
    """The database answers, and how long the oldest letter has waited."""
    hall = request.app[HALL]
    now = hall.clock.now()
    try:
        since = await hall.ledger.read(lambda lists: waits_since(lists, now))
    except LedgerBusy:
        body = {"ready": False, "database": "busy", "outbox_age_s": None, "telegram": "off"}
        return answer(hall, body, 503)
    age = round((now - since).total_seconds(), 1) if since else 0
    return answer(hall, {"ready": True, "database": "ok", "outbox_age_s": age, "telegram": "off"})


def table() -> tuple[Route, ...]:
    """The two probes."""
    return public("GET", "/healthz", alive), public("GET", "/readyz", ready)
