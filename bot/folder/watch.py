"""Whether a hall folder changed since it was last read, and what holds after that: the last good version."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from bot.folder.faults import Fault, FolderFaults
from bot.folder.reader import FolderTables, read_folder
from bot.folder.source import names

Fingerprint = tuple[tuple[str, int, int, int], ...]
"""Name, size, moments of change and of the inode, file by file: cheap to take."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The last good tables of a folder, the fingerprint of what was read last, and what was wrong with that."""

    tables: FolderTables
    seen: Fingerprint
    faults: tuple[Fault, ...] = ()


def fingerprint(folder: Path) -> Fingerprint:
    """The folder as it stands now, by names, sizes and times."""
    found = []
    for path in names(folder):
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((path.relative_to(folder).as_posix(), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns))
    return tuple(found)


def changed(folder: Path, last: Fingerprint) -> bool:
    """Whether anything was written, added or taken away since that fingerprint."""
    return fingerprint(folder) != last


def first(folder: Path, topics: Collection[str] = ()) -> Watched:
    """The first reading; FolderFaults where there is nothing good to start from."""
    seen = fingerprint(folder)
    return Watched(read_folder(folder, topics), seen)


def again(folder: Path, last: Watched, topics: Collection[str] = ()) -> Watched:
    """The folder read anew where it changed; a faulty one is named and the last good tables stay."""
    seen = fingerprint(folder)
    if seen == last.seen:
        return last
    try:
        return Watched(read_folder(folder, topics), seen)
    except FolderFaults as faulty:
        return replace(last, seen=seen, faults=faulty.faults)
