"""Tables as one JSON object would hold them: what a folder says, whatever kind of file said it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from bot.folder.fields import inner, parts
from bot.folder.rows import Entry

Json = dict[str, object]


def plain(value: object) -> object:
    """A TOML value as JSON has it: moments and days as ISO text, figures as numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def _cell(raw: object, read: object) -> object:
    """A cell as it was written, but for what only a CSV writes as text: figures, yes and no, lists."""
    if isinstance(raw, datetime) and isinstance(read, datetime):
        return read.isoformat()  # in the hall's zone where none was written
    if not isinstance(raw, str):
        return plain(raw)
    if isinstance(read, bool):
        return read
    if isinstance(read, int | Decimal) and not raw.strip()[-1:].isalpha():
        return plain(read)
    if raw.lstrip().startswith(("{", "[")) and not isinstance(read, str):
        return plain(inner(raw))
    return plain(parts(raw)) if isinstance(read, tuple) else raw


def row_of(entry: Entry) -> Json:
    """One checked row."""
    aliases = {field.alias or name: name for name, field in type(entry.model).model_fields.items()}
    values = entry.row.values
    return {key: _cell(raw, getattr(entry.model, aliases[key], None)) for key, raw in values.items() if key in aliases}


def tables_of(
    entries: Iterable[Entry], topics: Mapping[str, Mapping[str, object]], phrases: Mapping[str, str]
) -> dict[str, tuple[Json, ...]]:
    """Table → its rows; a table of one row where only one may stand."""
    found: dict[str, list[Json]] = {}
    for entry in entries:
        found.setdefault(entry.row.table, []).append(row_of(entry))
    for code, values in topics.items():
        found.setdefault("topic", []).append({"code": code} | {key: plain(one) for key, one in values.items()})
    if phrases:
        found["phrases"] = [dict(phrases)]
    return {table: tuple(rows) for table, rows in found.items()}
