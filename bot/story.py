"""Stories: whole conversations told in TOML and played against a real hall on a drill's clock."""

import re
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.desk.case import Case
from bot.desk.errors import DeskError
from bot.desk.hours import NoSuchSpan, Unit, span
from bot.hall import counter, drill, duty, reception
from bot.hall.house import Hall
from bot.hall.records import CaseQuery, Heard, Line

UNITS = {Unit.MINUTE: "minutes", Unit.HOUR: "hours", Unit.DAY: "days"}
ACTS = frozenset(
    {"who", "customer", "press", "staff", "move", "text", "stage", "reason", "facts", "forward", "acknowledge"}
)
SEEN = ("state", "handler", "priority", "rating", "stages", "case", "floor", "alerts", "cases")
SHAPES: Mapping[str, type] = {
    **dict.fromkeys(("who", "customer", "press", "staff", "move", "text", "stage", "reason", "forward"), str),
    **dict.fromkeys(("says", "never"), list),
    **dict.fromkeys(("facts", "told"), dict),
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
        play.people[who] = (await reception.newcomer(play.hall)).key
    return play.people[who]


async def _newest(play: _Play, who: str) -> Case | None:
    customer = await _customer(play, who)
    cases = await play.hall.ledger.read(lambda lists: lists.cases_of(customer))
    return cases[0] if cases else None


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


async def _staff(play: _Play, turn: Mapping[str, Any], who: str) -> None:
    staff = play.hall.edition().data.books.roster.staff.get(turn["staff"])
    if staff is None:
        raise BadStory(f"没有工号 {turn['staff']} 这个人。")
    case = await _newest(play, who)
    if turn.get("acknowledge"):
        for alert in await play.hall.ledger.read(lambda lists: lists.alerts(only_open=True)):
            await duty.acknowledge(play.hall, staff, alert.id)
        return
    if case is None:
        raise BadStory("还没有工单。")
    no, text = case.no, turn.get("text", "")
    doings: dict[str, Callable[[], Awaitable[object]]] = {
        "accept": lambda: counter.accept(play.hall, staff, no),
        "release": lambda: counter.release(play.hall, staff, no),
        "reply": lambda: counter.reply(play.hall, staff, no, text),
        "note": lambda: counter.note(play.hall, staff, no, text),
        "stage": lambda: counter.stage(play.hall, staff, no, turn.get("stage", ""), text),
        "resolve": lambda: counter.resolve(play.hall, staff, no, text, turn.get("facts", {})),
        "reopen": lambda: counter.reopen(play.hall, staff, no, turn.get("reason", "")),
        "cancel": lambda: counter.cancel(play.hall, staff, no, turn.get("reason", "")),
        "close": lambda: counter.close(play.hall, staff, no, turn.get("reason", "")),
    }
    move = turn.get("move", "")
    if move not in doings:
        raise BadStory(f"没有“{move}”这个动作，可以用：{'、'.join(doings)}。")
    try:
        await doings[move]()
    except DeskError as refused:
        if turn.get("refused") != refused.code:
            raise BadStory(f"工作人员 {staff.no} 的 {move} 被拒：{refused.code}") from None
    else:
        if "refused" in turn:
            raise BadStory(f"工作人员 {staff.no} 的 {move} 应当被拒（{turn['refused']}），却做成了。")


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
    case = await _newest(play, who)
    found: dict[str, object] = {}
    if case:
        found = {
            "state": case.state.value,
            "handler": case.first_handler,
            "priority": case.priority.value,
            "rating": case.rating.score if case.rating else None,
            "stages": case.stage,
            "case": case.topic,
        }
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
            if "customer" in turn:
                await _say(going, who, turn["customer"])
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
