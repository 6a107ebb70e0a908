"""Every move of the desk with good words, and a case on which every one of them has something to do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.desk import correcting, handing, helping, leading, pausing, rules, talking, verdict
from bot.desk.books import Books
from bot.desk.case import Case, Outcome, Post, State
from bot.desk.moves import Move
from bot.desk.pausing import Wish
from bot.desk.pending import Pause, Task
from bot.desk.roster import Leave, Roster, Shift, Staff
from tests.kit_desk import BOOKS, CLERK, CREW, DAILY, LEADER, NOW, SECOND, ZONE, case_in

DAY = timedelta(days=1)
By = Callable[[Books, Case, Staff, datetime], Outcome]
STAFF_MOVES: Mapping[Move, By] = {
    Move.ACCEPT: rules.accept,
    Move.RELEASE: rules.release,
    Move.REPLY: lambda books, case, by, now: talking.reply(books, case, by, "您好", now),
    Move.NOTE: lambda books, case, by, now: talking.note(books, case, by, "内部话", now),
    Move.STAGE: lambda books, case, by, now: rules.stage(books, case, by, "sign", "", now),
    Move.PAUSE: lambda books, case, by, now: pausing.pause(books, case, by, Wish("等配件到货", now + DAY), now),
    Move.RESUME: pausing.resume,
    Move.RESOLVE: lambda books, case, by, now: rules.resolve(books, case, by, "办好了", {}, now),
    Move.REOPEN: lambda books, case, by, now: rules.reopen(books, case, by, "再看看", now),
    Move.CANCEL: lambda books, case, by, now: rules.cancel(books, case, by, "重复了", now),
    Move.CLOSE: lambda books, case, by, now: rules.close(books, case, by, "已核实", now),
    Move.HELP: lambda books, case, by, now: helping.ask(books, case, by, "guide", "请查一下", now),
    Move.HELP_DONE: lambda books, case, by, now: helping.done(books, case, by, "查好了", now),
    Move.TRANSFER: lambda books, case, by, now: handing.transfer(books, case, by, SECOND, "要去学习", now),
    Move.REASSIGN: lambda books, case, by, now: handing.reassign(books, case, by, SECOND, "换人更快", now),
    Move.PRIORITY: lambda books, case, by, now: leading.priority(books, case, by, "urgent", "老人在家", now),
    Move.CALLBACK: lambda books, case, by, now: leading.callback(books, case, by, "已通话", now),
    Move.CORRECT: lambda books, case, by, now: correcting.correct(books, case, by, {"phone": "3"}, "听错了", now),
    Move.REVEAL: lambda books, case, by, now: correcting.reveal(books, case, by, ("phone",), "要回电", now),
}
"""The moves of staff."""
WORKS = {
    Move.HELP_DONE: CREW,
    **dict.fromkeys((Move.CLOSE, Move.REASSIGN, Move.PRIORITY, Move.CALLBACK), LEADER),
}
"""Whose move it is, where it is not the first handler's."""
Of = Callable[[Books, Case, datetime], Outcome]
CUSTOMER_MOVES: Mapping[Move, Of] = {
    Move.CONFIRM: lambda books, case, now: verdict.confirm(books, case, "好了", now),
    Move.REFUSE: lambda books, case, now: verdict.refuse(books, case, "没好", now),
    Move.REOPEN: lambda books, case, now: verdict.reopen(books, case, "又坏了", now),
    Move.RATE: lambda books, case, now: verdict.rate(books, case, 5, "好", now),
    Move.URGE: lambda books, case, now: verdict.urge(books, case, "快点", now),
    Move.CORRECT: lambda books, case, now: verdict.add_facts(books, case, {"phone": "0"}, "补充", now),
    Move.CANCEL: lambda books, case, now: verdict.withdraw(books, case, "不办了", now),
}
"""What the customer may do to the case itself; a change of hands is asked of him in handing."""


def task(to: str = CREW, helper: str = CREW, n: int = 1, **more: object) -> Task:
    """A helper's task, taken where somebody has it."""
    given: dict[str, object] = {"taken_at": NOW if helper else None, "asked_at": NOW} | more
    return Task(n, to, CLERK, "看表", helper=helper, **given)  # type: ignore[arg-type]


def put_aside(case: Case, **more: object) -> Case:
    """The case paused since an hour, till tomorrow."""
    given: dict[str, object] = {"reason": "等配件", "by": CLERK, "at": NOW, "until": NOW + DAY} | more
    return replace(case, pauses=(*case.pauses, Pause(**given)))  # type: ignore[arg-type]


def full(state: State, **more: object) -> Case:
    """A case of the clerk's on which every move has something to do: a fact, a helper."""
    given: dict[str, object] = {"slots": {"phone": "1"}, "tasks": (task(),), "helpers": (CREW,)} | more
    return case_in(state, **given)


THIRD, TEAM = "B003", "业务班"


def led(*called: str, leader: str = SECOND, leaves: tuple[Leave, ...] = ()) -> Books:
    """A hall where the clerk has a team and its leader; three lead it, those called are on shift in that order."""
    people = {**BOOKS.roster.staff, THIRD: Staff(THIRD, "第三位", Post.DUTY)}
    people[CLERK] = replace(people[CLERK], team=TEAM)
    shifts = (*BOOKS.roster.shifts[:3], Shift(called, time(0), None, DAILY)) if called else BOOKS.roster.shifts[:3]
    return replace(BOOKS, roster=Roster(ZONE, people, shifts, leaves, {TEAM: leader}))
