"""Logs go to stderr: what happened to which case through which channel, never words, names or numbers of people."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

FREE = ("case", "move", "channel", "why", "sweep", "request", "status", "path", "ms", "letter", "update", "table")
"""The only extra fields a log line carries."""
OURS = ("bot", "intents", "storage")
"""Rooms whose lines are written with care; of others only the form is told, never what they fill it with."""
QUIET = ("aiohttp.access", "alembic", "apscheduler", "httpcore", "httpx", "jieba", "sqlalchemy", "telegram")
_VALUE = re.compile(r"[\n<(\[{'\"]")
_TOKEN = re.compile(r"\d{5,}:[\w-]{20,}")
"""A bot's token, wherever it slipped in."""


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FREE if hasattr(record, name)}


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class Text(logging.Formatter):
    """One readable line; of an exception only its kind and places, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        extra = "".join(f" {name}={value}" for name, value in _extra(record).items())
        return _bare(f"{_at(record)} {record.levelname} {record.name} {_event(record)}{extra}{_trace(record)}")


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {"at": _at(record), "level": record.levelname, "room": record.name, "event": _event(record)}
        trace = _trace(record).strip()
        return _bare(json.dumps(line | _extra(record) | ({"trace": trace} if trace else {}), ensure_ascii=False))


def _bare(line: str) -> str:
    return _TOKEN.sub("***", line).replace("\n", " ")


def _event(record: logging.LogRecord) -> str:
    """What happened; of what a library says only the form up to its first value."""
    if record.name.partition(".")[0] in OURS:
        return record.getMessage()
    return _VALUE.split(str(record.msg), maxsplit=1)[0].strip()


def _trace(record: logging.LogRecord) -> str:
    """Kind and places of an exception; its text may hold what customers wrote."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _, trace = record.exc_info
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{'/'.join(code.co_filename.rsplit('/', 2)[-2:])}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f" {kind.__name__} at {' < '.join(reversed(places[-6:]))}"


def set_up_logs(form: str) -> None:
    """Text or JSON lines on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in QUIET:
        logging.getLogger(noisy).setLevel(logging.WARNING)
