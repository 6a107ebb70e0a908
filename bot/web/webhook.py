"""Where a messenger's servers push updates: who knows the secret is heard, and acknowledged once it is kept."""

import hmac

from aiohttp import web

from bot.hall.ports import BadMail
from bot.web.answers import HALL, Refused, answer
from bot.web.routes import Route, public

PATH = "/telegram/webhook"
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
MOST = 1_000_000
"""Bytes of one update."""


async def _body(request: web.Request) -> bytes:
    found = bytearray()
    async for chunk in request.content.iter_chunked(1 << 16):
        found += chunk
        if len(found) > MOST:
            raise Refused(413, "too_large")
    return bytes(found)


async def take(request: web.Request) -> web.Response:
    """One update: kept, then 200; who does not know the secret learns nothing."""
    hall = request.app[HALL]
    messenger = hall.messenger
    if messenger is None or not messenger.secret:
        raise Refused(404, "not_found")
    told = request.headers.get(SECRET, "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(told, messenger.secret.encode()):
        raise Refused(403, "refused")
    try:
        await messenger.take(await _body(request))
    except BadMail:
        raise Refused(400, "bad_json") from None
    return answer(hall, {"ok": True})


def table() -> tuple[Route, ...]:
    """The one address."""
    return (public("POST", PATH, take),)
