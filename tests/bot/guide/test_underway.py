from dataclasses import replace
from datetime import timedelta

import pytest

from bot.guide.said import Act
from intents.understanding import Zone
from tests.kit_guide import ADDRESS, DANGER, PHONE, REFUSED, Talk, codes, means, values

OUTAGE = means("outage_repair")
PLACE = "芦苇新村9幢101"
TRANSFER = means("owner_transfer")


class TestProgress:
    def test_without_a_case_it_says_so(self) -> None:
        assert codes(Talk().say("到哪了", means("progress"))) == ["progress.none"]

    def test_every_open_case_is_told_and_a_closed_one_by_its_number(self) -> None:
        talk = Talk()
        talk.say("x", means("bare"))
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        no = talk.resolve(talk.case().no).no
        assert codes(talk.say("进度", means("progress"))) == ["which", "which.line", "which.line"]
        assert codes(talk.say("1")) == ["case.status"]
        assert codes(talk.press(f"show.{no}")) == ["button.stale"]
        talk.say("已解决")
        assert codes(talk.say("到哪了", means("progress"))) == ["case.status"]
        assert codes(talk.say(f"{no} 到哪了", means("progress", case_no=no))) == ["case.status"]

    def test_a_number_that_is_not_his_is_unknown_like_one_that_does_not_exist(self) -> None:
        talk = Talk()
        talk.say("x", means("bare"))
        assert codes(talk.say("到哪了", means("progress", case_no="DL20261123-0999"))) == ["progress.unknown"]
        assert codes(talk.say("催一下", means("urge", case_no="DL20261123-0999"))) == ["progress.unknown"]

    def test_urging(self) -> None:
        talk = Talk()
        assert codes(talk.say("快点", means("urge"))) == ["progress.none"]
        talk.say("x", means("bare"))
        first = talk.case().no
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        decided = talk.say("快点", means("urge"))
        assert codes(decided) == ["which.urge", "which.line", "which.line"]
        assert values(decided) == [f"urge.{talk.case().no}", f"urge.{first}", "later"]
        assert talk.say("2").acts == (Act("urge", first),)
        assert talk.say("快点", means("urge", case_no=first)).acts == (Act("urge", first),)
        assert talk.say("业务outage快点", means("urge", address=ADDRESS)).acts == (Act("urge", talk.case().no),)
        assert talk.case(first).urges == 2


class TestPictures:
    def test_without_a_case_the_question_what_they_are_about(self) -> None:
        assert codes(Talk().say("", files=2)) == ["files.kept"]

    def test_they_join_the_case_under_way(self) -> None:
        talk = Talk()
        talk.say("x", means("bare"))
        decided = talk.say(" ", files=1)
        assert codes(decided) == ["files.case"]
        assert decided.acts == (Act("add", talk.case().no),)

    def test_with_words_the_words_count(self) -> None:
        assert codes(Talk().say("电费多少", means("bill"), files=1)) == ["answer:bill"]

    def test_with_words_nobody_understands_they_are_taken_all_the_same(self) -> None:
        talk = Talk()
        assert codes(talk.say("表箱照片", files=2)) == ["files.kept"]
        talk.say("x", means("bare"))
        decided = talk.say("表箱照片", files=2)
        assert codes(decided) == ["files.case"]
        assert decided.acts == (Act("add", talk.case().no),)


