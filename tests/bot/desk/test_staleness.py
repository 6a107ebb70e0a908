from datetime import timedelta

import pytest

from bot.desk.case import CLOCK, CUSTOMER, Event, Lane
from bot.desk.moves import Move
from bot.desk.staleness import stale
from tests.kit_desk import NOW

Step = tuple[tuple[Move, str], ...]
REMINDED: Step = ((Move.LATE, CLOCK),)
ALARMED: Step = ((Move.BROKEN, CLOCK), (Move.ESCALATE, CLOCK))
BARE: Step = ((Move.REVEAL, "A001"),)
REPLIED: Step = ((Move.REPLY, "A001"), (Move.PROMISE, "A001"))
RESOLVED: Step = ((Move.RESOLVE, "A001"), (Move.KEPT, CLOCK))
CLOSED: Step = ((Move.CLOSE, CLOCK),)


def ledger(*steps: Step) -> list[Event]:
    return [
        Event("DL1", seq, NOW + timedelta(minutes=minute), Lane.SUPPORT, by, move, public=False)
        for minute, step in enumerate(steps)
        for seq, (move, by) in enumerate(step)
    ]


@pytest.mark.parametrize(
    ("since", "gone"),
    [
        ((REMINDED,), False),
        ((REMINDED, ALARMED, BARE), False),
        ((REPLIED,), True),
        ((REPLIED, REMINDED), True),
        ((REMINDED, REPLIED), True),
        ((RESOLVED,), True),
        ((CLOSED,), True),
        ((((Move.URGE, CUSTOMER),), REMINDED), True),
        ((((Move.LATE, CUSTOMER),),), True),
    ],
)
def test_only_what_the_clock_notes_leaves_a_reader_where_he_was(since: tuple[Step, ...], *, gone: bool) -> None:
    assert stale(5, 5 + len(since), ledger(REPLIED, *since)) is gone


def test_a_step_nobody_wrote_of_and_a_version_from_nowhere_are_stale() -> None:
    assert stale(4, 6, ledger(REPLIED, REMINDED))
    assert stale(7, 6, ledger(REPLIED, REMINDED))
    assert stale(0, 1, ledger(REMINDED))
    assert stale(-1, 1, ledger(REMINDED))
    assert not stale(6, 6, ())


def test_two_steps_of_one_moment_count_as_one() -> None:
    at_once = [*ledger(REPLIED), *ledger(REMINDED), *ledger(REMINDED)]
    assert stale(1, 3, at_once)
