from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import terminal
from bot.desk.case import Button
from bot.hall import counter, drill
from bot.hall.records import Line
from tests.kit import CREW, MONDAY, hall_at
from tests.kit_hall import outage, sit_down, staff

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


async def test_a_live_card_is_printed_when_stage_or_promise_changed_and_of_several_the_newest(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        customer, case = await outage(hall, await sit_down(hall, channel="terminal"))
        by = staff(hall, CREW)
        read, lines = await terminal.news(hall, customer, terminal.Read())
        assert any("已为您登记" in line.text for line in lines)
        assert not any(line.replaces for line in lines)

        async def printed() -> list[str]:
            nonlocal read
            await drill.settle(hall)
            read, lines = await terminal.news(hall, customer, read)
            return [line.text for line in lines if line.replaces]

        await counter.accept(hall, by, case.no)  # neither stage nor promise
        assert await printed() == []
        await counter.stage(hall, by, case.no, "到场")
        (card,) = await printed()
        assert "◐到场" in card
        await counter.reply(hall, by, case.no, "您好")
        assert await printed() == []
        await counter.stage(hall, by, case.no, "查修")
        await counter.stage(hall, by, case.no, "复电")
        (card,) = await printed()
        assert "◐复电" in card
        assert await printed() == []


async def test_what_is_read_from_the_start_has_each_card_in_its_newest_form(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        customer, case = await outage(hall)
        by = staff(hall, CREW)
        await counter.accept(hall, by, case.no)
        for name in ("到场", "查修"):
            await counter.stage(hall, by, case.no, name)
        await drill.settle(hall)
        last, lines = await terminal.said(hall, customer, 0)
        assert sum(line.replaces is not None for line in lines) <= 1
        assert (await terminal.said(hall, customer, last)) == (last, ())
        gone = Line(99, MONDAY, "guide", "卡", case="DL20200101-0001", replaces=1)
        assert terminal.shown(gone) == "引导岗：卡"


def test_what_may_be_pressed_is_written_as_numbers() -> None:
    assert terminal.written(LINE) == "您好"
    asked = replace(LINE, buttons=(Button("现在办", "a"), Button("先不用", "b")))
    assert terminal.written(asked) == "您好\n1 现在办　2 先不用"
