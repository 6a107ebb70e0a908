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
from bot.hall.pace import Pace, Rate, Rates
from bot.hall.pages import Page
from bot.hall.ports import Channel, TryLater, Uncertain, Undeliverable
from bot.hall.records import Carried, Person, Posted, Reach
from tests.kit import CREW, heard_by, say
from tests.kit_hall import Mailbox, forward, letters, moves_of, outage, sit_down, staff, still_at

SOON = TryLater(timedelta(seconds=1))


async def reached(hall: Hall) -> str:
    """A newcomer who is reached through a channel that has to be sent through."""
    return await sit_down(hall, channel="tg")


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
    customer = await reached(still)
    await owe(still, f"customer:{customer}", "您好")
    assert await delivery.carry(still) == 1
    assert seen == ["sending"]
    assert await states(still) == ["sent"]
    assert [line.text for line in await heard_by(still, customer)] == ["您好"]
    assert await delivery.carry(still) == 0


async def test_put_off_it_holds_back_what_follows_to_the_same_person_and_nobody_else(hall: Hall) -> None:
    mailbox = Mailbox(fails=[TryLater(timedelta(seconds=30))])
    through(hall, mailbox)
    one, other = await reached(hall), await reached(hall)
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


async def test_later_is_exactly_as_late_as_the_other_side_asks_and_never_a_reason_to_die(still: Hall) -> None:
    mailbox = Mailbox(fails=[TryLater(timedelta(seconds=7))] * 20)
    through(still, mailbox)
    customer = await reached(still)
    await owe(still, f"customer:{customer}", "一", "二")
    start = still.clock.now()
    for _ in range(20):
        await delivery.carry(still)
        assert mailbox.texts == []
        drill.practice(still).clock.turn_to(still.clock.now() + timedelta(seconds=7))
    await delivery.carry(still)
    assert mailbox.texts == ["一", "二"]
    assert still.clock.now() - start == timedelta(seconds=140)
    assert {letter.tries for letter in await letters(still)} == {0}


async def test_a_place_that_was_taken_while_the_page_was_open_is_not_taken_twice(still: Hall) -> None:
    mailbox = Mailbox()
    cast("dict[str, Channel]", still.channels)["tg"] = mailbox
    customer = await sit_down(still, channel="tg")
    limited = replace(still, pace=Pace(Rates(Rate(), Rate(1, timedelta(minutes=1)))))

    async def carried() -> None:
        letter = Letter(f"customer:{customer}", Kind.STATUS, "one", "您好")
        await still.ledger.write(lambda page: page.post(letter, still.clock.now(), str))
        (owed,) = await letters(still, f"customer:{customer}")
        carrier = delivery._Carrier(limited)
        limited.pace.take(f"customer:{customer}", still.clock.now())
        carrier._launch(owed)
        assert (carrier.flying, len(carrier.landed)) == ({}, 1)
        await still.ledger.write(lambda page: delivery._mark(page, carrier.landed))

    await carried()
    (waits,) = await letters(still, f"customer:{customer}")
    assert (waits.state, waits.tries, waits.next_try_at) == ("waiting", 0, still.clock.now() + timedelta(minutes=1))
    assert mailbox.carried == []


async def test_when_the_whole_way_is_shut_nobody_is_tried_before_it_opens(still: Hall) -> None:
    mailbox = Mailbox(fails=[TryLater(timedelta(seconds=9), whole=True)])
    through(still, mailbox)
    one, other = await reached(still), await reached(still)
    await owe(still, f"customer:{one}", "一")
    await delivery.carry(still)
    await owe(still, f"customer:{other}", "二")
    await delivery.carry(still)
    assert len(mailbox.asked) == 1
    drill.practice(still).clock.turn_to(still.clock.now() + timedelta(seconds=9))
    await delivery.carry(still)
    assert sorted(mailbox.texts) == ["一", "二"]


async def test_what_nobody_could_carry_for_days_is_no_news_any_more(still: Hall) -> None:
    mailbox = Mailbox()
    through(still, mailbox)
    customer = await reached(still)
    await owe(still, f"customer:{customer}", "旧闻")
    drill.practice(still).clock.turn_to(still.clock.now() + delivery.LONGEST + timedelta(seconds=1))
    await owe(still, f"customer:{customer}", "新闻")
    await delivery.carry(still)
    assert mailbox.texts == ["新闻"]
    assert [(one.state, one.why) for one in await letters(still)] == [("dead", "late"), ("sent", "")]


