import pytest

from bench import peers, understanding
from intents.labelled import Labelled
from intents.reader import read_handbook, shipped
from intents.scoring import OUTSIDE

LINES = (
    ("pay", "电费怎么交"),
    ("pay", "在哪里缴费"),
    ("pay", "手机上能交电费吗"),
    ("lamp", "路灯不亮了"),
    ("lamp", "路灯坏了来修"),
    ("lamp", "门口路灯灭了"),
    (OUTSIDE, "今天下雨吗"),
    (OUTSIDE, "帮我点个外卖"),
    (OUTSIDE, "明天会下雨吗"),
)


def cut(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(0, len(text), 2)]


@pytest.mark.parametrize("name", ["jieba_tfidf_linear_svc", "char_ngrams_linear_svc", "rapidfuzz_nearest", "bm25s"])
def test_each_peer_learns_what_it_is_taught(name: str) -> None:
    judge = peers.all_of_them(LINES, cut)[name]
    assert [judge(text)[0] for _, text in LINES] == [code for code, _ in LINES]
    assert min(judge(text)[1] for code, text in LINES if code != OUTSIDE) > 0
    assert max(judge(text)[1] for code, text in LINES if code == OUTSIDE) < 0
    judge("")
    judge("zzz")


def test_two_matters_without_strangers_are_told_apart() -> None:
    judge = peers.linear(LINES[:6], peers.grams)
    assert judge("路灯")[0] == "lamp"
    assert judge("电费")[0] == "pay"


def test_a_judge_is_scored_by_what_it_names_and_how_it_ranks() -> None:
    said = {"甲": ("a", 0.9), "乙": ("a", 0.4), "丙": (OUTSIDE, 0.5)}
    lines = [Labelled("甲", "a"), Labelled("乙", "b"), Labelled("丙", OUTSIDE)]
    found = understanding.side(said.__getitem__, lines)
    assert (found["strict"], found["strangers_refused"], found["auroc"]) == (0.5, 1, 0.5)
    assert found["p95_us_up_to_30_characters"] is not None
    assert understanding.side(said.__getitem__, [])["p95_us_up_to_30_characters"] is None


def test_the_shadow_is_as_large_and_shares_no_line() -> None:
    handbook = read_handbook(shipped())
    twice = understanding.doubled(handbook)
    assert len(twice.topics) == 2 * len(handbook.topics) - (OUTSIDE in handbook.topics)
    assert len(twice.negatives) == 2 * len(handbook.negatives)
    topic, shadow = handbook.topics["owner_transfer"], twice.topics["owner_transfer_again"]
    assert len(topic.examples) == len(shadow.examples)
    assert not set(topic.examples) & set(shadow.examples)
    assert {line.intent for line in understanding.checks(twice)} <= set(handbook.topics)
