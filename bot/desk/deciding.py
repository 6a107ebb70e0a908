"""A duty leader decides what an alert asks for, in one tap: a pause, help, another first handler, or his own call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bot.desk import handing, helping, hours, ladder, pausing, promises, roster
from bot.desk.books import Books
from bot.desk.case import Case, Kept, Kind, Lane, Outcome, Post, Priority
from bot.desk.errors import Missing, NotYours
from bot.desk.moves import Move, after
from bot.desk.outcome import Entry, joined, record, to_customer, to_staff
from bot.desk.rights import Relation, relation
from bot.desk.roster import Staff
from bot.desk.speech import fit
from bot.desk.words import Words, words

SOON = timedelta(minutes=30)
"""A leader calls the customer back within this."""
_MINUTE = timedelta(minutes=1)


class Decision(StrEnum):
    """What a leader may decide from an alert."""

    PAUSE = "pause"
    HELP = "help"
    REASSIGN = "reassign"
    CALL = "call"


MOVES: Mapping[Decision, Move] = MappingProxyType(
    {
        Decision.PAUSE: Move.PAUSE,
        Decision.HELP: Move.HELP,
        Decision.REASSIGN: Move.REASSIGN,
        Decision.CALL: Move.PROMISE,
    }
)
"""The move each decision is."""


ANSWERS = ("half", "most", "internal", "broken", "red_line", "accept", "help", "urges")
"""Why other alerts of the same case were raised that a leader's word answers too."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a leader adds to his tap; what he leaves out is filled with what a hall would do."""

    reason: str = ""
    """Why: kept in the ledger; the customer reads it of a pause and of other hands."""
    text: str = ""
    """Words of his own to the customer."""
    to: str = ""
    """Who helps, or who answers for it from now on."""
    until: datetime | None = None
    """Till when it pauses, or by when he calls."""


def decision_of(text: str) -> Decision:
    """The decision of that name; Missing."""
    try:
        return Decision(text.strip())
    except ValueError:
        raise Missing({"decision": "missing.decision"}) from None


def fitting(books: Books, case: Case, load: Mapping[str, int], now: datetime, decision: Decision) -> str:
    """Who is sent where nobody is named: skilled, on shift, least load; else of the same team or the topic's post.

    Empty where nobody fits.
    """
    topic = books.topics.get(case.topic)
    team = books.person(case.first_handler).team
    busy = case.helpers if decision is Decision.HELP else ()
    barred = (case.first_handler, *case.hidden_from, *busy)

    def free(one: Staff) -> bool:
        full = one.cap is not None and load.get(one.no, 0) >= one.cap
        return one.post is not Post.NONE and one.no not in barred and case.customer not in one.avoid and not full

    here = [one for one in roster.on_shift(books.roster, now) if free(one)]
    rungs: tuple[Callable[[Staff], bool], ...] = (
        lambda one: case.topic in one.skills,
        lambda one: bool(team) and one.team == team,
        lambda one: topic is not None and one.post == topic.post,
    )
    for fits in rungs:
        some = [one for one in here if fits(one)]
        if some:
            return min(some, key=lambda one: load.get(one.no, 0)).no
    return ""


def _whole(at: datetime) -> datetime:
    """The next whole minute: what is read is what is kept."""
    bare = at.replace(second=0, microsecond=0)
    return bare if bare == at else bare + _MINUTE


def till(books: Books, case: Case, why: str, now: datetime, decision: Decision) -> datetime:
    """Where no moment is named: a pause ends as the next working day shuts, a call comes within half an open hour.

    What cannot wait is called within half an hour by any clock.
    """
    if decision is Decision.PAUSE:
        try:
            day = hours.add(books.calendar, now, hours.Span(1, hours.Unit.WORK_DAY))
        except hours.NeverOpen:
            return _whole(now + hours.DAY)
        shut = datetime.combine(day.date(), hours.closing(books.calendar, day.date()), day.tzinfo)
        return min(shut, _whole(now + books.rules.pause_cap) - _MINUTE)
    if why in ladder.GRAVE or case.priority is not Priority.NORMAL:
        return _whole(now + SOON)
    try:
        return _whole(hours.part(books.calendar, now, hours.Span(1, hours.Unit.WORK_HOUR), 50))
    except hours.NeverOpen:
        return _whole(now + SOON)


def _said(wish: Wish, told: Words, by: Staff) -> Words:
    """The letter of the move with the leader's own words under it, if he has any."""
    return words("case.decided.words", told=told, by=by, text=wish.text.strip()) if wish.text.strip() else told


