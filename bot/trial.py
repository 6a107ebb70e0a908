"""Trying the hall without opening its door: ask, understand, talk, replay, check."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot import app, editions, story, terminal
from bot.hall import drill, reception
from bot.hall.records import Heard
from bot.hall.views import understood_json
from bot.settings import Settings
from intents import check as checking
from intents import match

DONE, FAULTS, WRONG = 0, 1, 2
LONGEST = 4096
"""Characters of one line of `hall understand`."""


def say(text: str) -> None:
    """One line of the answer."""
    sys.stdout.write(text + "\n")


def complain(text: str) -> None:
    """One line of complaint."""
    sys.stderr.write(text + "\n")


def as_line(value: object) -> str:
    """One JSON object on one line."""
    return json.dumps(value, ensure_ascii=False)


async def ask(settings: Settings, text: str, *, as_json: bool, why: bool) -> int:
    """One answer of the guide post, as the customer would see it."""
    running = await app.open_hall(app.in_memory(settings))
    hall = running.hall
    edition = hall.edition()
    async with app.at_work(running):
        person = await reception.newcomer(hall, "terminal")
        await reception.receive(hall, Heard("1", person.key, "terminal", text))
        await reception.drain(hall, person.key)
        await hall.engine.settle()
        _, lines = await terminal.said(hall, person.key, 0)
    reply = "\n".join(line.text for line in lines)
    understood = match.understand(edition.matcher, text, today=hall.clock.now().date())
    if as_json:
        say(as_line(understood_json(understood) | {"reply": reply}))
    else:
        say(reply)
    if why:
        for code, score in zip(understood.candidates, understood.scores, strict=False):
            complain(f"{score:6.3f}  {code}")
        for reason in understood.why:
            complain(f"  · {reason}")
    return DONE


async def talk(settings: Settings) -> int:
    """A conversation in the terminal."""
    running = await app.open_hall(app.in_memory(settings), practice=True)
    async with app.at_work(running) as hall:
        await terminal.talk(hall, drill.settle)
    return DONE


async def replay(settings: Settings, paths: Sequence[Path]) -> int:
    """Whole scripted conversations against an in-memory hall."""
    faults = 0
    for path in paths:
        try:
            told = story.read_story(path)
        except story.BadStory as bad:
            complain(str(bad))
            return WRONG
        running = await app.open_hall(app.in_memory(settings), practice=True)
        running.hall.clock.speed = 0.0  # type: ignore[attr-defined] # a story turns the clock itself
        async with app.at_work(running) as hall:
            found = await story.play(hall, told)
        say(f"{'不符' if found else '相符'}  {told.get('title', path.stem)}")
        for fault in found:
            complain(f"  {path.name} {fault}")
        faults += bool(found)
    return FAULTS if faults else DONE


def understand(settings: Settings) -> int:
    """One utterance a line in, one JSON object a line out."""
    edition = editions.open_edition(settings.folder, settings.data_dir / "cache")
    today = app.RealClock(edition.data.info.zone).now().date()
    places = tuple(name for place in edition.data.places for name in (place.name, *place.aliases))
    for raw in sys.stdin.buffer:
        text = raw.decode("utf-8", "replace").rstrip("\r\n")[:LONGEST]
        understood = match.understand(edition.matcher, text, today=today, places=places)
        say(as_line(understood_json(understood)))
        sys.stdout.flush()
    return DONE


def check(settings: Settings) -> int:
    """Handbook and hall folder, faults and warnings in Chinese."""
    edition = editions.open_edition(settings.folder, settings.data_dir / "cache")
    today: datetime = app.RealClock(edition.data.info.zone).now()
    warnings = app.warnings(settings.folder, edition, today.date())
    for warning in warnings:
        complain(f"提醒：{warning}")
    faults = checking.check(edition.data.handbook, edition.matcher)
    for fault in faults:
        complain(str(fault))
    if faults:
        return FAULTS
    topics = edition.data.handbook.topics
    count = sum(len(topic.checks) for topic in topics.values())
    say(f"没有错误：{len(topics)} 件业务，{count} 句自测都听懂了，{len(edition.data.books.roster.staff)} 名人员。")
    return DONE
