from dataclasses import replace

import pytest

from bot.desk.case import Secrecy, State
from bot.guide import secrecy
from intents.topic import Ask
from intents.understanding import Understanding, Zone
from tests.kit_desk import CLERK, CREW, TALKER, case_in
from tests.kit_guide import ADDRESS, BOOKS, PHONE, Talk, codes, means, values
from tests.kit_reports import KNOWN, REPORT, SAYS, WITH_REPORT, reporting


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("匿名", Secrecy.ANONYMOUS),
        ("我不想留名字", Secrecy.ANONYMOUS),
        ("别记我名字", Secrecy.ANONYMOUS),
        ("不要写名字", Secrecy.ANONYMOUS),
        ("请替我保密", Secrecy.CONFIDENTIAL),
        ("别让他知道是我说的", Secrecy.CONFIDENTIAL),
        ("公开就行", Secrecy.OPEN),
        ("我实名举报", Secrecy.OPEN),
        ("不用匿名", None),
        ("他偷电", None),
    ],
)
def test_how_one_wants_to_be_known_is_read_from_the_words(text: str, found: Secrecy | None) -> None:
    assert secrecy.read(text) is found


def test_which_cases_are_kept_from_some_of_the_hall() -> None:
    plain = case_in(State.OPEN, "bare")
    assert not secrecy.private(plain)
    for case in (
        replace(plain, topic="complaint"),
        replace(plain, hidden_from=(CLERK,)),
        replace(plain, named=(CLERK,)),
        replace(plain, secrecy=Secrecy.CONFIDENTIAL),
    ):
        assert secrecy.private(case)


