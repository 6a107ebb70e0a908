"""What comes first for one person of the hall and why; and what others did to his cases since he last looked."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk import promises, roster
from bot.desk.books import Books
from bot.desk.case import CUSTOMER, Case, Event, Kept, Post, Priority, Promise, State
from bot.desk.helping import waits_for
from bot.desk.leading import about
from bot.desk.rights import sees
from bot.desk.roster import Staff
from bot.guide.thread import Floor
from bot.hall import sight
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.records import CaseQuery, LetterQuery, OpenAlert

LOOK = 200
"""Cases of one person looked at, the most urgent first."""
LETTERS = 60
"""Newest letters of one person in which a call for help may stand."""
SOON = timedelta(minutes=30)
ALERTS = 300
"""Newest alerts looked at."""
WHY = ("alert", "danger", "decide", "late", "callback", "soon", "waits", "help", "accept", "next", "oldest")
"""Why something comes first, the most pressing first."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, when, whether as a duty leader, and for whom he stands in."""

    staff: Staff
    now: datetime
    leads: bool = False
    standing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class First:
    """One case that waits for somebody: why, and since or until when."""

    case: Case
    why: str
    """One of WHY."""
    at: datetime

    @property
    def rank(self) -> tuple[int, datetime, str]:
        """The least is the first."""
        return WHY.index(self.why), self.at, self.case.no


@dataclass(frozen=True, slots=True)
class News:
    """What others did to one case since its reader last looked."""

    case: Case
    events: tuple[Event, ...]


def reader(books: Books, staff: Staff, now: datetime) -> Reader:
    """Somebody of the hall as he looks at his work now."""
    standing = tuple(no for no in books.roster.staff if roster.covering(books.roster, no, now) == staff.no)
    leads = staff.post is Post.DUTY or Post.DUTY in roster.posts_at(books.roster, staff.no, now)
    return Reader(staff, now, leads, standing)


def mine(lists: Lists, who: Reader) -> tuple[Case, ...]:
    """The cases somebody answers for, helps with or stands in for, and that are still worked on."""
    asked = [CaseQuery(mine=who.staff.no, state="live", limit=LOOK)]
    asked += [CaseQuery(handler=no, state="live", limit=LOOK) for no in who.standing]
    found = {case.no: case for query in asked for case in lists.cases(query).items}
    return tuple(case for case in found.values() if sees(case, who.staff))


def called(lists: Lists, staff: Staff) -> tuple[Case, ...]:
    """The cases with a task that waits for this person or for anybody of his team or post."""
    letters = lists.letters_for(LetterQuery(to=f"staff:{staff.no}", limit=LETTERS, newest=True, asker=staff.no)).items
    numbers = dict.fromkeys(letter.case for letter in letters if letter.case)
    found = (sight.case(lists, no, staff) for no in numbers)
    return tuple(case for case in found if case and case.state in promises.LIVE and waits_for(case, staff))


def _alerted(
    lists: Lists, staff: Staff, alerts: Sequence[OpenAlert], whys: Collection[str], waits: Callable[[Case], bool]
) -> tuple[Case, ...]:
    """The cases that were alerted for one of these reasons and still wait."""
    numbers = dict.fromkeys(alert.case for alert in alerts if alert.why in whys and alert.case)
    found = (sight.case(lists, no, staff) for no in numbers)
    return tuple(case for case in found if case and waits(case))


def to_decide(lists: Lists, staff: Staff, alerts: Sequence[OpenAlert]) -> tuple[Case, ...]:
    """The cases whose change of hands waits for the duty leader's word."""
    return _alerted(lists, staff, alerts, ("transfer",), lambda case: case.transfer is not None)


def to_call(lists: Lists, staff: Staff, alerts: Sequence[OpenAlert]) -> tuple[Case, ...]:
    """The cases whose customer is owed a callback."""

    def owed(case: Case) -> bool:
        return case.callback is not None and case.callback.done_at is None and case.state is not State.CANCELLED

    return _alerted(lists, staff, alerts, ("low_rating", "callback"), owed)


