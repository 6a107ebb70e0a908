"""The channel `topic`: each case in a forum topic of the staff group, made anew when somebody lost it."""

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from telegram import ForceReply

from bot.desk.moves import Move
from bot.hall import mirror
from bot.hall.house import TOPIC
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.ports import TryLater, Uncertain, Undeliverable
from bot.hall.records import Carried, LetterQuery, Posted
from bot.hall.refusals import phrase
from bot.hall.wording import render
from bot.telegram import buttons, text
from bot.telegram.client import ask
from bot.telegram.faults import Moved, TopicClosed, TopicGone
from bot.telegram.group import follow, group_of
from bot.telegram.outbound import HIDDEN, Line, Spot, digest, marked, written

GROUP = f"{TOPIC}:*"
"""All topics share the limit of their group."""
LONGEST = 128
TURNS = 3
"""The group may have moved and the topic be lost: so often the same letter is tried at once."""
PLAIN = timedelta(hours=1)
"""A group that takes no topics is asked again after so long."""
SHUTS = (Move.CLOSE, Move.CONFIRM, Move.CANCEL)
OPENS = (Move.REOPEN, Move.REFUSE)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a case is talked about today: group, its topic (0: none), whether the topic still lacks its card."""

    group: int
    thread: int
    bare: bool
    shared: bool
    """Whether the group may hear of it now, whatever was meant for it before."""


def _card_of(no: str) -> str:
    """The note that a topic made in place of a lost one still lacks its card."""
    return f"tg.bare:{no}"


class Topics:
    """Carries letters addressed `topic:NO`."""

    name = TOPIC
    lasting = False

    def __init__(self, line: Line, group: int) -> None:
        self._hall, self._line, self._configured = line.hall, line, group
        self._plain_until: datetime | None = None

    def place(self, letter: Posted) -> str:
        """One group, one limit."""
        del letter
        return GROUP

    async def send(self, letter: Posted, seq: int) -> Carried | None:
        """Into the case's topic; what a moved group or a deleted topic needs is done, and the very letter goes out."""
        del seq
        for _ in range(TURNS):
            with contextlib.suppress(TopicGone, Moved):
                return await self._send(letter)
        raise Undeliverable("no_topic")

    async def _send(self, letter: Posted) -> Carried | None:
        no, heads = letter.to.partition(":")[2], mirror.brings_card(letter.key)
        place = await self._hall.ledger.read(lambda lists: self._where(lists, no))
        if not place.shared:
            raise Undeliverable(HIDDEN)
        group, thread, said = place.group, place.thread, False
        try:
            if not thread:
                thread = await self._make(group, no, bare=not heads)
                said = thread > 0
            if thread and (place.bare or (said and not heads)):
                await self._show(group, thread, no, paid=not said)
                said = True
            if said:
                self._line.step(GROUP)
            return await self._into(group, thread, letter)
        except Moved as moved:
            found = moved.chat
            await self._hall.ledger.write(lambda page: follow(page, self._configured, found))
            raise
        except TopicGone:
            await self._hall.ledger.write(lambda page: page.keep_topic(no, 0))
            raise

    def _where(self, lists: Lists, no: str) -> _Place:
        bare = bool(lists.remembered(_card_of(no)))
        return _Place(group_of(lists, self._configured), lists.topic(no), bare, mirror.told(lists, no))

    async def _into(self, chat: int, thread: int, letter: Posted) -> Carried:
        move = letter.key.rpartition(":")[2]
        asks = ForceReply() if letter.key.startswith(f"{buttons.ASK}:") else None
        spot = Spot(chat, GROUP, thread or None, buttons.keyboard(letter) or asks)
        if move in OPENS and thread:
            await self._turn(chat, thread, opens=True)
        try:
            number = await self._say(spot, letter)
        except TopicClosed:
            await self._turn(chat, thread, opens=True)
            number = await self._say_anyhow(spot, letter)
        if move in SHUTS and thread:  # the letter is there: whatever comes of this, it must not go again
            with contextlib.suppress(TryLater, Uncertain, Moved, TopicGone):
                await self._turn(chat, thread, opens=False)
        return Carried(chat, number, digest(written(self._hall, letter)))

    async def _say(self, spot: Spot, letter: Posted) -> int:
        shown = letter.text
        if not spot.thread:  # no topics in this group: the number says which case it is
            shown = f"{letter.to.partition(':')[2]}\n{shown}"
        return await self._line.say(spot, marked(self._hall, shown), letter.seq)

    async def _say_anyhow(self, spot: Spot, letter: Posted) -> int:
        """A topic that stays closed whatever is done: then beside it."""
        try:
            return await self._say(spot, letter)
        except TopicClosed:
            return await self._say(replace(spot, thread=None), letter)

    async def _turn(self, chat: int, thread: int, *, opens: bool) -> None:
        """The topic opens or shuts with its case; that it did so already is no fault."""
        bot = self._line.bot
        turn = bot.reopen_forum_topic if opens else bot.close_forum_topic
        with contextlib.suppress(Undeliverable, Uncertain, TopicClosed):
            await self._line.call(turn(chat, thread))

    async def _make(self, chat: int, no: str, *, bare: bool) -> int:
        """A topic for this case, without its card as yet; 0: there are no topics here."""
        now = self._hall.clock.now()
        if self._plain_until and now < self._plain_until:
            return 0
        data = self._hall.edition().data
        case = await self._hall.ledger.read(lambda lists: lists.case(no))
        handler = data.books.person(case.first_handler).name
        name = phrase(data, "topic.name", no=no, topic=case.topic, handler=handler)[:LONGEST]
        try:
            made = await self._line.call(ask(self._line.bot, "createForumTopic", chat_id=chat, name=name))
            thread = int(made["message_thread_id"])  # all that is needed of it, and all that some answer
        except Undeliverable as never:
            if never.shut:
                raise
            self._plain_until = now + PLAIN
            return 0

        def keep(page: Page) -> None:
            page.keep_topic(no, thread)
            page.remember(_card_of(no), "1" if bare else "")

        await self._hall.ledger.write(keep)
        return thread

    async def _show(self, chat: int, thread: int, no: str, *, paid: bool) -> None:
        """The card of a case comes first where its topic was made anew, with the buttons of the first one."""
        if not paid:
            self._line.step(GROUP)
        hall = self._hall
        query = LetterQuery(to=mirror.to(no), limit=1)
        case = await hall.ledger.read(lambda lists: lists.case(no))
        (first,) = (await hall.ledger.read(lambda lists: lists.letters_for(query))).items
        data = hall.edition().data
        shown = text.parts(marked(hall, render(data, mirror.card(data, case))))[0]
        await self._line.put(Spot(chat, GROUP, thread, buttons.keyboard(first)), shown)
        await hall.ledger.write(lambda page: page.remember(_card_of(no), ""))
