"""The gathering of a burst: short messages close together are answered as one, and nobody waits for nothing."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.guide import burst
from bot.hall import reception
from bot.hall.house import Hall
from bot.hall.records import Heard
from intents.understanding import Understanding

AT_ONCE = timedelta()


def _fresh(hall: Hall, customer: str) -> list[Heard]:
    """What this process has just kept of a customer, in its order; after a crash nothing waits any more."""
    return [heard for (key, _), heard in tuple(hall.ears.items()) if key == customer]


def _whole(heard: Heard) -> bool:
    """Whether a message waits for nothing by its kind: a press, an edit, a place, a picture with its words."""
    return bool(
        heard.button or heard.replaces or heard.location or heard.contact or (heard.files and heard.text.strip())
    )


async def until(hall: Hall, customer: str) -> datetime:
    """Up to when one more message is waited for; a moment that has passed: no more."""
    fresh, rules = _fresh(hall, customer), hall.edition().data.books.rules
    now = hall.clock.now()
    if not fresh or not rules.burst or any(_whole(heard) or heard.at is None for heard in fresh):
        return now
    last, first = fresh[-1].at or now, fresh[0].at or now
    if not (burst.unfinished(fresh[-1].text) or not fresh[-1].text.strip()):
        return last
    if now >= last + rules.burst * burst.PICTURE:
        return last
    wait = await _wait(hall, customer, fresh, now)
    return min(last + wait, first + rules.burst * burst.LONGEST)


async def _wait(hall: Hall, customer: str, fresh: list[Heard], now: datetime) -> timedelta:
    texts = [heard.text for heard in fresh]
    thread, cases = await hall.ledger.read(lambda lists: (lists.thread(customer), lists.cases_of(customer)))
    heard = await understood(hall, fresh, now)
    return burst.waits(hall.edition().data.books, thread, cases, texts, heard, now)


async def understood(hall: Hall, fresh: list[Heard], now: datetime) -> Understanding:
    """The messages as one, off the loop."""
    loop, edition = asyncio.get_running_loop(), hall.edition()
    whole = replace(fresh[-1], text=burst.joined(heard.text for heard in fresh))
    return await loop.run_in_executor(None, reception.comprehend, edition, whole, now)


async def attend(hall: Hall, customer: str) -> int:
    """The engine's hand: answered now, or when nothing more has come for a moment; how many messages."""
    known = [heard.id for heard in _fresh(hall, customer)]
    ready = await until(hall, customer)
    wait = ready - hall.clock.now()
    if wait <= AT_ONCE:
        return await reception.drain(hall, customer, known=known)
    if hall.practice is None:  # a drill's time passes by its own hand
        wake: Callable[[str], None] = hall.engine.has_work
        asyncio.get_running_loop().call_later(wait.total_seconds(), wake, customer)
    return 0


async def next_wake_up(hall: Hall) -> datetime | None:
    """When the next burst is over."""
    customers = dict.fromkeys(customer for customer, _ in tuple(hall.ears))
    moments = [await until(hall, customer) for customer in customers]
    return min((at for at in moments if at > hall.clock.now()), default=None)
