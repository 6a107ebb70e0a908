"""Grave words of a customer: the duty leader is called at once, on the case they belong to, each reason once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bot.desk import ladder, promises
from bot.desk.books import Books
from bot.desk.case import CUSTOMER, GUIDE, Alert, Case, Kind, Lane, Outcome
from bot.desk.moves import Move, after
from bot.desk.outcome import Draft, Entry, record, to_customer, to_staff
from bot.desk.roster import Staff
from bot.desk.words import Words, words

BODILY = ("self_harm", "life_support")
"""A life is at stake: it weighs like danger, whatever the matter."""
RIGHTS = MappingProxyType(
    {"major": "case.right.major", "media": "case.right.media", "regulator": "case.right.regulator"}
)
"""What the customer is answered to: neither argued with nor begged."""
ADVICE = MappingProxyType(
    {"self_harm": "advice.self_harm", "life_support": "advice.life_support", "threat": "advice.threat"}
)
"""What the one who is called reads; of anything else, how to speak with somebody who threatens."""


def rung(case: Case, why: str) -> str:
    """Under which name a reason stands on its case."""
    return f"grave:{why}{promises.again(case)}"


def calls(books: Books, case: Case, whys: Iterable[str], said: Words | str, now: datetime) -> tuple[Alert, ...]:
    """An alert for each reason that has not been raised on this case yet; one text, so that it is one letter."""
    known = {one.rung for one in case.raised}
    fresh = [why for why in whys if rung(case, why) not in known]
    about = "" if any(why in BODILY for why in fresh) else None  # whose life is at stake is everybody's matter
    handler, to = books.person(case.first_handler), ladder.first(books, case, now, about)
    advice = words(next((ADVICE[why] for why in fresh if why in ADVICE), "advice.grave"))
    facts: dict[str, object] = {"why": [words(f"why.{one}") for one in fresh], "handler": handler, "said": said}
    text = words("alert.grave", no=case.no, topic=case.topic, advice=advice, **facts)
    return tuple(Alert(case.no, rung(case, one), one, text, to, now) for one in fresh)


def letters(
    books: Books, case: Case, alerts: Iterable[Alert], said: Words | str, code: str = "case.grave"
) -> list[Draft]:
    """Who hears it: the leader who is called, the first handler, and the customer that his right is his."""
    alerts = tuple(alerts)
    handler, whys = books.person(case.first_handler), [one.why for one in alerts]
    called = alerts[0].to if alerts else ()
    leader = books.person(called[0]) if called else None
    drafts = [to_staff(no, Kind.ALERT, alerts[0].text) for no in called]
    if handler.no not in called:
        drafts.append(to_staff(handler.no, Kind.NOTICE, _to_handler(case, leader, whys, said)))
    if any(why in RIGHTS for why in whys):
        drafts.append(to_customer(case, Kind.ANSWER, _answer(case, handler, leader, whys, code)))
    return drafts


def _to_handler(case: Case, leader: Staff | None, whys: list[str], said: Words | str) -> Words:
    why = [words(f"why.{one}") for one in whys]
    return words("staff.grave", no=case.no, topic=case.topic, leader=leader, why=why, said=said)


def _answer(case: Case, handler: Staff, leader: Staff | None, whys: list[str], code: str) -> Words:
    facts: dict[str, object] = {why: words(code) if why in whys else None for why, code in RIGHTS.items()}
    return words(code, no=case.no, topic=case.topic, handler=handler, leader=leader, **facts)


def grave(books: Books, case: Case, whys: Iterable[str], said: str, now: datetime) -> Outcome:
    """Grave words on a case that somebody answers for; said again, they are passed on, nobody is called twice."""
    after(case.no, case.state, Move.ESCALATE)
    alerts = calls(books, case, whys, said, now)
    if not alerts:
        return _again(books, case, said, now)
    why = [words(f"why.{one.why}") for one in alerts]
    leader = books.person(alerts[0].to[0]) if alerts[0].to else None
    entry = Entry(
        Move.ESCALATE,
        GUIDE,
        words("event.grave", why=why, leader=leader, said=said),
        Lane.SUPPORT,
        public=False,
        facts={"rung": " ".join(one.rung for one in alerts)},
    )
    return record(books, case, now, [entry], letters(books, case, alerts, said), alerts=alerts)


def _again(books: Books, case: Case, said: str, now: datetime) -> Outcome:
    """He says it again: who was called knows already, who holds the case hears the words."""
    handler = books.person(case.first_handler)
    raised = next((one for one in reversed(case.raised) if one.rung.startswith("grave:")), None)
    no = (raised.acked_by or raised.to[0]) if raised and (raised.acked_by or raised.to) else ""
    leader = books.person(no) if no and no != handler.no else None
    told = words("case.grave.again", no=case.no, topic=case.topic, handler=handler, leader=leader)
    notice = to_staff(handler.no, Kind.NOTICE, words("staff.added", no=case.no, topic=case.topic, said=said))
    entry = Entry(Move.CORRECT, CUSTOMER, said, Lane.CUSTOMER)
    if raised and raised.why in BODILY:
        notice = replace(notice, urgent=True)
    return record(books, case, now, [entry], [to_customer(case, Kind.ANSWER, told), notice])
