from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from telegram import Bot

from bot.hall.ports import TryLater
from bot.hall.taken import NotTaken, kind_of, safe_name
from bot.telegram.client import Access, close, make_bot
from bot.telegram.files import fetch
from bot.telegram.reading import MOST, Sent, read
from storage.files import FileStore
from tests.standin.kit import World

PICTURE = b"\xff\xd8\xff" + b"0" * 100
NOW = timedelta()


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    made = make_bot(Access(world.token, world.api, world.api))
    yield made
    await close(made)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path)


async def sent(world: World, kind: str = "photo", data: bytes = PICTURE, **more: object) -> Sent:
    """A file somebody sent, as it was announced."""
    somebody = await world.person()
    message = await somebody.send(kind, data=data, **more)
    return read({"update_id": 1, "message": message.raw}).files[0]


async def test_a_file_is_fetched_and_kept(world: World, bot: Bot, store: FileStore) -> None:
    kept = await fetch(bot, store, await sent(world), MOST)
    assert (kept.type, kept.size) == ("image/jpeg", len(PICTURE))
    assert kept.name.endswith(".jpg")
    assert await store.fetch(kept.key) == PICTURE


async def test_a_document_keeps_its_name(world: World, bot: Bot, store: FileStore) -> None:
    kept = await fetch(bot, store, await sent(world, "document", b"%PDF-1.4 x", name="用电合同 2026.pdf"), MOST)
    assert (kept.name, kept.type) == ("用电合同 2026.pdf", "application/pdf")


async def test_too_large_is_not_even_asked_for(world: World, bot: Bot, store: FileStore) -> None:
    with pytest.raises(NotTaken) as refused:
        await fetch(bot, store, Sent("x", "x.pdf", size=MOST + 1), 10**9)
    assert (refused.value.code, refused.value.facts) == ("error.file_too_large", {"most": "20"})
    assert await world.calls("getFile") == []


async def test_a_size_that_was_not_announced_is_found_out(world: World, bot: Bot, store: FileStore) -> None:
    big = await sent(world, "document", b"0" * 2000, name="a.txt")
    with pytest.raises(NotTaken) as refused:
        await fetch(bot, store, Sent(big.file_id, "a.txt"), 1000)
    assert refused.value.code == "error.file_too_large"


async def test_what_telegram_itself_finds_too_large(world: World, bot: Bot, store: FileStore) -> None:
    world.pardon("getFile")
    big = await sent(world, "document", size=30_000_000, name="a.pdf")
    with pytest.raises(NotTaken) as refused:
        await fetch(bot, store, Sent(big.file_id, "a.pdf"), MOST)
    assert refused.value.code == "error.file_too_large"


async def test_half_a_file_is_none(world: World, bot: Bot, store: FileStore) -> None:
    half = await sent(world, "document", b"%PDF-1.4", size=5000, name="a.pdf")
    with pytest.raises(TryLater):
        await fetch(bot, store, half, MOST)


async def test_what_may_run_is_not_taken_whatever_it_calls_itself(world: World, bot: Bot, store: FileStore) -> None:
    for name, data in (("a.exe", b"MZ"), ("a.pdf", b"MZ\x90"), ("a.txt", b"<html><script>"), ("a.jpg", b"PK\x03\x04")):
        with pytest.raises(NotTaken) as refused:
            await fetch(bot, store, await sent(world, "document", data, name=name), MOST)
        assert refused.value.code == "error.type_not_taken"


@pytest.mark.parametrize("kind", ["500", "502", "html", "drop"])
async def test_a_failing_network_means_later(world: World, bot: Bot, store: FileStore, kind: str) -> None:
    photo = await sent(world)
    await world.fault(kind, method="getFile")
    with pytest.raises(TryLater) as later:
        await fetch(bot, store, photo, MOST)
    assert (later.value.wait, later.value.whole) == (NOW, False)
    assert (await fetch(bot, store, photo, MOST)).size == len(PICTURE)


async def test_a_flood_is_waited_out_exactly(world: World, bot: Bot, store: FileStore) -> None:
    photo = await sent(world)
    await world.fault("429", method="getFile", retry_after=11)
    with pytest.raises(TryLater) as later:
        await fetch(bot, store, photo, MOST)
    assert (later.value.wait, later.value.whole) == (timedelta(seconds=11), True)


async def test_an_unknown_file_means_later_too(world: World, bot: Bot, store: FileStore) -> None:
    world.pardon("getFile")
    with pytest.raises(TryLater):
        await fetch(bot, store, Sent("gibt-es-nicht", "a.jpg"), MOST)


async def test_nobody_listening_means_later(world: World, bot: Bot, store: FileStore) -> None:
    photo = await sent(world)
    await world.down()
    with pytest.raises(TryLater):
        await fetch(bot, store, photo, MOST)
    await world.up()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("合同.pdf", "合同.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\a.txt", "a.txt"),
        ("a\u202efdp.exe", "a_fdp.exe"),
        ("", "文件"),
        ("...", "文件"),
        ("x" * 200 + ".pdf", "x" * 80 + ".pdf"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_kinds_are_what_they_look_like() -> None:
    assert kind_of("a.png", "", b"\x89PNG\r\n\x1a\n") == "image/png"
    assert kind_of("a.txt", "", PICTURE) == "image/jpeg"
    assert kind_of("voice-1.ogg", "audio/ogg", b"OggS") == "audio/ogg"
    assert kind_of("file-3", "application/pdf; x=1", b"%PDF") == "application/pdf"
    for name, declared, data in (("a", "", b"x"), ("a.pdf", "", b""), ("a", "application/x-thing", b"x")):
        with pytest.raises(NotTaken):
            kind_of(name, declared, data)
