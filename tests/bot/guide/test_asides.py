"""Words that answer no question, in whatever talk."""

import pytest

from intents.understanding import Zone
from tests.kit_guide import ADDRESS, Talk, codes, means


def drafting() -> Talk:
    talk = Talk()
    talk.say("停电了", means("outage_repair"))
    return talk


def repaired() -> Talk:
    talk = drafting()
    talk.say(ADDRESS, means("out_of_scope", Zone.REFUSE, address=ADDRESS))
    return talk


@pytest.mark.parametrize("text", ["谢谢", "好的，谢谢您", "辛苦了", "多谢师傅"])
def test_thanks_at_a_question(text: str) -> None:
    talk = drafting()
    assert codes(talk.say(text)) == ["aside.thanks", "question"]
    assert (talk.thread.asking, talk.thread.draft) == ("address", True)


@pytest.mark.parametrize("text", ["好的", "嗯嗯", "我找一下", "稍等"])
def test_a_nod_at_a_question(text: str) -> None:
    talk = drafting()
    assert codes(talk.say(text)) == ["aside.nod", "question"]
    assert talk.thread.draft


def test_a_question_at_a_question_is_no_answer() -> None:
    talk = drafting()
    for text in ("你们管不管用多少钱", "这个能不能报销", "到底几点"):
        assert talk.say(text).opening is None
    assert talk.thread.asking == "address"


def test_anger_at_a_question() -> None:
    assert codes(drafting().say("真是气死我了")) == ["angry.form", "question"]


def test_anger_about_a_case_hurries_it_and_offers_the_leader() -> None:
    talk = repaired()
    decided = talk.say("实在忍不了")
    assert codes(decided) == ["angry.case"]
    assert [act.what for act in decided.acts] == ["urge"]
    led = talk.say("找领导")
    assert [(act.what, act.whys) for act in led.acts] == [("grave", ("leader",))]


def test_anger_without_a_case() -> None:
    decided = Talk().say("什么破单位")
    assert codes(decided) == ["angry.free"]
    assert decided.opening is None


@pytest.mark.parametrize("text", ["老车站那边", "在水阁一带", "丽阳门附近的"])
def test_a_vague_place_is_asked_to_be_made_whole_once(text: str) -> None:
    talk = drafting()
    decided = talk.say(text)
    assert codes(decided) == ["ask.address.more"]
    assert decided.opening is None
    opening = talk.say("说不清").opening
    assert opening
    assert opening.slots["address"] in text


def test_another_matter_after_all() -> None:
    talk = drafting()
    decided = talk.say("不对，我是要问电费怎么算", means("bill"))
    assert decided.opening is None
    assert not talk.thread.draft


def test_a_kept_case_has_its_number() -> None:
    talk = repaired()
    talk.say("撤单")
    decided = talk.say("不撤了")
    assert codes(decided) == ["withdraw.kept"]
    assert not decided.acts


def test_a_fresh_talk_takes_nothing_up() -> None:
    talk = Talk()
    assert codes(talk.say("还是登记吧", means("owner_transfer"))) == ["resume.which"]
