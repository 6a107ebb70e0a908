from pathlib import Path

import pytest

from bot.hall import care, forgetting
from bot.hall.house import Hall
from bot.hall.records import Care
from tests.kit import hall_at, say, told
from tests.kit_hall import cases_of, newest, sit_down, thread_of

DELETE = "把呼吸机登记删了"


async def register(hall: Hall) -> tuple[Care, ...]:
    return await hall.ledger.read(lambda lists: lists.care())


async def registered(hall: Hall, wish: str = "家里有呼吸机，想登记一下") -> str:
    """A customer who has gone through the whole of it."""
    customer = await sit_down(hall)
    await say(hall, customer, wish)
    assert "单独同意" in await told(hall, customer)
    await say(hall, customer, "同意登记")
    await say(hall, customer, "两小时左右", "青石镇听荷苑4幢101", "19900007777")
    return customer


async def test_nothing_is_kept_without_a_yes_of_its_own_and_then_only_what_was_told(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await registered(hall)
        (one,) = await register(hall)
        assert (one.customer, one.device, one.account) == (customer, "呼吸机", "青石镇听荷苑4幢101")
        assert (one.battery, one.phone, one.consented_at) == ("两小时左右", "19900007777", hall.clock.now())
        said = await told(hall, customer)
        assert "登记好了" in said
        assert "7777" in said
        assert await cases_of(hall, customer) == ()
        thread = await thread_of(hall, customer)
        assert (thread.asking, thread.topic, dict(thread.slots)) == ("", "", {})
        noted = [one for one in await hall.ledger.read(lambda lists: lists.events("")) if one.facts.get("what")]
        assert [one.facts["what"] for one in noted] == ["care.consent"]
        assert "19900007777" not in str(noted)


@pytest.mark.parametrize("answer", ["先不登记", "不同意", "2"])
async def test_without_the_yes_nothing_stays(tmp_path: Path, answer: str) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await sit_down(hall)
        await say(hall, customer, "家里有制氧机，想提前登记一下", answer)
        assert await register(hall) == ()
        assert "什么也没有记" in await told(hall, customer)
        assert "制氧机" not in str((await thread_of(hall, customer)).held)


async def test_a_polite_word_is_no_consent(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await sit_down(hall)
        await say(hall, customer, "呼吸机怎么登记", "嗯", "好的")
        assert await register(hall) == ()
        assert "care." not in (await thread_of(hall, customer)).asking


async def test_called_off_half_way_nothing_is_kept(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await sit_down(hall)
        await say(hall, customer, "我要登记透析机", "同意", "取消")
        assert await register(hall) == ()
        assert (await thread_of(hall, customer)).asking == ""


async def test_what_is_not_known_is_kept_as_not_known_and_a_question_comes_twice_at_most(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await sit_down(hall)
        await say(hall, customer, "我要登记透析机", "同意", "不清楚", "9900000103", "不想留")
        (one,) = await register(hall)
        assert (one.account, one.battery, one.phone) == ("9900000103", "不清楚", "")
        other = await sit_down(hall)
        await say(hall, other, "我要登记透析机", "同意", "一小时", "不知道", "不知道")
        assert len(await register(hall)) == 1
        assert "登记先放下了" in await told(hall, other)


async def test_words_take_it_back_and_nothing_told_stays(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await registered(hall)
        await say(hall, customer, DELETE)
        assert await register(hall) == ()
        (one,) = await hall.ledger.read(lambda lists: lists.care("青石镇听荷苑4幢101"))
        assert (one.device, one.battery, one.contact, one.phone) == ("", "", "", "")
        assert "已经删了" in await told(hall, customer)
        await say(hall, customer, DELETE)
        assert "不用删" in await told(hall, customer)
        await say(hall, customer, "呼吸机重新登记一下", "同意登记", "三小时", "青石镇听荷苑4幢101", "19900007777")
        assert [entry.battery for entry in await register(hall)] == ["三小时"]


async def test_who_is_forgotten_leaves_the_register_too(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await registered(hall)
        await forgetting.forget(hall, customer, "A900", {"how": "command"})
        assert await register(hall) == ()


async def test_what_the_system_behind_has_counts_as_registered_and_is_said_to_be_there(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        data = hall.edition().data
        behind = await hall.ledger.read(lambda lists: care.entries(lists, data))
        assert [(one.own, one.care.account, one.care.customer) for one in behind] == [(False, "9900000110", "shi")]
        await say(hall, "shi", DELETE)
        assert "动不了" in await told(hall, "shi")


async def test_without_power_it_is_an_emergency_of_its_own_matter_and_no_register(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await sit_down(hall)
        await say(hall, customer, "停电了，我爸的呼吸机电池快没了")
        case = await newest(hall, customer)
        assert case.topic == "life_support"
        assert await register(hall) == ()
        said = await told(hall, customer)
        assert said.index("备用电池") < said.index(case.no)


async def test_one_whose_battery_will_not_last_is_passed_on_to_who_answers_for_him(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await sit_down(hall)
        await say(hall, customer, "停电了，我爸的呼吸机电池快没了", "青石镇听荷苑4幢101", "半小时", "19900007777")
        case = await newest(hall, customer)
        await say(hall, customer, "撑不住")
        assert f"记下了，马上转给{hall.edition().data.books.person(case.first_handler).name}" in await told(
            hall, customer
        )
