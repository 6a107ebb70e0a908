from datetime import timedelta
from pathlib import Path

import pytest

from bot.web import paper
from tests.kit import hall_at


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 分钟"),
        (45, "45 分钟"),
        (60, "1 小时"),
        (90, "1 小时 30 分"),
        (1440, "1 天"),
        (1500, "1 天 1 小时"),
        (-5, "5 分钟"),
    ],
)
def test_spans(minutes: int, said: str) -> None:
    assert paper.span(timedelta(minutes=minutes)) == said


async def test_moments_and_what_is_left(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        now = hall.clock.now()
        assert paper.when(hall, now) == "今天 10:00"
        assert paper.when(hall, (now + timedelta(days=1)).isoformat()) == "11月24日（周二）10:00"
        assert paper.when(hall, None) == ""
        assert paper.on_day(hall, now) == "11月23日（周一）10:00"
        assert paper.on_day(hall, now.isoformat()) == "11月23日（周一）10:00"
        assert paper.on_day(hall, None) == ""
        assert paper.left(hall, (now + timedelta(hours=3)).isoformat()) == ("还剩 3 小时", "calm")
        assert paper.left(hall, (now + timedelta(minutes=9)).isoformat()) == ("还剩 9 分钟", "soon")
        assert paper.left(hall, (now - timedelta(minutes=9)).isoformat()) == ("已超 9 分钟", "late")
        assert paper.left(hall, None) == ("", "calm")


def test_every_template_is_sound() -> None:
    environment = paper.environment()
    for name in environment.list_templates():
        environment.get_template(name)
    assert environment.autoescape is True


def test_nothing_of_others_and_nothing_inline() -> None:
    for file in [*paper.STATIC.iterdir(), *(paper.HERE / "templates").iterdir()]:
        text = file.read_text(encoding="utf-8")
        bare = text.replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in bare, file.name
        assert "https://" not in bare, file.name
        assert "innerHTML =" not in bare, file.name
        assert " style=" not in bare, file.name
        assert len(text.splitlines()) <= 300, file.name
