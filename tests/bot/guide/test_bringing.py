"""What a case waits for from its customer: brought, later, or an answer; a table of sentences of our own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk import pausing, rules
from bot.desk.case import Case, State
from bot.desk.pausing import Wish
from bot.guide import bringing
from bot.guide.said import Act
from tests.kit_desk import TALKER, person
from tests.kit_guide import BOOKS, Talk, codes, means

DAY = timedelta(days=1)


def waiting(*wants: str, reason: str = "等客户补材料", matter: str = "bare") -> tuple[Talk, Case]:
    talk = Talk()
    talk.say("办事", means(matter))
    handler = person(talk.case().first_handler)
    case = rules.accept(BOOKS, talk.case(), handler, talk.now).case
    wish = Wish(reason, talk.now + 3 * DAY, wants)
    return talk, talk.put(pausing.pause(BOOKS, case, handler, wish, talk.now).case)


class TestBrings:
    @pytest.mark.parametrize(
        "text",
        [
            "材料补好了",
            "我交到柜台了",
            "照片发你了",
            "产权证拿到了，已经送到你们营业厅",
            "房产证复印件寄出去了",
            "都补齐了",
            "已经交给窗口的人了",
            "东西我放在前台了",
            "资料刚上传",
            "合同我带来了",
            "补齐了",
            "送到柜台了",
            "委托书开好了",
            "身份证复印件补交了",
        ],
    )
    def test_it_is_there(self, text: str) -> None:
        assert bringing.brings(text)

    @pytest.mark.parametrize(
        "text",
        [
            "材料还没补好",
            "材料补好了吗",
            "交到哪个柜台",
            "要补什么材料",
            "怎么交材料",
            "材料下周才有",
            "再等我两天",
            "补不了产权证",
            "我没带身份证",
            "我交了电费",
            "好了知道了",
            "能不能发照片",
            "你们发的通知看到了",
            "证明怎么开",
            "停电了",
            "谢谢",
            "",
        ],
    )
    def test_it_is_not(self, text: str) -> None:
        assert not bringing.brings(text)


class TestTalk:
    def test_said_to_be_there_the_clock_runs_on(self) -> None:
        talk, case = waiting("产权证明")
        assert case.state is State.WAITING_CUSTOMER
        decided = talk.say("材料补好了")
        assert decided.acts == (Act("brought", case.no),)
        assert decided.says == ()
        assert talk.case().state is State.IN_PROGRESS
        assert talk.case().papers == {"产权证明": "received"}

    def test_a_file_is_it(self) -> None:
        talk, case = waiting("产权证明")
        decided = talk.say("", files=1)
        assert codes(decided) == ["files.case"]
        assert decided.acts == (Act("brought", case.no),)

    def test_nothing_waits_nothing_is_brought(self) -> None:
        talk = Talk()
        talk.say("办事", means("bare"))
        assert not any(act.what == "brought" for act in talk.say("材料补好了").acts)

    def test_our_own_reason_waits_for_nobody_outside(self) -> None:
        talk, _ = waiting(reason="等天晴再施工")
        assert not any(act.what == "brought" for act in talk.say("材料补好了").acts)

    @pytest.mark.parametrize(("text", "code"), [("再等我两天", "bring.later"), ("后天补给你们", "bring.later")])
    def test_later_within_the_pause(self, text: str, code: str) -> None:
        talk, case = waiting("产权证明")
        decided = talk.say(text)
        assert codes(decided) == [code]
        assert [(act.what, act.case) for act in decided.acts] == [("add", case.no)]
        assert talk.case().state is State.WAITING_CUSTOMER

    def test_later_than_the_pause_the_first_handler_decides(self) -> None:
        talk, _ = waiting("产权证明")
        decided = talk.say("材料下周五才有")
        assert codes(decided) == ["bring.longer"]
        assert decided.says[0].text.facts["at"]

    def test_an_answer_that_was_waited_for(self) -> None:
        talk, case = waiting(reason="等客户定上门时间")
        decided = talk.say("周六上午吧", means(visit="周六上午"))
        assert [act.what for act in decided.acts] == ["add", "brought"]
        assert talk.case(case.no).state is State.IN_PROGRESS

    def test_papers_are_no_answer(self) -> None:
        talk, _ = waiting("产权证明")
        assert not any(act.what == "brought" for act in talk.say("13900000000", means(phone="13900000000")).acts)

    def test_another_matter_is_answered(self) -> None:
        talk, _ = waiting(reason="等客户定上门时间")
        decided = talk.say("电费多少，明天交", means("bill", date="2026-11-24"))
        assert "answer:bill" in codes(decided)

    def test_of_two_it_is_asked_which_and_a_press_says(self) -> None:
        talk, first = waiting("产权证明")
        talk.say("另一件", means("owner_transfer"))
        talk.say("1")
        talk.say("13900000000", means(phone="13900000000"))
        second = talk.case()
        assert second.no != first.no
        handler = person(second.first_handler)
        accepted = rules.accept(BOOKS, second, handler, talk.now).case
        talk.put(pausing.pause(BOOKS, accepted, handler, Wish("等材料", talk.now + DAY, ("合同",)), talk.now).case)
        talk.thread = replace(talk.thread, case="", topic="", asking="", pending=())
        decided = talk.say("材料补好了")
        assert codes(decided)[0] == "which.brought"
        pressed = talk.press(f"brought.{first.no}")
        assert pressed.acts == (Act("brought", first.no),)
        assert codes(talk.press(f"brought.{first.no}")) == ["button.stale"]

    def test_while_a_person_speaks_the_clock_runs_on_too(self) -> None:
        talk, case = waiting("产权证明")
        talk.floor(TALKER)
        decided = talk.say("材料交到柜台了")
        assert [act.what for act in decided.acts] == ["pass_on", "brought"]
        assert talk.case(case.no).state is State.IN_PROGRESS

    def test_asked_how_it_stands_he_hears_what_is_waited_for(self) -> None:
        talk, case = waiting("产权证明")
        decided = talk.say("到哪一步了", means("progress"))
        facts = decided.says[0].text.facts
        assert (facts["yours"], facts["papers"]) == ("等客户补材料", ("产权证明",))
        assert facts["until"] == case.pauses[0].until
        assert facts["pause"] == ""
