import pytest

from intents.sums import amount, vague
from intents.text import plain


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("电费120.5元", "120.5"),
        ("交了300块", "300"),
        ("120块5", "120.5"),
        ("¥88", "88"),
        ("1,234.50元", "1234.50"),
        ("1.2万元", "12000"),
        ("一百二十块", "120"),
        ("两千零五元", "2005"),
        ("上月120元这月360元", ""),
        ("三百多块", ""),
        ("220度", ""),
    ],
)
def test_amounts(text: str, yuan: str) -> None:
    assert amount(plain(text)) == yuan


def test_a_bare_figure_is_an_amount_only_when_asked_for() -> None:
    assert amount("88.5") == ""
    assert amount("88.5", asked=True) == "88.5"


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("三百二", "320"),
        ("三百零二", "302"),
        ("一万二", "12000"),
        ("两百块五", "200.5"),
        ("大概300块", "300"),
        ("几百", ""),
        ("一千多", ""),
        ("三五百块", ""),
        ("100到300块", ""),
        ("不知道", ""),
    ],
)
def test_asked_for_it_may_be_told_shortly(text: str, yuan: str) -> None:
    assert amount(text, asked=True) == yuan


@pytest.mark.parametrize("text", ["几百块", "好几百", "一千多块", "500来块", "百把块"])
def test_about_so_much_is_vague(text: str) -> None:
    assert vague(text)


@pytest.mark.parametrize("text", ["三百二", "320元", "多少钱"])
def test_a_sum_or_none_is_not_vague(text: str) -> None:
    assert not vague(text)
