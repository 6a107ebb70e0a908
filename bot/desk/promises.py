"""Which deadline runs, which is broken, what comes next: the promise clock 时限."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.desk import hours
from bot.desk.case import Case, Kept, Promise, State
from bot.desk.pending import Pause
from intents.topic import PromiseRow

LIVE = (State.OPEN, State.ACCEPTED, State.IN_PROGRESS, State.WAITING_CUSTOMER)
"""While somebody works on the case."""
HELD = (*LIVE, State.RESOLVED)
"""While somebody answers for it."""
ZONES = ("urban", "rural", "remote")
"""From the strictest to the loosest."""


class Rung(StrEnum):
    """What can fall due on a case that waits; each fires once."""

    ACCEPT_REMIND = "accept_remind"
    ACCEPT_ESCALATE = "accept_escalate"
    CONFIRM_WARN = "confirm_warn"
    CONFIRM_CLOSE = "confirm_close"
    HALF = "half"
    MOST = "most"
    INTERNAL = "internal"
    SAID = "said"
    """A promise made in talk is about to run out."""
    BROKEN = "broken"
    RED_LINE = "red_line"
    HELP_REMIND = "help_remind"
    HELP_ESCALATE = "help_escalate"
    HELP_LATE = "help_late"
    TRANSFER_WAIT = "transfer_wait"
    TRANSFER = "transfer"
    """Raised when the duty leader is to decide a change of first handler; no clock fires it."""
    ORPHAN = "orphan"
    """Raised when a first handler has left the hall; no clock fires it."""
    CALLBACK = "callback"
    PAPERS = "papers"
    """The papers a pause waits for are due soon."""
    WAKE = "wake"
    """A pause ends by itself."""
    CALL = "call"
    """An alert goes up, or danger is followed up; as often as it takes."""
    BEAT = "beat"
    """The customer has heard nothing for long; as often as it takes."""
    REOPENED = "reopened"
    """Set each time a closed case is taken up again: what fires afterwards is news."""


REPEATS = (Rung.CALL, Rung.BEAT)
"""What moves its own moment on instead of firing once."""
STEADY = ("arrive", "contact", "said")
"""What no pause stops: somebody comes, somebody calls, somebody's own word."""
HALF, MOST = 50, 80
"""Shares of the budget, in percent, at which a promise is at risk."""
WORKING = frozenset({hours.Unit.WORK_DAY, hours.Unit.WORK_HOUR})
"""What only the hall's calendar can count."""
SAID = "said"
"""What a promise made in talk is to, and how its id begins."""


def _valid(rows: Iterable[PromiseRow], day: date) -> tuple[PromiseRow, ...]:
    """The row of each id and zone that is in force on the day: the newest that has begun."""
    newest: dict[tuple[str, str], PromiseRow] = {}
    for row in rows:
        if row.valid_from and row.valid_from > day:
            continue
        known = newest.get((row.id, row.zone))
        if known is None or (row.valid_from or date.min) >= (known.valid_from or date.min):
            newest[row.id, row.zone] = row
    return tuple(newest.values())


def _stem(name: str) -> str:
    """What the ids of one promise in several zones have in common."""
    head, _, last = name.rpartition(".")
    return head if last in ZONES else name


def chosen(rows: Iterable[PromiseRow], names: Iterable[str], zone: str, day: date) -> tuple[PromiseRow, ...]:
    """The rows a topic names, one a stem: the customer's zone, else no zone; where his is unknown, the strictest."""
    valid = _valid(rows, day)
    found: list[PromiseRow] = []
    for name in names:
        kin = [row for row in valid if _stem(row.id) == _stem(name)]
        family = {row.zone: row for row in sorted(kin, key=lambda row: row.id == name)}
        strictest = next((family[one] for one in ZONES if one in family), None)
        fit = family.get(zone) or family.get("") or (None if zone else strictest)
        if fit and fit not in found:
            found.append(fit)
    return tuple(found)


def start(row: PromiseRow, calendar: hours.Calendar, at: datetime) -> Promise:
    """A promise begins to run: its three lines as moments, and when it will be at risk."""
    texts = (row.promise, row.internal, row.red_line)
    lengths = [hours.span(text) if text else None for text in texts]
    lines = [hours.add(calendar, at, length) if length else None for length in lengths]
    budget = lengths[0] or lengths[1]
    return Promise(
        id=row.id,
        to=row.to,
        started_at=at,
        promise_at=lines[0],
        internal_at=lines[1],
        red_line_at=lines[2],
        area=row.zone,
        said=hours.said(lengths[0]) if lengths[0] else "",
        tentative=any(hours.tentative(calendar, at, length) for length in lengths if length),
        spans=texts,
        half_at=hours.part(calendar, at, budget, HALF) if budget else None,
        most_at=hours.part(calendar, at, budget, MOST) if budget else None,
    )


