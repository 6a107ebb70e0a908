"""A world whose every call is judged when its test is over: any violation not pardoned fails the test."""

import contextlib
from collections.abc import AsyncIterator

from tests.standin.judges import judge_call
from tests.standin.kit import World, fresh
from tests.standin.seen import Addresses


@contextlib.asynccontextmanager
async def judged(addresses: Addresses, *, epoch: float = 0.0) -> AsyncIterator[World]:
    """A fresh world; at the end the strangers say what they think of its calls."""
    async with fresh(addresses, epoch=epoch) as world:
        yield world
        calls = [one for one in await world.calls(polls=True) if not any(pardoned(one) for pardoned in world.pardons)]
        wrong = [one for call in calls for one in judge_call(call)]
        assert not wrong, "\n".join(f"call {one.n} {one.method}: {one.rule}: {one.detail}" for one in wrong)
