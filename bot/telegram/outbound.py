"""Letters out to private chats: words, buttons, a card edited in place; each failure named for what is to be done."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from telegram import Bot, ForceReply, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.desk.case import Button, Kind
from bot.desk.errors import NoSuchCase
from bot.desk.rights import sees
from bot.desk.roster import Staff
from bot.desk.words import words
from bot.hall import fate
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.ports import TryLater, Undeliverable
from bot.hall.records import Carried, LetterQuery, Posted, Reach
from bot.hall.wording import render
from bot.telegram import buttons, faults, links, text
from bot.telegram.buttons import ASK
from bot.telegram.under import offered

T = TypeVar("T")
THIN = (AttributeError, KeyError, TypeError, ValueError)
"""What the library makes of a yes that lacks what Telegram would tell along: it is a yes all the same."""
HIDDEN = "hidden"
"""Why a letter dies that became none of its reader's business before it went out."""
_BEGUN = "begun:"
"""A letter of several parts of which so many are there already."""


def digest(shown: str) -> str:
    """What a message shows, to know whether an edit would change anything."""
    return hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()[:16]


def marked(hall: Hall, shown: str) -> str:
    """In a drill every message says so."""
    mark = hall.edition().data.handbook.phrases["drill.mark"]
    return f"【{mark}】{shown}" if hall.drill else shown


def written(hall: Hall, letter: Posted) -> str:
    """A letter as a chat shows it: whose words, the words, their choices by number, the mark of a drill."""
    shown, by = letter.text, fate.speaker(hall, letter)
    if letter.to.startswith("customer:"):
        choices = buttons.numbered(shown, letter.buttons)
        shown = "\n".join(part for part in (shown, choices) if part)
        shown = render(hall.edition().data, words("private.words", by=by, text=shown)) if by else shown
    return marked(hall, shown)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message goes, and what stands under it; `place` is what the limits count."""

    chat: int
    place: str
    thread: int | None = None
    markup: InlineKeyboardMarkup | ForceReply | None = None
    silent: bool = False
    """Nobody's pocket buzzes."""


class Line:
    """The wire to Telegram: every call's failure as the hall's, each network failure in a row waits longer."""

    def __init__(self, hall: Hall, bot: Bot) -> None:
        self.hall, self.bot, self._failures = hall, bot, 0

    async def call(self, calling: Awaitable[T]) -> T:
        """What it answers. TryLater, Uncertain, Undeliverable, Moved, TopicGone, TopicClosed."""
        try:
            found = await calling
        except TelegramError as error:
            self.hall.meters.throttled["telegram"] += isinstance(error, RetryAfter)
            named = faults.translated(error, self._failures)
            self._failures += isinstance(named, TryLater)
        else:
            self._failures = 0
            return found
        raise named

    async def say(self, spot: Spot, shown: str, seq: int) -> int:
        """A text as its parts, in order, the markup under the last one; that one's number. Begun before, it goes on."""
        pieces = text.parts(shown)
        if not pieces:
            raise Undeliverable("blank")
        done, number = await self._begun(seq) if len(pieces) > 1 else (0, 0)
        for count, piece in enumerate(pieces[done:], done + 1):
            if count > done + 1:
                self.step(spot.place)
            number = await self.put(spot, piece, last=count == len(pieces))
            if count < len(pieces):
                begun = Carried(spot.chat, number, f"{_BEGUN}{count}")
                await self.hall.ledger.write(lambda page, begun=begun: page.keep_carried(seq, begun))  # type: ignore[misc]
        return number

    async def put(self, spot: Spot, piece: str, *, last: bool = True) -> int:
        """One message; its number, 0 where the answer says only that it was taken."""
        markup = spot.markup if last else None
        calling = self.bot.send_message(
            spot.chat,
            piece,
            message_thread_id=spot.thread,
            reply_markup=markup,
            disable_notification=True if spot.silent else None,
        )
        try:
            return (await self.call(calling)).message_id
        except Undeliverable as never:
            if never.why == faults.NO_METHOD:  # nobody there at all: it waits
                raise TryLater(faults.LATER, whole=True) from None
            raise
        except THIN:
            return 0

    async def _begun(self, seq: int) -> tuple[int, int]:
        """How many parts are there, and the number of the latest."""
        found = await self.hall.ledger.read(lambda lists: lists.carried(seq))
        if found is None or not found.shows.startswith(_BEGUN):
            return 0, 0
        return int(found.shows.removeprefix(_BEGUN)), found.message

    def step(self, place: str) -> None:
        """One more message of the same letter: the place's own limit counts it too. TryLater."""
        pace, now = self.hall.pace, self.hall.clock.now()
        free = pace.free_at(place, now)
        if free > now:
            raise TryLater(free - now)
        pace.take(place, now)


@dataclass(frozen=True, slots=True)
class _Whereto:
    """Where a letter goes: its chat, what it takes the place of, what stands under it, whether it may go at all."""

    reach: Reach | None
    card: Carried | None
    under: tuple[Button, ...]
    hidden: bool
    stale: bool
    """A newer edit of the same letter waits: this one shows nothing that counts."""


