"""Methods about chats: forum topics, members, commands, and what a chat is."""

from typing import Any

from tests.standin.errors import bad
from tests.standin.params import Params
from tests.standin.sending import GENERAL, chat_of, may_write, must, put
from tests.standin.world import BOT_RIGHTS, Chat, Json, Topic, World, chat_json

NAME_AT_MOST = 128
COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
COMMAND_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")


def _forum(world: World, params: Params, doing: str) -> Chat:
    chat = chat_of(world, params)
    if not chat.forum:
        raise bad("the chat is not a forum")
    must(chat, "can_manage_topics", doing)
    return chat


def _topic(chat: Chat, params: Params) -> Topic:
    topic = chat.topics.get(params.number("message_thread_id"))
    if topic is None or topic.deleted or topic.thread == GENERAL:
        raise bad("TOPIC_ID_INVALID")
    return topic


def create_topic(world: World, params: Params) -> Json:
    chat = _forum(world, params, "create a topic")
    may_write(chat)
    name = params.text("name").strip()[:NAME_AT_MOST]
    if not name:
        raise bad("topic name must be non-empty")
    color = params.number("icon_color", COLORS[0])
    if color not in COLORS:
        raise bad("invalid icon color specified")
    topic = begin_topic(world, chat, name, color)
    return {"message_thread_id": topic.thread, "name": name, "icon_color": color}


def begin_topic(world: World, chat: Chat, name: str, color: int = COLORS[0]) -> Topic:
    """A topic begins with its service message, whose number is the thread's."""
    created = put(world, chat, 0, None, forum_topic_created={"name": name, "icon_color": color})
    topic = Topic(created["message_id"], name, color)
    created |= {"message_thread_id": topic.thread, "is_topic_message": True}
    chat.topics[topic.thread] = topic
    return topic


def edit_topic(world: World, params: Params) -> bool:
    chat = _forum(world, params, "edit the topic")
    topic = _topic(chat, params)
    name = params.text("name").strip()[:NAME_AT_MOST]
    if name == topic.name or not (name or "icon_custom_emoji_id" in params.values):
        raise bad("TOPIC_NOT_MODIFIED")
    topic.name = name or topic.name
    put(world, chat, topic.thread, None, forum_topic_edited={"name": topic.name})
    return True


def close_topic(world: World, params: Params) -> bool:
    return _shut(world, params, closed=True)


def reopen_topic(world: World, params: Params) -> bool:
    return _shut(world, params, closed=False)


def _shut(world: World, params: Params, *, closed: bool) -> bool:
    chat = _forum(world, params, "close or reopen the topic")
    topic = _topic(chat, params)
    if topic.closed == closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    put(world, chat, topic.thread, None, **{"forum_topic_closed" if closed else "forum_topic_reopened": {}})
    return True


def delete_topic(world: World, params: Params) -> bool:
    chat = _forum(world, params, "delete the topic")
    must(chat, "can_delete_messages", "delete the topic")
    drop_topic(world, chat, _topic(chat, params))
    return True


def drop_topic(world: World, chat: Chat, topic: Topic) -> None:
    """A topic goes, and all its messages."""
    topic.deleted = True
    chat.messages = {no: one for no, one in chat.messages.items() if one.get("message_thread_id") != topic.thread}
    world.touch()


def get_me(world: World, _: Params) -> Json:
    return world.bot


def get_chat(world: World, params: Params) -> Json:
    chat = chat_of(world, params)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    found = chat_json(world, chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, True),
    }
    if chat.kind != "private":
        found["permissions"] = {"can_send_messages": True, "can_manage_topics": False}
    if chat.pinned and chat.pinned[-1] in chat.messages:
        found["pinned_message"] = chat.messages[chat.pinned[-1]]
    return found


def member_json(world: World, chat: Chat, user: int) -> Json:
    """A member as the chat has them."""
    if user == world.bot["id"]:
        who, status = world.bot, "member" if chat.kind == "private" else chat.bot_status
    elif user in world.users and (user in chat.members or chat.id == user):
        who, status = world.users[user], chat.members.get(user, "member")
    else:
        raise bad("user not found" if user not in world.users else "member not found")
    found: Json = {"user": {key: who[key] for key in who if not key.startswith(("can_", "supports_", "has_"))}}
    found["status"] = status
    if status == "administrator":
        mine = chat.rights if user == world.bot["id"] else set(BOT_RIGHTS)
        found |= {right: right in mine for right in BOT_RIGHTS} | {"can_be_edited": False, "is_anonymous": False}
    if status == "creator":
        found["is_anonymous"] = False
    if status == "kicked":
        found["until_date"] = 0
    return found


def get_member(world: World, params: Params) -> Json:
    return member_json(world, chat_of(world, params), params.number("user_id"))


def get_administrators(world: World, params: Params) -> list[Json]:
    chat = chat_of(world, params)
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    chosen = [user for user, status in chat.members.items() if status in {"administrator", "creator"}]
    mine = [world.bot["id"]] if chat.bot_status == "administrator" else []
    return [member_json(world, chat, user) for user in (*mine, *chosen)]


def member_count(world: World, params: Params) -> int:
    chat = chat_of(world, params)
    return 2 if chat.kind == "private" else len(chat.members) + 1


def _scope(params: Params) -> str:
    scope: Any = params.thing("scope", "bot command scope") or {"type": "default"}
    return f"{scope.get('type')}:{scope.get('chat_id', '')}:{params.text('language_code')}"


def set_commands(world: World, params: Params) -> bool:
    commands = params.thing("commands", "list of bot commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("expected an Array of BotCommand" if not isinstance(commands, list) else "BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        name = str(one.get("command", "")).removeprefix("/")
        if not 1 <= len(name) <= 32 or set(name) - COMMAND_LETTERS:
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(one.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_scope(params)] = commands
    world.touch()
    return True


def get_commands(world: World, params: Params) -> list[Json]:
    return world.commands.get(_scope(params), [])


def delete_commands(world: World, params: Params) -> bool:
    world.commands.pop(_scope(params), None)
    return True


def leave(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    if chat.kind == "private":
        raise bad("chat member status can't be changed in private chats")
    chat.bot_status = "left"
    return True


def nothing(_: World, __: Params) -> bool:
    """Settings of the bot's own card, which no test looks at."""
    return True
