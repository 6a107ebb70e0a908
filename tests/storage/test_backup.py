"""What a backup holds; that it comes back whole is told in test_restore."""

import hashlib
from pathlib import Path

import pytest

from storage.archive import AlreadyThere, opened
from storage.backup import NothingThere, back_up
from storage.connect import migrating
from tests.storage.full import fill
from tests.storage.given import NOW

PHOTO = b"a photo"
KEY = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / KEY[:2]).mkdir(parents=True)
    (folder / KEY[:2] / KEY).write_bytes(PHOTO)
    return folder


def test_the_same_database_gives_the_same_parts(url: str, files: Path, tmp_path: Path) -> None:
    engine = migrating(url, 1)
    with engine.connect() as connection, connection.begin():
        fill(connection)
    engine.dispose()
    one = back_up(url, files, tmp_path / "1.zip", at=NOW, version="1").manifest
    two = back_up(url, files, tmp_path / "2.zip", at=NOW, version="1").manifest
    assert one == two


def test_where_no_hall_was_kept_there_is_nothing_to_back_up(files: Path, tmp_path: Path) -> None:
    with pytest.raises(NothingThere):
        back_up(f"sqlite:///{tmp_path}/none.db", files, tmp_path / "b.zip", at=NOW, version="1")
    (tmp_path / "empty.db").touch()
    with pytest.raises(NothingThere):
        back_up(f"sqlite:///{tmp_path}/empty.db", files, tmp_path / "b.zip", at=NOW, version="1")
    assert not (tmp_path / "none.db").exists()
    assert not (tmp_path / "b.zip").exists()


def test_only_whole_files_in_their_places_are_taken(url: str, files: Path, tmp_path: Path) -> None:
    (files / KEY[:2] / ".half-1").write_bytes(b"half")
    (files / KEY[:2] / "notes.txt").write_bytes(b"not ours")
    (files / "zz").mkdir()
    (files / "zz" / KEY).write_bytes(PHOTO)
    taken = back_up(url, files, tmp_path / "b.zip", at=NOW, version="1")
    assert taken.manifest.files == (KEY,)
    assert taken.damaged == ()
    assert back_up(url, tmp_path / "no files", tmp_path / "c.zip", at=NOW, version="1").manifest.files == ()


def test_the_manifest_says_where_it_comes_from(database: str, url: str, files: Path, tmp_path: Path) -> None:
    back_up(url, files, tmp_path / "b.zip", at=NOW, version="1.2")
    with opened(tmp_path / "b.zip") as archive:
        told = archive.manifest
    assert (told.version, told.at) == ("1.2", NOW.isoformat())
    assert told.kind.startswith(database)
    with pytest.raises(AlreadyThere):
        back_up(url, files, tmp_path / "b.zip", at=NOW, version="1.3")
    assert back_up(url, files, tmp_path / "b.zip", at=NOW, version="1.3", again=True).manifest.version == "1.3"