class TestReporting:
    def test_it_is_asked_once_how(self) -> None:
        talk = Talk(books=WITH_REPORT)
        decided = talk.say("楼下饭店偷电", SAYS)
        assert codes(decided) == [f"brief:{REPORT.code}", "report.how"]
        assert values(decided) == ["slot.secrecy.open", "slot.secrecy.confidential", "slot.secrecy.anonymous"]
        assert decided.opening is None

    @pytest.mark.parametrize(
        ("reply", "how"),
        [
            ("1", Secrecy.OPEN),
            ("公开", Secrecy.OPEN),
            ("2", Secrecy.CONFIDENTIAL),
            ("保密吧", Secrecy.CONFIDENTIAL),
            ("匿名", Secrecy.ANONYMOUS),
            ("3", Secrecy.ANONYMOUS),
            ("不知道", Secrecy.CONFIDENTIAL),
            ("他家天天半夜偷接", Secrecy.CONFIDENTIAL),
        ],
    )
    def test_confidential_unless_it_is_chosen_otherwise(self, reply: str, how: Secrecy) -> None:
        talk = reporting(reply, ADDRESS)
        assert talk.case().secrecy is how
        assert "secrecy" not in talk.case().slots
        assert talk.case().slots["address"] == ADDRESS

    def test_by_button_too(self) -> None:
        talk = reporting()
        talk.press("slot.secrecy.anonymous")
        talk.say(ADDRESS, means(zone=Zone.REFUSE, address=ADDRESS))
        assert talk.case().secrecy is Secrecy.ANONYMOUS

    def test_the_words_before_the_choice_are_those_of_the_report(self) -> None:
        talk = Talk(books=WITH_REPORT)
        talk.say("楼下饭店偷电", SAYS)
        talk.say("他家天天半夜偷接")
        opening = talk.say(ADDRESS, means(zone=Zone.REFUSE, address=ADDRESS)).opening
        assert opening
        assert opening.said == f"楼下饭店偷电\n他家天天半夜偷接\n{ADDRESS}"

    def test_told_at_once_it_is_not_asked(self) -> None:
        talk = Talk(books=WITH_REPORT)
        decided = talk.say(f"匿名举报{ADDRESS}偷电", means(secrecy.REPORT, address=ADDRESS))
        assert decided.opening
        assert decided.opening.secrecy is Secrecy.ANONYMOUS

    def test_without_a_name_none_is_left_among_the_words(self) -> None:
        talk = Talk(books=WITH_REPORT)
        told = means(secrecy.REPORT, address=ADDRESS, name="张大山", phone=PHONE)
        opening = talk.say(f"我叫张大山{PHONE}，匿名举报{ADDRESS}偷电", told).opening
        assert opening
        assert opening.said == f"我叫******，匿名举报{ADDRESS}偷电"
        assert opening.slots == {"address": ADDRESS}

    def test_nothing_of_ones_own_home_is_taken_for_the_place(self) -> None:
        talk = reporting("2", known=KNOWN)
        assert talk.thread.asking == "address"
        talk.say(ADDRESS, means(zone=Zone.REFUSE, address=ADDRESS))
        assert talk.case().slots == {"address": ADDRESS, "phone": PHONE}

    def test_of_who_stays_unknown_no_name_and_no_telephone_is_asked_or_taken(self) -> None:
        talk = reporting("3", ADDRESS, known=KNOWN)
        assert talk.case().slots == {"address": ADDRESS}
        assert talk.thread.pending == ("clue",)
        talk.say(f"我的电话{PHONE}", means(zone=Zone.REFUSE, phone=PHONE))
        assert "phone" not in talk.case().slots
        assert PHONE not in str(talk.case().slots)
        decided = talk.say("你好", means("greeting"))
        assert talk.thread.asking != "phone"
        assert "ask.phone" not in codes(decided)

    def test_who_is_named_never_has_it_whoever_else_works_for_the_customer_may(self) -> None:
        talk = Talk(books=WITH_REPORT)
        talk.say("停电了", means("outage_repair", address="盐仓巷17号"))
        talk.say(f"{CLERK}帮饭店偷电", SAYS)
        talk.say("2")
        talk.say(ADDRESS, means(zone=Zone.REFUSE, address=ADDRESS))
        assert (talk.case().named, talk.case().hidden_from) == ((CLERK,), (CLERK,))
        assert CREW not in talk.case().hidden_from

    def test_a_question_in_between_is_answered_and_the_choice_put_again(self) -> None:
        talk = reporting()
        decided = talk.say("电费怎么算", means("bill"))
        assert codes(decided) == ["answer:bill", "report.how"]
        talk.say("3")
        talk.say(ADDRESS, means(zone=Zone.REFUSE, address=ADDRESS))
        assert talk.case().secrecy is Secrecy.ANONYMOUS

    def test_a_handbook_without_it_knows_no_such_matter(self) -> None:
        assert codes(Talk().say("楼下饭店偷电", SAYS)) == ["answer:out_of_scope"]


class TestComplaint:
    def complaining(self, text: str = "我要投诉") -> Talk:
        topic = replace(BOOKS.topics["complaint"], asks=(Ask("phone"), Ask("date")))
        talk = Talk(books=replace(BOOKS, topics={**BOOKS.topics, "complaint": topic}), known={"phone": PHONE})
        talk.say(text, means("complaint"))
        return talk

    def test_it_may_be_without_a_name_from_the_beginning(self) -> None:
        case = self.complaining("我要匿名投诉").case()
        assert (case.secrecy, "phone" in case.slots) == (Secrecy.ANONYMOUS, False)
        assert self.complaining().case().secrecy is Secrecy.OPEN

    @pytest.mark.parametrize(("text", "how"), [("我要匿名", Secrecy.ANONYMOUS), ("请给我保密", Secrecy.CONFIDENTIAL)])
    def test_or_later(self, text: str, how: Secrecy) -> None:
        talk = self.complaining()
        assert "phone" in talk.case().slots
        decided = talk.say(text, Understanding("complaint", 0.3, ("complaint",), zone=Zone.CHOOSE))
        assert codes(decided) == [f"complaint.sealed.{how}"]
        assert [(act.what, act.case, act.secrecy) for act in decided.acts] == [("add", talk.case().no, how)]
        assert talk.case().secrecy is how
        assert ("phone" in talk.case().slots) is (how is not Secrecy.ANONYMOUS)

    def test_back_in_the_open(self) -> None:
        talk = self.complaining("我要匿名投诉")
        assert codes(talk.say("我还是实名吧")) == ["complaint.sealed.open"]
        assert talk.case().secrecy is Secrecy.OPEN

    def test_without_one_it_is_no_such_word(self) -> None:
        assert "complaint.sealed" not in str(codes(Talk().say("我要匿名")))


