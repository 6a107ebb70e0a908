"""Everything that can fall due on a case, earliest first: its clocks as one list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.desk.case import Case, State
from bot.desk.houserules import HouseRules
from bot.desk.promises import HELD, LIVE, Rung, paused, running, stands


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that falls due: its rung (with the promise's id behind a colon), and when."""

    rung: str
    at: datetime


def _tasks(case: Case, rules: HouseRules) -> Iterator[Due]:
    """The clocks of helpers' tasks: taken in time, done before the case's own line."""
    held = {one.task for one in case.pauses if one.ended_at is None}
    for task in case.tasks:
        if task.done_at is not None or task.n in held:
            continue
        since = task.from_at or task.asked_at
        if task.taken_at is None:
            yield Due(f"{Rung.HELP_REMIND}:{task.n}", since + rules.accept_remind)
            yield Due(f"{Rung.HELP_ESCALATE}:{task.n}", since + rules.accept_escalate)
        if task.due_at and 0 not in held:
            yield Due(f"{Rung.HELP_LATE}:{task.n}", task.due_at)


def _pauses(case: Case, rules: HouseRules) -> Iterator[Due]:
    """The ends of pauses, and the customer's papers that are due before."""
    for n, pause in enumerate(case.pauses, 1):
        if pause.ended_at is None:
            remind = pause.until - rules.papers_remind
            if pause.wants and pause.customer and remind > pause.at:
                yield Due(f"{Rung.PAPERS}:{n}", remind)
            yield Due(f"{Rung.WAKE}:{n}", pause.until)


def _calls(case: Case) -> Iterator[Due]:
    """Alerts that go up, or are followed up, because nobody has answered or acted."""
    for one in case.raised:
        if one.next_at and (case.state is not State.CANCELLED or one.grave):
            yield Due(f"{Rung.CALL}:{one.rung}", one.next_at)


def _lines(case: Case, rules: HouseRules) -> Iterator[Due]:
    """The lines of every promise that runs and is not held by a pause; of a resolved case those made in talk."""
    for promise in running(case):
        if stands(case, promise) or (case.state not in LIVE and not promise.by):
            continue
        warn = promise.promise_at - rules.promise_warn if promise.by and promise.promise_at else None
        lines = (
            (Rung.HALF, promise.half_at),
            (Rung.MOST, promise.most_at),
            (Rung.SAID, max(warn, promise.started_at) if warn else None),
            (Rung.INTERNAL, promise.internal_at),
            (Rung.BROKEN, promise.promise_at),
            (Rung.RED_LINE, promise.red_line_at),
        )
        yield from (Due(f"{rung}:{promise.id}", at) for rung, at in lines if at)


def _decisions(case: Case, rules: HouseRules) -> Iterator[Due]:
    """What waits for somebody's word: a change of hands for the customer's, a callback for the duty leader's."""
    wish, owed = case.transfer, case.callback
    if wish and wish.asks and not wish.consented_at and case.state in HELD:
        yield Due(f"{Rung.TRANSFER_WAIT}:{wish.asked_at.isoformat()}", wish.asked_at + rules.consent_wait)
    if owed and owed.done_at is None and case.state is not State.CANCELLED:
        yield Due(f"{Rung.CALLBACK}:{owed.asked_at.isoformat()}", owed.due_at)


def dues(case: Case, rules: HouseRules) -> tuple[Due, ...]:
    """Everything that will fall due on this case and has not fired, earliest first."""
    found: list[Due] = []
    if case.state is State.OPEN:
        since = case.accept_from or case.opened_at
        found.append(Due(Rung.ACCEPT_REMIND, since + rules.accept_remind))
        found.append(Due(Rung.ACCEPT_ESCALATE, since + rules.accept_escalate))
    if case.state is State.RESOLVED and case.resolved_at:
        found.append(Due(Rung.CONFIRM_WARN, case.resolved_at + rules.confirm_warn))
        found.append(Due(Rung.CONFIRM_CLOSE, case.resolved_at + rules.confirm_close))
    found.extend(_decisions(case, rules))
    found.extend(_calls(case))
    if case.state in LIVE:
        found.extend((*_tasks(case, rules), *_pauses(case, rules)))
    if case.state in HELD:
        found.extend(_lines(case, rules))
    if case.state in LIVE and case.beat_at and not paused(case):
        found.append(Due(Rung.BEAT, case.beat_at))
    return tuple(sorted((due for due in found if due.rung not in case.rungs), key=lambda due: due.at))


def next_due(case: Case, rules: HouseRules) -> datetime | None:
    """The earliest wake-up of any of its clocks; None when nothing more can fall due."""
    return next((due.at for due in dues(case, rules)), None)
