"""What people send, made safe to keep: JSON objects, text any database takes, figures in range."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.web.answers import Json, Refused

UNREADABLE = (ValueError, AssertionError, LookupError, EOFError, HttpProcessingError)
"""What reading a broken form ends in."""
DEEPEST = 20
"""Levels of a row."""
LONGEST = 10_000
"""Characters of one message."""
ID = re.compile(r"[\x21-\x7e]{1,128}")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean(text: str) -> str:
    """Text without control characters, broken surrogates made visible."""
    bare = _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text))
    return bare.replace("\r\n", "\n").replace("\r", "\n")


def cleaned(value: object, depth: int = 0) -> object:
    """Any JSON value with every text of it cleaned; one too deep is no table of anybody's."""
    if depth > DEEPEST:
        raise Refused(400, "bad_json")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(name)): cleaned(one, depth + 1) for name, one in value.items()}
    return [cleaned(one, depth + 1) for one in value] if isinstance(value, list) else value


def _no_constant(name: str) -> float:
    raise ValueError(name)


def parsed(raw: bytes) -> Json:
    """A JSON object; nothing at all is an empty one."""
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused(400, "bad_json") from None
    if not isinstance(body, dict):
        raise Refused(400, "bad_json")
    return body


async def large_body(request: web.Request, most: int) -> bytes:
    """A body larger than other requests may have; read as it comes, refused once it is too large."""
    found = bytearray()
    async for chunk in request.content.iter_chunked(1 << 16):
        found += chunk
        if len(found) > most:
            raise Refused(413, "too_large")
    return bytes(found)


async def form_of(request: web.Request) -> Mapping[str, object]:
    """A page's form; one that cannot be read is refused."""
    try:
        return await request.post()
    except UNREADABLE:
        raise Refused(400, "bad_form") from None


async def json_body(request: web.Request) -> Json:
    """The request's JSON object."""
    return parsed(await request.read())


def text_of(body: Mapping[str, object], name: str, longest: int = LONGEST) -> str:
    """A text of the body, cleaned; empty where there is none; too long is said politely."""
    value = body.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Refused(422, "missing", fields={name: "missing.text"})
    if len(value) > longest:
        raise Refused(413, "text_too_long", {"longest": str(longest)})
    return clean(value)


def id_of(body: Mapping[str, object], name: str = "id") -> str:
    """A client's own id; empty where there is none."""
    value = body.get(name)
    if value is None or value == "":
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise Refused(422, "missing", fields={name: "missing.id"})
    return value


def texts_of(body: Mapping[str, object], name: str) -> dict[str, str]:
    """A table of texts."""
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise Refused(422, "missing", fields={name: "missing.text"})
    return {clean(key)[:64]: text_of(value, key) for key in value}


def moment_of(body: Mapping[str, object], name: str, zone: tzinfo) -> datetime | None:
    """A moment of the body, in the hall's zone where it names none; a day alone is its last minute of work."""
    text = text_of(body, name, 64).strip()
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(422, "missing", fields={name: "missing.moment"}) from None
    return at.replace(hour=17, minute=30) if len(text) == len("2026-12-01") else at


def number_of(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A whole number of the query, from 0 to `most`."""
    value = query.get(name, "")
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or len(value) > 18:  # noqa: PLR2004 - beyond any seq
        raise Refused(422, "missing", fields={name: "missing.number"})
    return min(int(value), most)
