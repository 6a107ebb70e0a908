import pytest

from intents.faults import HandbookFault, HandbookFaults, line_of, line_with, read_toml

GOOD = 'name = "停电"\npost = "work"\nanswer = """第一行\n第二行 “引号” ，逗号"""\n'


def slip(text: str) -> HandbookFault:
    with pytest.raises(HandbookFault) as caught:
        read_toml(text, "topics/a.toml")
    return caught.value


def test_a_good_file_is_read() -> None:
    assert read_toml(GOOD, "a.toml")["answer"].startswith("第一行")


@pytest.mark.parametrize(
    ("bad", "line", "message"),
    [
        ("name = “停电”\n", 1, "第 1 行用了中文引号"),
        ('name = "停电”\n', 1, "第 1 行用了中文引号"),
        ('a = "好"\nb = 1\nname = ＂停电＂\n', 3, "第 3 行用了中文引号"),
        ('asks = ["甲"，"乙"]\n', 1, "第 1 行用了中文逗号"),
        ('asks = [\n  "甲"，\n  "乙",\n]\n', 2, "第 2 行用了中文逗号"),
        ("asks = [\n  “甲”,\n]\n", 2, "第 2 行用了中文引号"),
        ('name ＝ "停电"\n', 1, "第 1 行用了中文等号"),
        ('name ： "停电"\n', 1, "第 1 行用了冒号"),
        ("［［steps］］\n", 1, "第 1 行用了中文括号"),
        ('asks = 【"甲"】\n', 1, "第 1 行用了中文括号"),
        ("[[steps]\n", 1, "第 1 行的方括号没有配对"),
        ('asks = ["甲"\nb = 1\n', 1, "第 1 行的方括号没有配对"),
        ('name = "停电\n', 1, "第 1 行少了一个引号"),
        ("name = 停电\n", 1, "第 1 行少了引号"),
        ("name = 「停电」\n", 1, "英文引号"),
        ("name =\n", 1, "第 1 行等号右边是空的"),
        ('# 说明\nanswer = """写了一半\nname = "b"\n', 2, '第 2 行的三个引号 """ 没有配对'),
        ('name = "甲"\n"""\n', 2, '三个引号 """'),
        ('name = "甲"\nname = "乙"\n', 2, "「name」写了两遍"),
        ('name = "甲\\乙"\n', 1, "反斜杠"),
        ("!!!\n", 1, "看不懂"),
    ],
)
def test_a_slip_of_the_pen_is_told_in_chinese_with_its_line(bad: str, line: int, message: str) -> None:
    fault = slip(bad)
    assert fault.line == line
    assert message in fault.message
    assert str(fault).startswith(f"topics/a.toml 第 {line} 行：")


@pytest.mark.parametrize(
    "bad", ["name", "= 3", "a = [1", "a = {b = 1", 'a = "', "[a\n]", "a.b = 1\na = 2", "\x00", "a = 1979-99-99"]
)
def test_the_parsers_own_words_never_come_through(bad: str) -> None:
    words = slip(bad).message
    assert words
    assert not any(
        english in words.lower() for english in ("expected", "invalid", "cannot", "unclosed", "line ", "column")
    )


def test_lines_are_found_by_key_and_table() -> None:
    head = 'name = "a"\nanswer = """\ncode = "x"\n"""\n'
    text = head + '[[steps]]\ncode = "one"\n[[steps]]\ncode = "two"\n[facts.b]\nvalue = "1"\n'
    assert line_of(text, "name") == 1
    assert line_of(text, "code") == 0
    assert line_of(text, "code", "steps", 1) == 8
    assert line_of(text, "missing", "steps", 1) == 7
    assert line_of(text, "value", "facts.b") == 10
    assert line_with(text, 'code = "x"') == 3
    assert line_with(text, "nowhere") == 0


def test_faults_stand_in_order_and_say_everything() -> None:
    faults = HandbookFaults([HandbookFault("b", 2, "乙"), HandbookFault("a", 9, "丙"), HandbookFault("a", 0, "甲")])
    assert str(faults) == "a：甲\na 第 9 行：丙\nb 第 2 行：乙"
