"""A real child is SIGKILLed after every page of the morning's rounds: every rung once, every letter once, none missing.

Each life of the child ends right after the first page that changed anything, so the rounds are broken off between any
two pages that say something; the next life goes on from there. What comes out is what one unbroken morning says.
"""

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot import app
from bot.desk import incidents as desk
from bot.desk.incident import Incident
from bot.hall import counter, delivery, drill, duty, incidents
from bot.hall.counter import Asked
from bot.hall.data import Edition
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Ledger, Page
from storage.ledger import SqlLedger
from tests.kit import LEADER, MONDAY, WORKER, edition, hall_at, say, settings
from tests.kit_hall import sit_down, staff
from tests.kit_outages import ESTATE, filled, live, word

T = TypeVar("T")
NIGHT = MONDAY.replace(hour=22)
MORNING = (NIGHT + timedelta(days=1)).replace(hour=8, minute=6)
MEMBERS = 5
NEWS = "备用电缆已经运到"
MOST_LIVES = 150


@cache
def whole() -> Edition:
    """The demo hall with an outage that is to be announced on Tuesday at eight."""
    found = edition()
    begin = MORNING.replace(minute=0) + timedelta(days=7)
    rows = tuple(
        replace(row, begin_at=begin, end_at=begin + timedelta(hours=3)) if row.no == "P-1201" else row
        for row in found.data.outages
    )
    return replace(found, data=replace(found.data, outages=rows))


class FrailLedger:
    """The real ledger; after the first page that changed anything the child dies, or inside the page that follows."""

    def __init__(self, inner: Ledger, path: Path, how: str) -> None:
        self.inner, self.how, self.armed = inner, how, False
        self.eye = sqlite3.connect(path / "hall.db")
        self.seen = self._version()

    def _version(self) -> int:
        """Moves on whenever anybody else has changed the file."""
        return int(self.eye.execute("PRAGMA data_version").fetchone()[0])

    async def write(self, doing: Callable[[Page], T]) -> T:
        def frail(page: Page) -> T:
            result = doing(page)
            if self.armed:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        result = await self.inner.write(frail)
        if self.how and self._version() != self.seen:
            self.armed = self.how == "inside"
            if not self.armed:
                os.kill(os.getpid(), signal.SIGKILL)
        return result

    async def read(self, looking: Callable[[Lists], T]) -> T:
        return await self.inner.read(looking)

    async def close(self) -> None:
        await self.inner.close()


async def _morning(path: Path, how: str) -> None:
    own = settings(path)
    ledger = SqlLedger(own.database_url)
    running = await app.open_hall(own, practice=True, edition=whole(), ledger=ledger)
    frail = FrailLedger(ledger, path, how)
    hall = replace(running.hall, ledger=frail)
    drill.practice(hall).clock.turn_to(MORNING)
    while await duty.watch(hall) + await delivery.carry(hall):
        pass
    await ledger.close()


def _main(path: Path, how: str, pipe: Connection) -> None:
    asyncio.run(_morning(path, how))
    pipe.send("done")


def lived(path: Path, how: str) -> bool:
    """A child makes the morning's rounds; whether it came to their end."""
    context = multiprocessing.get_context("fork")
    _, theirs = context.Pipe()
    child = context.Process(target=_main, args=(path, how, theirs), daemon=True)
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL)
    return child.exitcode == 0


async def _prepare(path: Path) -> None:
    """Monday at ten: people in the dark, an outage confirmed and not told yet, a form left open, a letter kept back."""
    async with hall_at(path, at=NIGHT) as hall:
        await _business(hall)
        await say(hall, await sit_down(hall), "我家停电了")
        dark = await filled(hall, MEMBERS)
        await filled(hall, 1, "望橹新村", 50)
        await drill.settle(hall)
        leader = staff(hall, LEADER)
        known = await live(hall) or [await incidents.open_(hall, leader, [one.no for one in dark], ESTATE, Asked())]
        assert isinstance(known[0], Incident)
        sure = await incidents.confirm(hall, leader, known[0].no, word(hall), Asked())
        assert isinstance(sure, Incident)
        news = desk.update(hall.edition().data.books, sure, leader, word(hall, NEWS), hall.clock.now())
        await hall.ledger.write(lambda page: page.keep_incident(news))  # written down, and the hall dies here


async def _business(hall: Hall) -> None:
    customer = await sit_down(hall)
    await say(hall, customer, "我要办过户手续")
    await say(hall, customer, "现在登记办理")
    await say(hall, customer, "19900000199")
    cases = await hall.ledger.read(lambda lists: lists.cases_of(customer))
    await counter.accept(hall, staff(hall, WORKER), cases[0].no)
    await counter.stage(hall, staff(hall, WORKER), cases[0].no, "settle", "")


def told(path: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    """All that was said, raised and written down."""
    asked = {
        "letters": "SELECT to_, kind, text, case_no, held_until FROM outbox",
        "alerts": "SELECT case_no, rung, why, to_, acked_by FROM alerts",
        "events": "SELECT chain, by, move, text FROM events",
        "talk": "SELECT customer, sender, text FROM talk",
        "owed": "SELECT state FROM outbox WHERE why <> 'superseded'",
    }
    with contextlib.closing(sqlite3.connect(path / "hall.db")) as base:
        return {name: Counter(base.execute(question).fetchall()) for name, question in asked.items()}


@pytest.mark.slow
@pytest.mark.parametrize("how", ["after", "inside"])
def test_killed_between_any_two_pages_the_morning_says_what_it_would_have_said(how: str, tmp_path: Path) -> None:
    start, once, broken = tmp_path / "night", tmp_path / "once", tmp_path / "broken"
    start.mkdir()
    asyncio.run(_prepare(start))
    night = told(start)
    shutil.copytree(start, once)
    shutil.copytree(start, broken)
    assert lived(once, "")
    wanted = told(once)
    rungs = Counter(rung.partition(":")[0] for _, rung, *_ in wanted["alerts"])
    assert {"accept_escalate", "half", "most", "broken", "red_line"} <= set(rungs)
    news = wanted["letters"] - night["letters"]
    for text in (
        "没能按说好的时间",
        NEWS,
        "已用掉一半",
        "只剩两成",
        "停电通知",
        "夜间清点",
        "值班简报",
        "已接单",
        "还差一步没填完",
    ):
        assert [one for one in news if text in one[2]], text
    for customers in ("没能按说好的时间", NEWS):
        assert {n for one, n in news.items() if customers in one[2] and one[0].startswith("customer:")} == {1}
    lives = 1
    while not lived(broken, how):
        lives += 1
        assert lives < MOST_LIVES
    found = told(broken)
    assert lives > MEMBERS * 2
    for name, one in wanted.items():
        assert found[name] - one == Counter(), name
        assert one - found[name] == Counter(), name
    assert set(found["owed"]) == {("sent",)}
    with contextlib.closing(sqlite3.connect(broken / "hall.db")) as base:
        for question in ("SELECT case_no, rung FROM alerts", "SELECT key FROM outbox"):
            rows = base.execute(question).fetchall()
            assert len(set(rows)) == len(rows)
    assert asyncio.run(_chain(broken)) is None


async def _chain(path: Path) -> object:
    ledger = SqlLedger(settings(path).database_url)
    try:
        return await ledger.read(lambda lists: lists.broken_chain())
    finally:
        await ledger.close()
