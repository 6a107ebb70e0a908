"""Who may do what: one table operation × post, and one move × relation to the case; what is not listed is denied."""

from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.desk.case import Case, Post
from bot.desk.errors import NotYours
from bot.desk.moves import Move
from bot.desk.roster import Roster, Staff, duty_leaders, stand_in

_POSTS = frozenset({Post.GUIDE, Post.WORK, Post.SERVICE, Post.DUTY})
_LEADER = frozenset({Post.DUTY})
_ANYBODY = frozenset(Post)

OPERATIONS = MappingProxyType(
    {
        "me": _ANYBODY,
        "logout": _ANYBODY,
        "cases.list": _POSTS,
        "cases.show": _POSTS,
        "cases.messages": _POSTS,
        "customers.show": _POSTS,
        "customers.messages": _POSTS,
        "people.list": _POSTS,
        "letters.mine": _POSTS,
        "alerts.list": _LEADER,
        "alerts.ack": _LEADER,
        "cases.accept": _POSTS,
        "cases.release": _POSTS,
        "cases.reply": _POSTS,
        "cases.note": _POSTS,
        "cases.stage": _POSTS,
        "cases.resolve": _POSTS,
        "cases.reopen": _POSTS,
        "cases.cancel": _POSTS,
        "cases.close": _LEADER,
    }
)


class Relation(StrEnum):
    """What somebody is to a case."""

    FIRST_HANDLER = "first_handler"
    STAND_IN = "stand_in"
    HELPER = "helper"
    LEADER = "leader"
    STRANGER = "stranger"


_OWNERS = frozenset({Relation.FIRST_HANDLER, Relation.STAND_IN})
_MANAGERS = _OWNERS | {Relation.LEADER}

MOVES = MappingProxyType(
    {
        Move.ACCEPT: _MANAGERS,
        Move.RELEASE: _MANAGERS,
        Move.REPLY: _MANAGERS | {Relation.HELPER},
        Move.NOTE: _MANAGERS | {Relation.HELPER},
        Move.STAGE: _OWNERS | {Relation.HELPER},
        Move.RESOLVE: _MANAGERS,
        Move.REOPEN: _MANAGERS,
        Move.CANCEL: _MANAGERS,
        Move.CLOSE: frozenset({Relation.LEADER}),
    }
)


def may(staff: Staff, operation: str) -> bool:
    """Whether the post has this operation at all; an operation without a row is nobody's."""
    return staff.on and staff.post in OPERATIONS.get(operation, frozenset())


def relation(case: Case, staff: Staff, roster: Roster, at: datetime) -> frozenset[Relation]:
    """Everything somebody is to a case at that moment."""
    found = set()
    if staff.no == case.first_handler:
        found.add(Relation.FIRST_HANDLER)
    if stand_in(roster, case.first_handler, at.astimezone(roster.zone).date()) == staff.no:
        found.add(Relation.STAND_IN)
    if staff.no in case.helpers:
        found.add(Relation.HELPER)
    if staff.post is Post.DUTY or staff.no in {leader.no for leader in duty_leaders(roster, at)}:
        found.add(Relation.LEADER)
    return frozenset(found or {Relation.STRANGER})


def permit(case: Case, move: Move, staff: Staff, roster: Roster, at: datetime) -> None:
    """NotYours unless the move is this person's on this case."""
    if not staff.on or not relation(case, staff, roster, at) & MOVES.get(move, frozenset()):
        raise NotYours(case.no, staff.no, move, case.first_handler)
