"""Logs go to stderr: what happened to which case through which channel, never words, names or numbers of people."""

import json
import logging
import sys
from typing import Any

FREE = ("case", "move", "channel", "why", "sweep", "request", "status", "path", "ms")
"""The only extra fields a log line carries."""


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FREE if hasattr(record, name)}


class Text(logging.Formatter):
    """One readable line; of an exception only its kind and places, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        extra = " ".join(f"{name}={value}" for name, value in _extra(record).items())
        return f"{self.formatTime(record)} {record.levelname} {record.name} {_text(record)} {extra}{_trace(record)}"


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {"at": self.formatTime(record), "level": record.levelname, "room": record.name}
        return json.dumps(
            {**line, "text": _text(record), **_extra(record), "trace": _trace(record).strip()}, ensure_ascii=False
        )


def _text(record: logging.LogRecord) -> str:
    """What happened; of what asyncio says only the first line: the others hold values."""
    text = record.getMessage()
    return text.partition("\n")[0] if record.name == "asyncio" else text


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
    for noisy in ("aiohttp.access", "alembic", "sqlalchemy", "jieba"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
