"""Back on duty: one letter, on every case what others did meanwhile, and nothing that is not his to read."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.desk.case import Case, Kind, Outcome, Secrecy
from bot.hall import counter, drill, duty, reception, returning
from bot.hall.house import Hall
from bot.hall.records import Heard
from tests.bot.hall.test_duty import reported
from tests.bot.hall.test_rounds import about, at, away, later, leaves_are
from tests.kit import GUIDE, LEADER, MONDAY, say
from tests.kit_hall import forward, letters, newest, staff, wants_person


async def welcome(hall: Hall, no: str) -> list[str]:
    return [one.text for one in await about(hall, f"staff:{no}", "欢迎回岗")]


async def test_one_letter_at_the_first_shift_says_what_others_did_on_each_case(hall: Hall) -> None:
    _, case = await wants_person(hall)
    handler = case.first_handler
    leaves_are(hall, away(handler, 1, 2, LEADER))
    await counter.accept(hall, staff(hall, handler), case.no)
    await forward(hall, days=1)  # Tuesday 10:00: he is away
    await counter.reply(hall, staff(hall, LEADER), case.no, "您好，我代同事接着办。")
    await counter.reply(hall, staff(hall, LEADER), case.no, "材料齐了，请带身份证来。")
    await counter.note(hall, staff(hall, LEADER), case.no, "家里有老人")
    await forward(hall, days=3)
    (letter,) = [one for one in await letters(hall, f"staff:{handler}") if "欢迎回岗" in one.text]
    assert letter.at == at(3, time(8, 30))
    assert letter.kind == Kind.NOTICE
    assert f"{case.no}「转人工」" in letter.text
    assert "答复 2、内部备注 1" in letter.text
    assert "材料齐了，请带身份证来。" in letter.text
    assert "秦望舒" in letter.text
    assert "家里有老人" not in letter.text
    assert "11月24日（周二）" in letter.text
    await forward(hall, days=10)
    assert len(await welcome(hall, handler)) == 1


async def test_cases_on_which_nothing_happened_are_counted_and_what_ended_meanwhile_is_told(hall: Hall) -> None:
    first, done = await wants_person(hall)
    second, idle = await wants_person(hall)
    for customer in (first, second):
        await _give(hall, customer, GUIDE)
    for case in (done, idle):
        await counter.accept(hall, staff(hall, GUIDE), case.no)
    leaves_are(hall, away(GUIDE, 1, 1, LEADER))
    later(hall, at(1))
    await drill.settle(hall)
    closing = {one.field: "已当面答复清楚" for one in hall.edition().data.handbook.topics[done.topic].closing}
    await counter.resolve(hall, staff(hall, LEADER), done.no, "好了", closing)
    await say(hall, first, "已解决")
    later(hall, at(2, time(8, 30)))
    await drill.settle(hall)
    (told,) = await welcome(hall, GUIDE)
    assert done.no in told
    assert "已办结" in told
    assert "客户确认 1" in told
    assert idle.no not in told
    assert "1 张没有变化" in told


async def test_who_answers_for_nothing_is_left_in_peace(still: Hall) -> None:
    await duty.watch(still)
    leaves_are(still, away("A303", 0, 0))
    await duty.watch(still)
    later(still, at(1, time(21)))
    await duty.watch(still)
    assert await letters(still, "staff:A303") == ()


async def test_nothing_at_all_happened(still: Hall) -> None:
    customer = await reported(still, "转人工")
    case = await newest(still, customer)
    leaves_are(still, away(case.first_handler, 0, 0, LEADER))
    letter = await returning.letter(still, case.first_handler, MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2))
    assert letter
    assert "1 张没有变化" in str(letter.text)
    assert "有变化：" not in str(letter.text)


@pytest.mark.parametrize("secret", ["named", "secrecy", "hidden"])
async def test_of_a_case_that_is_hidden_no_words_are_told_and_to_whom_it_is_hidden_nothing(
    hall: Hall, secret: str
) -> None:
    customer, case = await wants_person(hall)
    handler = case.first_handler
    more = {"named": {"named": (GUIDE,)}, "secrecy": {"secrecy": Secrecy.CONFIDENTIAL}, "hidden": {}}[secret]
    await _kept(hall, replace(await newest(hall, customer), **more))  # type: ignore[arg-type] # one of its own fields
    await counter.reply(hall, staff(hall, LEADER), case.no, "窃电的那一户我们去看过了。")
    if secret == "hidden":
        await _kept(hall, replace(await newest(hall, customer), hidden_from=(handler,)))
        assert await returning.letter(hall, handler, MONDAY, hall.clock.now()) is None
        return
    letter = await returning.letter(hall, handler, MONDAY, hall.clock.now())
    assert letter
    assert case.no in str(letter.text)
    assert "窃电" not in str(letter.text)


async def test_many_cases_and_long_words_stay_readable_and_personal_figures_are_masked(still: Hall) -> None:
    many = returning.MOST + 3
    customers = []
    for number in range(many):
        customer = (await reception.newcomer(still)).key
        heard = Heard(f"n{number}", customer, text="转人工")
        await still.ledger.write(lambda page, heard=heard: page.hear(heard, still.clock.now()))  # type: ignore[misc]
        await reception.drain(still, customer)
        customers.append(customer)
    found = [await newest(still, one) for one in customers]
    for case in found:
        await _kept(still, replace(case, first_handler=GUIDE))
        await counter.reply(still, staff(still, LEADER), case.no, f"打 13800138000。{'长' * 200}")
    letter = await returning.letter(still, GUIDE, MONDAY, still.clock.now())
    assert letter
    text = str(letter.text)
    assert text.count("最近一条") == returning.MOST
    assert "还有 3 张的变化" in text
    assert "13800138000" not in text
    assert "长" * (returning.LONGEST + 1) not in text


async def _kept(hall: Hall, case: Case) -> None:
    await hall.ledger.write(lambda page: page.record(Outcome(case, ()), str))


async def _give(hall: Hall, customer: str, no: str) -> None:
    await _kept(hall, replace(await newest(hall, customer), first_handler=no))
