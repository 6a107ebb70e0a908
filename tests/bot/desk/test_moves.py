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
        (State.WAITING_CUSTOMER, Move.RESUME, State.IN_PROGRESS),
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
    ended = {
        Move.NOTE,
        Move.ACKNOWLEDGE,
        Move.UNDELIVERED,
        Move.REVEAL,
        Move.LINK,
        Move.UNLINK,
        Move.ATTACH,
        Move.ERASE,
    }
    assert set(possible(State.CANCELLED)) == ended
    assert set(possible(State.CLOSED)) == {*ended, Move.RATE, Move.REOPEN, Move.CALLBACK, Move.ESCALATE}


STAYS = {
    "v": "urge help transfer consent priority refuse",
    "h": "release reply correct late kept broken help_done reassign change promise",
    "c": "callback escalate",
    "a": "note acknowledge undelivered reveal link unlink attach",
}
"""Written from the contract: what changes nothing of the state, while it lives, is held, until closed, always."""
AMONG = {
    "v": LIVE,
    "h": {*LIVE, State.RESOLVED},
    "c": {*LIVE, State.RESOLVED, State.CLOSED},
    "a": {*State} - {State.DRAFT},
}


def test_what_leaves_the_state_as_it_is_may_happen_where_the_contract_says() -> None:
    same = {(before, move.value) for move, row in TABLE.items() for before, then in row.items() if before is then}
    stays = {(state, move) for kind, names in STAYS.items() for move in names.split() for state in AMONG[kind]}
    more = {
        *((state, "rate") for state in (State.RESOLVED, State.CLOSED)),
        *((state, "erase") for state in (State.CLOSED, State.CANCELLED)),
        (State.IN_PROGRESS, "stage"),
        *((state, move) for state in (State.ACCEPTED, State.IN_PROGRESS) for move in ("pause", "resume")),
    }
    assert same == stays | more
