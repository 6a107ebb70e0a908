from datetime import datetime
from pathlib import Path

import pytest

from bot import story
from tests.kit import hall_at

STORIES = sorted((Path(__file__).parents[1] / "stories").glob("*.toml"))


def test_there_are_at_least_ten() -> None:
    assert len(STORIES) >= 10


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
async def test_the_hall_plays_it_on_each_database(path: Path, url: str, tmp_path: Path) -> None:
    async with hall_at(tmp_path, url=url, at=None) as hall:
        assert await story.play(hall, story.read_story(path)) == []


async def test_a_departure_is_told_with_its_turn(tmp_path: Path) -> None:
    told = {"turn": [{"customer": "你好", "says": ["再见了您呐"], "cases": 3}, {"staff": "A101", "move": "accept"}]}
    async with hall_at(tmp_path, memory=True) as hall:
        faults = await story.play(hall, told)
    assert len(faults) == 3
    assert faults[0].startswith("第 1 段（你好）：应当说“再见了您呐”")
    assert "还没有工单" in faults[2]


async def test_a_refusal_that_was_not_told_is_a_departure(tmp_path: Path) -> None:
    told = {"turn": [{"customer": "转人工"}, {"staff": "A201", "move": "accept"}]}
    async with hall_at(tmp_path, memory=True) as hall:
        assert "not_yours" in (await story.play(hall, told))[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("turn = 3", "没有 [[turn]]"),
        ("turn = []", "没有 [[turn]]"),
        ("turn = [1]", "第 1 段要写成"),
        ("a = [", "写法不对"),
        ("a = 1\nb = “x”", "第 2 行附近写法不对"),
        ('[[turn]]\ncustomr = "x"', "不认识：customr"),
        ('[[turn]]\ncustomer = "x"\nsays = "一句"', "第 1 段的写法不对：says"),
        ("[[turn]]\ncustomer = 3\nfacts = 4", "customer、facts"),
    ],
)
def test_a_bad_story_is_told_in_chinese(text: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(story.BadStory, match=why.replace("[", r"\[")):
        story.read_story(path)


@pytest.mark.parametrize("raw", [None, b"\xff\xfe"])
def test_a_story_that_is_not_there_or_not_text(raw: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    if raw:
        path.write_bytes(raw)
    with pytest.raises(story.BadStory, match="读不了"):
        story.read_story(path)


@pytest.mark.parametrize(
    ("turn", "why"),
    [
        ({"staff": "A999", "move": "accept"}, "没有工号 A999 这个人"),
        ({"staff": "A101", "move": "fly"}, "没有“fly”这个动作"),
        ({"staff": "A101"}, "没有“”这个动作"),
        ({"staff": "A101", "move": "accept", "refused": "not_yours"}, "应当被拒（not_yours），却做成了"),
        ({"staff": "A101", "move": "resolve", "text": "x"}, "被拒：illegal_move"),
        ({"forward": "soon"}, "“soon”不是一段时间"),
        ({"forward": "3wd"}, "“3wd”不是一段时间"),
        ({"forward": "99999999999d"}, "不是一段时间"),
        ({"press": "是"}, "没有“是”这个按键"),
        ({"state": "closed"}, "state 应为 closed，实际 open"),
        ({"told": {"A101": "别的话"}}, "A101 应当收到“别的话”"),
        ({"never": ["首办人"], "customer": "催一下"}, "不该说“首办人”"),
    ],
)
async def test_a_turn_that_cannot_be_played_or_departs_is_told_with_its_number(
    turn: dict[str, object], why: str, tmp_path: Path
) -> None:
    told = {"turn": [{"customer": "转人工"}, turn, {"customer": "谢谢"}]}
    async with hall_at(tmp_path, memory=True) as hall:
        faults = await story.play(hall, told)
    assert len(faults) == 1
    assert faults[0].startswith("第 2 段（")
    assert why in faults[0]


async def test_several_customers_and_every_move(tmp_path: Path) -> None:
    done = {"staff": "A101", "move": "resolve", "text": "说清楚了", "facts": {"result": "已答复"}}
    told = {
        "at": datetime(2026, 11, 24, 9, 0),  # noqa: DTZ001 - a story's moment is the hall's
        "turn": [
            {"who": "甲", "customer": "转人工", "cases": 1},
            {"who": "乙", "customer": "你好", "cases": 0},
            {"who": "甲", "staff": "A101", "move": "accept", "floor": "staff"},
            {"who": "甲", "staff": "A101", "move": "note", "text": "记一笔"},
            {"who": "甲", "staff": "A101", "move": "release", "floor": "guide"},
            {"who": "甲", **done, "state": "resolved"},
            {"who": "甲", "staff": "A101", "move": "reopen", "reason": "又来问", "state": "in_progress"},
            {"who": "甲", **done},
            {"who": "甲", "staff": "A001", "move": "close", "reason": "电话核实", "state": "closed"},
            {"who": "乙", "customer": "转人工", "cases": 1},
            {"who": "乙", "staff": "A001", "move": "cancel", "reason": "误按", "state": "cancelled"},
        ],
    }
    async with hall_at(tmp_path, memory=True) as hall:
        assert await story.play(hall, told) == []
        assert hall.clock.now().isoformat() == "2026-11-24T09:00:00+08:00"
