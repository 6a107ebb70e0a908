import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from bot.desk.case import Kind, Letter
from bot.hall import counter, delivery, drill
from bot.hall.house import Hall
from bot.hall.ports import Channel, TryLater, Undeliverable
from bot.hall.records import Person, Posted
from tests.kit import CREW, heard_by, say
from tests.kit_hall import Mailbox, forward, letters, moves_of, outage, sit_down, staff, still_at

NOW = TryLater(timedelta())


def through(hall: Hall, channel: Channel) -> None:
    """From now on this channel carries what it is named for."""
    cast("dict[str, Channel]", hall.channels)[channel.name] = channel


async def owe(hall: Hall, to: str, *texts: str, urgent: bool = False) -> None:
    """Letters in the outbox; nobody has been told."""
    await hall.ledger.write(
        lambda page: [
            page.post(Letter(to, Kind.ANSWER, f"{to} {text}", text, urgent=urgent), hall.clock.now(), str)
            for text in texts
        ]
    )


async def states(hall: Hall, to: str = "") -> list[str]:
    return [letter.state for letter in await letters(hall, to)]


async def test_a_letter_is_marked_before_and_after_and_stands_in_the_talk(still: Hall) -> None:
    seen: list[str] = []

    class Looking(Mailbox):
        async def send(self, letter: Posted, seq: int) -> None:
            seen.extend(await states(still))
            await super().send(letter, seq)

    through(still, Looking())
    customer = await sit_down(still)
    await owe(still, f"customer:{customer}", "您好")
    assert await delivery.carry(still) == 1
    assert seen == ["sending"]
    assert await states(still) == ["sent"]
    assert [line.text for line in await heard_by(still, customer)] == ["您好"]
    assert await delivery.carry(still) == 0


async def test_put_off_it_holds_back_what_follows_to_the_same_person_and_nobody_else(hall: Hall) -> None:
    mailbox = Mailbox(fails=[TryLater(timedelta(seconds=30))])
    through(hall, mailbox)
    one, other = await sit_down(hall), await sit_down(hall)
    await owe(hall, f"customer:{one}", "一", "二")
    await owe(hall, f"customer:{other}", "三")
    await delivery.carry(hall)
    assert mailbox.texts == ["三"]
    await drill.settle(hall)
    assert mailbox.texts == ["三"]
    start = hall.clock.now()
    await forward(hall, seconds=29)
    assert mailbox.texts == ["三"]
    await forward(hall, seconds=60)
    assert mailbox.texts == ["三", "一", "二"]
    sent = [letter.sent_at for letter in await letters(hall, f"customer:{one}")]
    assert sent == [start + timedelta(seconds=30)] * 2


async def test_each_try_waits_longer_and_after_enough_of_them_it_dies_visibly(still: Hall) -> None:
    mailbox = Mailbox(fails=[NOW] * delivery.PATIENCE)
    through(still, mailbox)
    customer = await sit_down(still)
    await owe(still, f"customer:{customer}", "死信", "下一封")
    start = still.clock.now()
    waits = []
    while not mailbox.carried:
        await delivery.carry(still)
        (first, _) = await letters(still)
        if first.next_try_at:
            waits.append((first.next_try_at - still.clock.now()).total_seconds())
            drill.practice(still).clock.turn_to(first.next_try_at)
    assert waits == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0]
    assert still.clock.now() - start == timedelta(seconds=254)
    dead, after = await letters(still)
    assert (dead.state, dead.why, after.state) == ("dead", "tries", "sent")
    assert mailbox.texts == ["下一封"]
    assert (await moves_of(still)).count("undelivered") == 1


