from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from intents import train
from intents.match import Matcher, load, understand
from intents.reader import read_handbook
from intents.reasons import ENGINES, Engine, engine, reasons, strongest
from intents.text import words
from intents.understanding import Understanding, Zone

TODAY = date(2026, 11, 23)
NAMES = {"lamp": "路灯报修", "bill": "账单"}


@pytest.fixture
def small(folder: Path) -> Matcher:
    handbook = read_handbook(folder)
    train.write(train.teach(train.lesson(handbook), words(handbook.words, folder).cut), folder / "model.npz")
    return load(folder / "model.npz")


def told(matcher: Matcher, text: str) -> str:
    return "\n".join(reasons(matcher, NAMES, text, understand(matcher, text, today=TODAY)))


def test_guesses_borders_lines_and_words_are_told(small: Matcher) -> None:
    text = told(small, "路灯都不亮了")
    heard = understand(small, "路灯都不亮了", today=TODAY)
    assert f"把握 {heard.score:.3f}：" in text
    assert f"{small.trust.answer_from:.2f} 起直接答，{small.trust.refuse_below:.2f} 起给几项让客户选" in text
    assert ENGINES[Engine.LIGHT] in text
    lamp, bill = (
        next(line for line in text.splitlines() if line.strip().startswith(f"{score:.3f}")) for score in heard.scores
    )
    assert "路灯报修（lamp）　像训练句「路灯不亮了」" in lamp
    assert "账单（bill）" in bill
    assert "路灯" in text.splitlines()[-1]


def test_a_training_line_is_recognised_whatever_its_dress(small: Matcher) -> None:
    assert "训练句里就有这一句，写在「路灯报修（lamp）」里。" in told(small, "您好，路燈不亮了！")
    assert "训练句里就有这一句，写在「不归我们管的」里。" in told(small, "今天下雨吗")
    assert "训练句里就有这一句" not in told(small, "路灯全灭了")


def test_what_is_like_nothing_says_so(small: Matcher) -> None:
    text = told(small, "\u200b")
    assert text.endswith("没有一项业务像这句话。")
    assert "把握 0.000：说没听懂、请人工。" in text


@pytest.mark.parametrize(
    ("danger", "why", "line"),
    [
        (True, ("rule:shock", "rule:fire"), "险情：是，先说安全的话（规则「触电、着火」）。"),
        (True, (), "险情：是，先说安全的话（意思像险情）。"),
        (False, ("rule:sparks",), "险情：不是；碰到了规则「冒火花」，但整句话的意思不像。"),
    ],
)
def test_danger_is_told_with_its_rules(small: Matcher, danger: bool, why: tuple[str, ...], line: str) -> None:  # noqa: FBT001 - a parameter of the case
    heard = Understanding("lamp", 0.9, ("lamp",), danger=danger, zone=Zone.ANSWER, scores=(0.9,), why=why)
    assert line in list(reasons(small, NAMES, "路灯", heard))
    calm = replace(heard, danger=False, why=("路灯不亮了",))
    assert not [line for line in reasons(small, NAMES, "路灯", calm) if line.startswith("险情")]


def test_every_safety_rule_has_a_name() -> None:
    from intents.hazards import RULES
    from intents.reasons import _RULES

    assert {why for why, _ in RULES} <= set(_RULES)


def test_the_words_that_weigh_most_are_those_of_the_matter(small: Matcher) -> None:
    runs = strongest(small, "巷子里的路灯不亮，账单多少钱", "lamp")
    assert 0 < len(runs) <= 6
    assert any("灯" in run for run in runs)
    assert not any(one in other for one in runs for other in runs if one is not other)
    assert not any("账单" in run for run in runs)
    assert any("账单" in run or "多少" in run for run in strongest(small, "巷子里的路灯不亮，账单多少钱", "bill"))
    assert strongest(small, "ludeng", "lamp") == ()
    assert strongest(small, "", "lamp") == ()


def test_the_engine_without_an_encoder_is_the_light_one(small: Matcher) -> None:
    assert engine(small) is Engine.LIGHT
