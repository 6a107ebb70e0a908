"""工作岗: accepts, answers, moves on, resolves; every doing is one page, done once however often it is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk import rules
from bot.desk.books import Books
from bot.desk.case import Case, Event, Kind, Lane, Letter, Outcome, Priority
from bot.desk.errors import Changed, NotYours
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from bot.desk.roster import Staff
from bot.desk.words import words
from bot.guide.menu import clear
from bot.guide.thread import Floor, Thread
from bot.hall.house import Hall
from bot.hall.mirror import mirrored
from bot.hall.pages import Page
from bot.hall.wording import render
from intents.slots import mask

TAKES_FLOOR = (Move.REPLY,)
GIVES_FLOOR = (Move.RELEASE, Move.RESOLVE, Move.CANCEL, Move.CLOSE)
ASKS = (Move.RESOLVE, Move.CLOSE)
ENDS = (Move.RESOLVE, Move.CANCEL, Move.CLOSE)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a change was asked for: request id, the version it was meant for, whether it is only tried."""

    id: str = ""
    version: int | None = None
    dry: bool = False
    known: str = ""
    """The move the case's topic itself has said: it needs no echo there."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do: how many customers it would reach, which cases, in which words."""

    customers: int
    cases: tuple[str, ...]
    text: str


class _Tried(Exception):
    """Leaves the page without keeping anything."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self.preview = preview


Rule = Callable[[Books, Case, datetime], Outcome]


def _after(thread: Thread, case: Case, by: Staff, move: Move) -> Thread:
    """The talk after a move: who speaks, and which question is the newest."""
    if move in TAKES_FLOOR or (move is Move.ACCEPT and case.topic == "human_agent"):
        if thread.floor is Floor.STAFF and thread.speaker == by.no:
            return thread
        quiet = replace(clear(thread), draft=False, asking="", tries=0, pending=(), begun_at=None)
        return replace(quiet, floor=Floor.STAFF, speaker=by.no, case=case.no)
    if move in ASKS:  # its letter asks something: a number no longer answers an older menu
        thread = replace(thread, menu_at=None)
    if move in ENDS and thread.case == case.no:  # nothing more is asked for a case that has ended
        thread = replace(thread, asking="", tries=0, pending=())
    mine = move is Move.RELEASE or thread.case in ("", case.no)
    if move in GIVES_FLOOR and thread.floor is Floor.STAFF and mine:
        return replace(thread, floor=Floor.GUIDE, speaker="")
    return thread


def _floor(page: Page, case: Case, by: Staff, move: Move, now: datetime, write: Callable[[object], str]) -> None:
    """Who speaks after this move; taking over is said aloud, giving back is said by the move's own letter."""
    thread = page.thread(case.customer)
    after = _after(thread, case, by, move)
    if after == thread:
        return
    if after.speaker not in ("", thread.speaker) and move is not Move.ACCEPT:
        key = f"floor:{case.no}:{case.seq}"
        told, urgent = words("floor.taken", by=by), case.priority is Priority.EMERGENCY  # as the words it announces
        letter = Letter(f"customer:{case.customer}", Kind.STATUS, key, told, case.no, urgent=urgent)
        page.post(letter, now, write)
    page.keep(after)


