from pathlib import Path

from intents.grams import WORD, grams, seen, shape, shaped
from intents.match import Matcher
from intents.text import words


def test_runs_of_one_two_and_three() -> None:
    assert grams("停电") == ["^", "停", "电", "$", "^停", "停电", "电$", "^停电", "停电$"]
    assert grams("") == []


def test_figures_are_folded_but_for_those_that_mean_something() -> None:
    assert shape("户号1234567890欠120元，打95598") == "#欠120元，打95598"
    assert shape("电费368元") == "电费000元"
    assert shape("88") == "88"


def test_a_long_letter_keeps_its_beginning_and_its_end() -> None:
    letter = "起" + "中" * 5000 + "末"
    assert len(shaped(letter)) < 2100
    assert shaped(letter).startswith("起")
    assert shaped(letter).endswith("末")


def test_words_are_seen_beside_the_runs_as_the_hall_s_dictionary_cuts_them(tmp_path: Path) -> None:
    own = words(("一户多人口",), tmp_path).cut
    plain = words((), tmp_path).cut
    assert f"{WORD}一户多人口" in seen("办一户多人口", own)
    assert f"{WORD}一户多人口" not in seen("办一户多人口", plain)
    assert set(grams("办一户多人口")) < set(seen("办一户多人口", own))


def test_the_shipped_model_weighs_words(matcher: Matcher) -> None:
    assert f"{WORD}转人工" in matcher.text.rows
    assert "转人工" in matcher.cut("我要转人工")
