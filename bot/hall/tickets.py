"""Pasted tickets 外部工单: each becomes a case of ours, once, by the ordinary rule; all of one paste on one page."""

import asyncio
import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from bot.desk import ticket as tickets
from bot.desk.case import Case, Secrecy
from bot.desk.errors import DeskError, Missing, NotYours
from bot.desk.opening import Opening, open_case
from bot.desk.promises import LIVE
from bot.desk.rights import may, sees
from bot.desk.roster import Staff, posts_at
from bot.desk.ticket import Ticket
from bot.desk.verdict import UNNAMED
from bot.desk.words import Words, words
from bot.guide import complaint, matter, secrecy
from bot.guide.said import Said, Scene
from bot.guide.thread import Thread
from bot.hall import cards, reception, refusals, spots
from bot.hall.counter import Asked
from bot.hall.data import Edition
from bot.hall.house import Hall
from bot.hall.mirror import mirrored
from bot.hall.pages import Page
from bot.hall.records import Person
from bot.hall.wording import render
from intents.match import understand
from intents.slots import mask
from intents.understanding import Understanding, Zone

RIGHT = "tickets.bring"
PERSON = "human_agent"
DANGER = "hazard"
STANDS = ("complaint", "theft_report", "opinion", "praise", DANGER)
"""Kinds that a person of the other system has heard out of the words: what only sounds like danger is told, no more."""
OLDEST = timedelta(days=365)
"""A ticket from before that begins when it is brought in: its time is a slip of the pen."""
ACCUSED = ("被投诉人", "被投诉人员", "投诉对象", "被举报人", "被举报对象", "涉及人员", "责任人")
"""Keys under which other systems write whom it is about."""
CHANNEL = "desk"


