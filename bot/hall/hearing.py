"""One page of reception at work: what a turn decided is written down in order, each word with the case it is about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk import handing, opening, pausing, raising, verdict
from bot.desk.case import CUSTOMER, GUIDE, Case, Event, Kind, Lane, Letter, Outcome, Secrecy
from bot.desk.errors import DeskError, IllegalMove
from bot.desk.moves import Move
from bot.desk.opening import Opening
from bot.desk.overdue import overdue
from bot.desk.verdict import UNNAMED
from bot.desk.words import Words, words
from bot.guide.said import Act, Say, Scene, Turn
from bot.guide.secrecy import SLOT, private, unsaid
from bot.guide.secrecy import TOPICS as PRIVATE
from bot.guide.thread import Floor, Thread
from bot.hall import cards, care, floor, proofs, scripts, spots
from bot.hall.data import Edition
from bot.hall.house import Hall
from bot.hall.mirror import mirrored
from bot.hall.mirror import to as topic_of
from bot.hall.pages import Page
from bot.hall.records import Heard
from bot.hall.wording import render
from intents.slots import mask
from intents.understanding import Understanding

NEWEST, SHORT = 4, 60
"""So many things that were done are told, and so many signs of each."""
_LOOKED = (Move.URGE, Move.OPEN)
"""When the customer last heard how his case stands, of his own accord."""
_NEWS = (Move.ACCEPT, Move.STAGE, Move.HELP, Move.PAUSE, Move.RESUME, Move.PROMISE, Move.BROKEN, Move.REASSIGN)
_WITH_CARD = ("case.opened", "case.urged", "case.beat", "case.card")
"""What a customer is told by the desk that has a place for the card's link."""


def _apply(edition: Edition, act: Act, case: Case, text: str, now: datetime, news: Sequence[str] = ()) -> Outcome:
    """A customer's act on a case of his own, by the desk's rules."""
    books = edition.data.books
    if act.what == "rate":
        return verdict.rate(books, case, act.score, text, now)
    if act.what == "urge":
        return verdict.urge(books, case, text, now, news)
    if act.what == "grave":
        return raising.grave(books, case, act.whys, text, now)
    if act.what == "brought":
        return pausing.brought(books, case, now) or verdict.add_facts(books, case, {}, text, now)
    if act.what == "add":
        return verdict.add_facts(books, case, act.slots, text, now, named=act.named, secrecy=act.secrecy)
    by_words = {
        "consent": handing.consent,
        "decline": handing.decline,
        "confirm": verdict.confirm,
        "refuse": verdict.refuse,
        "reopen": verdict.reopen,
        "withdraw": verdict.withdraw,
    }
    return by_words[act.what](books, case, text, now)


