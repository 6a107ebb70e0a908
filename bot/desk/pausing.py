"""A pause 挂起: what clocks may stand still, why, till when; the customer reads the reason, nobody is forgotten."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.desk import ladder, promises, waiting
from bot.desk.books import Books
from bot.desk.case import CLOCK, CUSTOMER, Case, Kind, Lane, Outcome, State
from bot.desk.errors import Missing, NeverPauses, NotPaused, Paused
from bot.desk.moves import WAITS, Move, after
from bot.desk.outcome import Draft, Entry, record, to_customer, to_staff
from bot.desk.pending import Pause, Task
from bot.desk.rights import own_task, permit, relation
from bot.desk.roster import Staff
from bot.desk.speech import fit, sensible
from bot.desk.words import words

HIS = ("客户", "用户", "户主", "业主", "申请人", "本人", "材料", "补件", "补交", "资料", "证明")
"""Words of a reason that say that it waits for the customer."""
ASKED, BROUGHT = "asked", "received"
"""What a paper's state is while it is waited for, and once it has come."""


def waits_for_customer(reason: str, wants: Iterable[str]) -> bool:
    """Whether a pause waits for the customer: papers are wanted, or its reason says so."""
    return any(one.strip() for one in wants) or any(word in reason for word in HIS)


def _until(books: Books, wanted: datetime | None, now: datetime) -> datetime:
    """The moment a pause ends by itself; Missing where it is past, or later than the cap allows."""
    if wanted is None:
        raise Missing({"until": "missing.until"})
    if wanted <= now:
        raise Missing({"until": "missing.past"})
    if wanted > now + books.rules.pause_cap:
        raise Missing({"until": "missing.pause_cap"})
    return wanted


def _own_task(case: Case, by: Staff, books: Books, now: datetime) -> int:
    """Number of the task a mere helper pauses; 0 for who answers for the whole case."""
    return own_task(case, by, relation(case, by, books.roster, now))


def _task(task: int) -> dict[str, str]:
    """What the ledger says of a pause that is a task's alone."""
    return {"task": str(task)} if task else {}


def _running(case: Case, task: int) -> Pause | None:
    return next((one for one in case.pauses if one.ended_at is None and one.task == task), None)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: why, which papers of the customer, till when."""

    reason: str
    until: datetime | None
    wants: tuple[str, ...] = ()
    decided: bool = False
    """A duty leader grants it from an alert."""


def pause(books: Books, case: Case, by: Staff, wish: Wish, now: datetime) -> Outcome:
    """The clocks that may stand still do so till a day that is told; a helper's pause is his own task's alone.

    Missing, NeverPauses, Paused, NotYours.
    """
    decided = wish.decided
    if not decided:
        permit(case, Move.PAUSE, by, books.roster, now)
    task = 0 if decided else _own_task(case, by, books, now)
    running = _running(case, task)
    if running:
        raise Paused(case.no, running.by, running.until)
    state = after(case.no, case.state, Move.PAUSE)
    live = promises.running(case)
    if not task and live and all(one.to in promises.STEADY for one in live):
        raise NeverPauses(case.no)
    papers = tuple(dict.fromkeys(one.strip() for one in wish.wants if one.strip()))
    why = fit(books, wish.reason, "reason") if not task else sensible(wish.reason, "reason")
    till = _until(books, wish.until, now)
    his = not task and waits_for_customer(why, papers)
    made = Pause(why, by.no, now, till, papers, customer=his, task=task)
    asked = {name: ASKED for name in papers if his and case.papers.get(name) != BROUGHT}
    moved = replace(
        case,
        state=WAITS[state] if his and state in WAITS else state,
        pauses=(*case.pauses, made),
        papers={**case.papers, **asked},
    )
    facts: dict[str, object] = {
        "no": case.no,
        "topic": case.topic,
        "reason": why,
        "until": till,
        "by": by,
        "handler": books.person(case.first_handler),
    }
    told = {"until": till.isoformat()} | _task(task) | ({"state": moved.state.value} if his else {})
    entry = Entry(Move.PAUSE, by.no, words("event.pause", **facts), public=not task, facts=told)
    if task:
        letter = to_staff(case.first_handler, Kind.NOTICE, words("staff.task.paused", **facts))
        return record(books, moved, now, [replace(entry, lane=Lane.BACKSTAGE)], [letter])
    code = "case.paused.papers" if papers else "case.paused.yours" if his else "case.paused"
    steady = [one for one in live if one.to in promises.STEADY]
    letters = [
        to_customer(case, Kind.STATUS, words(code, **facts, papers=list(papers), promise=steady[0] if steady else None))
    ]
    if not his and not decided:  # our own reason: those who watch the promises hear of it
        letters += [to_staff(no, Kind.NOTICE, words("staff.paused", **facts)) for no in ladder.first(books, case, now)]
    if decided and by.no != case.first_handler:
        letters.append(to_staff(case.first_handler, Kind.NOTICE, words("staff.paused.decided", **facts)))
    return record(books, moved, now, [entry], letters)


def lifted(books: Books, case: Case, by: str, now: datetime, task: int = 0) -> Case:
    """The case with its pause ended and every clock it held running on; unchanged where none runs.

    No pause lasts longer than was said, however late the clock looks.
    """
    running = _running(case, task)
    if running is None:
        return replace(case, state=after(case.no, case.state, Move.RESUME)) if _waits(case, task) else case
    end = min(now, running.until)
    ended = replace(running, ended_at=end, ended_by=by)
    pauses = tuple(ended if one is running else one for one in case.pauses)
    state = after(case.no, case.state, Move.RESUME) if _waits(case, task) else case.state
    if task:
        return replace(case, state=state, pauses=pauses, tasks=_later(case, running, end, task))
    moved = replace(case, state=state, pauses=pauses, tasks=_later(case, running, end, 0))
    kept = tuple(promises.shifted(one, books.calendar, running.at, end) for one in case.promises)
    return replace(moved, promises=kept)


def _waits(case: Case, task: int) -> bool:
    return not task and case.state is State.WAITING_CUSTOMER


def _stood(case: Case, pause_: Pause, end: datetime, task: int) -> timedelta:
    """How long a pause held a task's clock that no other pause held meanwhile."""
    others = [one for one in case.pauses if one.ended_at and one.task in (0, task)]
    both = (min(end, one.ended_at) - max(pause_.at, one.at) for one in others if one.ended_at)
    return end - pause_.at - sum((one for one in both if one > timedelta()), timedelta())


