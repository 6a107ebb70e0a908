"""What the crew hears of danger beside a complaint or a report, and what it must not hear."""

from dataclasses import replace

import pytest

from bot.desk.case import Secrecy
from bot.desk.words import words
from bot.guide import alarm, secrecy
from bot.guide.said import Act
from bot.guide.thread import Floor
from intents.understanding import Understanding, Zone
from tests.kit_desk import CREW, TALKER
from tests.kit_guide import ADDRESS, DANGER, PHONE, REFUSED, Talk, codes, means
from tests.kit_guide import said as saying
from tests.kit_reports import KNOWN, SAYS, WITH_REPORT, reporting

FEARED = replace(means(secrecy.REPORT), danger=True)
"""What the model fears although it is only a report."""
SEEN = "电线从电表前面接的，还冒火花"
COMPLAINT = replace(means("complaint"), danger=True)


class TestCalm:
    def test_how_somebody_steals_is_no_danger(self) -> None:
        talk = Talk(books=WITH_REPORT)
        decided = talk.say("电线从电表前面接的", FEARED)
        assert codes(decided) == ["brief:theft_report", "report.how"]
        assert not decided.opening

    @pytest.mark.parametrize("heard", [FEARED, replace(DANGER, candidates=("hazard", secrecy.REPORT))])
    def test_nor_in_the_midst_of_a_report(self, heard: Understanding) -> None:
        talk = reporting("匿名", ADDRESS)
        decided = talk.say("表箱里他接了根线", heard)
        assert [act.what for act in decided.acts] == ["add"]
        assert not decided.opening

    def test_that_it_is_back_is_no_danger(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        no = talk.resolve().no
        assert talk.say("有电了", DANGER).acts == (Act("confirm", no),)

    def test_whom_a_complaint_names_is_no_danger_by_the_sound_alone(self) -> None:
        talk = Talk()
        talk.say(f"我要投诉{CREW}", means("complaint", date="2026-11-22", amount="1", phone=PHONE))
        no = talk.case().no
        decided = talk.say("小石也在旁边笑", replace(DANGER, zone=Zone.CHOOSE))
        assert (codes(decided), decided.acts[0].case) == (["complaint.kept"], no)

    def test_a_word_of_danger_is_danger_everywhere(self) -> None:
        for before in ((), ("匿名",), ("匿名", ADDRESS)):
            assert codes(reporting(*before).say(SEEN, FEARED))[0] == "safety:hazard"


class TestReports:
    def test_the_danger_has_the_place_and_neither_name_nor_number_of_who_told_it(self) -> None:
        talk = reporting("匿名", ADDRESS, known=KNOWN)
        report = talk.case().no
        decided = talk.say(f"{SEEN}，我是张建国", replace(FEARED, slots={"name": "张建国", "account_no": "9900000012"}))
        assert decided.opening
        assert (decided.opening.topic, decided.opening.said) == ("hazard", "还冒火花")
        assert dict(decided.opening.slots) == {"address": ADDRESS}
        assert (decided.opening.links, decided.opening.secrecy) == ((), Secrecy.OPEN)
        assert decided.case == report
        assert decided.acts[0].case == report
        assert talk.case(report).links == ()

    def test_a_number_told_for_the_danger_is_the_dangers(self) -> None:
        decided = reporting("匿名", ADDRESS, known=KNOWN).say(
            f"冒火了，打{PHONE}", replace(FEARED, slots={"phone": PHONE})
        )
        assert decided.opening
        assert decided.opening.slots["phone"] == PHONE

    def test_half_told_both_are_opened_and_nothing_is_lost(self) -> None:
        talk = reporting("匿名", known=KNOWN)
        talk.thread = replace(talk.thread, number="DL20261123-0077")
        decided = talk.say(SEEN, FEARED)
        assert decided.beside
        assert decided.beside.secrecy is Secrecy.ANONYMOUS
        assert decided.beside.said == f"楼下饭店偷电\n{SEEN}"
        assert decided.case == "DL20261123-0077"
        assert (talk.thread.topic, talk.thread.draft, talk.thread.asking) == ("hazard", False, "address")
        assert not talk.say("算了", REFUSED).opening

    def test_the_very_first_words_may_bring_both(self) -> None:
        decided = Talk(books=WITH_REPORT, known=KNOWN).say("举报邻居偷电，线头冒火花了", replace(SAYS, danger=True))
        assert decided.opening
        assert decided.beside
        assert (decided.opening.said, decided.opening.slots) == ("线头冒火花了", {})
        assert decided.beside.secrecy is Secrecy.CONFIDENTIAL

    def test_where_all_words_are_confided_the_crew_is_told_to_ask(self) -> None:
        decided = Talk(books=WITH_REPORT).say("举报邻居偷电冒火花了", replace(SAYS, danger=True))
        assert decided.opening
        assert decided.opening.said == words("danger.told")

    def test_a_danger_already_under_way_hears_only_of_the_danger(self) -> None:
        talk = reporting("匿名", ADDRESS)
        talk.say("着火了", DANGER)
        hazard = talk.case().no
        talk.thread = replace(talk.thread, topic=secrecy.REPORT, case=talk.cases[1].no)
        decided = talk.say("他绕了电表，火更大了，火星直冒", DANGER)
        joined = next(act for act in decided.acts if act.case == hazard)
        assert "电表" not in str(joined.words)
        assert not decided.opening


class TestComplaints:
    def test_who_is_complained_of_reads_nothing_and_is_not_sent(self) -> None:
        talk = Talk(known={"phone": PHONE})
        decided = talk.say(f"我要投诉{CREW}，插座冒火花", COMPLAINT)
        assert decided.opening
        assert decided.beside
        assert decided.opening.said == "插座冒火花"
        assert decided.opening.slots == {"phone": PHONE}
        hazard = next(case for case in talk.cases if case.topic == "hazard")
        filed = next(case for case in talk.cases if case.topic == "complaint")
        assert hazard.first_handler != CREW
        assert hazard.hidden_from == ()
        assert CREW in filed.hidden_from

    def test_one_under_way_takes_the_words_and_names_whom_not_to_send(self) -> None:
        talk = Talk()
        talk.say(f"我要投诉{CREW}", means("complaint", date="2026-11-22", amount="1", phone=PHONE))
        filed = talk.case().no
        decided = talk.say("他把线接错了，插座冒火花", DANGER)
        assert decided.opening
        assert (decided.opening.said, decided.opening.avoiding, decided.case) == ("插座冒火花", (CREW,), filed)
        assert [act.case for act in decided.acts] == [filed]

    def test_who_speaks_hears_of_the_danger_and_not_of_the_complaint(self) -> None:
        talk = Talk()
        talk.say("x", means("bare"))
        talk.floor(TALKER)
        before = talk.thread
        decided = talk.say(f"我要投诉{TALKER}，家里着火了", COMPLAINT)
        assert decided.beside
        assert decided.case == ""
        passed = next(act for act in decided.acts if act.what == "pass_on")
        assert passed.words == "家里着火了"
        assert (talk.thread, talk.thread.floor) == (before, Floor.STAFF)
        assert TALKER not in [case.first_handler for case in talk.cases if case.topic != "bare"]

    def test_what_was_asked_about_when_he_took_the_floor_does_not_open_twice(self) -> None:
        talk = reporting("匿名")
        talk.thread = replace(talk.thread, floor=Floor.STAFF, speaker=TALKER)
        talk.say(SEEN, FEARED)
        assert not talk.thread.draft
        assert [case.topic for case in talk.cases].count(secrecy.REPORT) == 1


def test_plain_danger_is_told_as_it_was_said() -> None:
    decided = Talk().say("幸福路口，电线掉地上了，我爸在旁边", DANGER)
    assert decided.opening
    assert decided.opening.said == "幸福路口，电线掉地上了，我爸在旁边"
    assert alarm.told(Talk().scene(saying("幸福路口，冒火花了，匿名"), {})) == "幸福路口，冒火花了"
