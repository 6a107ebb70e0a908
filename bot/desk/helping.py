"""Help 协办: a task for another person, team or post, with a clock of its own; the first handler answers for it all."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.desk import promises, roster
from bot.desk.books import Books
from bot.desk.case import CLOCK, Case, Kind, Lane, Outcome, Post
from bot.desk.errors import IllegalMove, Missing, NotYours, Taken
from bot.desk.moves import TABLE, Move, after
from bot.desk.outcome import Entry, record, to_staff
from bot.desk.pending import Task
from bot.desk.rights import invited, meant, permit
from bot.desk.roster import Staff
from bot.desk.speech import sensible
from bot.desk.words import words


def helpers_of(tasks: Iterable[Task]) -> tuple[str, ...]:
    """Who has an open task."""
    return tuple(dict.fromkeys(task.helper for task in tasks if task.helper and task.done_at is None))


def _kept(case: Case, *changed: Task) -> Case:
    by_number = {task.n: task for task in changed}
    tasks = tuple(by_number.pop(task.n, task) for task in case.tasks) + tuple(by_number.values())
    return replace(case, tasks=tasks, helpers=helpers_of(tasks))


def relieved(case: Case, no: str, now: datetime) -> Case:
    """The case without this person's open tasks: they end without a result."""
    ended = [replace(one, done_at=now) for one in case.tasks if one.helper == no and one.done_at is None]
    return _kept(case, *ended)


def forsaken(books: Books, case: Case, now: datetime) -> Outcome | None:
    """Tasks of somebody who has left the hall end without a result and go back to the first handler; None: no news."""
    open_ = [one for one in case.tasks if one.helper and one.done_at is None]
    left = [one for one in open_ if not works_here(books, one.helper)]
    if not left or case.state not in TABLE[Move.HELP_DONE]:
        return None
    moved = _kept(case, *(replace(one, done_at=now) for one in left))
    entries, letters = [], []
    for one in left:
        facts: dict[str, object] = {
            "no": case.no,
            "topic": case.topic,
            "by": books.person(one.helper),
            "text": one.text,
        }
        said, task = words("event.help.forsaken", **facts), {"task": str(one.n)}
        entries.append(Entry(Move.CHANGE, CLOCK, said, Lane.BACKSTAGE, public=False, facts=task))
        letters.append(to_staff(case.first_handler, Kind.NOTICE, words("staff.help.forsaken", **facts)))
    return record(books, moved, now, entries, letters)


def works_here(books: Books, no: str) -> bool:
    """Whether somebody is at one of the hall's posts at all, on duty or not."""
    person = books.person(no)
    return person.on and person.post is not Post.NONE


def means(books: Books, task: Task) -> Staff | Post | str:
    """Whom a task is for, as people read it."""
    no = task.helper or (task.to if task.to in books.roster.staff else "")
    if no:
        return books.person(no)
    return Post(task.to) if task.to in [one.value for one in Post] else task.to


def _key(books: Books, text: str) -> str:
    """A work number, team or post as the hall writes it."""
    person = roster.called(books.roster, text)
    if person:
        return person.no
    wanted = text.strip().casefold()
    groups = (group for one in books.roster.staff.values() for group in (one.team, one.post.value) if group)
    return next((group for group in groups if group.casefold() == wanted), "")


def _asked(books: Books, case: Case, task: Task, now: datetime) -> tuple[Staff, ...]:
    """Whom the task means: one person, or everybody of a team or post, those on shift where there are any; Missing."""
    people = books.roster.staff
    found = [one for one in people.values() if meant(case, task, one) and (task.to not in people or task.to == one.no)]
    if not found:
        raise Missing({"to": "missing.helper"})
    here = {one.no for one in roster.on_shift(books.roster, now)}
    return tuple(one for one in found if one.no in here) or tuple(found)


