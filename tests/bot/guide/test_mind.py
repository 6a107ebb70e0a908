from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.case import State
from bot.guide import mind
from intents.understanding import Zone
from tests.kit_guide import ADDRESS, BOOKS, PHONE, Talk, codes, means

TRANSFER = means("owner_transfer")
OUTAGE = means("outage_repair", address=ADDRESS)
OFF = ("算了先不办了", "不办了", "改天再说", "先不登记了", "我再想想", "等等再说吧", "算了，不报了", "暂时不用")
BACK = ("还是办吧", "继续刚才那个", "接着办", "还是登记一下吧", "我改主意了，还是要办", "继续", "那还是报吧")
NEITHER = ("办过户", "不对，是5幢", "", "我家停电了", "还是没电", "算电费", "不知道", "继续停电吗", "还没好")


@pytest.mark.parametrize("text", OFF)
def test_words_that_lay_something_aside(text: str) -> None:
    assert mind.off(text)
    assert not mind.back(text)


@pytest.mark.parametrize("text", BACK)
def test_words_that_take_something_up_again(text: str) -> None:
    assert mind.back(text)
    assert not mind.off(text)


@pytest.mark.parametrize("text", NEITHER)
def test_words_that_do_neither(text: str) -> None:
    assert not mind.off(text)
    assert not mind.back(text)


def filling() -> Talk:
    talk = Talk()
    talk.say("过户", TRANSFER)
    talk.say("1")
    assert talk.thread.asking == "phone"
    return talk


@pytest.mark.parametrize("text", BACK)
def test_a_form_laid_aside_goes_on_where_it_was(text: str) -> None:
    talk = filling()
    assert codes(talk.say("算了先不办了", means("cancel_case"))) == ["form.cancelled"]
    assert (talk.thread.draft, talk.thread.asking, talk.thread.topic) == (False, "", "owner_transfer")
    talk.say(text, means("bare"))
    assert (talk.thread.draft, talk.thread.asking) == (True, "phone")
    opening = talk.say(PHONE, means(zone=Zone.REFUSE, phone=PHONE)).opening
    assert opening
    assert opening.topic == "owner_transfer"


def test_what_was_told_is_not_asked_again() -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair"))
    talk.say("改天再说")
    talk.thread = replace(talk.thread, slots={"address": ADDRESS})
    opening = talk.say("还是报吧").opening
    assert opening
    assert opening.slots["address"] == ADDRESS


def test_an_offer_turned_down_can_still_be_taken_up() -> None:
    talk = Talk()
    talk.say("过户", TRANSFER)
    assert codes(talk.say("先不用")) == ["declined"]
    talk.say("那就办吧")
    assert (talk.thread.draft, talk.thread.asking) == (True, "phone")


def test_but_not_days_later() -> None:
    talk = Talk()
    talk.say("过户", TRANSFER)
    talk.say("先不用")
    talk.now += timedelta(days=2)
    assert codes(talk.say("那就办吧")) == ["resume.which"]


def test_a_case_taken_back_begins_anew_with_what_it_knew() -> None:
    talk = Talk()
    talk.say("停电了", OUTAGE)
    first = talk.case().no
    talk.say("撤单")
    talk.say("1")
    assert talk.case().state is State.CANCELLED
    talk.say("还是报吧")
    assert talk.case().no != first
    assert talk.case().slots["address"] == ADDRESS


def test_in_the_form_it_is_the_open_question() -> None:
    talk = filling()
    assert codes(talk.say("继续刚才那个")) == ["ask.phone"]
    assert talk.thread.tries == 1


def test_of_a_case_under_way_it_is_how_it_stands() -> None:
    talk = Talk()
    talk.say("停电了", OUTAGE)
    talk.thread = replace(talk.thread, asking="", pending=(), menu=())
    assert codes(talk.say("继续刚才那个")) == ["case.status"]


def test_of_nothing_it_is_asked_which() -> None:
    assert codes(Talk().say("继续刚才那个")) == ["resume.which"]
    assert codes(Talk().say("帮我登记")) == ["resume.which"]


def test_danger_and_complaints_are_not_laid_aside_so() -> None:
    talk = Talk(books=BOOKS)
    talk.say("我要投诉", means("complaint"))
    assert talk.thread.topic == "complaint"
    talk.say("改天再说")
    assert talk.thread.topic != "owner_transfer"
    assert "form.cancelled" not in codes(talk.say("先不登记了"))


@pytest.mark.parametrize("text", ["帮我登记", "那就办吧", "可以，给我办", "行，那就登记一下", "可以", "要的，办"])
def test_an_offer_is_taken_up_in_many_words(text: str) -> None:
    talk = Talk()
    talk.say("过户", TRANSFER)
    talk.say(text, means("urge"))
    assert (talk.thread.draft, talk.thread.asking) == (True, "phone")
