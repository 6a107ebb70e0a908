"""What a clock does to a promise and its alerts: at risk, broken, past the red line, up the ladder, told anew."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from bot.desk import ladder, promises, standing
from bot.desk.books import Books
from bot.desk.case import CLOCK, Alert, Case, Kept, Kind, Lane, Promise
from bot.desk.moves import Move
from bot.desk.outcome import Draft, Entry, to_customer, to_staff
from bot.desk.pending import Raised
from bot.desk.promises import Rung
from bot.desk.roster import Staff
from bot.desk.words import Words, words

FOLLOW = "alert.follow"
"""The words of a call that comes again because nobody has acted."""
Decided: TypeAlias = tuple[Case, list[Entry], list[Draft], list[Alert]]


def _maker(books: Books, case: Case, promise: Promise) -> Staff:
    """Who has to keep it: whoever said it, else the first handler."""
    return books.person(promise.by or case.first_handler)


def _facts(books: Books, case: Case, promise: Promise) -> dict[str, object]:
    return {
        "no": case.no,
        "topic": case.topic,
        "handler": books.person(case.first_handler),
        "maker": _maker(books, case, promise) if promise.by not in ("", case.first_handler) else None,
        "promise": promise,
        "until": promises.deadline(promise),
    }


def _rung(case: Case, rung: Rung, promise: Promise) -> str:
    return f"{rung}:{promise.id}{promises.again(case)}"


def _entry(move: Move, text: Words, *, public: bool = False, **facts: str) -> Entry:
    return Entry(move, CLOCK, text, Lane.SUPPORT, public=public, facts=facts)


def _at_risk(books: Books, case: Case, promise: Promise, rung: Rung, to: tuple[str, ...], now: datetime) -> Decided:
    facts = _facts(books, case, promise)
    text = words(f"alert.{rung}", **facts)
    alert = Alert(case.no, _rung(case, rung, promise), rung.value, text, to, now)
    entry = _entry(Move.ESCALATE, words(f"event.{rung}", **facts), promise=promise.id)
    return case, [entry], [to_staff(no, Kind.ALERT, text) for no in to], [alert]


def _half(books: Books, case: Case, promise: Promise, now: datetime) -> Decided:
    """Half of the budget is used up: who has to keep it hears it, and who acts for him."""
    acting = (case.cover.staff,) if case.cover and not promise.by else ()
    to = tuple(no for no in (_maker(books, case, promise).no, *acting) if no not in case.hidden_from)
    return _at_risk(books, case, promise, Rung.HALF, to, now)


def _most(books: Books, case: Case, promise: Promise, now: datetime) -> Decided:
    """Four fifths are used up: the team leader hears it, where there is none the duty leader."""
    to = ladder.team_leader(books, case, now) or ladder.first(books, case, now)
    return _at_risk(books, case, promise, Rung.MOST, to, now)


def _internal(books: Books, case: Case, promise: Promise, now: datetime) -> Decided:
    """The inner line: whoever has to keep it is nudged; where nothing stricter was promised the duty leader hears."""
    facts = _facts(books, case, promise)
    entry = _entry(Move.LATE, words("event.internal", **facts), promise=promise.id)
    letters = [to_staff(_maker(books, case, promise).no, Kind.NUDGE, words("staff.internal", **facts))]
    if promise.promise_at:
        return case, [entry], letters, []
    to = ladder.first(books, case, now)
    text = words("alert.internal", **facts)
    alert = Alert(case.no, _rung(case, Rung.INTERNAL, promise), "internal", text, to, now)
    return case, [entry], [*letters, *(to_staff(no, Kind.ALERT, text) for no in to)], [alert]


def _said(books: Books, case: Case, promise: Promise, _now: datetime) -> Decided:
    """Somebody's word is about to run out: he is reminded."""
    facts = _facts(books, case, promise)
    entry = _entry(Move.LATE, words("event.said", **facts), promise=promise.id)
    return case, [entry], [to_staff(_maker(books, case, promise).no, Kind.NUDGE, words("staff.said", **facts))], []


