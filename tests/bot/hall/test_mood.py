"""How the customer feels, read off his words and what he went through."""

from typing import Any

import pytest

from bot.desk.words import words
from bot.hall import mood
from bot.hall.records import Line
from bot.hall.wording import render
from tests.kit import MONDAY, edition

DATA = edition().data
CALM: dict[str, Any] = {"urges": 0, "asked_again": 0, "promises": [{"state": "running"}]}


def felt(*said: str, zone: str = "answer", **case: Any) -> tuple[str, str]:
    lines = [Line(n, MONDAY, "customer", text, heard={"zone": zone}) for n, text in enumerate(said, 1)]
    found = mood.of(DATA, CALM | case, lines)
    return found["level"], "；".join(found["signs"])


@pytest.mark.parametrize(
    "said", ["我家停电了", "谢谢师傅", "不着急，您慢慢来", "没生气，就是问问", "好的！", "能来修一下吗？"]
)
def test_calm_people_are_calm(said: str) -> None:
    assert felt(said) == ("calm", "")


@pytest.mark.parametrize(
    ("said", "sign"),
    [
        ("快点来人", "快点"),
        ("都等了两个钟头", "等了"),
        ("到底修不修", "到底"),
        ("什么情况？！", "叹号"),
        ("好！行！来！", "叹号"),
    ],
)
def test_words_and_marks_of_haste(said: str, sign: str) -> None:
    level, signs = felt(said)
    assert level == "upset"
    assert sign in signs


@pytest.mark.parametrize("said", ["气死我了", "你们什么态度", "忍无可忍", "烦死了，一直没人来，到底管不管！！"])
def test_anger(said: str) -> None:
    assert felt(said)[0] in ("very_upset", "upset")
    assert felt(said, urges=2)[0] == "very_upset"


@pytest.mark.parametrize(
    ("case", "level", "sign"),
    [
        ({"urges": 1}, "upset", "催过 1 次"),
        ({"urges": 3}, "upset", "催过 3 次"),
        ({"asked_again": 2}, "upset", "2 次"),
        ({"promises": [{"state": "broken"}]}, "upset", "没有做到"),
        ({"urges": 3, "promises": [{"state": "broken"}]}, "very_upset", "催过 3 次"),
    ],
)
def test_what_he_went_through(case: dict[str, Any], level: str, sign: str) -> None:
    found, signs = felt("你好", **case)
    assert found == level
    assert sign in signs


def test_sentences_nobody_understood() -> None:
    told = render(DATA, words("answer:out_of_scope"))
    missed = [Line(1, MONDAY, "customer", "那个啥"), Line(2, MONDAY, "guide", f"{told}\n还有别的吗")]
    assert mood.of(DATA, CALM, missed)["level"] == "calm"
    again = [Line(3, MONDAY, "customer", "这个啥"), Line(4, MONDAY, "guide", told)]
    found = mood.of(DATA, CALM, [*missed, *again])
    assert found["level"] == "upset"
    assert "2 句" in found["signs"][0]
    later = [Line(n, MONDAY, "customer", "你好") for n in range(5, 5 + mood.LATEST)]
    assert mood.of(DATA, CALM, [*missed, *again, *later])["level"] == "calm"


def test_a_bare_answer_is_understood_however_it_reads() -> None:
    heard = {"zone": "refuse", "slots": {}}
    answers = [Line(n, MONDAY, "customer", "老糖厂宿舍二单元", heard=heard) for n in range(4)]
    assert mood.of(DATA, CALM, answers)["level"] == "calm"


def test_only_the_customer_s_newest_words_count() -> None:
    old = [Line(n, MONDAY, "customer", "你好") for n in range(mood.LATEST)]
    angry = Line(0, MONDAY, "customer", "气死我了！！")
    assert mood.of(DATA, CALM, [angry, *old])["level"] == "calm"
    assert mood.of(DATA, CALM, [*old, Line(9, MONDAY, "staff", "气死我了！！")])["level"] == "calm"
    assert mood.of(DATA, CALM, [*old, angry])["level"] == "very_upset"
