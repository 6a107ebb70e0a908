"""What people of the hall say in Telegram: in a topic plain words are notes, and moves begin with their name."""

import contextlib
from dataclasses import replace

from bot.desk.case import CUSTOMER, Kind
from bot.desk.errors import DeskError, NotYours
from bot.desk.moves import Move
from bot.desk.rights import sees
from bot.desk.roster import Staff
from bot.desk.words import Words, words
from bot.hall import access, counter, handing, mirror, reception
from bot.hall.counter import Asked
from bot.hall.data import HallData
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.ports import Uncertain, Undeliverable
from bot.hall.refusals import sentence
from bot.hall.wording import render
from bot.telegram import alerting, asking, buttons
from bot.telegram.group import group_of
from bot.telegram.outbound import Line, Spot, marked
from bot.telegram.reading import Incoming, What
from bot.telegram.saying import ENDS, Said, addressed, closing, first_word, move_of, pause_of
from bot.telegram.telling import tell

WORDLESS = (Move.ACCEPT, Move.RELEASE, Move.RESUME)
"""Moves that need no words; what follows them is a note."""


def _acknowledged(data: HallData, text: str) -> bool:
    return text.strip(ENDS) == data.handbook.phrases["ack"]


class Staffroom:
    """Hears the staff group and the private chats of people of the hall; whatever it does it does once."""

    def __init__(self, line: Line, group: int) -> None:
        self._hall, self._line, self._group = line.hall, line, group

    async def act(self, incoming: Incoming) -> None:
        """One message or press; told again after a crash it does nothing twice."""
        by = self._who(incoming)
        if incoming.kind == "private":
            if by:
                await self._private(by, incoming)
            return
        no, value = await self._hall.ledger.read(lambda lists: self._about(lists, incoming))
        if by is None:
            if no:
                await reception.deny(self._hall, CUSTOMER, "telegram.topic", no)
        elif not no or (incoming.what is What.WORDS and not incoming.text.strip()):
            return
        elif not await self._hall.ledger.read(lambda lists: mirror.told(lists, no)):
            await self._not_here(by, no, incoming)
        elif incoming.what is What.PRESS:
            await self._pressed(by, no, value, incoming)
        elif incoming.what is What.WORDS:
            await self._said(by, no, incoming)

    def _who(self, incoming: Incoming) -> Staff | None:
        """By the number Telegram gives, never by a name."""
        people = self._hall.edition().data.books.roster.staff.values()
        return next((one for one in people if one.telegram_id == incoming.user and one.on), None)

    def _about(self, lists: Lists, incoming: Incoming) -> tuple[str, str]:
        """The case whose topic this is, or whose message is pressed or answered; and the value of a press."""
        if incoming.chat != group_of(lists, self._group):
            return "", ""
        if incoming.what is What.PRESS:
            found = buttons.pressed(lists, incoming.data)
            ours = found and found[0].to == mirror.to(found[0].case)
            return (found[0].case, found[1]) if found and ours else ("", "")
        no = lists.case_of_topic(incoming.thread)
        answered = lists.carried_at(incoming.chat, incoming.reply_to) if incoming.reply_to and not no else None
        return no or (answered.case if answered else ""), ""

    # ---------------------------------------------------------------- in the group

    async def _not_here(self, by: Staff, no: str, incoming: Incoming) -> None:
        """The case is not for the eyes of the group: nothing is said there, and whoever may know is told where to."""
        if await self._hall.ledger.read(lambda lists: sees(lists.case(no), by)):
            await self._tell(f"staff:{by.no}", no, words("topic.private", no=no), incoming)
        else:
            await reception.deny(self._hall, by.no, "telegram.topic", no)

    async def _pressed(self, by: Staff, no: str, value: str, incoming: Incoming) -> None:
        move = value.removeprefix("move.")
        if move in WORDLESS:
            await self._do(by, no, Said(move), incoming)
        elif move in asking.ASKED:
            await self._ask(by, no, Move(move), incoming)

    async def _said(self, by: Staff, no: str, incoming: Incoming) -> None:
        data = self._hall.edition().data
        if _acknowledged(data, incoming.text) and await self._waits(no):
            await alerting.said(self._hall, by, incoming, no)
            return
        said = move_of(data, incoming.text)
        if said.move == Move.NOTE and incoming.reply_to:
            move = await self._hall.ledger.read(lambda lists: asking.answered(self._hall, lists, no, incoming))
            said = Said(move, said.text)
        await self._do(by, no, said, incoming)
        if incoming.files and said.move != Move.NOTE:
            await self._tell(mirror.to(no), no, words("topic.files"), incoming, key="files")

    async def _waits(self, no: str) -> bool:
        """Whether an alert of this case is open: elsewhere 收到 is a word like any other."""
        waiting = await self._hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        return any(one.case == no for one in waiting)

    async def _do(self, by: Staff, no: str, said: Said, incoming: Incoming) -> None:
        """The move, by the desk's rules; refused, the topic hears why."""
        asked = Asked(id=f"tg:{incoming.update}", known=Move.NOTE if said.move == Move.NOTE else "")
        try:
            await self._move(by, no, said, asked)
        except DeskError as refused:
            await self._refuse(no, refused, incoming)

    async def _refuse(self, no: str, refused: DeskError, incoming: Incoming) -> None:
        reason = sentence(self._hall.edition().data, refused)
        await self._tell(mirror.to(no), no, words("topic.refused", reason=reason), incoming)

    async def _move(self, by: Staff, no: str, said: Said, asked: Asked) -> None:
        hall = self._hall
        match said.move:
            case Move.ACCEPT | Move.RELEASE | Move.RESUME:
                wordless = {
                    Move.ACCEPT: counter.accept,
                    Move.RELEASE: counter.release,
                    Move.RESUME: counter.resume,
                }
                await wordless[Move(said.move)](hall, by, no, asked)
                if said.text:
                    await counter.note(hall, by, no, said.text, Asked(id=f"{asked.id}:note", known=Move.NOTE))
            case Move.REPLY:
                await counter.reply(hall, by, no, said.text, asked)
            case Move.STAGE:
                name, told = first_word(said.text)
                await counter.stage(hall, by, no, name, told, asked)
            case Move.HELP | Move.TRANSFER | Move.REASSIGN:
                to, told = addressed(hall.edition().data, said.text)
                hands = {Move.HELP: handing.help_, Move.TRANSFER: handing.transfer, Move.REASSIGN: handing.reassign}
                await hands[Move(said.move)](hall, by, no, to, told, asked)
            case Move.HELP_DONE:
                await handing.help_done(hall, by, no, said.text, asked)
            case Move.PAUSE:
                case = await hall.ledger.read(lambda lists: lists.case(no))
                wish = pause_of(hall.edition().data, case, said.text, hall.clock.now())
                await counter.pause(hall, by, no, wish, asked)
            case Move.RESOLVE:
                case = await hall.ledger.read(lambda lists: lists.case(no))
                told, facts = closing(hall.edition().data, case, said.text)
                await counter.resolve(hall, by, no, told, facts, asked)
            case Move.REOPEN:
                await counter.reopen(hall, by, no, said.text, asked)
            case _:
                await counter.note(hall, by, no, said.text, asked)

    async def _ask(self, by: Staff, no: str, move: Move, incoming: Incoming) -> None:
        """A button that needs words: the question is put, and whoever answers it does the move."""
        hall, data, now = self._hall, self._hall.edition().data, self._hall.clock.now()
        case = await hall.ledger.read(lambda lists: lists.case(no))
        try:
            asking.allowed(data, case, move, by, now)
        except DeskError as refused:
            if isinstance(refused, NotYours):
                await reception.deny(hall, by.no, move, no)
            await self._refuse(no, refused, incoming)
            return
        await self._tell(mirror.to(no), no, asking.question(data, case, move, by, now), incoming, asking.key(move))

    # ---------------------------------------------------------------- in private

    async def _private(self, by: Staff, incoming: Incoming) -> None:
        """Alerts are answered here; everything else has its place elsewhere, which is said."""
        hall, to = self._hall, f"staff:{by.no}"
        await hall.ledger.write(lambda page: self._open(page, to))
        data = hall.edition().data
        if incoming.what is What.PRESS:
            found = await hall.ledger.read(lambda lists: buttons.pressed(lists, incoming.data))
            if found and found[0].kind == Kind.ALERT:
                await alerting.pressed(hall, by, found[0], found[1], incoming)
        elif incoming.what is not What.WORDS or await self._replied(by, incoming):
            return
        elif _acknowledged(data, incoming.text):
            await alerting.said(hall, by, incoming)
        elif data.handbook.phrases["private.desk.word"] in incoming.text:
            await self._link(by, incoming.chat)
        else:
            await self._tell(to, "", words("private.hello", handler=by), incoming)

    async def _replied(self, by: Staff, incoming: Incoming) -> bool:
        """Whether it answers a question about an alert, or the alert itself, with a decision."""
        chat, message, to = incoming.chat, incoming.reply_to, f"staff:{by.no}"
        if not message:
            return False
        letter = await self._hall.ledger.read(lambda lists: lists.carried_at(chat, message))
        return bool(letter and letter.to == to and await alerting.replied(self._hall, by, letter, incoming))

    def _open(self, page: Page, to: str) -> None:
        """Who writes to the bot can be written to."""
        reach = page.lists().reach(to)
        if reach and reach.blocked_at:
            page.keep_reach(replace(reach, blocked_at=None))

    async def _link(self, by: Staff, chat: int) -> None:
        """A way in is for one pair of eyes: it goes out at once and lies in no outbox."""
        link = await access.one_time_link(self._hall, by.no)
        told = render(self._hall.edition().data, words("private.desk", link=link))
        with contextlib.suppress(Undeliverable, Uncertain):
            await self._line.put(Spot(chat, f"staff:{by.no}"), marked(self._hall, told))

    async def _tell(self, to: str, no: str, told: Words, incoming: Incoming, key: str = "re") -> None:
        await tell(self._hall, to, no, told, incoming, key)
