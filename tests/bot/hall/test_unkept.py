"""Without a ledger: the safety words come first, then that nobody has been told; all else stays a refusal."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bot.hall import unkept
from tests.kit_hall import still_at


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("有人触电了，倒在地上叫不醒", "别用手去拉他"),
        ("电线断了掉在路上，有小孩经过", "掉下来、垂下来的线一律当它有电"),
        ("表箱着火了", "够得到又安全，就先断电"),
    ],
)
async def test_the_first_line_is_what_saves_and_the_last_that_nobody_knows(
    tmp_path: Path, text: str, first: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with still_at(tmp_path, memory=True) as hall:
        said = await unkept.warned(hall, text, "web")
    assert said.startswith(first)
    last = said.rpartition("\n")[2]
    assert "没能记下" in last
    assert "95598" in last
    assert "户号" not in said
    assert text not in caplog.text


@pytest.mark.parametrize("text", ["", "  ", "电费怎么交", "停电了，什么时候来电"])
async def test_where_nobody_is_in_danger_nothing_is_said(tmp_path: Path, text: str) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        assert await unkept.warned(hall, text, "web") == ""


async def test_no_ledger_is_asked(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        await hall.ledger.close()
        assert await unkept.warned(replace(hall), "插座冒烟了，快来人", "tg")
