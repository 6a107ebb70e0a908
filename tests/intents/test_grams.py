from intents.grams import grams, shape, shaped


def test_runs_of_one_two_and_three() -> None:
    assert grams("停电") == ["^", "停", "电", "$", "^停", "停电", "电$", "^停电", "停电$"]
    assert grams("") == []


def test_figures_are_folded_but_for_those_that_mean_something() -> None:
    assert shape("户号1234567890欠120元，打95598") == "户号#欠120元，打95598"
    assert shape("电费368元") == "电费000元"
    assert shape("88") == "88"


def test_a_long_letter_keeps_its_beginning_and_its_end() -> None:
    letter = "起" + "中" * 5000 + "末"
    assert len(shaped(letter)) < 2100
    assert shaped(letter).startswith("起")
    assert shaped(letter).endswith("末")
