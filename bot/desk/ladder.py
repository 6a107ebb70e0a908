"""The escalation ladder 升级阶梯: first handler, team leader, duty leader, the next one; who is called after whom."""

from datetime import datetime

from bot.desk import quiet, roster
from bot.desk.books import Books
from bot.desk.case import Alert, Case
from bot.desk.pending import Raised

GRAVE = frozenset({"danger", "life_support", "major", "media", "regulator", "self_harm"})
"""Why an alert is followed up until a person has acted."""
_NOBODYS = frozenset({"danger", "life_support", "self_harm"})
"""What tells of nobody of the hall: everybody may be called."""
_DUTY = 2
"""The duty leaders' place on the ladder, where most alerts begin."""
_BEGINS = {"half": 0, "most": 1}
"""Where on the ladder an alert begins that is not the duty leader's at once."""


def handlers(case: Case) -> tuple[str, ...]:
    """Who works on it: the first handler, and who acts for him."""
    acting = (case.cover.staff,) if case.cover else ()
    return tuple(no for no in (case.first_handler, *acting) if no not in case.hidden_from)


def team_leader(books: Books, case: Case, now: datetime) -> tuple[str, ...]:
    """The leader of the first handler's team, where he is another person and here."""
    no = books.roster.leaders.get(books.person(case.first_handler).team, "")
    away = roster.away_till(books.roster, no, now.astimezone(books.roster.zone).date()) if no else None
    fits = no and books.person(no).on and not away and no not in (*handlers(case), *case.hidden_from)
    return (no,) if fits else ()


def duty(books: Books, case: Case, now: datetime, about: str | None = None) -> tuple[str, ...]:
    """Every duty leader an alert may reach, in the order they are called: those on shift, then the others.

    `about`: of whom it tells, who is not called where others are; the first handler if left out, "" for nobody.
    """
    whom = case.first_handler if about is None else about
    called = roster.alerted(books.roster, whom, now, case.hidden_from)
    rest = roster.of_the_post(books.roster, now, {whom, *case.hidden_from})
    return tuple(dict.fromkeys((*called, *(one.no for one in rest))))


def first(books: Books, case: Case, now: datetime, about: str | None = None) -> tuple[str, ...]:
    """The duty leader who is called first; the next one only if he does not answer. Empty where there is none."""
    return duty(books, case, now, about)[:1]


def about(case: Case, one: Raised) -> str:
    """Of whom an alert tells: who gave his word, who was rated, else the first handler; danger tells of nobody."""
    if one.why in _NOBODYS:
        return ""
    if one.why in ("callback", "low_rating") and case.callback:
        return case.callback.about
    promise = promised(one)
    return next((known.by for known in case.promises if known.by and known.id == promise), case.first_handler)


def promised(one: Raised) -> str:
    """Id of the promise an alert tells of."""
    return one.rung.partition(":")[2].partition(":")[0]


def following(books: Books, case: Case, one: Raised, now: datetime) -> str:
    """Who is called after those called so far, never anybody lower, nobody twice; empty where the ladder ends."""
    places = (handlers(case), team_leader(books, case, now), duty(books, case, now, about(case, one)))
    reached = max((n for n, place in enumerate(places) if set(place) & set(one.to)), default=0)
    open_ = places[max(reached, _BEGINS.get(one.why, _DUTY)) :]
    return next((no for place in open_ for no in place if no not in one.to), "")


def up_at(books: Books, case: Case, now: datetime, *, grave: bool) -> datetime:
    """When the next one is called if nobody answers: counted from when the letter can be read."""
    if grave:
        return now + books.rules.danger_ack
    return quiet.awake(books, case, quiet.awake(books, case, now) + books.rules.alert_ack)


def raised(books: Books, case: Case, alert: Alert, now: datetime) -> Raised:
    """An alert as its case remembers it, with the moment it goes up if nobody answers."""
    grave = alert.why in GRAVE
    return Raised(alert.rung, alert.why, now, alert.to, grave=grave, next_at=up_at(books, case, now, grave=grave))
