"""When a post is held by nobody: the roster laid over opening hours, and over day and night for duty leaders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.desk.case import Post
from bot.desk.hours import Calendar, ends, openings
from bot.desk.roster import Roster, Shift

DAY = timedelta(days=1)
LOOK = 14
"""Days ahead that are looked at: two weeks of a roster that repeats."""

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which nobody holds the post."""

    post: Post
    since: datetime
    till: datetime


def _at(roster: Roster, day: date, moment: time | None) -> datetime:
    return datetime.combine(day + DAY if moment is None else day, moment or time(), roster.zone)


def _held(roster: Roster, shift: Shift, post: Post, day: date) -> Stretch | None:
    """When this shift gives that post somebody that day."""
    if (shift.first and day < shift.first) or (shift.last and day > shift.last):
        return None
    if day not in shift.dates and day.weekday() not in shift.weekdays:
        return None
    people = [roster.staff[no] for no in shift.staff if no in roster.staff]
    away = {leave.staff for leave in roster.leaves if leave.first <= day <= leave.last}
    if not any(one.on and one.no not in away and (shift.post or one.post) is post for one in people):
        return None
    over = shift.till is not None and shift.till <= shift.since
    return _at(roster, day, shift.since), _at(roster, day + DAY if over else day, shift.till)


def _needed(calendar: Calendar, roster: Roster, post: Post, today: date) -> list[Stretch]:
    """When somebody must hold the post, from today's midnight on; what opened yesterday may still be open."""
    if post is Post.DUTY:
        days = (today + DAY * ahead for ahead in range(LOOK))
        return [(_at(roster, day, time()), _at(roster, day, None)) for day in days]
    return [
        (max(_at(roster, day, slot.since), _at(roster, today, time())), ends(calendar, day, slot))
        for day in (today + DAY * ahead for ahead in range(-1, LOOK))
        for slot in openings(calendar, day)
    ]


def _without(stretch: Stretch, held: list[Stretch]) -> Iterator[Stretch]:
    since, till = stretch
    for begin, end in sorted(held):
        if begin > since:
            yield since, min(begin, till)
        since = max(since, end)
        if since >= till:
            return
    if since < till:
        yield since, till


def gaps(calendar: Calendar, roster: Roster, post: Post, today: date) -> list[Gap]:
    """The stretches of the next two weeks in which nobody holds the post."""
    days = [today + DAY * ahead for ahead in range(-1, LOOK)]
    held = [stretch for shift in roster.shifts for day in days if (stretch := _held(roster, shift, post, day))]
    return [
        Gap(post, since, till)
        for stretch in _needed(calendar, roster, post, today)
        for since, till in _without(stretch, [one for one in held if one[1] > stretch[0] and one[0] < stretch[1]])
    ]
