"""A push to a thousand members of one outage: each hears it once, and danger leaves before any further letter of it."""

import asyncio
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot import app
from bot.desk.case import Kind, Letter
from bot.desk.incident import Incident
from bot.desk.incidents import Word
from bot.hall import incidents, spreading
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import Carried, Person, Posted, Reach
from tests.kit import LEADER, edition, settings
from tests.kit_outages import filled, live

MEMBERS = int(os.environ.get("BENCH_MEMBERS", "1000"))
AFTER = MEMBERS * 3 // 10
"""So many letters of the push have left when danger is told of."""
WIRE = 0.2
"""Seconds one letter is under way."""
CAUSE, DANGER, SOMEBODY = "电缆接头烧坏", "请马上离开，别碰电线", "endangered"
PATIENCE = 300.0


@dataclass(slots=True)
class Messenger:
    """A way out that takes its time and remembers when each letter began to leave."""

    name: str = "tg"
    lasting: bool = False
    left: list[tuple[float, Posted]] = field(default_factory=list)
    looked: asyncio.Event = field(default_factory=asyncio.Event)

    def place(self, letter: Posted) -> str:
        """Each customer has a chat of his own."""
        return letter.to

    async def send(self, letter: Posted, seq: int) -> Carried | None:
        """It leaves now."""
        del seq
        self.left.append((time.perf_counter(), letter))
        self.looked.set()
        await asyncio.sleep(WIRE)  # noqa: TID251 -- the wire is slower than the hall
        return None

    def pushed(self, needle: str = CAUSE) -> list[tuple[float, Posted]]:
        """The letters of the push so far."""
        return [(at, letter) for at, letter in self.left if needle in letter.text and letter.kind == Kind.STATUS]

    async def until(self, count: int) -> None:
        """So many letters of the push have left."""
        while len(self.pushed()) < count:
            self.looked.clear()
            await self.looked.wait()


def _endangered(page: Page) -> None:
    page.keep_person(Person(SOMEBODY, channel="tg"))
    page.keep_reach(Reach(f"customer:{SOMEBODY}", ("tg",), chat=1))


def _reached(page: Page) -> None:
    """Every member reads in a messenger."""
    for n in range(MEMBERS):
        page.keep_reach(Reach(f"customer:w{n:05}", ("tg",), chat=n + 2))


async def _mother(hall: Hall) -> Incident:
    """A thousand reports, brought together."""
    await filled(hall, MEMBERS)
    while not (found := await live(hall)) or await hall.ledger.read(lambda lists: lists.size(found[0].no)) < MEMBERS:
        await spreading.walk(hall)
    return found[0]


async def push(folder: Path) -> dict[str, Any]:
    """Letters that came twice or not at all, pushed letters that left between danger told and danger gone, seconds."""
    folder.mkdir(parents=True)
    running = await app.open_hall(settings(folder), edition=edition())
    messenger = Messenger()
    hall = running.hall
    hall.channels.update({messenger.name: messenger})  # type: ignore[attr-defined] # a dict in truth: its loops see it
    leader = hall.edition().data.books.person(LEADER)
    found = await _mother(hall)
    await hall.ledger.write(_reached)
    await hall.ledger.write(_endangered)
    async with app.at_work(running):
        begin = time.perf_counter()
        await incidents.confirm(hall, leader, found.no, Word(CAUSE, text="抢修车已到现场"), Asked())
        async with asyncio.timeout(PATIENCE):
            await messenger.until(AFTER)
            danger = Letter(f"customer:{SOMEBODY}", Kind.ANSWER, "danger", DANGER, urgent=True)
            await hall.ledger.write(lambda page: page.post(danger, hall.clock.now(), str))
            told = time.perf_counter()
            hall.outbox_has_work()
            await messenger.until(MEMBERS)
        took = time.perf_counter() - begin
    gone = next(at for at, letter in messenger.left if letter.text.endswith(DANGER))
    heard = [letter.to for _, letter in messenger.pushed()]
    between = sum(told < at < gone for at, _ in messenger.pushed())
    if len(set(heard)) != MEMBERS or len(heard) != MEMBERS or between:
        raise AssertionError((len(heard), len(set(heard)), between))
    return {
        "members": MEMBERS,
        "letters_each": round(len(heard) / len(set(heard)), 3),
        "pushed_before_danger_left": between,
        "danger_ms": round((gone - told) * 1e3, 1),
        "push_s": round(took, 1),
        "wire_s": WIRE,
    }
