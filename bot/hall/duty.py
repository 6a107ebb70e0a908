"""值班领导岗: watches; what is due goes up, and somebody answers for every alert."""

import logging
from dataclasses import replace

from bot.desk.case import Event, Lane, Outcome
from bot.desk.errors import Changed, NoSuchCase
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from bot.desk.promises import next_due
from bot.desk.roster import Staff
from bot.hall.house import Hall
from bot.hall.mirror import mirrored
from bot.hall.pages import Page
from bot.hall.records import OpenAlert
from bot.hall.wording import render
from intents.slots import mask

log = logging.getLogger(__name__)
LOOK = 200


async def watch(hall: Hall) -> int:
    """Every case whose wake-up has come gets a page of its own; how many moved."""
    now = hall.clock.now()
    numbers = await hall.ledger.read(lambda lists: lists.due(now, LOOK))
    if not numbers:
        return 0
    moved = 0
    for no in numbers:
        try:
            moved += await hall.ledger.write(lambda page, no=no: _look(hall, page, no))  # type: ignore[misc]
        except (Changed, NoSuchCase):
            continue  # somebody moved it meanwhile; the next watch looks again
        except Exception:
            log.exception("watch failed", extra={"case": no})
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
    page.record(mirrored(hall, page, outcome), lambda text: mask(render(edition.data, text)))
    log.info("due", extra={"case": no})
    return 1


async def acknowledge(hall: Hall, by: Staff, alert: int) -> OpenAlert | None:
    """Somebody says: I have it. The first one stays; None if there is no such alert."""

    def doing(page: Page) -> OpenAlert | None:
        news = alert in [one.id for one in page.lists().alerts(only_open=True)]
        found = page.acknowledge(alert, by.no, hall.clock.now())
        if found and news:
            facts = {"alert": str(alert), "rung": found.rung, "case": found.case}
            now = hall.clock.now()
            page.note(Event("", 0, now, Lane.SUPPORT, by.no, Move.ACKNOWLEDGE, public=False, facts=facts), str)
        return found

    found = await hall.ledger.write(doing)
    hall.bell.ring("desk")
    return found
