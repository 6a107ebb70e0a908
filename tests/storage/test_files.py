import asyncio
from pathlib import Path

import pytest

from bot.hall.pages import LedgerBusy
from bot.hall.ports import Files
from bot.hall.records import Attachment
from storage.files import FileStore


def names(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*") if path.is_file()]


async def test_the_same_bytes_are_the_same_file(tmp_path: Path) -> None:
    store: Files = FileStore(tmp_path / "files")
    one = await store.keep("电表.jpg", "image/jpeg", b"meter")
    other = await store.keep("again.png", "image/png", b"meter")
    assert one == Attachment("电表.jpg", "image/jpeg", 5, one.key)
    assert other == Attachment("again.png", "image/png", 5, one.key)
    assert await store.fetch(one.key) == b"meter"
    assert names(tmp_path) == [one.key]


async def test_many_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    kept = await asyncio.gather(*(store.keep("x", "x", b"y" * 100_000) for _ in range(8)))
    assert len({one.key for one in kept}) == 1
    assert names(tmp_path) == [kept[0].key]


async def test_half_a_file_is_made_whole(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    kept = await store.keep("x", "x", b"whole")
    (tmp_path / kept.key[:2] / kept.key).write_bytes(b"ha")
    assert (await store.keep("x", "x", b"whole")) == kept
    assert await store.fetch(kept.key) == b"whole"


async def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert await store.fetch((await store.keep("x", "x", b"")).key) == b""


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a" * 63, "A" * 64, "0" * 64, "a" * 64 + "\n"])
async def test_what_is_no_key_or_unknown_is_a_key_error(tmp_path: Path, key: str) -> None:
    with pytest.raises(KeyError):
        await FileStore(tmp_path).fetch(key)


async def test_a_disk_that_takes_nothing_is_busy(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way", encoding="utf-8")
    with pytest.raises(LedgerBusy) as busy:
        await FileStore(tmp_path / "files").keep("张三.jpg", "image/jpeg", b"x")
    assert str(tmp_path) not in str(busy.value)
    assert busy.value.__context__ is None


async def test_what_is_dropped_is_gone_and_may_come_again(tmp_path: Path) -> None:
    store: Files = FileStore(tmp_path)
    one, other = await store.keep("a", "b", b"one"), await store.keep("a", "b", b"other")
    for _ in range(2):
        await store.drop(one.key)
    for strange in ("", "../hall.db", "A" * 64, "f" * 64):
        await store.drop(strange)
    assert names(tmp_path) == [other.key]
    with pytest.raises(KeyError):
        await store.fetch(one.key)
    assert await store.keep("a", "b", b"one") == one
    assert await store.fetch(one.key) == b"one"


async def test_what_the_disk_will_not_let_go_is_busy(tmp_path: Path) -> None:
    key = "c" * 64
    (tmp_path / "cc" / key).mkdir(parents=True)
    with pytest.raises(LedgerBusy):
        await FileStore(tmp_path).drop(key)
