"""What somebody answers for: every state from open until closed, slice by slice, nothing left out."""

from dataclasses import replace

import pytest

from bot.desk.case import Outcome, State
from bot.hall import holding
from bot.hall.house import Hall
from tests.kit import CREW
from tests.kit_hall import newest, outage, wants_person


async def test_every_case_is_found_however_small_the_slices(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = set()
    for state in State:
        if state is State.DRAFT:
            continue
        customer, case = await outage(hall)
        kept = replace(await newest(hall, customer), state=state, first_handler=CREW)
        await hall.ledger.write(lambda page, kept=kept: page.record(Outcome(kept, ()), str))  # type: ignore[misc]
        if state not in (State.CLOSED, State.CANCELLED):
            numbers.add(case.no)
    _, other = await wants_person(hall)
    for size in (1, 2, 200):
        monkeypatch.setattr(holding, "LOOK", size)
        assert set(await hall.ledger.read(lambda lists: holding.held(lists, CREW))) == numbers
        found = await holding.all_held(hall, lambda case: case.no)
        assert sorted(found) == sorted({*numbers, other.no})
        assert await holding.all_held(hall, lambda case: case.no if case.no == other.no else None) == [other.no]


async def test_who_has_none(hall: Hall) -> None:
    assert await hall.ledger.read(lambda lists: holding.held(lists, CREW)) == ()
