import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents import figures
from intents.figures import has_id_number, mask, numeral
from intents.text import plain


def account(text: str) -> str:
    rest = figures.case_no(plain(text))[1]
    return figures.account_no(figures.phone(figures.without_ids(rest))[1])


def phone(text: str) -> str:
    return figures.phone(figures.without_ids(plain(text)))[0]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("户号1234567890", "1234567890"),
        ("1234 5678 90", "1234567890"),
        ("1234-5678-90", "1234567890"),
        ("１２３４５６７８９０", "1234567890"),
        ("我的号：3301234567890", "3301234567890"),
        ("1234567890123456", "1234567890123456"),
        ("户号1234567890，电话13812345678", "1234567890"),
        ("1234567890 13812345678", "1234567890"),
        ("1234567890，再说一遍 1234567890", "1234567890"),
        ("9900000012 和户号 9900000013", "9900000013"),
        ("不是9900000012，是9900000013", "9900000013"),
        ("0251234567", "0251234567"),
    ],
)
def test_account_numbers(text: str, number: str) -> None:
    assert account(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "8613812345678",
        "户号8613812345678",
        "+86 138 1234 5678",
        "320102199001011234",
        "32010219900101123X",
        "9900000012 和 9900000013",
        "银行卡号1234567890123456",
        "表号1234567890",
        "快递单号1234567890",
        "400-123-4567",
        "2026-11-25 10:00",
        "DL20261123-0007",
        "12345678901",
        "123456789",
    ],
)
def test_what_is_no_account_number(text: str) -> None:
    assert account(text) == ""


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "户号", "我的是", "+86", "86 ", "电话："])
)
def test_a_mobile_is_never_an_account(number: str, before: str) -> None:
    assert account(f"{before}{number}") != number
    assert account(f"{before}{number[:3]} {number[3:7]} {number[7:]}") == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13812345678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("025-87654321", "02587654321"),
        ("02587654321", "02587654321"),
        ("000-0000000", "0000000000"),
        ("打13812345678，别打13912345678", "13812345678"),
        ("邻居13912345678，我电话13812345678", "13812345678"),
        ("13812345678或13912345678", ""),
        ("12812345678", ""),
        ("95598", ""),
        ("320102199001011234", ""),
    ],
)
def test_telephones(text: str, number: str) -> None:
    assert phone(text) == number


def test_a_short_local_number_counts_only_when_asked_for() -> None:
    assert figures.phone("8712 3456")[0] == ""
    assert figures.phone("8712 3456", asked=True)[0] == "87123456"


def test_what_is_asked_for_may_be_called_otherwise() -> None:
    assert figures.account_no("账号是1234567890") == ""
    assert figures.account_no("账号是1234567890", asked=True) == "1234567890"


def test_every_number_is_told_with_its_doubts() -> None:
    told = figures.phones("老号13912345678停了，电话13812345678或者13712345678")
    assert [(one.digits, one.named, one.denied) for one in told] == [
        ("13912345678", False, True),
        ("13812345678", True, False),
        ("13712345678", True, False),
    ]
    assert [one.digits for one in figures.accounts("户号1234567890和9900000012")] == ["1234567890", "9900000012"]


@pytest.mark.parametrize(
    ("text", "no"),
    [
        ("DL20261123-0007", "DL20261123-0007"),
        ("dl20261123-0007 到哪了", "DL20261123-0007"),
        ("DL202611230007", "DL20261123-0007"),
        ("ＤＬ２０２６１１２３－０００７", "DL20261123-0007"),
        ("单号20261123-0007", "DL20261123-0007"),
        ("DL20261123-0007 DL20261123-0008", ""),
        ("DL2026112-0007", ""),
    ],
)
def test_case_numbers(text: str, no: str) -> None:
    assert figures.case_no(plain(text))[0] == no


def test_numerals() -> None:
    assert [numeral(text) for text in ("十", "二十三", "一百零五", "三万二千", "7", "甲", "")] == [
        10,
        23,
        105,
        32000,
        7,
        None,
        None,
    ]


@pytest.mark.parametrize(
    "text", ["320102199001011234", "32010219900101123X", "320102 19900101 1234", "３２０１０２１９９００１０１１２３４"]
)
def test_identity_numbers_are_masked(text: str) -> None:
    hidden = mask(f"我的是{text}。")
    assert has_id_number(text)
    assert not has_id_number(hidden)
    assert text not in hidden
    assert hidden.startswith("我的是*")
    assert hidden.endswith("。")


@pytest.mark.parametrize("text", ["1234567890", "13812345678", "1234567890123456", "1234567890123456789"])
def test_other_numbers_are_not_masked(text: str) -> None:
    assert mask(text) == text


def carded(start: str, digits: str) -> str:
    """A card of sixteen figures with the check figure it needs."""
    body = f"{start}{digits}"[:15]
    return next(f"{body}{last}" for last in range(10) if figures.is_card(f"{body}{last}"))


@given(st.sampled_from(["62", "4", "51", "55", "35", "9558"]), st.text("0123456789", min_size=15, max_size=15))
def test_a_bank_card_is_never_an_account_whatever_it_is_called(start: str, digits: str) -> None:
    card = carded(start, digits)
    assert account(card) == ""
    assert account(f"户号{card}") == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3301234567890123", "3301234567890123"),
        ("3301234567890128", "3301234567890128"),
        ("4367421234567890", "4367421234567890"),
        ("6222021234567890", ""),
        ("户号6222021234567890", "6222021234567890"),
        ("4111111111111111", ""),
        ("户号4111111111111111", ""),
        ("6222021234567890123", ""),
    ],
)
def test_sixteen_figures_are_a_card_by_their_first_and_their_check_figure(text: str, number: str) -> None:
    """The check figure decides; where it is wrong and a number begins with 62, the word 户号 before it does."""
    assert account(text) == number


@given(st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True), st.sampled_from(["", "户号", "户号是", "我的"]))
def test_an_identity_number_is_never_an_account(number: str, before: str) -> None:
    assert account(f"{before}{number}") == ""


@given(st.from_regex(r"861[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "户号", "户号是", "+"]))
def test_a_mobile_with_its_country_is_never_an_account(number: str, before: str) -> None:
    assert account(f"{before}{number}") == ""
