"""Files people send: how large, which kinds, under which name; what pretends to be another kind is not taken."""

import contextlib
from dataclasses import dataclass, field
from urllib.parse import unquote

from aiohttp import BodyPartReader, MultipartReader, web

from bot.hall import taken
from bot.web.answers import Json, Refused
from bot.web.reading import LONGEST, UNREADABLE, clean

FILES = 10
"""Files of one album."""
FIELD = 64 * 1024
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came."""

    name: str
    type: str
    data: bytes = field(repr=False)


def safe_name(name: str) -> str:
    """A file's name as the hall keeps it; some clients write it as an address would."""
    with contextlib.suppress(UnicodeDecodeError):
        name = unquote(name, errors="strict")
    return taken.safe_name(clean(name))


def kind_of(name: str, declared: str, data: bytes) -> str:
    """The type a file is kept under; Refused 415 for what the hall does not take."""
    try:
        return taken.kind_of(name, declared, data)
    except taken.NotTaken:
        raise Refused(415, "type_not_taken") from None


async def _read(part: BodyPartReader, most: int, refused: Refused) -> bytes:
    found = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        found += chunk
        if len(found) > most:
            raise refused
    return bytes(found)


def too_large(most: int) -> Refused:
    """413, and what to do instead."""
    return Refused(413, "file_too_large", taken.too_large(most).facts)


async def _file(part: BodyPartReader, most: int) -> Upload | None:
    data = await _read(part, most, too_large(most))
    if not data and not part.filename:
        return None  # a form's file field that was left empty
    name = safe_name(part.filename or "")
    return Upload(name, kind_of(name, part.headers.get("Content-Type", ""), data), data)


async def read_parts(request: web.Request, most: int) -> tuple[Json, list[Upload]]:
    """The fields and the files of a form; nothing is kept yet."""
    if (request.content_length or 0) > most * FILES + FIELD:
        raise too_large(most)
    fields: Json = {}
    files: list[Upload] = []
    total = 0
    try:
        reader: MultipartReader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader):
                raise Refused(400, "bad_form")
            if part.filename is None:
                refused = Refused(413, "text_too_long", {"longest": str(LONGEST)})
                text = await _read(part, FIELD, refused)
                fields[part.name or ""] = text.decode("utf-8", "replace")
                continue
            if len(files) == FILES:
                raise Refused(413, "too_many_files", {"most": str(FILES)})
            file = await _file(part, most)
            if file is None:
                continue
            files.append(file)
            total += len(files[-1].data)
            if total > 2 * most:
                raise too_large(most)
    except UNREADABLE:
        raise Refused(400, "bad_form") from None
    return fields, files
