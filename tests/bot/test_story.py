from pathlib import Path

import pytest

from bot import story
from tests.kit import hall_at

STORIES = sorted((Path(__file__).parents[1] / "stories").glob("*.toml"))


def test_there_are_at_least_ten() -> None:
    assert len(STORIES) >= 10


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
async def test_the_hall_plays_it(path: Path, tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True, at=None) as hall:
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
    [("turn = 3", "没有 [[turn]]"), ("a = [", "写法不对"), ('[[turn]]\ncustomr = "x"', "不认识：customr")],
)
def test_a_bad_story_is_told_in_chinese(text: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(story.BadStory, match=why.replace("[", r"\[")):
        story.read_story(path)
