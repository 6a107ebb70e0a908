from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.words import Words
from bot.guide import context
from bot.guide.said import Turn
from intents.reader import read_handbook, shipped
from intents.understanding import Understanding, Zone
from tests.kit_guide import ADDRESS, BOOKS, PHONE, REFUSED, Talk, codes, means, nested, values

TRANSFER = means("owner_transfer")
ANSWER = """可以办，受理后 {promise.service.default}内办完。要带：身份证明和权属证明。

材料：身份证明；权属证明；别人代办，再加委托书。
步骤：受理 → 核对 → 办完。
网上：手机上就能办。
费用：不收费。"""
TOPIC = replace(BOOKS.topics["owner_transfer"], name="过户", answer=ANSWER)
TOPICS = {**BOOKS.topics, "owner_transfer": TOPIC}
FACETS = {
    "papers": ("那要带什么", "要什么材料", "需要哪些证件啊", "材料有哪些", "要准备些什么", "身份证要不要带", "带啥"),
    "time": ("几天", "多久能好", "大概要几个工作日", "什么时候能办好", "最快多久", "要多长时间呀", "几天能办下来"),
    "cost": ("多少钱", "收费吗", "要钱不", "免费吗", "怎么收费", "要交多少费用", "贵不贵"),
    "online": ("网上能办吗", "手机上可以办理吗", "去哪办", "要跑一趟营业厅吗", "能不能在网上申请", "线上行不行"),
    "proxy": ("我妈能代办不", "可以代办吗", "别人能替我办吗", "一定要本人去吗", "要户主到场吗", "我妈去行不行"),
    "steps": ("怎么办", "什么流程", "流程是怎样的", "第一步做什么", "怎么申请"),
    "terms": ("有什么条件", "有啥要求", "要注意什么", "条件是什么"),
}  # fmt: skip
OTHERS = (
    "",
    "好的",
    "找个人来",
    "到哪了",
    "我家停电了",
    "电费多少钱一度",
    "过户要什么材料",
    "师傅什么时候来电话",
    "人呢",
    "13800138000",
)


def asked_about() -> Talk:
    talk = Talk(books=replace(BOOKS, topics=TOPICS))
    talk.say("过户怎么弄", TRANSFER)
    return talk


def parts(decided: Turn) -> list[str]:
    told = (one for say in decided.says for one in nested(say.text) if one.code.startswith("lines:"))
    return [part for words in told for part in _parts(words)]


def _parts(words: Words) -> list[str]:
    found = words.facts["parts"]
    assert isinstance(found, tuple)
    return [str(part) for part in found]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in FACETS.items() for text in texts])
def test_what_is_asked_of_a_matter_without_naming_it(name: str, text: str) -> None:
    assert context.facet(text) == name


@pytest.mark.parametrize("text", OTHERS)
def test_other_words_ask_nothing_of_it(text: str) -> None:
    assert context.facet(text) == ""


def test_no_line_that_teaches_another_matter_is_taken_for_a_word_more() -> None:
    topics = read_handbook(shipped()).topics.values()
    lines = [line for topic in topics if topic.kind in ("danger", "talk") for line in topic.examples]
    assert [line for line in lines if context.facet(line)] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("那要带什么", "材料：身份证明；权属证明；别人代办，再加委托书。"),
        ("多少钱", "费用：不收费。"),
        ("网上能办吗", "网上：手机上就能办。"),
        ("什么流程", "步骤：受理 → 核对 → 办完。"),
        ("几天能办好", "可以办，受理后 {promise.service.default}内办完。"),
        ("我妈能代办不", "别人代办，再加委托书。"),
    ],
)
def test_the_fitting_part_is_told_and_the_offer_stands(text: str, told: str) -> None:
    talk = asked_about()
    decided = talk.say(text)
    assert parts(decided) == [told]
    assert values(decided) == ["open.owner_transfer", "later"]
    assert talk.thread.topic == "owner_transfer"
    assert codes(talk.say("1")) == ["question"] or talk.thread.asking == "phone"


def test_whatever_it_sounds_like_it_stays_with_the_matter() -> None:
    talk = asked_about()
    assert codes(talk.say("多久能好", means("outage_query")))[0] == "follow"
    assert talk.thread.topic == "owner_transfer"


def test_where_the_handbook_has_no_such_line_its_first_ones_are_told_and_a_person_offered() -> None:
    talk = asked_about()
    assert codes(talk.say("有什么条件")) == ["follow.none", "brief:owner_transfer", "follow.offer"]


def test_a_question_inside_the_form_is_answered_and_the_form_goes_on() -> None:
    talk = asked_about()
    talk.say("1")
    decided = talk.say("多少钱")
    assert codes(decided) == ["follow", "lines:owner_transfer", "ask.phone"]
    assert (talk.thread.asking, talk.thread.draft, talk.thread.tries) == ("phone", True, 1)
    assert talk.say(PHONE, means(zone=Zone.REFUSE, phone=PHONE)).opening


def test_an_answer_with_a_question_beside_it_does_both() -> None:
    talk = asked_about()
    talk.say("1")
    decided = talk.say(f"{PHONE}，要带什么？", means(zone=Zone.REFUSE, phone=PHONE))
    assert decided.opening
    assert parts(decided) == ["材料：身份证明；权属证明；别人代办，再加委托书。"]


def test_a_new_matter_leaves_the_old_one() -> None:
    talk = asked_about()
    talk.say("电费怎么算", means("bill"))
    assert codes(talk.say("多少钱"))[0] == "follow.none"
    assert talk.thread.topic == "bill"


def test_of_a_case_under_way_how_long_is_how_it_stands() -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair", address=ADDRESS))
    talk.thread = replace(talk.thread, asking="", pending=(), menu=())
    assert codes(talk.say("要多久"))[0] == "case.status"


def test_of_nothing_the_question_is_which_matter() -> None:
    assert codes(Talk().say("那要带什么")) == ["follow.which.papers"]
    assert codes(Talk().say("多少钱")) == ["follow.which.cost"]


def test_days_later_it_is_forgotten() -> None:
    talk = asked_about()
    talk.now += timedelta(days=2)
    assert codes(talk.say("多少钱")) != ["follow", "lines:owner_transfer", "follow.offer"]


def test_a_bare_fact_after_the_offer_is_kept_for_it() -> None:
    talk = asked_about()
    assert codes(talk.say(PHONE, means(zone=Zone.REFUSE, phone=PHONE))) == ["follow.noted", "follow.offer"]
    opening = talk.say("1").opening
    assert opening
    assert opening.slots["phone"] == PHONE


def unsure(zone: Zone) -> Understanding:
    return replace(REFUSED, candidates=("opinion", "owner_transfer"), scores=(0.4, 0.3), zone=zone)


@pytest.mark.parametrize(
    "text", ["我要过户", "过户", "想办一下过户", "过户要带什么", "过户几天能办好", "麻烦帮我办过户吧"]
)
def test_the_very_name_with_a_wish_or_a_question_is_sure(text: str) -> None:
    for zone in (Zone.CHOOSE, Zone.REFUSE):
        talk = Talk(books=replace(BOOKS, topics=TOPICS))
        assert codes(talk.say(text, unsure(zone)))[0] == "answer:owner_transfer"


@pytest.mark.parametrize("text", ["车子过户", "过户的那个人骂我", "不是过户"])
def test_the_name_among_other_words_is_not(text: str) -> None:
    talk = Talk(books=replace(BOOKS, topics=TOPICS))
    assert codes(talk.say(text, unsure(Zone.REFUSE)))[0] != "answer:owner_transfer"
