"""The walk through outages: reports brought together, news to every member once, page by page, whatever crashes."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk import incidents, membership
from bot.desk.case import CLOCK, Outcome, State
from bot.desk.incident import Incident, Phase
from bot.desk.moves import Move
from bot.desk.promises import LIVE
from bot.desk.roster import Staff
from bot.hall import alerts, casebook, faults, gathering
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.records import CaseQuery

log = logging.getLogger(__name__)
PAGES, A_PAGE = 10, 20
"""Pages a round, members a page: what is more urgent never waits for a whole push."""
HEIRS = 500
"""Members among whom one is looked for that takes an alert over."""


# ---- news


def _one(hall: Hall, page: Page, incident: Incident, no: str) -> int:
    books, now = hall.edition().data.books, hall.clock.now()
    case = casebook.caught_up(hall, page, no, now)
    outcome = membership.news(books, case, incident, now) if case.incident == incident.no else None
    if outcome is None:
        return 0
    person = books.roster.staff.get(incident.news[-1].by)
    if person and outcome.events:
        outcome = _answered(hall, page, outcome, person, now)
    casebook.kept(hall, page, outcome)
    return 1


def _answered(hall: Hall, page: Page, outcome: Outcome, by: Staff, now: datetime) -> Outcome:
    """Alerts that waited for somebody to take the case up are answered by who does so for all of them."""
    move = Move.RESOLVE if outcome.case.state is State.RESOLVED else Move.ACCEPT
    return alerts.by_doing(hall.edition().data.books, page, outcome, move, by, now)


def _page(hall: Hall, page: Page, incident: str, numbers: Sequence[str]) -> int:
    """Some members told in one page: the letter, and that it was written, are one."""
    found = page.lists().incident(incident)
    return sum(_one(hall, page, found, no) for no in numbers) if found else 0


async def _told(hall: Hall, incident: str, numbers: Sequence[str]) -> int:
    """The same; where one of them cannot be told, each of the others is."""
    told = await casebook.done(hall, lambda page: _page(hall, page, incident, numbers), incident)
    if told is not None or len(numbers) == 1:
        return told or 0
    return sum([await _told(hall, incident, (no,)) for no in numbers])


def _behind(lists: Lists, incident: str) -> tuple[str, ...]:
    found = lists.incident(incident)
    return lists.behind(incident, found.told, A_PAGE) if found and found.told else ()


async def spread(hall: Hall, incident: str, pages: int = PAGES) -> int:
    """So many pages of members hear what they have not been told yet; how many did."""
    done = 0
    for _ in range(pages):
        numbers = await hall.ledger.read(lambda lists: _behind(lists, incident))
        told = await _told(hall, incident, numbers) if numbers else 0
        done += told
        if not told:
            break
    return done


# ---- what ends by itself


def _left(lists: Lists, no: str) -> tuple[int, int]:
    """How many members are worked on, and how many wait for their customer's word."""
    live, asked = (
        lists.cases(CaseQuery(incident=no, state=state, limit=1)).total for state in ("live", State.RESOLVED.value)
    )
    return live, asked


def _over(lists: Lists, incident: Incident) -> bool:
    """Whether nobody has anything left to do about it; a confirmed one only people or the table end."""
    if incident.state not in (Phase.SUSPECTED, Phase.RESTORED) or _behind(lists, incident.no):
        return False
    live, asked = _left(lists, incident.no)
    return not live and not (asked and incident.state is Phase.RESTORED)


def _lost(lists: Lists, incident: Incident) -> bool:
    """Whether the case has ended or left on which the alert stood that asks somebody to confirm it."""
    if incident.state is not Phase.SUSPECTED or not incident.raised_on:
        return False
    carrier = lists.case(incident.raised_on)
    return carrier.incident != incident.no or carrier.state not in LIVE


def _end(hall: Hall, page: Page, no: str) -> int:
    incident = page.incident(no)
    if not _over(page.lists(), incident):
        return 0
    page.keep_incident(incidents.ended(incident, hall.clock.now()))
    if incident.state is Phase.SUSPECTED:
        casebook.quieted(hall, page, incident)
    casebook.noted(hall, page, incident, "close", CLOCK)
    return 1


def _raise_again(hall: Hall, page: Page, no: str) -> int:
    """Another member's case takes the alert over; one that somebody has answered is not asked again."""
    incident, lists = page.incident(no), page.lists()
    heirs = [one for one in lists.members(no, "", HEIRS) if one.state in LIVE]
    if not heirs or not _lost(lists, incident):
        return 0
    rung, before = membership.rung(incident), lists.case(incident.raised_on)
    casebook.quieted(hall, page, incident)
    moved = page.keep_incident(replace(incident, raised_on=heirs[0].no))
    if not any(one.rung == rung and one.acked_by for one in before.raised):
        casebook.raised(hall, page, moved, page.case(heirs[0].no), len(heirs), hall.clock.now())
    return 1


async def _tidied(hall: Hall, no: str) -> int:
    found = await hall.ledger.read(lambda lists: _waiting(lists, no))
    if not any(found):
        return 0
    doing = _end if found[0] else _raise_again
    return await casebook.done(hall, lambda page: doing(hall, page, no), no) or 0


def _waiting(lists: Lists, no: str) -> tuple[bool, bool]:
    incident = lists.incident(no)
    return (_over(lists, incident), _lost(lists, incident)) if incident else (False, False)


async def walk(hall: Hall) -> int:
    """A round: the hall's own table of faults, reports alike, news, what is over. How much moved."""
    try:
        moved = await faults.walk(hall) + await gathering.walk(hall)
        for incident in await hall.ledger.read(lambda lists: lists.live_incidents()):
            moved += await spread(hall, incident.no) + await _tidied(hall, incident.no)
    except Exception:
        log.exception("outages not walked")
        return 0
    if moved:
        hall.bell.ring("desk")
        hall.outbox_has_work()
    return moved


async def next_wake_up(hall: Hall) -> datetime | None:
    """When a fault of the hall's own table begins or ends; news wait for no clock."""
    try:
        return faults.next_begin(hall.edition().data, hall.clock.now())
    except Exception:
        log.exception("no wake-up")  # what nobody can mend stops no clock
        return None
