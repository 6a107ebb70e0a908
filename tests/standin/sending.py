"""Where a call may write: the chat found, the thread known, the reply there."""

from typing import Any

from tests.standin.errors import ApiError, bad, forbidden
from tests.standin.markup import keyboard
from tests.standin.params import Params
from tests.standin.world import Chat, Json, Topic, World, post

GENERAL = 1
MEDIA = ("photo", "document", "voice", "video", "audio", "animation", "sticker", "video_note")
CONTENT = (*MEDIA, "text", "location", "contact", "caption", "entities", "caption_entities", "venue")


def chat_of(world: World, params: Params, key: str = "chat_id") -> Chat:
    """The chat a call names; one that moved says where to."""
    name = params.text(key).strip()
    if not name:
        raise bad(f"{key} is empty")
    if name.startswith("@"):
        chat = next((one for one in world.chats.values() if one.username == name[1:]), None)
    else:
        try:
            chat = world.chats.get(int(name))
        except ValueError:
            chat = None
    if chat is None or (chat.kind == "private" and not chat.opened and not _met(world, chat.id)):
        raise bad("chat not found")
    if chat.moved_to:
        raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to)
    if chat.kind != "private" and chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if chat.kind != "private" and chat.bot_status == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat


def _met(world: World, user: int) -> bool:
    return any(user in chat.members for chat in world.chats.values())


def may_write(chat: Chat) -> None:
    """Private chats may be closed to the bot."""
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if chat.kind == "private" and not chat.opened:
        raise forbidden("bot can't initiate conversation with a user")


def topic_of(chat: Chat, thread: int) -> Topic:
    """A topic that is there; General is never named by number."""
    topic = chat.topics.get(thread)
    if thread == GENERAL or topic is None or topic.deleted:
        raise bad("message thread not found")
    return topic


def must(chat: Chat, right: str, doing: str) -> None:
    """The bot's rights in a group."""
    if chat.kind != "private" and (chat.bot_status != "administrator" or right not in chat.rights):
        raise bad(f"not enough rights to {doing}")


def place(world: World, params: Params) -> tuple[Chat, int, Json]:
    """Chat, thread and reply of a sending call, all of them checked."""
    chat = chat_of(world, params)
    may_write(chat)
    thread = params.number("message_thread_id")
    reply = _reply(chat, params)
    if not thread and reply.get("is_topic_message"):
        thread = reply["message_thread_id"]
    if thread and topic_of(chat, thread).closed and "can_manage_topics" not in chat.rights:
        raise bad("TOPIC_CLOSED")
    return chat, thread, {"reply_to_message": reply} if reply else {}


def _reply(chat: Chat, params: Params) -> Json:
    wanted = params.thing("reply_parameters", "reply parameters") or {}
    no = wanted.get("message_id") or params.number("reply_to_message_id")
    if not no:
        return {}
    there = chat.messages.get(int(no))
    if there is None:
        if wanted.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    return {key: value for key, value in there.items() if key != "reply_to_message"}


def say(world: World, params: Params, **content: Any) -> Json:
    """Put the bot's message where the call says, with its keyboard."""
    markup = keyboard(params)
    chat, thread, reply = place(world, params)
    return put(world, chat, thread, markup, **reply, **content)


def put(world: World, chat: Chat, thread: int, markup: Json | None, **content: Any) -> Json:
    """The bot's message; an inline keyboard hangs on it, any other on the chat."""
    more: Json = {}
    if markup is not None and "inline_keyboard" in markup:
        more["reply_markup"] = markup
    elif markup is not None:
        chat.keyboard = None if markup.get("remove_keyboard") else markup
    world.spoken += chat.kind == "private"
    sender = {key: world.bot[key] for key in ("id", "is_bot", "first_name", "username")}
    return post(world, chat, sender, thread, **content, **more)


def own(chat: Chat, params: Params, doing: str) -> Json:
    """The bot's own message a call names."""
    message = chat.messages.get(params.number("message_id"))
    if message is None:
        raise bad(f"message to {doing} not found")
    if not message["from"]["is_bot"]:
        raise bad(f"message can't be {doing}ed")
    return message


def same_content(message: Json) -> Json:
    """What a copy carries."""
    return {key: message[key] for key in CONTENT if key in message}


def unmodified() -> ApiError:
    """An edit that changes nothing."""
    return bad(
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
