"""Takes a backup of a ledger at work: one moment of it, whole, in one file that any database can be restored from."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from storage import history
from storage.archive import FORMAT, Manifest, Packing, laid_down
from storage.audit import digest, ends
from storage.connect import file_of
from storage.portable import last_numbers, looking, ours, revision, rows

_KEY = re.compile(r"[0-9a-f]{64}")


class NothingThere(Exception):
    """No hall has been kept in this database yet."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup, and the files whose content is not what it was when they were kept."""

    manifest: Manifest
    damaged: tuple[str, ...]


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every whole file that is kept, by key."""
    for path in sorted(folder.glob("??/*")):
        if _KEY.fullmatch(path.name) and path.parent.name == path.name[:2] and path.is_file():
            yield path.name, path


def pack(connection: Connection, packing: Packing, files: Path, *, at: datetime, version: str) -> Taken:
    """Everything this connection sees and every file. NothingThere."""
    now = revision(connection)
    if not now:
        raise NothingThere
    newest = now == history.newest()
    tables = ours(connection, newest=newest)
    for table in tables:
        packing.table(table.name, rows(connection, table))
    ledger = digest(ends(connection)) if newest else ""
    numbers = last_numbers(connection, tables)
    damaged = []
    for key, path in _files(files):
        with contextlib.suppress(FileNotFoundError), path.open("rb") as source:  # forgotten meanwhile
            if not packing.file(key, source):
                damaged.append(key)
    kind = connection.dialect.name
    manifest = Manifest(FORMAT, now, at.isoformat(), version, kind, ledger, packing.parts, numbers)
    packing.finish(manifest)
    return Taken(manifest, tuple(damaged))


def back_up(url: str, files: Path, target: Path, *, at: datetime, version: str, again: bool = False) -> Taken:
    """Write the archive while the hall goes on. AlreadyThere, NothingThere, LedgerBusy, LedgerFault, OSError."""
    file = file_of(url)
    if file is not None and not file.is_file():
        raise NothingThere
    with laid_down(target, replace=again) as half, Packing(half) as packing, looking(url) as connection:
        return pack(connection, packing, files, at=at, version=version)
