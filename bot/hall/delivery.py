"""服务岗: carries letters from the outbox to their channels, each once, in order, dangerous ones first."""

import logging
from datetime import timedelta

from bot.desk.case import Event, Lane
from bot.desk.moves import Move
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.ports import Channel, TryLater, Undeliverable
from bot.hall.records import Posted

log = logging.getLogger(__name__)

BATCH = 200
PATIENCE = 8
"""Tries before a letter dies visibly and the next one goes on."""
BACK_OFF = timedelta(seconds=2)


def _channel(hall: Hall, letter: Posted) -> Channel | None:
    """The first channel the letter names that this hall has."""
    return next((hall.channels[name] for name in letter.channels if name in hall.channels), None)


def _name(hall: Hall, letter: Posted) -> str:
    """Whose words they are, as the customer reads it."""
    staff = hall.edition().data.books.roster.staff.get(letter.speaker)
    return f"{staff.name}（{staff.no}）" if staff else ""


async def _tell(hall: Hall, arrived: list[tuple[Posted, int]]) -> None:
    """Wake those who wait for letters that are already theirs; a tab that is gone loses nothing."""
    for letter, seq in arrived:
        channel = _channel(hall, letter)
        if channel:
            await channel.send(letter, seq)


async def _send(hall: Hall, channel: Channel, letter: Posted) -> bool:
    """Through a channel that cannot promise exactly once: marked before, marked after; False: put off."""
    await hall.ledger.write(lambda page: page.sending(letter))
    try:
        await channel.send(letter, letter.seq)
    except TryLater as later:
        return await _put_off(hall, letter, later.wait)
    except Undeliverable as never:
        await _bury(hall, letter, never.why)
    except Exception:
        log.exception("send failed", extra={"case": letter.case, "channel": channel.name})
        return await _put_off(hall, letter, BACK_OFF)
    else:
        now = hall.clock.now()
        await hall.ledger.write(lambda page: page.arrived(letter, now, _name(hall, letter)))
    return True


async def _put_off(hall: Hall, letter: Posted, wait: timedelta) -> bool:
    """Later, each time twice as late; after enough tries never. Whether it is out of the way."""
    if letter.tries + 1 >= PATIENCE:
        await _bury(hall, letter, "tries")
        return True
    until = hall.clock.now() + max(wait, BACK_OFF * 2**letter.tries)
    await hall.ledger.write(lambda page: page.put_off(letter, until))
    return False


async def _bury(hall: Hall, letter: Posted, why: str) -> None:
    """Dead, and seen to be dead: the case's ledger says so."""

    def doing(page: Page) -> None:
        page.dead(letter, why)
        facts = {"letter": str(letter.seq), "why": why, "case": letter.case}
        now = hall.clock.now()
        page.note(Event("", 0, now, Lane.SUPPORT, "clock", Move.UNDELIVERED, public=False, facts=facts), str)

    await hall.ledger.write(doing)
    log.warning("undeliverable", extra={"case": letter.case, "why": why})


async def carry(hall: Hall) -> int:
    """Carry what is due; how many letters were looked at."""
    async with hall.carrying:
        return await _carry(hall)


async def _carry(hall: Hall) -> int:
    now = hall.clock.now()

    def doing(page: Page) -> tuple[list[tuple[Posted, int]], list[Posted]]:
        arrived: list[tuple[Posted, int]] = []
        others: list[Posted] = []
        for letter in page.waiting(now, BATCH):
            channel = _channel(hall, letter)
            if channel is not None and channel.lasting:
                arrived.append((letter, page.arrived(letter, now, _name(hall, letter))))
            else:
                others.append(letter)
        return arrived, others

    arrived, others = await hall.ledger.write(doing)
    await _tell(hall, arrived)
    held: set[str] = set()
    for letter in others:
        channel = _channel(hall, letter)
        if letter.to in held:
            continue  # what is put off holds back what follows to the same person
        if channel is None:
            await _bury(hall, letter, "no_channel")
        elif not await _send(hall, channel, letter):
            held.add(letter.to)
    return len(arrived) + len(others)
