"""Methods that write, change, copy and take back messages."""

from typing import Any

from tests.standin.errors import bad
from tests.standin.markup import CAPTION_AT_MOST, TEXT_AT_MOST, formatted, keyboard, units
from tests.standin.params import Params
from tests.standin.sending import (
    MEDIA,
    chat_of,
    may_write,
    must,
    own,
    place,
    put,
    same_content,
    say,
    unmodified,
)
from tests.standin.world import PRESS_LIVES, Chat, Json, World, chat_json

TWO_DAYS = 48 * 3600
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
REACTIONS = frozenset("👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳💯🤣⚡🏆💔🤨😐👀🆒✍🫡🤝")


def text_of(params: Params) -> Json:
    """A text that may be sent."""
    if not params.text("text"):
        raise bad("message text is empty")
    found = formatted(params, "text")
    if not found["text"]:
        raise bad("text must be non-empty")
    if units(found["text"]) > TEXT_AT_MOST:
        raise bad("message is too long")
    return found


def caption_of(params: Params, given: Json | None = None) -> Json:
    """A caption that may be sent; none is fine."""
    found = formatted(params, "caption", "caption_entities", given)
    if units(found["caption"]) > CAPTION_AT_MOST:
        raise bad("message caption is too long")
    return found if found["caption"] else {}


def send_message(world: World, params: Params) -> Json:
    return say(world, params, **text_of(params))


def send_location(world: World, params: Params) -> Json:
    latitude, longitude = params.real("latitude"), params.real("longitude")
    if latitude is None or longitude is None:
        raise bad("latitude is empty" if latitude is None else "longitude is empty")
    return say(world, params, location={"latitude": latitude, "longitude": longitude})


def send_contact(world: World, params: Params) -> Json:
    contact = {"phone_number": params.text("phone_number"), "first_name": params.text("first_name")}
    if not contact["phone_number"]:
        raise bad("phone number is empty")
    return say(world, params, contact=contact)


def _edited(world: World, message: Json, params: Params, content: Json) -> Json:
    markup = keyboard(params)
    stale = {"reply_markup", "edit_date"}
    stale |= {"text", "entities"} if "text" in content else set()
    stale |= {"caption", "caption_entities"} if "caption" in content else set()
    fresh = {key: value for key, value in message.items() if key not in stale}
    fresh |= {key: value for key, value in content.items() if value}
    if markup and markup.get("inline_keyboard"):
        fresh["reply_markup"] = markup
    if fresh == {key: value for key, value in message.items() if key != "edit_date"}:
        raise unmodified()
    fresh["edit_date"] = world.date()
    message.clear()
    message.update(fresh)
    world.touch()
    return message


def edit_text(world: World, params: Params) -> Json:
    chat = chat_of(world, params)
    content = text_of(params)
    message = own(chat, params, "edit")
    may_write(chat)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    return _edited(world, message, params, content)


def edit_caption(world: World, params: Params) -> Json:
    chat = chat_of(world, params)
    message = own(chat, params, "edit")
    may_write(chat)
    if not any(kind in message for kind in MEDIA):
        raise bad("there is no caption in the message to edit")
    return _edited(world, message, params, caption_of(params) or {"caption": ""})


def edit_markup(world: World, params: Params) -> Json:
    chat = chat_of(world, params)
    message = own(chat, params, "edit")
    may_write(chat)
    return _edited(world, message, params, {})


def _delete(world: World, chat: Chat, no: int) -> bool:
    message = chat.messages.get(no)
    if message is None:
        return False
    if chat.kind == "private" and world.date() - message["date"] > TWO_DAYS:
        raise bad("message can't be deleted for everyone")
    if chat.kind != "private" and not message["from"]["is_bot"] and "can_delete_messages" not in chat.rights:
        raise bad("message can't be deleted")
    del chat.messages[no]
    world.touch()
    return True


