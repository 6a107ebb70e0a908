"""Pure builders for the tests of the desk: one small hall, whole, with everything a rule looks up."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

from bot.desk import dues, promises
from bot.desk.books import Books
from bot.desk.case import Case, Outcome, Post, Priority, Rating, State
from bot.desk.hours import Calendar, Hours, Opening
from bot.desk.houserules import HouseRules
from bot.desk.moves import Move
from bot.desk.opening import Opening as Asked
from bot.desk.opening import open_case
from bot.desk.roster import Leave, Roster, Shift, Staff
from bot.desk.words import Words
from intents.topic import Closing, PromiseRow, Step, Topic, TopicKind

ZONE = ZoneInfo("Asia/Shanghai")
DAILY = frozenset(range(7))
WEEK = frozenset(range(5))
CUSTOMER = "gu"
NO = "DL20261123-0001"

CLERK, SECOND, CREW, NIGHT, TALKER, SERVER, LEADER, OTHER_LEADER, PLAIN, GONE = (
    "B101", "B102", "B201", "B202", "B301", "B401", "B001", "B002", "B900", "B999",
)  # fmt: skip


def at(text: str) -> datetime:
    """A moment of the hall."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


NOW = at("2026-11-23T10:00")
"""A Monday, everybody of the day shift is there."""


def days(year: int, *texts: str) -> list[date]:
    """02-16..02-20 and single days of one year."""
    found: list[date] = []
    for text in texts:
        first, _, last = text.partition("..")
        begin, end = (date.fromisoformat(f"{year}-{one}") for one in (first, last or first))
        found += [date.fromordinal(day) for day in range(begin.toordinal(), end.toordinal() + 1)]
    return found


