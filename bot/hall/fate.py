"""What becomes of a letter: arrived, put off, dead; said as marks for the next page, so that many share a commit."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.case import Event, Kind, Lane, Letter
from bot.desk.moves import Move
from bot.desk.opening import LIVE
from bot.desk.words import words
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import Carried, Posted
from bot.hall.wording import render

log = logging.getLogger(__name__)

Marking = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Fate:
    """A letter that is no longer on its way, and how the ledger is to learn of it."""

    letter: Posted
    mark: Marking


def speaker(hall: Hall, letter: Posted) -> str:
    """Whose words they are, as the customer reads it."""
    staff = hall.edition().data.books.roster.staff.get(letter.speaker)
    return f"{staff.name}（{staff.no}）" if staff else ""


def bury(letter: Posted, why: str, now: datetime) -> Fate:
    """Dead, and seen to be dead: the hall's ledger says so."""
    log.warning("undeliverable", extra={"case": letter.case, "why": why})

    def mark(page: Page) -> None:
        page.dead(letter, why)
        facts = {"letter": str(letter.seq), "why": why, "case": letter.case}
        page.note(Event("", 0, now, Lane.SUPPORT, "clock", Move.UNDELIVERED, public=False, facts=facts), str)

    return Fate(letter, mark)


def shut(hall: Hall, letter: Posted, why: str, now: datetime) -> Fate:
    """This address takes nothing any more: marked, and the first handlers are told to telephone."""
    buried = bury(letter, why, now)

    def mark(page: Page) -> None:
        buried.mark(page)
        reach = page.lists().reach(letter.to)
        if reach is None or reach.blocked_at is not None:
            return
        page.keep_reach(replace(reach, blocked_at=now))
        kind, _, customer = letter.to.partition(":")
        for case in page.cases_of(customer) if kind == "customer" else ():
            if case.state in LIVE:
                told = words("staff.unreachable", no=case.no, topic=case.topic)
                key = f"unreachable:{case.no}:{now.isoformat()}"
                news = Letter(f"staff:{case.first_handler}", Kind.STATUS, key, told, case.no)
                page.post(news, now, lambda text: render(hall.edition().data, text))

    return Fate(letter, mark)


def arrived(hall: Hall, letter: Posted, carried: Carried | None, now: datetime) -> Fate:
    """It is there; an edited card is still the letter it replaces."""

    def mark(page: Page) -> None:
        page.arrived(letter, now, speaker(hall, letter))
        if carried:
            page.keep_carried(letter.seq if letter.replaces is None else letter.replaces, carried)

    return Fate(letter, mark)


def put_off(letter: Posted, until: datetime, *, counts: bool = True) -> Fate:
    """Once more, then."""
    return Fate(letter, lambda page: page.put_off(letter, until, counts=counts))
