"""Quiet hours: what can wait stays in the hall till they end, in order; danger and a person's words do not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import app
from bot.desk.case import Kind, Letter
from bot.hall import delivery
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import Person
from tests.bot.hall.test_delivery import through
from tests.kit import MONDAY, edition, settings
from tests.kit_hall import Mailbox, forward, letters, sit_down

NIGHT = MONDAY.replace(hour=22)
MORNING = (NIGHT + timedelta(days=1)).replace(hour=7, minute=30)


class Clock:
    """The hall's clock in a test's hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    async def sleep(self, span: timedelta) -> None:
        self.at += span


@pytest.fixture
async def clock() -> Clock:
    return Clock(NIGHT)


@pytest.fixture
async def night(tmp_path: Path, url: str, clock: Clock) -> AsyncIterator[Hall]:
    """A hall that is no drill, on either database, late in the evening; its loops rest."""
    running = await app.open_hall(settings(tmp_path, url=url), edition=edition())
    yield replace(running.hall, clock=clock)
    await running.hall.ledger.close()


async def post(hall: Hall, to: str, text: str, kind: Kind = Kind.STATUS, *, held: bool = True) -> None:
    """One letter, held till the morning or not."""
    until = MORNING if held else None
    letter = Letter(to, kind, f"{to} {text}", text, urgent=kind is Kind.ALERT, held_until=until)
    await hall.ledger.write(lambda page: page.post(letter, hall.clock.now(), str))


async def states(hall: Hall) -> dict[str, str]:
    return {one.text: one.state for one in await letters(hall)}


async def owed_since(hall: Hall) -> datetime | None:
    return (await hall.ledger.read(lambda lists: lists.owed()))[1]


async def test_held_at_night_and_out_in_order_when_it_ends(night: Hall, clock: Clock) -> None:
    mailbox = Mailbox()
    through(night, mailbox)
    to = f"customer:{await sit_down(night, channel='tg')}"
    for text in ("一", "二"):
        await post(night, to, text)
        clock.at += timedelta(minutes=1)
    await delivery.carry(night)
    assert mailbox.texts == []
    assert await owed_since(night) is None  # nothing is late that is meant to wait
    await post(night, to, "险情", Kind.ALERT, held=False)
    await post(night, to, "师傅的话", Kind.WORDS, held=False)
    await delivery.carry(night)
    assert mailbox.texts == ["险情", "师傅的话"]
    assert await states(night) == {"一": "waiting", "二": "waiting", "险情": "sent", "师傅的话": "sent"}
    clock.at = MORNING - timedelta(seconds=1)
    await delivery.carry(night)
    assert len(mailbox.carried) == 2
    clock.at = MORNING
    await post(night, to, "早上好", Kind.WORDS, held=False)
    assert await delivery.carry(night) >= 3
    assert mailbox.texts[2:] == ["一", "二", "早上好"]
    assert set((await states(night)).values()) == {"sent"}
    assert {one.sent_at for one in mailbox.carried} == {None}
    assert await delivery.carry(night) == 0


async def test_on_a_lasting_channel_too(night: Hall, clock: Clock) -> None:
    customer = await sit_down(night)
    await post(night, f"customer:{customer}", "一")
    await post(night, f"customer:{customer}", "师傅的话", Kind.WORDS, held=False)
    await delivery.carry(night)

    async def told() -> list[str]:
        return [one.text for one in await night.ledger.read(lambda lists: lists.lines(customer, 0, 10))]

    assert await told() == ["师傅的话"]
    clock.at = MORNING
    assert await delivery.carry(night) == 1
    assert await told() == ["师傅的话", "一"]


async def test_a_morning_with_more_letters_than_one_look_takes(night: Hall, clock: Clock) -> None:
    mailbox = Mailbox()
    through(night, mailbox)
    many = 2 * delivery.BATCH + 7

    def doing(page: Page) -> None:
        for number in range(many):
            page.keep_person(Person(f"p{number}", channel="tg"))
            letter = Letter(f"customer:p{number}", Kind.STATUS, f"k{number}", "早", held_until=MORNING)
            page.post(letter, NIGHT, str)

    await night.ledger.write(doing)
    clock.at = MORNING
    await delivery.carry(night)
    assert len({one.to for one in mailbox.carried}) == len(mailbox.carried) == many


async def test_a_dead_channel_in_the_morning_loses_nothing(night: Hall, clock: Clock) -> None:
    to = f"customer:{await sit_down(night, channel='tg')}"
    await post(night, to, "一")
    clock.at = MORNING
    assert await owed_since(night) is None  # not let go yet: the next look does
    await delivery.carry(night)
    (letter,) = await letters(night)
    assert (letter.state, letter.why) == ("dead", "no_channel")


async def test_in_a_drill_time_stops_where_quiet_ends(hall: Hall) -> None:
    mailbox = Mailbox()
    through(hall, mailbox)
    to = f"customer:{await sit_down(hall, channel='tg')}"
    await post(hall, to, "一")
    await post(hall, to, "二")
    await post(hall, to, "师傅的话", Kind.WORDS, held=False)
    assert await hall.ledger.read(lambda lists: lists.next_wake_up()) == MORNING
    await forward(hall, hours=48)
    assert {one.text: one.sent_at for one in await letters(hall, to)} == {
        "师傅的话": MONDAY,
        "一": MORNING,
        "二": MORNING,
    }
    assert mailbox.texts == ["师傅的话", "一", "二"]
