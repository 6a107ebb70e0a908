"""All rows of a hall, from files or one JSON object; every row knows its file and line."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from bot.folder import lines, syntax
from bot.folder.catalogue import TABLES, table_of_file
from bot.folder.faults import Fault, closest, meant
from bot.folder.lines import KeyPath
from bot.folder.source import TOPICS, File
from bot.folder.syntax import UNREADABLE, Record

SENT = "JSON"
"""The file's name in faults of tables that were sent, not kept in a file."""
EVERY = frozenset(TABLES)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table as it was written, and where."""

    table: str
    values: Mapping[str, object]
    file: str
    number: int = 1
    """The how manieth of its table in its file."""
    line: int | None = None
    path: KeyPath = ()
    lines: Mapping[KeyPath, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that was written, readable or not."""

    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    lost: frozenset[str] = frozenset()
    """Tables of which some rows could not be read: what is not found in them may still stand there."""
    version: str = ""
    """Hash of all texts."""


def line_at(row: Row, path: KeyPath) -> int | None:
    """The line of a cell of the row, or of what it stands in."""
    return lines.nearest(row.lines, (*row.path, *path)) or row.line


def _joined(parts: Iterable[Gathered], version: str = "") -> Gathered:
    known = list(parts)
    return Gathered(
        tuple(row for part in known for row in part.rows),
        tuple(fault for part in known for fault in part.faults),
        frozenset(name for part in known for name in part.lost),
        version,
    )


def _given(values: Mapping[str, object]) -> dict[str, object]:
    """What is null in JSON counts as left out."""
    return {key: value for key, value in values.items() if value is not None}


def _of_table(table: str, value: object, file: str, record: Record) -> Gathered:
    known = TABLES.get(table)

    def fault(words: str, lost: str | None = table) -> Gathered:
        where = Fault(file, lines.nearest(record.lines, (table,)) or record.line, words)
        return Gathered(faults=(where,), lost=frozenset({lost} if lost else ()))

    def row(values: Mapping[str, object], number: int, path: KeyPath) -> Row:
        return Row(table, _given(values), file, number, record.line, path, record.lines)

    if known is None:
        kind = "表" if isinstance(value, dict | list) else "键；程序自己的设置写在 [settings] 里"
        return fault(f"没有“{table[:40]}”这个{kind}{meant(table, TABLES)}", closest(table, TABLES))
    if not known.many:
        if not isinstance(value, dict):
            return fault(f"{known.label}要写成 [{table}] 一张表")
        return Gathered((row(value, 1, (table,)),))
    if table == "topic" and isinstance(value, dict) and all(isinstance(one, dict) for one in value.values()):
        named = enumerate(value.items(), start=1)
        return Gathered(tuple(row({**one, "code": code}, n, (table, code)) for n, (code, one) in named))
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return fault(f"{known.label}有许多行，要写成 [[{table}]]")
    return Gathered(tuple(row(one, n + 1, (table, n)) for n, one in enumerate(value)))


def _of_tables(file: str, record: Record) -> Gathered:
    given = _given(record.values)
    return _joined(_of_table(str(table), value, file, record) for table, value in given.items())


def _of_rows(file: str, stem: str, kind: str, text: str) -> Gathered:
    """A CSV or JSONL file: one table."""
    table = table_of_file(stem)
    if table is None:
        known = [one for name, value in TABLES.items() if value.many for one in (name, *value.files)]
        guess = table_of_file(closest(stem, known) or "")
        words = f"没有“{stem[:40]}”这个表{meant(stem, known)}"
        return Gathered(faults=(Fault(file, None, words),), lost=frozenset({guess} if guess else ()))
    if kind == ".csv":
        records, faults = syntax.read_csv(file, text, TABLES[table].blank)
    else:
        records, faults = syntax.read_jsonl(file, text)
    rows = [Row(table, _given(one.values), file, n, one.line) for n, one in enumerate(records, start=1)]
    return Gathered(tuple(rows), tuple(faults), frozenset({table} if faults else ()))


def _of_file(file: File) -> Gathered:
    name = PurePosixPath(file.name)
    try:
        text = file.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.body.count(b"\n", 0, error.start) + 1
        words = "不是 UTF-8 编码，请另存为 UTF-8（表格软件里选“CSV UTF-8”）"
        table = table_of_file(name.stem) if name.suffix in (".csv", ".jsonl") else None
        return Gathered(faults=(Fault(file.name, line, words),), lost=frozenset({table}) if table else EVERY)
    if name.suffix in (".csv", ".jsonl"):
        return _of_rows(file.name, name.stem, name.suffix, text)
    records, faults = (syntax.read_json if name.suffix == ".json" else syntax.read_toml)(file.name, text)
    if name.parent == TOPICS:
        rows = [Row("topic", {**one.values, "code": name.stem}, file.name, 1, 1, (), one.lines) for one in records]
        return Gathered(tuple(rows), tuple(faults), frozenset({"topic"} if faults else ()))
    slips = Gathered(faults=tuple(faults), lost=EVERY if faults else frozenset())
    return _joined([slips, *(_of_tables(file.name, record) for record in records)])


def marks(gathered: Gathered) -> dict[str, str]:
    """Table → hash of its rows as they were written: another mark is another text."""
    digests: dict[str, Any] = {}
    for row in gathered.rows:
        told = json.dumps(row.values, sort_keys=True, default=str)
        digests.setdefault(row.table, hashlib.sha256()).update(f"{told}\n".encode())
    return {table: digest.hexdigest() for table, digest in digests.items()}


def laid(gathered: Gathered, over: Mapping[str, Iterable[Mapping[str, object]]]) -> Gathered:
    """Tables changed by hand take the place of those that were written; what was wrong with these no longer counts."""
    if not over:
        return gathered
    below = Gathered(
        tuple(row for row in gathered.rows if row.table not in over),
        gathered.faults,
        gathered.lost - set(over),
        gathered.version,
    )
    own = (_changed(table, list(rows)) for table, rows in over.items())
    return _joined([below, *own], hashlib.sha256(f"{gathered.version}{over}".encode()).hexdigest())


def _changed(table: str, rows: list[Mapping[str, object]]) -> Gathered:
    if not rows:
        return Gathered()
    value = rows if table in TABLES and TABLES[table].many else rows[0]
    return _of_table(table, value, f"hall/{table}", Record({}))


def gather(files: Iterable[File], faults: Iterable[Fault] = ()) -> Gathered:
    """All rows of all files, and what could not be read."""
    digest = hashlib.sha256()
    parts = []
    for file in files:
        digest.update(f"{file.name}\n{len(file.body)}\n".encode() + file.body)
        parts.append(_of_file(file))
    unread = tuple(faults)
    return _joined([Gathered(faults=unread, lost=EVERY if unread else frozenset()), *parts], digest.hexdigest())


def gather_object(tables: object) -> Gathered:
    """All rows of one JSON object."""
    if not isinstance(tables, dict):
        return Gathered(faults=(Fault(SENT, None, '要写成一个对象 {"表名": …}'),), lost=EVERY)
    try:
        text = json.dumps(tables, sort_keys=True, default=str)
    except UNREADABLE:
        return Gathered(faults=(Fault(SENT, None, "里面有一个数太长，或括号套得太深"),), lost=EVERY)
    return _joined([_of_tables(SENT, Record(tables))], hashlib.sha256(text.encode()).hexdigest())
