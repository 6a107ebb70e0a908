from dataclasses import replace
from datetime import date

from intents.rows import Source
from intents.sense import shared_sense, templates, topic_sense
from intents.topic import Ask, Fact, PromiseRow, Situation, Step, Topic, TopicKind

TOPIC = Topic(
    code="lamp",
    name="路灯",
    kind=TopicKind.CASE,
    post="work",
    answer="答",
    source="示例",
    as_of=date(2026, 11, 23),
    safety="险",
    asks=(Ask("address", question="问"),),
    steps=(Step("arrive", "到场", "backstage", promise="lamp.arrive", told="告"),),
    situations=(Situation("fire", ("火",), "说"),),
)
PROMISES = (PromiseRow("lamp.arrive.rural", ("lamp",), "arrive", "示例", promise="90m", zone="rural"),)


def told(topic: Topic) -> list[str]:
    source = Source("a.toml", "")
    topic_sense(source, topic, {"shared": Fact("shared", "1", "示例")}, PROMISES)
    return [fault.message for fault in source.faults]


def test_all_that_customers_read_is_looked_through() -> None:
    assert [words for words, *_ in templates(TOPIC)] == ["答", "险", "问", "告", "说"]


def test_a_stem_stands_for_the_row_of_the_zone_but_never_in_words() -> None:
    assert told(TOPIC) == []
    assert told(replace(TOPIC, promises=("lamp.arrive", "lamp.arrive.rural"))) == []
    assert told(replace(TOPIC, answer="{promise.lamp.arrive}"))[0].startswith("花括号里的「promise.lamp.arrive」")


def test_shared_facts_and_the_halls_words_are_known() -> None:
    assert told(replace(TOPIC, answer="{shared} {hall} {hotline} {promise.lamp.arrive.rural}")) == []


def test_one_code_stands_once() -> None:
    assert told(replace(TOPIC, steps=TOPIC.steps * 2)) == ["[[steps]] 里「arrive」写了两遍"]


def test_one_sentence_belongs_to_one_matter_however_it_is_written() -> None:
    faults = shared_sense(
        [(Source("a", ""), "甲", ("電費怎麼交", "x")), (Source("b", "电费怎么交"), "乙", ("电费怎么交",))]
    )
    assert [str(fault) for fault in faults] == ["b 第 1 行：「电费怎么交」在「甲」里已经有了，只能放一处"]