class Desk:
    """One page of reception at work: what a turn decided is written down in order."""

    def __init__(self, hall: Hall, edition: Edition, page: Page, heard: Heard, now: datetime) -> None:
        self.hall, self.edition, self.page, self.heard, self.now = hall, edition, page, heard, now
        self.told = 0
        self._traditional: bool | None = None
        self.urgent = False
        """Whether it is about danger: what is passed on goes before all else."""
        self.owes = False
        """Whether something that was said has still to be carried."""

    def write(self, text: object) -> str:
        """Words written out, where the hall wants it in the customer's script; an identity-card number never stays."""
        written = mask(render(self.edition.data, text))
        if self._traditional is None:
            self._traditional = scripts.wanted(self.edition.data, self.page, self.heard)
        return scripts.turned(self.edition.data, text, written) if self._traditional else written

    def say(self, say: Say, about: str = "") -> None:
        """One letter of the guide; about a case, it names who answers for it."""
        no = say.case or ("" if say.loose else about)
        text = self.named(say.text, no) if no else say.text
        key = f"r:{self.heard.channel}:{self.heard.customer}:{self.heard.id}:{self.told}"
        letter = Letter(f"customer:{self.heard.customer}", say.kind, key, text, no, say.buttons, urgent=say.urgent)
        self.owes |= not self.page.say(letter, self.now, self.write)
        self.told += 1

    def named(self, text: Words | str, no: str) -> Words | str:
        """The text with the case and its first handler under it, where it does not name them itself."""
        case = next((one for one in self.page.cases_of(self.heard.customer) if one.no == no), None)
        if case is None:  # its number is only kept ready
            return text
        handler = self.edition.data.books.person(case.first_handler)
        if f"{handler.name}（" in self.write(text) and handler.no in self.write(text):
            return text
        told = words("case.by", no=case.no, topic=case.topic, handler=handler)
        return words("joined", first=text, second=told)

    def number(self) -> str:
        """The next case number of the day."""
        day = self.now.astimezone(self.edition.data.books.calendar.zone)
        return self.page.next_no(f"DL{day:%Y%m%d}-")

    def open(self, wanted: Opening, cases: tuple[Case, ...], no: str) -> None:
        """The case begins under its number, with an open card; the cases it belongs to learn of it."""
        books = self.edition.data.books
        running = spots.for_opening(self.page.lists(), self.edition.data, wanted)
        begun = replace(wanted, card=cards.fresh(), incident=running)
        outcome = opening.open_case(books, begun, no, cases, self.page.load(), self.now)
        case = self.record(outcome)
        cards.remember(self.page, case)
        self.together(case, case)
        for other in begun.links:
            self.record(opening.linked(books, self.page.case(other), no, self.now))

    def record(self, outcome: Outcome) -> Case:
        """Written down, with the card's link in what the customer is told, and told where messengers show it."""
        link = cards.link(self.hall, outcome.case)
        letters = tuple(_carded(letter, link) for letter in outcome.letters) if link else outcome.letters
        return self.page.record(mirrored(self.hall, self.page, replace(outcome, letters=letters)), self.write)

    def act(self, act: Act, text: str, thread: Thread) -> Case | None:
        """What the customer does; the case as it is then, None where no case was changed."""
        day = self.now.astimezone(self.edition.data.books.calendar.zone).date()
        if act.what == "pass_on":
            self.pass_on(self.write(act.words) if act.words else text, thread)
        elif act.what == "deny":
            what = f"chat.{act.slots['what']} {self.heard.customer}"
            self.page.note(denied(CUSTOMER, what, "", self.now), str)
        elif act.what == "prove":
            proofs.prove(self.page, self.heard.customer, act.slots["account_no"])
        elif act.what == "care":
            self.say(Say(care.keep(self.page, self.heard.customer, act.slots, self.now), loose=True))
        elif act.what == "care_end":
            self.say(Say(care.end(self.page, self.edition.data, self.heard.customer, self.now), loose=True))
        elif act.what == "disprove":
            proofs.fail(self.page, self.heard.customer, act.slots["account_no"], self.now, day)
        else:
            return self.move(act, text)
        return None

    def move(self, act: Act, text: str) -> Case | None:
        """An act on a case of his own; what fell due before is told before."""
        try:
            case = self.page.case(act.case)
            late = overdue(self.edition.data.books, case, self.now)
            case = self.record(late) if late else case
            said = self.write(act.words) if act.words or act.what == "rate" else text
            news = self.news(case) if act.what == "urge" else ()
            moved = self.record(_apply(self.edition, act, case, said, self.now, news))
            return self.together(case, moved)
        except DeskError as refused:
            if isinstance(refused, IllegalMove) and act.what != "add":
                self.say(Say(words("button.stale")))
        return None

    def together(self, before: Case, case: Case) -> Case:
        """One report among many: what it says now may bring it to an outage, or take it out of one for good."""
        if before.incident and not case.incident:
            spots.let_go(self.page, before.incident, case.no)
            return case
        alone = spots.noticed(self.page, self.edition.data, case, self.now)
        return self.record(alone) if alone else case

    def news(self, case: Case) -> tuple[str, ...]:
        """What has been done on a case since its customer last asked for it, as he may read it: the newest few."""
        events = self.page.lists().events(case.no)
        asked = max((one.seq for one in events if one.move in _LOOKED), default=0)
        told = [one for one in events if one.seq > asked and one.public and one.move in _NEWS and str(one.text).strip()]
        return tuple(self._line(one) for one in told[-NEWEST:])

    def _line(self, event: Event) -> str:
        """One thing that was done: when, and what, in a line."""
        data = self.edition.data
        at = event.at.astimezone(data.books.calendar.zone)
        text = "，".join(line.strip() for line in str(event.text).splitlines() if line.strip())
        text = f"{data.handbook.phrases['move.broken']}，{text}" if event.move == Move.BROKEN else text
        short = text if len(text) <= SHORT else f"{text[:SHORT]}…"
        return f"{at.month}月{at.day}日 {at:%H:%M} {short}"

    def pass_on(self, text: str, thread: Thread) -> None:
        """The customer's words to the person who has the floor; to a topic only what all of it may read."""
        key = f"p:{self.heard.channel}:{self.heard.customer}:{self.heard.id}"
        told = words("staff.customer_says", customer=thread.customer, said=text)
        urgent = bool(self.urgent)
        letter = Letter(f"staff:{thread.speaker}", Kind.WORDS, key, told, thread.case, urgent=urgent)
        self.page.post(letter, self.now, self.write)
        if self.hall.mirrors and thread.case and not private(self.page.case(thread.case)):
            mirror = replace(letter, to=topic_of(thread.case), key=f"{key}:t")
            self.page.post(mirror, self.now, self.write)


