"""Builders for the guide's tests: a small handbook, understandings made by hand, a talk carried on by the desk."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.desk import handing, pausing, raising, rules, verdict
from bot.desk.books import Books
from bot.desk.case import Case, State
from bot.desk.opening import open_case
from bot.desk.words import Words
from bot.guide import menu
from bot.guide.said import Act, Said, Scene, Turn
from bot.guide.supply import Account, Bill, Outage, Tariff, Tier
from bot.guide.thread import Floor, Thread
from bot.guide.turn import turn
from bot.guide.wants import Finding, Sought, Want
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
    matter("bill_query", TopicKind.ACCOUNT, asks=(Ask("account_no", needed=True, question="户号是多少？"),)),
    matter("invoice", TopicKind.ACCOUNT),
    *(matter(code, TopicKind.ANSWER) for code in ("tier_price", "pay", "hall_info", "outage_query", "opinion")),
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
    told = (one.code for say in (*decided.says, *decided.then) for one in nested(say.text))
    return [code for code in told if code != "joined" and not code.startswith("turn.")]


def values(decided: Turn) -> list[str]:
    """The buttons of all that is said."""
    return [button.value for say in (*decided.says, *decided.then) for button in say.buttons]


MINE, OTHERS, NOBODYS = "9900000012", "9900000013", "9999999999"
ACCOUNT = Account(MINE, "顾念慈", "芦苇新村7幢102", balance=Decimal("12.50"), arrears=Decimal("0.00"))
DEBTOR = Account(OTHERS, "何雨强", "盐仓巷17号", use="resident", people=6, arrears=Decimal("227.69"))


def bill(no: str, month: str, kwh: int, amount: str, **more: Any) -> Bill:
    """A month's bill."""
    return Bill(no, month, Decimal(kwh), Decimal(amount), **more)


BILLS = (
    bill(MINE, "2025-12", 90, "47.55", due=date(2026, 1, 20), paid_at=NOW - timedelta(days=300)),
    *(bill(MINE, f"2026-{month:02d}", 300, "158.49", paid_at=NOW) for month in range(1, 10)),
    bill(MINE, "2026-10", 180, "95.09", due=date(2026, 12, 20), from_reading=Decimal(10), to_reading=Decimal(190)),
    bill(OTHERS, "2026-09", 233, "123.09", due=date(2026, 10, 20)),
)
TIERS = (Tier(Decimal("0.5"), Decimal(2000)), Tier(Decimal("0.55"), Decimal(4000)), Tier(Decimal("0.8")))
TARIFF = Tariff("示例省", "resident", "<1kV", date(2026, 1, 1), "示例", TIERS, large={"people": "5", "more": "1200"})


@dataclass
class Systems:
    """The hall's own systems, answering at once or not at all."""

    accounts: tuple[Account, ...] = (ACCOUNT, DEBTOR)
    bills: tuple[Bill, ...] = BILLS
    outages: tuple[Outage, ...] = ()
    slow: frozenset[Sought] = frozenset()
    asked: list[Want] = field(default_factory=list)

    def answer(self, want: Want) -> Finding:
        """What is found."""
        self.asked.append(want)
        if want.what in self.slow:
            return Finding(slow=True)
        account = next((one for one in self.accounts if one.no == want.account), None)
        months = (one for one in self.bills if one.account == want.account and want.since <= one.month <= want.till)
        match want.what:
            case Sought.ACCOUNT:
                return Finding(account=account)
            case Sought.BILLS:
                return Finding(bills=tuple(months))
            case Sought.OUTAGES:
                return Finding(outages=self.outages)


ACTS = {
    "withdraw": verdict.withdraw,
    "confirm": verdict.confirm,
    "refuse": verdict.refuse,
    "reopen": verdict.reopen,
    "urge": verdict.urge,
    "consent": handing.consent,
    "decline": handing.decline,
}


@dataclass
class Talk:
    """A talk that goes on: what a turn decides is carried out by the desk, as reception does."""

    thread: Thread = EMPTY
    cases: tuple[Case, ...] = ()
    now: datetime = NOW
    known: Mapping[str, str] | None = None
    opened: int = 0
    systems: Systems = field(default_factory=Systems)
    proven: tuple[str, ...] = ()
    wrong: dict[str, int] = field(default_factory=dict)
    tariffs: tuple[Tariff, ...] = (TARIFF,)
    looks: bool = True
    books: Books = BOOKS
    asked: tuple[str, ...] = ()
    denied: list[str] = field(default_factory=list)

    def say(self, text: str, understood: Understanding = REFUSED, **more: Any) -> Turn:
        """One message and its turn."""
        self.now += timedelta(minutes=1)
        what = said(text, understood, at=self.now, **more)
        decided = self._taken(what)
        self.thread = decided.thread
        if decided.opening:
            self.opened += 1
            no = f"DL20261123-{self.opened:04d}"
            self.cases = (open_case(self.books, decided.opening, no, self.cases, {}, self.now).case, *self.cases)
            self.thread = self.thread if decided.aside else replace(self.thread, case=no)
        if decided.beside:
            self.opened += 1
            no = decided.case or f"DL20261123-{self.opened:04d}"
            self.cases = (*self.cases, open_case(self.books, decided.beside, no, self.cases, {}, self.now).case)
        for act in decided.acts:
            self._act(act, text)
        return decided

    def _taken(self, what: Said) -> Turn:
        """The turn, round after round, until nothing is wanted any more."""
        found: dict[Want, Finding] = {}
        for _ in range(5):
            decided = turn(self.scene(what, found))
            if decided.wants is None:
                return decided
            assert (decided.says, decided.acts, decided.opening) == ((), (), None)
            assert decided.wants not in found
            found[decided.wants] = self.systems.answer(decided.wants)
        raise AssertionError(found)

    def scene(self, what: Said, found: Mapping[Want, Finding]) -> Scene:
        """What the next turn looks at."""
        taken = scene(
            what,
            self.thread,
            *self.cases,
            known=self.known or {},
            region="示例省",
            tariffs=self.tariffs,
            looks=self.looks,
            proven=self.proven,
            wrong=self.wrong,
            found=found,
            asked=self.asked,
        )
        return replace(taken, books=self.books)

    def press(self, value: str) -> Turn:
        """A button."""
        return self.say("", button=value)

    def _act(self, act: Act, text: str) -> None:
        if act.what == "pass_on":
            assert self.thread.floor is Floor.STAFF
            return
        if act.what == "deny":
            self.denied.append(act.slots["what"])
            return
        if act.what in ("prove", "disprove"):
            no = act.slots["account_no"]
            if act.what == "prove":
                self.proven = (*self.proven, no)
            else:
                self.wrong[no] = self.wrong.get(no, 0) + 1
            return
        case = self.case(act.case)
        if act.what == "rate":
            moved = verdict.rate(BOOKS, case, act.score, str(act.words), self.now)
        elif act.what == "grave":
            moved = raising.grave(BOOKS, case, act.whys, text, self.now)
        elif act.what == "brought":
            moved = pausing.brought(BOOKS, case, self.now) or verdict.add_facts(BOOKS, case, {}, text, self.now)
        elif act.what == "add":
            said = str(act.words or text)
            moved = verdict.add_facts(BOOKS, case, act.slots, said, self.now, named=act.named, secrecy=act.secrecy)
        else:
            moved = ACTS[act.what](BOOKS, case, str(act.words or text), self.now)
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