def _of_mine(lists: Lists, case: Case, who: Reader) -> Iterator[First]:
    """Every reason for which a case of his own may come first."""
    staff, now = who.staff, who.now
    handles = case.first_handler in (staff.no, *who.standing)
    if handles and case.state is State.OPEN:
        since = case.accept_from or case.opened_at
        if case.priority is Priority.EMERGENCY:
            yield First(case, "danger", since)
        elif since <= now:
            yield First(case, "accept", since)
    for task in case.tasks:
        if task.helper == staff.no and task.done_at is None:
            yield First(case, "help", task.due_at or task.asked_at)
    if handles:
        for promise in promises.running(case):
            yield from _of_promise(case, promise, now)
        thread = lists.thread(case.customer)
        if thread.floor is Floor.STAFF and thread.speaker == staff.no and thread.case in ("", case.no):
            last = next(iter(lists.lines(case.customer, lists.last_seq(case.customer) - 1, 1)), None)
            if last and last.sender == CUSTOMER:
                yield First(case, "waits", last.at)
    yield First(case, "oldest", case.opened_at)


def _of_promise(case: Case, promise: Promise, now: datetime) -> Iterator[First]:
    at = promise.internal_at or promise.promise_at
    if promise.kept is Kept.BROKEN or (promise.promise_at and promise.promise_at <= now):
        yield First(case, "late", promise.promise_at or now)
    elif at and at - now <= SOON:
        yield First(case, "soon", at)
    elif at:
        yield First(case, "next", at)


def _of_leader(lists: Lists, staff: Staff) -> Iterator[First]:
    """What waits for a duty leader: alerts nobody answers for, his word on a change of hands, callbacks."""
    alerts = lists.alerts(only_open=False, asker=staff.no, limit=ALERTS)
    for alert in alerts:
        case = sight.case(lists, alert.case, staff) if alert.case and not alert.acked_by else None
        if case and alert.why not in ("transfer", "low_rating", "callback"):
            yield First(case, "alert", alert.at)
    for case in to_decide(lists, staff, alerts):
        yield First(case, "decide", case.transfer.asked_at if case.transfer else case.opened_at)
    for case in to_call(lists, staff, alerts):
        if case.callback and staff.no not in about(case):
            yield First(case, "callback", case.callback.due_at)


def first(lists: Lists, who: Reader) -> First | None:
    """The most pressing thing for this person; None where nothing waits."""
    found: list[First] = list(_of_leader(lists, who.staff)) if who.leads else []
    for case in mine(lists, who):
        found.extend(_of_mine(lists, case, who))
    for case in called(lists, who.staff):
        task = waits_for(case, who.staff)
        if task:
            found.append(First(case, "help", task.due_at or task.asked_at))
    return min(found, key=lambda one: one.rank, default=None)


def _mark(no: str) -> str:
    return f"desk:seen:{no}"


def _seen(lists: Lists, staff: Staff) -> tuple[str, dict[str, int]]:
    """When somebody last looked through his cases, and how many events each had then."""
    kept = lists.remembered(_mark(staff.no))
    if not kept:
        return "", {}
    found = json.loads(kept)
    return str(found["at"]), dict(found["seqs"])


def look_through(page: Page, who: Reader) -> None:
    """He has looked through: what is news from now on is what comes after."""
    seqs = {case.no: case.seq for case in mine(page.lists(), who)}
    page.remember(_mark(who.staff.no), json.dumps({"at": who.now.isoformat(), "seqs": seqs}))


def news(lists: Lists, who: Reader) -> tuple[str, tuple[News, ...]]:
    """Since when, and what others did to his cases in that time; before he first looked through, nothing is news."""
    since, seqs = _seen(lists, who.staff)
    if not since:
        return "", ()
    found: list[News] = []
    for case in mine(lists, who):
        known = seqs.get(case.no, 0)
        if case.seq > known:
            events = tuple(one for one in lists.events(case.no) if one.seq > known and one.by != who.staff.no)
            found.extend([News(case, events)] if events else [])
    return since, tuple(found)
