"""Calls of the Bot API as plain HTTP, without any client library."""

from typing import Any

from tests.standin.kit import World


async def call(world: World, method: str, **params: Any) -> Any:
    """A call as JSON: the whole answer."""
    async with world.session.post(f"{world.api}/bot{world.token}/{method}", json=params) as answer:
        return await answer.json()


async def good(world: World, method: str, **params: Any) -> Any:
    told = await call(world, method, **params)
    assert told["ok"], told
    return told["result"]


async def refused(world: World, method: str, **params: Any) -> str:
    told = await call(world, method, **params)
    assert not told["ok"]
    return str(told["description"])


def keys(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": one, "callback_data": f"d{no}"}] for no, one in enumerate(labels)]}


async def polling(world: World) -> bool:
    return bool((await world.queue())["polling"])
