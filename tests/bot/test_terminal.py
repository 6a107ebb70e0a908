from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import terminal
from bot.desk.case import Button
from bot.hall import drill
from bot.hall.records import Line
from tests.kit import MONDAY, hall_at

LINE = Line(1, MONDAY, "guide", "您好")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (LINE, "引导岗：您好"),
        (replace(LINE, sender="staff", name="雷九川（A301）"), "雷九川（A301）：您好"),
        (replace(LINE, sender="staff"), "工作人员：您好"),
        (replace(LINE, sender="system"), "营业厅：您好"),
        (replace(LINE, sender="customer"), "您：您好"),
        (replace(LINE, buttons=(Button("是", "y"), Button("否", "n"))), "引导岗：您好\n　　[是]　[否]"),
    ],
)
def test_who_says_what_and_what_may_be_answered(line: Line, shown: str) -> None:
    assert terminal.shown(line) == shown


async def told(tmp_path: Path, *texts: str, end: type[BaseException] = EOFError) -> str:
    """What a terminal shows when a customer types this and leaves."""
    shown: list[str] = []
    typed: Iterator[str] = iter(texts)

    def ask(prompt: str) -> str:
        assert prompt
        for text in typed:
            return text
        raise end

    async with hall_at(tmp_path, memory=True) as hall:
        await terminal.talk(hall, drill.settle, ask, shown.append)
    return "\n".join(shown)


async def test_a_talk_from_hello_to_a_case(tmp_path: Path) -> None:
    text = await told(tmp_path, "停电报修", "青石镇竹溪路18号3幢502", "1")
    assert text.startswith("青石供电营业厅（演示） · 小首")
    assert "首办人：雷九川" in text
    assert "[只有我家]" in text
    assert text.count("没电的是哪里") == 1
    assert "停电报修\n" not in text  # one's own words are on the screen already
    assert text.endswith("\n")


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
async def test_leaving_at_once(tmp_path: Path, end: type[BaseException]) -> None:
    assert (await told(tmp_path, end=end)).count("\n") == 1


async def test_odd_lines_are_answered(tmp_path: Path) -> None:
    assert "没看到文字" in await told(tmp_path, "")
    assert "转人工" in await told(tmp_path, "\udcff\udcfe", "\x00", "😀" * 300)
