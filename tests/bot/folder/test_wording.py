from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.folder.faults import FolderFaults
from bot.folder.reader import read_folder

Tables = dict[str, Any]
Told = Callable[[Tables], list[str]]
Write = Callable[[Mapping[str, str | bytes]], Path]


@pytest.mark.parametrize(
    ("table", "key", "value", "words"),
    [
        ("hall", "phone", 5, "phone 要写成文字，两头加英文引号"),
        ("hall", "name", "", "name 不能空着"),
        ("hall", "name", "甲\n乙", "name 不能空着，也不能分行"),
        ("hall", "name", "甲\x07", "看不见的字符"),
        ("hall", "name", "甲\ud800", "看不见的字符"),
        ("hall", "note", "长" * 4001, "note 太长"),
        ("hall", "zone", "Mars/Base", "时区要写成"),
        ("hall", "zone", "../etc", "时区要写成"),
        ("hall", "adress", "x", "没有“adress”这一项，是不是“address”？"),
        ("rules", "accept_remind", "20分钟", "时长要写成"),
        ("rules", "callback", "2wd", "昼夜连续走"),
        ("rules", "handover", "boss", "handover 不能写“boss”，只能是 leader、consent"),
        ("rules", "low_rating", 9, "low_rating 太大"),
        ("rules", "transfers_max", -1, "transfers_max 太小"),
        ("rules", "transfers_max", "many", "要写一个整数"),
        ("rules", "transfers_max", True, "要写一个整数"),
        ("rules", "digest", ["8点"], "digest.1 钟点要写成"),
        ("rules", "file_max", "20", "大小要写成"),
        ("drill", "speed", -1, "speed 太小"),
        ("drill", "now", "2026-12-01", "时刻要写到几点几分"),
        ("team", "evaluated", "maybe", "只能写 true 或 false"),
        ("staff", "no", "W 1", "编号里不能有空格"),
        ("staff", "no", "clock", "工号不能是"),
        ("staff", "post", "works", "post 不能写“works”，只能是 guide、work、service、duty、空，是不是“work”？"),
        ("staff", "rights", ["boss"], "rights.1 不能写“boss”"),
        ("staff", "telegram_id", 0, "telegram_id 太小"),
        ("staff", "skills", ["换名"], "skills.1 代码只用小写英文字母"),
        ("staff", "skills", 5, "skills 要写成列表"),
        ("shift", "staff", [], "staff 不能空着"),
        ("shift", "hours", [], "hours 不能空着"),
        ("shift", "days", "mon-fry", "“mon-fry”不是日子"),
        ("shift", "hours", "8-12", "时段要写成"),
        ("leave", "from", "2026-12-32", "日期要写成"),
        ("leave", "to", "2026-12-01", "先后倒了"),
        ("leave", "stand_in", "W1", "不能自己替自己的班"),
        ("hours", "days", None, "没写是哪些日子"),
        ("hours", "from", "2026-12-01", "from 和 to 要写就两个都写"),
        ("hours", "open", ["08:00-12:00", "11:30-13:00"], "两段营业时间重叠"),
        ("place", "zone", "city", "zone 不能写“city”，只能是 urban、rural、remote、空"),
        ("account", "no", "9.9E9", "科学计数"),
        ("account", "kind", "villa", "kind 不能写这样，只能是 resident、business、hv"),
        ("account", "phone", "打我", "电话只用数字"),
        ("account", "life_support", "制氧机", "要写成一张小表"),
        ("account", "life_support", "{bad", "小表要写成"),
        ("bill", "month", "2026-13", "月份要写成"),
        ("bill", "amount", "80元", "amount 要写一个数"),
        ("bill", "paid_at", "昨天", "时刻要写到几点几分"),
        ("customer", "accounts", [{"proof": "P2"}], "accounts.1.no 没写"),
        ("customer", "accounts", [{"no": "8800000001", "proof": "P9"}], "只能是 P0、P1、P2、P3"),
        ("outage", "kind", "storm", "只能是 planned、temporary、fault"),
        ("outage", "area", None, "没写停哪里"),
        ("outage", "end_at", "2026-11-01T00:00:00", "先后倒了"),
        ("outage", "begin_at", "明天", "时刻要写到几点几分"),
        ("tariff", "tiers", [{"to": 1000, "price": 1}], "只有最后一档不写 to"),
        ("tariff", "tiers", [{"price": 1}, {"price": 2}], "只有最后一档不写 to"),
        ("tariff", "tiers", [{"to": 5, "price": 1}, {"to": 5, "price": 2}, {"price": 3}], "一档比一档大"),
        ("tariff", "tiers", [{"price": "a"}], "tiers.1.price 要写一个数"),
        ("tariff", "tou", {"peak": 1}, "tou.valley 没写"),
        ("tariff", "late_fee", 2, "late_fee 太大"),
        ("promise", "promise", "5 天", "时长要写成"),
        ("promise", "internal", "0wd", "时限要大于零"),
        ("promise", "zone", "sea", "zone 不能写“sea”"),
        ("quota", "amount", "many", "amount 要写一个数"),
        ("finance", "income", None, "income 没写，这一项必须有"),
        ("case", "state", "draft", "state 不能写这样"),
        ("case", "rating", 6, "评价写 1 到 5"),
        ("case", "slots", ["x"], "要写成 { 名"),
        ("case", "accepted_at", "2026-11-01T00:00:00", "先后倒了"),
        ("case", "history", [{"move": "accept"}], "history.1.at 没写"),
    ],
)
def test_a_bad_value_is_told_in_chinese(
    tables: Tables, told: Told, table: str, key: str, value: object, words: str
) -> None:
    row = tables[table][0] if isinstance(tables[table], list) else tables[table]
    row[key] = value
    found = told(tables)
    assert any(words in message for message in found), found
    assert not any(message.isascii() for message in found)