async def test_nobody_knows_whether_it_went_out_so_it_goes_once_more_and_no_more(still: Hall) -> None:
    mailbox = Mailbox(fails=[Uncertain(), Uncertain()])
    through(still, mailbox)
    customer = await reached(still)
    await owe(still, f"customer:{customer}", "一", "二")
    await delivery.carry(still)
    drill.practice(still).clock.turn_to(still.clock.now() + delivery.BACK_OFF)
    await delivery.carry(still)
    assert [letter.text for letter in mailbox.asked] == ["一", "一", "二"]
    assert [(one.state, one.why) for one in await letters(still)] == [("dead", "uncertain"), ("sent", "")]


async def test_what_the_door_stumbles_over_waits_longer_each_time_and_dies_visibly(
    still: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox = Mailbox(fails=[ValueError("张三")] * delivery.PATIENCE)
    through(still, mailbox)
    customer = await reached(still)
    await owe(still, f"customer:{customer}", "死信", "下一封")
    waits = []
    with caplog.at_level(logging.CRITICAL):
        while not mailbox.carried:
            await delivery.carry(still)
            (first, _) = await letters(still)
            if first.next_try_at:
                waits.append((first.next_try_at - still.clock.now()).total_seconds())
                drill.practice(still).clock.turn_to(first.next_try_at)
    assert waits == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0]
    dead, after = await letters(still)
    assert (dead.state, dead.why, after.state) == ("dead", "tries", "sent")
    assert mailbox.texts == ["下一封"]
    assert (await moves_of(still)).count("undelivered") == 1


