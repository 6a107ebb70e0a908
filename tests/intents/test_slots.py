import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.slots import numbered, read

TODAY = date(2026, 11, 23)
PLACES = ("芦苇新村", "芦苇小区", "白鹭镇", "丹枫路")
MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


def found(text: str, asked: str = "") -> dict[str, str]:
    return read(text, today=TODAY, places=PLACES, asked=asked)


LINES = [json.loads(line) for line in (Path(__file__).parent / "slots.jsonl").read_text("utf-8").splitlines()]
"""Lines as people write them: the question that was open, one slot, and what it holds; empty: nothing of it."""


@pytest.mark.parametrize("line", LINES, ids=[f"{one['slot']}: {one['text']}" for one in LINES])
def test_lines_as_people_write_them(line: dict[str, str]) -> None:
    assert found(line["text"], line["asked"]).get(line["slot"], "") == line["want"]


def test_a_message_gives_all_its_facts() -> None:
    text = "我家住在芦苇新村7幢102，就我家没电，户号9900000012，电话138-1234-5678，昨天报的DL20261122-0003"
    assert found(text) == {
        "account_no": "9900000012",
        "phone": "13812345678",
        "address": "芦苇新村7幢102",
        "date": "2026-11-22",
        "case_no": "DL20261122-0003",
        "scope": "single",
    }


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("芦苇新村7幢102没电了", "芦苇新村7幢102"),
        ("我在白鹭镇丹枫路2号，停电了", "白鹭镇丹枫路2号"),
        ("芦苇小区3栋二单元501室就我家没电", "芦苇小区3栋二单元501室"),
        ("芦苇新村 3 － 9 幢都没电", "芦苇新村3-9幢"),
        ("幸福路18号阳光花园3幢2单元301室停电", "幸福路18号阳光花园3幢2单元301室"),
        ("我家地址：金桂苑12栋3单元601", "金桂苑12栋3单元601"),
        ("朝阳村五组没电", "朝阳村五组"),
        ("我家停电了", ""),
        ("路上有一棵树倒了", ""),
        ("电费怎么交", ""),
    ],
)
def test_addresses(text: str, address: str) -> None:
    assert found(text).get("address", "") == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("老街菜场旁边王婶家", "老街菜场旁边王婶家"),
        ("就在村口小卖部对面", "村口小卖部对面"),
        ("丹枫路2号吧", "丹枫路2号"),
        ("芦苇新村7幢102，电话13812345678", "芦苇新村7幢102"),
        ("你们什么时候来", ""),
        ("不知道", ""),
        ("好的", ""),
        ("转人工", ""),
        ("13812345678", ""),
    ],
)
def test_an_address_asked_for_may_be_told_freely(text: str, address: str) -> None:
    assert found(text, asked="address").get("address", "") == address


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("就我家没电，邻居都有电", "single"),
        ("隔壁有电", "single"),
        ("整栋楼都黑了", "area"),
        ("我们村都没电", "area"),
        ("邻居也没电", "area"),
        ("不止我家", "area"),
        ("没电了", ""),
        ("就我家停，整栋都停了？", ""),
    ],
)
def test_scope(text: str, scope: str) -> None:
    assert found(text).get("scope", "") == scope


@pytest.mark.parametrize(
    ("text", "asked", "name"),
    [
        ("我叫欧阳修", "", "欧阳修"),
        ("户名是王小明", "", "王小明"),
        ("陳大文", "name", "陳大文"),
        ("谢小雨", "name", "谢小雨"),
        ("王先生", "name", "王先生"),
        ("白鹭供电有限公司", "name", "白鹭供电有限公司"),
        ("阿卜杜拉·买买提", "name", "阿卜杜拉·买买提"),
        ("陈大文", "", ""),
        ("好的", "name", ""),
        ("不知道", "name", ""),
        ("人工", "name", ""),
    ],
)
def test_names(text: str, asked: str, name: str) -> None:
    assert found(text, asked).get("name", "") == name


def test_other_questions_take_any_plausible_answer() -> None:
    assert found("下午三点以后", asked="visit") == {"visit": "下午三点以后"}
    assert "battery" not in found("为什么要问这个", asked="battery")
    assert "visit" not in found("谢谢", asked="visit")


def test_an_identity_number_is_no_slot() -> None:
    assert found("320102199001011234") == {}


@given(
    st.text(max_size=60), MOBILE, st.text(max_size=60), st.sampled_from(["", "address", "phone", "account_no", "name"])
)
def test_an_eleven_digit_mobile_is_never_the_account(before: str, mobile: str, after: str, asked: str) -> None:
    assert found(f"{before} {mobile} {after}", asked).get("account_no") != mobile


@pytest.mark.parametrize("text", ["5号", "是12号吧", "就五号"])
def test_a_number_alone_may_be_a_day_or_a_door(text: str) -> None:
    assert numbered(text)


@pytest.mark.parametrize("text", ["5号楼", "中山路5号", "5号停电吗", "好的"])
def test_with_more_words_it_is_one_of_them(text: str) -> None:
    assert not numbered(text)


PIECES = (
    "户号 电话 地址 三三零一 二三四五 六七八九零 13812345678 3301234567",
    "，  。 \n 芦苇新村 3幢 2单元 502 明天 上午 九点 到",
    "10号 15号 停了 国庆 三百二 块 一千 多 上个月底 初八 ② ² 转 802",
    "不是 还是 原来那个 来装 有空",
)
TALK = st.lists(st.sampled_from([piece for line in PIECES for piece in line.split(" ")]), max_size=12).map("".join)


@pytest.mark.parametrize("slot", ["account_no", "phone", "address", "date", "amount", "case_no", "visit"])
@given(data=st.data())
def test_what_was_read_reads_the_same_again(slot: str, data: st.DataObject) -> None:
    """Told back as the answer to its own question, a fact stays what it is."""
    value = found(data.draw(TALK), slot).get(slot, "")
    if value:
        assert found(value, slot).get(slot) == value


@given(TALK, st.sampled_from(["", "account_no", "date", "amount", "phone"]))
def test_reading_leaves_no_trace(text: str, asked: str) -> None:
    once = found(text, asked)
    assert found(text, asked) == once
    digits = once.get("account_no", "0" * 10)
    assert len(digits) in (10, 13, 16)
    assert digits.isascii()
    assert once.get("until", "9999") > once.get("date", "")


@given(
    st.text(max_size=200), st.sampled_from(["", "address", "phone", "account_no", "name", "scope", "visit", "amount"])
)
def test_any_text_can_be_read(text: str, asked: str) -> None:
    assert all(value and "\n" not in value for value in found(text, asked).values())