class TestCorrecting:
    def test_the_facts_of_the_case_change_and_no_second_one_begins(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        decided = talk.say("停电了", means("outage_repair", address="盐仓巷17号"), corrects=True)
        assert codes(decided) == ["corrected"]
        assert talk.case().slots["address"] == "盐仓巷17号"
        assert talk.opened == 1

    def test_even_when_the_talk_has_gone_on_to_another_matter(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        talk.say("我要投诉", means("complaint"))
        decided = talk.say("停电了", means("outage_repair", address="盐仓巷17号"), corrects=True)
        assert codes(decided) == ["case.already"]
        assert talk.opened == 1

    def test_a_question_that_was_corrected_is_answered(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        talk.say("电废", REFUSED)
        assert codes(talk.say("电费多少", means("bill"), corrects=True)) == ["answer:bill"]
        assert codes(talk.say("过户", TRANSFER, corrects=True)) == ["answer:owner_transfer", "offer"]

    def test_before_a_case_began_it_is_a_message_like_any_other(self) -> None:
        assert codes(Talk().say("电费", means("bill"), corrects=True)) == ["answer:bill"]

    def test_danger_in_a_correction_is_danger(self) -> None:
        assert codes(Talk().say("着火了", DANGER, corrects=True))[0] == "safety:hazard"


class TestSentAsSuch:
    def test_a_place_or_a_telephone_is_no_miss_and_is_kept_for_what_comes(self) -> None:
        talk = Talk()
        assert codes(talk.say("（位置：31，120）", sort="location")) == ["sent.place"]
        assert codes(talk.say(PHONE, means(zone=Zone.REFUSE, phone=PHONE), sort="contact")) == ["sent.phone"]
        assert talk.thread.misses == 0
        opening = talk.say("停电了", OUTAGE).opening
        assert opening
        assert opening.slots == {"address": "（位置：31，120）", "phone": PHONE}

    def test_it_joins_the_case_under_way_and_overwrites_no_address(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS, scope="single", phone=PHONE))
        decided = talk.say("（位置：31，120）", sort="location")
        assert codes(decided) == ["sent.case"]
        assert decided.acts == (Act("add", talk.case().no),)
        other = "19900009999"
        decided = talk.say(other, means(zone=Zone.REFUSE, phone=other), sort="contact")
        assert talk.case().slots == {"address": ADDRESS, "scope": "single", "phone": other}

    def test_in_a_form_it_is_the_answer(self) -> None:
        talk = Talk()
        talk.say("停电了", OUTAGE)
        opening = talk.say("（位置：31，120）", sort="location").opening
        assert opening
        assert opening.slots == {"address": "（位置：31，120）"}


def test_a_bare_telephone_or_place_joins_the_case_that_is_talked_about() -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair", address="芦苇新村7幢"))
    talk.thread = replace(talk.thread, asking="", pending=(), menu=())
    decided = talk.say("我的电话是19900000012", means("out_of_scope", Zone.REFUSE, phone="19900000012"))
    assert codes(decided) == ["sent.case"]
    assert talk.case().slots["phone"] == "19900000012"
    talk.say("芦苇新村7幢102", means("out_of_scope", Zone.REFUSE, address="芦苇新村7幢102"))
    assert talk.case().slots["address"] == "芦苇新村7幢102"
    talk.say("竹溪村3组", means("out_of_scope", Zone.REFUSE, address="竹溪村3组"))
    assert talk.case().slots["address"] == "芦苇新村7幢102"
    long = talk.say("邻居打19900000012说电费不对要你们解释", means("out_of_scope", Zone.REFUSE, phone="19900000012"))
    assert codes(long) == ["answer:out_of_scope"]


WRONG = means(zone=Zone.REFUSE, address=f"是{PLACE}")


class TestPutRight:
    def test_the_place_changes_in_the_case_and_nothing_is_doubled(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        no = talk.case().no
        named = replace(OUTAGE, slots=WRONG.slots)
        for text, heard in ((f"不对，写错了，是{PLACE}", WRONG), (f"地址说错了，停电的是{PLACE}", named)):
            decided = talk.say(text, heard)
            assert codes(decided) == ["righted.case", "slot.address"]
            assert decided.acts == (Act("add", no, slots={"address": PLACE}),)
        assert len(talk.cases) == 1

    def test_of_several_it_is_asked_and_then_changed(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        talk.say("还有一处", means("outage_repair", address="盐仓巷17号"))
        assert codes(talk.say("写错了，是" + PLACE, WRONG))[0] == "which"
        first = talk.cases[0].no
        talk.say("1")
        assert talk.case(first).slots["address"] == PLACE

    def test_other_words_and_other_matters_are_left_alone(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        for text, heard in (
            ("在" + PLACE, WRONG),
            ("电费不对，" + PLACE, means("bill_query", address=PLACE)),
            ("写错了", REFUSED),
        ):
            assert "corrected" not in codes(talk.say(text, heard))


def test_a_report_of_what_is_under_way_and_a_word_to_hurry_are_one() -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair", address=ADDRESS))
    no = talk.case().no
    talk.say("跳过")
    talk.say("跳过")
    both = means("outage_repair", Zone.CHOOSE, address=ADDRESS)
    both = replace(both, candidates=("outage_repair", "urge"), scores=(0.5, 0.4))
    assert talk.say(f"{ADDRESS}又没电怎么还不来", both).acts == (Act("urge", no),)
    elsewhere = replace(both, slots={"address": "盐仓巷17号"})
    assert codes(talk.say("盐仓巷17号的店也没电怎么还不来人", elsewhere)) == ["choose"]


class TestNagged:
    @pytest.mark.parametrize(
        "text",
        [
            "人呢",
            "还没来",
            "怎么还没好",
            "到底什么时候",
            "到底什么时候来啊",
            "有没有人管啊",
            "没人管吗",
            "等了半天了",
            "来人啊",
            "快点啊",
            "怎么还不来",
            "到底来不来",
            "一直没人联系我",
            "说话啊",
            "？？？",
            "人呢？？",
        ],
    )
    def test_after_silence_it_hurries_the_case(self, text: str) -> None:
        talk = Talk()
        talk.say("x", means("bare"))
        talk.now += timedelta(minutes=30)
        assert [(act.what, act.case) for act in talk.say(text).acts] == [("urge", talk.case().no)]

    @pytest.mark.parametrize("text", ["人呢", "？"])
    def test_of_several_it_is_asked_which(self, text: str) -> None:
        talk = Talk()
        talk.say("x", means("bare"))
        talk.say("停电", means("outage_repair", address=ADDRESS))
        talk.thread = replace(talk.thread, asking="", pending=(), menu=(), case="")
        talk.now += timedelta(minutes=30)
        assert codes(talk.say(text))[0] == "which.urge"

    def test_a_mark_at_once_asks_how_it_stands(self) -> None:
        talk = Talk()
        talk.say("x", means("bare"))
        talk.now -= timedelta(minutes=1)
        assert codes(talk.say("？")) == ["case.status"]

    def test_to_an_open_question_a_mark_is_no_word(self) -> None:
        talk = Talk()
        talk.say("停电", means("outage_repair", address=ADDRESS))
        talk.now += timedelta(minutes=30)
        assert not any(act.what == "urge" for act in talk.say("？").acts)

    @pytest.mark.parametrize("text", ["人呢", "还没来"])
    def test_with_nothing_under_way_nothing_is_hurried(self, text: str) -> None:
        assert talk_acts(Talk(), text) == []

    @pytest.mark.parametrize("text", ["什么时候停电", "人工呢", "还没交电费", "快点告诉我电费多少", "来人我不在家"])
    def test_other_words_are_read_as_ever(self, text: str) -> None:
        talk = Talk()
        talk.say("x", means("bare"))
        talk.now += timedelta(minutes=30)
        assert talk_acts(talk, text) == []


def talk_acts(talk: Talk, text: str) -> list[str]:
    return [act.what for act in talk.say(text).acts if act.what == "urge"]
