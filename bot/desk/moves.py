"""The one table of a case's life: state × move → state."""

from enum import StrEnum
from types import MappingProxyType

from bot.desk.case import State
from bot.desk.errors import IllegalMove


class Move(StrEnum):
    """What can happen to a case; the names the ledger and the outside use."""

    OPEN = "open"
    ACCEPT = "accept"
    RELEASE = "release"
    REPLY = "reply"
    NOTE = "note"
    STAGE = "stage"
    PAUSE = "pause"
    RESUME = "resume"
    PROMISE = "promise"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    RATE = "rate"
    REOPEN = "reopen"
    CLOSE = "close"
    CANCEL = "cancel"
    URGE = "urge"
    CORRECT = "correct"
    LATE = "late"
    ESCALATE = "escalate"
    KEPT = "kept"
    BROKEN = "broken"
    ACKNOWLEDGE = "acknowledge"
    UNDELIVERED = "undelivered"
    HELP = "help"
    HELP_DONE = "help_done"
    TRANSFER = "transfer"
    CONSENT = "consent"
    REASSIGN = "reassign"
    CHANGE = "change"
    PRIORITY = "priority"
    CALLBACK = "callback"
    REVEAL = "reveal"
    LINK = "link"
    UNLINK = "unlink"
    ATTACH = "attach"
    ERASE = "erase"


_LIVE = (State.OPEN, State.ACCEPTED, State.IN_PROGRESS, State.WAITING_CUSTOMER)
_HELD = (*_LIVE, State.RESOLVED)
"""While somebody answers for the case: from open until it is closed."""
_ANY = (*_LIVE, State.RESOLVED, State.CLOSED, State.CANCELLED)


def _same(states: tuple[State, ...]) -> dict[State, State]:
    return {state: state for state in states}


def _to(target: State, *states: State) -> dict[State, State]:
    return dict.fromkeys(states, target)


TABLE = MappingProxyType(
    {
        Move.OPEN: _to(State.OPEN, State.DRAFT),
        Move.ACCEPT: _to(State.ACCEPTED, State.OPEN),
        Move.RELEASE: _same(_HELD),
        Move.REPLY: _same(_HELD),
        Move.NOTE: _same(_ANY),
        Move.STAGE: _to(State.IN_PROGRESS, State.ACCEPTED, State.IN_PROGRESS, State.WAITING_CUSTOMER),
        Move.PAUSE: _same((State.ACCEPTED, State.IN_PROGRESS)),  # what nobody has accepted is not put aside
        Move.RESUME: _same((State.ACCEPTED, State.IN_PROGRESS)) | {State.WAITING_CUSTOMER: State.IN_PROGRESS},
        Move.PROMISE: _same(_HELD),
        Move.RESOLVE: _to(State.RESOLVED, State.ACCEPTED, State.IN_PROGRESS, State.WAITING_CUSTOMER),
        Move.CONFIRM: _to(State.CLOSED, State.RESOLVED),
        Move.REFUSE: {State.RESOLVED: State.IN_PROGRESS} | _same(_LIVE),  # the end of the case; a change of hands
        Move.RATE: _same((State.RESOLVED, State.CLOSED)),
        Move.REOPEN: _to(State.IN_PROGRESS, State.RESOLVED, State.CLOSED),
        Move.CLOSE: _to(State.CLOSED, State.RESOLVED),
        Move.CANCEL: _to(State.CANCELLED, *_LIVE),
        Move.URGE: _same(_LIVE),
        Move.CORRECT: _same(_HELD),
        Move.LATE: _same(_HELD),
        Move.ESCALATE: _same((*_HELD, State.CLOSED)),  # also a callback nobody made
        Move.KEPT: _same(_HELD),
        Move.BROKEN: _same(_HELD),
        Move.ACKNOWLEDGE: _same(_ANY),
        Move.UNDELIVERED: _same(_ANY),
        Move.HELP: _same(_LIVE),
        Move.HELP_DONE: _same(_HELD),
        Move.TRANSFER: _same(_LIVE),  # what is resolved waits for the customer's word, not for other hands
        Move.CONSENT: _same(_LIVE),
        Move.REASSIGN: _same(_HELD),
        Move.CHANGE: _same(_HELD),
        Move.PRIORITY: _same(_LIVE),
        Move.CALLBACK: _same((*_HELD, State.CLOSED)),
        Move.REVEAL: _same(_ANY),
        Move.LINK: _same(_ANY),
        Move.UNLINK: _same(_ANY),
        Move.ATTACH: _same(_ANY),
        Move.ERASE: _same((State.CLOSED, State.CANCELLED)),
    }
)


WAITS = _to(State.WAITING_CUSTOMER, State.ACCEPTED, State.IN_PROGRESS)
"""Where a pause leads that waits for the customer: the one pause that is a state."""


def after(no: str, state: State, move: Move) -> State:
    """The state a move leads to; IllegalMove where the table has no such cell."""
    try:
        return TABLE[move][state]
    except KeyError:
        raise IllegalMove(no, state, move) from None


def possible(state: State) -> tuple[Move, ...]:
    """Every move this state allows, whoever asks."""
    return tuple(move for move, row in TABLE.items() if state in row)
