"""Stories: whole conversations told in TOML and played against a real hall on a drill's clock."""

import json
import re
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.desk import pausing
from bot.desk.case import Case
from bot.desk.deciding import Decision, Wish
from bot.desk.errors import DeskError
from bot.desk.hours import NoSuchSpan, Unit, span
from bot.desk.incidents import Word
from bot.desk.roster import Staff
from bot.hall import counter, deciding, drill, duty, handing, incidents, reception, tables
from bot.hall.cabinet import NoSuchTable, TableFaults
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.records import CaseQuery, Heard, Line

Doings = Mapping[str, Callable[[], Awaitable[object]]]
UNITS = {Unit.MINUTE: "minutes", Unit.HOUR: "hours", Unit.DAY: "days"}
WORDS = ("who", "customer", "press", "staff", "move", "text", "stage", "reason", "forward", "to", "level", "about")
LISTS = ("says", "never", "fields", "helpers", "wants", "burst")
ACTS = frozenset(
    {*WORDS, *LISTS, "facts", "slots", "change", "acknowledge", "outage", "cause", "eta", "decide", "until"}
)
SEEN = (
    "state",
    "handler",
    "helpers",
    "priority",
    "rating",
    "stages",
    "case",
    "floor",
    "alerts",
    "cases",
    "mother",
    "members",
)
SHAPES: Mapping[str, type] = {
    **dict.fromkeys((*WORDS, "outage", "cause", "decide"), str),
    **dict.fromkeys(("eta", "until"), datetime),
    **dict.fromkeys(LISTS, list),
    **dict.fromkeys(("facts", "told", "slots", "change"), dict),
}
KEYS = ACTS | frozenset(SEEN) | {"says", "never", "told", "refused"}


class BadStory(Exception):
    """The story cannot be played; the text is Chinese and names the turn."""


@dataclass(slots=True)
class _Play:
    """A story on its way."""

    hall: Hall
    people: dict[str, str] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    said: int = 0
    faults: list[str] = field(default_factory=list)


def read_story(path: Path) -> Mapping[str, Any]:
    """A story's tables; BadStory names what is wrong."""
    try:
        story = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise BadStory(f"{path.name} 读不了：没有这个文件，或者打不开。") from None
    except UnicodeDecodeError:
        raise BadStory(f"{path.name} 读不了：请另存为 UTF-8。") from None
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"line (\d+)", str(fault))
        where = f"第 {line[1]} 行附近" if line else "末尾"
        raise BadStory(f"{path.name} 读不了：{where}写法不对。") from None
    turns = story.get("turn")
    if not isinstance(turns, list) or not turns:
        raise BadStory(f"{path.name} 里没有 [[turn]]。")
    for number, turn in enumerate(turns, 1):
        if not isinstance(turn, dict):
            raise BadStory(f"{path.name} 第 {number} 段要写成 [[turn]]。")
        wrong = [key for key, shape in SHAPES.items() if key in turn and not isinstance(turn[key], shape)]
        if wrong:
            raise BadStory(f"{path.name} 第 {number} 段的写法不对：{'、'.join(wrong)}")
        unknown = set(turn) - KEYS
        if unknown:
            raise BadStory(f"{path.name} 第 {number} 段不认识：{'、'.join(sorted(unknown))}")
    return story


async def _customer(play: _Play, who: str) -> str:
    if who not in play.people:
        known = who in play.hall.edition().data.customers
        play.people[who] = who if known else (await reception.newcomer(play.hall)).key
    return play.people[who]


async def _newest(play: _Play, who: str, about: str = "") -> Case | None:
    """The customer's newest case, or his newest of one matter."""
    customer = await _customer(play, who)
    cases = await play.hall.ledger.read(lambda lists: lists.cases_of(customer))
    return next((case for case in cases if about in ("", case.topic)), None)


async def _say(play: _Play, who: str, text: str, button: str = "") -> None:
    play.said += 1
    customer = await _customer(play, who)
    await reception.receive(play.hall, Heard(f"s{play.said}", customer, text=text, button=button))


async def _press(play: _Play, who: str, label: str) -> None:
    customer = await _customer(play, who)
    lines = await play.hall.ledger.read(lambda lists: lists.lines(customer, 0, 10_000))
    for line in reversed(lines):
        for button in line.buttons:
            if button.label == label:
                await _say(play, who, "", button.value)
                return
    raise BadStory(f"没有“{label}”这个按键。")


