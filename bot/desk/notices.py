"""Announced outages 停电通知: when it is told, to whom what, and the case of everybody who lives by a machine."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.desk import hours, ladder, promises, quiet, roster
from bot.desk.books import Books
from bot.desk.case import CLOCK, Alert, Case, Kind, Lane, Letter, Outcome, Priority, State
from bot.desk.moves import Move, after
from bot.desk.opening import Opening, first_stage, name_first_handler
from bot.desk.outcome import Draft, Entry, record, to_customer, to_staff
from bot.desk.promises import LIVE
from bot.desk.words import Words, words

TOPIC = "life_support"
PLANNED, TEMPORARY, FAULT = "planned", "temporary", "fault"
CANCELLED, RESTORED = "cancelled", "restored"
EARLY = timedelta(minutes=30)
"""So long before quiet hours begin goes what would fall into them."""
IMPORTANT = timedelta(hours=24)
"""Who must know of a temporary outage this long ahead is told at once, by night too, if it is nearer."""
CALL = timedelta(minutes=15)
"""Where it is dark already, whoever lives by a machine is called within this."""


class News(StrEnum):
    """What one customer is told of one outage; the value is the mark in his letter's key."""

    PLANNED = ""
    CHANGED = "m"
    SPARED = "s"
    OFF = "c"


