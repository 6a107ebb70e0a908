"""Whose cases are whose 在办: what somebody answers for, read in slices so that no page stays long."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.desk.case import Case, State
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import CaseQuery, Slice

T = TypeVar("T")
LOOK = 200
"""Cases asked for at once."""
STATES = ("live", State.RESOLVED.value)
"""Together: every state in which somebody answers for a case."""


@dataclass(eq=False)
class HoldsCases(Exception):
    """Open cases have this person as their first handler: somebody else must answer for them first."""

    no: str
    cases: tuple[str, ...]


def held(lists: Lists, no: str) -> tuple[str, ...]:
    """Numbers of the cases somebody answers for, finished ones the customer has not confirmed among them."""
    found: list[str] = []
    for state in STATES:
        after = ""
        while True:
            some = lists.cases(CaseQuery(handler=no, state=state, order="opened", after=after, limit=LOOK))
            found.extend(case.no for case in some.items)
            after = some.next
            if not after:
                break
    return tuple(found)


async def through(hall: Hall, query: Callable[[str], CaseQuery], pick: Callable[[Case], T | None]) -> list[T]:
    """What `pick` finds on the cases of a list, slice by slice; `query` is given where the slice begins."""
    found: list[T] = []
    after = ""
    while True:
        some = await _slice(hall, query(after))
        found.extend(one for one in map(pick, some.items) if one is not None)
        after = some.next
        if not after:
            return found


async def _slice(hall: Hall, query: CaseQuery) -> Slice:
    return await hall.ledger.read(lambda lists: lists.cases(query))


async def all_held(hall: Hall, pick: Callable[[Case], T | None]) -> list[T]:
    """What `pick` finds on every case somebody answers for."""
    found: list[T] = []
    for state in STATES:

        def query(after: str, state: str = state) -> CaseQuery:
            return CaseQuery(state=state, order="opened", after=after, limit=LOOK)

        found.extend(await through(hall, query, pick))
    return found