async def test_what_will_never_arrive_dies_at_once_and_the_next_goes_on(
    still: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox = Mailbox(fails=[Undeliverable("blocked")])
    through(still, mailbox)
    customer = await reached(still)
    await owe(still, f"customer:{customer}", "张三 13800138000", "二")
    await delivery.carry(still)
    assert [(letter.state, letter.why) for letter in await letters(still)] == [("dead", "blocked"), ("sent", "")]
    (event,) = [one for one in await still.ledger.read(lambda lists: lists.events("")) if one.move == "undelivered"]
    assert event.facts["why"] == "blocked"
    assert "13800138000" not in caplog.text


async def test_a_fault_nobody_foresaw_is_a_try_and_stops_nobody(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    mailbox = Mailbox(fails=[ValueError("张三")])
    through(hall, mailbox)
    one, other = await reached(hall), await reached(hall)
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
    one, other = await reached(still), await reached(still)
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
        customer = await reached(hall)
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
        assert (await letters(hall))[0].tries == 1


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


@pytest.mark.parametrize("order", [lambda: [None], lambda: [SOON, None, SOON]], ids=["well", "stumbling"])
async def test_a_whole_talk_arrives_in_its_order_whatever_the_channel_does(
    hall: Hall, order: Callable[[], list[Exception | None]]
) -> None:
    mailbox = Mailbox(fails=order())
    through(hall, mailbox)
    customer = await reached(hall)
    await say(hall, customer, "停电报修", "青石镇竹溪路18号3幢502", "就我一家")
    await forward(hall, minutes=1)
    owed = [letter.seq for letter in await letters(hall, f"customer:{customer}")]
    assert [letter.seq for letter in mailbox.carried if letter.to == f"customer:{customer}"] == owed
    assert len(owed) >= 4


async def test_staff_without_a_desk_channel_loses_nothing_of_the_customers(still: Hall) -> None:
    without = replace(still, channels={"tg": Mailbox()})
    customer = await reached(still)
    await owe(still, "staff:A201", "给员工")
    await owe(still, f"customer:{customer}", "给客户")
    await delivery.carry(without)
    assert await states(still) == ["dead", "sent"]


async def test_two_hands_carry_each_letter_once(still: Hall) -> None:
    mailbox = Mailbox()
    through(still, mailbox)
    customer = await reached(still)
    await owe(still, f"customer:{customer}", "一", "二", "三")
    await asyncio.gather(*(delivery.carry(still) for _ in range(3)))
    assert mailbox.texts == ["一", "二", "三"]


PACE = Rates(Rate(5, timedelta(seconds=1)), Rate(1, timedelta(seconds=1)), Rate(2, timedelta(seconds=60)))


class Timed(Mailbox):
    """Remembers when it carried."""

    def __init__(self, hall: Hall, name: str = "tg") -> None:
        super().__init__(name)
        self.hall, self.at = hall, [timedelta()][:0]
        self.start = hall.clock.now()

    async def send(self, letter: Posted, seq: int) -> Carried | None:
        self.at.append(self.hall.clock.now() - self.start)
        return await super().send(letter, seq)


async def test_no_chat_gets_more_than_its_pace_and_all_together_neither(hall: Hall) -> None:
    slow = replace(hall, pace=Pace(PACE))
    timed = Timed(slow)
    through(slow, timed)
    customers = [await reached(slow) for _ in range(8)]
    for customer in customers:
        await owe(slow, f"customer:{customer}", "一", "二")
    await forward(slow, seconds=10)
    assert len(timed.carried) == 16
    for customer in customers:
        own = [at for at, one in zip(timed.at, timed.carried, strict=True) if one.to == f"customer:{customer}"]
        assert own[1] - own[0] >= timedelta(seconds=1)
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in zip(timed.at, timed.at[5:], strict=False))


async def test_a_word_of_ones_own_never_waits_behind_a_push(still: Hall) -> None:
    class Replying(Mailbox):
        async def send(self, letter: Posted, seq: int) -> Carried | None:
            if len(self.carried) == 50:
                await owe(still, f"customer:{talker}", "师傅到了")
                still.outbox_has_work()
            return await super().send(letter, seq)

    mailbox = Replying()
    through(still, mailbox)
    talker = await reached(still)

    def push(page: Page) -> None:
        for number in range(300):
            page.keep_person(Person(f"p{number}", channel="tg"))
            page.post(Letter(f"customer:p{number}", Kind.NOTICE, f"push {number}", "计划停电"), still.clock.now(), str)

    await still.ledger.write(push)
    await delivery.carry(still)
    assert len(mailbox.carried) == 301
    assert mailbox.texts.index("师傅到了") <= 52


async def test_who_blocked_the_bot_is_marked_and_his_first_handlers_are_told_to_telephone(hall: Hall) -> None:
    mailbox = Mailbox()
    through(hall, mailbox)
    customer = await reached(hall)
    await hall.ledger.write(lambda page: page.keep_reach(Reach(f"customer:{customer}", ("tg",), 42)))
    await say(hall, customer, "停电报修", "青石镇竹溪路18号3幢502")
    (case,) = await hall.ledger.read(lambda lists: lists.cases_of(customer))
    mailbox.fails = [Undeliverable("blocked", shut=True)]
    await owe(hall, f"customer:{customer}", "听不到")
    await drill.settle(hall)
    reach = await hall.ledger.read(lambda lists: lists.reach(f"customer:{customer}"))
    assert reach is not None
    assert reach.blocked_at == hall.clock.now()
    (told,) = [one for one in await letters(hall, f"staff:{case.first_handler}") if one.key.startswith("unreachable:")]
    assert case.no in told.text


async def test_a_talk_line_is_there_at_once_though_the_messenger_is_away(still: Hall) -> None:
    mailbox = Mailbox(fails=[TryLater(timedelta(hours=1), whole=True)])
    through(still, mailbox)
    customer = await sit_down(still)
    await still.ledger.write(lambda page: page.keep_reach(Reach(f"customer:{customer}", ("web", "tg"), 42)))
    await owe(still, f"customer:{customer}", "两边都看得到")
    await delivery.carry(still)
    assert [line.text for line in await heard_by(still, customer)] == ["两边都看得到"]
    assert await states(still, f"customer:{customer}") == ["waiting"]
    drill.practice(still).clock.turn_to(still.clock.now() + timedelta(hours=1))
    await delivery.carry(still)
    assert await states(still, f"customer:{customer}") == ["sent"]
    assert len(await heard_by(still, customer)) == 1