class Chats:
    """The channel `tg`: private chats of customers and of people of the hall."""

    name = "tg"
    lasting = False

    def __init__(self, line: Line) -> None:
        self._hall, self._line = line.hall, line

    def place(self, letter: Posted) -> str:
        """Each chat has its own limit."""
        return letter.to

    async def send(self, letter: Posted, seq: int) -> Carried | None:
        """The letter as one or more messages, or as an edit of the one it takes the place of."""
        del seq
        found = await self._hall.ledger.read(lambda lists: self._whereto(lists, letter))
        reach = found.reach
        if found.hidden:
            raise Undeliverable(HIDDEN)
        if reach is None or not reach.chat:
            raise Undeliverable("no_chat")
        if reach.blocked_at is not None:
            raise Undeliverable("blocked", shut=True)  # what presses goes to the duty leaders too
        if letter.replaces is None:
            return await self._say(reach.chat, letter, found.under)
        return None if found.stale else await self._replace(reach.chat, letter, found.card)

    def _whereto(self, lists: Lists, letter: Posted) -> _Whereto:
        card = lists.carried(letter.replaces) if letter.replaces is not None else None
        kind, _, no = letter.to.partition(":")
        person = self._hall.edition().data.books.roster.staff.get(no) if kind == "staff" else None
        asks = person is not None and letter.kind == Kind.ALERT
        return _Whereto(
            lists.reach(letter.to),
            card,
            tuple(offered(self._hall, lists, letter, person)) if person and asks else (),
            hidden=person is not None and _hidden(lists, letter, person),
            stale=letter.replaces is not None and _stale(lists, letter),
        )

    async def _say(self, chat: int, letter: Posted, under: tuple[Button, ...] = (), *, silent: bool = False) -> Carried:
        async def put(shown: str, link: tuple[str, str]) -> Carried:
            asks = ForceReply() if letter.key.startswith(f"{ASK}:") else None
            markup = buttons.keyboard(letter, under, link) or asks
            spot = Spot(chat, self.place(letter), markup=markup, silent=silent)
            return Carried(chat, await self._line.say(spot, shown, letter.seq), digest(shown))

        return await self._linked(letter, put)

    async def _linked(self, letter: Posted, put: Callable[[str, tuple[str, str]], Awaitable[T]]) -> T:
        """What the chat shows, the link to the open card as a button where it can be one, else in the words."""
        hall = self._hall
        whole = written(hall, letter)
        shown, address = links.parted(whole, hall.base_url) if letter.to.startswith("customer:") else (whole, "")
        if address:
            try:
                return await put(shown, (hall.edition().data.handbook.phrases["card.button"], address))
            except Undeliverable as never:
                if never.why != faults.LINK:
                    raise
        return await put(whole, ("", ""))

    async def _replace(self, chat: int, letter: Posted, there: Carried | None) -> Carried | None:
        """In place; a live card that is gone or too old is sent anew, silently, and is the card from then on."""
        card = letter.kind == Kind.RECEIPT
        if there is None:
            return await self._say(chat, letter, silent=True) if card else None
        if not there.message:  # whoever took it did not say where it lies
            return None
        try:
            return await self._edit(letter, there)
        except Undeliverable as never:
            if never.why == faults.NO_METHOD or (never.why == faults.LOST and not card):
                return None  # what it says was told in a message of its own
            if never.why != faults.LOST:
                raise
        return await self._say(chat, letter, silent=True)

    async def _edit(self, letter: Posted, there: Carried) -> Carried | None:
        async def put(whole: str, link: tuple[str, str]) -> Carried | None:
            shown = text.parts(whole)[-1]  # where its buttons hang
            if there.shows == digest(shown):
                return None
            calling = self._line.bot.edit_message_text(
                shown, chat_id=there.chat, message_id=there.message, reply_markup=buttons.keyboard(letter, link=link)
            )
            await self._line.call(_unless_same(calling))
            return Carried(there.chat, there.message, digest(shown))

        return await self._linked(letter, put)


def _hidden(lists: Lists, letter: Posted, person: Staff) -> bool:
    """Whether the case of a letter does not exist for the person of the hall it is for, now that it goes out."""
    try:
        return bool(letter.case) and not sees(lists.case(letter.case), person)
    except NoSuchCase:
        return False


def _stale(lists: Lists, letter: Posted) -> bool:
    """Whether a newer edit of the same letter is due behind this one."""
    query = LetterQuery(to=letter.to, case=letter.case, kind=letter.kind, state="waiting", limit=1, newest=True)
    newest = next(iter(lists.letters_for(query).items), None)
    return (
        newest is not None
        and newest.seq > letter.seq
        and (newest.replaces, newest.held_until)
        == (
            letter.replaces,
            None,
        )
    )


async def _unless_same(editing: Awaitable[Message | bool]) -> None:
    """An edit that changes nothing is done."""
    try:
        await editing
    except BadRequest as error:
        if not faults.says(error, faults.SAME):
            raise