@pytest.mark.parametrize(
    ("table", "emptied", "words"),
    [
        ("tariff", ("tiers", "tou"), "没写价"),
        ("promise", ("promise", "internal", "red_line"), "三条时限线一条也没写"),
        ("promise", ("source",), "source 没写"),
    ],
)
def test_what_is_left_out_is_told(tables: Tables, told: Told, table: str, emptied: tuple[str, ...], words: str) -> None:
    for key in emptied:
        del tables[table][0][key]
    assert any(words in message for message in told(tables))


@pytest.mark.parametrize("days", ["daily", "mon-fri"])
@pytest.mark.parametrize(
    ("spans", "overlap"),
    [
        (["20:00-02:00"], False),
        (["02:00-12:00", "20:00-02:00"], False),
        (["01:00-12:00", "20:00-02:00"], True),
        (["20:00-02:00", "22:00-23:00"], True),
        (["00:00-24:00", "20:00-02:00"], True),
        (["08:00-12:00", "11:59-17:00"], True),
    ],
)
def test_opening_over_midnight_overlaps_nothing(
    tables: Tables, told: Told, days: str, spans: list[str], *, overlap: bool
) -> None:
    tables["hours"] = [{"days": days, "open": spans}]
    assert any("两段营业时间重叠" in message for message in told(tables)) is overlap


def test_the_line_is_that_of_the_very_cell(write: Write, hall_text: str) -> None:
    with pytest.raises(FolderFaults) as raised:
        read_folder(write({"hall.toml": hall_text.replace('post = "duty"\n\n[[staff]]', 'post = "duke"\n\n[[staff]]')}))
    (fault,) = raised.value.faults
    assert hall_text.splitlines()[(fault.line or 0) - 1] == 'post = "duty"'


def test_a_row_is_named_by_its_key_but_for_customers(tables: Tables, told: Told) -> None:
    tables["staff"][0]["cap"] = tables["account"][0]["people"] = tables["leave"][0]["kind"] = "x\ny"
    assert [message.split("：")[0] for message in told(tables)] == [
        "人员（staff）W1",
        "户号（account）第 1 条",
        "请假（leave）第 1 条",
    ]
