"""Who may do what: operation × post, operation × right, move × relation to a case; what is not listed is denied."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.desk.case import Case, Post, State
from bot.desk.errors import NotYours
from bot.desk.moves import TABLE, Move, possible
from bot.desk.pending import Task
from bot.desk.roster import Roster, Staff, away_till, duty_leaders, stand_in

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
        "alerts.list": _POSTS,
        "alerts.all": _LEADER,
        "alerts.ack": _POSTS,
        "alerts.decide": _LEADER,
        "board.show": _POSTS,
        "incidents.list": _POSTS,
        "incidents.open": _POSTS,
        "incidents.move": _POSTS,
        "figures.show": _LEADER,
        "care.show": _LEADER,
        "cases.accept": _POSTS,
        "cases.release": _POSTS,
        "cases.reply": _POSTS,
        "cases.note": _POSTS,
        "cases.stage": _POSTS,
        "cases.pause": _POSTS,
        "cases.resume": _POSTS,
        "cases.resolve": _POSTS,
        "cases.reopen": _POSTS,
        "cases.cancel": _POSTS,
        "cases.close": _LEADER,
        "cases.help": _POSTS,
        "cases.help_done": _POSTS,
        "cases.transfer": _POSTS,
        "cases.reassign": _LEADER,
        "cases.priority": _LEADER,
        "cases.callback": _LEADER,
        "cases.correct": _POSTS,
        "cases.reveal": _POSTS,
        "people.handover": _LEADER,
        "replies.list": _POSTS,
        "tickets.bring": _POSTS,
    }
)
"""The posts that have an operation."""

BY_RIGHT = MappingProxyType(
    {
        "figures.show": _OVERSEER | _FINANCE,
        "care.show": _ADMIN,
        "people.list": _ANY_RIGHT,
        "people.off": _ADMIN,
        "people.handover": _ADMIN,
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
    INVITED = "invited"
    """A task of the case waits for somebody of this person's team or post, or for this very person."""
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
        Move.PAUSE: _OWNERS | {Relation.HELPER},
        Move.RESUME: _OWNERS | {Relation.HELPER},
        Move.RESOLVE: _MANAGERS,
        Move.REOPEN: _MANAGERS,
        Move.CANCEL: _MANAGERS,
        Move.CLOSE: frozenset({Relation.LEADER}),
        Move.HELP: _OWNERS,
        Move.HELP_DONE: frozenset({Relation.HELPER}),
        Move.TRANSFER: frozenset({Relation.FIRST_HANDLER}),
        Move.REASSIGN: frozenset({Relation.LEADER}),
        Move.PRIORITY: frozenset({Relation.LEADER}),
        Move.CALLBACK: frozenset({Relation.LEADER}),
        Move.CORRECT: _MANAGERS | {Relation.HELPER},
        Move.REVEAL: _MANAGERS | {Relation.HELPER},
    }
)


def may(staff: Staff, operation: str, acting: Collection[Post] = ()) -> bool:
    """Whether the post, one he stands at now, or a right has this operation at all; without a row it is nobody's."""
    by_post = not OPERATIONS.get(operation, _NOBODY).isdisjoint({staff.post, *acting})
    return staff.on and (by_post or not BY_RIGHT.get(operation, frozenset()).isdisjoint(staff.rights))


def sees(case: Case, staff: Staff) -> bool:
    """Whether the case exists for this person: whoever it is about never learns of it."""
    return staff.no not in case.hidden_from


def meant(case: Case, task: Task, staff: Staff) -> bool:
    """Whether a task was meant for this person: by number, team or post, and nothing keeps him from the case."""
    fits = staff.on and staff.post is not Post.NONE and staff.no not in (case.first_handler, *case.hidden_from)
    named = bool(task.to) and task.to in (staff.no, staff.team, staff.post.value)
    return fits and named and case.customer not in staff.avoid


def invited(case: Case, task: Task, staff: Staff) -> bool:
    """Whether the task still waits for this person to take it."""
    waits = task.taken_at is None and task.done_at is None and task.helper in ("", staff.no)
    return waits and meant(case, task, staff)


def about(case: Case) -> tuple[str, ...]:
    """Whom a callback is about: who was rated, else who answers for it; and whom the case names."""
    rated = (case.rating.handler,) if case.rating and case.rating.handler else ()
    owed = (case.callback.about,) if case.callback else ()
    return tuple(dict.fromkeys((*(rated + owed or (case.first_handler,)), *case.named)))


def _acts(case: Case, staff: Staff, roster: Roster, at: datetime) -> bool:
    """Whether somebody stands in for the first handler: named by the leave, else the one the customer was told of."""
    day = at.astimezone(roster.zone).date()
    named = stand_in(roster, case.first_handler, day)
    if named and named not in case.hidden_from:
        return named == staff.no
    told = case.cover is not None and case.cover.staff == staff.no
    return told and away_till(roster, case.first_handler, day) is not None


def relation(case: Case, staff: Staff, roster: Roster, at: datetime) -> frozenset[Relation]:
    """Everything somebody is to a case at that moment."""
    if not sees(case, staff):
        return frozenset({Relation.STRANGER})
    found = set()
    if staff.no == case.first_handler:
        found.add(Relation.FIRST_HANDLER)
    if _acts(case, staff, roster, at):
        found.add(Relation.STAND_IN)
    if staff.no in case.helpers:
        found.add(Relation.HELPER)
    if any(invited(case, task, staff) for task in case.tasks):
        found.add(Relation.INVITED)
    if staff.post is Post.DUTY or staff.no in {leader.no for leader in duty_leaders(roster, at)}:
        found.add(Relation.LEADER)
    return frozenset(found or {Relation.STRANGER})


def own_task(case: Case, staff: Staff, mine: Collection[Relation]) -> int:
    """Number of the task that is all a mere helper has of the case; 0 for who answers for the whole of it."""
    if not _OWNERS.isdisjoint(mine):
        return 0
    return next((task.n for task in case.tasks if task.helper == staff.no and task.done_at is None), 0)


def permit(case: Case, move: Move, staff: Staff, roster: Roster, at: datetime) -> None:
    """NotYours unless the move is this person's on this case."""
    if not staff.on or not relation(case, staff, roster, at) & MOVES.get(move, frozenset()):
        raise NotYours(case.no, staff.no, move, case.first_handler)


def moves_of(case: Case, staff: Staff, roster: Roster, at: datetime) -> tuple[Move, ...]:
    """What this person may do to the case now; who is asked to help may accept his task in any state of it."""
    mine = relation(case, staff, roster, at) if staff.on else frozenset()
    allowed = [move for move in possible(case.state) if mine & MOVES.get(move, frozenset())]
    task = own_task(case, staff, mine)
    held = any(one.ended_at is None and one.task == task for one in case.pauses)
    waits = not task and case.state is State.WAITING_CUSTOMER
    idle = {Move.PAUSE} if held else set() if waits else {Move.RESUME}
    allowed = [move for move in allowed if move not in idle]
    if staff.no in about(case):
        allowed = [move for move in allowed if move is not Move.CALLBACK]
    takes = Relation.INVITED in mine and case.state in TABLE[Move.HELP] and Move.ACCEPT not in allowed
    return (Move.ACCEPT, *allowed) if takes else tuple(allowed)