def _line(case: Case, now: datetime) -> datetime | None:
    """The line of the case that runs out first: the hall's own before the public one."""
    lines = [at for one in promises.running(case) for at in (one.internal_at, one.promise_at) if at and at > now]
    return min(lines, default=None)


def ask(books: Books, case: Case, by: Staff, to: str, text: str, now: datetime, *, decided: bool = False) -> Outcome:
    """The first handler calls somebody in, or a duty leader sends him; of a team or post whoever takes it first."""
    if not decided:
        permit(case, Move.HELP, by, books.roster, now)
    after(case.no, case.state, Move.HELP)
    said, key = sensible(text, "text"), _key(books, to)
    personal = key in books.roster.staff
    task = Task(
        n=len(case.tasks) + 1,
        to=key,
        by=by.no,
        text=said,
        asked_at=now,
        due_at=_line(case, now),
        helper=key if personal else "",
    )
    people = _asked(books, case, task, now)
    from_at = min((at for one in people if (at := roster.next_shift(books.roster, one.no, now))), default=None)
    task = replace(task, from_at=from_at)
    handler = books.person(case.first_handler)
    facts = {"no": case.no, "topic": case.topic, "by": by, "text": said, "due": task.due_at, "handler": handler}
    entry = Entry(
        Move.HELP,
        by.no,
        words("event.help", by=by, to=means(books, task), text=said),
        Lane.BACKSTAGE,
        public=False,
        facts={"task": str(task.n), "to": key},
    )
    told = [to_staff(one.no, Kind.NOTICE, words("staff.help", **facts)) for one in people]
    return record(books, _kept(case, task), now, [entry], told)


def waits_for(case: Case, by: Staff) -> Task | None:
    """The first task that this person may take."""
    return next((task for task in case.tasks if invited(case, task, by)), None)


def take(books: Books, case: Case, by: Staff, now: datetime) -> Outcome:
    """Somebody takes a task: the first has it; the others hear who and when. NotYours, Taken, IllegalMove."""
    task = waits_for(case, by)
    if task is None:
        gone = [one for one in case.tasks if one.helper and one.taken_at and meant(case, one, by)]
        if gone:
            raise Taken(case.no, gone[-1].helper, gone[-1].taken_at)
        raise NotYours(case.no, by.no, Move.ACCEPT, case.first_handler)
    if case.state not in TABLE[Move.HELP]:
        raise IllegalMove(case.no, case.state, Move.ACCEPT)
    moved = _kept(case, replace(task, helper=by.no, taken_at=now))
    told = words("staff.help.taken", no=case.no, topic=case.topic, by=by, at=now)
    others = [] if task.helper else [one.no for one in _asked(books, case, task, now) if one.no != by.no]
    entry = Entry(
        Move.ACCEPT,
        by.no,
        words("event.help.taken", by=by),
        Lane.BACKSTAGE,
        public=False,
        facts={"task": str(task.n)},
    )
    people = dict.fromkeys((case.first_handler, task.by, *others))
    return record(books, moved, now, [entry], [to_staff(no, Kind.NOTICE, told) for no in people if no != by.no])


def done(books: Books, case: Case, by: Staff, text: str, now: datetime) -> Outcome:
    """The helper has done his part: the first handler hears the result and goes on."""
    permit(case, Move.HELP_DONE, by, books.roster, now)
    after(case.no, case.state, Move.HELP_DONE)
    said = sensible(text, "text")
    task = next((one for one in case.tasks if one.helper == by.no and one.done_at is None), None)
    if task is None:
        raise IllegalMove(case.no, case.state, Move.HELP_DONE)
    moved = _kept(case, replace(task, taken_at=task.taken_at or now, done_at=now, result=said))
    entry = Entry(Move.HELP_DONE, by.no, said, Lane.BACKSTAGE, public=False, facts={"task": str(task.n)})
    told = words("staff.help.done", no=case.no, topic=case.topic, by=by, text=said)
    return record(books, moved, now, [entry], [to_staff(case.first_handler, Kind.NOTICE, told)])