def delete_message(world: World, params: Params) -> bool:
    if not _delete(world, chat_of(world, params), params.number("message_id")):
        raise bad("message to delete not found")
    return True


def delete_messages(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    for no in _numbers(params):
        _delete(world, chat, no)
    return True


def _numbers(params: Params) -> list[int]:
    found = params.thing("message_ids", "list of message identifiers")
    if not isinstance(found, list) or not found:
        raise bad("message identifiers are not specified")
    if len(found) > 100:
        raise bad("too many message identifiers specified")
    return [int(one) for one in found]


def answer_press(world: World, params: Params) -> bool:
    press = world.presses.get(params.text("callback_query_id"))
    if press is None or world.now() - press.at > PRESS_LIVES:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if units(params.text("text")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    press.answer = {"text": params.text("text"), "show_alert": params.flag("show_alert")}
    world.touch()
    return True


def _source(world: World, params: Params, no: int, doing: str) -> Json:
    message = chat_of(world, params, "from_chat_id").messages.get(no)
    if message is None:
        raise bad(f"message to {doing} not found")
    return message


def copy_message(world: World, params: Params) -> Json:
    content = same_content(_source(world, params, params.number("message_id"), "copy"))
    if not content:
        raise bad("message can't be copied")
    if "caption" in params.values:
        content = {key: one for key, one in content.items() if not key.startswith("caption")} | caption_of(params)
    return {"message_id": say(world, params, **content)["message_id"]}


def _several(world: World, params: Params, *, copied: bool) -> list[Json]:
    numbers = _numbers(params)
    if numbers != sorted(set(numbers)):
        raise bad("message identifiers must be in a strictly increasing order")
    chat, thread, reply = place(world, params)
    source = chat_of(world, params, "from_chat_id")
    there = [source.messages[no] for no in numbers if no in source.messages]
    if not there:
        raise bad(f"there are no messages to {'copy' if copied else 'forward'}")
    albums: dict[str, str] = {}
    done = []
    for message in there:
        content = same_content(message) | ({} if copied else _origin(message))
        if group := message.get("media_group_id"):
            content["media_group_id"] = albums.setdefault(group, f"{group}{world.last_id}{world.tick}")
        done.append({"message_id": put(world, chat, thread, None, **reply, **content)["message_id"]})
    return done


def copy_messages(world: World, params: Params) -> list[Json]:
    return _several(world, params, copied=True)


def forward_messages(world: World, params: Params) -> list[Json]:
    return _several(world, params, copied=False)


def _origin(message: Json) -> Json:
    return {"forward_origin": {"type": "user", "date": message["date"], "sender_user": message["from"]}}


def forward_message(world: World, params: Params) -> Json:
    message = _source(world, params, params.number("message_id"), "forward")
    return say(world, params, **same_content(message), **_origin(message))


def chat_action(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    may_write(chat)
    if params.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.actions.append(params.text("action"))
    world.touch()
    return True


def pin(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    no = params.number("message_id")
    must(chat, "can_pin_messages", "manage pinned messages in the chat")
    if no not in chat.messages:
        raise bad("message to pin not found")
    chat.pinned = [one for one in chat.pinned if one != no] + [no]
    world.touch()
    return True


def unpin(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    must(chat, "can_pin_messages", "manage pinned messages in the chat")
    no = params.number("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if no not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(no)
    return True


def react(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    no = params.number("message_id")
    if no not in chat.messages:
        raise bad("message to react not found")
    wanted: list[Any] = params.thing("reaction", "reaction types") or []
    if any(one.get("emoji") not in REACTIONS for one in wanted):
        raise bad("REACTION_INVALID")
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    chat.reactions[no] = wanted
    world.touch()
    return True


def album(world: World, params: Params, items: list[Json]) -> list[Json]:
    """Several media as one; the files are already in."""
    chat, thread, reply = place(world, params)
    name = f"{chat_json(world, chat)['id']}{world.tick}"
    return [put(world, chat, thread, None, **reply, media_group_id=name, **one) for one in items]
