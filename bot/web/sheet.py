"""Lists as a spreadsheet takes them: flat rows, and no cell that it would run."""

import csv
import io
from collections.abc import Iterable, Mapping

from aiohttp import web

from bot.web.answers import written

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """A value as a cell; text that a spreadsheet would run stays text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return str(value)
    text = value if isinstance(value, str) else written(value)
    return f"'{text}" if text.lstrip(" ").startswith(_RUNS) else text


def flat(row: Mapping[str, object], above: str = "") -> dict[str, object]:
    """A nested row as one level: `first_handler.name`."""
    found: dict[str, object] = {}
    for key, value in row.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping):
            found |= flat(value, f"{name}.")
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            found[name] = ";".join(value)
        else:
            found[name] = value
    return found


def csv_text(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows with a header of every key that occurs."""
    flats = [flat(row) for row in rows]
    names = list(dict.fromkeys(name for row in flats for name in row))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(map(cell, names))
    for row in flats:
        writer.writerow(cell(row.get(name)) for name in names)
    return out.getvalue()


def wanted(request: web.Request) -> bool:
    """Whether the asker wants a spreadsheet."""
    return "text/csv" in request.headers.get("Accept", "")


def csv_answer(rows: Iterable[Mapping[str, object]]) -> web.Response:
    """A list as CSV; the mark at its head lets spreadsheets read the Chinese."""
    body = ("\ufeff" + csv_text(rows)).encode()
    return web.Response(body=body, content_type="text/csv", charset="utf-8")
