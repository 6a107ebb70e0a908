"""What files the hall takes: which kinds, under which name; what pretends or may run is not taken."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass
class NotTaken(Exception):
    """A file the hall does not take; `code` is the phrase that says so and what to do instead."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


def too_large(most: int) -> NotTaken:
    """Larger than the hall allows."""
    return NotTaken("error.file_too_large", {"most": str(max(most // 1_000_000, 1))})


def never(name: str) -> bool:
    """Whether its very name says that it may run."""
    return _NEVER_NAMED.fullmatch(name) is not None


def safe_name(name: str) -> str:
    """A file's name without ways up, tricks of direction or control characters."""
    bare = _UNSAFE.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[:80]}.{ending[:10]}" if dot else bare[:80] or "文件"


def kind_of(name: str, declared: str, data: bytes) -> str:
    """The type a file is kept under; NotTaken."""
    ending = name.rpartition(".")[2].lower()
    plain = declared.partition(";")[0].strip().lower()
    kind = TYPES.get(ending) or (plain if plain in KEPT else "")
    head = data[:512]
    if never(name):
        raise NotTaken("error.type_not_taken")
    seen = next((type_ for sign, type_ in _SIGNS if head.startswith(sign)), "")
    if seen:
        return seen
    zipped = head.startswith(b"PK\x03\x04")
    if not kind or not data or head.startswith(_NEVER) or _MARKUP.match(head) or (zipped and kind not in _ZIPPED):
        raise NotTaken("error.type_not_taken")
    return kind
