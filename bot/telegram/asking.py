"""A button that needs words: the question that is put for it, and which move an answer to it does."""

from collections.abc import Mapping
from datetime import datetime

from bot.desk import promises
from bot.desk.case import Case, Kind, Post, State
from bot.desk.errors import DeskError, Paused, TransferWaits
from bot.desk.handing import successor
from bot.desk.moves import Move, after
from bot.desk.rights import permit
from bot.desk.roster import Staff, on_shift
from bot.desk.words import Words, words
from bot.hall import mirror
from bot.hall.data import HallData
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import LetterQuery
from bot.telegram.buttons import ASK
from bot.telegram.outbound import marked
from bot.telegram.reading import Incoming

ASKED: Mapping[str, str] = {
    Move.REPLY: "topic.ask",
    Move.STAGE: "topic.ask.stage",
    Move.HELP: "topic.ask.help",
    Move.HELP_DONE: "topic.ask.help_done",
    Move.TRANSFER: "topic.ask.transfer",
    Move.REASSIGN: "topic.ask.reassign",
    Move.PAUSE: "topic.ask.pause",
    Move.RESOLVE: "topic.ask.resolve",
    Move.REOPEN: "topic.ask",
}
"""Moves whose button asks for the words first, and the question."""
PLAIN = "topic.ask"
NAMED = 10
"""People a question names; whoever else there is can be named all the same."""
MANY = 10_000


def key(move: Move) -> str:
    """How the letter of a question is keyed."""
    return f"{ASK}:{move.value}"


def allowed(data: HallData, case: Case, move: Move, by: Staff, now: datetime) -> None:
    """Before anybody writes for nothing: the desk's own refusal, if there will be one. DeskError."""
    permit(case, move, by, data.books.roster, now)
    if move is not Move.PAUSE or case.state is not State.WAITING_CUSTOMER:
        after(case.no, case.state, move)
    if move is Move.TRANSFER and case.transfer:
        raise TransferWaits(case.no, case.transfer.to)
    running = promises.paused(case) if move is Move.PAUSE else None
    if running:
        raise Paused(case.no, running.by, running.until)


def _helps(case: Case, person: Staff) -> bool:
    return person.post is not Post.NONE and person.no not in (case.first_handler, *case.hidden_from)


def _succeeds(data: HallData, case: Case, person: Staff) -> bool:
    try:
        successor(data.books, case, person.no)
    except DeskError:
        return False
    return True


def people(data: HallData, case: Case, move: Move, by: Staff, now: datetime) -> tuple[Staff, ...]:
    """Who is here and can be named: whoever knows the matter first."""
    here = [one for one in on_shift(data.books.roster, now) if one.no != by.no or move is Move.REASSIGN]
    able = [one for one in here if (_helps(case, one) if move is Move.HELP else _succeeds(data, case, one))]
    return tuple(sorted(able, key=lambda one: case.topic not in one.skills)[:NAMED])


def question(data: HallData, case: Case, move: Move, by: Staff, now: datetime) -> Words:
    """What is asked of whoever pressed."""
    topic, code = data.books.topics.get(case.topic), ASKED[move]
    told: dict[str, object] = {"no": case.no, "move": mirror.said_in(data, move)}
    if move is Move.RESOLVE:
        told["fields"] = "\n".join(f"{one.label}：" for one in (topic.closing if topic else ()))
        code = code if told["fields"] else PLAIN
    if move is Move.STAGE:
        told["stages"] = "、".join(one.name for one in (topic.steps if topic else ()))
        code = code if told["stages"] else PLAIN
    if move in (Move.HELP, Move.TRANSFER, Move.REASSIGN):
        told["people"] = people(data, case, move, by, now)
    if move is Move.HELP:
        staffed = {one.team for one in data.books.roster.staff.values() if one.on and _helps(case, one)}
        told["teams"] = "、".join(team.name for team in data.teams.values() if team.key in staffed)
        told["posts"] = tuple(post for post in Post if post is not Post.NONE)
    return words(code, **told)


def answered(hall: Hall, lists: Lists, no: str, incoming: Incoming) -> str:
    """The move whose question this answers: one that was really put, recognised by its words; else it is a note."""
    query = LetterQuery(to=mirror.to(no), kind=Kind.ANSWER, limit=MANY)
    for one in lists.letters_for(query).items:
        begun, _, rest = one.key.partition(":")
        move = rest.partition(":")[0]
        shown = (marked(hall, one.text), marked(hall, f"{no}\n{one.text}"))
        if begun == ASK and move in ASKED and incoming.reply_text in shown:
            return move
    return Move.NOTE
