from dataclasses import replace

import pytest

from bot.desk.case import State
from bot.guide.said import Act
from intents.understanding import Understanding, Zone
from tests.kit_guide import Talk, codes, means, values

HOME = "青石镇竹溪路18号3幢502"
OLD, NEW = "13800138000", "13900139001"


def heard(**slots: str) -> Understanding:
    return replace(means(zone=Zone.REFUSE), slots=slots)


def with_case(**slots: str) -> Talk:
    talk = Talk()
    talk.say("停电了", replace(means("outage_repair"), slots={"address": HOME, **slots}))
    assert talk.case().state is State.OPEN
    return talk


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("刚才地址写错了，是5幢", "青石镇竹溪路18号5幢502"),
        ("不对，是5幢", "青石镇竹溪路18号5幢502"),
        ("不对,是12号", "青石镇竹溪路12号3幢502"),
        ("说错了，5幢302", "青石镇竹溪路18号5幢302"),
        ("不是，是602室", "青石镇竹溪路18号3幢602室"),
        ("门牌应该是20号", "青石镇竹溪路20号3幢502"),
        ("房号打错了，是503", "青石镇竹溪路18号3幢503"),
    ],
)
def test_a_piece_of_the_address_is_put_right_in_the_case(text: str, address: str) -> None:
    talk = with_case()
    decided = talk.say(text, heard())
    assert decided.acts == (Act("add", talk.case().no, slots={"address": address}),)
    assert codes(decided)[0] == "righted.case"
    assert talk.case().slots["address"] == address
    assert len(talk.cases) == 1


@pytest.mark.parametrize(
    "text",
    [f"电话打错了，{NEW}", f"刚才号码打错一位，是{NEW}", f"手机号应该是{NEW}", f"不对，电话是{NEW}"],
)
def test_a_telephone_is_put_right_and_shown_masked(text: str) -> None:
    talk = with_case(phone=OLD)
    decided = talk.say(text, heard())
    assert talk.case().slots == {"address": HOME, "phone": NEW}
    assert decided.says[0].text.facts["value"] == "139****9001"


def test_in_a_form_the_fact_changes_and_the_question_stays() -> None:
    talk = Talk()
    talk.say("过户", means("owner_transfer", account_no="9900000012"))
    talk.say("1")
    assert talk.thread.asking == "phone"
    decided = talk.say("户号写错了，是9900000013", heard())
    assert codes(decided) == ["righted", "slot.account_no", "ask.phone"]
    assert talk.thread.slots["account_no"] == "9900000013"
    assert (talk.thread.asking, talk.thread.tries) == ("phone", 1)


def test_wrong_but_not_how_is_asked() -> None:
    talk = with_case()
    assert codes(talk.say("地址写错了", heard())) == ["righted.how", "slot.address"]
    talk.say(HOME.replace("502", "601"), heard(address=HOME.replace("502", "601")))
    assert talk.case().slots["address"].endswith("601")


def test_a_day_or_a_door_is_asked_not_guessed() -> None:
    talk = with_case(date="2026-12-01")
    decided = talk.say("不对，是12号", heard(date="2026-12-12"))
    assert codes(decided) == ["righted.which"]
    assert values(decided) == ["fix.date", "fix.address"]
    talk.say("1")
    assert talk.case().slots["date"] == "2026-12-12"
    assert talk.case().slots["address"] == HOME


def test_a_day_alone_is_the_day() -> None:
    talk = Talk()
    talk.say("x", means("bare", date="2026-12-01"))
    talk.say("不对，是12号", heard(date="2026-12-12"))
    assert talk.case().slots["date"] == "2026-12-12"


@pytest.mark.parametrize("text", ["不对", "你说的不对", "是5幢", "电费不对，应该是50", "地址是哪里", "错了就错了吧"])
def test_other_words_change_nothing(text: str) -> None:
    talk = with_case()
    talk.say(text, heard())
    assert talk.case().slots == {"address": HOME}


def test_where_nothing_was_told_nothing_is_put_right() -> None:
    assert "righted" not in str(codes(Talk().say("不对，是12号", heard())))


def test_of_a_case_that_is_over_nothing_is_changed() -> None:
    talk = with_case()
    talk.resolve()
    talk.say("已解决")
    before = talk.case().slots
    talk.say("地址写错了，是5幢", heard())
    assert talk.case().slots == before
