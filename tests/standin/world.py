"""All the stand-in knows of one bot: its people, chats, messages, files and the updates it is owed."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

PRESS_LIVES = 150.0
UPDATE_LIVES = 24 * 3600.0
LEFT_OUT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
BOT_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_welcome_messages",
)


@dataclass(slots=True)
class Topic:
    thread: int
    name: str
    color: int
    closed: bool = False
    deleted: bool = False


@dataclass(slots=True)
class Chat:
    id: int
    kind: str
    title: str = ""
    username: str = ""
    forum: bool = False
    opened: bool = False
    blocked: bool = False
    deactivated: bool = False
    moved_to: int = 0
    bot_status: str = "administrator"
    rights: set[str] = field(default_factory=lambda: set(BOT_RIGHTS))
    members: dict[int, str] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    next_id: int = 1
    pinned: list[int] = field(default_factory=list)
    keyboard: Json | None = None
    actions: list[str] = field(default_factory=list)
    reactions: dict[int, list[Json]] = field(default_factory=dict)


@dataclass(slots=True)
class File:
    id: str
    unique: str
    kind: str
    path: str
    data: bytes
    size: int
    name: str = ""
    mime: str = ""


@dataclass(slots=True)
class Press:
    id: str
    user: int
    data: str
    at: float
    answer: Json | None = None


@dataclass(slots=True)
class Update:
    id: int
    kind: str
    queue: str
    body: Json
    at: float


@dataclass(slots=True)
class Call:
    n: int
    at: float
    method: str
    params: Json
    files: dict[str, Json]
    code: int = 0
    description: str = ""
    fault: str = ""
    done_at: float = 0.0


@dataclass(slots=True)
class Fault:
    kind: str
    times: int
    method: str = ""
    chat: int = 0
    seconds: float = 0.0
    code: int = 0
    description: str = ""
    parameters: Json = field(default_factory=dict)


@dataclass(slots=True)
class Webhook:
    url: str = ""
    secret: str = ""
    connections: int = 40
    last_error: str = ""
    last_error_at: int = 0


@dataclass(slots=True)
class World:
    token: str
    bot: Json
    epoch: float
    born: float = field(default_factory=time.monotonic)
    ahead: float = 0.0
    users: dict[int, Json] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    pending: dict[int, Update] = field(default_factory=dict)
    lines: dict[str, dict[int, Update]] = field(default_factory=dict)
    again: list[Update] = field(default_factory=list)
    past: deque[Update] = field(default_factory=lambda: deque(maxlen=1000))
    allowed: tuple[str, ...] = ()
    webhook: Webhook = field(default_factory=Webhook)
    pushes: list[Json] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    held: bool = False
    doubled: bool = False
    reverse: bool = False
    pace: float = 0.05
    poll: asyncio.Future[None] | None = None
    last_update: int = 100_000
    last_id: int = 0
    last_user: int = 5_000_000_000
    spoken: int = 0
    tick: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def touch(self) -> None:
        """Something changed: whoever waits may look again."""
        self.tick += 1
        self.changed.set()
        self.changed = asyncio.Event()

    def now(self) -> float:
        """Monotonic, but for what the test turned on."""
        return time.monotonic() + self.ahead

    def date(self) -> int:
        """The unix second messages carry."""
        return int(self.epoch + self.now() - self.born)

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for this kind of update."""
        return kind in self.allowed if self.allowed else kind not in LEFT_OUT_BY_DEFAULT

    def give(self, kind: str, body: Json, queue: str) -> int:
        """Queue an update for the bot; 0 when it did not ask for the kind."""
        if not self.wants(kind):
            return 0
        self.last_update += 1
        self.put(Update(self.last_update, kind, queue, {kind: dict(body)}, self.now()))
        return self.last_update

    def put(self, update: Update) -> None:
        """Queue an update as it is."""
        self.pending[update.id] = update
        self.lines.setdefault(update.queue, {})[update.id] = update
        self.touch()

    def settle(self, update_id: int, *, taken: bool = True) -> None:
        """The bot has it, or it is forgotten."""
        update = self.pending.pop(update_id, None)
        if update is None:
            return
        line = self.lines[update.queue]
        line.pop(update_id, None)
        if not line:
            del self.lines[update.queue]
        if taken:
            self.past.append(update)

    def forget_updates(self) -> None:
        """All that waits is thrown away."""
        self.pending.clear()
        self.lines.clear()

    def stale(self, update: Update) -> bool:
        """Presses are forgotten after 150 s, all else after a day."""
        return self.now() - update.at > (PRESS_LIVES if update.kind == "callback_query" else UPDATE_LIVES)

    def message_id(self, chat: Chat) -> int:
        """Private chats share one counter, a supergroup has its own."""
        if chat.kind == "supergroup":
            chat.next_id += 1
            return chat.next_id
        self.last_id += 1
        return self.last_id


def chat_json(world: World, chat: Chat) -> Json:
    """A chat as messages carry it."""
    if chat.kind == "private":
        user = world.users[chat.id]
        return {"id": chat.id, "type": "private"} | {
            key: user[key] for key in ("first_name", "last_name", "username") if user.get(key)
        }
    found: Json = {"id": chat.id, "type": chat.kind, "title": chat.title}
    if chat.username:
        found["username"] = chat.username
    if chat.forum:
        found["is_forum"] = True
    return found


def post(world: World, chat: Chat, sender: Json, thread: int = 0, **content: Any) -> Json:
    """Put a message into a chat and return it."""
    message: Json = {
        "message_id": world.message_id(chat),
        "from": sender,
        "chat": chat_json(world, chat),
        "date": world.date(),
    }
    if thread:
        message |= {"message_thread_id": thread, "is_topic_message": True}
    message |= content
    chat.messages[message["message_id"]] = message
    world.touch()
    return message
