"""The floor 谁在说话: exactly one speaker a talk, the guide or one named person, decided in the page that sends."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.books import Books
from bot.desk.case import Case, Kind, Letter, Priority, State
from bot.desk.errors import FloorHeld
from bot.desk.moves import Move
from bot.desk.rights import Relation, relation
from bot.desk.roster import Staff, on_shift
from bot.desk.words import words
from bot.guide.menu import clear
from bot.guide.thread import Floor, Thread
from bot.hall.pages import Page

TAKES_FLOOR = (Move.REPLY,)
GIVES_FLOOR = (Move.RELEASE, Move.RESOLVE, Move.CANCEL, Move.CLOSE)
ASKS = (Move.RESOLVE, Move.CLOSE, Move.TRANSFER)
ENDS = (Move.RESOLVE, Move.CANCEL, Move.CLOSE)
LEADER, OWNER, HELPER = 3, 2, 1
Write = Callable[[object], str]


@dataclass(frozen=True, slots=True)
class Passing:
    """A move as the floor sees it: the case before and after, by whom, which, when."""

    before: Case
    after: Case
    by: Staff
    move: Move
    now: datetime


def _after(thread: Thread, case: Case, by: Staff, move: Move) -> Thread:
    """The talk after a move: who speaks, and which question is the newest."""
    takes = move is Move.ACCEPT and case.topic == "human_agent" and case.state is State.OPEN
    if move in TAKES_FLOOR or takes:
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


def over(thread: Thread, case: Case) -> Thread:
    """Nobody speaks about a case that has ended: the guide has the floor again."""
    ended = case.state in (State.CLOSED, State.CANCELLED)
    if ended and thread.floor is Floor.STAFF and thread.case in ("", case.no):
        return replace(thread, floor=Floor.GUIDE, speaker="")
    return thread


def _rank(case: Case, no: str, books: Books, now: datetime) -> int:
    """Who may take the talk over from whom: leader before first handler and stand-in, they before a helper."""
    found = relation(case, books.person(no), books.roster, now)
    if Relation.LEADER in found:
        return LEADER
    return OWNER if found & {Relation.FIRST_HANDLER, Relation.STAND_IN} else HELPER


def _may_speak(books: Books, thread: Thread, case: Case, by: Staff, now: datetime) -> bool:
    """One speaker a talk; a person's is taken over by a higher hand, for another matter, or if he has gone."""
    speaker = thread.speaker if thread.floor is Floor.STAFF else ""
    if speaker in ("", by.no) or thread.case != case.no:
        return True
    here = {one.no for one in on_shift(books.roster, now)}
    return speaker not in here or _rank(case, by.no, books, now) > _rank(case, speaker, books, now)


def pass_to(page: Page, books: Books, passing: Passing, write: Write) -> None:
    """Who speaks after this move; taking over is said aloud, giving back by the move's own letter. FloorHeld."""
    case, by, move = passing.before, passing.by, passing.move
    thread = page.thread(case.customer)
    if move in TAKES_FLOOR and not _may_speak(books, thread, case, by, passing.now):
        raise FloorHeld(case.no, thread.speaker)
    after = _after(thread, case, by, move)
    gone = case.first_handler != passing.after.first_handler and thread.speaker == case.first_handler
    if gone and thread.case in ("", case.no):  # the hands changed: the guide speaks until the new one does
        after = replace(after, floor=Floor.GUIDE, speaker="")
    if after == thread:
        return
    if after.speaker not in ("", thread.speaker) and move is not Move.ACCEPT:
        key = f"floor:{case.no}:{case.seq}"
        told, urgent = words("floor.taken", by=by), case.priority is Priority.EMERGENCY  # as the words it announces
        letter = Letter(f"customer:{case.customer}", Kind.STATUS, key, told, case.no, urgent=urgent)
        page.post(letter, passing.now, write)
    page.keep(after)
