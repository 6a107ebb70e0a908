import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("贰佰元", "200"),
        ("壹仟贰佰叁拾元", "1230"),
        ("叁佰圆整", "300"),
        ("人民币伍拾元整", "50"),
        ("壹佰贰拾叁元肆角伍分", "123.45"),
        ("拾元", "10"),
        ("廿块", "20"),
        ("三块五毛", "3.5"),
        ("八块二毛五", "8.25"),
        ("五毛钱", "0.5"),
        ("收我1.2万", "12000"),
        ("交了两百五", "250"),
        ("电费贰佰元", "200"),
        ("每度五毛", ""),
        ("十来块", ""),
        ("上百块", ""),
        ("小两百块", ""),
    ],
)
def test_as_it_stands_on_a_slip_or_is_said_shortly(text: str, yuan: str) -> None:
    assert amount(plain(text)) == yuan


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("两百五", "250"), ("一千二", "1200"), ("1.2万", "12000"), ("贰佰", "200"), ("一万二千", "12000")],
)
def test_asked_for_it_may_want_its_unit(text: str, yuan: str) -> None:
    assert amount(text, asked=True) == yuan


@pytest.mark.parametrize("text", ["十来块", "百来块", "十几块", "小两百", "两三百", "三四十块", "上百块", "一百块出头"])
def test_about_so_much_is_asked_back(text: str) -> None:
    assert vague(text)
    assert amount(text, asked=True) == ""


SIGNS, FORMAL = "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"


@given(
    st.lists(st.integers(1, 9), min_size=4, max_size=4), st.sampled_from([(FORMAL, "仟佰拾元"), (SIGNS, "千百十块")])
)
def test_the_formal_signs_read_as_the_plain_ones(figures: list[int], script: tuple[str, str]) -> None:
    signs, units = script
    told = "".join(f"{signs[one]}{unit}" for one, unit in zip(figures, units[:3], strict=False))
    assert amount(f"{told}{signs[figures[3]]}{units[3]}") == "".join(map(str, figures))
