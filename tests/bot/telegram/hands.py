"""A hall at rest with its Telegram ears on: what comes is given by hand, what staff did is remembered."""

import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import Heard, RawUpdate, Reach
from bot.telegram import inbound
from bot.telegram.client import Access, bot_id, close, make_bot
from bot.telegram.hearing import Ears
from bot.telegram.inbound import Taken
from bot.telegram.reading import Incoming
from tests.kit_hall import still_at

TOKEN = "123456:geheim-geheim"
STAFF_CHAT = -1001


@dataclass(frozen=True)
class Hands:
    """The hall, its ears, and what passed."""

    hall: Hall
    ears: Ears
    acted: list[Incoming] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    async def take(self, *raws: dict[str, Any]) -> Taken:
        """A batch comes in."""
        return await inbound.take(self.hall, self.ears, raws, self.hall.clock.now())

    async def drain(self, chat: int = 77) -> Any:
        """The engine comes to this chat."""
        return await inbound.drain(self.hall, self.ears, str(chat))

    async def heard(self, customer: str = "tg77") -> list[Heard]:
        """What lies in the inbox of this customer."""
        return list(await self.hall.ledger.write(lambda page: page.undone(customer)))

    async def texts(self, customer: str = "tg77") -> list[str]:
        """The same, words only."""
        return [one.text for one in await self.heard(customer)]

    async def unread(self, chat: int = 77) -> list[RawUpdate]:
        """What may be read now of this chat."""
        now = self.hall.clock.now()
        return list(await self.hall.ledger.write(lambda page: page.unread(str(chat), now, 1000)))

    async def counts(self) -> dict[str, int]:
        """Updates by state."""
        counted = await self.hall.ledger.read(lambda lists: lists.counts())
        return {name.removeprefix("updates."): many for name, many in counted.items() if name.startswith("updates.")}

    async def keep(self, *reaches: Reach) -> None:
        """Known beforehand."""
        for reach in reaches:
            await self.hall.ledger.write(lambda page, reach=reach: page.keep_reach(reach))  # type: ignore[misc]

    async def reach(self, to: str) -> Reach | None:
        """How this address is reached."""
        return await self.hall.ledger.read(lambda lists: lists.reach(to))


def first_of(lists: Lists, data: str, to: str) -> str:
    """A press stands for what it carries, if it is the customer's own."""
    del lists
    whose, _, value = data.partition("|")
    return value if whose == to else "stale"


@contextlib.asynccontextmanager
async def hands(
    path: Path, *, api: str = "http://127.0.0.1:9", token: str = TOKEN, **more: Any
) -> AsyncIterator[Hands]:
    """A hall at rest, its ears on."""
    async with still_at(path, memory=True) as hall:
        access = Access(token, api, api)
        acted: list[Incoming] = []
        fails: list[Exception] = []

        async def act(incoming: Incoming) -> None:
            if fails:
                raise fails.pop(0)
            acted.append(incoming)

        ears = Ears(make_bot(access), bot_id(token), act, first_of, STAFF_CHAT)
        yield Hands(replace(hall, **more), ears, acted, fails)
        await close(ears.bot)


def ids(heard: Iterable[Heard]) -> list[str]:
    """Their own numbers."""
    return [one.id for one in heard]
