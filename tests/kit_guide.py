"""Builders for the guide's tests: a small handbook, understandings made by hand, a talk carried on by the desk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.desk import rules, verdict
from bot.desk.books import Books
from bot.desk.case import Case, State
from bot.desk.opening import open_case
from bot.desk.words import Words
from bot.guide import menu
from bot.guide.said import Act, Said, Scene, Turn
from bot.guide.thread import Floor, Thread
from bot.guide.turn import turn
from intents.topic import Ask, Step, Topic, TopicKind
from intents.understanding import Understanding, Zone
from tests.kit_desk import BOOKS as DESK
from tests.kit_desk import CUSTOMER, NOW, person, step

ADDRESS, PHONE = "芦苇新村7幢102", "19900000012"
PLACES = {"芦苇新村": "urban", "芦苇": "rural"}


def matter(code: str, kind: TopicKind, *, asks: tuple[Ask, ...] = (), **more: Any) -> Topic:
    """A matter as the handbook tells it; what opens a case has steps."""
    steps: tuple[Step, ...] = (
        (step("ask", "customer"), step("dispatch"), step("arrive")) if "opens_case" in more else ()
    )
    known: dict[str, Any] = {"answer": f"{code} 的答复", "source": "依据", "as_of": NOW.date(), "steps": steps}
    return Topic(code, f"业务{code}", kind, "work", asks=asks, **known | more)


TOPICS = (
    matter(
        "outage_repair",
        TopicKind.CASE,
        asks=(Ask("address", needed=True, question="没电的是哪里？"), Ask("scope"), Ask("phone")),
        opens_case=True,
        priority="urgent",
        promises=("outage.arrive",),
    ),
    matter(
        "owner_transfer",
        TopicKind.CASE,
        asks=(Ask("phone", needed=True), Ask("account_no"), Ask("name")),
        opens_case=True,
        offer=True,
        promises=("service.default",),
    ),
    matter(
        "complaint",
        TopicKind.CASE,
        asks=(Ask("date", needed=True), Ask("amount", needed=True), Ask("phone", needed=True)),
        opens_case=True,
        answer=" ",
    ),
    matter("bare", TopicKind.CASE, opens_case=True),
    matter(
        "hazard",
        TopicKind.DANGER,
        asks=(Ask("address"), Ask("phone")),
        opens_case=True,
        priority="emergency",
        safety="先离远。",
        promises=("outage.arrive",),
    ),
    matter("human_agent", TopicKind.TALK, opens_case=True),
    matter("bill", TopicKind.ANSWER),
    *(matter(code, TopicKind.TALK) for code in ("greeting", "thanks", "progress", "urge", "out_of_scope")),
)
CODES = tuple(topic.code for topic in TOPICS)
BOOKS: Books = replace(DESK, topics={topic.code: topic for topic in TOPICS})
EMPTY = Thread(CUSTOMER)


def means(intent: str = "out_of_scope", zone: Zone = Zone.ANSWER, **slots: str) -> Understanding:
    """An understanding made by hand."""
    return Understanding(intent, 0.9, (intent,), slots=slots, zone=zone, scores=(0.9,))


REFUSED = means(zone=Zone.REFUSE)
DANGER = replace(means("hazard"), danger=True)


def said(text: str, understood: Understanding = REFUSED, **more: Any) -> Said:
    """One message."""
    given: dict[str, Any] = {"at": NOW} | more
    return Said(text, understood, **given)


def scene(what: Said, thread: Thread = EMPTY, *cases: Case, **more: Any) -> Scene:
    """What a turn looks at."""
    given: dict[str, Any] = {"now": what.at, "places": PLACES} | more
    return Scene(BOOKS, thread, what, cases, **given)


def nested(text: object) -> list[Words]:
    """A phrase and the phrases that fill it."""
    if not isinstance(text, Words):
        return []
    return [text, *(one for fact in text.facts.values() for one in nested(fact))]


def codes(decided: Turn) -> list[str]:
    """The phrases of all that is said, those inside others too."""
    return [one.code for say in (*decided.says, *decided.then) for one in nested(say.text) if one.code != "joined"]


def values(decided: Turn) -> list[str]:
    """The buttons of all that is said."""
    return [button.value for say in (*decided.says, *decided.then) for button in say.buttons]


ACTS = {"confirm": verdict.confirm, "refuse": verdict.refuse, "reopen": verdict.reopen, "urge": verdict.urge}


@dataclass
class Talk:
    """A talk that goes on: what a turn decides is carried out by the desk, as reception does."""

    thread: Thread = EMPTY
    cases: tuple[Case, ...] = ()
    now: datetime = NOW
    known: Mapping[str, str] | None = None
    opened: int = 0

    def say(self, text: str, understood: Understanding = REFUSED, **more: Any) -> Turn:
        """One message and its turn."""
        self.now += timedelta(minutes=1)
        what = said(text, understood, at=self.now, **more)
        decided = turn(scene(what, self.thread, *self.cases, known=self.known or {}))
        self.thread = decided.thread
        if decided.opening:
            self.opened += 1
            no = f"DL20261123-{self.opened:04d}"
            self.cases = (open_case(BOOKS, decided.opening, no, self.cases, {}, self.now).case, *self.cases)
            self.thread = replace(self.thread, case=no)
        for act in decided.acts:
            self._act(act, text)
        return decided

    def press(self, value: str) -> Turn:
        """A button."""
        return self.say("", button=value)

    def _act(self, act: Act, text: str) -> None:
        if act.what == "pass_on":
            assert self.thread.floor is Floor.STAFF
            return
        case = self.case(act.case)
        if act.what == "rate":
            moved = verdict.rate(BOOKS, case, act.score, text, self.now)
        elif act.what == "add":
            moved = verdict.add_facts(BOOKS, case, act.slots, text, self.now)
        else:
            moved = ACTS[act.what](BOOKS, case, text, self.now)
        self.put(moved.case)

    def case(self, no: str = "") -> Case:
        """The case of that number, else the newest."""
        return next(case for case in self.cases if no in ("", case.no))

    def put(self, moved: Case) -> Case:
        """The case as it is now."""
        self.cases = tuple(moved if case.no == moved.no else case for case in self.cases)
        return moved

    def resolve(self, no: str = "") -> Case:
        """Staff finish a case."""
        self.now += timedelta(minutes=1)
        case = self.case(no)
        handler = person(case.first_handler)
        if case.state is State.OPEN:
            case = rules.accept(BOOKS, case, handler, self.now).case
        if case.state not in (State.ACCEPTED, State.IN_PROGRESS):
            return case
        return self.put(rules.resolve(BOOKS, case, handler, "好了", {}, self.now).case)

    def floor(self, speaker: str = "") -> None:
        """Somebody of the hall takes the floor, or gives it back."""
        thread = self.thread
        if speaker:
            quiet = {"draft": False, "asking": "", "tries": 0, "pending": (), "begun_at": None}
            thread = replace(menu.clear(thread), **quiet)  # type: ignore[arg-type]
        self.thread = replace(thread, floor=Floor.STAFF if speaker else Floor.GUIDE, speaker=speaker)
