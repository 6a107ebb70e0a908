"""What is wrong in the handbook, said to the people who edit it: file, line, and what to mend."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any


class HandbookFault(Exception):
    """One thing to mend; its text is the line people read."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(file, line, message)
        self.file, self.line, self.message = file, line, message

    def __str__(self) -> str:
        where = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{where}：{self.message}"


class HandbookFaults(Exception):
    """The handbook cannot be taken over; it carries every fault found."""

    def __init__(self, faults: Iterable[HandbookFault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.message)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


_QUOTES = "“”‘’„‟＂＇"
_CORNERS = "「」『』"
_BLOCK = '"""'
_AT = re.compile(r"at line (\d+)")
_KEYED = re.compile(r'^\s*("[^"]*"|[^=＝"#\[]+?)\s*(=|＝)\s*(.*)$')
_HEADER = re.compile(r"^\s*[\[［【]")


def read_toml(text: str, file: str) -> dict[str, Any]:
    """Parse a table file; a slip of the pen is told in Chinese, never in the parser's words."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as slip:
        found = _AT.search(str(slip))
        slips = _slips(text)
        line, message = next(iter(slips), None) or (int(found[1]) if found else 0, _unknown(text, found, str(slip)))
        raise HandbookFault(file, line, message) from None


def _unknown(text: str, found: re.Match[str] | None, slip: str) -> str:
    """Name what the parser stumbled over, as well as can be told from its line."""
    line = text.splitlines()[int(found[1]) - 1] if found else ""
    key = line.split("=")[0].strip(' "') if "=" in line else line.strip()[:20]
    if "overwrite" in slip or "twice" in slip or "mutable" in slip:
        return f"「{key}」写了两遍，只留一处"
    if "\\" in line:
        return "反斜杠 \\ 不要用"
    if found is None:
        return "文件到末尾还没写完：可能少了一个引号、括号或三个引号"
    return f'这一行看不懂：「{line.strip()[:30]}」。应写成 名称 = "内容"'


def _slips(text: str) -> Iterator[tuple[int, str]]:
    """Walk the lines outside of long texts and tell what a hand that types Chinese gets wrong."""
    opened = 0
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if opened:
            opened = opened if line.count(_BLOCK) % 2 == 0 else 0
            continue
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if line.count(_BLOCK) % 2:
            if line.split(_BLOCK)[0].rstrip().endswith("="):
                opened = number
                continue
            yield number, '多了或少了三个引号 """'
            return
        message = _slip(bare)
        if message:
            yield number, f"第 {number} 行{message}"
            return
    if opened:
        yield opened, f'第 {opened} 行的三个引号 """ 没有配对，后面全乱了'


def _slip(bare: str) -> str:
    """What is wrong with one line of keys, if it is one of the usual slips."""
    if _HEADER.match(bare):
        if bare[0] in "［【" or any(sign in bare for sign in "］】"):
            return "用了中文括号，请改成英文的 [ 和 ]"
        closed = bare.split("#", maxsplit=1)[0].strip()
        if not closed.endswith("]") or closed.count("[") != closed.count("]"):
            return "的方括号没有配对"
        return ""
    keyed = _KEYED.match(bare)
    if not keyed:
        return _loose(bare)
    if keyed[2] == "＝":
        return "用了中文等号，请改成英文的 ="
    return _value(keyed[3])


def _loose(bare: str) -> str:
    """A line without an equals sign: the inside of a list, or nothing that may stand here."""
    outside = _outside(bare)
    if any(sign in outside for sign in _QUOTES):
        return '用了中文引号，请改成英文的 "'
    if "，" in outside:
        return "用了中文逗号，请改成英文的 ,"
    if "：" in outside or ":" in outside:
        return "用了冒号，请改成英文的 ="
    return ""


def _value(value: str) -> str:
    """What is wrong with what stands right of the equals sign."""
    outside = _outside(value)
    if any(sign in outside for sign in _QUOTES):
        return '用了中文引号，请改成英文的 "'
    if any(sign in outside for sign in _CORNERS):
        return '的内容要用英文引号 " 括起来'
    if "，" in outside or "、" in outside:
        return "用了中文逗号，请改成英文的 ,"
    if any(sign in outside for sign in "【】［］"):
        return "用了中文括号，请改成英文的 [ 和 ]"
    if value.count('"') % 2:
        return '少了一个引号 "'
    if outside.count("[") > outside.count("]") and not value.rstrip().endswith(("[", ",")):
        return "的方括号没有配对"
    if not value.split("#", maxsplit=1)[0].strip():
        return '等号右边是空的；没有内容就写 ""'
    if re.search(r"[㐀-鿿]", outside.split("#")[0]):
        return '少了引号：文字要放在英文引号 " 里面'
    return ""


def _outside(value: str) -> str:
    """A line without what stands in English quotes."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', "", value)


def line_of(text: str, key: str, table: str = "", nth: int = 0) -> int:
    """The line on which a key stands: of the whole file, or of the nth [[table]]; 0 if it is left out."""
    seen, inside, opened, header = -1, not table, False, 0
    for number, line in enumerate(text.splitlines(), 1):
        if opened:
            opened = line.count(_BLOCK) % 2 == 0
            continue
        bare = line.strip()
        if bare.startswith("["):
            name = bare.split("#")[0].strip("[] ")
            inside = not table and not name
            if name == table:
                seen += 1
                inside = seen == nth
                header = number if inside else header
        elif inside and re.match(rf'"?{re.escape(key)}"?\s*=', bare):
            return number
        opened = line.count(_BLOCK) % 2 == 1
    return header


def line_with(text: str, sentence: str, nth: int = 0) -> int:
    """The line of which a sentence is the whole; the nth such line."""
    found = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == sentence]
    return found[min(nth, len(found) - 1)] if found else 0
