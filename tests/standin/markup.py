"""Parse modes and keyboards: what the real server accepts, what it makes of it, and how it refuses."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.standin.errors import ApiError, bad
from tests.standin.params import Params
from tests.standin.world import Json

TEXT_AT_MOST = 4096
CAPTION_AT_MOST = 1024
BUTTONS_AT_MOST = 100
TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)([^<>]*)>")
ATTRIBUTE = re.compile(r"""([A-Za-z-]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot));?")
MARKS = (
    ("```", "pre"),
    ("||", "spoiler"),
    ("__", "underline"),
    ("_", "italic"),
    ("*", "bold"),
    ("~", "strikethrough"),
    ("`", "code"),
)
RESERVED = frozenset("_*[]()~`>#+-=|{}.!")


def units(text: str) -> int:
    """Length in UTF-16 units, by which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def cannot(detail: str) -> ApiError:
    """The refusal of every parse mode."""
    return bad(f"can't parse entities: {detail}")


def formatted(params: Params, key: str, entities_key: str = "entities", given: Json | None = None) -> Json:
    """Text and entities of a parameter, parsed; `given` stands in for params inside media groups."""
    source = params.values if given is None else given
    text = source.get(key, "")
    if not isinstance(text, str):
        raise bad(f'field "{key}" must be of type String')
    mode = str(source.get("parse_mode") or "").lower()
    entities: list[Json] = []
    if mode == "html":
        text, entities = html(text)
    elif mode in {"markdownv2", "markdown"}:
        text, entities = markdown(text, strict=mode == "markdownv2")
    elif mode not in {"", "none"}:
        raise bad("unsupported parse_mode")
    elif given is None:
        entities = params.thing(entities_key, "message entities") or []
    else:
        entities = given.get(entities_key) or []
    found: Json = {key: text.strip()}
    if entities:
        found[entities_key] = entities
    return found


def html(text: str) -> tuple[str, list[Json]]:
    """HTML mode → plain text and entities."""
    out: list[str] = []
    entities: list[Json] = []
    stack: list[tuple[str, int, Json]] = []
    at = length = 0
    while at < len(text):
        char = text[at]
        piece = char
        step = 1
        if char == "&" and (reference := REFERENCE.match(text, at)):
            number, hexa, name = reference.groups()
            piece = NAMED[name] if name else chr(int(number or hexa, 10 if number else 16))
            step = reference.end() - at
        elif char == "<":
            tag = TAG.match(text, at)
            name = tag.group(2).lower() if tag else ""
            if tag is None or (name not in TAGS and not tag.group(1)):
                word = re.match(r"<([^\s>]*)", text[at:])
                raise cannot(
                    f'Unsupported start tag "{word.group(1) if word else ""}" at byte offset {_byte(text, at)}'
                )
            if not tag.group(1):
                stack.append((name, length, _attributes(name, tag.group(3), _byte(text, at))))
            elif not stack:
                raise cannot(f"Unexpected end tag at byte offset {_byte(text, at)}")
            else:
                _close(stack, name, length, entities, _byte(text, at))
            piece = ""
            step = tag.end() - at
        out.append(piece)
        length += units(piece)
        at += step
    if stack:
        raise cannot(f'Can\'t find end tag corresponding to start tag "{stack[-1][0]}"')
    return "".join(out), sorted(entities, key=lambda one: (one["offset"], -one["length"]))


def _byte(text: str, at: int) -> int:
    return len(text[:at].encode())


def _attributes(name: str, raw: str, at: int) -> Json:
    found = {one[1].lower(): one[2] or one[3] or one[4] or "" for one in ATTRIBUTE.finditer(raw)}
    if name == "span" and found.get("class") != "tg-spoiler":
        raise cannot(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    if name == "a":
        return {"url": found.get("href", "")}
    return {"custom_emoji_id": found.get("emoji-id", "")} if name == "tg-emoji" else {}


def _close(stack: list[tuple[str, int, Json]], name: str, length: int, entities: list[Json], at: int) -> None:
    opened, start, more = stack.pop()
    if opened != name:
        raise cannot(f'Unmatched end tag at byte offset {at}, expected "</{opened}>", found "</{name}>"')
    if length > start:
        entities.append({"type": TAGS[name], "offset": start, "length": length - start} | more)


def markdown(text: str, *, strict: bool) -> tuple[str, list[Json]]:
    """MarkdownV2 (strict) or the old Markdown → plain text and entities."""
    out: list[str] = []
    entities: list[Json] = []
    stack: list[tuple[str, str, int, int]] = []
    marks = MARKS if strict else tuple(one for one in MARKS if one[0] in {"```", "_", "*", "`"})
    at = length = 0
    while at < len(text):
        char = text[at]
        code = bool(stack) and stack[-1][1] in {"pre", "code"}
        if char == "\\" and at + 1 < len(text) and ord(text[at + 1]) < 127:
            piece, step = text[at + 1], 2
        elif mark := next(
            (one for one in marks if text.startswith(one[0], at) and (not code or one == stack[-1][:2])), None
        ):
            piece, step = "", len(mark[0])
            if stack and stack[-1][:2] == mark:
                _, kind, start, _ = stack.pop()
                entities.append({"type": kind, "offset": start, "length": length - start})
            else:
                stack.append((*mark, length, at))
        elif (
            char == "["
            and not code
            and (link := re.compile(r"\[((?:\\.|[^\]\\])*)\]\(((?:\\.|[^)\\])*)\)").match(text, at))
        ):
            piece, step = re.sub(r"\\(.)", r"\1", link[1]), link.end() - at
            entities.append({"type": "text_link", "offset": length, "length": units(piece), "url": link[2]})
        elif char == ">" and strict and not code and (at == 0 or text[at - 1] == "\n"):
            piece, step = "", 1
        elif strict and not code and char in RESERVED:
            raise cannot(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")
        else:
            piece, step = char, 1
        out.append(piece)
        length += units(piece)
        at += step
    if stack:
        raise cannot(f"Can't find end of the entity starting at byte offset {_byte(text, stack[-1][3])}")
    return "".join(out), sorted(entities, key=lambda one: (one["offset"], -one["length"]))


def keyboard(params: Params) -> Json | None:
    """The reply markup of a call, checked."""
    markup = params.thing("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    for _, button in buttons(markup):
        _check_button(button)
    rows = markup.get("keyboard")
    if rows is not None and not (isinstance(rows, list) and all(isinstance(row, list) for row in rows)):
        raise bad('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    return markup


def buttons(markup: Json) -> Iterator[tuple[int, Json]]:
    """The buttons of an inline keyboard, in order."""
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list):
        raise bad('field "inline_keyboard" must be of type Array')
    count = 0
    for row in rows:
        if not isinstance(row, list):
            raise bad('field "inline_keyboard" must be an Array of Arrays')
        for button in row:
            if not isinstance(button, dict):
                raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
            count += 1
            yield count, button
    if count > BUTTONS_AT_MOST:
        raise bad("reply markup is too long")


def _check_button(button: dict[str, Any]) -> None:
    text = button.get("text")
    if not isinstance(text, str):
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad("can't parse inline keyboard button: text must be non-empty")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
    elif "url" in button:
        parts = urlsplit(str(button["url"]))
        if parts.scheme in {"http", "https"} and "." not in (parts.hostname or ""):
            raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    elif not set(button) - {"text", "style", "icon_custom_emoji_id"}:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