HOLIDAYS = (
    *days(2025, "01-01", "01-28..01-31", "02-03..02-04", "04-04", "05-01..05-02", "05-05", "06-02"),
    *days(2025, "10-01..10-03", "10-06..10-08"),
    *days(2026, "01-01..01-02", "02-16..02-20", "02-23", "04-06", "05-01", "05-04..05-05", "06-19", "09-25"),
    *days(2026, "10-01..10-02", "10-05..10-07"),
)
WORKED = (
    *days(2025, "01-26", "02-08", "04-27", "09-28", "10-11"),
    *days(2026, "01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
)
STATUTORY = dict.fromkeys(HOLIDAYS, False) | dict.fromkeys(WORKED, True)
OPEN = (Opening(time(8, 30), time(12)), Opening(time(14), time(17, 30)))
CALENDAR = Calendar(ZONE, (Hours(OPEN, DAILY),), STATUTORY, date(2026, 12, 31))

STAFF = (
    Staff(CLERK, "陆文清", Post.WORK, skills=frozenset({"owner_transfer", "complaint", "bare"})),
    Staff(SECOND, "何雨", Post.WORK, skills=frozenset({"owner_transfer", "complaint"})),
    Staff(CREW, "石向东", Post.WORK, skills=frozenset({"outage_repair", "hazard"})),
    Staff(NIGHT, "严冬", Post.WORK, skills=frozenset({"outage_repair", "hazard"})),
    Staff(TALKER, "叶知秋", Post.GUIDE, skills=frozenset({"human_agent"})),
    Staff(SERVER, "温言", Post.SERVICE),
    Staff(LEADER, "贺兰亭", Post.DUTY),
    Staff(OTHER_LEADER, "盛晚秋", Post.DUTY),
    Staff(PLAIN, "乔木生", Post.NONE, rights=frozenset({"finance"})),
    Staff(GONE, "路远", Post.WORK, skills=frozenset({"owner_transfer"}), on=False),
)
SHIFTS = (
    Shift((CLERK, SECOND, TALKER, SERVER, GONE), time(8, 30), time(17, 30), WEEK),
    Shift((CREW,), time(8), time(20), DAILY),
    Shift((NIGHT,), time(20), time(8), DAILY),
    Shift((LEADER,), time(0), None, DAILY),
)
ROSTER = Roster(ZONE, {person.no: person for person in STAFF}, SHIFTS)


def step(code: str, lane: str = "backstage", *, tells: bool = True, promise: str = "") -> Step:
    """A step of a blueprint."""
    return Step(code, f"步骤{code}", lane, "work", promise=promise, tells_customer=tells, told="已到这一步")


def topic(code: str, *steps: Step, priority: str = "normal", **more: object) -> Topic:
    """A matter of the handbook."""
    given = {"closing": (), "promises": ()} | more
    return Topic(
        code, f"业务{code}", TopicKind.CASE, "work", "", "", date(2026, 11, 23), priority=priority, steps=steps, **given
    )  # type: ignore[arg-type]


TOPICS = (
    topic(
        "outage_repair",
        step("report", "customer"),
        step("dispatch"),
        step("arrive", promise="outage.arrive"),
        step("repair", tells=False),
        step("restore", promise="outage.restore"),
        step("record", "support", tells=False),
        priority="urgent",
        promises=("outage.arrive", "outage.restore"),
        closing=(Closing("cause", "停电原因"), Closing("view", "客户意见", needed=False)),
    ),
    topic("hazard", step("dispatch"), step("arrive"), priority="emergency", promises=("outage.arrive",)),
    topic(
        "owner_transfer",
        step("apply", "customer"),
        step("sign", "frontstage"),
        step("done", "frontstage", promise="service.default"),
        promises=("service.default",),
    ),
    topic(
        "complaint",
        step("look"),
        step("answer", "frontstage", promise="complaint.reply"),
        promises=("complaint.contact", "complaint.reply"),
    ),
    topic("human_agent", step("talk"), step("answer", promise="consult.reply"), promises=("consult.reply",)),
    topic("bare"),
)


def row(name: str, to: str, promise: str = "", **more: object) -> PromiseRow:
    """A promise as promises.toml tells it."""
    return PromiseRow(name, (), to, "依据", promise, **more)  # type: ignore[arg-type]


PROMISES = (
    row("outage.arrive.urban", "arrive", "45m", red_line="60m", zone="urban"),
    row("outage.arrive.rural", "arrive", "90m", red_line="120m", zone="rural"),
    row("outage.arrive.remote", "arrive", "2h", red_line="240m", zone="remote"),
    row("outage.restore.urban", "restore", "3h", zone="urban", since="arrive"),
    row("outage.restore.rural", "restore", "4h", zone="rural", since="arrive"),
    row("service.default", "resolve", "5wd", internal="4wd"),
    row("complaint.contact", "contact", "24h", internal="24h", red_line="24h"),
    row("complaint.reply", "reply", "5wd", internal="4wd", red_line="10wd"),
    row("consult.reply", "reply", internal="2wd"),
)
RULES = HouseRules()
BOOKS = Books({one.code: one for one in TOPICS}, PROMISES, ROSTER, CALENDAR, RULES)


def staffed(*people: Staff, shifts: tuple[Shift, ...] = (), leaves: tuple[Leave, ...] = ()) -> Roster:
    """A roster of its own."""
    return Roster(ZONE, {person.no: person for person in people}, shifts, leaves)


def with_leave(*leaves: Leave, books: Books = BOOKS) -> Books:
    """The same hall with somebody away."""
    return replace(books, roster=replace(books.roster, leaves=leaves))


def person(no: str) -> Staff:
    """Somebody of the hall."""
    return BOOKS.person(no)


def opened(
    code: str = "owner_transfer",
    *,
    now: datetime = NOW,
    books: Books = BOOKS,
    others: tuple[Case, ...] = (),
    load: Mapping[str, int] | None = None,
    **more: object,
) -> Outcome:
    """A case as the guide post hands it over."""
    given: dict[str, object] = {"begun_at": now, "said": "我要办事"} | more
    asked = Asked(code, CUSTOMER, **given)  # type: ignore[arg-type]
    return open_case(books, asked, NO, others, load or {}, now)


def case_in(state: State, code: str = "owner_transfer", **more: object) -> Case:
    """A case of the clerk's that stands there, its wake-up set."""
    rating = Rating(None, at=NOW, handler=CLERK) if state in (State.RESOLVED, State.CLOSED) else None
    given: dict[str, object] = {
        "first_handler": CLERK,
        "priority": Priority.NORMAL,
        "opened_at": NOW,
        "begun_at": NOW,
        "rating": rating,
        "resolved_at": NOW if state in (State.RESOLVED, State.CLOSED) else None,
        "closed_at": NOW if state in (State.CLOSED, State.CANCELLED) else None,
        "seq": 2,
    } | more
    case = Case(NO, code, state, customer=CUSTOMER, **given)  # type: ignore[arg-type]
    return replace(case, due_at=dues.next_due(case, RULES))


def codes(outcome: Outcome, to: str = "") -> list[str]:
    """The phrases of its letters, to one address or to all."""
    return [letter.text.code for letter in outcome.letters if to in ("", letter.to) and isinstance(letter.text, Words)]


def told(outcome: Outcome) -> list[str]:
    """What the customer is told, beside the live card, which changes in silence."""
    return [code for code in codes(outcome, f"customer:{CUSTOMER}") if code != "case.card"]


def facts(outcome: Outcome, code: str) -> Mapping[str, object]:
    """What fills the first letter of that phrase."""
    texts = (letter.text for letter in outcome.letters)
    return next(text.facts for text in texts if isinstance(text, Words) and text.code == code)


def moves(outcome: Outcome) -> list[str]:
    """The moves its events record."""
    return [event.move for event in outcome.events]


OUTWARD = ("case.", "staff.words", "step:", "floor.", "slot.", "state.", "reason.", "turn.", "waits.")
HANDBOOK = Path(__file__).parents[1] / "intents/handbook"
SHARED = {
    *("hall", "address_of_hall", "phone_of_hall", "hotline", "bot", "region", "card"),
    *(fact["name"] for fact in tomllib.loads((HANDBOOK / "facts.toml").read_text(encoding="utf-8"))["fact"]),
}
"""What the hall and the handbook fill in."""
PHRASES: Mapping[str, str] = tomllib.loads((HANDBOOK / "phrases.toml").read_text(encoding="utf-8"))


def nested(text: object) -> list[Words]:
    """A phrase and the phrases that fill it."""
    if isinstance(text, (list, tuple)):
        return [one for part in text for one in nested(part)]
    if not isinstance(text, Words):
        return []
    return [text, *(one for fact in text.facts.values() for one in nested(fact))]


def sayable(text: object) -> None:
    """Every phrase is there, and nothing it names is missing: a line with a gap would be left out unseen."""
    for one in nested(text):
        if not one.code.startswith("step:"):
            wanted = {name for _, name, _, _ in Formatter().parse(PHRASES[one.code]) if name}
            assert wanted <= {*one.facts, *SHARED}, (one.code, wanted - set(one.facts))


def handed(before: Case | None, outcome: Outcome) -> int:
    """How often the hands changed; each change is told in the ledger and none happens without."""
    handler = before.first_handler if before else ""
    times = 0
    for event in outcome.events:
        if "before" in event.facts:
            assert event.facts["before"] == handler
            assert event.move in (Move.TRANSFER, Move.REASSIGN)
            handler, times = event.facts["first_handler"], times + 1
    assert before is None or outcome.case.first_handler == handler
    assert outcome.case.transfers == (before.transfers if before else 0) + times
    return times


def sound(before: Case | None, outcome: Outcome, books: Books = BOOKS) -> Case:
    """What holds after whatever happened: order of events, one handler, wake-up, words fit for the customer."""
    case = outcome.case
    since = before.seq if before else 0
    assert [event.seq for event in outcome.events] == list(range(since + 1, case.seq + 1))
    assert outcome.events
    assert {event.case for event in outcome.events} == {case.no}
    handed(before, outcome)
    assert case.first_handler in books.roster.staff
    assert case.first_handler not in case.hidden_from
    assert case.due_at == dues.next_due(case, books.rules)
    assert len(set(case.rungs)) == len(case.rungs)
    assert case.stage == "" or case.stage not in case.stages_done
    keys = [letter.key for letter in outcome.letters]
    assert len(set(keys)) == len(keys)
    for letter in outcome.letters:
        assert letter.case == case.no
        sayable(letter.text)
        scheme, _, name = letter.to.partition(":")
        if scheme == "customer":
            assert name == case.customer
            assert all(one.code.startswith(OUTWARD) for one in nested(letter.text)), letter.text
        else:
            assert scheme == "staff"
            assert name in books.roster.staff
            assert name not in case.hidden_from
    for event in outcome.events:
        sayable(event.text)
    for alert in outcome.alerts:
        sayable(alert.text)
        assert not set(alert.to) & set(case.hidden_from)
    if case.state in (State.CLOSED, State.CANCELLED):
        owed = case.callback is not None and case.callback.done_at is None and case.state is State.CLOSED
        followed = any(one.next_at for one in case.raised if one.why in ("self_harm", "life_support"))
        assert case.due_at is None or owed or followed
        assert promises.running(case) == ()
        assert (case.transfer, case.cover, case.helpers) == (None, None, ())
        assert all(task.done_at for task in case.tasks)
    return case
