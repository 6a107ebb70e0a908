"""A whole hall in drill at the stand-in: customers in private chats, staff in the forum group, a clock that stands."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot import app
from bot.desk.case import Case, Kind, Letter
from bot.hall import drill
from bot.hall.data import Edition
from bot.hall.house import Hall
from bot.hall.pace import NO_LIMITS, Rates
from bot.hall.pages import Page
from bot.hall.records import Person as Known
from bot.hall.records import Posted, Reach
from bot.telegram.door import TelegramDoor
from tests.kit import MONDAY, edition, settings
from tests.kit_hall import ADDRESS, newest
from tests.standin.kit import Group, Message, Person, World

PEOPLE = ("A001", "A002", "A201", "A301", "A302", "A303")


def known_to_telegram(known: Edition, ids: Mapping[str, int]) -> Edition:
    """The same hall, these of whose people have Telegram."""
    books = known.data.books
    staff = {no: replace(one, telegram_id=ids.get(no)) for no, one in books.roster.staff.items()}
    return replace(known, data=replace(known.data, books=replace(books, roster=replace(books.roster, staff=staff))))


@dataclass(frozen=True)
class Scene:
    """The hall, one customer, everybody who works there, their group."""

    hall: Hall
    world: World
    customer: Person
    staff: Mapping[str, Person]
    group: Group

    async def settle(self) -> None:
        """What was written is read, answered and carried."""
        await self.world.wait_quiet()
        await drill.settle(self.hall)

    async def write(self, text: str, by: Person | None = None) -> None:
        """Somebody writes to the bot."""
        await (by or self.customer).write(text)
        await self.settle()

    async def press(self, label: str, by: Person | None = None, *, message: int = 0) -> None:
        """Somebody presses a button of the bot in private."""
        await (by or self.customer).press(label, message=message)
        await self.settle()

    async def press_stale(self, data: str, by: Person, message: int) -> None:
        """Somebody's client sends what no button of his says."""
        await by.press_stale(data, message)
        await self.settle()

    async def talk(self, text: str, by: Person, **more: int) -> Message:
        """Somebody writes into the group."""
        said = await by.write(text, self.group, **more)
        await self.settle()
        return said

    async def push(self, label: str, by: Person, *, message: int = 0) -> None:
        """Somebody presses a button of the bot in the group."""
        await by.press(label, self.group, message=message)
        await self.settle()

    async def heard(self, person: Person | None = None) -> str:
        """All that the bot says there now."""
        return "\n".join(await (person or self.customer).heard())

    async def in_topic(self, thread: int) -> list[Message]:
        """What the bot said in a topic."""
        return [one for one in await self.group.messages(thread, by_bot=True) if one.text]

    async def outage(self) -> "Matter":
        """The customer reports an outage."""
        await self.write("停电报修")
        await self.write(ADDRESS)
        return await self.matter()

    async def matter(self) -> "Matter":
        """The customer's newest case and what belongs to it."""
        case = await newest(self.hall, f"tg{self.customer.id}")
        return Matter(case.no, await self.group.topic(case.no), self.staff[case.first_handler], case.first_handler)

    async def case(self, no: str) -> Case:
        """The case as it is now."""
        return await self.hall.ledger.read(lambda lists: lists.case(no))

    async def moves(self, no: str = "") -> list[str]:
        """What is kept of a case, or of the hall."""
        return [one.move for one in await self.hall.ledger.read(lambda lists: lists.events(no))]

    async def owe(self, to: str, *texts: str, kind: Kind = Kind.ANSWER, urgent: bool = False, case: str = "") -> None:
        """Letters in the outbox; nobody has been told."""
        now, begun = self.hall.clock.now(), len(await self.letters())
        made = [Letter(to, kind, f"{to} {begun + n}", text, case, urgent=urgent) for n, text in enumerate(texts)]
        await self.hall.ledger.write(lambda page: [page.post(one, now, str) for one in made])

    async def meet(self, *people: Person) -> list[str]:
        """Customers the bot knows; their addresses."""
        for one in people:
            person = Known(f"tg{one.id}", one.name, channel="tg")
            reach = Reach(f"customer:tg{one.id}", ("tg",), one.id)
            await self.hall.ledger.write(lambda page, person=person, reach=reach: _met(page, person, reach))  # type: ignore[misc]
        return [f"customer:tg{one.id}" for one in people]

    async def letters(self, to: str = "") -> tuple[Posted, ...]:
        """The outbox."""
        return await self.hall.ledger.read(lambda lists: lists.letters(0, to=to))


def _met(page: Page, person: Known, reach: Reach) -> None:
    page.keep_person(person)
    page.keep_reach(reach)


@dataclass(frozen=True)
class Matter:
    """A case: its number, its topic, its first handler."""

    no: str
    thread: int
    handler: Person
    by: str


@contextlib.asynccontextmanager
async def scene(
    path: Path,
    world: World,
    *,
    rates: Rates = NO_LIMITS,
    forum: bool = True,
    opened: bool = True,
    real: bool = False,
    **more: Any,
) -> AsyncIterator[Scene]:
    """A drill whose clock stands (`real`: a hall), its door open; `opened`: the staff have started the bot."""
    customer = await world.person("张三")
    staff = {no: await world.person(edition().data.books.person(no).name, opened=opened) for no in PEOPLE}
    group = await world.group(members=staff.values(), forum=forum)
    own = replace(
        settings(path, memory=True),
        telegram_token=world.token,
        telegram_mode="polling",
        telegram_api=world.api,
        telegram_files=world.api,
        telegram_rates=rates,
        telegram_staff_chat=group.id,
        **({"base_url": "http://127.0.0.1:8080"} | more),
    )
    people = known_to_telegram(edition(), {no: one.id for no, one in staff.items()})
    running = await app.open_hall(own, practice=not real, edition=people)
    if running.hall.practice:
        running.hall.practice.clock.speed = 0.0
        running.hall.practice.clock.turn_to(MONDAY)
    door = running.hall.messenger
    assert isinstance(door, TelegramDoor)
    try:
        async with app.at_work(running) as hall:
            yield Scene(hall, world, customer, staff, group)
    finally:
        await door.close()
