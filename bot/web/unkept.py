"""The chat when the hall cannot keep what is said, or not soon: who is in danger hears the safety words anyway."""

import asyncio
import logging
from dataclasses import replace
from functools import wraps

from aiohttp import web

from bot.hall import unkept
from bot.hall.pages import LedgerBusy
from bot.web import uploads
from bot.web.answers import HALL, Refused, refusal
from bot.web.reading import json_body, text_of
from bot.web.routes import Route

SAID = web.RequestKey("said", str)
"""The words of a message, once they have been read: a form can be read only once."""
BROKEN = 500

log = logging.getLogger(__name__)


def heard_anyway(route: Route) -> Route:
    """The same route; whatever of ours fails on its way, safety words are not held back by it."""

    @wraps(route.handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        hall = request.app[HALL]
        keeping = asyncio.ensure_future(route.handler(request))
        try:
            await asyncio.wait((keeping,), timeout=unkept.PATIENCE)
            early = "" if keeping.done() else await unkept.warned(hall, request.get(SAID, ""), "web")
        except asyncio.CancelledError:  # who asked has gone: so has the question
            keeping.cancel()
            raise
        if early and not keeping.done():
            keeping.add_done_callback(_afterwards)
            raise _refused(refusal(hall, LedgerBusy("slow")), early)
        try:
            return await keeping
        except web.HTTPException:
            raise
        except Exception as error:
            refused = refusal(hall, error)
            if refused.status < BROKEN:
                raise
            said = early or await unkept.warned(hall, await _words(request), "web")
            if not said:
                raise
            raise _refused(refused, said) from error

    return replace(route, handler=guarded)


def _refused(refused: Refused, said: str) -> Refused:
    return Refused(refused.status, refused.code, headers=refused.headers, message=said, more={"danger": True})


def _afterwards(keeping: asyncio.Future[web.StreamResponse]) -> None:
    """What was answered without the ledger was kept after all, or comes again from its sender."""
    if not keeping.cancelled() and keeping.exception():
        log.warning("a message was not kept", extra={"channel": "web"})


async def _words(request: web.Request) -> str:
    """What was said; nothing where it cannot be read."""
    if SAID in request:
        return request[SAID]
    try:
        if request.content_type.startswith("multipart/"):
            fields, _ = await uploads.read_parts(request, request.app[HALL].edition().data.books.rules.file_max)
            return text_of(fields, "text")
        return text_of(await json_body(request), "text")
    except Refused:
        return ""
