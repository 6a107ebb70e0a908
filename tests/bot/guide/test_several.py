from dataclasses import replace

from intents.understanding import Understanding, Zone
from tests.kit_guide import ADDRESS, PHONE, Talk, codes, means, values


def matters(*told: str, zone: Zone = Zone.ANSWER, **slots: str) -> Understanding:
    return replace(means(told[0], zone, **slots), matters=told)


def test_the_short_ones_are_answered_at_once_and_the_others_offered() -> None:
    talk = Talk()
    decided = talk.say("发票怎么开，电费怎么算，还要过户", matters("bill", "opinion", "owner_transfer"))
    assert codes(decided) == ["answer:bill", "follow", "brief:opinion", "mentioned"]
    assert values(decided) == ["topic.owner_transfer", "later"]
    assert codes(talk.say("1")) == ["answer:owner_transfer", "offer"]
    assert talk.thread.queue == ()


def test_what_opens_a_form_first_is_asked_to_the_end_and_then_the_next_comes() -> None:
    talk = Talk()
    first = talk.say("停电了，还有过户", matters("outage_repair", "owner_transfer", "complaint", address=ADDRESS))
    assert codes(first)[-2:] == ["mentioned.later", "ask.scope"]
    assert talk.thread.queue == ("owner_transfer", "complaint")
    talk.say("只有我家")
    last = talk.say(PHONE, means(zone=Zone.REFUSE, phone=PHONE))
    assert codes(last) == ["form.noted", "mentioned"]
    assert values(last) == ["topic.owner_transfer", "topic.complaint", "later"]
    talk.say("1")
    assert talk.thread.topic == "owner_transfer"
    assert "complaint" in talk.thread.queue


def test_laid_aside_the_next_comes_too() -> None:
    talk = Talk()
    talk.say("停电了，还有过户", matters("outage_repair", "owner_transfer"))
    assert codes(talk.say("算了先不报了")) == ["form.cancelled", "mentioned"]


def test_who_says_no_is_asked_no_more() -> None:
    talk = Talk()
    talk.say("电费，还有过户", matters("bill", "owner_transfer"))
    assert codes(talk.say("这些先不用")) == ["declined"]
    assert talk.thread.queue == ()
    assert codes(talk.say("意见", means("opinion"))) == ["answer:opinion"]


def test_talk_and_what_is_under_way_are_no_further_matters() -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair", address=ADDRESS))
    talk.thread = replace(talk.thread, asking="", pending=(), menu=())
    decided = talk.say("你好，电费怎么算，停电了", matters("bill", "greeting", "outage_repair"))
    assert codes(decided) == ["answer:bill"]


def test_unsure_as_a_whole_the_first_sure_part_is_taken() -> None:
    decided = Talk().say("一大段话", matters("bill", "owner_transfer", zone=Zone.CHOOSE))
    assert codes(decided) == ["answer:bill", "mentioned"]


def test_an_answer_with_another_matter_beside_it_loses_neither() -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair"))
    decided = talk.say(f"{ADDRESS}，另外电费怎么算", means("bill", address=ADDRESS))
    assert decided.opening
    assert codes(decided) == ["follow", "brief:bill", "ask.scope"]


def test_danger_is_followed_by_no_offer() -> None:
    talk = Talk()
    talk.say("停电了，还有过户", matters("outage_repair", "owner_transfer"))
    decided = talk.say("着火了", replace(means("hazard", address=ADDRESS, phone=PHONE), danger=True))
    assert "mentioned" not in codes(decided)
