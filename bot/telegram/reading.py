"""One raw update → what it means to the hall; strict, so that what nobody can read is known at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from telegram import CallbackQuery, Chat, ChatMemberUpdated, Location, Message, Update, User

MOST = 20_000_000
"""Bytes a bot may fetch."""
_BIGGEST = 2**63
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_UNSUPPORTED = (
    "sticker", "poll", "dice", "story", "game", "paid_media", "live_photo", "checklist", "invoice", "giveaway",
)  # fmt: skip
_CARRIERS = ("message", "edited_message", "my_chat_member", "channel_post", "edited_channel_post", "chat_member")


class Unreadable(Exception):
    """An update that does not have the shape of one; `why` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class What(StrEnum):
    """What came."""

    WORDS = "words"
    EDIT = "edit"
    PRESS = "press"
    MEMBER = "member"
    MIGRATED = "migrated"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it was announced; its bytes are still with Telegram."""

    file_id: str
    name: str
    type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """A contact somebody sent: his own, or another's."""

    name: str
    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update as the hall takes it; empty fields were not there."""

    what: What
    update: int
    chat: int = 0
    kind: str = ""
    """private, group, supergroup or channel."""
    user: int = 0
    name: str = ""
    message: int = 0
    thread: int = 0
    """Forum topic; 0 outside one."""
    text: str = ""
    data: str = ""
    """What the pressed button carries."""
    press: str = ""
    """Number of the press, to be answered."""
    reply_to: int = 0
    reply_text: str = ""
    location: tuple[float, float] | None = None
    contact: Card | None = None
    files: tuple[Sent, ...] = ()
    album: str = ""
    blocked: bool | None = None
    moved_to: int = 0
    start: str | None = None
    """Payload of /start, empty if it had none; None where it was something else."""
    unsupported: str = ""
    """A kind of message that nobody here can take."""
    at: datetime | None = None


def clean(text: object) -> str:
    """Text any database takes: no control characters, broken surrogates made visible."""
    if text is None:
        return ""
    if not isinstance(text, str):
        raise Unreadable("text")
    return _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text)).replace("\r\n", "\n").replace("\r", "\n")


def _whole(value: object) -> int:
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= _BIGGEST:
        raise Unreadable("number")
    return value


def envelope(raw: Mapping[str, Any]) -> tuple[str, str]:
    """Whose order it keeps and which album it belongs to, as far as can be seen without reading it."""
    press = raw.get("callback_query")
    holders = [raw.get(name) for name in _CARRIERS] + [press.get("message") if isinstance(press, dict) else None]
    for holder in holders:
        chat = holder.get("chat") if isinstance(holder, dict) else None
        number = chat.get("id") if isinstance(chat, dict) else None
        if isinstance(holder, dict) and isinstance(chat, dict) and isinstance(number, int):
            album = holder.get("media_group_id")
            alone = chat.get("type") == "private" and isinstance(album, str)
            return str(number)[:32], str(album)[:64] if alone else ""
    return "", ""


def press_of(raw: Mapping[str, Any]) -> str:
    """The number of the press to be answered; empty if it is none."""
    press = raw.get("callback_query")
    number = press.get("id") if isinstance(press, dict) else None
    return number if isinstance(number, str) else ""


def _who(user: User) -> dict[str, Any]:
    return {"user": _whole(user.id), "name": clean(f"{user.first_name or ''} {user.last_name or ''}").strip()}


def _where(chat: Chat) -> dict[str, Any]:
    return {"chat": _whole(chat.id), "kind": clean(chat.type)}


def _files(message: Message, most: int) -> tuple[Sent, ...]:
    """What was sent along; of a photo the largest picture that may be fetched."""
    number = message.message_id
    if message.photo:
        fitting = [one for one in message.photo if _whole(one.file_size) <= most]
        best = max(fitting or message.photo[:1], key=lambda one: _whole(one.width) * _whole(one.height))
        return (Sent(clean(best.file_id), f"photo-{number}.jpg", "image/jpeg", _whole(best.file_size)),)
    plain = {"voice": "voice.ogg", "video_note": "video.mp4", "audio": "audio.mp3", "video": "video.mp4"}
    types = {"voice": "audio/ogg", "video_note": "video/mp4", "audio": "audio/mpeg", "video": "video/mp4"}
    for kind in (*plain, "document"):
        file = getattr(message, kind)
        if file is None:
            continue
        stem, _, ending = plain.get(kind, "file.").partition(".")
        name = clean(getattr(file, "file_name", None)) or f"{stem}-{number}.{ending}".rstrip(".")
        type_ = clean(getattr(file, "mime_type", None)) or types.get(kind, "")
        return (Sent(clean(file.file_id), name, type_, _whole(file.file_size)),)
    return ()


def _quoted(message: Message) -> dict[str, Any]:
    """What it answers; in a forum everything formally answers the topic's first message."""
    other = message.reply_to_message
    if other is None or other.forum_topic_created:
        return {}
    return {"reply_to": _whole(other.message_id), "reply_text": clean(other.text or other.caption)}


