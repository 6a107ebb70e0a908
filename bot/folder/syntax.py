"""TOML, CSV and JSON texts of a hall folder → values; what cannot be read is told in Chinese, by line."""

import csv
import io
import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise, zip_longest
from types import MappingProxyType

from bot.folder import lines
from bot.folder.faults import Fault
from bot.folder.lines import KeyPath
from bot.folder.parse import BadForm

UNREADABLE = (ValueError, ArithmeticError, RecursionError)
"""All that a parser may raise over a text."""


@dataclass(frozen=True, slots=True)
class Record:
    """Values read from one place of a file: a whole TOML file, a line of CSV or JSONL."""

    values: dict[str, object]
    line: int | None = None
    lines: Mapping[KeyPath, int] = field(default_factory=dict)


_WIDE = MappingProxyType(
    {
        "“”‘’「」『』＂＇": "中文引号",
        "，、": "中文逗号",
        "；": "中文分号",
        "：": "中文冒号",
        "＝": "中文等号",
        "［］【】｛｝（）": "中文括号",
        "＃": "中文井号",
        "。": "中文句号",
        "\u3000\u00a0": "中文空格",
        "０１２３４５６７８９－＋．": "全角数字或符号",
    }
)
_OUTSIDE = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*'
    rf'|"[^"\n]*[”“]|[{"".join(_WIDE)}]',
    re.DOTALL,
)
_HEADER = re.compile(r"^[ \t]*\[{1,2}[ \t]*[A-Za-z_][\w.-]*[ \t]*\]{1,2}[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_SAID = (
    ("Illegal character '\\n'", "英文引号没有成对"),
    ("Found invalid character '\\n'", "英文引号没有成对"),
    ("Expected \"'", "英文引号没有成对"),
    ("Unterminated string", "英文引号没有成对"),
    ("Illegal character", "有看不见的字符，请删掉重打这一行"),
    ("Found invalid character", "有看不见的字符，请删掉重打这一行"),
    ("Expected '=' after", "键后面缺等号，要写成 键 = 值"),
    ("Expected newline", "一行只写一个“键 = 值”，这里后面多了东西；日期写 2026-12-01，文字要加英文引号"),
    ("Unclosed array", "列表没有写完，缺逗号或右方括号 ]"),
    ("Unclosed inline table", "花括号没有写完，缺逗号或右花括号 }；一对花括号要写在一行里"),
    ("Invalid initial character", "花括号或表名里的键不对，最后一项后面不要逗号"),
    ("Expected ']", "表名的方括号没有成对"),
    ("Invalid value", "等号后面的值不对：文字加英文引号，true、false 用小写"),
    ("Invalid date", "日期或时刻不对"),
    ("Cannot", "同一个键或表写了两遍"),
    ("Duplicate", "同一个键写了两遍"),
    ("Unescaped", "引号里的反斜线 \\ 要写成 \\\\"),
    ("Invalid hex", "引号里的反斜线 \\ 要写成 \\\\"),
    ("Escaped character", "引号里的反斜线 \\ 要写成 \\\\"),
    ("Invalid statement", "这一行要写成 键 = 值；键只用英文字母、数字、下划线和短横"),
)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _wide(file: str, text: str) -> Iterator[Fault]:
    """Full-width marks outside of strings and comments: the commonest slip of all."""
    for found in _OUTSIDE.finditer(text):
        mark = found[0][-1] if found[0][0] == '"' else found[0]
        if found[0].endswith('"') and len(found[0]) > 1:
            continue
        for marks, name in _WIDE.items():
            if len(mark) == 1 and mark in marks:
                yield Fault(file, _line(text, found.start()), f"用了{name}，请改成英文的")


def _slip(file: str, text: str, above: int) -> Fault | None:
    """What the parser refuses in this text, in Chinese; `above` is the number of lines before it."""
    try:
        tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        found = re.search(r"at line ([0-9]+)", words)
        line = int(found[1]) if found else _line(text.rstrip(), len(text))
        told = next((chinese for english, chinese in _SAID if words.startswith(english)), "这一行写得不对")
        return Fault(file, above + line, told)
    except UNREADABLE:
        return Fault(file, above + 1, "里面有一个数太长，或括号套得太深")
    return None


