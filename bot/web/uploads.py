"""Files people send: how large, which kinds, under which name; what pretends to be another kind is not taken."""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from aiohttp import BodyPartReader, MultipartReader, web

from bot.web.answers import Json, Refused
from bot.web.reading import LONGEST, clean

FILES = 10
"""Files of one album."""
FIELD = 64 * 1024
CHUNK = 64 * 1024
TYPES: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "bmp": "image/bmp",
    "pdf": "application/pdf",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "amr": "audio/amr",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "wav": "audio/wav",
    "aac": "audio/aac",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "txt": "text/plain",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp"})
"""What a browser may show in place; all else is only offered for keeping."""
KEPT = frozenset(TYPES.values()) | {"audio/webm", "audio/x-m4a", "audio/x-wav", "image/heif", "image/jpg"}
"""Every type that is taken."""
_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_NEVER = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_NEVER_NAMED = re.compile(
    r".*\.(x?html?|mht|svg|xml|m?js|exe|com|scr|msi|bat|cmd|ps1|vbs|sh|apk|jar|lnk|php|docm|xlsm|dll|iso|img)",
    re.IGNORECASE,
)
_MARKUP = re.compile(rb"\s*(\xef\xbb\xbf)?\s*<(!doctype|html|script|svg|\?xml|body|iframe)", re.IGNORECASE)
_ZIPPED = frozenset({TYPES["docx"], TYPES["xlsx"]})
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came."""

    name: str
    type: str
    data: bytes = field(repr=False)


def safe_name(name: str) -> str:
    """A file's name without ways up, tricks of direction or control characters."""
    with contextlib.suppress(UnicodeDecodeError):  # some clients write a name as an address would
        name = unquote(name, errors="strict")
    bare = _UNSAFE.sub("_", clean(name).replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[:80]}.{ending[:10]}" if dot else bare[:80] or "文件"


def kind_of(name: str, declared: str, data: bytes) -> str:
    """The type a file is kept under; Refused 415 for what the hall does not take."""
    ending = name.rpartition(".")[2].lower()
    plain = declared.partition(";")[0].strip().lower()
    kind = TYPES.get(ending) or (plain if plain in KEPT else "")
    head = data[:512]
    if _NEVER_NAMED.fullmatch(name):
        raise Refused(415, "type_not_taken")
    seen = next((type_ for sign, type_ in _SIGNS if head.startswith(sign)), "")
    if seen:
        return seen
    zipped = head.startswith(b"PK\x03\x04")
    if not kind or not data or head.startswith(_NEVER) or _MARKUP.match(head) or (zipped and kind not in _ZIPPED):
        raise Refused(415, "type_not_taken")
    return kind


async def _read(part: BodyPartReader, most: int, refused: Refused) -> bytes:
    found = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        found += chunk
        if len(found) > most:
            raise refused
    return bytes(found)


def too_large(most: int) -> Refused:
    """413, and what to do instead."""
    return Refused(413, "file_too_large", {"most": str(max(most // 1_000_000, 1))})


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
    except (ValueError, AssertionError, LookupError, EOFError):
        raise Refused(400, "bad_form") from None
    return fields, files
