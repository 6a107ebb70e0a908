"""One suite for the Engine port, played by the solo engine and by a second, stubborn adapter."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.solo import Solo
from tests.kit_engine import Stubborn

Make = Callable[..., Any]


async def short(_span: timedelta) -> None:
    for _ in range(3):
        await asyncio.get_running_loop().run_in_executor(None, int)


@pytest.fixture(params=[Solo, Stubborn])
def make(request: pytest.FixtureRequest) -> Make:
    return request.param  # type: ignore[no-any-return]


@contextlib.asynccontextmanager
async def running(engine: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(engine.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert task.done()


class Tables:
    """What the ledger is to the real work: undone items a conversation, worked off in order."""

    def __init__(self) -> None:
        self.undone: dict[str, list[int]] = {}
        self.done: list[tuple[str, int]] = []
        self.busy: set[str] = set()
        self.together = 0

    async def work(self, conversation: str) -> None:
        assert conversation not in self.busy, "two at one conversation"
        self.busy.add(conversation)
        self.together = max(self.together, len(self.busy))
        await asyncio.get_running_loop().run_in_executor(None, int)
        for item in self.undone.pop(conversation, []):
            self.done.append((conversation, item))
        self.busy.discard(conversation)


async def test_everything_is_done_and_each_conversation_in_order(make: Make) -> None:
    tables = Tables()
    engine = make(tables.work, short)
    async with running(engine):
        for number in range(50):
            for who in ("a", "b", "c"):
                tables.undone.setdefault(who, []).append(number)
                engine.has_work(who)
            if number % 7 == 0:
                await engine.settle()
        await engine.settle()
    assert not tables.undone
    for who in ("a", "b", "c"):
        assert [item for name, item in tables.done if name == who] == list(range(50))


async def test_work_said_during_work_is_done_again(make: Make) -> None:
    seen: list[str] = []
    inside = asyncio.Event()
    go_on = asyncio.Event()

    async def work(conversation: str) -> None:
        seen.append(conversation)
        inside.set()
        await go_on.wait()

    engine = make(work, short)
    async with running(engine):
        engine.has_work("a")
        await inside.wait()
        engine.has_work("a")
        go_on.set()
        await engine.settle()
    assert seen.count("a") >= 2


async def test_a_failure_stops_nobody_else(make: Make) -> None:
    done: list[str] = []

    async def work(conversation: str) -> None:
        if conversation == "poison":
            raise RuntimeError
        done.append(conversation)

    engine = make(work, short)
    async with running(engine):
        for who in ("a", "poison", "b"):
            engine.has_work(who)
        await engine.settle()
        engine.has_work("c")
        await engine.settle()
    assert set(done) == {"a", "b", "c"}


async def test_settle_waits_for_what_is_under_way(make: Make) -> None:
    tables = Tables()
    engine = make(tables.work, short)
    async with running(engine):
        await engine.settle()
        tables.undone["a"] = [1]
        engine.has_work("a")
        await engine.settle()
        assert tables.done == [("a", 1)]


async def test_every_goes_on_after_a_failure_and_never_twice_at_once(make: Make) -> None:
    times = 0
    inside = 0
    enough = asyncio.Event()

    async def doing() -> None:
        nonlocal times, inside
        assert inside == 0
        inside += 1
        times += 1
        await asyncio.get_running_loop().run_in_executor(None, int)
        inside -= 1
        if times == 1:
            raise RuntimeError
        if times >= 4:
            enough.set()

    async def work(_conversation: str) -> None:
        return

    engine = make(work, short)
    engine.every(timedelta(seconds=1), "sweep", doing)
    async with running(engine):
        async with asyncio.timeout(10):
            await enough.wait()


@pytest.fixture(params=[partial(Solo, places=2), partial(Solo, places=1), Stubborn], ids=["two", "one", "stubborn"])
def few(request: pytest.FixtureRequest) -> Make:
    """Engines with little room."""
    return request.param  # type: ignore[no-any-return]


async def test_one_chatty_conversation_leaves_room_for_others(few: Make) -> None:
    tables = Tables()
    rounds = 0

    async def work(conversation: str) -> None:
        nonlocal rounds
        if conversation == "chatty" and rounds < 200:
            rounds += 1
            engine.has_work("chatty")
        await tables.work(conversation)

    engine = few(work, short)
    async with running(engine):
        engine.has_work("chatty")
        for who in ("a", "b", "c"):
            tables.undone[who] = [1]
            engine.has_work(who)
        while len(tables.done) < 3:
            await short(timedelta())
        assert rounds < 200
        await engine.settle()
    assert tables.together <= 2


async def test_there_are_no_more_at_work_than_places() -> None:
    tables = Tables()
    engine = Solo(tables.work, short, places=3)
    async with running(engine):
        for number in range(20):
            engine.has_work(str(number))
        await engine.settle()
    assert tables.together == 3


async def test_settle_returns_only_when_nothing_is_under_way(make: Make) -> None:
    """Work that comes between the ring and the waking is waited for too."""
    tables = Tables()
    engine: Any = None
    late = ["b", "c"]

    async def work(conversation: str) -> None:
        await tables.work(conversation)
        if late:
            who = late.pop()
            # the idle ring of this work and the next word of a customer fall into one turn of the loop
            asyncio.get_running_loop().call_soon(come, who)

    def come(who: str) -> None:
        tables.undone[who] = [1]
        engine.has_work(who)

    engine = make(work, short)
    async with running(engine):
        come("a")
        for _ in range(4):
            await engine.settle()
            assert not tables.undone
            assert not tables.busy


async def test_work_comes_from_a_conversation_that_failed_too(make: Make) -> None:
    """A failure in which the conversation was said to have work again is followed by that work."""
    done: list[str] = []

    async def work(conversation: str) -> None:
        done.append(conversation)
        if len(done) == 1:
            engine.has_work(conversation)
            raise RuntimeError

    engine = make(work, short)
    async with running(engine):
        engine.has_work("a")
        await engine.settle()
    assert len(done) >= 2


async def test_cancelled_in_the_middle_it_ends(make: Make) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work(_conversation: str) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    engine = make(work, short)
    engine.every(timedelta(seconds=1), "sweep", asyncio.Event().wait)
    task = asyncio.create_task(engine.run())
    engine.has_work("a")
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_work_said_before_it_runs_is_done_once_it_runs(make: Make) -> None:
    tables = Tables()
    engine = make(tables.work, short)
    tables.undone["a"] = [1]
    engine.has_work("a")
    async with running(engine):
        await engine.settle()
    assert tables.done == [("a", 1)]
