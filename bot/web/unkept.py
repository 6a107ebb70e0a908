"""The chat when the hall cannot keep what is said: who is in danger hears the safety words with the refusal."""

from dataclasses import replace
from functools import wraps

from aiohttp import web

from bot.hall import unkept
from bot.web import uploads
from bot.web.answers import HALL, Refused, refusal
from bot.web.reading import json_body, text_of
from bot.web.routes import Route

SAID = web.RequestKey("said", str)
"""The words of a message, once they have been read: a form can be read only once."""
BROKEN = 500


def heard_anyway(route: Route) -> Route:
    """The same route; whatever of ours fails on its way, safety words are not held back by it."""

    @wraps(route.handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        hall = request.app[HALL]
        try:
            return await route.handler(request)
        except web.HTTPException:
            raise
        except Exception as error:
            refused = refusal(hall, error)
            if refused.status < BROKEN:
                raise
            said = await unkept.warned(hall, await _words(request), "web")
            if not said:
                raise
            raise Refused(
                refused.status, refused.code, headers=refused.headers, message=said, more={"danger": True}
            ) from error

    return replace(route, handler=guarded)


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
