"""The other side of the stage: a test's word for what people do, what goes wrong and what was seen."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from tests.standin import groups, people
from tests.standin.errors import ControlError
from tests.standin.world import Call, Fault, Json, Update, World

Verb = Callable[..., Any]
KINDS = {"429", "500", "502", "html", "error", "refuse", "drop", "hang", "slow"}


def calls(world: World, *, methods: list[str], chat: int = 0, after: int = 0, polls: bool = False) -> list[Json]:
    """Outgoing calls in order."""
    wanted = {one.lower() for one in methods}

    def fits(call: Call) -> bool:
        name = call.method.lower()
        if call.n <= after or (wanted and name not in wanted):
            return False
        return (polls or name != "getupdates" or "getupdates" in wanted) and (
            not chat or str(call.params.get("chat_id")) == str(chat)
        )

    return [asdict(one) for one in world.calls if fits(one)]


def messages(world: World, *, chat: int, thread: int = 0) -> list[Json]:
    """A chat as its people see it."""
    found = people.there(world, chat).messages.values()
    return [one for one in found if not thread or one.get("message_thread_id") == thread]


def chat(world: World, *, chat: int) -> Json:
    """A chat's state."""
    place = people.there(world, chat)
    return {
        "id": place.id,
        "kind": place.kind,
        "topics": [asdict(one) for one in place.topics.values()],
        "members": {str(one): status for one, status in place.members.items()},
        "keyboard": place.keyboard,
        "actions": place.actions,
        "pinned": place.pinned,
        "reactions": place.reactions,
        "blocked": place.blocked,
        "moved_to": place.moved_to,
    }


def presses(world: World) -> list[Json]:
    """All presses and their answers."""
    return [asdict(one) for one in world.presses.values()]


def queue(world: World) -> Json:
    """What the bot is owed and how it takes it."""
    return {
        "pending": [one.id for one in world.pending.values()],
        "polling": world.poll is not None,
        "allowed": list(world.allowed),
        "webhook": asdict(world.webhook),
        "pushes": world.pushes,
        "commands": world.commands,
        "tick": world.tick,
        "now": time.monotonic(),
    }


def said(world: World) -> dict[int, list[str]]:
    """What the bot said in private chats."""
    return {
        one.id: [m.get("text") or m.get("caption") or "" for m in one.messages.values() if m["from"]["is_bot"]]
        for one in world.chats.values()
        if one.kind == "private"
    }


def fault(world: World, *, kind: str, times: int = 1, method: str = "", chat: int = 0, **more: Any) -> bool:
    """Trouble for the next calls."""
    if kind not in KINDS:
        raise ControlError(f"no fault {kind}, only {sorted(KINDS)}")
    made = Fault(kind, times, method.lower(), chat, float(more.pop("seconds", 0.0)))
    made.code, made.description = int(more.pop("code", 400)), str(more.pop("description", "Bad Request"))
    made.parameters = dict(more.pop("parameters", {}))
    if kind == "429":
        wait = int(more.pop("retry_after", 1))
        made.code, made.description = 429, f"Too Many Requests: retry after {wait}"
        made.parameters = {"retry_after": wait}
    if more:
        raise ControlError(f"unknown of a fault: {sorted(more)}")
    world.faults.append(made)
    return True


def no_faults(world: World) -> bool:
    """All is well again."""
    world.faults.clear()
    return True


def mischief(world: World, *, doubled: bool, reverse: bool) -> bool:
    """Updates twice, or backwards."""
    world.doubled, world.reverse = doubled, reverse
    return True


def hold(world: World) -> bool:
    """Updates are kept back."""
    world.held = True
    return True


def release(world: World, *, reverse: bool = False) -> bool:
    """Updates go out; backwards means within each batch, or within each chat when pushed."""
    world.held, world.reverse = False, reverse
    world.touch()
    return True


def redeliver(world: World, *, last: int = 1) -> int:
    """What the bot had comes again."""
    chosen = list(world.past)[-last:]
    for one in chosen:
        if world.webhook.url:
            world.put(one)
        else:
            world.again.append(one)
    world.touch()
    return len(chosen)


def raw(world: World, *, update: Json, queue: str = "raw") -> int:
    """An update as the test wrote it."""
    body = dict(update)
    world.last_update += 1
    no = int(body.pop("update_id", world.last_update))
    kind = next(iter(body), "unknown")
    world.put(Update(no, kind, queue, body, world.now()))
    return no


def turn(world: World, *, seconds: float) -> bool:
    """Time passes at Telegram."""
    world.ahead += seconds
    world.touch()
    return True


def pace(world: World, *, pace: float) -> bool:
    """How long the pauses of the webhook are: 1 is the real thing (2 s, 4 s, … 60 s)."""
    world.pace = pace
    return True


async def wait(world: World, *, after: int = 0, seconds: float = 0.0) -> Json:
    """Until something happened after this tick; -1 asks for the tick only."""
    began = time.monotonic()
    if 0 <= after == world.tick:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(world.changed.wait(), seconds)
    return {"tick": world.tick, "waited": max(time.monotonic() - began, 0.001)}


async def wait_replies(world: World, *, count: int, seconds: float) -> Json:
    """Until the bot said so many things in private chats."""
    end = time.monotonic() + seconds
    while world.spoken < count and (left := end - time.monotonic()) > 0:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(world.changed.wait(), left)
    return {"count": world.spoken}


VERBS: dict[str, Verb] = {
    "user": people.user,
    "write": people.write,
    "media": people.media,
    "album": people.album,
    "edit": people.edit,
    "press": people.press,
    "press_anything": people.press_anything,
    "block": people.block,
    "unblock": people.unblock,
    "deactivate": people.deactivate,
    "bulk": people.bulk,
    "group": groups.group,
    "member": groups.member,
    "rights": groups.rights,
    "open_topic": groups.open_topic,
    "close_topic": groups.close_topic,
    "delete_topic": groups.delete_topic,
    "delete_message": groups.delete_message,
    "migrate": groups.migrate,
    "calls": calls,
    "messages": messages,
    "chat": chat,
    "presses": presses,
    "queue": queue,
    "replies": said,
    "fault": fault,
    "no_faults": no_faults,
    "mischief": mischief,
    "hold": hold,
    "release": release,
    "redeliver": redeliver,
    "raw": raw,
    "turn": turn,
    "pace": pace,
    "wait": wait,
    "wait_replies": wait_replies,
}


async def obey(world: World, verb: str, what: Json) -> Any:
    """Do one verb."""
    doing = VERBS.get(verb)
    if doing is None:
        raise ControlError(f"no verb {verb}")
    done = doing(world, **what)
    return await done if isinstance(done, Awaitable) else done
