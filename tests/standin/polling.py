"""getUpdates: a long poll hands out what waits, and the next one's offset acknowledges it."""

import asyncio
from typing import Any

from tests.standin.errors import ApiError
from tests.standin.params import Params
from tests.standin.world import Json, Update, World

ELSEWHERE = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
ALL_AT_ONCE = 100
LONGEST = 50


async def get_updates(world: World, params: Params) -> list[Json]:
    """Wait for updates; whoever asks last wins, the other hears of a conflict."""
    if world.webhook.url:
        raise ApiError(409, WEBHOOK)
    if world.poll is not None and not world.poll.done():
        world.poll.set_exception(ApiError(409, ELSEWHERE))
    choose_kinds(world, params)
    limit = min(max(params.number("limit", ALL_AT_ONCE), 1), ALL_AT_ONCE)
    acknowledge(world, params.number("offset"))
    mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    world.poll = mine
    world.touch()
    ours: asyncio.Future[Any] = mine
    end = asyncio.get_running_loop().time() + min(max(params.number("timeout"), 0), LONGEST)
    try:
        while not (found := batch(world, limit)):
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                break
            changed: asyncio.Future[Any] = asyncio.ensure_future(world.changed.wait())
            try:
                await asyncio.wait({changed, ours}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                changed.cancel()
            if mine.done():
                mine.result()
            if world.webhook.url:
                raise ApiError(409, WEBHOOK)
        return found
    finally:
        if not mine.done():
            mine.cancel()
        if world.poll is mine:
            world.poll = None


def choose_kinds(world: World, params: Params) -> None:
    """Which kinds the bot wants: remembered from call to call."""
    kinds = params.thing("allowed_updates", "allowed updates")
    if isinstance(kinds, list):
        world.allowed = tuple(str(one) for one in kinds)


def acknowledge(world: World, offset: int) -> None:
    """All below the offset are done with; a negative one keeps so many from the end."""
    if offset > 0:
        done = [one for one in world.pending if one < offset]
    elif offset < 0:
        done = list(world.pending)[:offset]
    else:
        return
    for one in done:
        world.settle(one)
    if done:
        world.touch()


def batch(world: World, limit: int) -> list[Json]:
    """What is handed out now."""
    if world.held:
        return []
    for stale in [one.id for one in world.pending.values() if world.stale(one)]:
        world.settle(stale, taken=False)
    again, world.again = world.again, []
    chosen: list[Update] = list(again)
    for one in world.pending.values():
        if len(chosen) >= limit:
            break
        chosen.append(one)
    if world.doubled:
        chosen = [one for one in chosen for _ in range(2)]
    if world.reverse:
        chosen.reverse()
    return [{"update_id": one.id} | one.body for one in chosen]
