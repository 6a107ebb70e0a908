import asyncio

from bot.hall.bell import Bell


async def test_a_ring_wakes_everybody_who_waits_on_its_key_and_nobody_else() -> None:
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait("a", 5)) for _ in range(3)]
    other = asyncio.create_task(bell.wait("b", 0.05))
    await asyncio.get_running_loop().run_in_executor(None, int)
    bell.ring("a")
    assert await asyncio.gather(*waiting) == [True] * 3
    assert not await other


async def test_time_passes_without_a_ring() -> None:
    bell = Bell()
    assert not await bell.wait("a", 0.01)
    assert not await bell.wait("a", 0)


async def test_a_ring_between_look_and_wait_is_not_missed() -> None:
    bell = Bell()
    ticket = bell.ticket("a")
    bell.ring("a")
    assert await bell.wait("a", 0, ticket)
    assert not await bell.wait("a", 0.01, bell.ticket("a"))


async def test_an_old_ring_is_no_news() -> None:
    bell = Bell()
    bell.ring("a")
    assert not await bell.wait("a", 0.01)


async def test_the_shutting_hall_wakes_everybody() -> None:
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait(key, 5)) for key in ("a", "b", "b")]
    await asyncio.get_running_loop().run_in_executor(None, int)
    bell.ring_all()
    assert await asyncio.gather(*waiting) == [True] * 3


async def test_who_left_is_not_waited_for() -> None:
    bell = Bell()
    gone = asyncio.create_task(bell.wait("a", 5))
    stays = asyncio.create_task(bell.wait("a", 5))
    await asyncio.get_running_loop().run_in_executor(None, int)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    bell.ring("a")
    assert await stays
    bell.ring("a")
    assert not bell._waiting