def _carded(letter: Letter, link: str) -> Letter:
    """The letter with the card's link, where its phrase has a place for it."""
    if not isinstance(letter.text, Words) or not letter.text.code.startswith(_WITH_CARD):
        return letter
    return replace(letter, text=Words(letter.text.code, {**letter.text.facts, "card": link}))


def denied(by: str, what: str, no: str, now: datetime) -> Event:
    """Somebody asked for what is not his, or nobody's: the answer does not tell which, the ledger keeps it."""
    return Event("", 0, now, Lane.SUPPORT, by, "deny", public=False, facts={"what": what, "case": no})


def _kept_ready(what: str, no: str, now: datetime) -> Event:
    """A number is `kept` before its case begins, then `used`; one never used is told from a case somebody took away."""
    return Event("", 0, now, Lane.SUPPORT, GUIDE, Move.OPEN, public=False, facts={what: no})


def numbered(desk: Desk, decided: Turn) -> tuple[Thread, str, str]:
    """The thread, the case the message is about, and the number of the one that opens.

    What is nobody else's business has its number while it is still being asked about: all words about it carry it.
    """
    after = decided.thread
    if decided.opening:
        no = "" if decided.aside or decided.beside else after.number
        if no:
            desk.page.note(_kept_ready("used", no, desk.now), str)
        no = no or desk.number()
        return after, decided.case or no, no
    if not after.number and (decided.private or (after.draft and after.topic in PRIVATE)):
        no = desk.number()
        desk.page.note(_kept_ready("kept", no, desk.now), str)
        return replace(after, number=no), no, ""
    return after, decided.case, ""


def numbered_beside(desk: Desk, decided: Turn) -> str:
    """The number of the private matter that opens beside; empty: none does."""
    if decided.beside is None:
        return ""
    if decided.case:  # kept ready while it was asked about
        desk.page.note(_kept_ready("used", decided.case, desk.now), str)
    return decided.case or desk.number()


def unnamed(scene: Scene, decided: Turn, about: str, text: str, understood: Understanding) -> tuple[str, Understanding]:
    """The words as the talk keeps them: who wants to stay unknown leaves no name and no number of his in them."""
    opens = (one.secrecy for one in (decided.opening, decided.beside) if one)
    asked = (act.secrecy for act in decided.acts if act.secrecy is not None)
    known = (case.secrecy for case in scene.cases if case.no == about)
    drafted = (
        Secrecy.ANONYMOUS if decided.thread.draft and decided.thread.slots.get(SLOT) == Secrecy.ANONYMOUS else None
    )
    if Secrecy.ANONYMOUS not in (*opens, *asked, *known, drafted):
        return text, understood
    kept = {name: value for name, value in understood.slots.items() if name not in UNNAMED}
    return unsaid(Secrecy.ANONYMOUS, text, understood.slots), replace(understood, slots=kept)


def floor_after(thread: Thread, before: tuple[Case, ...], moved: Case | None) -> Thread:
    """Who speaks when the customer's own act has changed the hands: the guide, until the new first handler does."""
    thread = floor.over(thread, moved) if moved else thread
    old = next((case.first_handler for case in before if moved and case.no == moved.no), "")
    if moved and old != moved.first_handler and thread.speaker == old and thread.case in ("", moved.no):
        return replace(thread, floor=Floor.GUIDE, speaker="")
    return thread
