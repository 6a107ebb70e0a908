"""Canned replies 常用回复 and forbidden words 服务忌语: read and checked, what is wrong said with file and line."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from string import Formatter
from typing import Any

from intents.faults import HandbookFault, line_with
from intents.rows import Source, Taker, code, needed_text, tables, texts
from intents.sense import HALL_WORDS
from intents.topic import Fact, Reply

VARIABLES = ("name", "no", "topic", "handler", "address", "promise", "visit", *HALL_WORDS)
"""What is filled from the case and the hall when the reply is sent."""
SHORTEST = 3
"""A forbidden word of fewer signs would forbid half of the language."""
_IGNORED = re.compile(r"[\s，,。.！!？?、~～]")
_BLANK = re.compile(r"[㐀-鿿、（）]{1,20}")
_DIGIT = re.compile(r"[0-9０-９]")
_REPLY: dict[str, Taker] = {"code*": code, "name*": needed_text, "text*": needed_text, "topics": texts}


def bare(words: str) -> str:
    """Words as they are compared with the forbidden ones: without blanks and punctuation."""
    return _IGNORED.sub("", words)


def forbidden_in(words: str, forbidden: Iterable[str]) -> str:
    """The first forbidden word in what is said; empty where there is none."""
    said = bare(words)
    return next((word for word in forbidden if word in said), "")


def forbidden_of(source: Source) -> tuple[str, ...]:
    """The lines of forbidden.txt, each once, as they are compared."""
    found: dict[str, str] = {}
    for line in source.text.split("\n"):
        written = line.strip()
        word = bare(written)
        if not written or written.startswith("#"):
            continue
        if len(word) < SHORTEST:
            message = f"「{written}」太短，会把好话也拦下；请写整句，不少于三个字"
        elif word in found:
            message = f"「{written}」写了两遍"
        else:
            found[word] = written
            continue
        nth = 1 if word in found else 0
        source.faults.append(HandbookFault(source.file, line_with(source.text, written, nth), message))
    return tuple(found)


def replies_of(
    source: Source, rows: object, facts: Mapping[str, Fact], topics: Collection[str], forbidden: Collection[str]
) -> tuple[Reply, ...]:
    """The replies of replies.toml, their named facts filled in; what the case knows and what a person fills stays."""
    found: dict[str, Reply] = {}
    for nth, row in enumerate(tables(source, rows, _REPLY, "reply")):
        if row["code"] in found:
            source.blame(f"常用回复「{row['code']}」写了两遍", "code", "reply", nth)
        for topic in row.get("topics", ()):
            if topic not in topics:
                source.blame(f"没有「{topic}」这项业务", "topics", "reply", nth)
        text = _filled(source, row, nth, facts)
        said = forbidden_in(text, forbidden)
        if said:
            source.blame(f"话里有服务忌语「{said}」", "text", "reply", nth)
        found[row["code"]] = Reply(row["code"], row["name"], text, row.get("topics", ()))
    return tuple(found.values())


def _filled(source: Source, row: Mapping[str, Any], nth: int, facts: Mapping[str, Fact]) -> str:
    """The text with its facts; blames figures, and braces that hold neither a name nor a blank in Chinese."""

    def blame(message: str) -> None:
        source.blame(message, "text", "reply", nth)

    try:
        parts = list(Formatter().parse(row["text"]))
    except ValueError:
        blame("花括号没有配对")
        return str(row["text"])
    text = ""
    for literal, name, _, _ in parts:
        if set(literal) & set("{}｛｝"):
            blame("花括号要用英文的 { 和 }，而且要配对")
        if _DIGIT.search(literal):
            blame("话里写了数字；数字写在 facts.toml，这里用花括号引用，要现填的写成 {几点} 这样的空")
        text += literal
        if name is None:
            continue
        if name in facts:
            text += facts[name].value
            continue
        if name not in VARIABLES and not _BLANK.fullmatch(name):
            blame(f"花括号里的「{name}」哪里都没有写；要人填的空用中文写")
        text += f"{{{name}}}"
    return text


def blanks(reply: Reply) -> Iterator[str]:
    """The blanks that only a person can fill."""
    yield from (name for _, name, _, _ in Formatter().parse(reply.text) if name and name not in VARIABLES)
