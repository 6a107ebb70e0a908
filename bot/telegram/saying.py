"""What a message in a case's topic says: a move by its name, then its words; everything else is a note."""

import re
from dataclasses import dataclass

from bot.desk.case import Case, Post
from bot.desk.moves import Move
from bot.hall import mirror
from bot.hall.data import HallData

ENDS = "。.!！~～ "
_FIELD = re.compile(r"\s*([^：:]{1,40})[：:]\s*(.+)")
_BREAK = re.compile(r"[\s：:，,]+")


@dataclass(frozen=True, slots=True)
class Said:
    """A move somebody named, and the words that go with it."""

    move: str
    text: str = ""


def move_of(data: HallData, text: str) -> Said:
    """What a message in a topic asks for: a move's name, then a blank or a colon; everything else is a note."""
    names = {mirror.said_in(data, move): move for move in mirror.WORDS}
    named = "|".join(map(re.escape, names))
    begun = re.fullmatch(rf"\s*({named})(?:\s*[：:]\s*|\s+|(?=[{ENDS}]*\Z))(.*)", text, re.DOTALL)
    if begun is None:
        return Said(Move.NOTE, text.strip())
    return Said(names[begun[1]], begun[2].strip() if begun[2].strip(f"{ENDS}\n") else "")


def first_word(text: str) -> tuple[str, str]:
    """The first word, and what follows it."""
    word, rest = (*_BREAK.split(text.strip(), maxsplit=1), "")[:2]
    return word, rest.strip()


def _named(data: HallData, word: str) -> str:
    """A work number in any case, a name that only one person here has, a team or a post, as the desk writes it."""
    people = [one for one in data.books.roster.staff.values() if one.on]
    number = [one.no for one in people if one.no.casefold() == word.casefold()]
    name = [one.no for one in people if one.name == word]
    team = [team.key for team in data.teams.values() if team.name == word]
    post = [post.value for post in Post if post.value and data.handbook.phrases[f"post.{post.value}"] == word]
    return next((found[0] for found in (number, name, team, post) if len(found) == 1), word)


def addressed(data: HallData, text: str) -> tuple[str, str]:
    """Whom a message names first, and what is said then."""
    word, rest = first_word(text)
    return _named(data, word.lstrip("@")), rest


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