def _worded(case: Case, outcome: Outcome, wish: Wish, by: Staff) -> Outcome:
    """The decision with the leader's own words in what its customer is told; without any unchanged."""
    if not wish.text.strip():
        return outcome
    customer = f"customer:{case.customer}"
    letters = tuple(
        replace(one, text=_said(wish, one.text, by))
        if one.to == customer and not one.edits and isinstance(one.text, Words)
        else one
        for one in outcome.letters
    )
    return replace(outcome, letters=letters)


def _paused(books: Books, case: Case, by: Staff, wish: Wish, now: datetime) -> Outcome:
    asked = pausing.Wish(wish.reason, wish.until, decided=True)
    return _worded(case, pausing.pause(books, case, by, asked, now), wish, by)


def _reassigned(books: Books, case: Case, by: Staff, wish: Wish, now: datetime) -> Outcome:
    return _worded(case, handing.reassign(books, case, by, wish.to, wish.reason, now), wish, by)


def _helped(books: Books, case: Case, by: Staff, wish: Wish, now: datetime) -> Outcome:
    """Help is sent: whoever is asked, the first handler and the customer hear who."""
    sent = helping.ask(books, case, by, wish.to, wish.reason, now, decided=True)
    task, handler = sent.case.tasks[-1], books.person(case.first_handler)
    facts: dict[str, object] = {
        "no": case.no,
        "topic": case.topic,
        "by": by,
        "to": helping.means(books, task),
        "handler": handler,
        "reason": wish.reason.strip(),
    }
    told = _said(wish, words("case.decided.help", **facts), by)
    letters = [to_customer(case, Kind.STATUS, told)]
    if handler.no not in (by.no, task.helper):
        letters.append(to_staff(handler.no, Kind.NOTICE, words("staff.decided.help", **facts)))
    entry = Entry(Move.CHANGE, by.no, words("event.decided.help", **facts), Lane.SUPPORT)
    return joined(sent, record(books, sent.case, now, [entry], letters))


def _calls(books: Books, case: Case, by: Staff, wish: Wish, now: datetime) -> Outcome:
    """The leader will call: his own promise, tracked like any other; a new word takes an older one's place."""
    after(case.no, case.state, Move.PROMISE)
    until = wish.until
    if until is None or until <= now:
        raise Missing({"until": "missing.past" if until else "missing.until.call"})
    handler = books.person(case.first_handler)
    given = promises.given(case.seq + 1, by.no, now, until)
    kept = tuple(
        replace(one, ended_at=now)
        if one.to == promises.SAID and one.by == by.no and one.kept is Kept.RUNNING and not one.ended_at
        else one
        for one in case.promises
    )
    facts: dict[str, object] = {
        "no": case.no,
        "topic": case.topic,
        "by": by,
        "until": until,
        "handler": handler,
        "reason": wish.reason.strip(),
    }
    entry = Entry(
        Move.PROMISE,
        by.no,
        words("event.decided.call", **facts),
        Lane.SUPPORT,
        facts={"promise": given.id, "promise_at": until.isoformat()},
    )
    letters = [
        to_customer(case, Kind.STATUS, _said(wish, words("case.decided.call", **facts), by)),
        *([to_staff(handler.no, Kind.NOTICE, words("staff.decided.call", **facts))] if handler.no != by.no else []),
    ]
    return record(books, replace(case, promises=(*kept, given)), now, [entry], letters)


_RULES: Mapping[Decision, Callable[[Books, Case, Staff, Wish, datetime], Outcome]] = MappingProxyType(
    {
        Decision.PAUSE: _paused,
        Decision.HELP: _helped,
        Decision.REASSIGN: _reassigned,
        Decision.CALL: _calls,
    }
)


def answered(case: Case, by: Staff, now: datetime) -> tuple[Case, tuple[str, ...]]:
    """The case with every open alert that tells of the same trouble answered by this leader, and their rungs."""
    mine = tuple(one for one in case.raised if one.why in ANSWERS and not one.acked_by)
    raised = tuple(
        replace(one, acked_by=by.no, acked_at=now, next_at=None) if one in mine else one for one in case.raised
    )
    return replace(case, raised=raised), tuple(one.rung for one in mine)


def decide(books: Books, case: Case, by: Staff, decision: Decision, wish: Wish, now: datetime) -> Outcome:
    """A leader's word on what an alert asks for: done, with its reason, and told to everybody concerned.

    `wish` says who and till when. NotYours, Missing, IllegalMove, Paused, NeverPauses.
    """
    if not by.on or Relation.LEADER not in relation(case, by, books.roster, now):
        raise NotYours(case.no, by.no, MOVES[decision], case.first_handler)
    fit(books, wish.reason, "reason")
    if wish.text.strip():
        fit(books, wish.text, "text")
    return _RULES[decision](books, case, by, wish, now)
