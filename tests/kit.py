"""The tests' seams: an edition trained once, a real hall on a real ledger, a clock turned by hand."""

import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from bot import app, editions
from bot.hall import drill, reception
from bot.hall.data import Edition
from bot.hall.house import Hall
from bot.hall.records import Heard, Line
from bot.settings import DEMO, Settings
from intents.school import School

CACHE = Path(tempfile.gettempdir()) / "shouban-test/cache"
MONDAY = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
WORKER, CREW, LEADER, GUIDE = "A201", "A301", "A001", "A101"


def at_hand(cache: Path) -> None:
    """The models learned on this machine, at hand in a hall's own folder."""
    if cache.is_symlink():
        return
    shutil.rmtree(cache, ignore_errors=True)
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.symlink_to(CACHE, target_is_directory=True)


@cache
def edition(folder: Path = DEMO) -> Edition:
    """The demo hall, its matcher trained once a machine."""
    return editions.open_edition(folder, School(CACHE))


def settings(path: Path, *, memory: bool = False, url: str = "") -> Settings:
    """Settings of a hall that lives in `path`, or in the database of `url`."""
    url = url or ("sqlite://" if memory else f"sqlite:///{path / 'hall.db'}")
    return Settings(DEMO, path, url, port=0)


@contextlib.asynccontextmanager
async def hall_at(
    path: Path, *, memory: bool = False, url: str = "", at: datetime | None = MONDAY
) -> AsyncIterator[Hall]:
    """A hall in drill, its clock standing at `at`; real ledger, real engine."""
    running = await app.open_hall(settings(path, memory=memory, url=url), practice=True, edition=edition())
    clock = drill.practice(running.hall).clock
    clock.speed = 0.0
    if at:
        clock.turn_to(at)
    async with app.at_work(running) as hall:
        yield hall


async def say(hall: Hall, customer: str, *texts: str, button: str = "") -> None:
    """The customer writes; returns when everything is answered and carried."""
    for text in texts or ("",):
        seen = await hall.ledger.read(lambda lists: lists.last_seq(customer))
        heard = Heard(f"{seen}-{abs(hash((text, button)))}", customer, text=text, button=button)
        await reception.receive(hall, heard)
        await drill.settle(hall)


async def heard_by(hall: Hall, customer: str) -> list[Line]:
    """What the customer was told, oldest first."""
    lines = await hall.ledger.read(lambda lists: lists.lines(customer, 0, 10_000))
    return [line for line in lines if line.sender != "customer"]


async def told(hall: Hall, customer: str) -> str:
    """All that the customer was told, as one text."""
    return "\n".join(line.text for line in await heard_by(hall, customer))


__all__ = ["CREW", "GUIDE", "LEADER", "MONDAY", "WORKER", "edition", "hall_at", "heard_by", "replace", "say", "told"]
