from itertools import product

import pytest

from bot.desk.case import State
from bot.desk.errors import IllegalMove
from bot.desk.moves import TABLE, Move, after, possible

LIVE = {State.OPEN, State.ACCEPTED, State.IN_PROGRESS, State.WAITING_CUSTOMER}


@pytest.mark.parametrize(("state", "move"), [*product(State, Move)])
def test_every_cell_of_state_and_move(state: State, move: Move) -> None:
    if state in TABLE[move]:
        assert after("DL1", state, move) is TABLE[move][state]
        assert move in possible(state)
        return
    assert move not in possible(state)
    with pytest.raises(IllegalMove) as refused:
        after("DL1", state, move)
    assert (refused.value.no, refused.value.state, refused.value.move) == ("DL1", state, move)


def test_the_ways_from_state_to_state_are_those_of_the_contract() -> None:
    ways = {(before, move, then) for move, row in TABLE.items() for before, then in row.items() if before is not then}
    stages = {(state, Move.STAGE, State.IN_PROGRESS) for state in (State.ACCEPTED, State.WAITING_CUSTOMER)}
    resolved = {(state, Move.RESOLVE, State.RESOLVED) for state in LIVE - {State.OPEN}}
    assert ways == {
        (State.DRAFT, Move.OPEN, State.OPEN),
        (State.OPEN, Move.ACCEPT, State.ACCEPTED),
        *stages,
        *resolved,
        (State.RESOLVED, Move.CONFIRM, State.CLOSED),
        (State.RESOLVED, Move.CLOSE, State.CLOSED),
        (State.RESOLVED, Move.REFUSE, State.IN_PROGRESS),
        (State.RESOLVED, Move.REOPEN, State.IN_PROGRESS),
        (State.CLOSED, Move.REOPEN, State.IN_PROGRESS),
        *((state, Move.CANCEL, State.CANCELLED) for state in LIVE),
    }


def test_every_move_has_its_row_and_nothing_leads_back_to_a_draft() -> None:
    assert set(TABLE) == set(Move)
    assert all(State.DRAFT not in row.values() for row in TABLE.values())
    assert possible(State.DRAFT) == (Move.OPEN,)
    assert set(possible(State.CANCELLED)) == {Move.NOTE, Move.ACKNOWLEDGE, Move.UNDELIVERED}
