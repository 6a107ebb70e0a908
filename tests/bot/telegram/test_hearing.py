from dataclasses import replace
from pathlib import Path

from bot.hall import reception
from bot.hall.records import Reach
from bot.telegram.group import group_of
from bot.telegram.reading import What
from tests.bot.telegram.hands import STAFF_CHAT, hands
from tests.bot.telegram.raw import GROUP, member, message, press


async def test_a_folder_s_customer_keeps_his_key_and_is_no_longer_blocked(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        blocked = Reach("customer:c9", ("web", "tg"), 77, out.hall.clock.now())
        await out.keep(blocked)
        await out.take(message(1, "在吗"))
        assert await out.texts("c9") == ["在吗"]
        assert await out.reach("customer:c9") == replace(blocked, blocked_at=None)
        assert await out.hall.ledger.read(lambda lists: lists.person("tg77")) is None


async def test_presses_are_heard_as_what_their_letter_offered(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        taken = await out.take(press(5, "customer:tg77|topic.pay"), press(6, "customer:other|topic.pay"))
        assert taken.presses == ("q5", "q6")
        heard = await out.heard()
        assert [(one.id, one.button) for one in heard] == [("u5", "topic.pay"), ("u6", "stale")]
        assert (await out.take(press(5, "customer:tg77|topic.pay"))).presses == ()


async def test_places_contacts_and_what_nobody_can_take(tmp_path: Path) -> None:
    card = {"phone_number": "13800000001", "first_name": "李"}
    async with hands(tmp_path) as out:
        await out.take(
            message(1, location={"latitude": 30.5, "longitude": 114.0}),
            message(2, contact=card | {"user_id": 77}),
            message(3, contact=card),
            message(4, dice={"emoji": "🎲", "value": 3}),
            message(5, "/start DL20261123-0007"),
            message(6, "/cancel"),
        )
        place, own, other, dice, start, command = await out.heard()
        assert place.location == (30.5, 114.0)
        assert own.contact == {"name": "李", "phone": "13800000001"}
        assert (dict(other.contact), other.text) == ({}, "李 13800000001")
        assert (dice.id, dice.text) == ("m4", "")
        assert (start.text, command.text) == ("您好", "cancel")


async def test_a_very_long_text_is_cut_as_everywhere(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        await out.take(message(1, "长" * 20_000))
        assert [len(text) for text in await out.texts()] == [reception.LONGEST]


async def test_staff_are_known_by_their_chat_and_their_words_are_no_customer_s(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        await out.keep(Reach("staff:A201", ("desk", "tg"), 77))
        await out.take(message(1, "收到"), press(2, "9.ack"), message(3, dice={"emoji": "🎲", "value": 3}))
        assert out.acted == []
        await out.drain()
        assert [(one.what, one.text) for one in out.acted] == [(What.WORDS, "收到"), (What.PRESS, "")]
        assert await out.counts() == {"done": 3}
        assert await out.hall.ledger.read(lambda lists: lists.person("tg77")) is None


async def test_who_no_longer_works_here_is_a_customer(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        await out.keep(Reach("staff:A000", ("desk", "tg"), 77))
        await out.take(message(1, "在吗"))
        assert await out.texts() == ["在吗"]


async def test_the_staff_s_group_acts_in_order_and_other_groups_are_nothing(tmp_path: Path) -> None:
    other = GROUP | {"id": -1002}
    async with hands(tmp_path) as out:
        await out.take(*(message(number, f"第{number}句", chat=GROUP) for number in range(1, 5)))
        await out.take(message(9, "你好", chat=other), message(10, "x", chat=GROUP, new_chat_title="新"))
        await out.drain(STAFF_CHAT)
        assert [one.text for one in out.acted] == ["第1句", "第2句", "第3句", "第4句", "x"]
        assert await out.counts() == {"done": 6}


async def test_a_migrated_group_is_followed(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        await out.take(message(1, chat=GROUP, migrate_to_chat_id=-1009))
        await out.take(message(2, chat=GROUP | {"id": -7}, migrate_to_chat_id=-1010))
        assert await out.hall.ledger.read(lambda lists: group_of(lists, STAFF_CHAT)) == -1009
        await out.take(message(3, "到场", chat=GROUP | {"id": -1009}), message(4, "旧群", chat=GROUP))
        await out.drain(-1009)
        assert [one.text for one in out.acted] == ["到场"]


async def test_who_blocks_the_bot_is_marked_until_he_comes_back(tmp_path: Path) -> None:
    async with hands(tmp_path) as out:
        await out.take(member(1, "kicked"))
        assert await out.reach("customer:tg77") is None
        await out.take(message(2, "在吗"), member(3, "kicked"))
        reach = await out.reach("customer:tg77")
        assert reach is not None
        assert reach.blocked_at == out.hall.clock.now()
        await out.take(member(4, "member"))
        reach = await out.reach("customer:tg77")
        assert reach is not None
        assert reach.blocked_at is None
