"""Who may do what: operation × post, operation × right, move × relation to a case; what is not listed is denied."""

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
_NOBODY: frozenset[Post] = frozenset()


class Right(StrEnum):
    """What somebody may beside his post."""

    ADMIN = "admin"
    FINANCE = "finance"
    AUDIT = "audit"
    EDITOR = "editor"


_ADMIN = frozenset({Right.ADMIN})
_FINANCE = _ADMIN | {Right.FINANCE}
_EDITOR = _ADMIN | {Right.EDITOR}
_OVERSEER = _ADMIN | {Right.AUDIT}
_ANY_RIGHT = frozenset(Right)

TABLES = MappingProxyType(
    {
        "hall": (_NOBODY, _ADMIN),
        "rules": (_NOBODY, _ADMIN),
        "drill": (_NOBODY, _ADMIN),
        "team": (_NOBODY, _ADMIN),
        "staff": (_NOBODY, _ADMIN),
        "shift": (_LEADER, _ADMIN),
        "leave": (_LEADER, _ADMIN),
        "hours": (_LEADER, _ADMIN),
        "place": (_NOBODY, _ADMIN),
        "account": (_NOBODY, _ADMIN),
        "bill": (_NOBODY, _ADMIN),
        "customer": (_NOBODY, _ADMIN),
        "outage": (_LEADER, _ADMIN),
        "tariff": (_NOBODY, _EDITOR),
        "promise": (_NOBODY, _EDITOR),
        "quota": (_NOBODY, _FINANCE),
        "finance": (_NOBODY, _FINANCE),
        "phrases": (_NOBODY, _EDITOR),
        "case": (_NOBODY, _ADMIN),
        "topic": (_NOBODY, _EDITOR),
    }
)
"""Who writes each table of the hall folder: posts, rights."""

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
        "people.off": _LEADER,
        "letters.mine": _POSTS,
        "letters.all": _LEADER,
        "audit.list": _LEADER,
        "hall.show": _POSTS,
        "hall.write": _LEADER,
        "hall.bare": _NOBODY,
        "hall.money": _LEADER,
        **{f"hall.write.{table}": posts for table, (posts, _) in TABLES.items()},
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
"""The posts that have an operation."""

BY_RIGHT = MappingProxyType(
    {
        "people.list": _ANY_RIGHT,
        "people.off": _ADMIN,
        "letters.mine": _ANY_RIGHT,
        "letters.all": _OVERSEER,
        "audit.list": _OVERSEER,
        "hall.show": _ANY_RIGHT,
        "hall.write": _EDITOR | _FINANCE,
        "hall.bare": _ADMIN,
        "hall.money": _FINANCE | _OVERSEER,
        **{f"hall.write.{table}": rights for table, (_, rights) in TABLES.items()},
    }
)
"""The rights that give an operation, whatever the post."""


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
    """Whether the post or a right has this operation at all; an operation without a row is nobody's."""
    by_post = staff.post in OPERATIONS.get(operation, _NOBODY)
    return staff.on and (by_post or not BY_RIGHT.get(operation, frozenset()).isdisjoint(staff.rights))


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
