import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.desk.case import State
from bot.desk.errors import Changed
from bot.guide.said import Act
from bot.guide.thread import Floor
from bot.hall import counter, drill, reception
from bot.hall.house import Hall
from bot.hall.pages import LedgerBusy
from bot.hall.records import Attachment, Heard, Person
from bot.hall.scenery import Found
from tests.kit import CREW, GUIDE, LEADER, hall_at, heard_by, say, told
from tests.kit_hall import (
    ADDRESS,
    CLOSING,
    OUTAGE,
    Failing,
    cases_of,
    forward,
    hear,
    letters,
    moves_of,
    newest,
    outage,
    sit_down,
    staff,
    thread_of,
    wants_person,
)


async def lines(hall: Hall, customer: str) -> list[str]:
    """The customer's own words as the talk shows them."""
    found = await hall.ledger.read(lambda lists: lists.lines(customer, 0, 1000))
    return [line.text for line in found if line.sender == "customer"]


async def test_a_newcomer_has_a_key_of_his_channel_and_no_secrets_in_his_name(still: Hall) -> None:
    person = await reception.newcomer(still, "terminal", "张三 110101199003070134" + "长" * 99, start="qr")
    assert person.key.startswith("t")
    assert "110101199003070134" not in person.name
    assert len(person.name) == 40
    assert await still.ledger.read(lambda lists: lists.person(person.key)) == person
    assert (await reception.newcomer(still)).key != (await reception.newcomer(still)).key


class TestReceiving:
    async def test_it_is_kept_before_it_is_acknowledged_and_the_engine_hears_of_it(self, still: Hall) -> None:
        customer = await sit_down(still)
        assert await reception.receive(still, Heard("1", customer, text="你好"))
        assert await still.ledger.read(lambda lists: lists.talks_with_work(9)) == (customer,)
        assert customer in still.engine._queued  # type: ignore[attr-defined]
        assert await told(still, customer) == ""

    async def test_the_same_id_is_one_and_another_customers_is_another(self, still: Hall) -> None:
        one, other = await sit_down(still), await sit_down(still)
        assert await reception.receive(still, Heard("1", one, text="你好"))
        assert not await reception.receive(still, Heard("1", one, text="别的话"))
        assert await reception.receive(still, Heard("1", other, text="你好"))
        assert await reception.receive(still, Heard("1", one, channel="terminal", text="你好"))

    async def test_a_ledger_that_is_busy_keeps_nothing_and_says_so(self, still: Hall) -> None:
        customer = await sit_down(still)
        busy = replace(still, ledger=Failing(still.ledger, LedgerBusy()))
        with pytest.raises(LedgerBusy):
            await reception.receive(busy, Heard("1", customer, text="你好"))
        assert await still.ledger.read(lambda lists: lists.talks_with_work(9)) == ()
        assert await reception.receive(busy, Heard("1", customer, text="你好"))

    async def test_no_more_than_ten_thousand_characters_are_read(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, "停" * 12_000)
        assert [len(line) for line in await lines(hall, customer)] == [reception.LONGEST]

    async def test_the_raw_words_are_blanked_once_answered(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, "转人工 110101199003070134")
        waiting = await hall.ledger.write(lambda page: page.undone(customer))
        assert waiting == ()
        assert "110101199003070134" not in str(await lines(hall, customer))


