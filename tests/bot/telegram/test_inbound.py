import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.hall import reception
from bot.hall.pages import LedgerBusy
from bot.hall.ports import TryLater
from bot.hall.records import Attachment, Reach
from bot.telegram.hearing import FETCHING
from tests.bot.telegram.hands import STAFF_CHAT, Hands, hands, ids
from tests.bot.telegram.raw import GROUP, message, of, picture, press
from tests.kit_hall import Failing, letters, moves_of
from tests.standin.kit import World
from tests.standin.seen import Message

POISON = {"update_id": 50, "message": {"message_id": 1, "chat": {"id": 77, "type": "private"}}}
SECOND = timedelta(seconds=1)


def turn(out: Hands, **span: float) -> None:
    assert out.hall.practice is not None
    out.hall.practice.clock.turn_to(out.hall.clock.now() + timedelta(**span))


async def test_a_stranger_s_words_are_heard_and_ticked_off_on_one_page(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        await out.take(message(1, "我家停电了"))
        [heard] = await out.heard()
        assert (heard.id, heard.channel, heard.text) == ("m1", "tg", "我家停电了")
        assert await out.counts() == {"done": 1}
        person = await out.hall.ledger.read(lambda lists: lists.person("tg77"))
        assert person is not None
        assert (person.name, person.channel) == ("张 三", "tg")
        assert await out.reach("customer:tg77") == Reach("customer:tg77", ("tg",), 77)
        assert ("tg77", "m1") in out.hall.ears


async def test_everything_twice_and_backwards_is_heard_once_and_in_order(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        batch = [message(number, f"第{number}句") for number in range(1, 6)]
        await out.take(*reversed(batch), *batch)
        await out.take(*batch)
        assert await out.texts() == [f"第{number}句" for number in range(1, 6)]
        assert await out.counts() == {"done": 5}


async def test_poison_in_the_middle_spoils_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with hands(tmp_path) as out:
        await out.take(message(49, "一"), POISON, message(51, "二"), of(78, 52, "三"))
        assert await out.texts() == ["一", "二"]
        assert await out.texts("tg78") == ["三"]
        assert await out.counts() == {"done": 3, "poison": 1}
        assert await moves_of(out.hall) == ["undelivered"]
        await out.take(POISON)
        assert await moves_of(out.hall) == ["undelivered"]
    told = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.message for record in told] == ["update set aside"]


async def test_an_update_without_a_chat_is_kept_and_set_aside(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        await out.take({"update_id": 3, "message": 5}, {"update_id": 4, "wholly_new": {}})
        assert await out.counts() == {"done": 1, "poison": 1}


async def test_an_edit_is_a_correction_and_an_invisible_one_is_none(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        await out.take(message(1, "我家停电了"))
        await out.take(message(2, "我家停电了", number=1, kind="edited_message", edit_date=1_795_400_100))
        await out.drain()
        assert ids(await out.heard()) == ["m1"]
        await reception.drain(out.hall, "tg77")
        await out.take(message(3, "我家停电了", number=1, kind="edited_message", edit_date=1_795_400_100))
        await out.drain()
        assert await out.heard() == []
        await out.take(message(4, "我家跳闸了", number=1, kind="edited_message", edit_date=1_795_400_100))
        await out.drain()
        [heard] = await out.heard()
        assert (heard.id, heard.replaces, heard.text) == ("e1.4", "m1", "我家跳闸了")
        await out.take(message(5, "我家跳闸了", number=1, kind="edited_message", edit_date=1_795_400_100))
        await out.drain()
        assert ids(await out.heard()) == ["e1.4"]
        await reception.drain(out.hall, "tg77")
        await out.take(message(6, "我家跳闸了", number=1, kind="edited_message", edit_date=1_795_400_100))
        await out.drain()
        assert await out.heard() == []
        assert await out.counts() == {"done": 6}


async def test_what_was_masked_is_still_known_as_the_same(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        text = "身份证 11010519491231002X"
        await out.take(message(1, text))
        await reception.drain(out.hall, "tg77")
        await out.take(message(2, text, number=1, kind="edited_message", edit_date=1_795_400_100))
        await out.drain()
        assert await out.heard() == []


async def test_staff_s_words_that_fail_are_tried_again_and_block_only_their_chat(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        out.fails.extend([TryLater(timedelta(seconds=7), whole=True), RuntimeError()])
        await out.take(message(1, "接单", chat=GROUP), message(2, "到场", chat=GROUP))
        assert await out.drain(STAFF_CHAT) == timedelta(seconds=7)
        assert await out.unread(STAFF_CHAT) == []
        turn(out, seconds=7)
        assert await out.drain(STAFF_CHAT) == timedelta(seconds=2)
        await out.take(message(3, "我家停电了"))
        assert await out.texts() == ["我家停电了"]
        turn(out, seconds=2)
        assert await out.drain(STAFF_CHAT) is None
        assert [one.text for one in out.acted] == ["接单", "到场"]


async def test_what_fails_again_and_again_is_set_aside(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        out.fails.extend([RuntimeError() for _ in range(6)])
        await out.take(message(1, "接单", chat=GROUP), message(2, "到场", chat=GROUP))
        waits = []
        for _ in range(6):
            wait = await out.drain(STAFF_CHAT)
            waits.append(wait.total_seconds())
            turn(out, seconds=wait.total_seconds())
        assert waits == [2, 4, 8, 16, 32, 0]
        await out.drain(STAFF_CHAT)
        assert [one.text for one in out.acted] == ["到场"]
        assert await out.counts() == {"done": 1, "poison": 1}


async def test_a_busy_ledger_takes_nothing_and_the_batch_may_come_again(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        out = Hands(replace(out.hall, ledger=Failing(out.hall.ledger, LedgerBusy())), out.ears)  # noqa: PLW2901
        with pytest.raises(LedgerBusy):
            await out.take(message(1, "在吗"))
        assert await out.counts() == {}
        await out.take(message(1, "在吗"))
        assert await out.texts() == ["在吗"]


async def test_a_stumble_while_taking_keeps_the_batch_all_the_same(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:

        def broken(*_: object) -> str:
            raise RuntimeError

        whole = out.ears
        out = Hands(out.hall, replace(out.ears, value_of=broken))  # noqa: PLW2901
        await out.take(message(1, "一"), press(2, "x"), message(3, "二"), of(78, 4, "三"))
        assert await out.counts() == {"waiting": 4}
        assert await out.drain() == timedelta(seconds=2)
        assert await out.texts() == ["一"]
        assert await out.drain(78) is None
        assert await out.texts("tg78") == ["三"]
        turn(out, seconds=2)
        out = Hands(out.hall, whole)  # noqa: PLW2901
        assert await out.drain() is None
        assert ids(await out.heard()) == ["m1", "u2", "m3"]


async def test_a_chatty_customer_s_flood_is_read_by_and_by(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        await out.take(*(message(number, f"第{number}句") for number in range(1, 131)), of(78, 131, "救命"))
        assert await out.texts("tg78") == ["救命"]
        while await out.unread():
            await out.drain()
        assert await out.texts() == [f"第{number}句" for number in range(1, 131)]


async def test_an_album_waits_for_its_parts_and_holds_back_what_follows(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        part = {"media_group_id": "g1", "photo": [picture("f1", 1, 10)]}
        taken = await out.take(message(1, **part), message(3, "看看"))
        assert taken.albums == ("77",)
        assert await out.unread() == []
        turn(out, seconds=0.9)
        await out.take(message(2, **part))
        turn(out, seconds=0.9)
        assert await out.unread() == []
        turn(out, seconds=0.1)
        assert [one.id for one in await out.unread()] == [1, 2, 3]


def online(world: World) -> dict[str, str]:
    return {"api": world.api, "token": world.token}


def all_of(*sent: Message) -> list[dict[str, Any]]:
    """What people sent, as updates of the test's own numbering."""
    return [{"update_id": number, "message": one.raw} for number, one in enumerate(sent, 1)]


async def test_an_album_is_one_message_with_all_its_files_and_its_caption(tmp_path: Path, world: World) -> None:
    async with hands(tmp_path, **online(world)) as out:
        person = await world.person()
        parts = await person.album("photo", "document", "photo", caption="电表箱冒烟")
        await out.take(*all_of(*parts))
        assert await out.drain(person.id) is None
        turn(out, seconds=1)
        await out.drain(person.id)
        [heard] = await out.heard(f"tg{person.id}")
        assert (heard.text, len(heard.files)) == ("电表箱冒烟", 3)
        assert heard.id == f"m{parts[0].id}"
        assert await out.counts() == {"done": 3}
        await out.take(*all_of(*parts))
        assert len(await out.heard(f"tg{person.id}")) == 1


async def test_two_who_read_the_same_chat_hear_it_once(tmp_path: Path, world: World) -> None:
    async with hands(tmp_path, **online(world)) as out:
        person = await world.person()
        raws = all_of(*await person.album("photo", "photo"))
        raws[1]["message"]["caption"] = "看看"
        await out.take(*raws, message(9, "看看这个", number=1, kind="edited_message", edit_date=1_795_400_100))
        turn(out, seconds=1)
        await asyncio.gather(*(out.drain(person.id) for _ in range(3)), *(out.drain() for _ in range(3)))
        assert [one.text for one in await out.heard(f"tg{person.id}")] == ["看看"]
        assert await out.texts() == ["看看这个"]


async def test_poison_inside_an_album_is_set_aside_alone(tmp_path: Path, world: World) -> None:
    async with hands(tmp_path, **online(world)) as out:
        person = await world.person()
        raws = all_of(*await person.album("photo", "photo", "photo"))
        del raws[1]["message"]["date"]
        await out.take(*raws)
        turn(out, seconds=1)
        await out.drain(person.id)
        assert [len(one.files) for one in await out.heard(f"tg{person.id}")] == [2]
        assert await out.counts() == {"done": 2, "poison": 1}


async def test_files_are_fetched_in_their_turn(tmp_path: Path, world: World) -> None:
    async with hands(tmp_path, **online(world)) as out:
        person = await world.person()
        sent = [
            await person.write("看照片"),
            await person.send("photo", caption="这里"),
            await person.write("看到了吗"),
        ]
        await out.take(*all_of(*sent))
        assert await out.texts(f"tg{person.id}") == ["看照片"]
        await out.drain(person.id)
        heard = await out.heard(f"tg{person.id}")
        assert [(one.text, len(one.files)) for one in heard] == [("看照片", 0), ("这里", 1), ("看到了吗", 0)]


async def test_a_file_that_does_not_arrive_is_tried_again_then_the_customer_is_told(
    tmp_path: Path, world: World
) -> None:
    async with hands(tmp_path, **online(world)) as out:
        person, other = await world.person(), await world.person("李四")
        sent = [await person.send("photo", caption="冒烟"), await person.write("快来"), await other.write("在吗")]
        await out.take(*all_of(*sent))
        await world.fault("500", method="getFile", times=6)
        waits = []
        while wait := await out.drain(person.id):
            assert await out.heard(f"tg{person.id}") == []
            waits.append(wait.total_seconds())
            turn(out, seconds=wait.total_seconds())
        assert waits == [2, 4, 8, 16, 32]
        assert await out.texts(f"tg{other.id}") == ["在吗"]
        assert [(one.text, one.files) for one in await out.heard(f"tg{person.id}")] == [("冒烟", ()), ("快来", ())]
        assert len(await world.calls("getFile")) == 6
        [letter] = await letters(out.hall, f"customer:tg{person.id}")
        assert letter.channels == ("tg",)
        assert "没能收到" in letter.text


async def test_a_flood_is_no_failure(tmp_path: Path, world: World) -> None:
    async with hands(tmp_path, **online(world)) as out:
        person = await world.person()
        await out.take(*all_of(await person.send("photo")))
        await world.fault("429", method="getFile", times=8, retry_after=3)
        for _ in range(8):
            assert await out.drain(person.id) == timedelta(seconds=3)
            turn(out, seconds=3)
        assert await out.drain(person.id) is None
        assert [len(one.files) for one in await out.heard(f"tg{person.id}")] == [1]


async def test_what_is_not_taken_is_said_once_and_the_words_are_heard(tmp_path: Path, world: World) -> None:
    async with hands(tmp_path, **online(world)) as out:
        person = await world.person()
        sent = [
            await person.send("document", data=b"MZ", name="a.exe", caption="看看"),
            await person.send("video", size=30_000_000),
        ]
        await out.take(*all_of(*sent))
        await out.drain(person.id)
        assert [(one.text, one.files) for one in await out.heard(f"tg{person.id}")] == [("看看", ())]
        told = [letter.text for letter in await letters(out.hall, f"customer:tg{person.id}")]
        assert len(told) == 2
        assert "这种文件收不了" in told[0]
        assert "文件太大" in told[1]
        assert await world.calls("getFile") == []


async def test_not_every_place_is_taken_by_files(tmp_path: Path, world: World) -> None:
    async with hands(tmp_path, **online(world)) as out:
        person = await world.person()
        await out.take(*all_of(await person.send("photo")))
        for _ in range(FETCHING):
            await out.ears.fetching.acquire()
        assert await out.drain(person.id) == timedelta(seconds=1)
        out.ears.fetching.release()
        turn(out, seconds=1)
        assert await out.drain(person.id) is None
        assert len(await out.heard(f"tg{person.id}")) == 1


async def test_a_full_disk_keeps_the_update_for_later(tmp_path: Path, world: World) -> None:
    class Full:
        async def keep(self, name: str, type_: str, data: bytes) -> Attachment:
            raise LedgerBusy(name, type_, data)

        async def fetch(self, key: str) -> bytes:
            raise KeyError(key)

    async with hands(tmp_path, **online(world), files=Full()) as out:
        person = await world.person()
        await out.take(*all_of(await person.send("photo")))
        with pytest.raises(LedgerBusy):
            await out.drain(person.id)
        assert len(await out.unread(person.id)) == 1
