"""What people do: write, send, edit, press, block; each doing tells the bot what the real server would tell."""

import base64
import re
from typing import Any

from tests.standin.errors import ControlError
from tests.standin.markup import buttons, units
from tests.standin.media import keep, shown
from tests.standin.params import Upload
from tests.standin.world import Chat, Json, Press, World, chat_json, post

COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?")
NAMES = {"document": "单据.pdf", "photo": "", "voice": "", "video": "现场.mp4", "audio": "录音.mp3"}
MIMES = {"document": "application/pdf", "voice": "audio/ogg", "video": "video/mp4", "audio": "audio/mpeg"}


def user(world: World, *, name: str, opened: bool = True, username: str = "", language: str = "zh-hans") -> Json:
    """A person comes to be; the private chat is open when the bot was started before."""
    world.last_user += 1
    made: Json = {"id": world.last_user, "is_bot": False, "first_name": name, "language_code": language}
    if username:
        made["username"] = username
    world.users[made["id"]] = made
    world.chats[made["id"]] = Chat(made["id"], "private", opened=opened)
    return made


def there(world: World, chat: int) -> Chat:
    """A chat the test names."""
    found = world.chats.get(chat)
    if found is None:
        raise ControlError(f"no chat {chat}")
    return found


def _spot(world: World, who: int, where: int, thread: int) -> tuple[Json, Chat]:
    chat = there(world, where)
    if who not in world.users:
        raise ControlError(f"no user {who}")
    if chat.blocked:
        raise ControlError("unblock the bot first")
    if chat.kind != "private" and who not in chat.members:
        raise ControlError(f"{who} is no member of {where}")
    if thread and (thread not in chat.topics or chat.topics[thread].deleted):
        raise ControlError(f"no topic {thread}")
    chat.opened = True
    return world.users[who], chat


def _told(world: World, kind: str, message: Json) -> None:
    world.give(kind, message, f"chat {message['chat']['id']}")


def _reply(chat: Chat, no: int, thread: int) -> Json:
    if not no:
        if thread and thread in chat.messages:
            return {"reply_to_message": chat.messages[thread]}
        return {}
    if no not in chat.messages:
        raise ControlError(f"no message {no} to reply to")
    return {"reply_to_message": {key: one for key, one in chat.messages[no].items() if key != "reply_to_message"}}


def _text(text: str) -> Json:
    commands = [
        {"type": "bot_command", "offset": units(text[: one.start()]), "length": units(one.group())}
        for one in COMMAND.finditer(text)
    ]
    return {"text": text} | ({"entities": commands} if commands else {})


def write(world: World, *, user: int, chat: int, text: str, thread: int = 0, reply_to: int = 0) -> Json:
    """A person writes."""
    sender, place = _spot(world, user, chat, thread)
    message = post(world, place, sender, thread, **_text(text), **_reply(place, reply_to, thread))
    _told(world, "message", message)
    return message


def _content(world: World, kind: str, data: str, more: Json) -> Json:
    if kind == "location":
        return {"location": {"latitude": more.get("latitude", 30.25), "longitude": more.get("longitude", 120.16)}}
    if kind == "contact":
        return {"contact": {"phone_number": more.get("phone", "13800000000"), "first_name": more.get("name", "张三")}}
    upload = Upload(
        more.get("name", NAMES.get(kind, "")), more.get("mime", MIMES.get(kind, "")), base64.b64decode(data)
    )
    if more.get("file_id"):
        return shown(world.files[more["file_id"]])
    found = shown(keep(world, kind, upload, more.get("size", 0)))
    return found | ({"caption": more["caption"]} if more.get("caption") else {})


def media(world: World, *, user: int, chat: int, kind: str, data: str = "eA==", **more: Any) -> Json:
    """A person sends a file, a place or a contact."""
    thread = more.get("thread", 0)
    sender, place = _spot(world, user, chat, thread)
    content = _content(world, kind, data, more) | _reply(place, more.get("reply_to", 0), thread)
    message = post(world, place, sender, thread, **content)
    _told(world, "message", message)
    return message


