"""What becomes of a letter: arrived, put off, dead; said as marks for the next page, so that many share a commit."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk import roster
from bot.desk.case import Event, Kind, Lane, Letter, State
from bot.desk.errors import NoSuchCase
from bot.desk.moves import Move
from bot.desk.promises import HELD
from bot.desk.words import words
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import Carried, LetterQuery, Posted
from bot.hall.wording import render

log = logging.getLogger(__name__)

HANDED_ON = "shut:"
"""How the keys of letters begin that were handed on because somebody's messenger takes nothing any more."""

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
    """This address takes nothing any more: marked; the first handlers telephone, the duty leaders pass it on."""
    buried = bury(letter, why, now)

    def mark(page: Page) -> None:
        buried.mark(page)
        reach = page.lists().reach(letter.to)
        known = reach is not None and reach.blocked_at is not None
        _handed_on(hall, page, letter, now, known=known)
        if reach is None or known:
            return
        page.keep_reach(replace(reach, blocked_at=now))
        kind, _, customer = letter.to.partition(":")
        if kind == "customer":
            by_telephone(hall, page, customer, now)

    return Fate(letter, mark)


def by_telephone(hall: Hall, page: Page, customer: str, now: datetime) -> bool:
    """Whoever answers for a case of this customer, and whoever stands in, is told to telephone; whether anybody is."""
    posted = False
    for case in page.cases_of(customer):
        if case.state not in HELD:
            continue
        told = words("staff.unreachable", no=case.no, topic=case.topic)
        key = f"unreachable:{case.no}:{now.isoformat()}"
        acting = (case.cover.staff,) if case.cover else ()
        for no in dict.fromkeys((case.first_handler, *acting)):
            news = Letter(f"staff:{no}", Kind.STATUS, f"{key}:{no}", told, case.no)
            posted |= page.post(news, now, lambda text: render(hall.edition().data, text))
    return posted


def _presses(page: Page, letter: Posted) -> bool:
    """An alert, or the reminder that a case waits to be accepted; what was handed on already goes no further."""
    if not letter.to.startswith("staff:") or letter.key.startswith(HANDED_ON):
        return False
    if letter.kind != Kind.NUDGE or not letter.case:
        return letter.kind == Kind.ALERT
    try:
        return page.case(letter.case).state is State.OPEN
    except NoSuchCase:
        return False


def _has(page: Page, no: str, letter: Posted) -> bool:
    """Whether this person was sent the very same."""
    query = LetterQuery(to=f"staff:{no}", case=letter.case, kind=letter.kind, newest=True)
    return any(one.text == letter.text for one in page.lists().letters_for(query).items)


def _handed_on(hall: Hall, page: Page, letter: Posted, now: datetime, *, known: bool) -> None:
    """What presses and reached somebody's desk only: the duty leaders get it too, once, and are told so.

    Who has it himself is told of it once, when the messenger is first found shut.
    """
    if not _presses(page, letter):
        return
    data, no = hall.edition().data, letter.to.removeprefix("staff:")
    hidden = page.case(letter.case).hidden_from if letter.case else ()
    told = words("staff.shut", to=data.books.person(no), text=letter.text)
    for leader in roster.alerted(data.books.roster, no, now, hidden):
        if leader != no and not (known and _has(page, leader, letter)):
            key = f"{HANDED_ON}{letter.key}:{leader}"
            page.post(Letter(f"staff:{leader}", Kind.ALERT, key, told, letter.case), now, lambda t: render(data, t))


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
