"""The people and groups of a test's Telegram: they write, press, block, open topics and read."""

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.standin.seen import PATIENCE, Json, Message

if TYPE_CHECKING:
    from tests.standin.kit import World


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with Telegram in hand; the private chat's id is the person's."""

    world: "World"
    id: int
    name: str

    async def _do(self, verb: str, where: "Group | None" = None, **what: Any) -> Any:
        return await self.world.ask(verb, user=self.id, chat=where.id if where else self.id, **what)

    async def start(self, payload: str = "") -> Message:
        """Open the chat by its button, or by a deep link with a payload."""
        return await self.write(f"/start {payload}".strip())

    async def write(self, text: str, where: "Group | None" = None, *, thread: int = 0, reply_to: int = 0) -> Message:
        """Write into the private chat, or into a group and its topic."""
        return Message(await self._do("write", where, thread=thread, text=text, reply_to=reply_to))

    async def send(self, kind: str, where: "Group | None" = None, *, data: bytes = b"x", **more: Any) -> Message:
        """photo document voice video audio sticker location contact; caption, name, mime, size, thread, reply_to."""
        packed = base64.b64encode(data).decode()
        return Message(await self._do("media", where, kind=kind, data=packed, **more))

    async def album(
        self, *kinds: str, where: "Group | None" = None, thread: int = 0, caption: str = ""
    ) -> list[Message]:
        """Several at once: as many messages with one media_group_id."""
        return [Message(one) for one in await self._do("album", where, kinds=kinds, thread=thread, caption=caption)]

    async def edit(self, message: int, text: str, where: "Group | None" = None) -> Message:
        """Change an own message's text or caption; the same text is an invisible change."""
        return Message(await self._do("edit", where, message=message, text=text))

    async def press(self, label: str = "", where: "Group | None" = None, *, data: str = "", message: int = 0) -> str:
        """Press a button by its label or data, on a message or on the latest that has it; the press's id."""
        return str(await self._do("press", where, label=label, data=data, message=message))

    async def press_stale(self, data: str, message: int, where: "Group | None" = None) -> str:
        """Press what is no longer there, or never was: clients may send any data."""
        return str(await self._do("press_anything", where, data=data, message=message))

    async def block(self) -> None:
        """Stop the bot."""
        await self._do("block")

    async def unblock(self) -> None:
        """Start it again."""
        await self._do("unblock")

    async def leave_telegram(self) -> None:
        """The account is deleted."""
        await self._do("deactivate")

    async def messages(self, *, by_bot: bool | None = None) -> list[Message]:
        """The private chat."""
        return await self.world.messages(self.id, by_bot=by_bot)

    async def heard(self) -> list[str]:
        """What the bot said here."""
        return [one.text for one in await self.messages(by_bot=True)]

    async def hears(self, text: str = "", *, after: int = 0, within: float = PATIENCE) -> Message:
        """Wait for a message of the bot with these words (later than message `after`): the latest."""

        async def found() -> Message | None:
            all_of_them = await self.messages(by_bot=True)
            return next((one for one in reversed(all_of_them) if text in one.text and one.id > after), None)

        seen = await self.world.wait_for(found, within=within, what=f"{self.name}: {text}")
        assert seen is not None
        return seen


@dataclass(frozen=True, slots=True)
class Group:
    """A group the bot is administrator of."""

    world: "World"
    id: int
    title: str

    async def topics(self) -> dict[int, Json]:
        """Thread → `name closed deleted`."""
        return {one["thread"]: one for one in (await self.world.chat(self.id))["topics"]}

    async def topic(self, name: str = "", *, within: float = PATIENCE) -> int:
        """Wait for a topic (not deleted) whose name has these words: the latest thread."""

        async def found() -> int:
            topics = await self.topics()
            return max((no for no, one in topics.items() if name in one["name"] and not one["deleted"]), default=0)

        return await self.world.wait_for(found, within=within, what=f"topic {name}")

    async def open_topic(self, by: Person, name: str) -> int:
        """A person opens a topic: its thread."""
        return int(await self.world.ask("open_topic", chat=self.id, user=by.id, name=name))

    async def close_topic(self, by: Person, thread: int, *, closed: bool = True) -> None:
        """A person closes or reopens a topic."""
        await self.world.ask("close_topic", chat=self.id, user=by.id, thread=thread, closed=closed)

    async def delete_topic(self, thread: int) -> None:
        """A person deletes a topic: the bot is not told."""
        await self.world.ask("delete_topic", chat=self.id, thread=thread)

    async def messages(self, thread: int = 0, *, by_bot: bool | None = None) -> list[Message]:
        """The group, or one topic of it."""
        return await self.world.messages(self.id, thread=thread, by_bot=by_bot)

    async def hears(self, text: str, thread: int = 0, *, within: float = PATIENCE) -> Message:
        """Wait for a message of the bot with these words: the latest."""

        async def found() -> Message | None:
            all_of_them = await self.messages(thread, by_bot=True)
            return next((one for one in reversed(all_of_them) if text in one.text), None)

        seen = await self.world.wait_for(found, within=within, what=f"{self.title}: {text}")
        assert seen is not None
        return seen

    async def member(self, person: Person, status: str = "member") -> None:
        """Somebody comes (member, administrator) or goes (left, kicked)."""
        await self.world.ask("member", chat=self.id, user=person.id, status=status)

    async def delete_message(self, message: int) -> None:
        """Somebody deletes a message: the bot is not told."""
        await self.world.ask("delete_message", chat=self.id, message=message)

    async def migrate(self) -> "Group":
        """The group becomes another one: the old id only tells the new."""
        return Group(self.world, int(await self.world.ask("migrate", chat=self.id)), self.title)

    async def rights(self, *rights: str, status: str = "administrator") -> None:
        """What the bot may do here; `kicked` or `left` puts it out."""
        await self.world.ask("rights", chat=self.id, rights=rights, status=status)