_SAID = {
    News.PLANNED: "outage.planned",
    News.CHANGED: "outage.changed",
    News.SPARED: "outage.spared",
    News.OFF: "outage.called_off",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """One row of the hall's outages, as far as it is announced."""

    no: str
    kind: str
    begin_at: datetime
    area: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    line: str = ""
    end_at: datetime | None = None
    cause: str = ""
    handler: str = ""
    state: str = "announced"


@dataclass(frozen=True, slots=True)
class Concerned:
    """One customer an outage concerns."""

    customer: str
    name: str = ""
    cared: bool = False
    """Somebody at home lives by a machine."""
    important: bool = False
    """Must know of a temporary outage a day ahead."""
    slots: Mapping[str, str] = field(default_factory=dict)
    """What his case needs: where, and whom to call."""


def mark(plan: Plan) -> str:
    """What an announcement says, in short: rows that say the same have the same mark."""
    moments = [at.timestamp() if at else 0 for at in (plan.begin_at, plan.end_at)]
    told = [moments, plan.area, plan.accounts, plan.line, plan.state == CANCELLED]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def over(plan: Plan, now: datetime) -> bool:
    """Whether there is nothing left to tell of it."""
    if plan.kind == FAULT:
        return plan.state in (RESTORED, CANCELLED)
    return plan.state == RESTORED or (plan.end_at or plan.begin_at + timedelta(days=1)) <= now


def due_at(books: Books, plan: Plan) -> datetime:
    """When it is announced: the hall's span ahead; what would fall into quiet hours goes the evening before."""
    if plan.kind == FAULT:
        return plan.begin_at
    at = (plan.begin_at - books.rules.notice_lead).astimezone(books.calendar.zone)
    if quiet.until(books, at) is None:
        return at
    since, till = books.rules.quiet
    day = at.date() - timedelta(days=int(since > till and at.timetz().replace(tzinfo=None) < till))
    return datetime.combine(day, since, books.calendar.zone) - EARLY


def held(books: Books, plan: Plan, who: Concerned, now: datetime) -> datetime | None:
    """Till when quiet hours keep his letter: not when it would come too late for him."""
    morning = quiet.until(books, now)
    if morning is None:
        return None
    ahead = IMPORTANT if who.cared or (who.important and plan.kind == TEMPORARY) else timedelta()
    return morning if plan.begin_at >= morning + ahead else None


def news_for(plan: Plan, told: News | None, *, here: bool) -> News | None:
    """What somebody hears who was told that of an earlier announcement; None: nothing."""
    if told is None:
        return News.PLANNED if here and plan.state != CANCELLED else None
    if plan.state == CANCELLED:
        return News.OFF if told not in (News.OFF, News.SPARED) else None
    if here:
        return News.CHANGED
    return News.SPARED if told not in (News.OFF, News.SPARED) else None


def said(books: Books, plan: Plan, news: News) -> Words:
    """The announcement itself: what, where, when, why, what to do, whom to ask."""
    known = books.roster.staff.get(plan.handler)
    return words(
        _SAID[news],
        where=plan.area or words("outage.here"),
        what=words("outage.kind.temporary") if plan.kind == TEMPORARY else words("outage.kind.planned"),
        no=plan.no,
        since=plan.begin_at,
        till=plan.end_at,
        cause=plan.cause,
        handler=known if known and known.on else None,
    )


def letter(books: Books, plan: Plan, who: Concerned, news: News, key: str, now: datetime) -> Letter:
    """The announcement to one customer."""
    at = held(books, plan, who, now)
    return Letter(f"customer:{who.customer}", Kind.NOTICE, key, said(books, plan, news), held_until=at)


def _call_by(books: Books, plan: Plan, now: datetime) -> datetime:
    """By when somebody has called: the end of the next day the hall is open, never later than half way to the dark."""
    if plan.begin_at <= now:
        return now + CALL
    day = now.astimezone(books.calendar.zone).date() + timedelta(days=1)
    shut = datetime.combine(day, hours.closing(books.calendar, day), books.calendar.zone)
    return min(shut, now + (plan.begin_at - now) / 2)


def _told(books: Books, plan: Plan, who: Concerned, case: Case, until: datetime, now: datetime) -> Words:
    """The announcement with what such a customer is asked beside: is the battery enough, who calls, by when."""
    where = plan.area or words("outage.here")
    facts = {"no": case.no, "topic": case.topic, "name": who.name, "handler": books.person(case.first_handler)}
    if plan.begin_at <= now:
        return words("outage.care.dark", **facts, where=where, cause=plan.cause, until=until)
    return words("joined", first=said(books, plan, News.PLANNED), second=words("outage.care", **facts, until=until))


def watched(
    books: Books, plan: Plan, who: Concerned, no: str, others: Iterable[Case], load: Mapping[str, int], now: datetime
) -> Outcome:
    """A case for everybody who lives by a machine: one person answers for it that he is called, and asks him first."""
    dark = plan.begin_at <= now
    first = name_first_handler(books, Opening(TOPIC, who.customer, now, ""), others, load, now)
    until = _call_by(books, plan, now)
    stage, done = first_stage(books.topics[TOPIC])
    near = plan.begin_at < now + IMPORTANT
    case = Case(
        no=no,
        topic=TOPIC,
        state=after(no, State.DRAFT, Move.OPEN),
        priority=Priority.EMERGENCY if dark else Priority.URGENT if near else Priority.NORMAL,
        customer=who.customer,
        first_handler=first.no,
        opened_at=now,
        begun_at=now,
        slots=dict(who.slots),
        stage=stage,
        stages_done=done,
        promises=(promises.given(1, first.no, now, until),),
        accept_from=now if near else roster.next_shift(books.roster, first.no, now),
    )
    told = words("event.care", outage=plan.no, since=plan.begin_at, till=plan.end_at)
    text = _told(books, plan, who, case, until, now)
    staff = words("staff.care", no=no, topic=TOPIC, outage=plan.no, since=plan.begin_at, till=plan.end_at, until=until)
    alerts: tuple[Alert, ...] = ()
    if dark:
        to = ladder.first(books, case, now, "")
        alarm = words("alert.care.dark", no=no, topic=TOPIC, outage=plan.no, handler=first)
        alerts = (Alert(no, f"grave:{TOPIC}", TOPIC, alarm, to, now),)
    alarms = [to_staff(one, Kind.ALERT, alert.text) for alert in alerts for one in alert.to]
    entry = Entry(
        Move.OPEN, CLOCK, told, Lane.SUPPORT, facts={"topic": TOPIC, "first_handler": first.no, "outage": plan.no}
    )
    drafts = [to_customer(case, Kind.NOTICE, text), to_staff(first.no, Kind.NOTICE, staff), *alarms]
    return record(books, case, now, [entry], drafts, alerts=alerts)


def keyed(outcome: Outcome, key: str, until: datetime | None) -> Outcome:
    """The outcome with its customer's announcement under the announcement's own key, held as any of them is."""
    letters = tuple(
        replace(one, key=key, held_until=until) if one.kind is Kind.NOTICE and one.to.startswith("customer:") else one
        for one in outcome.letters
    )
    return replace(outcome, letters=letters)


def _owed(case: Case, now: datetime) -> tuple[datetime, ...]:
    """Until when its first handler has promised to call anyway: one call is enough for whatever has changed by then."""
    said = (one for one in promises.running(case) if one.to == promises.SAID and one.by == case.first_handler)
    return tuple(one.promise_at for one in said if one.promise_at and one.promise_at > now)


def moved(books: Books, plan: Plan, case: Case, news: News, now: datetime) -> Outcome | None:
    """The case of such a customer when the outage changes: he hears it, and whoever answers for it calls again."""
    if case.state not in LIVE:
        return None
    owed = _owed(case, now)
    until = min((_call_by(books, plan, now), *owed))
    facts: dict[str, object] = {"no": case.no, "topic": case.topic, "outage": plan.no, "since": plan.begin_at}
    off = news in (News.OFF, News.SPARED)
    told = words(
        "joined",
        first=said(books, plan, news),
        second=words("case.by", **facts, handler=books.person(case.first_handler)),
    )
    line = words("event.care.off" if off else "event.care.changed", outage=plan.no, since=plan.begin_at)
    staff = words("staff.care.off" if off else "staff.care.changed", **facts, until=until)
    moved_ = (
        case
        if off or until in owed
        else replace(case, promises=(*case.promises, promises.given(case.seq + 1, case.first_handler, now, until)))
    )
    letters: list[Draft] = [to_customer(case, Kind.NOTICE, told), to_staff(case.first_handler, Kind.NOTICE, staff)]
    return record(books, moved_, now, [Entry(Move.NOTE, CLOCK, line, Lane.SUPPORT)], letters)


def listed(books: Books, plan: Plan, case: Case, names: Iterable[str], rung: str, now: datetime) -> Outcome | None:
    """The duty leader gets one list of them all, to be called one by one; None: he has it already."""
    if any(one.rung == rung for one in case.raised):
        return None
    to = ladder.first(books, case, now, "")
    told = tuple(names)
    text = words("alert.care", outage=plan.no, since=plan.begin_at, count=len(told), names=told)
    entry = Entry(Move.ESCALATE, CLOCK, words("event.care.listed", outage=plan.no), Lane.SUPPORT, public=False)
    letters = [to_staff(one, Kind.ALERT, text) for one in to]
    return record(books, case, now, [entry], letters, alerts=[Alert(case.no, rung, "care", text, to, now)])
