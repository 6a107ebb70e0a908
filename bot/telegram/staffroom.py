"""What people of the hall say in Telegram: in a topic plain words are notes, and moves begin with their name."""

import contextlib
import re
from dataclasses import dataclass, replace

from bot.desk.case import CUSTOMER, Case, Kind, Letter
from bot.desk.errors import DeskError, NotYours
from bot.desk.moves import Move, after
from bot.desk.rights import may, permit
from bot.desk.roster import Staff
from bot.desk.words import Words, words
from bot.hall import access, counter, duty, mirror, reception
from bot.hall.counter import Asked
from bot.hall.data import HallData
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.ports import Uncertain, Undeliverable
from bot.hall.records import LetterQuery
from bot.hall.refusals import sentence
from bot.hall.wording import render
from bot.telegram import buttons
from bot.telegram.group import group_of
from bot.telegram.outbound import Line, Spot, marked
from bot.telegram.reading import Incoming, What
from bot.telegram.topics import ASK
from intents.slots import mask

LATER = ("help", "transfer", "pause")
"""Moves that people may name here and that the desk does not have yet."""
ASKED = (Move.REPLY, Move.STAGE, Move.RESOLVE, Move.REOPEN)
"""Moves whose button asks for the words first."""
MANY = 10_000
WORDLESS = (Move.ACCEPT, Move.RELEASE)
"""Moves that need no words; what follows them is a note."""
_FIELD = re.compile(r"\s*([^：:]{1,40})[：:]\s*(.+)")
_ENDS = "。.!！~～ "
_BREAK = re.compile(r"[\s：:，,]+")


@dataclass(frozen=True, slots=True)
class Said:
    """A move somebody named, and the words that go with it."""

    move: str
    text: str = ""


def move_of(data: HallData, text: str) -> Said:
    """What a message in a topic asks for: a move's name, then a blank or a colon; everything else is a note."""
    names = {mirror.said_in(data, move): move for move in mirror.BUTTONS}
    named = "|".join(map(re.escape, names))
    begun = re.fullmatch(rf"\s*({named})(?:\s*[：:]\s*|\s+|(?=[{_ENDS}]*\Z))(.*)", text, re.DOTALL)
    if begun is None:
        return Said(Move.NOTE, text.strip())
    return Said(names[begun[1]], begun[2].strip() if begun[2].strip(f"{_ENDS}\n") else "")


def _acknowledged(data: HallData, text: str) -> bool:
    return text.strip(_ENDS) == data.handbook.phrases["ack"]


