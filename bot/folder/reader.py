"""A hall folder → its tables, every row checked; or every fault of it at once."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from bot.folder import source
from bot.folder.catalogue import TABLES
from bot.folder.codes import shipped_codes
from bot.folder.faults import Fault, FolderFaults, meant, ordered
from bot.folder.fields import zone_of
from bot.folder.gather import Gathered, Row, gather, gather_object, laid, line_at, marks
from bot.folder.references import astray, pageless
from bot.folder.rows import Entry, about, of
from bot.folder.tables import DrillRow, HallRow, RulesRow
from bot.folder.wording import faults_of
from bot.folder.written import tables_of

M = TypeVar("M", bound=BaseModel)
Over = Callable[[Mapping[str, str]], Mapping[str, Iterable[Mapping[str, object]]]]
"""Asked with the marks of the tables as written: which were changed by hand since, and how they read now."""
CODE = re.compile("[a-z][a-z0-9_]*")
_NAME = re.compile("[a-z][a-z0-9_.]*")
_FORM = Formatter().parse


@dataclass(frozen=True, slots=True)
class FolderTables:
    """All tables of a hall folder, validated; what the handbook takes over still raw."""

    info: HallRow
    rules: RulesRow
    drill: DrillRow
    entries: tuple[Entry, ...]
    topics: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    version: str = ""
    notes: tuple[Fault, ...] = ()
    """Warnings of the reading itself."""
    written: Mapping[str, tuple[dict[str, object], ...]] = field(default_factory=dict)
    """Every table as JSON would hold it, but for the program's own settings."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """Hash of each table as its files have it, whatever was laid over it."""


def rows(tables: FolderTables, model: type[M]) -> list[M]:
    """The rows of one table, in the order they were written."""
    return [one for one, _ in of(tables.entries, model)]


def _twins(found: Iterable[Row]) -> list[Fault]:
    """Two rows of one key, two tables where one may stand."""
    faults: list[Fault] = []
    first: dict[tuple[str, ...], Row] = {}
    for row in found:
        table = TABLES[row.table]
        key = (row.table, *(str(row.values.get(name, "")).strip() for name in table.keys))
        if (table.many and not any(key[1:])) or row.table == "phrases":
            continue
        if key in first:
            other = first[key]
            line = line_at(other, ())
            where = (
                f"{other.file} 第 {line} 行"
                if line
                else f"{other.file}{f' 第 {other.number} 条' if table.many else ''}"
            )
            faults.append(about(row, "", f"和 {where}重复了，只能留一个"))
        first.setdefault(key, row)
    return faults


def _flat(values: Mapping[str, object], above: str = "") -> dict[str, object]:
    """Phrases by their whole code, also where a dot was written without quotes."""
    found: dict[str, object] = {}
    for key, value in values.items():
        inner = _flat(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": value}
        found.update(inner)
    return found


def _fillable(words: str) -> bool:
    """Whether a phrase's placeholders can be read, line by line as it will be said."""
    try:
        return all(name is None or _NAME.fullmatch(name) for line in words.split("\n") for _, name, _, _ in _FORM(line))
    except ValueError:
        return False


def _phrases(found: Iterable[Row], known: Collection[str]) -> tuple[dict[str, str], list[Fault]]:
    phrases: dict[str, str] = {}
    faults: list[Fault] = []
    for row in found:
        for code, words in _flat(row.values).items():
            if not isinstance(words, str):
                faults.append(about(row, code, f"“{code[:40]}”要写成文字，两头加英文引号"))
            elif not _fillable(words):
                faults.append(about(row, code, f"“{code[:40]}”里的花括号要成对，里面写名字"))
            elif known and code not in known:
                faults.append(about(row, code, f"没有“{code[:40]}”这一句话术{meant(code, known)}"))
            elif code in phrases:
                faults.append(about(row, code, f"“{code[:40]}”写了两遍"))
            else:
                phrases[code] = words
    return phrases, faults


def _bare(value: object) -> object:
    """Settings as any TOML reader gives them."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _bare(one) for key, one in value.items()}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _checked(gathered: Gathered) -> tuple[list[Entry], list[Fault]]:
    zone = next((zone_of(row.values.get("zone")) for row in gathered.rows if row.table == "hall"), "")
    context = {"zone": ZoneInfo(zone or "Asia/Shanghai")}
    entries: list[Entry] = []
    faults: list[Fault] = []
    for row in gathered.rows:
        model = TABLES[row.table].row
        if model is None:
            continue
        try:
            entries.append(Entry(model.model_validate(dict(row.values), context=context), row))
        except ValidationError as error:
            faults += faults_of(row, model, error)
    return entries, faults


def _as_written(marked: Mapping[str, str]) -> Mapping[str, Iterable[Mapping[str, object]]]:
    """Nothing was changed by hand."""
    del marked
    return {}


def _composed(gathered: Gathered, topics: Collection[str], said: Collection[str], over: Over) -> FolderTables:
    marked = marks(gathered)
    gathered = laid(gathered, over(marked))
    by_table = {name: [row for row in gathered.rows if row.table == name] for name in TABLES}
    entries, faults = _checked(gathered)
    phrases, bad_phrases = _phrases(by_table["phrases"], said)
    own = {str(row.values.get("code", "")): row for row in by_table["topic"]}
    topics_told = {code: {k: v for k, v in row.values.items() if k != "code"} for code, row in own.items()}
    faults += [*gathered.faults, *_twins(gathered.rows), *bad_phrases]
    faults += [
        about(row, "code", "code 要写，只用小写英文字母、数字和下划线")
        for code, row in own.items()
        if not CODE.fullmatch(code)
    ]
    faults += astray(gathered.rows, entries, {*topics, *shipped_codes()}, gathered.lost)
    faults += pageless(entries, {*topics, *own}, shipped_codes() if topics else ())
    if not by_table["hall"] and "hall" not in gathered.lost:
        faults.append(Fault("hall.toml", None, "没有 [hall] 这张表：营业厅的名字、地址、电话都写在里面"))
    hall = next((one for one, _ in of(entries, HallRow)), None)
    if hall is None or any(not fault.warning for fault in faults):
        raise FolderFaults(faults)
    return FolderTables(
        info=hall,
        rules=next((one for one, _ in of(entries, RulesRow)), RulesRow()),
        drill=next((one for one, _ in of(entries, DrillRow)), DrillRow()),
        entries=tuple(entries),
        topics=topics_told,
        phrases=phrases,
        settings={key: _bare(value) for row in by_table["settings"] for key, value in row.values.items()},
        version=gathered.version,
        notes=ordered(faults),
        written=tables_of(entries, topics_told, phrases),
        marks=marked,
    )


def read_folder(
    path: Path, topics: Collection[str] = (), phrases: Collection[str] = (), over: Over = _as_written
) -> FolderTables:
    """A folder on disk, or FolderFaults; `topics` and `phrases` are the handbook's codes (no phrases: unchecked)."""
    return _composed(gather(*source.of_folder(path)), topics, phrases, over)


def read_zip(
    body: bytes, topics: Collection[str] = (), phrases: Collection[str] = (), over: Over = _as_written
) -> FolderTables:
    """A zip of a folder, or FolderFaults."""
    return _composed(gather(*source.of_zip(body)), topics, phrases, over)


def read_tables(
    tables: object, topics: Collection[str] = (), phrases: Collection[str] = (), over: Over = _as_written
) -> FolderTables:
    """One JSON object with the same tables, or FolderFaults."""
    return _composed(gather_object(tables), topics, phrases, over)
