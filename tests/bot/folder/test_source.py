import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pytest

from bot.folder import source

Write = Callable[[Mapping[str, str | bytes]], Path]


def zipped(files: Mapping[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return body.getvalue()


@pytest.mark.parametrize(
    ("name", "belongs"),
    [
        ("hall.toml", True),
        ("anything.toml", True),
        ("accounts.csv", True),
        ("bills.jsonl", True),
        ("hall.json", True),
        ("handbook/topics/lantern.toml", True),
        ("handbook/topics/README.md", False),
        ("handbook/facts.toml", False),
        ("old/staff.toml", False),
        ("notes.txt", False),
        (".hidden.toml", False),
        ("~staff.csv", False),
        ("pyproject.toml", False),
        ("hall.example.toml", False),
    ],
)
def test_which_files_are_the_halls(name: str, *, belongs: bool) -> None:
    assert source.wanted(PurePosixPath(name)) is belongs


def test_a_folder_gives_its_files_in_order(write: Write) -> None:
    folder = write({"staff.toml": "b", "hall.toml": "a", "handbook/topics/x.toml": "c", "readme.md": "d"})
    files, faults = source.of_folder(folder)
    assert faults == []
    assert [(file.name, file.body) for file in files] == [
        ("hall.toml", b"a"),
        ("handbook/topics/x.toml", b"c"),
        ("staff.toml", b"b"),
    ]


def test_no_folder_an_empty_one_and_a_file_that_does_not_open(tmp_path: Path) -> None:
    assert "没有这个营业厅目录" in source.of_folder(tmp_path / "none")[1][0].message
    assert "至少要有 hall.toml" in source.of_folder(tmp_path)[1][0].message
    (tmp_path / "hall.toml").symlink_to(tmp_path / "gone.toml")
    assert source.of_folder(tmp_path)[0] == []


@pytest.mark.parametrize("top", ["", "我的厅/", "a/b/"])
def test_a_zip_may_hold_the_folder_within_another(top: str) -> None:
    body = zipped(
        {
            f"{top}hall.toml": b"a",
            f"{top}handbook/topics/x.toml": b"c",
            f"{top}notes.txt": b"n",
            f"__MACOSX/{top}hall.toml": b"junk",
        }
    )
    files, faults = source.of_zip(body)
    assert faults == []
    assert [(file.name, file.body) for file in files] == [("hall.toml", b"a"), ("handbook/topics/x.toml", b"c")]


def test_a_zip_of_one_table_file_under_any_name() -> None:
    assert [file.name for file in source.of_zip(zipped({"x/all.toml": b"a"}))[0]] == ["all.toml"]


CUT = zipped({"hall.toml": b"a" * 99})[:-40]


@pytest.mark.parametrize("body", [b"", b"PK", b"PK\x03\x04 no zip", CUT], ids=["empty", "begun", "junk", "cut"])
def test_what_is_no_zip_is_told(body: bytes) -> None:
    files, faults = source.of_zip(body)
    assert files == []
    assert "不是完好的 zip" in faults[0].message


def test_a_zip_without_a_hall_or_with_too_much_is_told() -> None:
    assert "没有营业厅的文件" in source.of_zip(zipped({"a.txt": b""}))[1][0].message
    assert "太大" in source.of_zip(zipped({"a.toml": b"\0" * (source.ZIP_BYTES + 1)}))[1][0].message
    assert "太大" in source.of_zip(zipped({f"{n}.toml": b"" for n in range(source.ZIP_FILES + 1)}))[1][0].message