def given(no: int, by: str, at: datetime, until: datetime) -> Promise:
    """A promise somebody makes in talk, tracked like any other; `no` is the event that holds his words."""
    return Promise(
        id=f"{SAID}.{no}", to=SAID, started_at=at, promise_at=until, internal_at=None, red_line_at=None, by=by
    )


def units(promise: Promise) -> tuple[hours.Unit, hours.Unit, hours.Unit]:
    """What each of its lines counts; time as it runs where no span is known."""
    first, second, third = (hours.span(text).unit if text else hours.Unit.MINUTE for text in promise.spans)
    return first, second, third


def shifted(promise: Promise, calendar: hours.Calendar, since: datetime, till: datetime) -> Promise:
    """The promise after a pause: every line that had not passed lies later by what the pause was worth."""
    if promise.ended_at or promise.to in STEADY:
        return promise
    start_ = max(since, promise.started_at)
    if start_ >= till:
        return promise

    def later(line: datetime | None, unit: hours.Unit) -> datetime | None:
        return hours.shift(calendar, line, start_, till, unit) if line and line > since else line

    def guessed(line: datetime | None, unit: hours.Unit) -> bool:
        return line is not None and unit in WORKING and line.astimezone(calendar.zone).date() > calendar.known_until

    counts = units(promise)
    budget = counts[0] if promise.promise_at else counts[1]
    lines = tuple(
        later(line, unit)
        for line, unit in zip((promise.promise_at, promise.internal_at, promise.red_line_at), counts, strict=True)
    )
    most, half = later(promise.most_at, budget), later(promise.half_at, budget)
    return replace(
        promise,
        promise_at=lines[0],
        internal_at=lines[1],
        red_line_at=lines[2],
        tentative=promise.tentative or any(map(guessed, lines, counts)),
        half_at=min(half, most) if half and most else half,  # half a day that is owed must not pass what comes after it
        most_at=most,
    )


def paused(case: Case) -> Pause | None:
    """The pause of the whole case that runs now, if one does."""
    return next((one for one in case.pauses if one.ended_at is None and not one.task), None)


def stands(case: Case, promise: Promise) -> bool:
    """Whether a pause holds this promise's clock now."""
    return promise.to not in STEADY and paused(case) is not None


def deadline(promise: Promise) -> datetime | None:
    """The line its budget runs to: the public one, else the inner one."""
    return promise.promise_at or promise.internal_at


def named(promise: Promise, name: str) -> bool:
    """Whether a step that names this promise, by id or stem, ends it; one to resolve only resolving ends."""
    return bool(name) and promise.to != "resolve" and _stem(promise.id) == _stem(name)


def end(promises: tuple[Promise, ...], to: str, at: datetime) -> tuple[tuple[Promise, ...], tuple[Promise, ...]]:
    """What reaching `to` settles: all promises as they are now, and those just kept or found broken."""
    return settle(promises, lambda promise: promise.to == to, at)


def settle(
    promises: tuple[Promise, ...],
    met: Callable[[Promise], bool],
    at: datetime,
) -> tuple[tuple[Promise, ...], tuple[Promise, ...]]:
    """The promises that are met end here: all as they are now, and those just kept or found broken."""
    settled: list[Promise] = []

    def one(promise: Promise) -> Promise:
        if promise.ended_at or not met(promise):
            return promise
        kept = Kept.KEPT if promise.kept is Kept.RUNNING else promise.kept
        if promise.promise_at and at > promise.promise_at:
            kept = Kept.BROKEN
        ended = replace(promise, kept=kept, ended_at=at)
        settled.append(ended)
        return ended

    return tuple(one(promise) for promise in promises), tuple(settled)


def drop(promises: tuple[Promise, ...], at: datetime) -> tuple[Promise, ...]:
    """What still runs ends without a verdict: nobody waits for it any more."""
    return tuple(promise if promise.ended_at else replace(promise, ended_at=at) for promise in promises)


def running(case: Case) -> tuple[Promise, ...]:
    """The promises nobody has met yet, earliest first; those without a public line last."""
    live = [promise for promise in case.promises if promise.ended_at is None]
    last = max((p.promise_at for p in live if p.promise_at), default=case.opened_at)
    return tuple(sorted(live, key=lambda promise: promise.promise_at or last + timedelta(days=1)))


def next_promise(case: Case) -> Promise | None:
    """The next one due, of those still running; a broken one stays the next until it is met."""
    return next(iter(running(case)), None)


def again(case: Case) -> str:
    """What sets the alerts of a case taken up again apart from those of before: 「:2」 the second time round."""
    times = sum(rung.startswith(Rung.REOPENED) for rung in case.rungs)
    return f":{times + 1}" if times else ""
