"""What every request passes: a number, a log line without private words, headers, the limit, errors as sentences."""

import asyncio
import logging
import math
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.web import paper
from bot.web.answers import HALL, Refused, answer, refusal, refused_json
from bot.web.limits import Limiter

log = logging.getLogger(__name__)
LIMITER = web.AppKey("limiter", Limiter)
NUMBER = web.RequestKey("number", str)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_MACHINES = ("/api/", "/drill/", "/healthz", "/readyz", "/metrics", "/static/", "/telegram/")
_UNLIMITED = ("/healthz", "/readyz", "/metrics", "/static/", "/drill/", "/telegram/")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), payment=(), usb=(), geolocation=()",
    "Server": "hall",
}


def is_page(request: web.Request) -> bool:
    """Whether a person looks at it, not a program."""
    return not request.path.startswith(_MACHINES)


async def head(request: web.Request, response: web.StreamResponse) -> None:
    """The headers every answer carries, streams and files too."""
    chat = request.path == "/"
    response.headers["Content-Security-Policy"] = _CSP.format(ancestors="'self'" if chat else "'none'")
    response.headers["X-Frame-Options"] = "SAMEORIGIN" if chat else "DENY"
    response.headers.update(_HEADERS)
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    else:
        response.headers["Cache-Control"] = "no-cache"
    if NUMBER in request:
        response.headers["X-Request-Id"] = request[NUMBER]


def _route(request: web.Request) -> str:
    """The route as it was registered: a path itself may hold a secret or a customer's key."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "-"


def _refused(request: web.Request, error: Exception) -> web.StreamResponse:
    hall = request.app[HALL]
    refused = refusal(hall, error)
    if refused.status >= 500 and refused.code == "broken":  # noqa: PLR2004 - ours to mend
        log.error("request failed", exc_info=error, extra={"request": request[NUMBER], "path": _route(request)})
    body = refused_json(hall, refused)
    if is_page(request):
        return paper.page(request, "error.html", refused.status, refused.headers, code=refused.status, **body)
    return answer(hall, body, refused.status, refused.headers)


@web.middleware
async def keep_order(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Number the request, answer errors as sentences, write one log line."""
    request[NUMBER] = secrets.token_hex(6)
    clock = asyncio.get_running_loop().time
    begun = clock()
    status = 499  # gone before there was an answer
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as other:
        if other.status >= 400:  # noqa: PLR2004 - a redirect is an answer
            response = _refused(request, other)
            status = response.status
            return response
        status = other.status
        raise
    except Exception as error:  # noqa: BLE001 - the last place where a trace could get out
        response = _refused(request, error)
        status = response.status
    finally:
        method = request.method if request.method in _METHODS else "-"
        request.app[HALL].meters.requests[method, _route(request), status] += 1
        extra = {"request": request[NUMBER], "path": _route(request), "status": status}
        log.info("%s", request.method, extra=extra | {"ms": round((clock() - begun) * 1000, 1)})
    return response


@web.middleware
async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """So many requests an address and minute, on the hall's clock."""
    if not request.path.startswith(_UNLIMITED):
        wait = request.app[LIMITER].wait(request.remote or "", request.app[HALL].clock.now())
        if wait:
            raise Refused(429, "too_many", headers={"Retry-After": str(math.ceil(wait))})
    return await handler(request)
