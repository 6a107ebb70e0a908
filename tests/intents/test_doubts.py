from datetime import date

import pytest

from intents.doubts import Doubt, Why, doubt

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        ("account_no", "13812345678", Doubt(Why.MOBILE)),
        ("account_no", "表号3301234567890", Doubt(Why.METER)),
        ("account_no", "银行卡6222021234567890123", Doubt(Why.CARD)),
        ("account_no", "户号4111111111111111", Doubt(Why.CARD)),
        ("amount", "十来块", Doubt(Why.VAGUE)),
        ("account_no", "户号12345678901", Doubt(Why.LENGTH, digits="12345678901")),
        ("account_no", "33012", Doubt(Why.PART, digits="33012")),
        ("account_no", "户号前六位330012", Doubt(Why.PART, digits="330012")),
        ("account_no", "我户号前面是33001", Doubt(Why.PART, digits="33001")),
        ("account_no", "后面是3456", Doubt(Why.PART, digits="3456")),
        ("account_no", "只记得后四位3456", Doubt(Why.LENGTH, digits="3456")),
        ("account_no", "1234567890和1234567891", Doubt(Why.TWO, ("1234567890", "1234567891"))),
        ("phone", "1381234567", Doubt(Why.LENGTH, digits="1381234567")),
        ("phone", "13812345678或者13912345678", Doubt(Why.TWO, ("13812345678", "13912345678"))),
        ("date", "5号", Doubt(Why.WHEN, ("2026-11-05", "2026-12-05"))),
        ("date", "今天还是后天", Doubt(Why.TWO, ("2026-11-23", "2026-11-25"))),
        ("amount", "好几百", Doubt(Why.VAGUE)),
        ("phone", "还是原来那个", Doubt(Why.SAME)),
    ],
)
def test_why_an_answer_is_asked_back(asked: str, text: str, expected: Doubt) -> None:
    assert doubt(text, asked, TODAY) == expected


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("account_no", "不记得了"),
        ("account_no", "332501199001011234"),
        ("phone", "不方便"),
        ("date", "忘了"),
        ("amount", "不清楚"),
        ("name", "12345"),
        ("address", "3幢"),
    ],
)
def test_what_raises_no_doubt(asked: str, text: str) -> None:
    assert doubt(text, asked, TODAY) is None