def _doings(hall: Hall, by: Staff, no: str, turn: Mapping[str, Any]) -> Doings:
    """What staff can do to a case, in the words of the turn."""
    text, reason, to, asked = turn.get("text", ""), turn.get("reason", ""), turn.get("to", ""), Asked()
    return {
        "accept": lambda: counter.accept(hall, by, no),
        "release": lambda: counter.release(hall, by, no),
        "reply": lambda: counter.reply(hall, by, no, text),
        "note": lambda: counter.note(hall, by, no, text),
        "stage": lambda: counter.stage(hall, by, no, turn.get("stage", ""), text),
        "pause": lambda: counter.pause(
            hall, by, no, pausing.Wish(reason, turn.get("until"), tuple(turn.get("wants", [])))
        ),
        "resume": lambda: counter.resume(hall, by, no),
        "resolve": lambda: counter.resolve(hall, by, no, text, turn.get("facts", {})),
        "reopen": lambda: counter.reopen(hall, by, no, reason),
        "cancel": lambda: counter.cancel(hall, by, no, reason),
        "close": lambda: counter.close(hall, by, no, reason),
        "help": lambda: handing.help_(hall, by, no, to, text, asked),
        "help_done": lambda: handing.help_done(hall, by, no, text, asked),
        "transfer": lambda: handing.transfer(hall, by, no, to, reason, asked),
        "reassign": lambda: handing.reassign(hall, by, no, to, reason, asked),
        "priority": lambda: handing.priority(hall, by, no, turn.get("level", ""), reason, asked),
        "callback": lambda: handing.callback(hall, by, no, text, asked),
        "correct": lambda: handing.correct(hall, by, no, turn.get("slots", {}), reason, asked),
        "reveal": lambda: handing.reveal(hall, by, no, turn.get("fields", []), reason, asked),
    }


async def _change(play: _Play, by: Staff, turn: Mapping[str, Any]) -> None:
    """Rows added to a table of the hall: a leave, a shift."""
    wanted = turn["change"]
    table, rows = wanted.get("table", ""), json.loads(json.dumps(wanted.get("rows", []), default=str))
    try:
        await tables.change(play.hall, by, table, tables.added(rows), turn.get("reason", ""), Asked())
    except (NoSuchTable, TableFaults, DeskError) as fault:
        raise BadStory(f"表 {table} 没有改成：{fault}") from None


async def _staff(play: _Play, turn: Mapping[str, Any], who: str) -> None:
    staff = play.hall.edition().data.books.roster.staff.get(turn["staff"])
    if staff is None:
        raise BadStory(f"没有工号 {turn['staff']} 这个人。")
    if "change" in turn:
        await _change(play, staff, turn)
        return
    case = await _newest(play, who, turn.get("about", ""))
    if turn.get("acknowledge"):
        for alert in await play.hall.ledger.read(lambda lists: lists.alerts(only_open=True)):
            await duty.acknowledge(play.hall, staff, alert.id)
        return
    if case is None:
        raise BadStory("还没有工单。")
    if "outage" in turn:
        await _do(staff, await _outages(play.hall, staff, case, turn), turn["outage"], turn)
        return
    if "decide" in turn:
        await _do(staff, await _decisions(play.hall, staff, case, turn), turn["decide"], turn)
        return
    await _do(staff, _doings(play.hall, staff, case.no, turn), turn.get("move", ""), turn)


async def _decisions(hall: Hall, by: Staff, case: Case, turn: Mapping[str, Any]) -> Doings:
    """What a leader can decide from the newest alert of this case, one that waits for somebody first."""
    every = await hall.ledger.read(lambda lists: lists.alerts(only_open=False))
    alert = next((one.id for one in sorted(every, key=lambda one: bool(one.acked_by)) if one.case == case.no), 0)
    wish = Wish(turn.get("reason", ""), turn.get("text", ""), turn.get("to", ""), turn.get("until"))
    return {one: lambda one=one: deciding.decide(hall, by, alert, one, wish, Asked()) for one in Decision}  # type: ignore[misc]


async def _outages(hall: Hall, by: Staff, case: Case, turn: Mapping[str, Any]) -> Doings:
    """What staff can do about the outage of this case, or the newest one that runs."""
    live = await hall.ledger.read(lambda lists: lists.live_incidents())
    no, reason, asked = case.incident or (live[0].no if live else ""), turn.get("reason", ""), Asked()
    word = Word(turn.get("cause", ""), turn.get("eta"), turn.get("text", ""), turn.get("stage", ""))
    return {
        "open": lambda: incidents.open_(hall, by, (case.no,), turn.get("text", ""), asked),
        "confirm": lambda: incidents.confirm(hall, by, no, word, asked),
        "update": lambda: incidents.update(hall, by, no, word, asked),
        "restore": lambda: incidents.restore(hall, by, no, word, asked),
        "link": lambda: incidents.link(hall, by, no, case.no, reason, asked),
        "unlink": lambda: incidents.unlink(hall, by, no, case.no, reason, asked),
        "close": lambda: incidents.close(hall, by, no, reason, asked),
    }


