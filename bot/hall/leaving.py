"""Somebody leaves the hall: nobody's case is left behind, and every way in is shut in the same page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk import handing
from bot.desk.books import Books
from bot.desk.case import Case, Event, Lane, Outcome, Post
from bot.desk.errors import Missing
from bot.desk.moves import Move
from bot.desk.rights import sees
from bot.desk.roster import Staff
from bot.desk.speech import fit, sensible
from bot.hall import floor, holding, tables
from bot.hall.cabinet import Kind, Row
from bot.hall.counter import Asked, Preview, caught_up, preview
from bot.hall.floor import Passing
from bot.hall.holding import HoldsCases
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.mirror import mirrored
from bot.hall.pages import Page
from bot.hall.wording import render
from intents.slots import mask

__all__ = ["HoldsCases", "NoSuchPerson", "handover", "held", "off"]

BARRED = "missing.person.barred"


class NoSuchPerson(Exception):
    """Nobody of the hall has this work number."""


def held(lists: Lists, no: str, asker: str = "") -> tuple[str, ...]:
    """Numbers of the cases somebody answers for, from open until closed, as far as they exist for the asker."""
    numbers = holding.held(lists, no)
    return tuple(one for one in numbers if not asker or asker not in lists.case(one).hidden_from)


def _switched_off(no: str, rows: Sequence[Row]) -> Sequence[Row]:
    return tuple({**row, "state": "off"} if row.get("no") == no else row for row in rows)


def _nothing_held(lists: Lists, no: str, by: Staff) -> None:
    if held(lists, no):
        raise HoldsCases(no, held(lists, no, by.no))  # none of them named where all are hidden from him


async def off(hall: Hall, by: Staff, no: str, reason: str, asked: Asked) -> None:
    """Switched off: no new work, sessions and tokens dead at once. HoldsCases: nothing was done."""
    staff = hall.edition().data.books.roster.staff.get(no)
    if staff is None:
        raise NoSuchPerson
    told, now = mask(sensible(reason, "reason")), hall.clock.now()

    def beside(page: Page) -> None:
        _nothing_held(page.lists(), no, by)
        page.end_sessions(subject=no)
        facts = {"staff": no}
        page.note(Event("", 0, now, Lane.SUPPORT, by.no, "off", public=False, text=told, facts=facts), str)

    await hall.ledger.read(lambda lists: _nothing_held(lists, no, by))
    if not staff.on:
        await hall.ledger.write(lambda page: page.end_sessions(subject=no))
        return

    def make(kind: Kind, rows: Sequence[Row]) -> Sequence[Row]:
        del kind
        return _switched_off(no, rows)

    await tables.change(hall, by, "staff", make, reason, asked, beside)


class _Tried(Exception):
    """Leaves the page without keeping anything."""

    def __init__(self, found: Preview) -> None:
        super().__init__()
        self.found = found


def _as_leader(by: Staff) -> Staff:
    """Who may hand over all cases of somebody does it as the duty leader does, also by right and not by post."""
    return by if by.post is Post.DUTY else replace(by, post=Post.DUTY)


def _taken(books: Books, cases: Sequence[Case], by: Staff, to: str, reason: str, now: datetime) -> list[Outcome]:
    """Every case in its new hands; Missing names those that this person cannot take."""
    found: list[Outcome] = []
    barred: list[str] = []
    for case in cases:
        try:
            found.append(handing.reassign(books, case, by, to, reason, now))
        except Missing as missing:
            if missing.fields != {"to": BARRED}:
                raise
            barred.append(case.no)
    if barred:
        raise Missing({"to": f"missing.handover:{'、'.join(barred)}"})
    return found


async def handover(hall: Hall, by: Staff, no: str, to: str, reason: str, asked: Asked) -> tuple[str, ...] | Preview:
    """移交全部: everything somebody answers for gets another first handler, on one page, all or none.

    Cases hidden from the asker are another leader's to hand over: until then `off` is refused.
    """
    edition, now = hall.edition(), hall.clock.now()
    books, leader, to = edition.data.books, _as_leader(by), to.strip()
    done = f"request:{by.no}:people/{no}/handover:{asked.id}" if asked.id else ""

    def write(text: object) -> str:
        return mask(render(edition.data, text))

    def doing(page: Page) -> tuple[str, ...]:
        if done and (kept := page.remembered(done)):
            return tuple(kept.split()[1:])
        numbers = held(page.lists(), no, by.no)
        if no not in books.roster.staff and not numbers:
            raise NoSuchPerson
        _takes_over(books, no, to, reason)
        cases = [case for number in numbers if sees(case := page.case(number), by)]
        if not asked.dry:  # what fell due by now is told before the hands change
            cases = [caught_up(hall, page, case, now, write) for case in cases]
        outcomes = _taken(books, cases, leader, to, reason, now)
        if asked.dry:
            raise _Tried(_summed([preview(one, by, write) for one in outcomes], outcomes))
        for case, outcome in zip(cases, outcomes, strict=True):
            floor.pass_to(page, books, Passing(case, outcome.case, leader, Move.REASSIGN, now), write)
            page.record(mirrored(hall, page, outcome), write)
        if done:
            page.remember(done, " ".join((now.isoformat(), *numbers)))
        return numbers

    try:
        numbers = await hall.ledger.write(doing)
    except _Tried as tried:
        return tried.found
    hall.bell.ring("desk")
    hall.outbox_has_work()
    return numbers


def _takes_over(books: Books, no: str, to: str, reason: str) -> None:
    """Whoever is to take over works here, is somebody else, and the reason has sense."""
    fit(books, reason, "reason")
    person = books.roster.staff.get(to)
    if person is None or not person.on or person.post is Post.NONE:
        raise Missing({"to": "missing.person"})
    if to == no:
        raise Missing({"to": "missing.person.same"})


def _summed(found: Sequence[Preview], outcomes: Sequence[Outcome]) -> Preview:
    """What all changes together would do."""
    texts = "\n\n".join(one.text for one in found if one.text)
    cases = tuple(no for one in found for no in one.cases)
    return Preview(len({one.case.customer for one in outcomes}), cases, texts)
