from dataclasses import replace

import pytest

from bot.desk.words import words
from bot.guide import form
from bot.guide.said import Turn
from intents.topic import Ask, TopicKind
from tests.kit_desk import NOW
from tests.kit_guide import ADDRESS, BOOKS, EMPTY, PHONE, PLACES, codes, matter

OUTAGE = BOOKS.topics["outage_repair"]


@pytest.mark.parametrize(
    "text", ["不知道", "不知道啊", "不清楚。", "跳过", "没户号", "不方便说", "忘了", "我忘了", "無", "不想说！"]
)
def test_declining(text: str) -> None:
    assert form.declined(text)


@pytest.mark.parametrize("text", ["", "好的", "芦苇新村7幢102", "这个号码我不知道对不对但是你可以试试", "取消"])
def test_not_declining(text: str) -> None:
    assert not form.declined(text)


@pytest.mark.parametrize("text", ["取消", "取消吧", "不办了！", "先不用", "撤銷", "算了不办了。"])
def test_calling_off(text: str) -> None:
    assert form.cancelled(text)


@pytest.mark.parametrize("text", ["", "不知道", "怎么取消", "取消订单要什么手续"])
def test_not_calling_off(text: str) -> None:
    assert not form.cancelled(text)


def test_only_what_is_not_known_is_asked() -> None:
    assert [ask.slot for ask in form.open_asks(OUTAGE, {}, needed=True)] == ["address"]
    assert form.open_asks(OUTAGE, {"address": "x"}, needed=True) == ()
    assert [ask.slot for ask in form.open_asks(OUTAGE, {"scope": "", "phone": "1"}, needed=False)] == ["scope"]


def test_the_topic_asks_in_its_own_words_first_and_in_the_halls_own_the_second_time() -> None:
    once, say = form.ask(EMPTY, OUTAGE, "address", NOW)
    assert (once.asking, once.tries) == ("address", 1)
    assert say.text == words("question", text="没电的是哪里？")
    twice, say = form.ask(once, OUTAGE, "address", NOW)
    assert twice.tries == 2
    assert codes(Turn(twice, (say,))) == ["ask.address.again"]


def test_a_question_without_words_of_its_own_is_a_phrase() -> None:
    topic = matter("x", TopicKind.CASE, asks=(Ask("name"),))
    _, say = form.ask(EMPTY, topic, "name", NOW)
    assert codes(Turn(EMPTY, (say,))) == ["ask.name"]


def test_the_scope_is_a_menu() -> None:
    asking, say = form.ask(EMPTY, OUTAGE, "scope", NOW)
    assert [button.value for button in say.buttons] == ["slot.scope.single", "slot.scope.area", "slot.scope."]
    assert len(asking.menu) == 3
    after, _ = form.ask(asking, OUTAGE, "phone", NOW)
    assert after.menu == ()


def test_what_was_found_is_taken_and_the_open_question_is_read_in_free_words() -> None:
    asking = replace(EMPTY, asking="address")
    assert form.heard(asking, "x", NOW, {"phone": PHONE, "date": ""}, {}) == {"phone": PHONE}
    assert form.heard(asking, ADDRESS, NOW, {}, PLACES) == {"address": ADDRESS}
    assert form.heard(asking, "别处", NOW, {"address": ADDRESS}, PLACES) == {"address": ADDRESS}
    assert form.heard(EMPTY, ADDRESS, NOW, {}, PLACES) == {}


@pytest.mark.parametrize("text", ["芦苇新村", "幸福新村3幢102", "竹溪村3组5号", "我家在丹枫路2号", "盐仓巷"])
def test_a_place_by_its_look(text: str) -> None:
    assert form.only_a_place(text)


@pytest.mark.parametrize("text", ["新装电表", "过户要什么", "芦苇新村装电表", "19900000012", ""])
def test_no_place_by_its_look(text: str) -> None:
    assert not form.only_a_place(text)


def test_that_all_is_well_is_no_place() -> None:
    asking = replace(EMPTY, asking="address")
    assert form.heard(asking, "没事了", NOW, {}, {}) == {}
    assert form.heard(asking, "老糖厂宿舍", NOW, {}, {})["address"] == "老糖厂宿舍"


@pytest.mark.parametrize("text", ["急死了", "烦死了！", "我都急死了", "真受不了", "老人热坏了"])
def test_a_mood_is_no_place(text: str) -> None:
    assert form.heard(replace(EMPTY, topic="outage_repair", asking="address"), text, NOW, {}, {}) == {}