async def test_what_will_never_arrive_dies_at_once_and_the_next_goes_on(
    still: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox = Mailbox(fails=[Undeliverable("blocked")])
    through(still, mailbox)
    customer = await sit_down(still)
    await owe(still, f"customer:{customer}", "张三 13800138000", "二")
    await delivery.carry(still)
    assert [(letter.state, letter.why) for letter in await letters(still)] == [("dead", "blocked"), ("sent", "")]
    (event,) = [one for one in await still.ledger.read(lambda lists: lists.events("")) if one.move == "undelivered"]
    assert event.facts["why"] == "blocked"
    assert "13800138000" not in caplog.text


async def test_a_fault_nobody_foresaw_is_a_try_and_stops_nobody(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    mailbox = Mailbox(fails=[ValueError("张三")])
    through(hall, mailbox)
    one, other = await sit_down(hall), await sit_down(hall)
    await owe(hall, f"customer:{one}", "一")
    await owe(hall, f"customer:{other}", "二")
    with caplog.at_level(logging.CRITICAL):
        await delivery.carry(hall)
    assert mailbox.texts == ["二"]
    await forward(hall, seconds=3)
    assert mailbox.texts == ["二", "一"]


async def test_danger_goes_first(still: Hall) -> None:
    mailbox = Mailbox()
    through(still, mailbox)
    one, other = await sit_down(still), await sit_down(still)
    await owe(still, f"customer:{one}", "慢")
    await owe(still, f"customer:{other}", "快", urgent=True)
    await owe(still, f"customer:{one}", "也快", urgent=True)
    await delivery.carry(still)
    assert mailbox.texts == ["快", "也快", "慢"]


async def test_nobody_carries_it(still: Hall) -> None:
    await still.ledger.write(lambda page: page.keep_person(Person("t1", channel="pigeon")))
    await owe(still, "customer:t1", "一")
    assert await delivery.carry(still) == 1
    assert [(letter.state, letter.why) for letter in await letters(still)] == [("dead", "no_channel")]


async def test_a_letter_found_half_sent_after_a_crash_goes_again_with_its_number(tmp_path: Path) -> None:
    stuck = asyncio.Event()

    class Dying(Mailbox):
        async def send(self, letter: Posted, seq: int) -> None:
            assert seq == letter.seq
            self.asked.append(letter)
            stuck.set()
            await asyncio.Event().wait()

    async with still_at(tmp_path) as hall:
        dying = Dying()
        through(hall, dying)
        customer = await sit_down(hall)
        await owe(hall, f"customer:{customer}", "一", "二")
        carrying = asyncio.create_task(delivery.carry(hall))
        await stuck.wait()
        assert await states(hall) == ["sending", "waiting"]
        carrying.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await carrying
    async with still_at(tmp_path) as hall:
        mailbox = Mailbox()
        through(hall, mailbox)
        await delivery.carry(hall)
        assert mailbox.texts == ["一", "二"]
        assert mailbox.carried[0].seq == dying.asked[0].seq
        assert [line.text for line in await heard_by(hall, customer)] == ["一", "二"]


async def test_on_a_lasting_channel_it_has_arrived_once_the_ledger_has_it(still: Hall) -> None:
    customer = await sit_down(still)
    ticket = still.bell.ticket(f"talk:{customer}")
    await owe(still, f"customer:{customer}", "一")
    await delivery.carry(still)
    assert await states(still) == ["sent"]
    assert still.bell.ticket(f"talk:{customer}") > ticket


async def test_a_persons_words_carry_his_name(hall: Hall) -> None:
    customer, case = await outage(hall)
    await counter.reply(hall, staff(hall, CREW), case.no, "师傅出发了")
    await drill.settle(hall)
    (line,) = [line for line in await heard_by(hall, customer) if line.text == "师傅出发了"]
    assert (line.sender, line.name) == ("staff", "雷九川（A301）")


@pytest.mark.parametrize("order", [lambda: [None], lambda: [NOW, None, NOW]], ids=["well", "stumbling"])
async def test_a_whole_talk_arrives_in_its_order_whatever_the_channel_does(
    hall: Hall, order: Callable[[], list[Exception | None]]
) -> None:
    mailbox = Mailbox(fails=order())
    through(hall, mailbox)
    customer = await sit_down(hall)
    await say(hall, customer, "停电报修", "青石镇竹溪路18号3幢502", "就我一家")
    await forward(hall, minutes=1)
    owed = [letter.seq for letter in await letters(hall, f"customer:{customer}")]
    assert [letter.seq for letter in mailbox.carried if letter.to == f"customer:{customer}"] == owed
    assert len(owed) >= 4


async def test_staff_without_a_desk_channel_loses_nothing_of_the_customers(still: Hall) -> None:
    without = replace(still, channels={"web": Mailbox()})
    customer = await sit_down(still)
    await owe(still, "staff:A201", "给员工")
    await owe(still, f"customer:{customer}", "给客户")
    await delivery.carry(without)
    assert await states(still) == ["dead", "sent"]


async def test_two_hands_carry_each_letter_once(still: Hall) -> None:
    mailbox = Mailbox()
    through(still, mailbox)
    customer = await sit_down(still)
    await owe(still, f"customer:{customer}", "一", "二", "三")
    await asyncio.gather(*(delivery.carry(still) for _ in range(3)))
    assert mailbox.texts == ["一", "二", "三"]
