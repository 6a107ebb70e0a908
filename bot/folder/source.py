"""Where a hall's files come from: a folder on disk or a zip that was sent."""

import contextlib
import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.folder.faults import Fault

KINDS = (".toml", ".csv", ".jsonl", ".json")
OURS = ("pyproject.toml",)
"""Files of the program itself, where hall.toml stands beside them."""
TOPICS = PurePosixPath("handbook/topics")
ZIP_FILES = 2_000
ZIP_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class File:
    """One file of a hall folder, by its name within."""

    name: str
    body: bytes


def wanted(name: PurePosixPath) -> bool:
    """Whether a file of that name within the folder belongs to the hall's data."""
    if name.name.startswith((".", "~")) or name.name in OURS or name.name.endswith(".example.toml"):
        return False
    return (len(name.parts) == 1 and name.suffix in KINDS) or (name.parent == TOPICS and name.suffix == ".toml")


def names(folder: Path) -> list[Path]:
    """The files of a hall folder, in order."""
    found: list[Path] = []
    for place in (folder, folder / TOPICS):
        with contextlib.suppress(OSError):
            found += [file for file in place.iterdir() if file.is_file()]
    return sorted(file for file in found if wanted(PurePosixPath(file.relative_to(folder).as_posix())))


def of_folder(folder: Path) -> tuple[list[File], list[Fault]]:
    """The files of a folder on disk."""
    if not folder.is_dir():
        return [], [Fault(folder.name, None, "没有这个营业厅目录")]
    files: list[File] = []
    faults: list[Fault] = []
    for path in names(folder):
        name = path.relative_to(folder).as_posix()
        try:
            files.append(File(name, path.read_bytes()))
        except OSError:
            faults.append(Fault(name, None, "打不开这个文件，请看它的权限"))
    if not files and not faults:
        faults.append(Fault(folder.name, None, "目录里没有营业厅的文件，至少要有 hall.toml"))
    return files, faults


def _top(paths: Iterable[PurePosixPath]) -> PurePosixPath:
    """The folder within a zip: where hall.toml stands, else where the first table does."""
    ours = [path for path in paths if path.suffix in KINDS and path.parts[0] != "__MACOSX"]
    ranked = sorted(ours, key=lambda path: (path.name != "hall.toml", len(path.parts), str(path)))
    return ranked[0].parent if ranked else PurePosixPath()


def of_zip(body: bytes) -> tuple[list[File], list[Fault]]:
    """The files of a zip of a hall folder; the folder may stand inside another."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            inside = [info for info in archive.infolist() if not info.is_dir()]
            if len(inside) > ZIP_FILES or sum(info.file_size for info in inside) > ZIP_BYTES:
                return [], [Fault("zip", None, "压缩包太大")]
            paths = {PurePosixPath(info.filename.replace("\\", "/")): info for info in inside}
            top = _top(paths)
            inner = {path.relative_to(top): info for path, info in paths.items() if path.is_relative_to(top)}
            files = [File(str(path), archive.read(info)) for path, info in sorted(inner.items()) if wanted(path)]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        return [], [Fault("zip", None, "不是完好的 zip 压缩包，或加了密码")]
    return files, [] if files else [Fault("zip", None, "压缩包里没有营业厅的文件，至少要有 hall.toml")]
