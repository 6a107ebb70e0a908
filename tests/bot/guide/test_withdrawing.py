from dataclasses import replace

import pytest

from bot.desk.case import State
from bot.guide.said import Act
from tests.kit_guide import ADDRESS, Talk, codes, means, values

OUTAGE = means("outage_repair", address=ADDRESS)


def with_case() -> Talk:
    talk = Talk()
    talk.say("停电了", OUTAGE)
    return talk


@pytest.mark.parametrize(
    "text",
    [
        "取消",
        "撤单",
        "撤销",
        "把单子撤了",
        "不用修了",
        "别来了",
        "取消报修",
        "报修不要了",
        "我要取消",
        "算了，不用来了",
    ],
)
def test_asked_once_and_done_on_a_yes(text: str) -> None:
    talk = with_case()
    no = talk.case().no
    decided = talk.say(text)
    assert codes(decided) == ["withdraw.sure"]
    assert values(decided) == [f"withdraw.{no}", "later"]
    assert talk.case().state is State.OPEN
    assert talk.say("1").acts == (Act("withdraw", no),)
    assert talk.case().state is State.CANCELLED
    assert talk.thread.asking == ""


@pytest.mark.parametrize("text", ["确定", "是的", "好的"])
def test_a_plain_yes_is_no_more_words_of_the_complaint(text: str) -> None:
    talk = Talk()
    talk.say("我要投诉", means("complaint", date="2026-11-20", amount="5", phone="19900000012"))
    talk.say("不投诉了")
    talk.say("撤单")
    assert talk.say(text).acts == (Act("withdraw", talk.case().no),)


def test_not_after_all() -> None:
    talk = with_case()
    talk.say("撤单")
    assert codes(talk.say("先不撤")) == ["withdraw.kept"]
    assert talk.case().state is State.OPEN


@pytest.mark.parametrize(
    "text", ["取消自动扣款怎么弄", "电费撤多了", "师傅不来修了吗我等了一天了到底来不来给个准话行不行啊", ""]
)
def test_other_words_withdraw_nothing(text: str) -> None:
    assert "withdraw.sure" not in codes(with_case().say(text))


@pytest.mark.parametrize("text", ["撤单", "撤销 DL20261123-0099", "帮我撤销报修", "取消预约"])
def test_without_a_live_case_it_is_said_so(text: str) -> None:
    assert codes(Talk().say(text)) == ["progress.none"]
    assert codes(Talk().say(text, means(case_no="DL20261123-0099"))) == ["progress.unknown"]


@pytest.mark.parametrize(
    ("text", "code"), [("不用了", "declined"), ("算了", "declined"), ("取消自动扣款", "answer:out_of_scope")]
)
def test_without_a_live_case_lesser_words_are_words(text: str, code: str) -> None:
    assert codes(Talk().say(text)) == [code]


def test_a_form_is_called_off_not_a_case() -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair"))
    assert codes(talk.say("取消")) == ["form.cancelled"]


def test_of_several_the_one_talked_about_or_named_or_chosen() -> None:
    talk = with_case()
    talk.say("x", means("bare"))
    assert values(talk.say("撤单"))[0] == f"withdraw.{talk.case().no}"
    talk.thread = replace(talk.thread, case="")
    older = talk.cases[1].no
    decided = talk.say("撤单")
    assert codes(decided) == ["withdraw.which"]
    assert values(decided) == [f"withdraw.{talk.case().no}", f"withdraw.{older}", "later"]
    assert values(talk.say(f"撤单 {older}", means("x", case_no=older)))[0] == f"withdraw.{older}"
    assert talk.press(f"withdraw.{older}").acts == (Act("withdraw", older),)
    assert talk.case(older).state is State.CANCELLED


def test_a_complaint_that_is_none_takes_no_other_case_back() -> None:
    assert codes(with_case().say("不投诉了")) == ["declined"]


def test_a_press_nobody_offered_or_too_late_changes_nothing() -> None:
    talk = with_case()
    no = talk.case().no
    assert codes(talk.press(f"withdraw.{no}")) == ["button.stale"]
    talk.say("撤单")
    talk.resolve()
    assert codes(talk.press(f"withdraw.{no}")) == ["button.stale"]
    assert talk.case().state is State.RESOLVED
