"""On which line each table and key of a good TOML text stands, so that a fault can point at it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|\n|[\[\]{},=.]|[^\s\[\]{},=."\'#]+',
    re.DOTALL,
)
_QUOTED = re.compile(r'"[^\\]*"|\'.*\'')


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int


@dataclass
class _Reading:
    """Where the reader stands in the tokens, and what it has found."""

    tokens: list[_Token]
    lines: dict[KeyPath, int]
    counts: dict[KeyPath, int]
    """How many tables an array of tables has so far."""
    at: int = 0


def _tokens(text: str) -> Iterator[_Token]:
    line, last = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", last, found.start())
        last = found.start()
        if not found[0].startswith("#"):
            yield _Token(found[0], line)


def _next(reading: _Reading) -> str:
    return reading.tokens[reading.at].text if reading.at < len(reading.tokens) else ""


def _skip_blank(reading: _Reading) -> None:
    while _next(reading) == "\n":
        reading.at += 1


def _name(text: str) -> str:
    return text[1:-1] if _QUOTED.fullmatch(text) else text


def _key(reading: _Reading, end: str) -> tuple[list[str], int]:
    """A dotted key up to `end`, which is taken too; and its line."""
    line = reading.tokens[reading.at].line
    parts: list[str] = []
    while (text := _next(reading)) not in (end, "\n", ""):
        if text != ".":
            parts.append(_name(text))
        reading.at += 1
    reading.at += 1
    return parts, line


def _mark(reading: _Reading, path: KeyPath, line: int) -> None:
    for end in range(1, len(path) + 1):
        reading.lines.setdefault(path[:end], line)


def _value(reading: _Reading, path: KeyPath) -> None:
    opening = _next(reading)
    if opening not in ("[", "{"):
        while _next(reading) not in (",", "]", "}", "\n", ""):
            reading.at += 1
        return
    closing = {"[": "]", "{": "}"}[opening]
    reading.at += 1
    index = 0
    while True:
        _skip_blank(reading)
        if _next(reading) in (closing, ""):
            reading.at += 1
            return
        if _next(reading) == ",":
            reading.at += 1
        elif opening == "[":
            _mark(reading, (*path, index), reading.tokens[reading.at].line)
            _value(reading, (*path, index))
            index += 1
        else:
            _pair(reading, path)


def _pair(reading: _Reading, base: KeyPath) -> None:
    parts, line = _key(reading, "=")
    path = (*base, *parts)
    _mark(reading, path, line)
    _value(reading, path)


def _header(reading: _Reading) -> KeyPath:
    reading.at += 1
    array = _next(reading) == "["
    reading.at += array
    parts, line = _key(reading, "]")
    reading.at += array
    path: KeyPath = ()
    for place, part in enumerate(parts):
        path = (*path, part)
        last = place == len(parts) - 1
        if array and last:
            reading.counts[path] = reading.counts.get(path, 0) + 1
        if path in reading.counts:
            _mark(reading, path, line)
            path = (*path, reading.counts[path] - 1)
    _mark(reading, path, line)
    return path


def locate(text: str) -> Mapping[KeyPath, int]:
    """KeyPath of every table, element and key → its line; the text must have been read without fault."""
    reading = _Reading(list(_tokens(text)), {}, {})
    base: KeyPath = ()
    while reading.at < len(reading.tokens):
        if _next(reading) == "\n":
            reading.at += 1
        elif _next(reading) == "[":
            base = _header(reading)
        else:
            _pair(reading, base)
    return reading.lines


def nearest(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """The line of a path, or of the nearest table it stands in."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)
