"""One portable zip of a ledger and its files: written whole or not at all, read only with proof of every part."""

import contextlib
import hashlib
import json
import os
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Self

FORMAT = "shouban-archive/1"
_FAMILY = "shouban-archive/"
_MANIFEST = "manifest.json"
_MOST = 256 * 1024 * 1024
"""Bytes a manifest may have: a million files fit."""
_PIECE = 1 << 20
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_KEY = re.compile(r"[0-9a-f]{64}")
_TORN = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError, OSError)
"""What the zip library says of a damaged file."""


class AlreadyThere(Exception):
    """A file of that name stands there already and was not to be replaced."""


class BadArchive(Exception):
    """Not an archive, or damaged, cut off, changed; `why` is a code, `part` the part that does not fit."""

    def __init__(self, why: str, part: str = "") -> None:
        super().__init__(why, part)
        self.why, self.part = why, part


class NewerArchive(Exception):
    """A later version of the hall wrote this archive."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it must be; of a table also how many rows."""

    size: int
    sha256: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the archive holds and where it comes from."""

    format: str
    revision: str
    at: str
    version: str
    kind: str
    """The kind of database it was taken from."""
    ledger: str
    """The digest over the ends of all chains, as `storage.audit` says it."""
    parts: Mapping[str, Part]
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The last row number given in a table: none is given twice, even where the row is gone."""

    @property
    def tables(self) -> dict[str, int]:
        """Rows of each table."""
        return {_stem(name): part.rows for name, part in self.parts.items() if name.startswith("tables/")}

    @property
    def files(self) -> tuple[str, ...]:
        """Keys of the files."""
        return tuple(name[-64:] for name in self.parts if name.startswith("files/"))


def _stem(name: str) -> str:
    return name.removeprefix("tables/").removesuffix(".jsonl")


def table_part(table: str) -> str:
    """The name of a table's part."""
    return f"tables/{table}.jsonl"


def file_part(key: str) -> str:
    """The name of a file's part."""
    return f"files/{key[:2]}/{key}"


def flush(folder: Path) -> None:
    """What was done in this folder outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _free(target: Path, *, replace: bool) -> None:
    if target.exists() and not replace:
        raise AlreadyThere


@contextlib.contextmanager
def laid_down(target: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """A file that appears under its name only when it is whole; nobody else may read it. AlreadyThere."""
    _free(target, replace=replace)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-", suffix=".half")  # for us alone: 0600
    half = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _free(target, replace=replace)
        half.replace(target)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    flush(target.parent)


class Packing:
    """An archive being written: parts stream into it, none is ever held whole."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.parts: dict[str, Part] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _add(self, name: str, pieces: Iterable[bytes], kind: int) -> Part:
        seen, size, count = hashlib.sha256(), 0, 0
        entry = zipfile.ZipInfo(name)
        entry.compress_type, entry.external_attr = kind, 0o600 << 16
        with self._zip.open(entry, "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
                seen.update(piece)
                size += len(piece)
                count += 1
        return Part(size, seen.hexdigest(), count)

    def table(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        """One row a line."""
        lines = (f"{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n".encode() for row in rows)
        part = table_part(name)
        self.parts[part] = self._add(part, lines, zipfile.ZIP_DEFLATED)

    def file(self, key: str, source: BinaryIO) -> bool:
        """A file as it is; False if its content is not what its name says."""
        part = file_part(key)
        added = self._add(part, iter(lambda: source.read(_PIECE), b""), zipfile.ZIP_STORED)
        self.parts[part] = Part(added.size, added.sha256)
        return added.sha256 == key

    def finish(self, manifest: Manifest) -> None:
        """The manifest comes last: an archive cut off has none."""
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
        self._add(_MANIFEST, [text.encode()], zipfile.ZIP_DEFLATED)


def _manifest(text: bytes) -> Manifest:
    """The manifest, every name in it checked: a part can lie nowhere but where its kind lies."""
    try:
        told: dict[str, Any] = json.loads(text)
        form = str(told["format"])
        if form.startswith(_FAMILY) and form != FORMAT:
            raise NewerArchive
        parts = {
            str(name): Part(int(part["size"]), str(part["sha256"]), int(part["rows"]))
            for name, part in told["parts"].items()
        }
        numbers = {str(name): int(last) for name, last in told["numbers"].items()}
        words = {key: str(told[key]) for key in ("format", "revision", "at", "version", "kind", "ledger")}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadArchive("manifest", _MANIFEST) from None
    for name in parts:
        key = name[-64:]
        known = (name == table_part(_stem(name)) and _TABLE.fullmatch(_stem(name))) or (
            name == file_part(key) and _KEY.fullmatch(key)
        )
        if not known:
            raise BadArchive("manifest", _MANIFEST)
    if form != FORMAT:
        raise BadArchive("manifest", _MANIFEST)
    return Manifest(**words, parts=parts, numbers=numbers)


class Archive:
    """An archive being read. BadArchive from every method."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._zip = packed
        names = packed.namelist()
        if _MANIFEST not in names:
            raise BadArchive("format")
        if packed.getinfo(_MANIFEST).file_size > _MOST:
            raise BadArchive("manifest", _MANIFEST)
        self.manifest = _manifest(packed.read(_MANIFEST))
        if sorted(names) != sorted([_MANIFEST, *self.manifest.parts]):
            strange = set(names) ^ {_MANIFEST, *self.manifest.parts}
            raise BadArchive("parts", min(strange) if strange else "")
        for name, part in self.manifest.parts.items():
            if packed.getinfo(name).file_size != part.size:
                raise BadArchive("content", name)

    def _pieces(self, name: str, *, lines: bool) -> Iterator[bytes]:
        """A part piece by piece; its end is proof that all of it was as the manifest says."""
        part = self.manifest.parts[name]
        seen, count = hashlib.sha256(), 0
        with _whole(name), self._zip.open(name) as source:
            for piece in source if lines else iter(lambda: source.read(_PIECE), b""):
                seen.update(piece)
                count += 1
                yield piece
        if seen.hexdigest() != part.sha256 or (lines and count != part.rows):
            raise BadArchive("content", name)

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """A table's rows."""
        name = table_part(table)
        for line in self._pieces(name, lines=True):
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            if not isinstance(row, dict):
                raise BadArchive("content", name)
            yield row

    def file(self, key: str) -> Iterator[bytes]:
        """A file's bytes, piece by piece."""
        return self._pieces(file_part(key), lines=False)

    def prove(self) -> None:
        """Read all of it once, before anything is changed by it."""
        for name in self.manifest.parts:
            for _ in self._pieces(name, lines=name.startswith("tables/")):
                pass


@contextlib.contextmanager
def _whole(part: str = "") -> Iterator[None]:
    """What the zip library cannot read is a damaged archive."""
    try:
        yield
    except _TORN:
        torn = True
    else:
        torn = False
    if torn:
        raise BadArchive("torn", part)


@contextlib.contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """The archive in this file. BadArchive, NewerArchive, OSError where there is no such file."""
    with file.open("rb") as raw:
        with _whole():
            archive = Archive(zipfile.ZipFile(raw))
        yield archive
