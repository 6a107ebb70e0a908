from dataclasses import replace

import pytest

from bot.desk.case import State
from bot.guide import binding
from bot.guide.said import Act, Turn
from intents.understanding import Zone
from tests.kit_desk import CLERK, TALKER
from tests.kit_guide import ADDRESS, BOOKS, PHONE, REFUSED, Talk, codes, means, said, values

NAMES = {"outage_repair": "停电报修", "bare": "装表", "complaint": "投诉", "human_agent": "转人工"}
SPOKEN = replace(
    BOOKS,
    topics={code: replace(topic, name=NAMES.get(code, code), asks=()) for code, topic in BOOKS.topics.items()},
)


def busy(*more: str) -> Talk:
    """A customer with an outage and another matter under way."""
    talk = Talk(books=SPOKEN)
    talk.say("停电了", means("outage_repair", address=ADDRESS))
    talk.say("x", means("bare"))
    for code in more:
        talk.say("转人工" if code == "human_agent" else "我要投诉", means(code))
    return talk


def no(talk: Talk, topic: str) -> str:
    return next(case.no for case in talk.cases if case.topic == topic)


class TestMeant:
    @pytest.mark.parametrize(
        ("text", "slots", "topics"),
        [
            ("催一下", {}, ["bare", "outage_repair"]),
            ("停电那件催一下", {}, ["outage_repair"]),
            ("装表的催一下", {}, ["bare"]),
            ("催一下", {"address": "7幢102"}, ["outage_repair"]),
            ("催一下", {"address": "盐仓巷17号"}, ["bare", "outage_repair"]),
        ],
    )
    def test_by_name_or_place_else_each(self, text: str, slots: dict[str, str], topics: list[str]) -> None:
        talk = busy()
        scene = talk.scene(said(text, means("urge", **slots)), {})
        assert [case.topic for case in binding.meant(scene, talk.cases)] == topics

    def test_by_number_whatever_else_is_said(self) -> None:
        talk = busy()
        scene = talk.scene(said("停电的", means("urge", case_no=no(talk, "bare"))), {})
        assert [case.topic for case in binding.meant(scene, talk.cases)] == ["bare"]

    def test_a_call_for_a_person_is_no_matter_beside_others(self) -> None:
        talk = Talk(books=SPOKEN)
        talk.say("转人工")
        scene = talk.scene(said("催一下", means("urge")), {})
        assert [case.topic for case in binding.meant(scene, talk.cases)] == ["human_agent"]
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        scene = talk.scene(said("催一下", means("urge")), {})
        assert [case.topic for case in binding.meant(scene, talk.cases)] == ["outage_repair"]


class TestAsking:
    @pytest.mark.parametrize("reply", ["2", "停电报修 {no}", "press"])
    def test_facts_wait_for_the_choice_and_join_the_case_that_is_chosen(self, reply: str) -> None:
        talk = busy()
        decided = talk.say(f"我的电话{PHONE}", means(zone=Zone.REFUSE, phone=PHONE))
        assert codes(decided) == ["which", "which.line", "which.line"]
        outage = no(talk, "outage_repair")
        assert values(decided) == [f"add.{no(talk, 'bare')}", f"add.{outage}", "later"]
        assert decided.acts == ()
        decided = talk.press(f"add.{outage}") if reply == "press" else talk.say(reply.replace("{no}", outage))
        assert decided.acts == (Act("add", outage, slots={"phone": PHONE}, words=f"我的电话{PHONE}"),)
        assert decided.case == outage
        assert talk.case(outage).slots["phone"] == PHONE
        assert talk.thread.held == {}

    def test_pictures_wait_too(self) -> None:
        talk = busy()
        decided = talk.say("", files=2)
        assert codes(decided)[0] == "which"
        (act,) = talk.say("1").acts
        assert (act.case, getattr(act.words, "code", "")) == (no(talk, "bare"), "files.sent")

    def test_another_place_is_kept_in_the_words_and_overwrites_none(self) -> None:
        talk = busy()
        talk.say("（位置：31，120）", sort="location")
        talk.press(f"add.{no(talk, 'outage_repair')}")
        assert talk.case(no(talk, "outage_repair")).slots["address"] == ADDRESS

    def test_none_of_them_changes_nothing(self) -> None:
        talk = busy()
        talk.say("", files=1)
        before = talk.cases
        assert codes(talk.say("都不是")) == ["declined"]
        assert talk.cases == before
        assert talk.thread.held == {}

    @pytest.mark.parametrize("text", ["什么时候来", "师傅几点到？", "到哪了"])
    def test_when_somebody_comes_is_asked_of_which(self, text: str) -> None:
        talk = busy()
        decided = talk.say(text, means("outage_query"))
        assert codes(decided)[0] == "which"
        decided = talk.say("1")
        assert codes(decided) == ["case.status"]
        assert decided.case == no(talk, "bare")
        assert codes(talk.say("停电的什么时候来", means("progress"))) == ["case.status"]

    def test_one_case_alone_is_not_asked_about(self) -> None:
        talk = Talk(books=SPOKEN)
        talk.say("x", means("bare"))
        assert codes(talk.say("什么时候来", means("progress"))) == ["case.status"]

    def test_what_is_chosen_when_it_is_over_changes_nothing(self) -> None:
        talk = busy()
        talk.say("", files=1)
        over = no(talk, "bare")
        talk.put(replace(talk.case(over), state=State.CANCELLED))
        assert codes(talk.press(f"add.{over}")) == ["button.stale"]
        assert codes(talk.press("show.DL20261123-0999")) == ["button.stale"]


