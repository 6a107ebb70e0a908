"""A push to many at the measured pace: danger in the middle of it leaves next, cards follow behind everything."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.desk.case import Kind, Letter
from bot.hall import drill
from bot.hall.pace import Rate, Rates
from bot.hall.pages import Page
from bot.hall.records import Person as Known
from bot.hall.records import Reach
from tests.bot.telegram.walking import Scene, scene
from tests.kit_hall import forward
from tests.standin.kit import World

SECOND = timedelta(seconds=1)
ONE_A_SECOND = Rates(Rate(1, SECOND), Rate(1, SECOND), Rate(20, 60 * SECOND))
MANY = 60


async def push(on: Scene, world: World, kind: Kind) -> None:
    """So many customers are each owed one letter."""
    chats = await world.bulk(MANY, 0)

    def doing(page: Page) -> None:
        for chat in chats:
            page.keep_person(Known(f"tg{chat}", channel="tg"))
            page.keep_reach(Reach(f"customer:tg{chat}", ("tg",), chat))
            page.post(Letter(f"customer:tg{chat}", kind, f"push {chat}", "计划停电"), on.hall.clock.now(), str)

    await on.hall.ledger.write(doing)


async def said(world: World) -> list[str]:
    return [one.params["text"].removeprefix("【演练】") for one in await world.calls("sendMessage")]


@pytest.mark.parametrize("kind", [Kind.NOTICE, Kind.STATUS])
async def test_danger_in_the_middle_of_a_push_leaves_next(tmp_path: Path, world: World, kind: Kind) -> None:
    async with scene(tmp_path, world, rates=ONE_A_SECOND) as on:
        await push(on, world, kind)
        await drill.settle(on.hall)
        await forward(on.hall, seconds=29)
        assert await said(world) == ["计划停电"] * 30
        (mine,) = await on.meet(on.customer)
        await on.owe(mine, "请离远一点，抢修马上到", urgent=True)
        await on.owe(f"staff:{'A001'}", "险情，请马上过问", kind=Kind.ALERT)
        await drill.settle(on.hall)
        assert len(await said(world)) == 30  # the pace stays, for danger too
        await forward(on.hall, seconds=2)
        assert sorted((await said(world))[30:]) == ["请离远一点，抢修马上到", "险情，请马上过问"]
        await forward(on.hall, seconds=40)
        assert len(await said(world)) == MANY + 2
        sent = sorted(one.sent_at for one in await on.letters() if one.sent_at)
        assert all(later - earlier >= SECOND for earlier, later in pairwise(sent))


async def test_without_limits_danger_waits_for_what_is_under_way_at_most(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        await push(on, world, Kind.NOTICE)
        (mine,) = await on.meet(on.customer)
        on.hall.outbox_has_work()
        await world.wait_calls("sendMessage", count=20)
        await on.owe(mine, "危险", urgent=True)
        begun = len(await said(world))
        on.hall.outbox_has_work()
        await drill.settle(on.hall)
        order = await said(world)
        assert len(order) == MANY + 1
        assert order.index("危险") - begun <= 2  # one of the push was on its way, one more while we counted