def closing(data: HallData, case: Case, text: str) -> tuple[str, dict[str, str]]:
    """「办结」 with its checklist: lines that begin with a field's label fill it, all others are for the customer."""
    topic = data.books.topics.get(case.topic)
    labels = {item.label: item.field for item in (topic.closing if topic else ())}
    told: list[str] = []
    facts: dict[str, str] = {}
    for line in text.split("\n"):
        free = []
        for part in re.split(r"[；;]", line):
            named = _FIELD.fullmatch(part)
            if named and named[1].strip() in labels:
                facts[labels[named[1].strip()]] = named[2].strip()
            else:
                free.append(part)
        told.append("；".join(free).strip())
    return "\n".join(line for line in told if line), facts


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
        elif no and incoming.what is What.PRESS:
            await self._pressed(by, no, value, incoming)
        elif no and incoming.what is What.WORDS and incoming.text.strip():
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

    async def _pressed(self, by: Staff, no: str, value: str, incoming: Incoming) -> None:
        move = value.removeprefix("move.")
        if move in WORDLESS or move in LATER:
            await self._do(by, no, Said(move), incoming)
        elif move in ASKED:
            await self._ask(by, no, Move(move), incoming)

    async def _said(self, by: Staff, no: str, incoming: Incoming) -> None:
        data = self._hall.edition().data
        if _acknowledged(data, incoming.text) and await self._waits(no):
            await self._acknowledge(by, incoming, mirror.to(no), no)
            return
        said = move_of(data, incoming.text)
        if said.move == Move.NOTE and incoming.reply_to:
            said = Said(await self._hall.ledger.read(lambda lists: self._asked(lists, no, incoming)), said.text)
        await self._do(by, no, said, incoming)
        if incoming.files and said.move != Move.NOTE:
            await self._tell(mirror.to(no), no, words("topic.files"), incoming, key="files")

    def _asked(self, lists: Lists, no: str, incoming: Incoming) -> str:
        """The move whose question this answers: one that was really put, recognised by its words."""
        hall, case = self._hall, lists.case(no)
        query = LetterQuery(to=mirror.to(no), kind=Kind.ANSWER, limit=MANY)
        put = {one.text for one in lists.letters_for(query).items if one.key.startswith(f"{ASK}:")}
        for move in ASKED:
            question = render(hall.edition().data, self._question(case, move))
            shown = (marked(hall, question), marked(hall, f"{no}\n{question}"))
            if question in put and incoming.reply_text in shown:
                return move
        return Move.NOTE

    async def _waits(self, no: str) -> bool:
        """Whether an alert of this case is open: elsewhere 收到 is a word like any other."""
        waiting = await self._hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        return any(one.case == no for one in waiting)

    async def _do(self, by: Staff, no: str, said: Said, incoming: Incoming) -> None:
        """The move, by the desk's rules; refused, the topic hears why."""
        if said.move in LATER:
            await self._tell(mirror.to(no), no, words("topic.not_yet", move=self._name(said.move)), incoming)
            return
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
            case Move.ACCEPT | Move.RELEASE:
                wordless = counter.accept if said.move == Move.ACCEPT else counter.release
                await wordless(hall, by, no, asked)
                if said.text:
                    await counter.note(hall, by, no, said.text, Asked(id=f"{asked.id}:note", known=Move.NOTE))
            case Move.REPLY:
                await counter.reply(hall, by, no, said.text, asked)
            case Move.STAGE:
                name, told = (*_BREAK.split(said.text, maxsplit=1), "")[:2]
                await counter.stage(hall, by, no, name, told.strip(), asked)
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
        hall = self._hall
        case = await hall.ledger.read(lambda lists: lists.case(no))
        try:
            permit(case, move, by, hall.edition().data.books.roster, hall.clock.now())
            after(no, case.state, move)
        except DeskError as refused:
            if isinstance(refused, NotYours):
                await reception.deny(hall, by.no, move, no)
            await self._refuse(no, refused, incoming)
            return
        await self._tell(mirror.to(no), no, self._question(case, move), incoming, key=ASK)

    def _question(self, case: Case, move: str) -> Words:
        topic = self._hall.edition().data.books.topics.get(case.topic)
        told = {"no": case.no, "move": self._name(move)}
        if move == Move.RESOLVE and topic and topic.closing:
            return words("topic.ask.resolve", **told, fields="\n".join(f"{one.label}：" for one in topic.closing))
        if move == Move.STAGE and topic and topic.steps:
            return words("topic.ask.stage", **told, stages="、".join(one.name for one in topic.steps))
        return words("topic.ask", **told)

    def _name(self, move: str) -> str:
        return mirror.said_in(self._hall.edition().data, move)

    # ---------------------------------------------------------------- in private

    async def _private(self, by: Staff, incoming: Incoming) -> None:
        """Alerts are answered here; everything else has its place elsewhere, which is said."""
        hall, to = self._hall, f"staff:{by.no}"
        await hall.ledger.write(lambda page: self._open(page, to))
        if incoming.what is What.PRESS:
            found = await hall.ledger.read(lambda lists: buttons.pressed(lists, incoming.data))
            if found and found[0].to == to and found[1] == buttons.ACK:
                await self._acknowledge(by, incoming, to, found[0].case, found[0].text)
        elif _acknowledged(hall.edition().data, incoming.text):
            await self._acknowledge(by, incoming, to)
        elif incoming.what is What.WORDS and hall.edition().data.handbook.phrases["private.desk.word"] in incoming.text:
            await self._link(by, incoming.chat)
        elif incoming.what is What.WORDS:
            await self._tell(to, "", words("private.hello", handler=by), incoming)

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

    async def _acknowledge(self, by: Staff, incoming: Incoming, to: str, no: str = "", text: str = "") -> None:
        """The newest alert that waits for this person; of this case, and the one of these words, if they are named."""
        key = f"ack:tg:{incoming.update}"
        told = words("private.ack.none")
        if not may(by, "alerts.ack"):
            await reception.deny(self._hall, by.no, "alerts.ack", no)
            told = words("error.not_your_post")
        elif alert := await self._hall.ledger.write(lambda page: _chosen(page, key, by, no, text)):
            done = await duty.acknowledge(self._hall, by, alert)
            if done and done.acked_by == by.no:
                told = words("private.ack.done", text=done.text)
            elif done:
                roster = self._hall.edition().data.books.roster
                told = words("private.ack.other", by=roster.staff.get(done.acked_by, done.acked_by), text=done.text)
        await self._tell(to, no, told, incoming)

    async def _tell(self, to: str, no: str, told: Words, incoming: Incoming, key: str = "re") -> None:
        """An answer goes out like every letter: once, in order, at the group's pace."""
        hall = self._hall
        letter = Letter(to, Kind.ANSWER, f"{key}:tg:{incoming.update}", told, no)
        data, now = hall.edition().data, hall.clock.now()
        await hall.ledger.write(lambda page: page.post(letter, now, lambda text: mask(render(data, text))))
        hall.outbox_has_work()


def _chosen(page: Page, key: str, by: Staff, no: str, text: str) -> int:
    """The alert that is meant; the same one however often it is asked. 0: none."""
    kept = page.remembered(key)
    if kept:
        return int(kept)
    mine = [one for one in page.lists().alerts(only_open=False) if by.no in one.to and no in ("", one.case)]
    named = [one for one in mine if text and one.text == text]
    found = next(iter(named or [one for one in mine if not one.acked_by]), None)
    page.remember(key, str(found.id if found else 0))
    return found.id if found else 0