def _place(location: Location) -> tuple[float, float]:
    lat, lon = float(location.latitude), float(location.longitude)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):  # noqa: PLR2004 - degrees of the earth
        raise Unreadable("place")
    return lat, lon


def _said(message: Message, most: int) -> dict[str, Any]:
    """Words, place, contact, files."""
    text = clean(message.text or message.caption)
    found: dict[str, Any] = {"text": text, "files": _files(message, most)}
    if message.location:
        found["location"] = _place(message.location)
    if message.venue and not text:
        found["text"] = clean(f"{message.venue.title} {message.venue.address}").strip()
    if message.contact:
        card, user = message.contact, message.from_user
        name = clean(f"{card.first_name or ''} {card.last_name or ''}").strip()
        found["contact"] = Card(name, clean(card.phone_number), bool(user and card.user_id == user.id))
    command = _COMMAND.fullmatch(text) if message.chat.type == Chat.PRIVATE else None
    if command and command[1] == "start":
        payload = (command[2] or "").strip()
        found["start"] = payload if _PAYLOAD.fullmatch(payload) else ""
    return found


def _message(base: Incoming, message: Message, what: What, most: int) -> Incoming:
    base = replace(base, message=_whole(message.message_id), at=message.edit_date or message.date)
    base = replace(base, **_where(message.chat))
    if message.migrate_to_chat_id:
        return replace(base, what=What.MIGRATED, moved_to=_whole(message.migrate_to_chat_id))
    user = message.from_user
    if user is None or user.is_bot or message.sender_chat or message.chat.type == Chat.CHANNEL:
        return base
    base = replace(base, **_who(user), **_quoted(message), album=clean(message.media_group_id))
    if message.is_topic_message:
        base = replace(base, thread=_whole(message.message_thread_id))
    said = _said(message, most)
    if any(said.get(name) for name in ("text", "files", "location", "contact")):
        return replace(base, what=what, **said)
    other = next((name for name in _UNSUPPORTED if getattr(message, name)), "")
    return replace(base, unsupported=other if what is What.WORDS else "")


def _pressed(base: Incoming, query: CallbackQuery) -> Incoming:
    message = query.message
    if message is None or query.data is None or query.from_user.is_bot:
        return base
    base = replace(base, what=What.PRESS, press=clean(query.id), data=clean(query.data), **_who(query.from_user))
    base = replace(base, message=_whole(message.message_id), **_where(message.chat))
    if isinstance(message, Message):
        thread = _whole(message.message_thread_id) if message.is_topic_message else 0
        return replace(base, thread=thread, reply_text=clean(message.text or message.caption))
    return base


def _member(base: Incoming, change: ChatMemberUpdated) -> Incoming:
    blocked = {"kicked": True, "left": True, "member": False}.get(clean(change.new_chat_member.status))
    base = replace(base, **_where(change.chat), **_who(change.from_user), at=change.date)
    if blocked is None or base.kind != Chat.PRIVATE:
        return base
    return replace(base, what=What.MEMBER, blocked=blocked)


def read(raw: Mapping[str, Any], most: int = MOST) -> Incoming:
    """A raw update as the hall takes it; Unreadable."""
    base = Incoming(What.NOTHING, _whole(raw.get("update_id")))
    try:
        update = Update.de_json(dict(raw))
        if update.message:
            return _message(base, update.message, What.WORDS, most)
        if update.edited_message:
            return _message(base, update.edited_message, What.EDIT, most)
        if update.callback_query:
            return _pressed(base, update.callback_query)
        if update.my_chat_member:
            return _member(base, update.my_chat_member)
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the library makes of nonsense, here it is nonsense
        raise Unreadable(type(error).__name__) from None
    return base


GREETING = "您好"
"""What /start and /help say."""


def spoken(incoming: Incoming) -> str:
    """Words of a private chat without the stroke of a command."""
    command = _COMMAND.fullmatch(incoming.text)
    if not command:
        return incoming.text.removeprefix("/") if incoming.text.startswith("/") else incoming.text
    if command[1] in ("start", "help"):
        return GREETING
    return f"{command[1]} {command[2] or ''}".strip()