def album(
    world: World, *, user: int, chat: int, kinds: list[str], thread: int = 0, caption: str = "", data: str = "eA=="
) -> list[Json]:
    """A person sends several at once: as many updates."""
    sender, place = _spot(world, user, chat, thread)
    name = f"{13_000_000_000 + world.tick}"
    made = []
    for no, kind in enumerate(kinds):
        content = _content(world, kind, data, {"caption": caption if not no else ""})
        made.append(post(world, place, sender, thread, media_group_id=name, **content, **_reply(place, 0, thread)))
    for message in made:
        _told(world, "message", message)
    return made


def edit(world: World, *, user: int, chat: int, message: int, text: str) -> Json:
    """A person changes what was written; the bot is told even of a change nobody sees."""
    _, place = _spot(world, user, chat, 0)
    found = place.messages.get(message)
    if found is None or found["from"]["id"] != user:
        raise ControlError(f"no own message {message}")
    fresh = dict(found)
    if "text" in found:
        fresh.pop("entities", None)
        fresh |= _text(text)
    else:
        fresh["caption"] = text
    fresh["edit_date"] = world.date()
    place.messages[message] = fresh
    _told(world, "edited_message", fresh)
    return fresh


def press(world: World, *, user: int, chat: int, label: str = "", data: str = "", message: int = 0) -> str:
    """A person presses an inline button of the bot."""
    sender, place = _spot(world, user, chat, 0)
    seen: list[str] = []
    for no, found in reversed(place.messages.items()):
        if message and no != message:
            continue
        for _, button in buttons(found.get("reply_markup", {})):
            seen.append(button["text"])
            if "callback_data" in button and data in {"", button["callback_data"]} and label in {"", button["text"]}:
                made = Press(str(4_000_000_000_000 + len(world.presses)), user, button["callback_data"], world.now())
                world.presses[made.id] = made
                body = {"id": made.id, "from": sender, "message": dict(found), "chat_instance": str(abs(chat) + 7)}
                world.give("callback_query", body | {"data": made.data}, f"press {user}")
                return made.id
    raise ControlError(f"no button {label or data} to press, only {seen}")


def press_anything(world: World, *, user: int, chat: int, message: int, data: str) -> str:
    """A press of a button that is gone, or never was: clients can send any data."""
    made = Press(str(4_000_000_000_000 + len(world.presses)), user, data, world.now())
    world.presses[made.id] = made
    place = there(world, chat)
    found = place.messages.get(message) or {"message_id": message, "chat": chat_json(world, place), "date": 0}
    body = {"id": made.id, "from": world.users[user], "message": found, "chat_instance": "7", "data": data}
    world.give("callback_query", body, f"press {user}")
    return made.id


def _mine(world: World, who: int, *, before: str, after: str) -> None:
    def status(word: str) -> Json:
        bot = {key: world.bot[key] for key in ("id", "is_bot", "first_name", "username")}
        return {"user": bot, "status": word} | ({"until_date": 0} if word == "kicked" else {})

    chat = world.chats[who]
    body = {
        "chat": chat_json(world, chat),
        "from": world.users[who],
        "date": world.date(),
        "old_chat_member": status(before),
        "new_chat_member": status(after),
    }
    world.give("my_chat_member", body, f"chat {who}")


def block(world: World, *, user: int, chat: int = 0) -> bool:
    """A person stops the bot."""
    place = there(world, user)
    if place.blocked or chat not in {0, user}:
        raise ControlError("blocked already, or not a private chat")
    place.blocked = True
    _mine(world, user, before="member", after="kicked")
    return True


def unblock(world: World, *, user: int, chat: int = 0) -> bool:
    """A person starts the bot again."""
    place = there(world, user)
    if not place.blocked or chat not in {0, user}:
        raise ControlError("not blocked, or not a private chat")
    place.blocked, place.opened = False, True
    _mine(world, user, before="kicked", after="member")
    return True


def deactivate(world: World, *, user: int, chat: int = 0) -> bool:
    """A person deletes the account."""
    del chat
    there(world, user).deactivated = True
    return True


def bulk(world: World, *, users: int, messages: int, text: str, interleave: bool = True) -> list[int]:
    """Many people write many messages."""
    chats = [user(world, name=f"客户{no}")["id"] for no in range(1, users + 1)]
    turns = [(who, no) for no in range(1, messages + 1) for who in chats]
    for who, no in turns if interleave else sorted(turns):
        write(world, user=who, chat=who, text=f"{text} {no}")
    return chats
