from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.folder import syntax
from bot.folder.faults import Fault


def faults(text: str) -> list[tuple[int | None, str]]:
    return [(fault.line, fault.message) for fault in syntax.read_toml("x.toml", text)[1]]


def test_a_good_text_keeps_its_figures_and_lines() -> None:
    (record,), none = syntax.read_toml("x.toml", "a = 0.10\r\n[b]\r\nc = 1\r\n")
    assert none == []
    assert record.values == {"a": Decimal("0.10"), "b": {"c": 1}}
    assert record.lines[("b", "c")] == 3


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a = 1\n\nb = “x”\n", 3, "用了中文引号"),
        ('a = "x”\n', 1, "用了中文引号"),
        ('a = ["x"，"y"]\n', 1, "用了中文逗号"),
        ('a = ["x"、"y"]\n', 1, "用了中文逗号"),
        ("a：1\n", 1, "用了中文冒号"),
        ("a ＝ 1\n", 1, "用了中文等号"),
        ("［a］\n", 1, "用了中文括号"),
        ("＃ 注\n", 1, "用了中文井号"),
        ("a = １\n", 1, "用了全角数字"),
        ("a\u3000= 1\n", 1, "用了中文空格"),
        ('a = "x\nb = 1\n', 1, "英文引号没有成对"),
        ('b = 1\na = """x\n', 2, "英文引号没有成对"),
        ("a = 'x\n", 1, "英文引号没有成对"),
        ('a = "\x01"\n', 1, "看不见的字符"),
        ("a 1\n", 1, "缺等号"),
        ("a = 1 b = 2\n", 1, "一行只写一个"),
        ("a = [1 2]\n", 1, "列表没有写完"),
        ("a = [1\n", 1, "列表没有写完"),
        ("a = {b = 1\n}\n", 1, "花括号没有写完"),
        ("a = {b = 1,}\n", 1, "最后一项后面不要逗号"),
        ("[[a]\n", 1, "方括号没有成对"),
        ("[a\n", 1, "方括号没有成对"),
        ("a = yes\n", 1, "等号后面的值不对"),
        ("a =\n", 1, "等号后面的值不对"),
        ("a = 2026-02-30\n", 1, "日期或时刻不对"),
        ("a = 1\na = 2\n", 2, "写了两遍"),
        ("[a]\nx = 1\n[a]\n", 3, "写了两遍"),
        ("a = {b = 1, b = 2}\n", 1, "写了两遍"),
        ('a = "\\d"\n', 1, "反斜线"),
        ("= 1\n", 1, "键 = 值"),
        ("名字 = 1\n", 1, "键 = 值"),
        ("a = " + "9" * 5000, 1, "数太长"),
        ("a = 1e" + "9" * 40, 1, "数太长"),
        ("a = " + "[" * 5000, 1, "套得太深"),
    ],
)
def test_what_is_wrong_is_told_in_chinese_by_line(text: str, line: int, words: str) -> None:
    found = faults(text)
    assert len(found) == 1
    assert found[0][0] == line
    assert words in found[0][1]


def test_one_slip_in_each_table_is_told_not_only_the_first() -> None:
    text = '[[a]]\nx = yes\n[[a]]\nx = 1\n[[a]]\nx = "1\n[b]\ny = “1”\nz = 2，\n'
    assert [line for line, _ in faults(text)] == [8, 9, 2, 6]


def test_a_line_of_an_array_is_no_table() -> None:
    assert faults("a = [\n  [1, 2],\n  [3]\n  [4]\n]\n") == [(4, "列表没有写完，缺逗号或右方括号 ]")]


def test_wide_marks_within_quotes_and_comments_are_as_they_should_be() -> None:
    (record,), none = syntax.read_toml("x.toml", 'a = "“你好”，：" # 说明：“如此”，\nb = """\n，\n"""\n')
    assert none == []
    assert record.values["a"] == "“你好”，："
    assert [line for line, _ in faults('a = "“好”，" # “好”，\nb = 1，\n')] == [2]


def test_no_english_of_the_parser_reaches_people() -> None:
    for text in ("a = 1 1", "[", "a = [", "a.b = 1\na = 2", "a = 'x", "\x00"):
        for _, words in faults(text):
            assert "(at" not in words
            assert "Expected" not in words


def test_a_csv_with_the_mark_of_a_spreadsheet_and_a_cell_of_two_lines() -> None:
    records, none = syntax.read_csv("a.csv", 'no,name,\r\n1,"甲\n乙",\r\n\r\n2,,\r\n')
    assert none == []
    assert [(one.line, one.values) for one in records] == [(2, {"no": "1", "name": "甲\n乙"}), (5, {"no": "2"})]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "第一行要写列名"),
        ("no，name\n1,2\n", 1, "中文逗号"),
        ("no,no\n1,2\n", 1, "写了两遍"),
        ("no,,name\n1,2,3\n", 1, "没有列名"),
        ("no\n1\n2,3\n", 3, "多了一格"),
        ('no\n1\n"2\n', 3, "英文引号没有成对"),
        ("no\n" + "x" * 200_000 + "\n", 2, "单元格太长"),
    ],
)
def test_what_is_wrong_with_a_csv(text: str, line: int, words: str) -> None:
    records, found = syntax.read_csv("a.csv", text)
    assert [fault.line for fault in found] == [line]
    assert words in found[0].message
    assert len(records) < 2


def test_jsonl_has_one_object_a_line() -> None:
    records, found = syntax.read_jsonl(
        "a.jsonl", '{"a": 0.10}\n\n[1]\n{"a": 1, "a": 2}\n{"a":\n{"b": ' + "9" * 5000 + "}\n"
    )
    assert [(one.line, one.values) for one in records] == [(1, {"a": Decimal("0.10")})]
    assert [fault.line for fault in found] == [3, 4, 5, 6]
    assert "写成一个对象" in found[0].message
    assert "写了两遍" in found[1].message
    assert "不是完整的 JSON" in found[2].message
    assert "数太长" in found[3].message


def test_one_json_object_with_the_line_of_its_fault() -> None:
    assert syntax.read_json("a.json", '{"hall": {}}')[0][0].values == {"hall": {}}
    assert syntax.read_json("a.json", '{\n"hall": {},\n}')[1][0].line == 3


@given(st.text(alphabet=st.sampled_from("ab=1.,[]{}\"'#\n \\“，：\x00é中-"), max_size=60) | st.text())
def test_any_text_is_read_or_told(text: str) -> None:
    for read in (syntax.read_toml, syntax.read_csv, syntax.read_json, syntax.read_jsonl):
        records, found = read("x", text)
        assert records or found or not text.strip() or read is not syntax.read_toml
        for fault in found:
            assert isinstance(fault, Fault)
            assert fault.line is None or 1 <= fault.line <= text.count("\n") + 2