async def _do(by: Staff, doings: Doings, move: str, turn: Mapping[str, Any]) -> None:
    """The move, and whether it was refused as the story says."""
    if move not in doings:
        raise BadStory(f"没有“{move}”这个动作，可以用：{'、'.join(doings)}。")
    try:
        await doings[move]()
    except DeskError as refused:
        if turn.get("refused") != refused.code:
            raise BadStory(f"工作人员 {by.no} 的 {move} 被拒：{refused.code}") from None
    else:
        if "refused" in turn:
            raise BadStory(f"工作人员 {by.no} 的 {move} 应当被拒（{turn['refused']}），却做成了。")


async def _forward(play: _Play, text: str) -> None:
    try:
        length = span(text)
        until = play.hall.clock.now() + timedelta(**{UNITS[length.unit]: length.count})
    except (NoSuchSpan, KeyError, OverflowError):
        raise BadStory(f"“{text}”不是一段时间，请写成 15m、3h 或 2d。") from None
    await drill.forward(play.hall, until)


async def _check(play: _Play, turn: Mapping[str, Any], who: str) -> None:
    customer = await _customer(play, who)
    after = play.read.get(customer, 0)
    lines: tuple[Line, ...] = await play.hall.ledger.read(lambda lists: lists.lines(customer, after, 10_000))
    play.read[customer] = lines[-1].seq if lines else after
    words = "\n".join(line.text for line in lines if line.sender != "customer")
    play.faults += [
        f"应当说“{text}”，实际说：{words or '（没说话）'}" for text in turn.get("says", []) if text not in words
    ]
    play.faults += [f"不该说“{text}”，却说了：{words}" for text in turn.get("never", []) if text in words]
    case = await _newest(play, who, turn.get("about", ""))
    found: dict[str, object] = {}
    if case:
        found = {
            "state": case.state.value,
            "handler": case.first_handler,
            "helpers": list(case.helpers),
            "priority": case.priority.value,
            "rating": case.rating.score if case.rating else None,
            "stages": case.stage,
            "case": case.topic,
        }
    mother = await play.hall.ledger.read(lambda lists: lists.incident(case.incident) if case else None)
    found["mother"] = mother.state.value if mother else ""
    found["members"] = await play.hall.ledger.read(lambda lists: lists.size(mother.no) if mother else 0)
    found["floor"] = (await play.hall.ledger.read(lambda lists: lists.thread(customer))).floor.value
    found["alerts"] = len(await play.hall.ledger.read(lambda lists: lists.alerts(only_open=True)))
    slice_ = await play.hall.ledger.read(lambda lists: lists.cases(CaseQuery(customer=customer)))
    found["cases"] = slice_.total
    for key in SEEN:
        if key in turn and turn[key] != found.get(key):
            play.faults.append(f"{key} 应为 {turn[key]}，实际 {found.get(key)}")
    for no, text in turn.get("told", {}).items():
        letters = await play.hall.ledger.read(lambda lists, no=no: lists.letters(0, to=f"staff:{no}"))  # type: ignore[misc]
        if not any(text in letter.text for letter in letters):
            play.faults.append(f"{no} 应当收到“{text}”，实际：{[letter.text for letter in letters]}")


async def play(hall: Hall, story: Mapping[str, Any]) -> list[str]:
    """Where the hall departs from the story, turn by turn; empty if nowhere."""
    going = _Play(hall)
    start = story.get("at")
    if isinstance(start, datetime):
        await drill.jump(hall, start if start.tzinfo else start.replace(tzinfo=hall.clock.now().tzinfo))
    for number, turn in enumerate(story["turn"], 1):
        who = turn.get("who", "客户")
        before = len(going.faults)
        try:
            for text in [*turn.get("burst", []), *([turn["customer"]] if "customer" in turn else [])]:
                await _say(going, who, str(text))
            if "press" in turn:
                await _press(going, who, turn["press"])
            if "staff" in turn:
                await _staff(going, turn, who)
            if "forward" in turn:
                await _forward(going, turn["forward"])
            await drill.settle(hall)
            await _check(going, turn, who)
        except BadStory as fault:
            going.faults.append(str(fault))
        told = turn.get("customer") or turn.get("press") or turn.get("move") or turn.get("forward") or ""
        going.faults[before:] = [f"第 {number} 段（{told}）：{fault}" for fault in going.faults[before:]]
    return going.faults
