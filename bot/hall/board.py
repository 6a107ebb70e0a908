"""The duty board 值班看板: what presses, who is where, what waits for a word; a window each, never all there is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.desk import promises, roster
from bot.desk.books import Books
from bot.desk.case import Case, Kept, Kind, Post, Promise
from bot.desk.pending import Pause
from bot.desk.roster import Staff
from bot.hall import digests, sight
from bot.hall.lists import Lists
from bot.hall.records import CaseQuery, LetterQuery, OpenAlert, Posted

LOOK = 200
"""Cases and alerts looked at for one part of the board."""
ROWS = 12
"""Rows of one part that are shown."""
LATE, RISK = ("broken", "red_line", "internal"), ("most",)
"""Why alerts are raised that tell of a promise broken, or nearly so."""
POSTS = (Post.GUIDE, Post.WORK, Post.SERVICE, Post.DUTY)


@dataclass(frozen=True, slots=True)
class Pressing:
    """A case whose promise is broken and still runs, or is nearly used up."""

    case: Case
    promise: Promise
    at: datetime
    """The line that was passed, or is near."""


@dataclass(frozen=True, slots=True)
class Window:
    """Some of what there is, the most pressing first, and how many in all; `more`: at least so many."""

    rows: tuple[Pressing, ...]
    total: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A case that is paused now."""

    case: Case
    pause: Pause


@dataclass(frozen=True, slots=True)
class AtPost:
    """One post now: who is there, who comes next and when; what it holds, and since when the oldest waits."""

    post: Post
    here: tuple[Staff, ...]
    then: tuple[Staff, ...]
    then_at: datetime | None
    load: int = 0
    waiting_since: datetime | None = None


def late(case: Case, now: datetime) -> Pressing | None:
    """The promise of a live case that is broken and not met yet, the oldest first."""
    for one in promises.running(case) if case.state in promises.LIVE else ():
        line = promises.deadline(one)
        if line and not promises.stands(case, one) and (one.kept is Kept.BROKEN or line <= now):
            return Pressing(case, one, line)
    return None


def at_risk(case: Case, now: datetime) -> Pressing | None:
    """The promise of a live case of which four fifths are used up, and that is not broken yet."""
    for one in promises.running(case) if case.state in promises.LIVE else ():
        line = promises.deadline(one)
        near = one.most_at is not None and one.most_at <= now and line is not None and line > now
        if line and near and one.kept is not Kept.BROKEN and not promises.stands(case, one):
            return Pressing(case, one, line)
    return None


def _cases(lists: Lists, staff: Staff, numbers: Iterable[str]) -> tuple[Case, ...]:
    found = (sight.case(lists, no, staff) for no in dict.fromkeys(numbers))
    return tuple(case for case in found if case)


def _window(found: Iterable[Pressing], *, more: bool) -> Window:
    rows = sorted(found, key=lambda one: (one.at, one.case.no))
    return Window(tuple(rows[:ROWS]), len(rows), more)


def pressing(lists: Lists, staff: Staff, alerts: tuple[OpenAlert, ...], now: datetime) -> tuple[Window, Window]:
    """What is late and what is at risk: the cases that the newest alerts tell of, and those most urgent of all.

    Each line of a promise raises an alert once, so that nobody has to look through every open case.
    """
    told = [one.case for one in alerts if one.case and one.why in (*LATE, *RISK)]
    urgent = lists.cases(CaseQuery(state="live", limit=LOOK, asker=staff.no))
    known = {case.no: case for case in urgent.items}
    known |= {case.no: case for case in _cases(lists, staff, (no for no in told if no not in known))}
    more = bool(urgent.next) and len(alerts) >= LOOK
    broken = {one.case.no: one for case in known.values() if (one := late(case, now))}
    near = [one for case in known.values() if case.no not in broken and (one := at_risk(case, now))]
    return _window(broken.values(), more=more), _window(near, more=more)


def _tonight(books: Books, now: datetime) -> datetime:
    day = now.astimezone(books.calendar.zone).date() + timedelta(days=1)
    return datetime.combine(day, time(), books.calendar.zone)


def paused(lists: Lists, books: Books, staff: Staff, now: datetime) -> tuple[tuple[Standing, ...], int]:
    """What is paused, what ends today first; and how many of them wait for their customers in all."""
    waits = lists.cases(CaseQuery(state="waiting_customer", limit=LOOK, asker=staff.no))
    due = lists.due(_tonight(books, now), LOOK)
    cases = {case.no: case for case in (*waits.items, *_cases(lists, staff, due))}
    found = [Standing(case, pause) for case in cases.values() if (pause := promises.paused(case))]
    return tuple(sorted(found, key=lambda one: (one.pause.until, one.case.no))[:ROWS]), waits.total


def ends_today(books: Books, pause: Pause, now: datetime) -> bool:
    """Whether a pause reaches its day before midnight."""
    return pause.until <= _tonight(books, now)


def posts(books: Books, load: Mapping[str, int], waits: Mapping[str, datetime], now: datetime) -> tuple[AtPost, ...]:
    """Every post with who is there now, who comes next, what its people hold and how long the oldest has waited."""
    here = roster.on_shift(books.roster, now)
    at = {one.no: roster.posts_at(books.roster, one.no, now) for one in here}
    return tuple(_at_post(books, post, [one for one in here if post in at[one.no]], load, waits, now) for post in POSTS)


def _at_post(
    books: Books,
    post: Post,
    here: Collection[Staff],
    load: Mapping[str, int],
    waits: Mapping[str, datetime],
    now: datetime,
) -> AtPost:
    there = {one.no for one in here}
    own = [one for one in books.roster.staff.values() if one.post is post and one.on]
    starts = {one.no: at for one in own if one.no not in there and (at := roster.next_shift(books.roster, one.no, now))}
    coming = {no: at for no, at in starts.items() if at > now}
    then_at = min(coming.values(), default=None)
    held = [no for no in {*load, *waits} if books.person(no).post is post]
    return AtPost(
        post,
        tuple(here),
        tuple(one for one in own if coming.get(one.no) == then_at and then_at),
        then_at,
        sum(load.get(no, 0) for no in held),
        min((waits[no] for no in held if no in waits), default=None),
    )


def last_digest(lists: Lists, staff: Staff) -> Posted | None:
    """The last digest as it was sent to this person, else to whoever had it; looked up by its own moment."""
    sent = [to for _, to in lists.posted(digests.prefix(lists))]
    mine = f"staff:{staff.no}"
    to = mine if mine in sent else next(iter(sent), "")
    query = LetterQuery(to=to, kind=Kind.DIGEST, limit=1, newest=True)
    return next(iter(lists.letters_for(query).items), None) if to else None
