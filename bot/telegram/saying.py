"""What a message in a case's topic says: a move by its name, then its words; everything else is a note."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.desk import deciding, hours, pausing
from bot.desk.case import Case, Post
from bot.desk.deciding import Decision
from bot.desk.moves import Move
from bot.hall import mirror
from bot.hall.data import HallData
from intents import spoken
from intents.text import normalise

ENDS = "。.!！~～ "
_FIELD = re.compile(r"\s*([^：:]{1,40})[：:]\s*(.+)")
_BREAK = re.compile(r"[\s：:，,]+")
_TILL = re.compile(r"[，,。；;]?\s*(?:一直|先?挂|先?停|等)?[到至]")
_TILLS = 8
"""So many times the word is looked at, from the end."""
_NEAR = 40
"""A moment is named within so many characters."""
_OVER = re.compile(r"(?:为止|止|[之以]?前|再办|再说|再看)*[\s，,。；;、]*")
_LACKS = re.compile(r"(?:还?缺少?|[要来]?补[交齐上充]?|还?差)(?![电漏偿])(.+)", re.DOTALL)
_EACH = re.compile(r"[、，,；;。\s]+|以?及|还有|[和与跟]")
_WHOSE = re.compile(r"^(?:客户|用户|户主|业主|房东|您|他|她)?的?(?:[一两]?[份张页个本]|那[份张])?")
_PAPER = re.compile(
    r"(?:证|证明|证件|证书|书|表|单|件|函|合同|协议|执照|照片|户口本|房本|发票|印章|公章|图纸|批文|批复)$"
)
_ANY = ("材料", "资料", "手续", "文件", "证件", "件", "证明")
"""What is no paper by name: the reason says it, the customer cannot tick it off."""


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


def _moment(data: HallData, text: str, now: datetime) -> spoken.Said | None:
    calendar = data.books.calendar

    def shuts(day: date) -> time:
        return hours.closing(calendar, day)

    def working(at: datetime, days: int) -> datetime:
        day = hours.add(calendar, at, hours.Span(days, hours.Unit.WORK_DAY)).date()
        return datetime.combine(day, shuts(day), calendar.zone)

    return spoken.until(text, now.astimezone(calendar.zone), closing=shuts, working=working)


def until_of(data: HallData, text: str, now: datetime) -> tuple[str, datetime | None]:
    """Words without 「到周五」, and till when; else as they are, and the first moment to come that they name."""
    for found in list(_TILL.finditer(text))[: -_TILLS - 1 : -1]:
        rest = text[found.end() : found.end() + _NEAR]
        said = _moment(data, rest, now)
        if said is None or not normalise(rest).startswith(said.words):
            continue
        named = max(end for end in range(len(rest) + 1) if said.words.startswith(normalise(rest[:end])))
        tail = text[found.end() + named :]
        over = _OVER.match(tail)
        left = f"{text[: found.start()]} {tail[over.end() if over else 0 :]}"
        return left.strip(), said.at
    said = _moment(data, text, now)
    return text.strip(), said.at if said else None


def papers(data: HallData, case: Case, text: str) -> tuple[str, ...]:
    """The papers a reason names after 缺 or 补: those the matter knows, and whatever else is called like one."""
    found = _LACKS.search(text)
    topic = data.books.topics.get(case.topic)
    known = {*case.papers, *(name for step in (topic.steps if topic else ()) for name in step.papers)}
    named = [_WHOSE.sub("", one.strip()) for one in _EACH.split(found[1])] if found else []
    return tuple(one for one in dict.fromkeys(named) if one in known or (_PAPER.search(one) and one not in _ANY))


def pause_of(data: HallData, case: Case, text: str, now: datetime) -> pausing.Wish:
    """「挂起 缺产权证明 到周五」: why, which papers, till when; without a day the next working day's end."""
    reason, until = until_of(data, text, now)
    till = until or deciding.till(data.books, case, "", now, Decision.PAUSE)
    return pausing.Wish(reason, till, papers(data, case, reason))


def wish_of(data: HallData, decision: Decision, text: str, now: datetime) -> deciding.Wish:
    """What goes with a leader's decision: whom, why, till when; what he leaves out stays open."""
    if decision in (Decision.PAUSE, Decision.CALL):
        reason, until = until_of(data, text, now)
        return deciding.Wish(reason=reason, until=until)
    to, told = addressed(data, text)
    known = to in data.books.roster.staff or to in data.teams or to in tuple(Post)
    if decision is Decision.HELP and not known:
        return deciding.Wish(reason=text.strip())
    return deciding.Wish(reason=told, to=to)
