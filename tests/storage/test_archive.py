import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage.archive import (
    FORMAT,
    AlreadyThere,
    BadArchive,
    Manifest,
    NewerArchive,
    Packing,
    laid_down,
    opened,
)

ROWS = [{"no": n, "text": f"第 {n} 行\n“引号”😀"} for n in range(1000)]
FILE = b"\x00\xff" * 70_000
KEY = hashlib.sha256(FILE).hexdigest()


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    target = tmp_path / "a.zip"
    with laid_down(target, replace=False) as half, Packing(half) as packing:
        packing.table("cases", ROWS)
        packing.table("empty", [])
        assert packing.file(KEY, io.BytesIO(FILE))
        packing.finish(Manifest(FORMAT, "0001", "2026-11-23", "1", "sqlite", "", packing.parts, {"cases": 7}))
    return target


def refused(file: Path) -> tuple[str, str]:
    with pytest.raises(BadArchive) as bad, opened(file) as archive:
        archive.prove()
    return bad.value.why, bad.value.part


def rewritten(file: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The same zip by another hand: a whole zip, other contents."""
    with zipfile.ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    changed = file.with_name("changed.zip")
    with zipfile.ZipFile(changed, "w") as new:
        for name, body in parts.items():
            new.writestr(name, body)
    return changed


def test_what_was_packed_comes_out(packed: Path) -> None:
    with opened(packed) as archive:
        archive.prove()
        assert list(archive.rows("cases")) == ROWS
        assert list(archive.rows("empty")) == []
        assert b"".join(archive.file(KEY)) == FILE
        assert archive.manifest.tables == {"cases": 1000, "empty": 0}
        assert archive.manifest.files == (KEY,)
        assert archive.manifest.numbers == {"cases": 7}
    assert stat.S_IMODE(packed.stat().st_mode) == 0o600


def test_any_zip_tool_reads_it(packed: Path) -> None:
    with zipfile.ZipFile(packed) as plain:
        assert plain.testzip() is None
        lines = plain.read("tables/cases.jsonl").decode().splitlines()
        assert json.loads(lines[5]) == ROWS[5]
        assert json.loads(plain.read("manifest.json"))["format"] == FORMAT


def test_a_file_that_is_there_stays_unless_it_may_go(packed: Path) -> None:
    before = packed.read_bytes()
    with pytest.raises(AlreadyThere), laid_down(packed, replace=False):
        pass
    assert packed.read_bytes() == before
    with laid_down(packed, replace=True) as half:
        half.write(b"new")
    assert packed.read_bytes() == b"new"


def test_one_that_came_meanwhile_stays_too(tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    with pytest.raises(AlreadyThere), laid_down(target, replace=False):
        target.write_bytes(b"theirs")
    assert target.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [target]


def test_half_an_archive_is_never_there(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), laid_down(tmp_path / "a.zip", replace=False) as half:
        half.write(b"half" * (1 // 0))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", [0, 1, 100, 0.5, 0.99, -1])
def test_a_file_cut_off_is_refused(packed: Path, kept: float) -> None:
    body = packed.read_bytes()
    packed.write_bytes(body[: int(len(body) * kept) if 0 < kept < 1 else int(kept)])
    assert refused(packed)[0] == "torn"


def test_a_single_bit_anywhere_in_a_part_is_noticed(packed: Path) -> None:
    body = bytearray(packed.read_bytes())
    with zipfile.ZipFile(packed) as plain:
        places = [(one.filename, one.header_offset + len(one.filename) + 60) for one in plain.infolist()[:3:2]]
    for name, place in places:
        body[place] ^= 4
        packed.write_bytes(body)
        why, part = refused(packed)
        assert why in ("torn", "content")
        assert part in (name, "")
        body[place] ^= 4


def test_changed_contents_are_refused_though_the_zip_is_whole(packed: Path) -> None:
    name = "tables/cases.jsonl"

    def other_word(parts: dict[str, bytes]) -> None:
        parts[name] = parts[name].replace("第 5 行".encode(), "第 6 行".encode())

    def row_gone(parts: dict[str, bytes]) -> None:
        parts[name] = b"".join(parts[name].splitlines(keepends=True)[1:])

    def file_changed(parts: dict[str, bytes]) -> None:
        parts[f"files/{KEY[:2]}/{KEY}"] = FILE[:-1] + b"x"

    assert refused(rewritten(packed, other_word)) == ("content", name)
    assert refused(rewritten(packed, row_gone)) == ("content", name)
    assert refused(rewritten(packed, file_changed)) == ("content", f"files/{KEY[:2]}/{KEY}")


def test_a_part_more_or_less_is_refused(packed: Path) -> None:
    assert refused(rewritten(packed, lambda parts: parts.update({"more": b""}))) == ("parts", "more")
    assert refused(rewritten(packed, lambda parts: parts.pop("tables/empty.jsonl")))[0] == "parts"
    assert refused(rewritten(packed, lambda parts: parts.pop("manifest.json"))) == ("format", "")


def told(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, bytes]], None]:
    def rewrite(parts: dict[str, bytes]) -> None:
        manifest = json.loads(parts["manifest.json"])
        change(manifest)
        parts["manifest.json"] = json.dumps(manifest).encode()

    return rewrite


def test_a_manifest_that_is_none_is_refused(packed: Path) -> None:
    for change in (
        lambda parts: parts.update({"manifest.json": b"{"}),
        lambda parts: parts.update({"manifest.json": b"[]"}),
        told(lambda manifest: manifest.pop("parts")),
        told(lambda manifest: manifest.update(format="something else")),
        told(lambda manifest: manifest["parts"].update({"../../etc/passwd": manifest["parts"].popitem()[1]})),
    ):
        assert refused(rewritten(packed, change)) == ("manifest", "manifest.json")


def test_a_format_of_the_future_is_told_apart(packed: Path) -> None:
    newer = rewritten(packed, told(lambda manifest: manifest.update(format="shouban-archive/2")))
    with pytest.raises(NewerArchive), opened(newer):
        pass


def test_a_file_that_is_not_there_is_no_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), opened(tmp_path / "none.zip"):
        pass


def test_a_content_that_is_not_its_name_is_packed_and_told(tmp_path: Path) -> None:
    with laid_down(tmp_path / "a.zip", replace=False) as half, Packing(half) as packing:
        assert not packing.file("0" * 64, io.BytesIO(b"other"))
