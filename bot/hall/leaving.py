"""Somebody leaves the hall: nobody's case is left behind, and every way in is shut in the same page."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk.case import Event, Lane
from bot.desk.roster import Staff
from bot.desk.rules import sensible
from bot.hall import tables
from bot.hall.cabinet import Kind, Row
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.records import CaseQuery
from intents.slots import mask

LOOK = 200
"""Cases asked for at once."""


class NoSuchPerson(Exception):
    """Nobody of the hall has this work number."""


@dataclass(eq=False)
class HoldsCases(Exception):
    """Open cases have this person as their first handler: somebody else must answer for them first."""

    no: str
    cases: tuple[str, ...]


def held(lists: Lists, no: str) -> tuple[str, ...]:
    """Numbers of the open cases somebody answers for."""
    found: list[str] = []
    after = ""
    while True:
        some = lists.cases(CaseQuery(handler=no, state="live", after=after, limit=LOOK))
        found.extend(case.no for case in some.items)
        after = some.next
        if not after:
            return tuple(found)


def _switched_off(no: str, rows: Sequence[Row]) -> Sequence[Row]:
    return tuple({**row, "state": "off"} if row.get("no") == no else row for row in rows)


async def off(hall: Hall, by: Staff, no: str, reason: str, asked: Asked) -> None:
    """Switched off: no new work, sessions and tokens dead at once. HoldsCases: nothing was done."""
    staff = hall.edition().data.books.roster.staff.get(no)
    if staff is None:
        raise NoSuchPerson
    told, now = mask(sensible(reason, "reason")), hall.clock.now()

    def beside(page: Page) -> None:
        if cases := held(page.lists(), no):
            raise HoldsCases(no, cases)
        page.end_sessions(subject=no)
        facts = {"staff": no}
        page.note(Event("", 0, now, Lane.SUPPORT, by.no, "off", public=False, text=told, facts=facts), str)

    if cases := await hall.ledger.read(lambda lists: held(lists, no)):
        raise HoldsCases(no, cases)
    if not staff.on:
        await hall.ledger.write(lambda page: page.end_sessions(subject=no))
        return

    def make(kind: Kind, rows: Sequence[Row]) -> Sequence[Row]:
        del kind
        return _switched_off(no, rows)

    await tables.change(hall, by, "staff", make, reason, asked, beside)