def _slips(file: str, text: str) -> list[Fault]:
    """Every slip of a text that cannot be read: full-width marks first, then one for each table that has none."""
    wide = list(dict.fromkeys(_wide(file, text)))
    starts = [0, *(found.start() for found in _HEADER.finditer(text) if found.start()), len(text)]
    slips = list(wide)
    for start, end in pairwise(starts):
        first, last = _line(text, start), _line(text, end)
        if not any(first <= (fault.line or 0) <= last for fault in wide):
            slip = _slip(file, text[start:end], first - 1)
            slips.extend([slip] if slip else [])
    whole = _slip(file, text, 0)
    return slips or ([whole] if whole else [])


def read_toml(file: str, text: str) -> tuple[list[Record], list[Fault]]:
    """A TOML text as one record with the lines of its keys, or its faults."""
    text = text.replace("\r\n", "\n")
    try:
        values = tomllib.loads(text, parse_float=Decimal)
        return [Record(values, lines=lines.locate(text))], []
    except UNREADABLE:
        return [], _slips(file, text)


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise BadForm(f"同一个键“{key[:40]}”写了两遍")
        found[key] = value
    return found


def _json(file: str, text: str, line: int | None) -> tuple[list[Record], list[Fault]]:
    try:
        value = json.loads(text, parse_float=Decimal, object_pairs_hook=_no_twins)
    except json.JSONDecodeError as error:
        return [], [
            Fault(file, (line or 1) + error.lineno - 1, "不是完整的 JSON：查引号、逗号和括号是不是英文的、成对的")
        ]
    except BadForm as error:
        return [], [Fault(file, line, str(error))]
    except UNREADABLE:
        return [], [Fault(file, line, "里面有一个数太长，或括号套得太深")]
    if not isinstance(value, dict):
        return [], [Fault(file, line, '要写成一个对象 {"键": 值}')]
    return [Record(value, line)], []


def read_json(file: str, text: str) -> tuple[list[Record], list[Fault]]:
    """One JSON object with all tables."""
    return _json(file, text, None)


def read_jsonl(file: str, text: str) -> tuple[list[Record], list[Fault]]:
    """One JSON object a line."""
    records: list[Record] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            good, bad = _json(file, line, number)
            records += good
            faults += bad
    return records, faults


def _heads(file: str, cells: list[str]) -> list[Fault]:
    if any("，" in cell for cell in cells):
        return [Fault(file, 1, "用了中文逗号，请改成英文的")]
    if not all(cells):
        return [Fault(file, 1, "第一行有一列没有列名")]
    twins = sorted({cell for cell in cells if cells.count(cell) > 1})
    return [Fault(file, 1, f"第一行的列名“{cell[:40]}”写了两遍") for cell in twins]


def read_csv(file: str, text: str, blank: Collection[str] = ()) -> tuple[list[Record], list[Fault]]:
    """A table with a header row; empty cells are left out, but for those of `blank` columns."""
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    last = 0
    try:
        for row in reader:
            rows.append((last + 1, [cell.strip() for cell in row]))
            last = reader.line_num
    except csv.Error:
        return [], [Fault(file, last + 1, "这一行的英文引号没有成对，或单元格太长")]
    filled = [(line, row) for line, row in rows if any(row)]
    if not filled:
        return [], [Fault(file, 1, "是空的，第一行要写列名")]
    heads = filled[0][1]
    while heads and not heads[-1]:
        heads.pop()
    if faults := _heads(file, heads):
        return [], faults
    records = []
    for line, row in filled[1:]:
        if any(row[len(heads) :]):
            faults.append(Fault(file, line, "比第一行的列名多了一格；内容里有逗号的，整格加英文引号"))
            continue
        cells = zip_longest(heads, row[: len(heads)], fillvalue="")
        records.append(Record({head: cell for head, cell in cells if cell or head in blank}, line))
    return records, faults
