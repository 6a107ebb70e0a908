from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.folder import watch
from bot.folder.faults import FolderFaults

Write = Callable[[Mapping[str, str | bytes]], Path]
MINIMAL = '[hall]\nname = "甲"\naddress = "乙"\nphone = "1"\nregion = "丙"\n'


def test_what_was_written_added_or_taken_away_is_seen(write: Write) -> None:
    folder = write({"hall.toml": MINIMAL})
    seen = watch.fingerprint(folder)
    assert not watch.changed(folder, seen)
    write({"hall.toml": MINIMAL + "# more\n"})
    assert watch.changed(folder, seen)
    seen = watch.fingerprint(folder)
    write({"handbook/topics/x.toml": 'name = "x"\n'})
    assert watch.changed(folder, seen)
    seen = watch.fingerprint(folder)
    (folder / "handbook/topics/x.toml").unlink()
    assert watch.changed(folder, seen)


def test_what_is_not_the_halls_is_not_watched(write: Write) -> None:
    folder = write({"hall.toml": MINIMAL})
    seen = watch.fingerprint(folder)
    write({"data/hall.db": "x", "notes.txt": "x"})
    assert not watch.changed(folder, seen)


def test_a_folder_that_is_gone_has_no_fingerprint(tmp_path: Path) -> None:
    assert watch.fingerprint(tmp_path / "gone") == ()


def test_the_last_good_version_stays_while_a_faulty_one_is_named(write: Write) -> None:
    folder = write({"hall.toml": MINIMAL})
    good = watch.first(folder)
    assert watch.again(folder, good) is good
    write({"hall.toml": MINIMAL.replace('"甲"', "“甲”")})
    faulty = watch.again(folder, good)
    assert faulty.tables is good.tables
    assert [(fault.file, fault.line) for fault in faulty.faults] == [("hall.toml", 2)]
    assert watch.again(folder, faulty) is faulty
    write({"hall.toml": MINIMAL.replace('"甲"', '"新名"')})
    mended = watch.again(folder, faulty)
    assert mended.faults == ()
    assert mended.tables.info.name == "新名"


def test_there_must_be_something_good_to_start_from(tmp_path: Path) -> None:
    with pytest.raises(FolderFaults):
        watch.first(tmp_path)
