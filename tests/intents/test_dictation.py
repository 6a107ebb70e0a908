import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.dictation import figured, unmarked


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("户号三三零一二三四五六七八九零", "户号3301234567890"),
        ("户号叁叁零壹二三四五六七", "户号3301234567"),
        ("幺三八 幺二三四 五六七八", "138 1234 5678"),
        ("户号330123\n4567890", "户号3301234567890"),
        ("户号3301、2345、67890", "户号3301234567890"),
        ("前面是33012后面是34567890", "3301234567890"),
        ("三幢二单元，一三八号", "三幢二单元，一三八号"),
        ("11.25停电，138户", "11.25停电，138户"),
        ("三百二十块", "三百二十块"),
    ],
)
def test_numbers_that_were_dictated(text: str, found: str) -> None:
    assert figured(text) == found


def test_groups_without_a_word_for_them_are_joined_only_when_asked_for() -> None:
    assert figured("3301，2345，67890") == "3301，2345，67890"
    assert figured("3301，2345，67890", "account_no") == "3301234567890"
    assert figured("3301，2345，678", "account_no") == "3301，2345，678"


@pytest.mark.parametrize("sign", "²³¹⁰①②⑩❶㈠½")
def test_an_ornament_is_no_figure(sign: str) -> None:
    assert not any(char.isdecimal() or char == sign for char in unmarked(f"户号{sign}"))


@given(st.text(max_size=80))
def test_other_figures_become_our_own(text: str) -> None:
    assert all(char.isascii() for char in unmarked(text) if char.isdecimal())


@given(st.text(alphabet="零一二三四五六七八九十两幺0123456789，、 .\n户号电话前面后是", max_size=40))
def test_figured_twice_is_figured_once(text: str) -> None:
    once = figured(text, "account_no")
    assert figured(once, "account_no") == figured(figured(once, "account_no"), "account_no")
    assert sum(char.isdecimal() for char in once) >= sum(char.isdecimal() for char in text)


@pytest.mark.parametrize("dash", "—–‐−﹣－_·")
def test_groups_may_be_told_with_any_dash(dash: str) -> None:
    assert unmarked(f"3301{dash}2345{dash}67890") == "3301-2345-67890"
    assert unmarked(f"3{dash}5号") == f"3{dash}5号"


@pytest.mark.parametrize("sign", "²①⑨")
def test_an_ornament_joins_nothing(sign: str) -> None:
    assert "3301234567" not in figured(unmarked(f"户号330{sign}1234567"), "account_no")