class TestDraining:
    async def test_nothing_heard_is_nothing_done(self, still: Hall) -> None:
        assert await reception.drain(still, await sit_down(still)) == 0

    async def test_all_that_was_said_is_answered_in_its_order_on_one_page(self, still: Hall) -> None:
        customer = await sit_down(still)
        texts = [OUTAGE, ADDRESS, "就我一家", "19900001234", "催一下"]
        await hear(still, customer, *texts)
        assert await reception.drain(still, customer) == len(texts)
        assert await lines(still, customer) == texts
        case = await newest(still, customer)
        assert case.slots == {"address": ADDRESS, "scope": "single", "phone": "19900001234"}
        assert case.urges == 1
        assert await reception.drain(still, customer) == 0

    async def test_promises_run_from_when_it_was_said_not_from_when_it_was_answered(self, still: Hall) -> None:
        customer = await sit_down(still)
        said_at = still.clock.now()
        await hear(still, customer, OUTAGE, ADDRESS)
        drill.practice(still).clock.turn_to(said_at + timedelta(minutes=7))
        await reception.drain(still, customer)
        case = await newest(still, customer)
        assert (case.begun_at, case.opened_at) == (said_at, said_at + timedelta(minutes=7))
        assert case.promises[0].promise_at == said_at + timedelta(minutes=45)

    async def test_two_who_drain_at_once_answer_once(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await hear(hall, customer, "转人工")
        await asyncio.gather(*(reception.drain(hall, customer) for _ in range(3)))
        await drill.settle(hall)
        assert len(await cases_of(hall, customer)) == 1
        assert len(await lines(hall, customer)) == 1

    async def test_what_was_heard_before_a_crash_is_answered_after_it(self, tmp_path: Path) -> None:
        async with hall_at(tmp_path) as hall:
            customer = await sit_down(hall)
            await hear(hall, customer, "转人工")
        async with hall_at(tmp_path) as hall:
            await drill.settle(hall)
            assert len(await cases_of(hall, customer)) == 1

    @pytest.mark.parametrize("fault", [LedgerBusy(), Changed("x", 1)])
    async def test_a_busy_ledger_is_no_stumble(self, still: Hall, fault: Exception) -> None:
        customer = await sit_down(still)
        await reception.receive(still, Heard("1", customer, text="转人工"))
        busy = replace(still, ledger=Failing(still.ledger, fault))
        with pytest.raises(type(fault)):
            await reception.drain(busy, customer)
        assert still.stumbles == {}
        assert await reception.drain(busy, customer) == 1
        assert still.ears == {}

    async def test_a_busy_ledger_in_the_middle_of_a_stumble_is_no_stumble_either(
        self, still: Hall, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        poisoned(monkeypatch, "turn")
        customer = await sit_down(still)
        await hear(still, customer, "毒")
        busy = replace(still, ledger=Failing(still.ledger, None, None, LedgerBusy()))
        with pytest.raises(LedgerBusy):
            await reception.drain(busy, customer)
        assert still.stumbles == {}


def poisoned(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """From now on 「毒」 cannot be understood, or not be answered."""
    real: Callable[..., Any] = getattr(reception, where)

    def stumbling(*given: Any, **more: Any) -> Any:
        text = given[0].said.text if where == "turn" else given[1]
        if text == "毒":
            raise RuntimeError("张三 13800138000")
        return real(*given, **more)

    monkeypatch.setattr(reception, where, stumbling)


@pytest.mark.parametrize("where", ["turn", "understand"])
@pytest.mark.parametrize("how", ["received", "found"])
class TestPoison:
    async def test_only_the_poison_is_set_aside_and_the_others_are_answered_in_order(
        self, hall: Hall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, where: str, how: str
    ) -> None:
        poisoned(monkeypatch, where)
        customer = await sit_down(hall)
        texts = ["你好", "毒", "转人工", "毒", "谢谢"]
        with caplog.at_level(logging.ERROR):
            if how == "received":
                for number, text in enumerate(texts):
                    await reception.receive(hall, Heard(str(number), customer, text=text))
            else:
                await hall.ledger.write(
                    lambda page: [
                        page.hear(Heard(str(n), customer, text=text), hall.clock.now()) for n, text in enumerate(texts)
                    ]
                )
            await drill.settle(hall)
        assert await lines(hall, customer) == texts
        said = [line.text for line in await heard_by(hall, customer)]
        assert len([text for text in said if "没处理好" in text]) == 2
        assert "您好" in said[0]
        assert "没处理好" in said[1]
        assert len(await cases_of(hall, customer)) == 1
        assert (await moves_of(hall)).count("undelivered") == 2
        assert hall.stumbles == {}
        assert hall.ears == {}

    async def test_it_is_tried_thrice(self, still: Hall, monkeypatch: pytest.MonkeyPatch, where: str, how: str) -> None:
        poisoned(monkeypatch, where)
        customer = await sit_down(still)
        if how == "received":
            await reception.receive(still, Heard("1", customer, text="毒"))
        else:
            await hear(still, customer, "毒")
        assert [await reception.drain(still, customer) for _ in range(4)] == [0, 0, 1, 0]

    async def test_what_was_only_a_passing_fault_is_answered_after_all(
        self, still: Hall, monkeypatch: pytest.MonkeyPatch, where: str, how: str
    ) -> None:
        with monkeypatch.context() as for_now:
            poisoned(for_now, where)
            customer = await sit_down(still)
            if how == "received":
                await reception.receive(still, Heard("1", customer, text="毒"))
            else:
                await hear(still, customer, "毒")
            assert await reception.drain(still, customer) == 0
        assert await reception.drain(still, customer) == 1
        assert "没处理好" not in str(await letters(still))


class TestKnowing:
    async def test_what_is_proven_is_not_asked(self, hall: Hall) -> None:
        await say(hall, "lu", OUTAGE)
        case = await newest(hall, "lu")
        assert case.slots["address"] == "青石镇听荷苑5幢302"
        assert case.slots["phone"] == "19900000101"

    async def test_two_accounts_are_not_guessed_between(self, hall: Hall) -> None:
        await say(hall, "yan", OUTAGE)
        assert await cases_of(hall, "yan") == ()

    async def test_what_is_not_proven_is_not_told(self, hall: Hall) -> None:
        await say(hall, "shi", OUTAGE)
        assert await cases_of(hall, "shi") == ()
        assert "石笋屿村" not in await told(hall, "shi")

    async def test_a_stranger_to_the_ledger_is_served_too(self, hall: Hall) -> None:
        await say(hall, "nobody", "你好")
        assert "您好" in await told(hall, "nobody")

    async def test_an_account_the_hall_no_longer_has(self, hall: Hall) -> None:
        await hall.ledger.write(lambda page: page.keep_person(Person("p", accounts={"1": "P2"})))
        await say(hall, "p", "你好")
        assert await told(hall, "p")


class TestOtherThanWords:
    async def test_a_contact_answers_the_question_for_the_telephone(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        await say(hall, customer, "就我一家")
        await reception.receive(hall, Heard("c", customer, contact={"name": "林", "phone": "19900001234"}))
        await drill.settle(hall)
        assert (await newest(hall, customer)).slots["phone"] == "19900001234"
        assert case.slots.get("phone") is None

    async def test_a_place_is_taken_as_the_address(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, OUTAGE)
        await reception.receive(hall, Heard("l", customer, location=(31.5, 120.25)))
        await drill.settle(hall)
        assert "31.5" in (await newest(hall, customer)).slots["address"]
        assert "31.5" in (await lines(hall, customer))[-1]

    async def test_files_are_kept_with_the_line_and_joined_to_the_case(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        await say(hall, customer, "就我一家", "跳过")
        picture = Attachment("a.jpg", "image/jpeg", 3, "k")
        await reception.receive(hall, Heard("f", customer, files=(picture,)))
        await drill.settle(hall)
        assert case.no in (await heard_by(hall, customer))[-1].text
        found = await hall.ledger.read(lambda lists: lists.lines(customer, 0, 100))
        assert [line.files for line in found if line.files] == [(picture,)]
        assert (await newest(hall, customer)).version > case.version

    @pytest.mark.parametrize(
        ("button", "shown"),
        [
            ("confirm.X", "已解决"),
            ("rate.5.X", "5"),
            ("human", "转人工"),
            ("urge.X", "催一下"),
            ("nonsense", "（按键）"),
        ],
    )
    async def test_a_press_stands_in_the_talk_as_its_label(self, hall: Hall, button: str, shown: str) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, button=button)
        assert await lines(hall, customer) == [shown]

    async def test_a_label_of_the_last_menu_is_shown_as_it_was_written(self, hall: Hall) -> None:
        customer, _ = await outage(hall)
        await say(hall, customer, button="slot.scope.single")
        assert (await lines(hall, customer))[-1] == "只有我家"


class TestActing:
    async def test_from_opening_to_rating_in_words_alone(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        crew = staff(hall, CREW)
        await counter.accept(hall, crew, case.no)
        await counter.resolve(hall, crew, case.no, "好了", CLOSING)
        await say(hall, customer, "没解决")
        assert (await newest(hall, customer)).state is State.IN_PROGRESS
        await counter.resolve(hall, crew, case.no, "这回好了", CLOSING)
        await say(hall, customer, "1")
        assert (await newest(hall, customer)).state is State.CLOSED
        await say(hall, customer, "2")
        rating = (await newest(hall, customer)).rating
        assert rating
        assert rating.score == 2
        assert "low_rating" in str(await hall.ledger.read(lambda lists: lists.alerts(only_open=True)))

    async def test_a_number_means_the_question_that_was_put_last_even_in_one_moment(self, hall: Hall) -> None:
        customer, case = await outage(hall)  # the scope is asked with a menu at this very moment
        crew = staff(hall, CREW)
        await counter.accept(hall, crew, case.no)
        await counter.resolve(hall, crew, case.no, "好了", CLOSING)
        await say(hall, customer, "1")
        assert (await newest(hall, customer)).state is State.CLOSED

    async def test_after_silence_closed_it_a_word_takes_it_up_again(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        crew = staff(hall, CREW)
        await counter.accept(hall, crew, case.no)
        await counter.resolve(hall, crew, case.no, "好了", CLOSING)
        await forward(hall, days=6)
        assert (await newest(hall, customer)).state is State.CLOSED
        assert "直接告诉我就能重开" in await told(hall, customer)
        await say(hall, customer, "没解决")
        assert (await newest(hall, customer)).state is State.IN_PROGRESS
        assert any("没解决" in letter.text for letter in await letters(hall, f"staff:{LEADER}"))

    async def test_what_fell_due_before_an_act_is_told_before_it(self, still: Hall) -> None:
        customer = await sit_down(still)
        await hear(still, customer, OUTAGE, ADDRESS)
        await reception.drain(still, customer)
        drill.practice(still).clock.turn_to(still.clock.now() + timedelta(minutes=50))
        await hear(still, customer, "催一下")
        await reception.drain(still, customer)
        moves = await moves_of(still, (await newest(still, customer)).no)
        assert moves.index("broken") < moves.index("urge")
        assert moves.count("broken") == 1

    async def test_an_act_the_desk_refuses_changes_nothing_and_is_answered(self, still: Hall) -> None:
        customer = await sit_down(still)
        await hear(still, customer, "转人工")
        await reception.drain(still, customer)
        case = await newest(still, customer)
        edition = still.edition()

        def doing(page: Any) -> None:
            heard = Heard("x", customer, row=99)
            desk = reception.Desk(still, edition, page, heard, still.clock.now())
            desk.act(Act("confirm", case.no), "好了", page.thread(customer))
            desk.act(Act("add", "DL20261123-0999"), "x", page.thread(customer))
            desk.act(Act("withdraw", case.no), "不办了", page.thread(customer))

        await still.ledger.write(doing)
        assert any("已经用过或过期" in one.text for one in await letters(still, f"customer:{customer}"))
        assert (await newest(still, customer)).state is State.CANCELLED


class TestFloor:
    async def test_words_go_to_the_person_who_speaks(self, hall: Hall) -> None:
        customer, case = await wants_person(hall)
        await counter.accept(hall, staff(hall, GUIDE), case.no)
        await drill.settle(hall)
        before = await told(hall, customer)
        await say(hall, customer, "过户要带什么")
        assert await told(hall, customer) == before
        (passed,) = [one for one in await letters(hall, f"staff:{GUIDE}") if one.kind == "words"]
        assert "过户要带什么" in passed.text
        assert passed.case == case.no

    async def test_danger_is_heard_whoever_speaks(self, hall: Hall) -> None:
        customer, case = await wants_person(hall)
        await counter.accept(hall, staff(hall, GUIDE), case.no)
        await say(hall, customer, "配电箱着火了！")
        assert "119" in await told(hall, customer)
        assert [one.topic for one in await cases_of(hall, customer)] == ["hazard", "human_agent"]
        assert (await thread_of(hall, customer)).floor is Floor.STAFF


class TestCorrecting:
    async def test_the_facts_of_the_case_change_and_the_old_words_stay(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await reception.receive(hall, Heard("1", customer, text=OUTAGE))
        await reception.receive(hall, Heard("2", customer, text=ADDRESS))
        await drill.settle(hall)
        await reception.receive(hall, Heard("3", customer, text="青石镇盐仓巷17号", replaces="2"))
        await drill.settle(hall)
        (case,) = await cases_of(hall, customer)
        assert case.slots["address"] == "青石镇盐仓巷17号"
        found = await hall.ledger.read(lambda lists: lists.lines(customer, 0, 100))
        mine = {line.id: line for line in found if line.id}
        assert mine["3"].replaces == mine["2"].seq
        assert mine["2"].text == ADDRESS
        assert "已按您更正的改过" in await told(hall, customer)

    async def test_danger_is_read_anew(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await reception.receive(hall, Heard("1", customer, text="你好"))
        await drill.settle(hall)
        await reception.receive(hall, Heard("2", customer, text="配电箱着火了！", replaces="1"))
        await drill.settle(hall)
        assert [one.topic for one in await cases_of(hall, customer)] == ["hazard"]


async def test_somebody_elses_number_answers_like_one_that_does_not_exist(hall: Hall) -> None:
    _, case = await outage(hall)
    answers = []
    for no in (case.no, case.no[:-4] + "0999"):
        other = await sit_down(hall)
        await say(hall, other, f"{no} 到哪了")
        answers.append(await told(hall, other))
        assert case.no not in answers[-1]
    assert answers[0] == answers[1]
    kept = [one for one in await hall.ledger.read(lambda lists: lists.events("")) if one.move == "deny"]
    assert [(one.by, one.facts["case"]) for one in kept] == [
        ("customer", case.no),
        ("customer", case.no[:-4] + "0999"),
    ]


async def test_what_was_denied_is_kept_and_told_to_nobody(hall: Hall) -> None:
    before = len(await letters(hall))
    await reception.deny(hall, "customer", "case", "DL20261123-0001")
    (event,) = [one for one in await hall.ledger.read(lambda lists: lists.events("")) if one.move == "deny"]
    assert event.facts == {"what": "case", "case": "DL20261123-0001"}
    assert len(await letters(hall)) == before


async def test_the_same_letter_is_never_posted_twice(still: Hall) -> None:
    customer = await sit_down(still)
    await hear(still, customer, "你好")
    (heard,) = await still.ledger.write(lambda page: page.undone(customer))
    edition, now = still.edition(), still.clock.now()
    understood = reception.comprehend(edition, heard, now)
    taken = reception._Burst(((heard, understood),), heard, understood)
    for _ in range(2):
        await still.ledger.write(lambda page: reception._one(still, edition, page, taken, Found(now)))
    assert len(await letters(still)) == 1
    assert await lines(still, customer) == ["你好"]
