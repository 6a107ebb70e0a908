from dataclasses import replace

import pytest

from bot.desk.case import Secrecy
from bot.guide import known
from bot.guide.supply import Tail
from intents.understanding import Zone
from tests.kit_guide import ADDRESS, PHONE, Talk, codes, means, values

NEW = "13900139001"


def after_an_outage() -> Talk:
    """A customer whose case knows where he lives and how he is called."""
    talk = Talk()
    talk.say("停电了", means("outage_repair", address=ADDRESS, phone=PHONE))
    talk.thread = replace(talk.thread, asking="", pending=(), menu=())
    return talk


@pytest.mark.parametrize(
    ("slot", "value", "shown"),
    [
        ("phone", "13800138000", "138****8000"),
        ("phone", "2123456", "****3456"),
        ("address", "芦苇新村7幢102", "芦苇新村7幢**"),
        ("name", "顾念慈", "顾**"),
        ("account_no", "9900000012", Tail("9900000012")),
    ],
)
def test_shown_so_that_it_is_recognised_and_not_used(slot: str, value: str, shown: object) -> None:
    assert known.masked(slot, value) == shown


@pytest.mark.parametrize("yes", ["1", "是", "对", "还用这个", "还是这个", "没变", "可以", "原来的"])
def test_offered_and_taken(yes: str) -> None:
    talk = after_an_outage()
    talk.say("过户", means("owner_transfer"))
    decided = talk.say("1")
    assert codes(decided) == ["known.phone"]
    assert values(decided) == ["known", "known.new"]
    assert PHONE not in str(decided.says)
    opening = talk.say(yes).opening
    assert opening
    assert opening.slots["phone"] == PHONE


def test_another_one_is_taken_instead() -> None:
    talk = after_an_outage()
    talk.say("过户", means("owner_transfer"))
    talk.say("1")
    opening = talk.say(NEW, means(zone=Zone.REFUSE, phone=NEW)).opening
    assert opening
    assert opening.slots["phone"] == NEW


def test_no_leaves_the_question_open() -> None:
    talk = after_an_outage()
    talk.say("过户", means("owner_transfer"))
    talk.say("1")
    assert codes(talk.say("换一个")) == ["ask.phone"]
    assert (talk.thread.asking, talk.thread.menu) == ("phone", ())


def test_facts_of_another_matter_are_offered_not_taken() -> None:
    talk = Talk()
    talk.say("过户", means("owner_transfer", phone=PHONE))
    talk.say("先不用")
    talk.say("电费怎么算", means("bill"))
    assert talk.thread.told["phone"] == PHONE
    talk.say("过户", means("owner_transfer"))
    assert codes(talk.say("1")) == ["known.phone"]


def test_another_case_of_the_same_matter_is_elsewhere() -> None:
    talk = after_an_outage()
    talk.say("停电了", means("outage_repair"))
    assert codes(talk.press("open.outage_repair")) == ["question"]


def test_a_fact_of_a_secret_case_is_offered_nowhere() -> None:
    talk = after_an_outage()
    talk.put(replace(talk.case(), secrecy=Secrecy.ANONYMOUS))
    talk.thread = replace(talk.thread, slots={}, topic="", case="")
    talk.say("过户", means("owner_transfer"))
    assert codes(talk.say("1")) == ["ask.phone"]


def test_a_complaint_asks_for_itself() -> None:
    talk = after_an_outage()
    talk.say("我要投诉", means("complaint", date="2026-11-20", amount="5"))
    assert "known.phone" not in str(talk.thread)
    assert not any(option.value == "known" for option in talk.thread.menu)


def test_a_press_that_comes_too_late_changes_nothing() -> None:
    talk = after_an_outage()
    assert codes(talk.press("known")) == ["button.stale"]
