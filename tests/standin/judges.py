"""Strangers judge every call the bot made: aiogram's models of the methods, teremok's rules, and a few of ours."""

import json
import re
import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import aiogram
import aiogram.methods
import pydantic
from aiogram.methods import SendPhoto, TelegramMethod
from teremok.validation import ApiRuleViolation, validate_method

from tests.standin.seen import Call, Json

PARSE_MODES = {"HTML", "MarkdownV2", "Markdown"}
DEEP_LINK = re.compile(r"(?:https?://)?t\.me/[A-Za-z0-9_]+\?(?:start|startgroup|startapp)=([^\s&\"'<>)]*)")
TG_LINK = re.compile(r"tg://resolve\?\S*?\bstart=([^\s&\"'<>)]*)")
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
CHAT_NAME = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}|-?[1-9]\d{0,15}")
TOPIC_NAME = 128
METHODS: dict[str, type[TelegramMethod[Any]]] = {
    found.__api_method__.lower(): found
    for name in aiogram.methods.__all__
    if isinstance(getattr(found := getattr(aiogram.methods, name), "__api_method__", None), str)
}
NOBODY = aiogram.Bot("1:judge")


@dataclass(frozen=True, slots=True)
class Violation:
    """What was wrong with which call."""

    n: int
    method: str
    rule: str
    detail: str


def judge(calls: Iterable[Call]) -> list[Violation]:
    """All that is wrong with these calls."""
    return [one for call in calls for one in judge_call(call)]


def judge_call(call: Call) -> list[Violation]:
    """All that is wrong with one call."""
    return [Violation(call.n, call.method, rule, detail) for rule, detail in _faults(call)]


def _faults(call: Call) -> Iterator[tuple[str, str]]:
    model = METHODS.get(call.method.lower())
    if model is None:
        yield "unknown method", call.method
        return
    given = _typed(model, call)
    try:
        method = model.model_validate(given)
    except pydantic.ValidationError as wrong:
        for one in _nearest(wrong):
            yield "model", one
        return
    for where in _unknown(method):
        yield "unknown field", where
    found = list(_teremok(method))
    yield from found
    yield from _own(given, already=bool(found))


def _nearest(wrong: pydantic.ValidationError) -> list[str]:
    """One line a field: a union complains once for each of its members."""
    first: dict[str, str] = {}
    for one in wrong.errors(include_input=False, include_url=False):
        first.setdefault(str(one["loc"][0] if one["loc"] else ""), f"{'.'.join(map(str, one['loc']))}: {one['msg']}")
    return list(first.values())


def _typed(model: type[TelegramMethod[Any]], call: Call) -> Json:
    """Forms carry everything as text: what is no string by the model is read as JSON."""
    given: Json = {}
    for name, value in call.params.items():
        known = model.model_fields.get(name)
        if isinstance(value, str) and known is not None and not _takes(known.annotation, str):
            try:
                given[name] = json.loads(value)
            except ValueError:
                given[name] = value
        else:
            given[name] = value
    for name in call.files:
        if name in model.model_fields:
            given[name] = f"attach://{name}"
    return given


def _takes(annotation: Any, kind: type) -> bool:
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return any(_takes(one, kind) for one in typing.get_args(annotation))
    return annotation is kind


def _unknown(thing: Any, where: str = "") -> Iterator[str]:
    """Fields no model knows, however deep: aiogram itself lets them pass."""
    if isinstance(thing, pydantic.BaseModel):
        for name in thing.model_extra or {}:
            yield f"{where}{name}"
        for name in type(thing).model_fields:
            yield from _unknown(getattr(thing, name), f"{where}{name}.")
    elif isinstance(thing, list | tuple):
        for no, one in enumerate(thing):
            yield from _unknown(one, f"{where}{no}.")


def _teremok(method: TelegramMethod[Any]) -> Iterator[tuple[str, str]]:
    captions = [one for one in _media(method) if isinstance(getattr(one, "caption", None), str)]
    judged = [
        SendPhoto(
            chat_id=1,
            photo="x",
            caption=one.caption,
            parse_mode=one.parse_mode if isinstance(one.parse_mode, str) else None,
            caption_entities=one.caption_entities,
        )
        for one in captions
    ]
    for one in (method, *judged):
        try:
            validate_method(NOBODY, one)
        except ApiRuleViolation as wrong:
            yield "rule", wrong.description


def _media(method: Any) -> list[Any]:
    media = getattr(method, "media", None)
    return media if isinstance(media, list) else [media]


def _own(given: Json, *, already: bool) -> Iterator[tuple[str, str]]:
    """Rules the strangers do not have."""
    for name in ("text", "name", "caption", "title"):
        value = given.get(name)
        if isinstance(value, str) and value and not value.strip() and not already:
            yield "blank", name
    if isinstance(given.get("name"), str) and not 1 <= len(given["name"]) <= TOPIC_NAME:
        yield "topic name", f"{len(given['name'])} characters"
    for where, mode in _all(given, "parse_mode"):
        if mode not in PARSE_MODES:
            yield "parse mode", f"{where}: {mode}"
    yield from _places(given)
    for link in _links(given):
        if not PAYLOAD.fullmatch(link):
            yield "deep link", link


def _places(given: Json) -> Iterator[tuple[str, str]]:
    for name in ("chat_id", "from_chat_id"):
        if name in given and not CHAT_NAME.fullmatch(str(given[name])):
            yield "chat", f"{name}: {given[name]}"
    if str(given.get("message_thread_id", "")) in {"0", "1"}:
        yield "thread", "General is named by leaving the thread out"


def _all(thing: Any, key: str, where: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(thing, dict):
        for name, value in thing.items():
            if name == key and value is not None:
                yield f"{where}{name}", value
            yield from _all(value, key, f"{where}{name}.")
    elif isinstance(thing, list):
        for no, one in enumerate(thing):
            yield from _all(one, key, f"{where}{no}.")


def _links(thing: Any) -> Iterator[str]:
    if isinstance(thing, str):
        yield from DEEP_LINK.findall(thing)
        yield from TG_LINK.findall(thing)
    elif isinstance(thing, dict):
        for one in thing.values():
            yield from _links(one)
    elif isinstance(thing, list):
        for one in thing:
            yield from _links(one)
