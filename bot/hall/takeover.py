"""The brief at take-over 接手简报 as a case's topic shows it: once for each person who takes the case or its talk."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.desk.case import Case, Event, Outcome
from bot.desk.moves import Move
from bot.desk.words import Words, words
from bot.hall import sight, views, visiting
from bot.hall.brief import brief
from bot.hall.data import HallData
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.wording import moment, render
from intents.slots import mask

Json = Mapping[str, Any]
LONGEST = 240
"""Characters of one text; whoever wants all of it reads the case."""
MANY = 4
"""Things tried that are told, the latest."""
_HANDS = (Move.TRANSFER, Move.REASSIGN)
_HAD = ("got", "checked")
"""States of a paper that is there."""
_NUMBER = re.compile(r"(?<![A-Za-z0-9])\d{7,}(?![-\d])")


def taken(outcome: Outcome) -> tuple[str, bool]:
    """Who takes the case or its talk by this, and whether responsibility moved; empty: nobody."""
    for event in outcome.events:
        if event.move in _HANDS and "first_handler" in event.facts:
            return event.facts["first_handler"], True
        if (event.move == Move.ACCEPT and "task" not in event.facts) or event.move == Move.REPLY:
            return event.by, False
    return "", False


def _begins_anew(outcome: Outcome) -> bool:
    """Whether a finished case is taken up again."""
    moves = [event.move for event in outcome.events if "to" not in event.facts]
    return Move.REOPEN in moves or Move.REFUSE in moves


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def _covered(text: str) -> str:
    """What the customer said, his numbers masked as on the desk; a case's number is nobody's secret."""
    return _NUMBER.sub(lambda found: views.masked("phone", found[0]), mask(text))


def _known(data: HallData, slots: Json) -> str:
    """The facts, each as people say it."""
    phrases = data.handbook.phrases
    pairs = (
        (phrases.get(f"slot.{name}", name), phrases.get(f"slot.{name}.{value}", visiting.plain(value)))
        for name, value in slots.items()
        if value
    )
    return "；".join(f"{name} {value}" for name, value in pairs)


def _clock(data: HallData, promises: Iterable[Json]) -> str:
    """Which line of a running promise is the next to run out."""
    running = [
        (datetime.fromisoformat(line["at"]), line["name"], one["name"])
        for one in promises
        for line in one["lines"]
        if one["state"] == "running"
    ]
    at, line, name = min(running, default=(None, "", ""))
    return f"{name}，{line} {moment(data, at)}" if at else ""


def _papers(papers: Iterable[Json], *, had: bool) -> str:
    """Papers that are there, or that are still missing."""
    return "、".join(one["name"] for one in papers if (one["state"] in _HAD) is had)


def _latest(texts: Iterable[str]) -> str:
    return "\n".join(_cut(text.replace("\n", "；")) for text in list(texts)[-MANY:])


def _written(data: HallData, case: Case, by: str, slots: Json, told: Json) -> Words:
    """The brief as words; what there is nothing of has no line."""
    suggest = told["suggest"] or {}
    latest = told["latest"]["text"] if told["latest"] else ""
    mood = told["mood"]
    return words(
        "topic.brief",
        no=case.no,
        topic=case.topic,
        by=data.books.person(by),
        wish=_cut(_covered(told["wish"])),
        latest="" if latest in told["wish"] else _cut(_covered(latest)),
        known=_known(data, slots),
        missing="、".join(told["missing"]),
        had=_papers(told["papers"], had=True),
        lacking=_papers(told["papers"], had=False),
        promised=_latest(told["promised"]),
        tried=_latest(told["tried"]),
        mood=data.handbook.phrases[f"mood.{mood['level']}"],
        signs="、".join(mood["signs"]),
        clock=_clock(data, told["promises"]),
        cover=told["cover"],
        helpers="、".join(told["helpers"]),
        links="、".join(told["links"]),
        suggest=_cut(suggest.get("text", "")),
        source=suggest.get("source", ""),
    )


def _events(data: HallData, known: tuple[Event, ...], new: tuple[Event, ...]) -> tuple[Event, ...]:
    return (*known, *(replace(one, text=mask(render(data, one.text))) for one in new))


def brief_of(hall: Hall, page: Page, outcome: Outcome, private: Collection[str]) -> Words | None:
    """The brief, if somebody takes over by this who has not had it; never a word of the customer's `private` cases."""
    case, lists = outcome.case, page.lists()
    key = f"brief:{case.no}"
    if _begins_anew(outcome):
        page.remember(key, "")
    by, moved = taken(outcome)
    had = page.remembered(key).split()
    if not by or (by in had and not moved):
        return None
    page.remember(key, by if moved else " ".join((*had, by)))
    edition, now = hall.edition(), hall.clock.now()
    data = edition.data
    events = _events(data, lists.events(case.no), outcome.events)
    shown = views.case_json(edition, case, events, data.books.person(by), now, private)
    talk = lists.thread(case.customer)
    thread = views.thread_json(edition, talk)
    if talk.topic != case.topic:
        thread["missing"] = []  # another matter's form
    unborn = (talk.number,) if talk.number else ()  # what is still being asked about and has no case yet
    lines = sight.lines(lists.lines(case.customer, 0, sight.WHOLE), (*private, *unborn))
    return _written(data, case, by, shown["slots"], brief(hall, shown, thread, lines, case.begun_at))
