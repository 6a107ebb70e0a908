"""Two processes watch one PostgreSQL at once: each rung of each case fires once, each letter is written once."""

import asyncio
import multiprocessing
from collections import Counter
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from bot import app
from bot.hall import delivery, drill, duty
from storage.ledger import SqlLedger
from tests.faults.test_kill import base_of
from tests.kit import MONDAY, edition, hall_at, settings
from tests.kit_outages import filled

CASES = 40
LATER = MONDAY + timedelta(minutes=50)
"""Past the forty-five minutes that were promised, before the sixty of the red line."""
RUNGS = {"accept_escalate", "half:outage.arrive.urban", "most:outage.arrive.urban", "broken:outage.arrive.urban"}


async def _prepare(path: Path, url: str) -> None:
    async with hall_at(path, url=url, at=MONDAY) as hall:
        await drill.settle(hall)
        for n in range(CASES // 2):  # twos: too few at one place to be one outage
            await filled(hall, 2, f"无名路{n + 1}号院", 2 * n)


async def _watch(path: Path, url: str, together: Barrier) -> int:
    own = settings(path, url=url)
    running = await app.open_hall(own, practice=True, edition=edition(), ledger=SqlLedger(url))
    hall = running.hall
    drill.practice(hall).clock.turn_to(LATER)
    await asyncio.to_thread(together.wait, 30)
    mine = 0
    while moved := await duty.watch(hall) + await delivery.carry(hall):
        mine += moved
    await hall.ledger.close()
    return mine


def _main(path: Path, url: str, together: Barrier, pipe: Connection) -> None:
    pipe.send(asyncio.run(_watch(path, url, together)))


def _both(path: Path, url: str) -> list[int]:
    """Two children watch at the same moment; how much each of them moved."""
    context = multiprocessing.get_context("fork")
    together, pipes, children = context.Barrier(2), [], []
    for _ in range(2):
        ours, theirs = context.Pipe()
        child = context.Process(target=_main, args=(path, url, together, theirs), daemon=True)
        child.start()
        theirs.close()
        pipes.append(ours)
        children.append(child)
    moved = [pipe.recv() for pipe in pipes]
    for child in children:
        child.join(30)
        assert child.exitcode == 0
    return moved


@pytest.mark.slow
def test_two_watch_forty_that_are_due_and_each_rung_fires_once(postgres_url: str, tmp_path: Path) -> None:
    asyncio.run(_prepare(tmp_path, postgres_url))
    moved = _both(tmp_path, postgres_url)
    assert all(moved), moved
    with base_of(postgres_url) as base:
        alerts = Counter(base("SELECT case_no, rung FROM alerts"))
        numbers = {no for (no,) in base("SELECT no FROM cases")}
        assert len(numbers) == CASES
        assert alerts == Counter({(no, rung): 1 for no in numbers for rung in RUNGS})
        keys = base("SELECT key FROM outbox")
        assert len(keys) == len(set(keys))
        sorry = base("SELECT to_ FROM outbox WHERE text LIKE '%没能按说好的时间%' AND to_ LIKE 'customer:%'")
        assert set(Counter(sorry).values()) == {1}
        assert len(sorry) == CASES
        events = Counter(base("SELECT chain, move FROM events WHERE by = 'clock' AND chain <> 'hall'"))
        wanted = {"late": 1, "escalate": 3, "broken": 1}
        assert events == Counter({(no, move): n for no in numbers for move, n in wanted.items()})
        assert set(base("SELECT state FROM outbox")) == {("sent",)}
        talk = base("SELECT customer, letter_id FROM talk WHERE sender <> 'customer'")
        assert len(talk) == len(set(talk))