class TestBound:
    def bound(self, talk: Talk, text: str, *args: object, **more: object) -> str:
        return talk.say(text, *args, **more).case  # type: ignore[arg-type]

    def test_what_is_about_a_case_carries_its_number_what_is_not_carries_none(self) -> None:
        talk = busy()
        outage = no(talk, "outage_repair")
        assert self.bound(talk, "电费", means("bill")) == ""
        assert self.bound(talk, "停电那件催一下", means("urge")) == outage
        assert self.bound(talk, "进度", means("progress", case_no=outage)) == outage
        assert self.bound(talk, "催一下", means("urge")) == ""
        assert talk.press(f"urge.{outage}").case == outage
        assert self.bound(talk, f"{outage} 是什么意思", replace(REFUSED, slots={"case_no": outage})) == outage

    def test_the_answers_to_the_questions_of_its_form_too(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        assert self.bound(talk, "不清楚") == talk.case().no
        assert self.bound(talk, "电费多少", means("bill")) == ""

    def test_to_a_person_who_speaks_it_is_his_case(self) -> None:
        talk = busy()
        talk.floor(TALKER)
        here = talk.thread.case
        assert self.bound(talk, "电费", means("bill")) == here
        assert self.bound(talk, "转人工") == here

    def test_words_that_may_belong_to_a_complaint_are_kept_like_it(self) -> None:
        talk = busy("complaint")
        complaint = no(talk, "complaint")
        assert self.bound(talk, "催一下", means("urge")) == complaint
        assert self.bound(talk, "", files=1) == complaint
        assert talk.case(complaint).hidden_from

    def test_all_that_is_said_while_it_is_talked_about_is_bound_to_a_complaint(self) -> None:
        talk = busy("complaint")
        complaint = no(talk, "complaint")
        assert self.bound(talk, "那天的事我越想越气") == complaint
        assert self.bound(talk, "谢谢", means("thanks")) == complaint
        assert self.bound(talk, "电费多少", means("bill")) == ""


def test_a_number_kept_ready_is_carried_by_every_word_of_the_form() -> None:
    talk = Talk()
    decided = talk.say(f"我要投诉{CLERK}", means("complaint"))
    assert talk.thread.draft
    assert decided.case == ""  # the ledger gives it; from now on the thread has it
    talk.thread = replace(talk.thread, number="DL20261123-0077")
    for reply in ("不知道", "不知道", "跳过"):
        decided = talk.say(reply)
        assert decided.case == "DL20261123-0077"
    assert decided.opening
    assert decided.opening.named == (CLERK,)
    assert str(decided.opening.said).startswith(f"我要投诉{CLERK}")


def test_danger_in_the_middle_of_such_a_form_opens_both_and_the_words_stay_with_the_form() -> None:
    talk = Talk()
    talk.say("我要投诉", means("complaint"))
    talk.thread = replace(talk.thread, number="DL20261123-0077")
    decided = talk.say("着火了", replace(means("hazard"), danger=True))
    assert (decided.case, talk.thread.number) == ("DL20261123-0077", "")
    assert decided.opening
    assert decided.beside
    assert (decided.opening.topic, decided.beside.topic) == ("hazard", "complaint")


def test_an_unfinished_choice_of_a_complaint_keeps_a_number_ready_and_the_words() -> None:
    talk = Talk()
    unsure = replace(means("opinion", Zone.CHOOSE), candidates=("opinion", "complaint"), scores=(0.5, 0.4))
    decided = talk.say(f"{CLERK}态度不好", unsure)
    assert (codes(decided), decided.private) == (["choose"], True)
    talk.thread = replace(talk.thread, number="DL20261123-0078")
    decided = talk.say("2")
    assert talk.thread.draft
    assert (decided.case, talk.thread.held["said"]) == ("DL20261123-0078", f"{CLERK}态度不好")
    plain = Talk()
    assert plain.say("那个", replace(means("bill", Zone.CHOOSE), candidates=("bill", "pay"))).private is False
    assert binding.bound(plain.scene(said("x"), {}), Turn(plain.thread)) == ""
