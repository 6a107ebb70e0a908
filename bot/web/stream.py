"""Server-sent events: a stream of what is new, resumed by its last id, ended at once when the hall shuts."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.hall.bell import Bell
from bot.web.answers import HALL, Json, written

CLOSING = web.AppKey("closing", asyncio.Event)
ALIVE = 15.0
"""Seconds of silence after which a sign of life goes out."""
LAST_ID = "Last-Event-ID"


@dataclass(frozen=True, slots=True)
class News:
    """One event of a stream; seq 0 has no id and is not repeated."""

    seq: int
    body: Json
    kind: str = "message"


Look = Callable[[int], Awaitable[Sequence[News]]]


async def ring(app: web.Application, keys: Sequence[str], seconds: float, tickets: Sequence[int]) -> bool:
    """True when one of the keys rang since its ticket, False when time is up or the hall shuts."""
    if app[CLOSING].is_set():
        return False
    bell: Bell = app[HALL].bell
    waits = [asyncio.ensure_future(bell.wait(key, seconds, ticket)) for key, ticket in zip(keys, tickets, strict=True)]
    try:
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        return any(one.result() for one in done) and not app[CLOSING].is_set()
    finally:
        for one in waits:
            one.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


def _event(news: News) -> bytes:
    seq = f"id: {news.seq}\n" if news.seq else ""
    return f"{seq}event: {news.kind}\ndata: {written(news.body)}\n\n".encode()


def last_id(request: web.Request) -> int:
    """Where the reader stopped: Last-Event-ID, else `after`."""
    value = request.headers.get(LAST_ID) or request.query.get("after", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else 0  # noqa: PLR2004 - as reading


async def events(
    request: web.Request, keys: Sequence[str], look: Look, alive: Callable[[], Awaitable[bool]]
) -> web.StreamResponse:
    """Send what `look` finds after the last id, wait for the bell, look again; until somebody leaves."""
    bell = request.app[HALL].bell
    after = last_id(request)
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        }
    )
    with contextlib.suppress(ConnectionError):  # the tab was closed: nothing is lost, it resumes by its last id
        await response.prepare(request)
        await response.write(b"retry: 2000\n\n")
        while not request.app[CLOSING].is_set() and await alive():
            tickets = [bell.ticket(key) for key in keys]
            found = await look(after)
            for news in found:
                await response.write(_event(news))
                after = max(after, news.seq)
            if any(news.seq for news in found):
                continue
            if not await ring(request.app, keys, ALIVE, tickets):
                await response.write(b": .\n\n")
    return response


async def end_streams(app: web.Application) -> None:
    """The hall shuts: every stream and every long poll ends now."""
    app[CLOSING].set()
    app[HALL].bell.ring_all()
