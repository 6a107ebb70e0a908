from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guide import proof
from bot.guide.supply import Account

HAN_SIGN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("强", "强"),
        ("强。", "强"),
        ("是强字", "强"),
        ("强字", "强"),
        ("建国的国", "国"),
        ("国，建国的国", "国"),
        ("是陆听泉的泉字", "泉"),
        ("最后一个字是强", "强"),
        ("户名末字是“泉”", "泉"),
        ("末字强", "强"),
        ("「强」", "强"),
        ("國", "国"),
        ("3", "3"),
        ("３", "3"),
        ("叫强吧", "强"),
    ],
)
def test_a_character_is_told_in_many_ways(text: str, sign: str) -> None:
    assert proof.told(text) == sign


@pytest.mark.parametrize(
    "text",
    [
        "",
        "嗯",
        "不",
        "是",
        "不知道",
        "电费的事",
        "我要查电费",
        "算了",
        "十字路口电线着火了",
        "？",
        "好的" * 20,
        "下个月呢",
    ],
)
def test_what_is_no_answer_proves_nothing(text: str) -> None:
    assert proof.told(text) == ""


@pytest.mark.parametrize("text", ["强", "是强字", "泉水的泉", "着火的火"])
def test_nothing_but_the_answer_is_no_cry_for_help(text: str) -> None:
    assert proof.only(text)


@pytest.mark.parametrize("text", ["着火了", "国，着火了", "触电", "末字是强，家里着火了"])
def test_anything_more_may_be_one(text: str) -> None:
    assert proof.only(text) == ""


def test_the_last_sign_of_a_name() -> None:
    assert proof.last_sign("南浦冷库（虚构）") == "构"
    assert proof.last_sign("顧念慈") == "慈"
    assert proof.last_sign("（）") == ""
    assert proof.of_name("李大明") == "明"
    assert proof.of_name("下个月呢") == ""


def test_an_account_nobody_has_fits_nothing() -> None:
    account = Account("9900000012", "陳國強", "x", balance=Decimal(0))
    assert proof.fits(account, "强")
    assert proof.fits(account, "強")
    assert not proof.fits(account, "国")
    assert not proof.fits(account, "")
    assert not proof.fits(None, "强")


@given(st.text(max_size=60))
def test_any_text_tells_one_sign_or_none(text: str) -> None:
    assert len(proof.told(text)) <= 1
    assert proof.only(text) in ("", proof.told(text))


@given(HAN_SIGN.filter(lambda sign: sign not in "是不嗯哦啊呃额哈喂诶唉吧呀呢嘛字叫就的"))
def test_whatever_the_character_it_is_heard(sign: str) -> None:
    assert proof.told(sign) == proof.told(f"是{sign}字") != ""
