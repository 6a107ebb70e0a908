"""The hall in a terminal, without a network: one customer talks, the guide answers."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from itertools import count

from bot.hall import reception
from bot.hall.house import Hall
from bot.hall.records import Heard, Line


def shown(line: Line) -> str:
    """One line of the talk as a terminal shows it."""
    who = {"guide": "引导岗", "staff": line.name or "工作人员", "system": "营业厅"}.get(line.sender, "您")
    buttons = "　".join(f"[{button.label}]" for button in line.buttons)
    return f"{who}：{line.text}" + (f"\n　　{buttons}" if buttons else "")


async def said(hall: Hall, customer: str, after: int) -> tuple[int, tuple[Line, ...]]:
    """What the customer has not read yet, and where reading ended; his own words are left out."""
    lines = await hall.ledger.read(lambda lists: lists.lines(customer, after, 200))
    last = lines[-1].seq if lines else after
    return last, tuple(line for line in lines if line.sender != "customer")


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
    last = 0
    for number in count(1):
        try:
            text = await asyncio.to_thread(ask, "> ")
        except (EOFError, KeyboardInterrupt):
            show("")
            return
        await reception.receive(hall, Heard(str(number), person.key, "terminal", text))
        await settle(hall)
        last, lines = await said(hall, person.key, last)
        for line in lines:
            show(shown(line))
        sys.stdout.flush()
