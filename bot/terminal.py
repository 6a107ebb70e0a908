"""The hall in a terminal, without a network: one customer talks, the guide answers."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from bot.desk.errors import NoSuchCase
from bot.desk.promises import next_promise
from bot.hall import reception
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import Heard, Line

BATCH = 200


def shown(line: Line) -> str:
    """One line of the talk as a terminal shows it."""
    who = {"guide": "引导岗", "staff": line.name or "工作人员", "system": "营业厅"}.get(line.sender, "您")
    buttons = "　".join(f"[{button.label}]" for button in line.buttons)
    return f"{who}：{line.text}" + (f"\n　　{buttons}" if buttons else "")


def written(line: Line) -> str:
    """What the customer sees of an answer: its words, and what he may press, as numbers to reply with."""
    choices = "　".join(f"{nth} {button.label}" for nth, button in enumerate(line.buttons, 1))
    return "\n".join(filter(None, (line.text, choices)))


@dataclass(frozen=True, slots=True)
class Read:
    """How far the customer has read, and what stage and promise of each of his cases he has seen."""

    last: int = 0
    seen: Mapping[str, str] = field(default_factory=dict)


def _stands(lists: Lists, no: str) -> str:
    """Stage and promise of a case, in short."""
    try:
        case = lists.case(no)
    except NoSuchCase:
        return ""
    promise = next_promise(case)
    return f"{case.stage}|{promise.id}|{promise.promise_at}" if promise else case.stage


def _read_on(lists: Lists, customer: str, read: Read) -> tuple[Read, tuple[Line, ...]]:
    lines = lists.lines(customer, read.last, BATCH)
    newest = {line.replaces: line.seq for line in lines if line.replaces}  # of a card the newest form alone
    seen, shown = dict(read.seen), []
    for line in lines:
        if line.sender == "customer" or (line.replaces and newest[line.replaces] != line.seq):
            continue
        stands = _stands(lists, line.case) if line.case else ""
        if line.replaces is None or seen.get(line.case) != stands:
            shown.append(line)
        if line.case and (line.replaces or line.case not in seen):
            seen[line.case] = stands
    return Read(lines[-1].seq if lines else read.last, seen), tuple(shown)


async def said(hall: Hall, customer: str, after: int) -> tuple[int, tuple[Line, ...]]:
    """What the customer has not read yet, and where reading ended; his own words are left out."""
    read, lines = await news(hall, customer, Read(after))
    return read.last, lines


async def news(hall: Hall, customer: str, read: Read) -> tuple[Read, tuple[Line, ...]]:
    """What is new to the customer, without his own words; a live card only when stage or promise has changed."""
    return await hall.ledger.read(lambda lists: _read_on(lists, customer, read))


async def talk(
    hall: Hall,
    settle: Callable[[Hall], Awaitable[None]],
    ask: Callable[[str], str] = input,
    show: Callable[[str], object] = print,
) -> None:
    """A conversation until the customer leaves (Ctrl-D)."""
    person = await reception.newcomer(hall, "terminal")
    info = hall.edition().data.info
    show(f"{info.name} · {info.bot}。直接说您要办的事；Ctrl-D 离开。")
    read = Read()
    for number in count(1):
        try:
            text = await asyncio.to_thread(ask, "> ")
        except (EOFError, KeyboardInterrupt):
            show("")
            return
        await reception.receive(hall, Heard(str(number), person.key, "terminal", text))
        await settle(hall)
        read, lines = await news(hall, person.key, read)
        for line in lines:
            show(shown(line))
        sys.stdout.flush()
