"""A case taken up again: nothing of the past end remains, and a clock runs once more."""

from dataclasses import replace
from datetime import datetime

from bot.desk import promises
from bot.desk.books import Books
from bot.desk.case import Case, Kept, Promise, State


def _run_on(case: Case) -> tuple[Promise, ...]:
    """What ended at the refused end runs on as if it had not; what was broken stays broken."""

    def one(promise: Promise) -> Promise:
        if promise.ended_at is None or promise.ended_at != case.resolved_at:
            return promise
        kept = Kept.RUNNING if promise.kept is Kept.KEPT else promise.kept
        return replace(promise, ended_at=None, kept=kept)

    return tuple(one(promise) for promise in case.promises)


def _afresh(books: Books, case: Case, now: datetime) -> tuple[Promise, ...]:
    """A closed case is promised anew from now; promises that stand on a stage begin when it is reached again."""
    topic = books.topics.get(case.topic)
    if topic is None:
        return case.promises
    zone = next((promise.area for promise in case.promises if promise.area), "")
    day = now.astimezone(books.calendar.zone).date()
    rows = promises.chosen(books.promises, topic.promises, zone, day)
    return tuple(promises.start(row, books.calendar, now) for row in rows if not row.since)


def reopened(books: Books, case: Case, now: datetime) -> Case:
    """The case back in work at its last stage: a refused end never was, a closed case is promised afresh."""
    stage, done = case.stage, case.stages_done
    if done and not stage:
        stage, done = done[-1], done[:-1]
    fresh = case.state is State.CLOSED
    running = _afresh(books, case, now) if fresh else _run_on(case)
    again = {promise.id for promise in running} if fresh else set()
    mark = (f"{promises.Rung.REOPENED}{promises.again(case) or ':1'}",) if fresh else ()
    return replace(
        case,
        state=State.IN_PROGRESS,
        resolved_at=None,
        closed_at=None,
        rating=None,
        stage=stage,
        stages_done=done,
        promises=running,
        rungs=(
            *(rung for rung in case.rungs if not rung.startswith("confirm") and rung.partition(":")[2] not in again),
            *mark,
        ),
    )