async def _move(hall: Hall, by: Staff, no: str, move: Move, asked: Asked, rule: Rule) -> Case | Preview:
    """One move: looked up, checked by version, decided, written down, told. DeskError; denied ones are kept."""
    edition = hall.edition()
    now = hall.clock.now()

    def write(text: object) -> str:
        return mask(render(edition.data, text))

    def doing(page: Page) -> Case:
        done = f"request:{by.no}:{no}:{asked.id}" if asked.id else ""
        case = page.case(no)
        if done and page.remembered(done):
            return case
        if asked.version is not None and asked.version != case.version:
            raise Changed(no, case.version)
        late = overdue(edition.data.books, case, now)
        if late and not asked.dry:  # what fell due before this move is told before it
            case = page.record(mirrored(hall, page, late), write)
        outcome = rule(edition.data.books, case, now)
        if asked.dry:
            told = [letter for letter in outcome.letters if letter.to.startswith("customer:")]
            raise _Tried(
                Preview(len({letter.to for letter in told}), (no,), "\n".join(write(one.text) for one in told))
            )
        _floor(page, case, by, move, now, write)
        changed = page.record(mirrored(hall, page, outcome, known=asked.known), write)
        if done:
            page.remember(done, now.isoformat())
        return changed

    try:
        case = await hall.ledger.write(doing)
    except _Tried as tried:
        return tried.preview
    except NotYours:
        await _deny(hall, by, no, move)
        raise
    hall.bell.ring("desk")
    hall.outbox_has_work()
    return case


async def _deny(hall: Hall, by: Staff, no: str, move: Move) -> None:
    facts = {"move": move.value, "case": no}
    event = Event("", 0, hall.clock.now(), Lane.SUPPORT, by.no, "deny", public=False, facts=facts)
    await hall.ledger.write(lambda page: page.note(event, str))


async def accept(hall: Hall, by: Staff, no: str, asked: Asked = Asked()) -> Case | Preview:
    """接单."""
    return await _move(hall, by, no, Move.ACCEPT, asked, lambda books, case, now: rules.accept(books, case, by, now))


async def release(hall: Hall, by: Staff, no: str, asked: Asked = Asked()) -> Case | Preview:
    """交还: the guide speaks again, the first handler stays."""
    return await _move(hall, by, no, Move.RELEASE, asked, lambda books, case, now: rules.release(books, case, by, now))


async def reply(hall: Hall, by: Staff, no: str, text: str, asked: Asked = Asked()) -> Case | Preview:
    """答复: words to the customer."""
    return await _move(
        hall, by, no, Move.REPLY, asked, lambda books, case, now: rules.reply(books, case, by, text, now)
    )


async def note(hall: Hall, by: Staff, no: str, text: str, asked: Asked = Asked()) -> Case | Preview:
    """备注: never leaves the hall."""
    return await _move(hall, by, no, Move.NOTE, asked, lambda books, case, now: rules.note(books, case, by, text, now))


async def stage(
    hall: Hall,
    by: Staff,
    no: str,
    name: str,
    text: str = "",
    asked: Asked = Asked(),
) -> Case | Preview:
    """阶段: the case reaches a step of its blueprint."""
    return await _move(
        hall, by, no, Move.STAGE, asked, lambda books, case, now: rules.stage(books, case, by, name, text, now)
    )


async def resolve(
    hall: Hall,
    by: Staff,
    no: str,
    text: str,
    facts: Mapping[str, str],
    asked: Asked = Asked(),
) -> Case | Preview:
    """办结: by the closing checklist."""
    return await _move(
        hall, by, no, Move.RESOLVE, asked, lambda books, case, now: rules.resolve(books, case, by, text, facts, now)
    )


async def reopen(hall: Hall, by: Staff, no: str, reason: str, asked: Asked = Asked()) -> Case | Preview:
    """重开."""
    return await _move(
        hall, by, no, Move.REOPEN, asked, lambda books, case, now: rules.reopen(books, case, by, reason, now)
    )


async def cancel(hall: Hall, by: Staff, no: str, reason: str, asked: Asked = Asked()) -> Case | Preview:
    """撤单."""
    return await _move(
        hall, by, no, Move.CANCEL, asked, lambda books, case, now: rules.cancel(books, case, by, reason, now)
    )


async def close(hall: Hall, by: Staff, no: str, reason: str, asked: Asked = Asked()) -> Case | Preview:
    """关单: the duty leader's."""
    return await _move(
        hall, by, no, Move.CLOSE, asked, lambda books, case, now: rules.close(books, case, by, reason, now)
    )
