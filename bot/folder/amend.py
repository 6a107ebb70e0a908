"""One row added to a hall folder by a command; the folder is read before and after, a faulty one stays as it was."""

import json
from collections.abc import Collection
from pathlib import Path

from bot.folder.faults import FolderFaults
from bot.folder.reader import read_folder


def add_staff(folder: Path, no: str, name: str, post: str, topics: Collection[str] = ()) -> Path:
    """Append a person to staff.toml; the file that was changed. FolderFaults: nothing was."""
    file = folder / "staff.toml"
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    row = "\n".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in (("no", no), ("name", name), ("post", post))
    )
    half = file.with_name("staff.toml.half")
    half.write_text(f"{before.rstrip()}\n\n[[staff]]\n{row}\n".lstrip(), encoding="utf-8")
    half.replace(file)
    try:
        read_folder(folder, topics)
    except FolderFaults:
        if before:
            file.write_text(before, encoding="utf-8")
        else:
            file.unlink()
        raise
    return file
