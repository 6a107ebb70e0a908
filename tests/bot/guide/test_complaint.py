from dataclasses import replace

import pytest

from bot.desk.case import State
from bot.guide import complaint
from bot.guide.said import Act, Scene
from intents.topic import Ask
from intents.understanding import Understanding, Zone
from tests.kit_desk import CLERK, CREW, LEADER, TALKER
from tests.kit_guide import ADDRESS, BOOKS, EMPTY, REFUSED, Talk, codes, means, said, scene

PLAIN = means("complaint")
CHOICE = Understanding("opinion", 0.5, ("opinion", "complaint"), zone=Zone.CHOOSE, scores=(0.5, 0.4))


def heard(text: str, understood: Understanding = REFUSED) -> Scene:
    return scene(said(text, understood))


class TestMeant:
    @pytest.mark.parametrize(
        "text", ["我要投诉", "我要投诉A001", "投诉你们收费乱", "必须投诉", "投诉", "我現在就要投訴他", "我想投诉石向东"]
    )
    def test_the_word_is_enough(self, text: str) -> None:
        assert complaint.meant(heard(text))

    def test_between_two_it_is_never_the_lesser(self) -> None:
        assert complaint.meant(heard("这种事不投诉不行，态度太差，真想投诉", CHOICE))
        assert complaint.meant(heard("态度太差", PLAIN))

    @pytest.mark.parametrize(
        "text", ["投诉电话多少", "怎么投诉", "我要投诉物业", "不投诉", "撤销投诉", "态度还行", "快递我要投诉"]
    )
    def test_asking_about_it_or_others_is_none(self, text: str) -> None:
        assert not complaint.meant(heard(text))

    @pytest.mark.parametrize("text", ["不投诉了", "算了，不投诉了", "那就别投诉了吧"])
    def test_waived(self, text: str) -> None:
        assert complaint.waived(heard(text))
        assert codes(Talk().say(text, PLAIN)) == ["declined"]

    def test_waived_in_its_own_form_nothing_is_left(self) -> None:
        talk = Talk()
        talk.say("我要投诉", PLAIN)
        assert talk.thread.draft
        talk.say("算了不投诉了")
        assert talk.thread == EMPTY

    def test_a_handbook_without_it_cannot_open_it(self) -> None:
        bare = {code: topic for code, topic in BOOKS.topics.items() if code != "complaint"}
        assert not complaint.meant(replace(heard("我要投诉"), books=replace(BOOKS, topics=bare)))


