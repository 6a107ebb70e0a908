from dataclasses import replace

import pytest

from bot.desk.case import State
from bot.guide import care, matter
from bot.guide.said import Scene
from bot.guide.thread import Thread
from intents.topic import Ask, TopicKind
from intents.understanding import Zone
from tests.kit_desk import case_in
from tests.kit_guide import BOOKS, DANGER, EMPTY, REFUSED, codes, means, said, scene
from tests.kit_guide import matter as topic

LIFE = topic(care.TOPIC, TopicKind.DANGER, opens_case=True, asks=(Ask("address"),))
WITH = replace(BOOKS, topics={**BOOKS.topics, care.TOPIC: LIFE})


def at_desk(text: str, thread: Thread = EMPTY, **more: object) -> Scene:
    return replace(scene(said(text, REFUSED), thread), books=WITH, **more)  # type: ignore[arg-type] # fields of Scene


KEEPS = (
    "登记呼吸机",
    "家里有呼吸机，想登记一下",
    "我妈用制氧机，能不能在你们那备个案，报备一下",
    "透析机怎么登记",
    "生命支持设备登记",
    "用呼吸机的人家停电前能不能提前通知",
    "家裡有呼吸機，想先登記",
)
ENDS = (
    "把呼吸机登记删了",
    "取消呼吸机登记",
    "不要登记呼吸机了",
    "我家制氧机的登记撤了吧",
    "生命支持登记帮我注销",
    "呼吸机那个名单不用留我家了",
)
NEITHER = (
    "登记",
    "我要登记新装",
    "呼吸机多少钱一台",
    "取消",
    "把我的报修登记删了",
    "停电了，呼吸机快没电了",
    "不动产登记证要不要带",
    "家里有病人" + "，说来话长" * 12 + "，呼吸机登记",
)


@pytest.mark.parametrize(
    ("text", "what"),
    [*((one, care.KEEP) for one in KEEPS), *((one, care.END) for one in ENDS), *((one, "") for one in NEITHER)],
)
def test_what_the_words_ask_for(text: str, what: str) -> None:
    assert care.wished(at_desk(text)) == what


def test_a_hall_without_the_matter_has_no_register() -> None:
    assert care.wished(scene(said("登记呼吸机", REFUSED))) == ""


def test_first_the_consent_then_the_questions_that_are_still_open() -> None:
    asked = care.turn(at_desk("登记呼吸机"))
    assert asked is not None
    assert codes(asked) == ["care.consent"]
    assert [button.label for button in asked.says[0].buttons] == ["同意登记", "先不登记"]
    assert dict(asked.thread.slots) == {}
    agreed = care.turn(at_desk("同意", asked.thread, known={"account_no": "9900000012", "phone": "19900000012"}))
    assert agreed is not None
    assert codes(agreed) == ["care.battery"]
    done = care.turn(at_desk("三个小时", agreed.thread))
    assert done is not None
    (act,) = done.acts
    assert (act.what, dict(act.slots)) == (
        care.KEEP,
        {"account_no": "9900000012", "phone": "19900000012", "device": "呼吸机", "battery": "三个小时"},
    )
    assert (done.thread.asking, dict(done.thread.slots)) == ("", {})


@pytest.mark.parametrize("text", ["好的", "嗯", "可以吗", "同意换人"])
def test_what_is_no_plain_yes_begins_nothing(text: str) -> None:
    asked = care.turn(at_desk("登记呼吸机"))
    assert asked is not None
    assert care.turn(at_desk(text, asked.thread)) is None


def test_something_else_in_between_is_answered_and_ends_it() -> None:
    asking = replace(EMPTY, topic=care.TOPIC, asking="care.battery", slots={"device": "呼吸机"})
    heard = said("营业厅几点开门", means("hall_info", Zone.ANSWER))
    turn = care.turn(replace(scene(heard, asking), books=WITH))
    assert turn is not None
    assert turn.thread.asking == ""
    assert not turn.acts


def test_the_words_of_a_running_form_are_its_own() -> None:
    form = replace(EMPTY, topic="outage_repair", asking="address", draft=True)
    assert care.turn(at_desk("青石镇听荷苑", form)) is None


def test_without_power_it_is_a_matter_of_its_own_unless_there_is_more() -> None:
    for why, code in (
        (("rule:life_support",), care.TOPIC),
        (("rule:life_support", "rule:fire"), "hazard"),
        ((), "hazard"),
    ):
        heard = said("呼吸机停了", replace(DANGER, why=why))
        turn = matter.danger(replace(scene(heard), books=WITH))
        assert turn.opening is not None
        assert turn.opening.topic == code
        assert matter.danger(scene(heard)).opening.topic == "hazard"  # type: ignore[union-attr] # it opens one


def test_one_whose_battery_ends_is_passed_on_only_where_somebody_answers_for_it() -> None:
    assert care.turn(at_desk("撑不住")) is None
    case = case_in(State.OPEN, care.TOPIC)
    turn = care.turn(at_desk("电池只能撑一个小时", cases=(case,)))
    assert turn is not None
    assert codes(turn) == ["care.heard"]
    assert [(act.what, act.case) for act in turn.acts] == [("add", case.no)]
    assert care.turn(at_desk("撑不住", cases=(replace(case, state=State.CLOSED),))) is None
