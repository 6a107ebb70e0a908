"""The floor of somebody who is not here any more 离岗: shift over, on leave or gone; the guide speaks, and says so."""

import json
import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk import roster, rules
from bot.desk.books import Books
from bot.desk.errors import DeskError
from bot.guide.thread import Floor, Thread
from bot.hall.house import Hall
from bot.hall.mirror import mirrored
from bot.hall.pages import Page
from bot.hall.wording import render
from intents.slots import mask

log = logging.getLogger(__name__)

KEY = "floors"
"""Where the ledger keeps when the floors were last looked at, and by which roster."""
DAY = timedelta(days=1)


def _away(books: Books, now: datetime, over: Collection[str]) -> frozenset[str]:
    """Who cannot be speaking: his shift is over, he is on leave, or he left the hall."""
    people, day = books.roster, now.astimezone(books.roster.zone).date()
    gone = (no for no, one in people.staff.items() if not one.on or roster.away_till(people, no, day))
    return frozenset((*over, *gone))


def _left(books: Books, thread: Thread, away: Collection[str]) -> bool:
    """Whether the floor is held by somebody who is not here."""
    speaker = thread.speaker if thread.floor is Floor.STAFF else ""
    return bool(speaker) and (speaker in away or speaker not in books.roster.staff)


def _seen(text: str, now: datetime) -> tuple[str, datetime, datetime] | None:
    """The roster's mark at the last look, when it was, when there is something to see again."""
    if not text:
        return None
    mark, at, soon = json.loads(text)
    seen = datetime.fromisoformat(at)
    return (mark, seen, datetime.fromisoformat(soon)) if seen <= now else None


async def walk(hall: Hall, mark: str) -> int:
    """Every floor whose holder has gone since the last look goes back to the guide; how many."""
    text = await hall.ledger.read(lambda lists: lists.remembered(KEY))
    books, now = hall.edition().data.books, hall.clock.now()
    seen = _seen(text, now)
    if seen and seen[0] == mark and now < seen[2]:
        return 0
    over = roster.ended(books.roster, seen[1], now) if seen else ()
    away = _away(books, now, over)
    held = await hall.ledger.read(lambda lists: lists.spoken())
    talks = [one.customer for one in held if _left(books, one, away)]
    given = [await hall.ledger.write(lambda page, key=key: _give_back(hall, page, key, away)) for key in talks]  # type: ignore[misc]
    soon = min(at for at in (roster.next_end(books.roster, now), now + DAY) if at)
    kept = json.dumps([mark, now.isoformat(), soon.isoformat()])
    await hall.ledger.write(lambda page: page.remember(KEY, kept))
    return sum(given)


def _give_back(hall: Hall, page: Page, customer: str, away: Collection[str]) -> int:
    """One talk, one page: the guide speaks, the customer and the ledger hear it."""
    edition, now = hall.edition(), hall.clock.now()
    books, thread = edition.data.books, page.thread(customer)
    if not _left(books, thread, away):
        return 0
    page.keep(replace(thread, floor=Floor.GUIDE, speaker=""))
    try:
        outcome = rules.left(books, page.case(thread.case), books.person(thread.speaker), now)
    except DeskError:
        return 1  # no case any more that anybody could ask about
    page.record(mirrored(hall, page, outcome), lambda text: mask(render(edition.data, text)))
    log.info("floor", extra={"case": thread.case})
    return 1


async def next_wake_up(hall: Hall) -> datetime | None:
    """When a shift ends next; None before the first look."""
    seen = _seen(await hall.ledger.read(lambda lists: lists.remembered(KEY)), hall.clock.now())
    return seen[2] if seen else None
