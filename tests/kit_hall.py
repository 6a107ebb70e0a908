"""What the hall's tests share: a case in a hall, a channel that may fail, a ledger that may fail, what came out."""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot import app
from bot.desk.case import Case
from bot.desk.roster import Staff
from bot.guide.thread import Thread
from bot.hall import drill, reception
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Ledger, Page
from bot.hall.records import Carried, Heard, Posted
from tests.kit import MONDAY, edition, say, settings

T = TypeVar("T")

ADDRESS = "青石镇竹溪路18号3幢502"
OUTAGE = "停电报修"
CLOSING = {
    "cause": "熔丝断",
    "measures": "换熔丝",
    "began_at": "09:40",
    "arrived_at": "10:20",
    "restored_at": "11:20",
    "contact": "11:25 电话告知",
}


@contextlib.asynccontextmanager
async def still_at(path: Path, *, memory: bool = False) -> AsyncIterator[Hall]:
    """A hall with its loops at rest: nothing happens but what the test does."""
    running = await app.open_hall(settings(path, memory=memory), practice=True, edition=edition())
    drill.practice(running.hall).clock.turn_to(MONDAY)
    yield running.hall
    await running.hall.ledger.close()


async def sit_down(hall: Hall, **more: str) -> str:
    """A newcomer's key."""
    return (await reception.newcomer(hall, **more)).key


async def outage(hall: Hall, customer: str = "") -> tuple[str, Case]:
    """A customer and the outage he reported."""
    customer = customer or await sit_down(hall)
    await say(hall, customer, OUTAGE, ADDRESS)
    return customer, await newest(hall, customer)


async def wants_person(hall: Hall, customer: str = "") -> tuple[str, Case]:
    """A customer and the case of his call for a person."""
    customer = customer or await sit_down(hall)
    await say(hall, customer, "转人工")
    return customer, await newest(hall, customer)


async def cases_of(hall: Hall, customer: str) -> tuple[Case, ...]:
    """All cases of a customer, newest first."""
    return await hall.ledger.read(lambda lists: lists.cases_of(customer))


async def newest(hall: Hall, customer: str) -> Case:
    """The customer's newest case."""
    return (await cases_of(hall, customer))[0]


async def thread_of(hall: Hall, customer: str) -> Thread:
    """Where the talk stands."""
    return await hall.ledger.read(lambda lists: lists.thread(customer))


async def moves_of(hall: Hall, no: str = "") -> list[str]:
    """The moves in a case's ledger, or in the hall's own."""
    return [one.move for one in await hall.ledger.read(lambda lists: lists.events(no))]


async def letters(hall: Hall, to: str = "", *, edits: bool = False) -> tuple[Posted, ...]:
    """What was posted, to one address or to all; the live card's edits only where they are asked for."""
    found = await hall.ledger.read(lambda lists: lists.letters(0, to=to))
    return tuple(one for one in found if edits or one.replaces is None)


def staff(hall: Hall, no: str) -> Staff:
    """Somebody of the hall."""
    return hall.edition().data.books.person(no)


async def hear(hall: Hall, customer: str, *texts: str, **more: Any) -> None:
    """Messages that lie in the inbox; nobody has been told."""

    def doing(page: Page) -> None:
        for number, text in enumerate(texts):
            page.hear(Heard(f"h{number}-{text[:9]}", customer, text=text, **more), hall.clock.now())

    await hall.ledger.write(doing)


async def forward(hall: Hall, **span: float) -> None:
    """Let time pass."""
    assert await drill.forward(hall, hall.clock.now() + timedelta(**span))


class Mailbox:
    """A channel that cannot promise exactly once: remembers what it carried, and fails as it is told."""

    lasting = False

    def __init__(self, name: str = "tg", fails: Iterable[Exception | None] = ()) -> None:
        self.name, self.fails = name, list(fails)
        self.carried: list[Posted] = []
        self.asked: list[Posted] = []

    def place(self, letter: Posted) -> str:
        return letter.to

    async def send(self, letter: Posted, seq: int) -> Carried | None:
        assert seq == letter.seq
        self.asked.append(letter)
        fault = self.fails.pop(0) if self.fails else None
        if fault:
            raise fault
        self.carried.append(letter)
        return None

    @property
    def texts(self) -> list[str]:
        return [letter.text for letter in self.carried]


class Failing:
    """The real ledger; writes fail as they are told, first come first."""

    def __init__(self, inner: Ledger, *fails: Exception | None) -> None:
        self.inner, self.fails = inner, list(fails)

    async def write(self, doing: Callable[[Page], T]) -> T:
        fault = self.fails.pop(0) if self.fails else None
        if fault:
            raise fault
        return await self.inner.write(doing)

    async def read(self, looking: Callable[[Lists], T]) -> T:
        return await self.inner.read(looking)

    async def close(self) -> None:
        await self.inner.close()
