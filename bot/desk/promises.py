"""Which deadline runs, which is broken, what comes next: the promise clock 时限."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.desk import hours
from bot.desk.case import Case, Kept, Promise, State
from bot.desk.houserules import HouseRules
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
    INTERNAL = "internal"
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
    REOPENED = "reopened"
    """Set each time a closed case is taken up again: what fires afterwards is news."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that falls due: its rung (with the promise's id behind a colon), and when."""

    rung: str
    at: datetime


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
    """A promise begins to run: its three lines as moments."""

    def line(text: str) -> datetime | None:
        return hours.add(calendar, at, hours.span(text)) if text else None

    spans = [hours.span(text) for text in (row.promise, row.internal, row.red_line) if text]
    return Promise(
        id=row.id,
        to=row.to,
        started_at=at,
        promise_at=line(row.promise),
        internal_at=line(row.internal),
        red_line_at=line(row.red_line),
        area=row.zone,
        said=hours.said(hours.span(row.promise)) if row.promise else "",
        tentative=any(hours.tentative(calendar, at, length) for length in spans),
    )


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


def _tasks(case: Case, rules: HouseRules) -> Iterator[Due]:
    """The clocks of helpers' tasks: taken in time, done before the case's own line."""
    for task in case.tasks:
        if task.done_at is not None:
            continue
        since = task.from_at or task.asked_at
        if task.taken_at is None:
            yield Due(f"{Rung.HELP_REMIND}:{task.n}", since + rules.accept_remind)
            yield Due(f"{Rung.HELP_ESCALATE}:{task.n}", since + rules.accept_escalate)
        if task.due_at:
            yield Due(f"{Rung.HELP_LATE}:{task.n}", task.due_at)


def _decisions(case: Case, rules: HouseRules) -> Iterator[Due]:
    """What waits for somebody's word: a change of hands for the customer's, a callback for the duty leader's."""
    wish, owed = case.transfer, case.callback
    if wish and wish.asks and not wish.consented_at and case.state in HELD:
        yield Due(f"{Rung.TRANSFER_WAIT}:{wish.asked_at.isoformat()}", wish.asked_at + rules.consent_wait)
    if owed and owed.done_at is None and case.state is not State.CANCELLED:
        yield Due(f"{Rung.CALLBACK}:{owed.asked_at.isoformat()}", owed.due_at)


def again(case: Case) -> str:
    """What sets the alerts of a case taken up again apart from those of before: 「:2」 the second time round."""
    times = sum(rung.startswith(Rung.REOPENED) for rung in case.rungs)
    return f":{times + 1}" if times else ""


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
    if case.state in LIVE:
        found.extend(_tasks(case, rules))
        for promise in running(case):
            lines = (
                (Rung.INTERNAL, promise.internal_at),
                (Rung.BROKEN, promise.promise_at),
                (Rung.RED_LINE, promise.red_line_at),
            )
            found.extend(Due(f"{rung}:{promise.id}", at) for rung, at in lines if at)
    return tuple(sorted((due for due in found if due.rung not in case.rungs), key=lambda due: due.at))


def next_due(case: Case, rules: HouseRules) -> datetime | None:
    """The earliest wake-up of any of its clocks; None when nothing more can fall due."""
    return next((due.at for due in dues(case, rules)), None)
