from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.case import CLOCK, Kept, Lane, Promise, State
from bot.desk.moves import Move
from bot.desk.settling import settled
from bot.desk.words import words
from tests.kit_desk import NOW, case_in

LATER = NOW + timedelta(hours=1)
LINE = Promise("p", "reply", NOW, NOW + timedelta(hours=2), None, None)


@pytest.mark.parametrize(
    ("promise", "kept", "move"),
    [
        (LINE, Kept.KEPT, Move.KEPT),
        (replace(LINE, promise_at=NOW), Kept.BROKEN, Move.BROKEN),
        (replace(LINE, promise_at=None), Kept.KEPT, Move.KEPT),
        (replace(LINE, promise_at=LATER), Kept.KEPT, Move.KEPT),
    ],
)
def test_the_ledger_says_how_a_promise_ended(promise: Promise, kept: Kept, move: Move) -> None:
    before = case_in(State.ACCEPTED, promises=(promise,))
    case, (entry,) = settled(before, lambda _: True, LATER)
    assert case.promises == (replace(promise, kept=kept, ended_at=LATER),)
    assert (entry.move, entry.by, entry.lane, entry.facts) == (move, CLOCK, Lane.SUPPORT, {"promise": "p"})
    assert entry.public is (promise.promise_at is not None)
    assert entry.text == words(f"event.{move}", promise=case.promises[0])


def test_what_the_clock_has_told_of_is_not_told_again_and_what_is_not_met_runs_on() -> None:
    broken = replace(LINE, id="b", kept=Kept.BROKEN, promise_at=NOW)
    other = replace(LINE, id="o", to="arrive")
    before = replace(LINE, id="e", ended_at=NOW, kept=Kept.KEPT)
    case, entries = settled(
        case_in(State.ACCEPTED, promises=(broken, other, before)), lambda one: one.to == "reply", LATER
    )
    assert entries == ()
    assert [(one.kept, one.ended_at) for one in case.promises] == [
        (Kept.BROKEN, LATER),
        (Kept.RUNNING, None),
        (Kept.KEPT, NOW),
    ]
