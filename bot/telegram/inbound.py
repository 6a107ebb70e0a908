"""Updates come in: kept raw before they are acknowledged, then read chat by chat in order, each on its own."""

import contextlib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.desk.case import Kind, Letter
from bot.desk.words import words
from bot.hall.house import Hall
from bot.hall.pages import LedgerBusy, Page
from bot.hall.ports import TryLater
from bot.hall.records import Attachment, RawUpdate
from bot.hall.taken import NotTaken
from bot.hall.wording import render
from bot.telegram import files
from bot.telegram.hearing import CHANNEL, Ears, News, customer_of, hear, heard_from, is_staff, set_aside, settle
from bot.telegram.reading import Incoming, Unreadable, What, envelope, press_of, read
from intents.slots import mask

log = logging.getLogger(__name__)

ALBUM = timedelta(seconds=1)
"""How long after its latest part an album is whole."""
TRIES = 6
BACK_OFF = timedelta(seconds=2)
LONGEST = timedelta(seconds=60)
AT_ONCE = 50
"""Updates read on one page."""
TALK = 100_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch brought: presses to be answered, chats whose albums will be whole in a moment."""

    presses: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()


def _of(hall: Hall, update: RawUpdate) -> Incoming:
    return read(json.loads(update.body), hall.edition().data.books.rules.file_max)


def _read_on(hall: Hall, ears: Ears, page: Page, chat: str, most: int, news: News) -> RawUpdate | None:
    """Read on in one chat as far as this page can; the update that needs more."""
    waiting = page.unread(chat, hall.clock.now(), most)
    for update in waiting:
        try:
            incoming = _of(hall, update)
        except Unreadable as shapeless:
            set_aside(hall, page, update, shapeless.why, news)
            continue
        if not settle(hall, ears, page, incoming, news):
            return update
        page.read_update(update)
    news.more = len(waiting) == most
    return None


def _raw(ears: Ears, raws: Iterable[Mapping[str, Any]], at: datetime) -> list[RawUpdate]:
    """Raw updates as they are kept, by number, each once."""
    found: dict[int, RawUpdate] = {}
    for raw in raws:
        chat, album = envelope(raw)
        number = int(raw["update_id"])
        found[number] = RawUpdate(ears.name, number, json.dumps(raw, ensure_ascii=True), chat, at, album)
    return [found[number] for number in sorted(found)]


def _kept(page: Page, updates: Sequence[RawUpdate], at: datetime) -> set[int]:
    """Kept raw; albums wait for their other parts. The numbers that are new."""
    new = set(page.take_in(updates))
    for bot, album in {(one.bot, one.album) for one in updates if one.album and one.id in new}:
        page.gather(bot, album, at + ALBUM)
    return new


async def take(hall: Hall, ears: Ears, raws: Sequence[Mapping[str, Any]], at: datetime) -> Taken:
    """Keep a batch in one page and hear in it what can be heard at once; then it may be acknowledged. LedgerBusy."""
    updates = _raw(ears, raws, at)
    chats = {one.chat for one in updates}

    def doing(page: Page) -> tuple[set[int], News]:
        news, new = News(), _kept(page, updates, at)
        for chat in dict.fromkeys(one.chat for one in updates if one.id in new):
            if _read_on(hall, ears, page, chat, AT_ONCE, news) or news.more:
                news.chats.add(chat)
        return new, news

    try:
        new, news = await hall.ledger.write(doing)
    except LedgerBusy:
        raise
    except Exception:
        log.exception("take stumbled", extra={"channel": CHANNEL})  # kept all the same, then read one by one
        new, news = await hall.ledger.write(lambda page: (_kept(page, updates, at), News(chats=chats)))
    news.tell(hall)
    presses = {int(raw["update_id"]): press_of(raw) for raw in raws}
    answered = tuple(press for number, press in presses.items() if press and number in new)
    return Taken(answered, tuple({one.chat for one in updates if one.album and one.id in new}))


async def drain(hall: Hall, ears: Ears, chat: str) -> timedelta | None:
    """Read what lies unread of one chat, in order; how long until it is worth coming back, None: somebody will tell."""
    most = AT_ONCE
    while True:
        news = News()

        def doing(page: Page, news: News = news, most: int = most) -> RawUpdate | None:
            return _read_on(hall, ears, page, chat, most, news)

        try:
            update = await hall.ledger.write(doing)
        except LedgerBusy:
            raise
        except Exception:
            if most > 1:
                most = 1  # whichever it is spoils no other
                continue
            log.exception("read stumbled", extra={"channel": CHANNEL})
            first = await hall.ledger.write(lambda page: next(iter(page.unread(chat, hall.clock.now(), 1)), None))
            return await _stumbled(hall, first) if first else None
        news.tell(hall)
        if update is None:
            if news.more:
                continue
            return None
        wait = await _slowly(hall, ears, update)
        if wait is not None:
            return wait


async def _later(hall: Hall, update: RawUpdate, wait: timedelta, *, counts: bool = True) -> timedelta:
    until = hall.clock.now() + wait
    await hall.ledger.write(lambda page: page.read_later(update, until, counts=counts))
    return wait


def _back_off(update: RawUpdate) -> timedelta:
    wait: timedelta = min(BACK_OFF * 2 ** min(update.tries, 10), LONGEST)
    return wait


async def _stumbled(hall: Hall, update: RawUpdate) -> timedelta:
    """It can be read, but nothing comes of it: tried again, then set aside."""
    if update.tries + 1 < TRIES:
        return await _later(hall, update, _back_off(update))
    news = News()
    await hall.ledger.write(lambda page: set_aside(hall, page, update, "stumbled", news))
    news.tell(hall)
    return timedelta()


async def _slowly(hall: Hall, ears: Ears, update: RawUpdate) -> timedelta | None:
    """One update that needs more than a page; None once it is read, else how long it waits."""
    incoming = _of(hall, update)
    try:
        if await hall.ledger.read(lambda lists: is_staff(hall, lists, ears, incoming)):
            await ears.act(incoming)
            await hall.ledger.write(lambda page: page.read_update(update))
        elif incoming.what is What.EDIT:
            await _edited(hall, update, incoming)
        elif ears.fetching.locked():
            return await _later(hall, update, ALBUM, counts=False)
        else:
            async with ears.fetching:
                await _with_files(hall, ears, update)
    except LedgerBusy:
        raise
    except TryLater as later:
        wait = max(later.wait, timedelta() if later.whole else _back_off(update))
        return await _later(hall, update, wait, counts=not later.whole)
    except Exception:
        log.exception("read stumbled", extra={"channel": CHANNEL})
        return await _stumbled(hall, update)
    return None


def _shown(page: Page, customer: str, message: int) -> str | None:
    """The words of this message as the hall has them, answered or not; None if it never heard of it."""
    original, later = f"m{message}", f"e{message}."
    waiting = [one.text for one in page.undone(customer) if original in (one.id, one.replaces)]
    if waiting:
        return waiting[-1]
    lines = reversed(page.lists().lines(customer, 0, TALK))
    return next((one.text for one in lines if one.id == original or one.id.startswith(later)), None)


def _unread_yet(hall: Hall, page: Page, update: RawUpdate) -> bool:
    """Whether nobody else read it meanwhile."""
    return update.id in [one.id for one in page.unread(update.chat, hall.clock.now(), 1)]


async def _edited(hall: Hall, update: RawUpdate, incoming: Incoming) -> None:
    """A correction; Telegram tells also of changes nobody can see: those are none."""
    news, at = News(), hall.clock.now()

    def doing(page: Page) -> None:
        if not _unread_yet(hall, page, update):
            return
        page.read_update(update)
        customer = customer_of(page, incoming, at, news)
        heard = heard_from(incoming, customer, at)
        if heard.text and _shown(page, customer, incoming.message) not in (heard.text, mask(heard.text)):
            hear(page, heard, at, news)

    await hall.ledger.write(doing)
    news.tell(hall)


async def _parts(hall: Hall, update: RawUpdate) -> dict[RawUpdate, Incoming]:
    """The message itself, or all readable parts of its album."""
    parts: tuple[RawUpdate, ...] = (update,)
    if update.album:
        now = hall.clock.now()
        unread = await hall.ledger.write(lambda page: page.unread(update.chat, now, AT_ONCE))
        parts = tuple(one for one in unread if one.album == update.album) or parts
    found: dict[RawUpdate, Incoming] = {}
    for one in parts:
        with contextlib.suppress(Unreadable):  # it is set aside when its turn comes
            found[one] = _of(hall, one)
    return found


async def _with_files(hall: Hall, ears: Ears, update: RawUpdate) -> None:
    """A message with files, or an album as the one message it is; what could not be had is said."""
    parts = await _parts(hall, update)
    incoming = next((one for one in parts.values() if one.text), next(iter(parts.values())))
    most = hall.edition().data.books.rules.file_max
    kept: list[Attachment] = []
    refused: dict[str, NotTaken] = {}
    for sent in [file for one in parts.values() for file in one.files]:
        try:
            kept.append(await files.fetch(ears.bot, hall.files, sent, most))
        except NotTaken as no:
            refused[no.code] = no
        except TryLater as later:
            if later.whole or update.tries + 1 < TRIES:
                raise
            refused["file.lost"] = files.lost()
    news, at = News(), hall.clock.now()

    def doing(page: Page) -> None:
        if not _unread_yet(hall, page, update):
            return
        for one in parts:
            page.read_update(one)
        customer = customer_of(page, incoming, at, news)
        for no in refused.values():
            key = f"f:{update.bot}:{update.id}:{no.code}"
            letter = Letter(f"customer:{customer}", Kind.ANSWER, key, words(no.code, **no.facts))
            news.letters |= page.post(letter, at, lambda text: mask(render(hall.edition().data, text)))
        if kept or incoming.text:
            hear(page, heard_from(incoming, customer, at, tuple(kept)), at, news)

    await hall.ledger.write(doing)
    news.tell(hall)
