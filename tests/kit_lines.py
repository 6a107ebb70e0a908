"""What the stories of promises share: a small hall with one matter a row, staff on every rung, a hand on the clock."""

import contextlib
import tomllib
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot import app
from bot.desk.case import Button, Case
from bot.folder import build, reader
from bot.hall import counter, drill, reception, views
from bot.hall.data import Edition
from bot.hall.house import Hall
from bot.hall.records import OpenAlert, Posted
from intents.reader import handbook_from, read_handbook, shipped
from tests.kit import edition, say, settings
from tests.kit_hall import newest, staff

HANDLER, LEADER, DUTY, SECOND = "B201", "B200", "B001", "B002"
Row = dict[str, Any]


def rows() -> list[Row]:
    """The table of the stories."""
    path = Path(__file__).parent / "stories" / "lines" / "promises.toml"
    found: list[Row] = tomllib.loads(path.read_text(encoding="utf-8"))["line"]
    return found


def code(promise: str) -> str:
    """The code of the matter that stands for a promise."""
    return "line_" + promise.replace(".", "_")


def _matter(row: Row) -> Row:
    """A small matter that promises one thing: the step it runs from, the step that keeps it, nothing else."""
    steps = [one for one in (row.get("since"), row["to"]) if one and one not in ("contact", "resolve")]
    return {
        "code": code(row["id"]),
        "name": f"一项业务 {row['id']}",
        "kind": "case",
        "post": "work",
        "opens_case": True,
        "priority": "urgent" if row.get("urgent") else "normal",
        "promises": [*row.get("beside", []), row["id"].removesuffix(".rural").removesuffix(".remote")],
        "source": "测试",
        "as_of": "2026-11-23",
        "answer": "可以办。",
        "examples": "我要办一项业务",
        "checks": "办一项业务",
        "asks": [{"slot": "address", "needed": True}] if row.get("near") else [],
        "steps": [{"code": one, "name": one, "lane": "backstage", "post": "work"} for one in dict.fromkeys(steps)],
    }


BOTH = "line_both"
"""The code of a matter with a clock that no pause stops and one that it does, and a step its customer hears of."""


def _both() -> Row:
    two = {"id": "both", "to": "look"}
    told = {
        "code": "look",
        "name": "核查",
        "lane": "frontstage",
        "post": "work",
        "tells_customer": True,
        "told": "在查了。",
    }
    return _matter(two) | {"code": BOTH, "promises": ["complaint.contact", "complaint.reply"], "steps": [told]}


def _tables() -> dict[str, Any]:
    everybody = [HANDLER, LEADER, DUTY, SECOND]
    skills = [*(code(row["id"]) for row in rows()), BOTH, "outage_repair", "hazard"]
    return {
        "hall": {"name": "白鹭供电营业厅", "address": "白鹭镇丹枫路2号", "phone": "000-0000000", "region": "示例省"},
        "rules": {"quiet": "21:30-07:30", "digest": ["08:00"]},
        "team": [{"key": "crew", "name": "抢修班", "leader": LEADER}],
        "staff": [
            {"no": HANDLER, "name": "石向东", "post": "work", "team": "crew", "skills": skills},
            {"no": LEADER, "name": "高长风", "post": "work", "team": "crew"},
            {"no": DUTY, "name": "贺兰亭", "post": "duty"},
            {"no": SECOND, "name": "盛晚秋", "post": "duty"},
        ],
        "shift": [{"staff": everybody, "days": "daily", "hours": "00:00-24:00"}],
        "hours": [{"days": "daily", "open": ["08:30-12:00", "13:30-17:30"]}],
        "place": [
            {"name": "芦苇新村", "town": "白鹭镇", "zone": "urban"},
            {"name": "柳溪村", "town": "白鹭镇", "zone": "rural"},
            {"name": "云顶寨", "town": "白鹭镇", "zone": "remote"},
        ],
        "topic": [*(_matter(row) for row in rows()), _both()],
    }


@cache
def lines_edition() -> Edition:
    """The hall as its folder would make it; who asks by a button needs no matcher of its own."""
    known = read_handbook(shipped())
    found = reader.read_tables(_tables(), known.topics, known.phrases)
    handbook = handbook_from(known, topics=found.topics, promises=build.promise_rows(found), phrases=found.phrases)
    return Edition(build.build(found, handbook), edition().matcher, found.written, found.marks)


@contextlib.asynccontextmanager
async def lines_hall(path: Path, at: datetime) -> AsyncIterator[Hall]:
    """The small hall in memory, its clock standing at this moment, its loops at rest."""
    running = await app.open_hall(settings(path, memory=True), practice=True, edition=lines_edition())
    clock = drill.practice(running.hall).clock
    clock.speed = 0.0
    clock.turn_to(at)
    async with app.at_work(running) as hall:
        yield hall


async def begun(hall: Hall, topic: str, near: str = "") -> Case:
    """A customer asks for the matter, and the first handler accepts."""
    customer = (await reception.newcomer(hall)).key
    offered = Button("现在登记办理", f"open.{topic}")
    await hall.ledger.write(lambda page: page.keep(replace(page.thread(customer), menu=(offered,))))
    await say(hall, customer, button=offered.value)
    if near:
        await say(hall, customer, near)
    case = await newest(hall, customer)
    assert case.first_handler == HANDLER
    return await accepted(hall, case.no)


async def accepted(hall: Hall, no: str) -> Case:
    """The first handler has it."""
    await counter.accept(hall, staff(hall, HANDLER), no)
    return await case_of(hall, no)


async def case_of(hall: Hall, no: str) -> Case:
    """The case as it is now."""
    return await hall.ledger.read(lambda lists: lists.case(no))


async def shown(hall: Hall, no: str, promise: str) -> Row:
    """One of `promises[]` of the Case JSON."""
    case = await case_of(hall, no)
    events = await hall.ledger.read(lambda lists: lists.events(no))
    told = views.case_json(hall.edition(), case, events, staff(hall, HANDLER), hall.clock.now())
    (found,) = [one for one in told["promises"] if one["id"] == promise]
    return dict(found)


async def alerts_of(hall: Hall, no: str) -> tuple[OpenAlert, ...]:
    """Every alert of the case, as it went up."""
    every = await hall.ledger.read(lambda lists: lists.alerts(only_open=False))
    return tuple(sorted((one for one in every if one.case == no), key=lambda one: one.id))


async def posted(hall: Hall, to: str, no: str, words: str) -> list[Posted]:
    """What was written to somebody about a case with these words in it, the card's edits aside."""
    found = await hall.ledger.read(lambda lists: lists.letters(0, to=to))
    return [one for one in found if one.case == no and words in one.text and one.replaces is None]


def moments(texts: Iterable[str]) -> list[datetime | None]:
    """Moments of the table, in the hall's zone; none where nothing is written."""
    zone = lines_edition().data.books.calendar.zone
    return [datetime.fromisoformat(text).replace(tzinfo=zone) if text else None for text in texts]
