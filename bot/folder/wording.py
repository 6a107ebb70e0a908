"""What a row's model refuses, said in Chinese with the line of the very cell."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.folder.catalogue import TABLES
from bot.folder.faults import Fault, meant
from bot.folder.gather import Row, line_at

_SAID: Mapping[str, str] = MappingProxyType(
    {
        "missing": "没写，这一项必须有",
        "string_type": "要写成文字，两头加英文引号",
        "string_too_long": "太长",
        "string_unicode": "有看不见的字符，请删掉重打",
        "tuple_type": '要写成列表 ["甲", "乙"]',
        "model_type": "要写成一张小表 { 键 = 值 }",
        "model_attributes_type": "要写成一张小表 { 键 = 值 }",
        "dict_type": "要写成一张小表 { 键 = 值 }",
        "too_short": "不能空着",
        "too_long": "太长",
        "greater_than": "太小，请核对",
        "greater_than_equal": "太小，请核对",
        "less_than": "太大，请核对",
        "less_than_equal": "太大，请核对",
    }
)


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys of a row, as people write them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def shown(row: Row) -> str:
    """How a row is named in a fault: 「人员（staff）B101」; a customer's row only by its place."""
    table = TABLES[row.table]
    named = [str(row.values.get(key, ""))[:40] for key in table.keys[:2]]
    name = "" if table.private else " ".join(part for part in named if part)
    counted = "" if name or not table.many else f"第 {row.number} 条"
    return f"{table.label}（{row.table}）{name or counted}"


def _cell(error: ErrorDetails) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"])


def _words(row: Row, error: ErrorDetails, known: Iterable[str]) -> str:
    kind, cell = error["type"], _cell(error)
    if kind == "extra_forbidden":
        return f"没有“{cell[:40]}”这一项{meant(str(error['loc'][-1]), known)}"
    if kind == "literal_error":
        choices = (
            error.get("ctx", {})
            .get("expected", "")
            .replace(" or ", ", ")
            .replace("''", "空")
            .replace("'", "")
            .split(", ")
        )
        given = error["input"]
        said = f"“{given[:40]}”" if isinstance(given, str) and not TABLES[row.table].private else "这样"
        return f"{cell} 不能写{said}，只能是 {'、'.join(choices)}{meant(str(given), choices)}"
    if kind == "value_error":
        told = str(error.get("ctx", {}).get("error", "")) or "写得不对"
        return f"{cell} {told}" if cell else told
    return f"{cell} {_SAID.get(kind, '写得不对')}"


def faults_of(row: Row, model: type[BaseModel], error: ValidationError) -> list[Fault]:
    """Every fault of one row."""
    return [
        Fault(row.file, line_at(row, one["loc"]), f"{shown(row)}：{_words(row, one, keys_of(model))}")
        for one in error.errors(include_url=False)
    ]