class NotForPost(NotYours):
    """Whoever pastes is at none of the posts that take tickets in."""

    code = "not_your_post"


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one ticket: our number, or why there is none; and in a sentence what was or would be done."""

    no: str = ""
    why: str = ""
    text: str = ""


class _Tried(Exception):
    """Leaves the page without keeping anything."""

    def __init__(self, found: tuple[Brought, ...]) -> None:
        super().__init__()
        self.found = found


async def bring_in(hall: Hall, by: Staff, text: str, asked: Asked) -> tuple[Brought, ...]:
    """Every ticket of a paste, in its order. NotForPost, kept as a denial; Missing where there is no ticket in it."""
    edition, now = hall.edition(), hall.clock.now()
    if not may(by, RIGHT, posts_at(edition.data.books.roster, by.no, now)):
        await reception.deny(hall, by.no, RIGHT)
        raise NotForPost("", by.no, RIGHT)
    read = tickets.read(text)
    heard = await asyncio.get_running_loop().run_in_executor(None, _understood, edition, read, now)
    done = f"request:{by.no}:tickets:{asked.id}" if asked.id else ""

    def doing(page: Page) -> tuple[Brought, ...]:
        if done and (before := page.remembered(done)):
            return tuple(Brought(**one) for one in json.loads(before.partition(" ")[2]))
        intake = _Intake(hall, edition, page, by, now, dry=asked.dry)
        found = intake.all(read, heard)
        if asked.dry:
            raise _Tried(found)
        if done:
            kept = json.dumps([asdict(one) for one in found], ensure_ascii=False)
            page.remember(done, f"{now.date().isoformat()} {kept}")
        return found

    try:
        found = await hall.ledger.write(doing)
    except _Tried as tried:
        return tried.found
    hall.bell.ring("desk")
    hall.outbox_has_work()
    return found


def _understood(edition: Edition, read: tuple[Ticket, ...], now: datetime) -> tuple[Understanding, ...]:
    """What the words of each seem to want: off the loop, before the page opens."""
    day = now.astimezone(edition.data.books.calendar.zone).date()
    places = tuple(name for place in edition.data.places for name in (place.name, *place.aliases))
    return tuple(understand(edition.matcher, _said(one), today=day, places=places) for one in read)


def _said(one: Ticket) -> str:
    return one.content or one.business


def _mark(one: Ticket) -> str:
    """Under what a ticket is known again: its number, else all it says."""
    if one.no:
        return f"ticket:{one.no}"
    told = json.dumps([one.phone, one.account_no, one.address, one.content, one.at], ensure_ascii=False)
    return f"ticket:#{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()}"


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


class _Intake:
    """One page at work: tickets become cases, each by the desk's ordinary rule."""

    def __init__(self, hall: Hall, edition: Edition, page: Page, by: Staff, now: datetime, *, dry: bool) -> None:
        self.hall, self.edition, self.page, self.by, self.now, self.dry = hall, edition, page, by, now, dry
        self.books = edition.data.books
        self.places = {name: place.zone for place in edition.data.places for name in (place.name, *place.aliases)}
        self.phones: dict[str, dict[str, Person]] = {}
        """Telephone → who is known by it, by key."""

    def write(self, text: object) -> str:
        return mask(render(self.edition.data, text))

    def all(self, read: tuple[Ticket, ...], heard: tuple[Understanding, ...]) -> tuple[Brought, ...]:
        for mark in sorted({_mark(one) for one in read}):
            self.page.next_no(f"{mark}:")  # its row stays locked: of two who paste the same, one waits for the other
        for known in self.edition.data.customers.values():
            self._know(Person(known.key, known.name, known.phone, dict(known.accounts)))
        for person in self.page.lists().customers():
            self._know(person)
        return tuple(self._one(one, understood) for one, understood in zip(read, heard, strict=True))

    def _know(self, person: Person) -> None:
        if number := _digits(person.phone):
            self.phones.setdefault(number, {})[person.key] = person

    def _one(self, one: Ticket, understood: Understanding) -> Brought:
        data = self.edition.data
        if lacks := tickets.lacking(one):
            fault = {lacks: f"missing.ticket:{tickets.LABELS[lacks]}"}
            return Brought(why=refusals.field(data, Missing(fault).fields[lacks]))
        if before := self.page.remembered(_mark(one)):
            seen = sees(self.page.case(before), self.by)
            return Brought(why=self.write(words("ticket.known", no=before if seen else "")))
        try:
            return self._opened(one, understood)
        except DeskError as refused:
            return Brought(why=refusals.sentence(data, refused))

    def _opened(self, one: Ticket, understood: Understanding) -> Brought:
        topic = self._topic(one, understood)
        private = topic in secrecy.TOPICS
        kept = one.secrecy or (secrecy.chosen({}, _said(one), topic) if private else Secrecy.OPEN)
        person, new = self._person(one, kept)
        cases = self.page.cases_of(person.key)
        opening = self._opening(one, understood, topic, person, cases, kept)
        day = self.now.astimezone(self.books.calendar.zone)
        no = self.page.next_no(f"DL{day:%Y%m%d}-")
        outcome = open_case(self.books, opening, no, cases, self.page.load(), self.now)
        if new or self.page.person(person.key) is None:
            self.page.keep_person(person)
            self._know(person)
        case = self.page.record(mirrored(self.hall, self.page, outcome), self.write)
        cards.remember(self.page, case)
        spots.noticed(self.page, self.hall.edition().data, case, self.now)
        note = tickets.noted(self.books, case, self.by, one, self.now, reached=person.channel != CHANNEL)
        self.page.record(mirrored(self.hall, self.page, note), self.write)
        self.page.remember(_mark(one), no)
        if not sees(case, self.by):
            return Brought(why=self.write(words("ticket.elsewhere")))
        alarm = understood.danger and topic != DANGER
        return Brought("" if self.dry else no, text=self.write(self._told(case, alarm=alarm)))

    def _told(self, case: Case, *, alarm: bool) -> Words:
        said = words(
            "ticket.would" if self.dry else "ticket.opened",
            no=case.no,
            topic=case.topic,
            handler=self.books.person(case.first_handler),
        )
        return words("joined", first=said, second=words("ticket.danger")) if alarm else said

    def _topic(self, one: Ticket, understood: Understanding) -> str:
        """By the kind of business it names, else as its words are understood; danger comes before both."""
        topics = self.books.topics
        named = tickets.matter(one.business, topics)
        if understood.danger and named not in STANDS and DANGER in topics:
            return DANGER
        heard = topics.get(understood.intent)
        sure = understood.zone is Zone.ANSWER and heard is not None and heard.opens_case
        return named or (understood.intent if sure else PERSON)

    def _person(self, one: Ticket, kept: Secrecy) -> tuple[Person, bool]:
        """Whoever is known by this very telephone, and nobody else; else somebody new."""
        known = list(self.phones.get(_digits(one.phone), {}).values()) if one.phone else []
        if kept is Secrecy.ANONYMOUS:
            return Person(f"d{secrets.token_hex(6)}", channel=CHANNEL), True
        if len(known) == 1:
            return known[0], False
        return Person(f"d{secrets.token_hex(6)}", one.name, one.phone, channel=CHANNEL), True

    def _opening(
        self,
        one: Ticket,
        understood: Understanding,
        topic: str,
        person: Person,
        cases: tuple[Case, ...],
        kept: Secrecy,
    ) -> Opening:
        told = {name: getattr(one, name) for name in ("account_no", "phone", "address", "name")}
        slots = {**understood.slots, **{name: value for name, value in told.items() if value}}
        gone = ("case_no", *(UNNAMED if kept is Secrecy.ANONYMOUS else ()))
        slots = {name: value for name, value in slots.items() if value and name not in gone}
        if one.no:
            slots["outer_no"] = one.no
        begun = self._begun(one)
        thread: Thread = self.page.thread(person.key)
        about = "\n".join([_said(one), *(value for key, value in one.notes if key in ACCUSED)])
        scene = Scene(self.books, thread, Said(about, understood, begun), cases, self.now)
        private = topic in secrecy.TOPICS
        return Opening(
            topic=topic,
            customer=person.key,
            begun_at=begun,
            said=_said(one),
            slots=slots,
            zone=matter.zone_of(self.places, slots.get("address", "")),
            talking_with="" if private else thread.speaker,
            without=complaint.shut_out(scene, topic, about),
            named=complaint.named(scene, about) if private else (),
            secrecy=kept,
            links=tuple(case.no for case in cases if case.topic == topic and case.state in LIVE),
            card=cards.fresh(),
        )

    def _begun(self, one: Ticket) -> datetime:
        """When the customer first said it; a time to come or long gone is none."""
        if not one.at:
            return self.now
        at = datetime.fromisoformat(one.at).replace(tzinfo=self.books.calendar.zone)
        return at if self.now - OLDEST <= at <= self.now else self.now
