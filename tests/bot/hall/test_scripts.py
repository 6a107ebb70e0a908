from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import app
from bot.desk.words import words
from bot.hall import drill, scripts
from bot.hall.house import Hall
from tests.kit import MONDAY, edition, hall_at, heard_by, say, settings, told
from tests.kit_hall import ADDRESS, newest, sit_down

THERE = "青石鎮竹溪路18號3幢502"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    own = edition()
    rules = replace(own.data.books.rules, script=scripts.OWN)
    own = replace(own, data=replace(own.data, books=replace(own.data.books, rules=rules)))
    running = await app.open_hall(settings(tmp_path, memory=True), practice=True, edition=own)
    drill.practice(running.hall).clock.speed = 0.0
    drill.practice(running.hall).clock.turn_to(MONDAY)
    async with app.at_work(running) as one:
        yield one


async def test_who_writes_traditional_is_answered_so_and_names_stay(hall: Hall) -> None:
    customer = await sit_down(hall)
    await say(hall, customer, "我家停電了！", THERE)
    text = await told(hall, customer)
    case = await newest(hall, customer)
    handler = hall.edition().data.books.person(case.first_handler)
    assert "首辦人" in text
    assert "首办人" not in text
    assert handler.name in text
    assert ADDRESS in text
    assert case.slots["address"] == ADDRESS


async def test_his_own_words_are_kept_as_he_wrote_them(hall: Hall) -> None:
    customer = await sit_down(hall)
    await say(hall, customer, "我家停電了！")
    lines = await hall.ledger.read(lambda lists: lists.lines(customer, 0, 10))
    assert lines[0].text == "我家停電了！"


async def test_a_number_after_it_is_answered_in_the_same_script(hall: Hall) -> None:
    customer = await sit_down(hall)
    await say(hall, customer, "我家停電了！", THERE, "1")
    assert "請" in (await heard_by(hall, customer))[-1].text


async def test_who_writes_simplified_is_answered_in_it(hall: Hall) -> None:
    customer = await sit_down(hall)
    await say(hall, customer, "我家停电了！", ADDRESS)
    assert "首办人" in await told(hall, customer)


async def test_a_hall_that_does_not_want_it_answers_as_ever(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as plain:
        customer = await sit_down(plain)
        await say(plain, customer, "我家停電了！")
        assert "没电的是哪里" in await told(plain, customer)


def test_facts_inside_phrases_inside_phrases_are_kept() -> None:
    inner = words("x", name="关云", more=(words("y", said="云里"),), number=3)
    text = scripts.turned(edition().data, words("joined", first=inner, second="复电"), "关云说云里见，谢谢关照")
    assert text == "关云說云里見，謝謝關照"
