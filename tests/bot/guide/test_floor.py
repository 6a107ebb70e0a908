from dataclasses import replace

import pytest

from bot.guide import floor
from bot.guide.said import Act
from bot.guide.thread import Floor
from intents.topic import Ask
from tests.kit_desk import LEADER, TALKER
from tests.kit_guide import ADDRESS, BOOKS, DANGER, PHONE, Talk, codes, means, said

PASSED = Act("pass_on")


def held() -> Talk:
    """Somebody speaks with a customer whose matter is under way."""
    talk = Talk(known={"phone": PHONE})
    talk.say("x", means("bare"))
    talk.floor(TALKER)
    return talk


class TestPassing:
    @pytest.mark.parametrize(
        "text", ["转人工", "0", "人工", "电费多少", "谢谢", "隔壁老王家欠多少", "12398能打吗", "7"]
    )
    def test_all_that_is_said_goes_to_who_speaks_and_belongs_to_his_case(self, text: str) -> None:
        talk = held()
        decided = talk.say(text, means("bill"))
        assert (decided.says, decided.acts, decided.case) == ((), (PASSED,), talk.thread.case)

    def test_the_button_for_a_person_too(self) -> None:
        assert held().press("human").acts == (PASSED,)

    def test_presses_of_a_case_work(self) -> None:
        talk = held()
        no = talk.case().no
        assert talk.press(f"urge.{no}").acts == (Act("urge", no),)

    def test_given_back_the_guide_answers_again(self) -> None:
        talk = held()
        assert floor.held(talk.scene(said("x"), {}))
        talk.floor()
        assert codes(talk.say("电费多少", means("bill"))) == ["answer:bill"]


class TestDanger:
    def test_safety_words_a_case_and_the_person_hears_it_too(self) -> None:
        talk = held()
        before = talk.thread
        decided = talk.say("电线着火了", DANGER)
        assert codes(decided) == ["safety:hazard"]
        assert decided.opening
        assert decided.opening.topic == "hazard"
        assert decided.acts == (PASSED,)
        assert decided.case == before.case
        assert talk.thread == before  # the talk stays with its own case and its speaker

    def test_said_again_it_joins_the_case_and_nothing_is_asked(self) -> None:
        talk = held()
        talk.say("电线着火了", DANGER)
        hazard = talk.case().no
        decided = talk.say("火大了", replace(DANGER, slots={"address": ADDRESS}))
        assert codes(decided) == ["safety:hazard"]
        assert decided.acts == (Act("add", hazard, slots={"address": ADDRESS}), PASSED)
        assert talk.case(hazard).slots["address"] == ADDRESS
        assert talk.thread.floor is Floor.STAFF


class TestComplaining:
    @pytest.mark.parametrize("asks", [(), (Ask("date", needed=True), Ask("phone"))])
    def test_it_is_opened_beside_in_other_hands_and_not_told_to_who_speaks(self, asks: tuple[Ask, ...]) -> None:
        talk = held()
        topic = replace(BOOKS.topics["complaint"], asks=asks)
        talk.books = replace(BOOKS, topics={**BOOKS.topics, "complaint": topic})
        before = talk.thread
        decided = talk.say("我要投诉你", means("complaint"))
        assert (decided.says, decided.then, decided.acts, decided.aside) == ((), (), (), True)
        assert decided.case == ""  # the number of the complaint, once it has one
        assert talk.thread == before
        case = talk.case()
        assert (case.topic, TALKER in case.hidden_from) == ("complaint", True)
        assert case.first_handler != TALKER

    def test_more_of_it_joins_it_unheard_by_who_speaks(self) -> None:
        talk = held()
        talk.say("我要投诉你", means("complaint"))
        complaint = talk.case().no
        decided = talk.say(f"我还要投诉{LEADER}", means("complaint"))
        assert codes(decided) == ["complaint.kept"]
        assert decided.acts == (Act("add", complaint, named=(LEADER,)),)
        assert decided.case == complaint
        assert len(talk.cases) == 2

    def test_asking_after_it_is_answered_by_the_guide(self) -> None:
        talk = held()
        talk.say("我要投诉你", means("complaint"))
        no = talk.case().no
        decided = talk.say(f"{no} 怎么样了", means("progress", case_no=no))
        assert codes(decided) == ["case.status"]
        assert (decided.acts, decided.case) == ((), no)
        assert talk.say("转人工").acts == (PASSED,)