def _broken(books: Books, case: Case, promise: Promise, now: datetime) -> Decided:
    """Broken: owned up to before the customer complains, with the leader's name; the duty leader is called."""
    facts, maker = _facts(books, case, promise), _maker(books, case, promise)
    to = ladder.first(books, case, now, maker.no)
    changed = tuple(replace(p, kept=Kept.BROKEN) if p.id == promise.id else p for p in case.promises)
    text = words("alert.broken", **facts)
    leader = books.person(to[0]) if to else None
    told = words("case.broken", **facts, leader=leader)
    letters = [to_staff(no, Kind.ALERT, text) for no in dict.fromkeys((*to, case.first_handler, maker.no))]
    entry = _entry(Move.BROKEN, words("event.broken", promise=promise), public=True, promise=promise.id)
    alert = Alert(case.no, _rung(case, Rung.BROKEN, promise), "broken", text, to, now)
    return replace(case, promises=changed), [entry], [*letters, to_customer(case, Kind.STATUS, told)], [alert]


def _red_line(books: Books, case: Case, promise: Promise, now: datetime) -> Decided:
    """Past the red line: the next duty leader is called too."""
    facts = _facts(books, case, promise)
    leaders = ladder.duty(books, case, now)
    called = next((one.to for one in case.raised if one.rung == _rung(case, Rung.BROKEN, promise)), leaders[:1])
    to = tuple(no for no in leaders if no not in called)[:1] or leaders[:1]
    text = words("alert.red_line", **facts)
    alert = Alert(case.no, _rung(case, Rung.RED_LINE, promise), "red_line", text, to, now)
    entry = _entry(Move.ESCALATE, words("event.red_line", promise=promise), promise=promise.id)
    return case, [entry], [to_staff(no, Kind.ALERT, text) for no in to], [alert]


LINES: Mapping[Rung, Callable[[Books, Case, Promise, datetime], Decided]] = MappingProxyType(
    {
        Rung.HALF: _half,
        Rung.MOST: _most,
        Rung.SAID: _said,
        Rung.INTERNAL: _internal,
        Rung.BROKEN: _broken,
        Rung.RED_LINE: _red_line,
    }
)
"""What each line of a promise sets off."""


def call(books: Books, case: Case, handler: Staff, rung: str, now: datetime) -> Decided:
    """Nobody has answered an alert, or nobody has acted on danger: the next one is called, or all are called again."""
    one = next(found for found in case.raised if found.rung == rung)
    then = "" if one.acked_by else ladder.following(books, case, one, now)
    facts: dict[str, object] = {
        "no": case.no,
        "topic": case.topic,
        "handler": handler,
        "why": words(f"why.{one.why}"),
        "since": one.at,
        "called": [books.person(no) for no in one.to],
    }
    acted = case.acted_at is not None and case.acted_at >= one.at
    if then:
        up = replace(one, to=(*one.to, then), next_at=ladder.up_at(books, case, now, grave=one.grave))
        text = words("alert.up", **facts)
        entry = _entry(Move.ESCALATE, words("event.up", **facts, to=books.person(then)), rung=rung)
        called = tuple(no for no in up.to if no not in case.hidden_from)
        alert = Alert(case.no, rung, one.why, text, called, now)
        letter = replace(to_staff(then, Kind.ALERT, text), urgent=one.grave)
        return _with(case, one, up), [entry], [letter], [alert]
    follows = one.grave and not acted
    kept = replace(one, next_at=now + books.rules.danger_follow if follows else None)
    people = dict.fromkeys((*([one.acked_by] if one.acked_by else one.to), *ladder.handlers(case)))
    text = words(FOLLOW, **facts)
    letters = [replace(to_staff(no, Kind.ALERT, text), urgent=True) for no in people] if follows else []
    code = "event.follow" if follows else "event.unanswered"
    return _with(case, one, kept), [_entry(Move.ESCALATE, words(code, **facts), rung=rung)], letters, []


def _with(case: Case, before: Raised, after: Raised) -> Case:
    return replace(case, raised=tuple(after if one is before else one for one in case.raised))


def beat(books: Books, case: Case, now: datetime) -> tuple[Entry, Draft]:
    """The customer has heard nothing for long: how it stands, before he asks."""
    told = standing.status(books, case, now, "case.beat")
    return _entry(Move.LATE, words("event.beat")), to_customer(case, Kind.STATUS, told)
