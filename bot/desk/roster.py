"""Who is named first handler 首办人: by post, shift, skill and load, else the duty leader."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.desk.case import Post
from bot.desk.errors import NobodyToName

LOOK_AHEAD = 14
"""Days the roster is searched for somebody's next shift."""


@dataclass(frozen=True, slots=True)
class Staff:
    """One person of the hall; work numbers and names are public, nothing else is."""

    no: str
    name: str
    post: Post
    team: str = ""
    skills: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()
    cap: int | None = None
    avoid: frozenset[str] = frozenset()
    telegram_id: int | None = None
    on: bool = True


@dataclass(frozen=True, slots=True)
class Shift:
    """One row of the roster 班表: who, in the order they are called, which days, from when till when."""

    staff: tuple[str, ...]
    since: time
    till: time | None
    """None: midnight; a till before since runs over midnight."""
    weekdays: frozenset[int] = frozenset()
    dates: frozenset[date] = frozenset()
    first: date | None = None
    last: date | None = None
    post: Post | None = None
    """When it is not their own."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody is away, whole days, and who stands in."""

    staff: str
    first: date
    last: date
    kind: str
    stand_in: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody of the hall, their shifts and leaves."""

    zone: ZoneInfo
    staff: Mapping[str, Staff] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()
    leaves: tuple[Leave, ...] = ()
    leaders: Mapping[str, str] = field(default_factory=dict)
    """Team → the work number of its leader."""


def called(roster: Roster, text: str) -> Staff | None:
    """Whom a work number means as people write it: blanks around it, small letters, full width."""
    wanted = unicodedata.normalize("NFKC", text).strip()
    if wanted in roster.staff:
        return roster.staff[wanted]
    alike = [person for no, person in roster.staff.items() if no.casefold() == wanted.casefold()]
    return alike[0] if len(alike) == 1 else None


def _away(roster: Roster, no: str, day: date) -> bool:
    return any(leave.staff == no and leave.first <= day <= leave.last for leave in roster.leaves)


def _runs(shift: Shift, day: date) -> bool:
    if (shift.first and day < shift.first) or (shift.last and day > shift.last):
        return False
    return day in shift.dates or day.weekday() in shift.weekdays


def _spans(roster: Roster, shift: Shift, day: date) -> tuple[datetime, datetime] | None:
    if not _runs(shift, day):
        return None
    since = datetime.combine(day, shift.since, roster.zone)
    if shift.till is None:
        return since, datetime.combine(day + timedelta(days=1), time(), roster.zone)
    over = shift.till <= shift.since
    return since, datetime.combine(day + timedelta(days=int(over)), shift.till, roster.zone)


def _standing(roster: Roster, at: datetime) -> Iterator[tuple[Staff, Post]]:
    """Everybody on duty at that moment and the post they stand at, in the order of the roster."""
    today = at.astimezone(roster.zone).date()
    for shift in roster.shifts:
        for day in (today - timedelta(days=1), today):
            times = _spans(roster, shift, day)
            if times and times[0] <= at < times[1]:
                for no in shift.staff:
                    person = roster.staff.get(no)
                    if person and person.on and not _away(roster, no, day):
                        yield person, person.post if shift.post is None else shift.post


def on_shift(roster: Roster, at: datetime) -> tuple[Staff, ...]:
    """Everybody on duty at that moment, in the order of the roster; leave and switched-off excepted."""
    return tuple({person.no: person for person, _ in _standing(roster, at)}.values())


def posts_at(roster: Roster, no: str, at: datetime) -> frozenset[Post]:
    """The posts somebody stands at now, also one he is lent to 借调."""
    return frozenset(post for person, post in _standing(roster, at) if person.no == no)


def next_shift(roster: Roster, no: str, at: datetime) -> datetime | None:
    """When this person is next on duty: `at` itself if now; None within the look-ahead."""
    if any(person.no == no for person in on_shift(roster, at)):
        return at
    today = at.astimezone(roster.zone).date()
    starts = [
        times[0]
        for ahead in range(LOOK_AHEAD)
        for shift in roster.shifts
        if no in shift.staff and not _away(roster, no, today + timedelta(days=ahead))
        if (times := _spans(roster, shift, today + timedelta(days=ahead))) and times[0] > at
    ]
    return min(starts, default=None)


def _days(since: date, till: date) -> tuple[date, ...]:
    """The days from one to another whose shifts may touch them: the one before the first is among them."""
    first = max(since, till - timedelta(days=LOOK_AHEAD)) - timedelta(days=1)
    return tuple(first + timedelta(days=n) for n in range((till - first).days + 1))


def ended(roster: Roster, since: datetime, at: datetime) -> frozenset[str]:
    """Whose shift ended after `since` and up to `at`, and who is not on duty now."""
    here = {person.no for person in on_shift(roster, at)}
    days = _days(since.astimezone(roster.zone).date(), at.astimezone(roster.zone).date())
    spans = ((shift, times) for shift in roster.shifts for day in days if (times := _spans(roster, shift, day)))
    return frozenset(no for shift, times in spans if since < times[1] <= at for no in shift.staff) - here


def next_end(roster: Roster, at: datetime) -> datetime | None:
    """When a shift of anybody ends next; None within the look-ahead."""
    today = at.astimezone(roster.zone).date()
    days = _days(today, today + timedelta(days=LOOK_AHEAD - 1))
    spans = (_spans(roster, shift, day) for shift in roster.shifts for day in days)
    return min((times[1] for times in spans if times and times[1] > at), default=None)


def duty_leaders(roster: Roster, at: datetime) -> tuple[Staff, ...]:
    """The duty leaders 值班领导 to be called: on shift, else not on leave, else all; never empty while there is one."""
    now = {person.no: person for person, post in _standing(roster, at) if post is Post.DUTY}
    return tuple(now.values()) or of_the_post(roster, at)


def of_the_post(roster: Roster, at: datetime, never: Collection[str] = ()) -> tuple[Staff, ...]:
    """Everybody of the duty post, on shift or not; those on leave only where there is nobody else."""
    day = at.astimezone(roster.zone).date()
    found = [one for one in roster.staff.values() if one.post is Post.DUTY and one.on and one.no not in never]
    return tuple(one for one in found if not _away(roster, one.no, day)) or tuple(found)


def alerted(roster: Roster, about: str, at: datetime, hidden: Collection[str] = ()) -> tuple[str, ...]:
    """Whom an alert goes to: the duty leaders, without those it is about or hidden from where there are others.

    If every duty leader of the hour is one of those, the others of the post are called, on shift or not.
    """
    never = {about, *hidden}
    leaders = tuple(leader.no for leader in duty_leaders(roster, at))
    others = tuple(one.no for one in of_the_post(roster, at, never))
    last = tuple(no for no in leaders if no not in hidden) or tuple(p.no for p in of_the_post(roster, at, hidden))
    return tuple(no for no in leaders if no not in never) or others or last


def away_till(roster: Roster, no: str, day: date) -> date | None:
    """The last day of the leave that runs on that day, leaves that follow each other counted as one; None: not away."""
    till: date | None = None
    while (last := _last_away(roster, no, day)) is not None:
        till = last
        if last == date.max:  # 9999-12-31: for good
            break
        day = last + timedelta(days=1)
    return till


def _last_away(roster: Roster, no: str, day: date) -> date | None:
    return max((one.last for one in roster.leaves if one.staff == no and one.first <= day <= one.last), default=None)


def _named_for(roster: Roster, no: str, day: date) -> str:
    """Whom the leave itself names."""
    rows = (leave for leave in roster.leaves if leave.staff == no and leave.first <= day <= leave.last)
    return next((leave.stand_in for leave in rows if leave.stand_in), "")


def stand_in(roster: Roster, no: str, day: date) -> str:
    """Who stands in for somebody on leave that day: one who is away hands on to his own; a circle ends in nobody.

    Empty where nobody is named, nobody is away, or who is named has left the hall.
    """
    seen = {no}
    here = no
    while _away(roster, here, day):
        here = _named_for(roster, here, day)
        if not here or here in seen:
            return ""
        seen.add(here)
    person = roster.staff.get(here)
    return here if here != no and person and person.on else ""


def covering(roster: Roster, no: str, at: datetime, hidden: Collection[str] = ()) -> str:
    """Who acts for a first handler who is away: the stand-in, else the first duty leader who is here.

    Never somebody the case is hidden from, nor the one away himself; empty while he is here or nobody is left.
    """
    day = at.astimezone(roster.zone).date()
    if not _away(roster, no, day):
        return ""
    named = stand_in(roster, no, day)
    if named and named not in hidden:
        return named
    leaders = alerted(roster, no, at, hidden)
    return next((one for one in leaders if one != no and not _away(roster, one, day)), "")


def first_handler(
    roster: Roster,
    topic: str,
    customer: str,
    load: Mapping[str, int],
    at: datetime,
    *,
    urgent: bool = False,
) -> Staff:
    """By skill, shift and least load; off hours the skilled one who is back first; else the duty leader.

    What cannot wait (danger, outage) goes to the duty leader at once when nobody skilled is on shift.
    """

    def fits(person: Staff) -> bool:
        full = person.cap is not None and load.get(person.no, 0) >= person.cap
        return topic in person.skills and customer not in person.avoid and not full

    def least(people: Iterable[Staff]) -> Staff | None:
        return min(people, key=lambda person: load.get(person.no, 0), default=None)

    ready = least(person for person in on_shift(roster, at) if fits(person))
    if ready:
        return ready
    later = [
        (start, person)
        for person in roster.staff.values()
        if person.on and fits(person) and (start := next_shift(roster, person.no, at))
    ]
    if later and not urgent:
        return min(later, key=lambda pair: (pair[0], load.get(pair[1].no, 0)))[1]
    leaders = [leader for leader in duty_leaders(roster, at) if customer not in leader.avoid]
    leader = least(leaders) or least(duty_leaders(roster, at))
    if leader is None:
        raise NobodyToName(topic)
    return leader
