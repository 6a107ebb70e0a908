"""What happens in groups besides talk: members, topics of people, migration, the bot's rights."""

from typing import Any

from tests.standin.chats import begin_topic, drop_topic
from tests.standin.errors import ControlError
from tests.standin.people import there
from tests.standin.world import Chat, Json, Topic, World, chat_json, post

FIRST_SUPERGROUP = 1_000_000_000_000


def group(world: World, *, title: str, members: list[Json], forum: bool = True, username: str = "") -> Json:
    """A group with the bot as administrator: a forum supergroup, or an ordinary group."""
    kind = "supergroup" if forum else "group"
    no = len(world.chats) + 1_700_000_000 + world.bot["id"] % 1_000_000
    made = Chat(-(FIRST_SUPERGROUP + no) if forum else -no, kind, title, username, forum=forum, opened=True)
    made.members = {one["user"]: one.get("status", "member") for one in members}
    world.chats[made.id] = made
    return chat_json(world, made)


def member(world: World, *, chat: int, user: int, status: str = "member") -> bool:
    """Somebody comes, rises or goes; the bot hears of it as far as it asked to."""
    place = there(world, chat)
    before = place.members.get(user, "left")
    if status in {"left", "kicked"}:
        place.members.pop(user, None)
    else:
        place.members[user] = status
    who = world.users[user]
    body = {
        "chat": chat_json(world, place),
        "from": who,
        "date": world.date(),
        "old_chat_member": {"user": who, "status": before},
        "new_chat_member": {"user": who, "status": status},
    }
    world.give("chat_member", body, f"chat {chat}")
    return True


def rights(world: World, *, chat: int, rights: list[str], status: str = "administrator") -> bool:
    """What the bot may do from now on."""
    place = there(world, chat)
    place.rights, place.bot_status = set(rights), status
    return True


def _topic(world: World, chat: int, thread: int) -> tuple[Chat, Topic]:
    place = there(world, chat)
    topic = place.topics.get(thread)
    if topic is None or topic.deleted:
        raise ControlError(f"no topic {thread}")
    return place, topic


def open_topic(world: World, *, chat: int, user: int, name: str) -> int:
    """A person opens a topic."""
    place = there(world, chat)
    topic = begin_topic(world, place, name)
    message = place.messages[topic.thread]
    message["from"] = world.users[user]
    world.give("message", message, f"chat {chat}")
    return topic.thread


def close_topic(world: World, *, chat: int, user: int, thread: int, closed: bool) -> bool:
    """A person closes or reopens a topic."""
    place, topic = _topic(world, chat, thread)
    topic.closed = closed
    service: Json = {"forum_topic_closed" if closed else "forum_topic_reopened": {}}
    world.give("message", post(world, place, world.users[user], thread, **service), f"chat {chat}")
    return True


def delete_topic(world: World, *, chat: int, thread: int) -> bool:
    """A person deletes a topic; nobody tells the bot."""
    place, topic = _topic(world, chat, thread)
    drop_topic(world, place, topic)
    return True


def delete_message(world: World, *, chat: int, message: int) -> bool:
    """A person deletes a message; nobody tells the bot."""
    if there(world, chat).messages.pop(message, None) is None:
        raise ControlError(f"no message {message}")
    world.touch()
    return True


def migrate(world: World, *, chat: int) -> int:
    """The group gets a new id; both sides of the move are told as service messages."""
    old = there(world, chat)
    new = -(FIRST_SUPERGROUP + 1_900_000_000 + len(world.chats))
    moved = Chat(new, "supergroup", old.title, forum=old.forum, opened=True, next_id=old.next_id)
    moved.members, moved.topics, moved.messages = old.members, old.topics, dict(old.messages)
    world.chats[new] = moved
    sender: Any = world.users[next(iter(old.members))] if old.members else world.bot
    out = post(world, old, sender, migrate_to_chat_id=new)
    world.give("message", out, f"chat {chat}")
    world.give("message", post(world, moved, sender, migrate_from_chat_id=chat), f"chat {new}")
    old.moved_to = new
    return new
