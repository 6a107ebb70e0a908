from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.hall import bursts, drill, reception
from bot.hall.house import Hall
from bot.hall.records import Attachment, Heard
from tests.kit import edition, hall_at, heard_by, settings, told
from tests.kit_hall import ADDRESS, cases_of, newest, sit_down, thread_of

BURST = timedelta(seconds=2)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with hall_at(tmp_path, memory=True) as one:
        yield one


async def writes(hall: Hall, customer: str, *texts: str, **more: Any) -> None:
    """Sent one after the other; nobody waits for an answer."""
    for text in texts:
        seen = sum(key == customer for key, _ in hall.ears) + await hall.ledger.read(
            lambda lists: lists.last_seq(customer)
        )
        await reception.receive(hall, Heard(f"b{seen}-{text}", customer, text=text, **more))
        await hall.engine.settle()


async def passes(hall: Hall, seconds: float) -> None:
    assert await drill.forward(hall, hall.clock.now() + timedelta(seconds=seconds))


async def answers(hall: Hall, customer: str) -> int:
    return len(await heard_by(hall, customer))


async def test_pieces_are_one_turn_answered_once(hall: Hall) -> None:
    customer = await sit_down(hall)
    await writes(hall, customer, "你好", "我家", "停电了")
    assert await answers(hall, customer) == 0
    await passes(hall, 5)
    assert await answers(hall, customer) == 1
    lines = await hall.ledger.read(lambda lists: lists.lines(customer, 0, 100))
    assert [line.text for line in lines if line.sender == "customer"] == ["你好", "我家", "停电了"]
    assert (await thread_of(hall, customer)).topic == "outage_repair"


async def test_waited_for_only_as_long_as_nothing_more_comes(hall: Hall) -> None:
    customer = await sit_down(hall)
    await writes(hall, customer, "我家")
    await passes(hall, 1.5)
    await writes(hall, customer, "停电了")
    await passes(hall, 1.5)
    assert await answers(hall, customer) == 0
    await passes(hall, 0.5)
    assert await answers(hall, customer) == 1


async def test_nobody_is_kept_waiting_for_ever(hall: Hall) -> None:
    customer = await sit_down(hall)
    for text in ("我想", "那个", "就是", "家里", "电表", "那边"):
        await writes(hall, customer, text)
        await passes(hall, 1.5)
    assert await answers(hall, customer) >= 1


async def test_facts_told_in_pieces_open_one_case(hall: Hall) -> None:
    customer = await sit_down(hall)
    await writes(hall, customer, "停电了", "青石镇竹溪路18号", "3幢502")
    await passes(hall, 0)
    (case,) = await cases_of(hall, customer)
    assert case.slots["address"] == ADDRESS


async def test_a_number_in_two_halves_is_one(hall: Hall) -> None:
    customer = await sit_down(hall)
    await writes(hall, customer, "过户需要带啥东西", "1", "1380013", "8000")
    await passes(hall, 0)
    assert (await newest(hall, customer)).slots["phone"] == "13800138000"


@pytest.mark.parametrize(
    "text",
    [
        "电费怎么交",
        "过户要什么材料",
        "我家停电了，在青石镇竹溪路18号3幢502",
        "停电了！",
        "转人工",
        "谢谢",
        "人呢",
        "查一下我家这个月的电费是多少",
    ],
)
async def test_a_whole_message_is_answered_at_once(hall: Hall, text: str) -> None:
    customer = await sit_down(hall)
    await writes(hall, customer, text)
    assert await answers(hall, customer) >= 1


async def test_danger_breaks_the_wait_wherever_it_stands(hall: Hall) -> None:
    for texts in (("触电了",), ("你好", "我家", "着火了"), ("变压器", "冒火花")):
        customer = await sit_down(hall)
        await writes(hall, customer, *texts)
        assert (await newest(hall, customer)).topic == "hazard"
        assert "119" in (await heard_by(hall, customer))[0].text


async def test_an_answer_to_what_was_asked_is_taken_at_once(hall: Hall) -> None:
    customer = await sit_down(hall)
    await writes(hall, customer, "我家停电了！")
    await writes(hall, customer, ADDRESS)
    assert (await newest(hall, customer)).slots["address"] == ADDRESS
    await writes(hall, customer, "1")
    assert (await newest(hall, customer)).slots["scope"] == "single"
    await writes(hall, customer, "13800138000")
    assert (await newest(hall, customer)).slots["phone"] == "13800138000"


async def test_a_press_waits_for_nothing_and_keeps_its_place(hall: Hall) -> None:
    customer = await sit_down(hall)
    await writes(hall, customer, "过户需要带啥东西")
    await writes(hall, customer, "那就")
    before = await answers(hall, customer)
    await writes(hall, customer, "", button="open.owner_transfer")
    assert await answers(hall, customer) > before
    assert (await thread_of(hall, customer)).asking == "phone"


async def test_after_a_picture_its_words_are_waited_for_longer(hall: Hall) -> None:
    customer, photo = await sit_down(hall), Attachment("a.jpg", "image/jpeg", 3, "0" * 64)
    await writes(hall, customer, "", files=(photo,))
    await passes(hall, 4)
    assert await answers(hall, customer) == 0
    await writes(hall, customer, "表箱烧黑了，还在冒烟")
    assert (await newest(hall, customer)).topic == "hazard"
    lines = await hall.ledger.read(lambda lists: lists.lines(customer, 0, 100))
    assert [len(line.files) for line in lines if line.sender == "customer"] == [1, 0]


async def test_without_the_rule_each_message_is_answered_by_itself(tmp_path: Path) -> None:
    own = edition()
    rules = replace(own.data.books.rules, burst=timedelta())
    own = replace(own, data=replace(own.data, books=replace(own.data.books, rules=rules)))
    running = await app.open_hall(settings(tmp_path, memory=True), practice=True, edition=own)
    async with app.at_work(running) as hall:
        customer = await sit_down(hall)
        await writes(hall, customer, "你好", "我家", "停电了")
        assert await answers(hall, customer) >= 3


async def test_what_a_crash_left_is_answered_without_a_wait(hall: Hall) -> None:
    customer = await sit_down(hall)
    await writes(hall, customer, "我家", "停电了")
    hall.ears.clear()  # what a new process knows
    assert await bursts.attend(hall, customer) == 2
    assert await answers(hall, customer) == 1


async def test_in_real_time_too_it_is_answered_by_itself(tmp_path: Path) -> None:
    own = edition()
    rules = replace(own.data.books.rules, burst=timedelta(milliseconds=300))
    own = replace(own, data=replace(own.data, books=replace(own.data.books, rules=rules)))
    running = await app.open_hall(settings(tmp_path, memory=True), edition=own)
    async with app.at_work(running) as hall:
        customer = await sit_down(hall)
        await writes(hall, customer, "我家", "停电了")
        ticket = hall.bell.ticket(f"talk:{customer}")
        assert await told(hall, customer) == ""
        assert await hall.bell.wait(f"talk:{customer}", 5, ticket)
        assert "没电的是哪里" in await told(hall, customer)