@pytest.mark.parametrize(
    ("held", "text", "both"),
    [
        ("甲", "乙", "甲\n乙"),
        ("", "乙", "乙"),
        ("甲", "2", "甲"),
        ("甲", "匿名", "甲"),
        ("甲", "", "甲"),
        ("甲", "甲", "甲"),
    ],
)
def test_a_bare_choice_adds_no_words(held: str, text: str, both: str) -> None:
    assert secrecy.gathered(held, text) == both


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫张建国，别写", "张建国"),
        ("本人何雨", "何雨"),
        ("我是张先生的邻居啊", ""),
        ("他叫张建国", ""),
        ("我是高压客户", ""),
    ],
)
def test_by_what_name_somebody_calls_himself(text: str, name: str) -> None:
    assert secrecy.own_name(text) == name


def test_who_stays_unknown_leaves_no_name_that_only_his_words_tell() -> None:
    assert secrecy.unsaid(Secrecy.ANONYMOUS, f"我是张建国，打{PHONE}", {"phone": PHONE}) == "我是***，打***"
    assert secrecy.unsaid(Secrecy.CONFIDENTIAL, "我是张建国", {}) == "我是张建国"


def test_a_name_told_later_is_no_fact_of_an_anonymous_report() -> None:
    talk = reporting("匿名", ADDRESS)
    decided = talk.say("就在后院，我是张建国")
    assert decided.acts[0].slots["name"] == "张建国"
    assert "name" not in talk.case().slots
    assert "张建国" not in str(talk.case().slots)


def test_a_number_an_anonymous_report_does_not_take_is_said_so() -> None:
    talk = reporting("匿名", ADDRESS, "跳过")
    assert codes(talk.say(PHONE, means(zone=Zone.REFUSE, phone=PHONE))) == ["sent.anonymous"]
    assert "phone" not in talk.case().slots


def test_a_skipped_question_is_no_word_of_the_report() -> None:
    talk = reporting("匿名")
    decided = talk.say("跳过")
    assert decided.opening
    assert decided.opening.said == "楼下饭店偷电"


def test_how_it_is_done_is_no_place_until_it_is_asked_again() -> None:
    talk = reporting("匿名")
    assert codes(talk.say("表箱里他接了根线")) == ["ask.address.again"]
    assert talk.say("就表箱那儿").opening


def test_whoever_speaks_does_not_hear_a_report() -> None:
    talk = Talk(books=WITH_REPORT)
    talk.say("x", means("bare"))
    talk.floor(TALKER)
    decided = talk.say("匿名举报邻居偷电", SAYS)
    assert decided.opening
    assert (decided.opening.talking_with, decided.opening.secrecy) == ("", Secrecy.ANONYMOUS)
    assert decided.acts == ()
    report = talk.case().no
    assert talk.say("偷电的还有一家", SAYS).acts[0].case == report


def test_who_chooses_to_stay_unknown_later_is_taken_out_of_what_he_told() -> None:
    talk = reporting("公开", ADDRESS)
    talk.say("我叫张建国", means(zone=Zone.REFUSE, name="张建国"))
    assert "张建国" in str(talk.case().slots)
    assert codes(talk.say("还是匿名吧")) == ["complaint.sealed.anonymous"]
    assert "张建国" not in str(talk.case().slots)
