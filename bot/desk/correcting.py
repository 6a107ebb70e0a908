"""What the case knows is put right or shown bare, each with a reason that stays in the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.desk import ladder
from bot.desk.books import Books
from bot.desk.case import Alert, Case, Kind, Lane, Outcome, Secrecy
from bot.desk.errors import Missing, NotYours
from bot.desk.moves import Move, after
from bot.desk.outcome import Draft, Entry, record, to_customer, to_staff
from bot.desk.rights import Relation, permit, relation
from bot.desk.roster import Staff
from bot.desk.speech import sensible
from bot.desk.words import words

FACTS = (
    "account_no",
    "phone",
    "address",
    "date",
    "amount",
    "name",
    "visit",
    "scope",
    "about",
    "meter_no",
    "time",
    "until",
)
"""Facts of every case; a topic's own asks come beside them."""
CLASSES = ("service", "business", "outage", "quality", "grid")
"""The five classes of a complaint 服务、营业、停送电、供电质量、电网建设投诉."""
LEVELS = ("general", "important", "major", "special")
"""The four levels 一般、重要、重大、特殊; from major on the duty leader's own superiors hear of it."""
DECIDED = {"class": CLASSES, "level": LEVELS}
"""What a complaint is, decided by a duty leader, never by the guide or the one complained of."""
PERSONAL = ("name", "phone", "account_no")
"""What tells who the customer is."""
UNKNOWN = ("name", "phone")
"""What nobody looks up where the customer wants to stay unknown."""
CONFIDED = frozenset({Relation.FIRST_HANDLER, Relation.LEADER})
_RATING = "rating"


def _checked(books: Books, case: Case, slots: Mapping[str, str]) -> dict[str, str]:
    topic = books.topics.get(case.topic)
    known = {*FACTS, *(ask.slot for ask in (topic.asks if topic else ())), *DECIDED}
    wrong = {f"slots.{name}": "missing.slot" for name in slots if name not in known}
    for name, allowed in DECIDED.items():
        if name in slots and slots[name] not in allowed:
            wrong[f"slots.{name}"] = f"missing.{name}"
    if not slots:
        wrong["slots"] = "missing.slots"
    if wrong:
        raise Missing(wrong)
    return {name: text.strip() for name, text in slots.items()}


def correct(books: Books, case: Case, by: Staff, slots: Mapping[str, str], reason: str, now: datetime) -> Outcome:
    """Facts put right by whoever works on the case; the rating is the customer's, class and level the duty leader's."""
    permit(case, Move.CORRECT, by, books.roster, now)
    decides = bool(set(DECIDED) & set(slots))
    leads = Relation.LEADER in relation(case, by, books.roster, now)
    if _RATING in slots or (decides and not leads):  # nobody's of the hall in any state: there is none before the end
        raise NotYours(case.no, by.no, Move.CORRECT, case.first_handler)
    after(case.no, case.state, Move.CORRECT)
    why = sensible(reason, "reason")
    new = _checked(books, case, slots)
    kept = {name: text for name, text in {**case.slots, **new}.items() if text}
    moved = replace(case, slots=kept)
    if "level" in new:  # the duty leader has decided: it stays hidden only from those it is about
        moved = replace(moved, hidden_from=tuple(no for no in case.named if no != case.first_handler))
    entries = [Entry(Move.CORRECT, by.no, why, Lane.FRONTSTAGE, public=False, facts=dict.fromkeys(new, ""))]
    letters: list[Draft] = []
    told = [name for name in new if name not in DECIDED]
    if told:
        facts = {"no": case.no, "topic": case.topic, "by": by}
        names = [words(f"slot.{name}") for name in told]
        letters.append(to_customer(case, Kind.STATUS, words("case.corrected", **facts, names=names)))
        entries.append(Entry(Move.CORRECT, by.no, words("event.corrected", names=names), facts=dict.fromkeys(told, "")))
    if by.no != case.first_handler:
        handler = case.first_handler
        letters.append(to_staff(handler, Kind.NOTICE, words("staff.corrected", no=case.no, topic=case.topic, by=by)))
    alerts: tuple[Alert, ...] = ()
    if new.get("level") in LEVELS[2:] and "major" not in case.rungs:
        moved = replace(moved, rungs=(*case.rungs, "major"))
        text = words("alert.major", no=case.no, topic=case.topic, handler=books.person(case.first_handler))
        to = ladder.first(books, moved, now)
        alerts = (Alert(case.no, "major", "major", text, to, now),)
        letters.extend(to_staff(no, Kind.ALERT, text) for no in to)
    return record(books, moved, now, entries, letters, alerts=alerts)


def may_know(case: Case, names: Iterable[str], *, confided: bool) -> bool:
    """Whether the case's secrecy lets somebody see these facts: the confided are first handler and duty leader."""
    asked = set(names)
    if case.secrecy is Secrecy.ANONYMOUS and asked & set(UNKNOWN):
        return False
    return case.secrecy is Secrecy.OPEN or confided or not asked & set(PERSONAL)


def reveal(books: Books, case: Case, by: Staff, fields: Iterable[str], reason: str, now: datetime) -> Outcome:
    """Personal data is looked at bare, for a reason: who, what and why is kept."""
    permit(case, Move.REVEAL, by, books.roster, now)
    after(case.no, case.state, Move.REVEAL)
    why = sensible(reason, "reason")
    names = tuple(dict.fromkeys(fields))
    unknown = {"fields": "missing.fields"}
    if not names or any(name not in case.slots for name in names):
        raise Missing(unknown)
    confided = bool(relation(case, by, books.roster, now) & CONFIDED)
    if not may_know(case, names, confided=confided):  # who asked not to be known is not
        raise NotYours(case.no, by.no, Move.REVEAL, case.first_handler)
    entry = Entry(Move.REVEAL, by.no, why, Lane.SUPPORT, public=False, facts={"fields": " ".join(names)})
    return record(books, case, now, [entry])
