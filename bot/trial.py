"""Trying the hall without opening its door: ask, understand, eval, talk, replay, check."""

import json
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from time import perf_counter

from bot import app, editions, story, terminal
from bot.hall import drill, reception
from bot.hall.data import Edition
from bot.hall.records import Heard
from bot.hall.views import understood_json
from bot.settings import Settings
from intents import check as checking
from intents import likeness, match, reasons, scoreboard, scoring
from intents.labelled import Labelled, read_labelled
from intents.topic import TopicKind

DONE, FAULTS, WRONG = 0, 1, 2
LONGEST = 4096
"""Characters of one line of `hall understand`."""
SHORT = 30
"""Characters of a message as most are."""


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
    reply = "\n".join(map(terminal.written, lines))
    understood = match.understand(edition.matcher, text, today=hall.clock.now().date(), places=_places(edition))
    if as_json:
        say(as_line(understood_json(understood) | {"reply": reply}))
    else:
        say(reply)
    if why:
        tell = complain if as_json else say
        for line in ("", *reasons.reasons(edition.matcher, _names(edition), text, understood)):
            tell(line)
    return DONE


def _places(edition: Edition) -> tuple[str, ...]:
    return tuple(name for place in edition.data.places for name in (place.name, *place.aliases))


def _names(edition: Edition) -> dict[str, str]:
    return {code: topic.name for code, topic in edition.data.handbook.topics.items()}


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
    edition = editions.open_edition(settings.folder, editions.school_of(settings))
    today = app.RealClock(edition.data.info.zone).now().date()
    places = _places(edition)
    for raw in sys.stdin.buffer:
        text = raw.decode("utf-8", "replace").rstrip("\r\n")[:LONGEST]
        understood = match.understand(edition.matcher, text, today=today, places=places)
        say(as_line(understood_json(understood)))
        sys.stdout.flush()
    return DONE


def evaluate(settings: Settings, file: Path, *, as_json: bool) -> int:
    """A file of labelled sentences: how well they are understood, and how fast. HandbookFaults."""
    try:
        raw = file.read_bytes()
    except OSError:
        complain(f"打不开「{file}」：请看看路径对不对、能不能读。")
        return WRONG
    labelled = read_labelled(raw, file.name)
    edition = editions.open_edition(settings.folder, editions.school_of(settings))
    heard, took = _heard(edition, labelled)
    for warning in _unknown(edition, labelled):
        complain(f"提醒：{warning}")
    report = scoring.score(heard)
    short = [us for us, one in zip(took, labelled, strict=True) if len(one.text) <= SHORT]
    speed = {"median": round(statistics.median(took)), "p95": _p95(took), f"p95_up_to_{SHORT}": _p95(short)}
    engine = reasons.engine(edition.matcher)
    if as_json:
        say(as_line({"file": file.name, "engine": engine.value, **asdict(report), "us": speed}))
        return DONE
    say(f"{file.name}：用的是{reasons.ENGINES[engine]}。")
    for line in scoreboard.lines(report, _names(edition)):
        say(line)
    say("")
    told = "" if speed[f"p95_up_to_{SHORT}"] is None else f"，{SHORT} 字以内的 {speed[f'p95_up_to_{SHORT}']} 微秒"
    say(f"每句用时：一半在 {speed['median']} 微秒以内，百分之九十五在 {speed['p95']} 微秒以内{told}。")
    return DONE


def _heard(edition: Edition, labelled: Sequence[Labelled]) -> tuple[list[scoring.Heard], list[float]]:
    """Each sentence as it is understood, and the microseconds it took."""
    topics, places = edition.data.handbook.topics, _places(edition)
    today = app.RealClock(edition.data.info.zone).now().date()
    match.understand(edition.matcher, "热身", today=today, places=places)
    heard, took = [], []
    for one in labelled:
        begin = perf_counter()
        got = match.understand(edition.matcher, one.text, today=today, places=places)
        took.append((perf_counter() - begin) * 1e6)
        dangerous = one.intent in topics and topics[one.intent].kind is TopicKind.DANGER
        heard.append(scoring.Heard(one, dangerous if one.danger is None else one.danger, got))
    return heard, took


def _unknown(edition: Edition, labelled: Sequence[Labelled]) -> Iterable[str]:
    """Codes that no matter has: a slip of the pen, or a file for another handbook."""
    known = {*edition.data.handbook.topics, scoring.OUTSIDE}
    lines: dict[str, list[str]] = {}
    for one in labelled:
        for code in {one.intent, *one.also} - known:
            lines.setdefault(code, []).append(str(one.line))
    for code, numbers in lines.items():
        yield f"手册里没有「{code}」这项业务（第 {'、'.join(numbers)} 行），标成它的句子只会算听错。"


def _p95(took: Sequence[float]) -> int | None:
    return round(sorted(took)[int((len(took) - 1) * 0.95)]) if took else None


def check(settings: Settings) -> int:
    """Handbook and hall folder, faults and warnings in Chinese."""
    edition = editions.open_edition(settings.folder, editions.school_of(settings))
    today: datetime = app.RealClock(edition.data.info.zone).now()
    warnings = app.warnings(settings.folder, edition, today.date())
    for warning in warnings:
        complain(f"提醒：{warning}")
    places = _places(edition)
    say("每项业务的训练句（只差数字、时间、地名、称呼的算同一种）：")
    for one in likeness.varieties(edition.data.handbook, likeness.blanks(places)):
        name = scoreboard.padded(f"{one.name}（{one.code}）", 40)
        say(f"  {name}{one.lines:>4} 句 {one.skeletons:>4} 种 {one.checks:>4} 道考题")
    checked = checking.examine(edition.data.handbook, edition.matcher, places=places)
    for reminder in checked.reminders:
        complain(f"提醒：{reminder}")
    for fault in checked.faults:
        complain(str(fault))
    if checked.faults:
        return FAULTS
    topics = edition.data.handbook.topics
    count = sum(len(topic.checks) for topic in topics.values())
    missed = len(checked.reminders)
    told = f"{count} 句考题听对 {count - missed} 句" if missed else f"{count} 句考题都听对了"
    say(f"没有错误：{len(topics)} 件业务，{told}，{len(edition.data.books.roster.staff)} 名人员。")
    return DONE
