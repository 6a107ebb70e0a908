"""The stand-in as a test drives it: start the process, make a world, let its people write, press and read."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiohttp

from tests.standin.cast import Group, Person
from tests.standin.seen import PATIENCE, Addresses, Call, Json, Message, NotSeen, running

T = TypeVar("T")
__all__ = ["Addresses", "Call", "Group", "Message", "NotSeen", "Person", "World", "fresh", "running"]


@dataclass(frozen=True, slots=True)
class World:
    """One bot token and all that is around it; each test gets a new one."""

    session: aiohttp.ClientSession
    addresses: Addresses
    token: str
    bot: Json
    pardons: list[Callable[[Call], bool]] = field(default_factory=list)

    @property
    def api(self) -> str:
        """Base URL: calls go to `{api}/bot{token}/{method}`, files come from `{api}/file/bot{token}/{path}`."""
        return self.addresses.api

    async def ask(self, verb: str, **what: Any) -> Any:
        """One word to the control side."""
        async with self.session.post(f"{self.addresses.control}/control/{self.token}/{verb}", json=what) as answer:
            told = await answer.json()
        assert told["ok"], told["description"]
        return told["result"]

    def pardon(self, *methods: str, when: Callable[[Call], bool] = lambda _: True) -> None:
        """This test provokes wrong calls of these methods on purpose: the judges look away."""
        names = {name.lower() for name in methods}
        self.pardons.append(lambda call: call.method.lower() in names and when(call))

    # ---------------------------------------------------------------- people and groups

    async def person(self, name: str = "张三", *, opened: bool = True, username: str = "") -> Person:
        """A person; `opened`: the private chat with the bot was started some time ago."""
        made = await self.ask("user", name=name, opened=opened, username=username)
        return Person(self, made["id"], name)

    async def group(self, title: str = "首办工作群", *, members: Iterable[Person] = (), forum: bool = True) -> Group:
        """A supergroup with forum topics (or an ordinary group) where the bot is administrator."""
        people = [{"user": one.id, "status": "member"} for one in members]
        made = await self.ask("group", title=title, members=people, forum=forum)
        return Group(self, made["id"], title)

    async def bulk(self, people: int, messages: int, text: str = "我家停电了", *, interleave: bool = True) -> list[int]:
        """So many customers write so many messages (`text i`, i from 1); their chats."""
        return list(await self.ask("bulk", users=people, messages=messages, text=text, interleave=interleave))

    async def replies(self) -> dict[int, list[str]]:
        """What the bot said, chat by chat, in order."""
        return {int(chat): texts for chat, texts in (await self.ask("replies")).items()}

    # ---------------------------------------------------------------- what was seen

    async def calls(self, *methods: str, chat: int = 0, after: int = 0, polls: bool = False) -> list[Call]:
        """All calls in the order they came; `polls` adds getUpdates."""
        found = await self.ask("calls", methods=methods, chat=chat, after=after, polls=polls)
        return [Call(**one) for one in found]

    async def messages(self, chat: int, *, thread: int = 0, by_bot: bool | None = None) -> list[Message]:
        """A chat as its people see it, edits applied, deleted ones gone."""
        found = [Message(one) for one in await self.ask("messages", chat=chat, thread=thread)]
        return [one for one in found if by_bot is None or one.by_bot == by_bot]

    async def chat(self, chat: int) -> Json:
        """A chat's state: topics, keyboard, actions, pinned."""
        return dict(await self.ask("chat", chat=chat))

    async def presses(self) -> list[Json]:
        """Presses: `id user data answer` (what the bot answered, or None)."""
        return list(await self.ask("presses"))

    async def queue(self) -> Json:
        """`pending` (updates not yet acknowledged), `webhook`, `pushes`, `tick`, `allowed`, `polling`."""
        return dict(await self.ask("queue"))

    async def wait_for(self, look: Callable[[], Awaitable[T]], *, within: float = PATIENCE, what: str = "") -> T:
        """Look whenever something happened here, until it is truthy."""
        tick = 0
        left = within
        while True:
            tick = (await self.ask("wait", after=-1))["tick"]
            if found := await look():
                return found
            if left <= 0:
                raise NotSeen(what or "what was waited for did not come")
            left -= (await self.ask("wait", after=tick, seconds=min(left, 5.0)))["waited"]

    async def wait_calls(
        self, *methods: str, count: int = 1, chat: int = 0, within: float = PATIENCE, good: bool = False
    ) -> list[Call]:
        """Wait until so many calls came (`good`: that were answered with ok)."""

        async def enough() -> list[Call]:
            found = [one for one in await self.calls(*methods, chat=chat) if one.ok or not good]
            return found if len(found) >= count else []

        return await self.wait_for(enough, within=within, what=f"{count} × {methods}")

    async def wait_replies(self, count: int, *, within: float = 60.0) -> dict[int, list[str]]:
        """Wait until the bot said so many things in private chats, then all it said."""
        told = await self.ask("wait_replies", count=count, seconds=within)
        if told["count"] < count:
            raise NotSeen(f"{told['count']} of {count} replies")
        return await self.replies()

    async def wait_quiet(self, *, within: float = PATIENCE) -> None:
        """Wait until the bot has acknowledged every update."""

        async def none_left() -> bool:
            return not (await self.queue())["pending"]

        await self.wait_for(none_left, within=within, what="updates are still unread")

    # ---------------------------------------------------------------- trouble

    async def fault(self, kind: str, *, times: int = 1, method: str = "", chat: int = 0, **more: Any) -> None:
        """The next calls go wrong.

        429 (retry_after), 500, 502, html (a 502 that is no JSON), error (code, description, parameters), refuse (closed
        before anything), drop (done, then closed), hang (done, never answered), slow (seconds).
        """
        await self.ask("fault", kind=kind, times=times, method=method, chat=chat, **more)

    async def no_faults(self) -> None:
        """All is well again."""
        await self.ask("no_faults")

    async def down(self, seconds: float = 0.0) -> None:
        """The Bot API refuses connections, for so long or until `up`; living ones are cut."""
        await self.ask("down", seconds=seconds)

    async def up(self) -> None:
        """It listens again, at the same port."""
        await self.ask("up")

    async def mischief(self, *, doubled: bool = False, reverse: bool = False) -> None:
        """Every update comes twice; every batch comes backwards (webhook: see hold and release)."""
        await self.ask("mischief", doubled=doubled, reverse=reverse)

    async def hold(self) -> None:
        """Keep updates back until `release`."""
        await self.ask("hold")

    async def release(self, *, reverse: bool = False) -> None:
        """Hand out what was held, backwards if so wished."""
        await self.ask("release", reverse=reverse)

    async def redeliver(self, last: int = 1) -> None:
        """The last acknowledged updates come once more, with their old ids."""
        await self.ask("redeliver", last=last)

    async def raw(self, update: Json) -> int:
        """An update as it is (without update_id it gets the next); poison for instance. Its id."""
        return int(await self.ask("raw", update=update))

    async def pace(self, pace: float) -> None:
        """How long the webhook's growing pauses are: 1 is the real thing (2 s, 4 s … 60 s), 0.05 by default."""
        await self.ask("pace", pace=pace)

    async def turn(self, seconds: float) -> None:
        """So much time passes at Telegram: presses expire after 150 s, updates after a day."""
        await self.ask("turn", seconds=seconds)


@contextlib.asynccontextmanager
async def fresh(addresses: Addresses, *, epoch: float = 0.0) -> AsyncIterator[World]:
    """A world of its own; `epoch`: the unix time it begins at (now, if none)."""
    timeout = aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        async with session.post(f"{addresses.control}/control/worlds", json={"epoch": epoch}) as answer:
            made = (await answer.json())["result"]
        world = World(session, addresses, made["token"], made["bot"])
        try:
            yield world
        finally:
            await world.ask("end")
