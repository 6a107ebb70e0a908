"""值班领导岗: watches; what is due goes up, and somebody answers for every alert."""

import logging
from dataclasses import replace
from datetime import datetime

from bot.desk.case import Outcome
from bot.desk.dues import next_due
from bot.desk.errors import Changed, NoSuchCase
from bot.desk.overdue import overdue
from bot.desk.roster import Staff
from bot.hall import alerts, digests, floor, forms, notices, rounds, spreading
from bot.hall.house import Hall
from bot.hall.mirror import mirrored
from bot.hall.pages import Page
from bot.hall.records import OpenAlert
from bot.hall.wording import render
from intents.slots import mask

log = logging.getLogger(__name__)
LOOK = 200


async def watch(hall: Hall) -> int:
    """A round where there is one to make, then every case whose wake-up has come, each a page; how much moved."""
    moved = await rounds.walk(hall)
    now = hall.clock.now()
    numbers = await hall.ledger.read(lambda lists: lists.due(now, LOOK))
    for no in numbers:
        try:
            moved += await hall.ledger.write(lambda page, no=no: _look(hall, page, no))  # type: ignore[misc]
        except (Changed, NoSuchCase):
            continue  # somebody moved it meanwhile; the next watch looks again
        except Exception:
            log.exception("watch failed", extra={"case": no})
    for walk in (forms.walk, spreading.walk, notices.walk, digests.walk):
        try:
            moved += await walk(hall)
        except Exception:
            log.exception("round failed")  # one room's trouble is no other's
    if moved:
        hall.bell.ring("desk")
        hall.outbox_has_work()
    return moved


def _look(hall: Hall, page: Page, no: str) -> int:
    edition = hall.edition()
    case = page.case(no)
    outcome = overdue(edition.data.books, case, hall.clock.now())
    if outcome is None:  # the rules changed since: the wake-up is set anew
        wake_up = next_due(case, edition.data.books.rules)
        if wake_up != case.due_at:
            page.record(Outcome(replace(case, due_at=wake_up), ()), str)
        return 0
    outcome = alerts.once_an_outage(edition.data.books, page, outcome)
    page.record(mirrored(hall, page, outcome), lambda text: mask(render(edition.data, text)))
    thread = page.thread(case.customer)
    if (after := floor.over(thread, outcome.case)) != thread:
        page.keep(after)
    log.info("due", extra={"case": no})
    return 1


async def next_wake_up(hall: Hall) -> datetime | None:
    """The next moment something falls due that is no case's clock and no letter's: rounds, outages, digests."""
    found: list[datetime] = []
    for room in (rounds.next_wake_up, spreading.next_wake_up, notices.next_wake_up, digests.next_wake_up):
        try:
            at = await room(hall)
        except Exception:
            log.exception("no wake-up")  # what nobody can mend stops no clock
            continue
        found += [at] if at else []
    return min(found, default=None)


async def acknowledge(hall: Hall, by: Staff, alert: int) -> OpenAlert | None:
    """Somebody says: I have it. The first one stays; None if there is no such alert."""
    found = await hall.ledger.write(lambda page: alerts.answered(hall, page, alert, by))
    hall.bell.ring("desk")
    return found