class TestAbout:
    @pytest.mark.parametrize(
        ("text", "no"),
        [
            ("投诉B101", CLERK),
            ("投诉b101号", CLERK),
            ("那个石向东太凶", CREW),
            ("贺经理骂人", LEADER),
            ("姓陆的收钱", CLERK),
        ],
    )
    def test_who_is_named(self, text: str, no: str) -> None:
        assert complaint.shut_out(heard(text), "complaint", text) == (no,)

    @pytest.mark.parametrize("text", ["投诉", "B1010", "陆续停电", "2026年11月"])
    def test_who_is_not(self, text: str) -> None:
        assert complaint.shut_out(heard(text), "complaint", text) == ()

    def test_who_talks_and_who_holds_the_cases_may_be_meant(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        talk.floor(TALKER)
        one = talk.scene(said("投诉"), {})
        assert complaint.shut_out(one, "complaint", "投诉") == (TALKER, CREW)
        assert complaint.shut_out(one, "theft_report", "B101偷电") == (CLERK,)


def complaining(talk: Talk, text: str = "我要投诉") -> None:
    for reply in (text, "跳过", "跳过", "跳过"):
        talk.say(reply, PLAIN if reply == text else REFUSED)
    assert talk.case().topic == "complaint"


def test_it_is_opened_in_the_name_of_somebody_else() -> None:
    talk = Talk()
    talk.thread = EMPTY
    complaining(talk, "我要投诉")
    assert talk.case().first_handler == CLERK  # skilled, on shift, nobody named
    other = Talk()
    decided = [other.say(reply, PLAIN) for reply in ("我要投诉B101", "不知道", "不知道", "跳过")][-1]
    assert decided.opening
    assert other.case().topic == "complaint"


def test_lesser_words_join_it() -> None:
    talk = Talk()
    complaining(talk)
    decided = talk.say("建议你们多开个窗口", means("opinion"))
    assert codes(decided) == ["complaint.kept"]
    assert decided.acts == (Act("add", talk.case().no),)
    assert len(talk.cases) == 1
    assert talk.case().state is State.OPEN


def test_an_opinion_without_a_complaint_is_one() -> None:
    assert codes(Talk().say("建议多开窗口", means("opinion"))) == ["answer:opinion"]


class TestItsWords:
    def opened(self, phone: str = "") -> Talk:
        """A complaint whose first question after opening is open, as the handbook that ships asks it."""
        asks = (Ask("phone"), Ask("date"))
        topic = replace(BOOKS.topics["complaint"], asks=asks)
        talk = Talk(known={"phone": phone} if phone else None)
        talk.books = replace(BOOKS, topics={**BOOKS.topics, "complaint": topic})
        talk.say("我要投诉", PLAIN)
        assert talk.case().topic == "complaint"
        return talk

    def test_free_words_are_kept_in_it(self) -> None:
        talk = self.opened()
        decided = talk.say("就是柜台那个戴眼镜的，骂人")
        assert decided.acts == (Act("add", talk.case().no),)
        assert codes(decided) == ["ask.date"]
        decided = talk.say("上午人多的时候")
        assert decided.acts == (Act("add", talk.case().no),)
        assert codes(decided) == ["form.noted"]

    def test_words_that_sound_like_more_of_it_join_it(self) -> None:
        talk = self.opened()
        talk.say("跳过")
        talk.say("跳过")
        assert codes(talk.say("态度真差", CHOICE)) == ["complaint.kept"]
        near = Understanding("out_of_scope", 0.2, ("human_agent", "opinion"), zone=Zone.REFUSE)
        assert codes(talk.say("还把我的材料扔了", near)) == ["complaint.kept"]
        far = Understanding("out_of_scope", 0.2, ("human_agent", "bill"), zone=Zone.REFUSE)
        assert codes(talk.say("快递到哪了", far)) == ["answer:out_of_scope"]
        assert len(talk.cases) == 1


class TestMore:
    def test_naming_somebody_of_the_hall_beside_it_is_more_of_it_and_hides_it_from_him(self) -> None:
        talk = Talk()
        complaining(talk)
        no = talk.case().no
        talk.say("电费多少", means("bill"))
        decided = talk.say(f"{CREW}也骂我")
        assert codes(decided) == ["complaint.kept"]
        assert decided.acts == (Act("add", no, named=(CREW,)),)
        assert CREW in talk.case(no).named
        assert CREW in talk.case(no).hidden_from

    def test_without_a_complaint_it_is_none(self) -> None:
        assert codes(Talk().say(f"{CREW}也骂我")) == ["answer:out_of_scope"]

    def test_somebody_hidden_from_it_stays_so_whoever_is_named_later(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        complaining(talk)
        no = next(case.no for case in talk.cases if case.topic == "complaint")
        assert talk.case(no).hidden_from == (CREW,)
        assert talk.case(no).named == ()
        talk.say(f"我要投诉{LEADER}", PLAIN)
        assert talk.case(no).hidden_from == (CREW, LEADER)


class TestOutside:
    @pytest.mark.parametrize(
        "text", ["能打12398吗", "我可以打12345吗", "12398电话是多少", "能源局管不管", "监督电话多少"]
    )
    def test_it_is_told_honestly(self, text: str) -> None:
        what = ".what" if "多少" in text else ""
        assert codes(Talk().say(text)) == [f"complaint.outside{what}"]

    def test_while_one_complains_it_belongs_to_it(self) -> None:
        talk = Talk()
        complaining(talk)
        assert talk.say("能打12398吗").case == talk.case().no

    @pytest.mark.parametrize("text", ["再不处理我打12398", "我要投诉到12398，可以吧"])
    def test_a_threat_or_a_complaint_is_no_question(self, text: str) -> None:
        assert "complaint.outside" not in codes(Talk().say(text, PLAIN))


@pytest.mark.parametrize("text", ["小石骂人", "那个石工", "姓石的", "老石啊", "石大哥推我", "那个叫向东的", "石队长"])
def test_a_colleague_is_meant_however_he_is_called(text: str) -> None:
    assert complaint.named(heard(text), text) == (CREW,)


@pytest.mark.parametrize("text", ["小石子路", "石头砸了", "开关朝向东边", "石总共三个"])
def test_words_that_only_sound_like_a_name_are_none(text: str) -> None:
    assert complaint.named(heard(text), text) == ()


def test_who_agrees_does_not_complain_whatever_it_sounds_like() -> None:
    talk = Talk()
    assert codes(talk.say("同意你们的说法", PLAIN)) == ["answer:out_of_scope"]
    assert talk.cases == ()
    assert talk.say("我不同意你们的说法，我要投诉", PLAIN).opening or talk.thread.topic == "complaint"