def _later(case: Case, pause_: Pause, end: datetime, only: int) -> tuple[Task, ...]:
    """Helpers' tasks whose clock stood still too: their line lies later by as long."""
    return tuple(
        replace(task, due_at=task.due_at + _stood(case, pause_, end, task.n))
        if task.due_at and task.due_at > pause_.at and task.done_at is None and only in (0, task.n)
        else task
        for task in case.tasks
    )


def _resumed(books: Books, case: Case, by: str, now: datetime, task: int) -> tuple[Case, dict[str, object]]:
    moved = lifted(books, case, by, now, task)
    facts: dict[str, object] = {
        "no": case.no,
        "topic": case.topic,
        "handler": books.person(case.first_handler),
        "promise": waiting.own(moved),
    }
    return moved, facts


def resume(books: Books, case: Case, by: Staff, now: datetime) -> Outcome:
    """The clocks run on from where they stood; the customer hears the new date. NotPaused, NotYours."""
    permit(case, Move.RESUME, by, books.roster, now)
    task = _own_task(case, by, books, now)
    after(case.no, case.state, Move.RESUME)
    if _running(case, task) is None and not _waits(case, task):
        raise NotPaused(case.no)
    moved, facts = _resumed(books, case, by.no, now, task)
    entry = Entry(Move.RESUME, by.no, words("event.resume", by=by), public=not task, facts=_task(task))
    if task:
        letter = to_staff(case.first_handler, Kind.NOTICE, words("staff.task.resumed", **facts, by=by))
        return record(books, moved, now, [replace(entry, lane=Lane.BACKSTAGE)], [letter])
    return record(books, moved, now, [entry], [to_customer(case, Kind.STATUS, words("case.resumed", **facts))])


def wake(books: Books, case: Case, number: int, now: datetime) -> tuple[Case, Entry, list[Draft]]:
    """A pause has reached its day: the clocks run on, customer and first handler hear it."""
    one = case.pauses[number - 1]
    moved, facts = _resumed(books, case, CLOCK, now, one.task)
    entry = Entry(Move.RESUME, CLOCK, words("event.woken"), Lane.SUPPORT, public=not one.task, facts=_task(one.task))
    if one.task:
        people = dict.fromkeys((one.by, case.first_handler))
        return moved, entry, [to_staff(no, Kind.NUDGE, words("staff.task.woken", **facts)) for no in people]
    told = words("staff.woken", **facts, reason=one.reason)
    waits = one.customer and any(case.papers.get(name) == ASKED for name in one.wants)
    code = "case.woken.papers" if waits else "case.woken"
    return (
        moved,
        entry,
        [
            to_customer(case, Kind.STATUS, words(code, **facts, papers=list(one.wants))),
            to_staff(case.first_handler, Kind.NUDGE, told),
        ],
    )


def remind(books: Books, case: Case, number: int) -> tuple[Entry, list[Draft]]:
    """The papers a pause waits for are due soon: the customer hears which, and till when."""
    one = case.pauses[number - 1]
    missing = [name for name in one.wants if case.papers.get(name) == ASKED]
    handler = books.person(case.first_handler)
    told = words(
        "case.papers", no=case.no, topic=case.topic, papers=missing or list(one.wants), until=one.until, handler=handler
    )
    entry = Entry(Move.LATE, CLOCK, words("event.papers"), Lane.SUPPORT, public=False)
    return entry, [to_customer(case, Kind.NOTICE, told)]


def brought(books: Books, case: Case, now: datetime) -> Outcome | None:
    """The customer has sent what a pause waited for: it is our turn again, the clocks run on. None: nothing waited."""
    running = promises.paused(case)
    if not (running.customer if running else _waits(case, 0)):
        return None
    wanted = running.wants if running else case.papers  # brought along as waiting: whatever it asks for
    papers = {name: BROUGHT if name in wanted and state == ASKED else state for name, state in case.papers.items()}
    moved, facts = _resumed(books, replace(case, papers=papers), CUSTOMER, now, 0)
    entry = Entry(Move.RESUME, CUSTOMER, words("event.brought_in"), Lane.CUSTOMER)
    return record(
        books,
        moved,
        now,
        [entry],
        [
            to_customer(case, Kind.STATUS, words("case.brought_in", **facts)),
            to_staff(case.first_handler, Kind.NUDGE, words("staff.brought_in", **facts)),
        ],
    )
