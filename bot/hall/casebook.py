"""One page about an outage: its members written down, what is done about it kept in the hall's chain."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bot.desk import ladder, membership
from bot.desk.case import Case, Event, Lane, Outcome
from bot.desk.dues import next_due
from bot.desk.errors import Changed, NoSuchCase, NoSuchIncident
from bot.desk.incident import Incident
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from bot.desk.words import words
from bot.hall.house import Hall
from bot.hall.mirror import mirrored
from bot.hall.pages import Page
from bot.hall.wording import render
from intents.slots import mask

log = logging.getLogger(__name__)
Write = Callable[[object], str]
_STEPS: Mapping[str, tuple[Move, str]] = MappingProxyType(
    {
        "open": (Move.OPEN, "incident.open"),
        "table": (Move.OPEN, "incident.table"),
        "confirm": (Move.CHANGE, "incident.confirm"),
        "update": (Move.CHANGE, "incident.update"),
        "restore": (Move.CHANGE, "incident.restore"),
        "link": (Move.LINK, "incident.link"),
        "unlink": (Move.UNLINK, "incident.unlink"),
        "close": (Move.CHANGE, "incident.close"),
    }
)
"""What can be done about an outage: the ledger's move, and the words for it."""


def writer(hall: Hall) -> Write:
    """How words are written out on this hall's pages."""
    data = hall.edition().data
    return lambda text: mask(render(data, text))


def noted(hall: Hall, page: Page, incident: Incident, what: str, by: str, reason: str = "", **facts: str) -> None:
    """What was done about an outage, in the hall's own chain."""
    move, said = _STEPS[what]
    text = words("event.incident", incident=incident.no, area=incident.area, what=words(said), reason=reason)
    told = {"incident": incident.no, "what": what, **facts}
    event = Event("", 0, hall.clock.now(), Lane.SUPPORT, by, move, public=False, text=writer(hall)(text), facts=told)
    page.note(event, str)


def kept(hall: Hall, page: Page, outcome: Outcome) -> Case:
    """One member's outcome written down, shown where messengers show it."""
    return page.record(mirrored(hall, page, outcome), writer(hall))


def caught_up(hall: Hall, page: Page, no: str, now: datetime) -> Case:
    """The case with everything that fell due by now told before what comes next."""
    case = page.case(no)
    late = overdue(hall.edition().data.books, case, now)
    return kept(hall, page, late) if late else case


def number(hall: Hall, page: Page, now: datetime) -> str:
    """The next number of an outage of that day."""
    day = now.astimezone(hall.edition().data.books.calendar.zone)
    return page.next_no(f"GZ{day:%Y%m%d}-")


def raised(hall: Hall, page: Page, incident: Incident, case: Case, count: int, now: datetime) -> None:
    """The alert that asks a duty leader to confirm it stands on a member's case and goes up the ladder like any."""
    books = hall.edition().data.books
    to = ladder.first(books, case, now, "")
    kept(hall, page, membership.suspect(books, case, incident, count, to, now))


def quieted(hall: Hall, page: Page, incident: Incident) -> None:
    """Its alert calls nobody any more from the case it stands on: there is nothing left to confirm there."""
    if not incident.raised_on:
        return
    case, rung = page.case(incident.raised_on), membership.rung(incident)
    raised = tuple(replace(one, next_at=None) if one.rung == rung else one for one in case.raised)
    if raised != case.raised:
        moved = replace(case, raised=raised)
        page.record(Outcome(replace(moved, due_at=next_due(moved, hall.edition().data.books.rules)), ()), str)


async def done(hall: Hall, doing: Callable[[Page], int], about: str) -> int | None:
    """A page of this work; None: it could not be done now, the next round tries again."""
    try:
        return await hall.ledger.write(doing)
    except (Changed, NoSuchCase, NoSuchIncident):
        return None  # somebody moved it meanwhile
    except Exception:
        log.exception("outage stumbled", extra={"case": about})
        return None
