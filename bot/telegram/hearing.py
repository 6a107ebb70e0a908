"""What one update does where it needs nothing but a page of the ledger: who speaks, what is heard, who is reached."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from telegram import Bot

from bot.desk.case import CUSTOMER, Event, Lane
from bot.hall import reception
from bot.hall.hearing import denied
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.records import Attachment, Heard, Person, RawUpdate, Reach
from bot.telegram import presence
from bot.telegram.buttons import pressed
from bot.telegram.group import follow, group_of
from bot.telegram.reading import Incoming, What, spoken
from intents.slots import mask

log = logging.getLogger(__name__)

PREFIX = "tg:"
"""Conversations of the engine that are chats."""
CHANNEL = "tg"
FETCHING = 8
"""Chats whose files are fetched at once: the engine's other places are free for words."""


@dataclass(frozen=True, slots=True)
class Ears:
    """What reading works with: the bot, the staff's room, and the other half of the door."""

    bot: Bot
    name: str
    """Which bot: the public part of its token."""
    act: Callable[[Incoming], Awaitable[None]]
    """What staff say or press; told the same update again after a crash."""
    value_of: Callable[[Lists, str, str], str]
    """What a pressed button stands for, if it was sent to this address."""
    staff_chat: int = 0
    fetching: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(FETCHING))


@dataclass(slots=True)
class News:
    """What a page brought: whom to wake once it is committed."""

    heard: list[Heard] = field(default_factory=list)
    chats: set[str] = field(default_factory=set)
    more: bool = False
    """The chat that was read last holds more."""
    letters: bool = False
    poison: list[str] = field(default_factory=list)

    def tell(self, hall: Hall) -> None:
        """Wake them."""
        hall.meters.heard["telegram"] += len(self.heard)
        for heard in self.heard:
            hall.ears[heard.customer, heard.id] = heard
            hall.engine.has_work(heard.customer)
        for chat in self.chats:
            hall.engine.has_work(PREFIX + chat)
        if self.letters:
            hall.outbox_has_work()
        for why in self.poison:
            log.error("update set aside", extra={"channel": CHANNEL, "why": why})


def staff_chat(lists: Lists, ears: Ears) -> int:
    """The staff's forum group, where it is now."""
    return group_of(lists, ears.staff_chat)


def is_staff(hall: Hall, lists: Lists, ears: Ears, incoming: Incoming) -> bool:
    """Said in the staff's group, or by somebody of the hall."""
    if incoming.kind != "private":
        return incoming.chat == staff_chat(lists, ears)
    return _works_here(hall, lists.reached_by(incoming.chat))


def _works_here(hall: Hall, reached: tuple[Reach, ...]) -> bool:
    people = hall.edition().data.books.roster.staff
    numbers = [reach.to.removeprefix("staff:") for reach in reached if reach.to.startswith("staff:")]
    return any(no in people and people[no].on for no in numbers)


def customer_of(
    page: Page, incoming: Incoming, at: datetime, news: News, reached: tuple[Reach, ...] | None = None
) -> str:
    """Whose talk it is: known by his chat, never by name; a stranger is written down; who writes is not blocked."""
    reached = page.lists().reached_by(incoming.chat) if reached is None else reached
    known = next((one for one in reached if one.to.startswith("customer:")), None)
    if known:
        if known.blocked_at:
            news.letters |= presence.back(page, known, at)
        return known.to.removeprefix("customer:")
    key = f"{CHANNEL}{incoming.user}"
    if page.person(key) is None:
        page.keep_person(Person(key, mask(incoming.name)[:40], channel=CHANNEL))
    page.keep_reach(Reach(f"customer:{key}", (CHANNEL,), incoming.chat))
    return key


def heard_from(incoming: Incoming, customer: str, at: datetime, kept: tuple[Attachment, ...] = ()) -> Heard:
    """A message as the hall hears it; another's contact is words, one's own is a contact."""
    text, card = spoken(incoming), incoming.contact
    contact = {"name": card.name, "phone": card.phone} if card and card.own else {}
    if card and not card.own:
        text = f"{card.name} {card.phone}".strip()
    heard = Heard(
        id=f"m{incoming.message}",
        customer=customer,
        channel=CHANNEL,
        text=text[: reception.LONGEST],
        location=incoming.location,
        contact=contact,
        files=kept,
        at=at,
    )
    if incoming.what is What.EDIT:
        return replace(heard, id=f"e{incoming.message}.{incoming.update}", replaces=f"m{incoming.message}")
    return heard


def hear(page: Page, heard: Heard, at: datetime, news: News) -> None:
    """Into the inbox, and if it is news somebody is woken for it."""
    if page.hear(heard, at):
        news.heard.append(heard)


def _member(hall: Hall, page: Page, incoming: Incoming, at: datetime, news: News) -> None:
    """Who blocks the bot is not written to; who comes back is."""
    for reach in page.lists().reached_by(incoming.chat):
        if incoming.blocked and not reach.blocked_at:
            news.letters |= presence.gone(hall, page, reach, at)
        elif reach.blocked_at and not incoming.blocked:
            news.letters |= presence.back(page, reach, at)


def _kept(page: Page, data: str, customer: str, at: datetime) -> None:
    """A customer who sends what stands under a letter of the hall's own people: nothing comes of it, and it is kept."""
    found = pressed(page.lists(), data)
    if found and not found[0].to.startswith("customer:"):
        page.note(denied(CUSTOMER, f"telegram.press {customer}", found[0].case, at), str)


def settle(hall: Hall, ears: Ears, page: Page, incoming: Incoming, news: News) -> bool:
    """The whole effect of one update, where this page is enough for it; False where it needs more."""
    at, lists = hall.clock.now(), page.lists()
    match incoming.what:
        case What.MIGRATED:
            if incoming.chat == staff_chat(lists, ears):
                follow(page, ears.staff_chat, incoming.moved_to)
            return True
        case What.MEMBER:
            _member(hall, page, incoming, at, news)
            return True
        case What.NOTHING if not incoming.unsupported:
            return True
    if incoming.kind != "private":
        return incoming.what is What.NOTHING or incoming.chat != staff_chat(lists, ears)
    reached = lists.reached_by(incoming.chat)
    if _works_here(hall, reached):
        return incoming.what is What.NOTHING
    if incoming.what is What.EDIT or incoming.files or incoming.album:
        return False
    customer = customer_of(page, incoming, at, news, reached)
    heard = heard_from(incoming, customer, at)
    if incoming.what is What.PRESS:
        value = ears.value_of(lists, incoming.data, f"customer:{customer}")
        _kept(page, incoming.data, customer, at)
        heard = Heard(f"u{incoming.update}", customer, CHANNEL, button=value, at=at)
    hear(page, heard, at, news)  # of what nobody can take only that it came: the guide asks for words
    return True


def set_aside(hall: Hall, page: Page, update: RawUpdate, why: str, news: News) -> None:
    """Kept as it came, seen in the hall's ledger, in nobody's way."""
    page.set_aside(update, why)
    facts = {"why": "unreadable", "update": f"{update.bot}:{update.id}"}
    page.note(Event("", 0, hall.clock.now(), Lane.SUPPORT, "clock", "undelivered", public=False, facts=facts), str)
    news.poison.append(why)
