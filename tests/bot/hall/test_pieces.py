from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.hall import pieces
from bot.hall.house import Hall
from bot.hall.records import Attachment, Heard
from tests.kit import MONDAY
from tests.kit_hall import sit_down, still_at

PHOTO = Attachment("a.jpg", "image/jpeg", 3, "0" * 64)


@pytest.fixture
async def still(tmp_path: Path) -> AsyncIterator[Hall]:
    async with still_at(tmp_path, memory=True) as hall:
        yield hall


def heard(*texts: str, customer: str = "w1", **more: Any) -> list[Heard]:
    """Messages within a moment of each other."""
    return [Heard(f"m{at}", customer, text=text, at=MONDAY, **more) for at, text in enumerate(texts)]


async def many(hall: Hall, rest: list[Heard]) -> int:
    customer = await sit_down(hall)
    rest = [replace(one, customer=customer) for one in rest]
    return await hall.ledger.write(lambda page: pieces.many(page, hall.edition(), rest, hall.clock.now()))


@pytest.mark.parametrize(
    ("texts", "count"),
    [
        (("你好", "我家", "停电了"), 3),
        (("停电了！", "我家"), 1),
        (("我家", "1", "停电了"), 1),
        (("1", "我家"), 1),
        (("我家", "停电了，在竹溪路18号3幢502", "谢谢"), 2),
        (("我家", "转人工"), 1),
        (("我家",), 1),
    ],
)
async def test_pieces_go_together_up_to_what_is_whole_or_stands_alone(
    still: Hall, texts: tuple[str, ...], count: int
) -> None:
    assert await many(still, heard(*texts)) == count


async def test_what_came_later_is_a_turn_of_its_own(still: Hall) -> None:
    first, second = heard("我家", "停电了")
    later = replace(second, at=MONDAY + timedelta(minutes=1))
    assert await many(still, [first, second]) == 2
    assert await many(still, [first, later]) == 1
    assert await many(still, [first, replace(second, at=None)]) == 1


@pytest.mark.parametrize(
    "more", [{"button": "x"}, {"replaces": "m0"}, {"location": (1.0, 2.0)}, {"contact": {"phone": "1"}}]
)
async def test_a_press_an_edit_or_a_place_is_no_piece(still: Hall, more: dict[str, Any]) -> None:
    (first,) = heard("我家")
    assert await many(still, [first, replace(first, id="m1", **more)]) == 1
    assert await many(still, [replace(first, **more), first]) == 1


def test_only_what_was_there_when_it_was_decided() -> None:
    rest = heard("昨天的", "我家", "停电了")
    assert pieces.before(rest, None) == rest
    assert pieces.before(rest, []) == rest  # nothing is known after a crash: all of it
    assert pieces.before(rest, ["m1"]) == rest[:2]
    assert pieces.before(rest, ["m1", "m2"]) == rest
    assert pieces.before(rest, ["gone"]) == []


def test_as_one_nothing_is_left_out() -> None:
    first, second = heard("我家", "停电了")
    second = replace(second, at=MONDAY + timedelta(seconds=1), files=(PHOTO,))
    whole = pieces.merged([first, second])
    assert (whole.text, whole.files, whole.at, whole.id) == ("我家停电了", (PHOTO,), MONDAY, "m1")
    assert pieces.merged([first]) == first
