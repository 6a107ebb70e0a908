"""A table of the handbook → a frozen value; what does not fit is collected with file and line."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from intents.faults import HandbookFault, line_of
from intents.topic import Ask, Closing, Fact, PromiseRow, Situation, Step, Topic, TopicKind

LANES = ("customer", "frontstage", "backstage", "support")
POSTS = ("guide", "work", "service", "duty")
PRIORITIES = ("normal", "urgent", "emergency")
ZONES = ("urban", "rural", "remote")
SLOTS = ("account_no", "phone", "address", "date", "amount", "case_no", "name", "visit", "scope")
_SPAN = re.compile(r"\d+(?:m|h|d|wh|wd)")
_CODE = re.compile(r"[a-z][a-z0-9_]*")

Row = Mapping[str, Any]
Taker = Callable[[Any], Any]


class Unfit(Exception):
    """A value is not of the shape its key asks for; the text says what would be."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where tables come from, and the faults found in them."""

    file: str
    text: str
    faults: list[HandbookFault] = field(default_factory=list)

    def blame(self, message: str, key: str = "", table: str = "", nth: int = 0) -> None:
        """Note a fault at the line of a key."""
        line = line_of(self.text, key, table, nth) if key or table else 0
        self.faults.append(HandbookFault(self.file, line, message))


def text(value: object) -> str:
    """Words."""
    if not isinstance(value, str):
        raise Unfit('要写成 "文字"')
    return value.strip()


def needed_text(value: object) -> str:
    """Words that may not be empty."""
    if not text(value):
        raise Unfit("不能是空的")
    return text(value)


def flag(value: object) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise Unfit("只能写 true 或 false")
    return value


def day(value: object) -> date:
    """A day, as TOML or as ISO text."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Unfit("要写成 2026-11-23 这样的日期") from None
    if not isinstance(value, date):
        raise Unfit("要写成 2026-11-23 这样的日期")
    return value


def texts(value: object) -> tuple[str, ...]:
    """A list of words."""
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise Unfit('要写成 ["甲", "乙"]')
    return tuple(one.strip() for one in value)


def lines(value: object) -> tuple[str, ...]:
    """Sentences, one a line."""
    if isinstance(value, list | tuple):
        return tuple(one for one in texts(value) if one)
    return tuple(line.strip() for line in text(value).split("\n") if line.strip())


def one_of(*allowed: str, empty: bool = False) -> Taker:
    """One of a few codes."""

    def take(value: object) -> str:
        if value == "" and empty:
            return ""
        if value not in allowed:
            raise Unfit(f"只能是 {'、'.join(allowed)}，现在是「{value}」")
        return str(value)

    return take


def span(value: object) -> str:
    """A span of time: 45m 24h 7d 4wh 5wd."""
    if text(value) and not _SPAN.fullmatch(text(value)):
        raise Unfit("要写成 45m、24h、7d、4wh 或 5wd")
    return text(value)


def code(value: object) -> str:
    """A code of ours: small Latin letters."""
    if not _CODE.fullmatch(text(value)):
        raise Unfit("只能用英文小写字母、数字和下划线")
    return text(value)


def take(source: Source, row: object, takers: Mapping[str, Taker], table: str = "", nth: int = 0) -> dict[str, Any]:
    """Take the known keys of a row, a trailing * marks a needed one; blame what is missing, unknown or unfit."""
    names = {name.rstrip("*"): taker for name, taker in takers.items()}
    if not isinstance(row, Mapping):
        source.blame(f"[[{table}]] 写法不对", table=table, nth=nth)
        return {}
    for key in row:
        if key not in names:
            source.blame(f"不认识「{key}」这一项，可以写的有：{'、'.join(names)}", key, table, nth)
    for name in takers:
        if name.endswith("*") and name[:-1] not in row:
            source.blame(f"缺「{name[:-1]}」这一项", table=table, nth=nth)
    taken = {}
    for key, taker in names.items():
        if key not in row:
            continue
        try:
            taken[key] = taker(row[key])
        except Unfit as unfit:
            source.blame(f"「{key}」{unfit}", key, table, nth)
    return taken


def tables(source: Source, rows: object, takers: Mapping[str, Taker], table: str) -> list[dict[str, Any]]:
    """Take every [[table]] of a kind; faulty ones are blamed and left out."""
    if not isinstance(rows, list | tuple):
        source.blame(f"要写成 [[{table}]]，两层方括号", table)
        return []
    needed = [name[:-1] for name in takers if name.endswith("*")]
    taken = [take(source, row, takers, table, nth) for nth, row in enumerate(rows)]
    return [row for row in taken if all(name in row for name in needed)]


_FACT: dict[str, Taker] = {
    "name*": code,
    "value*": needed_text,
    "source*": needed_text,
    "as_of": day,
    "region": text,
    "confidence": text,
}
_PROMISE: dict[str, Taker] = {
    "id*": needed_text,
    "topics*": texts,
    "to*": needed_text,
    "source*": needed_text,
    "promise": span,
    "internal": span,
    "red_line": span,
    "zone": one_of(*ZONES, empty=True),
    "since": text,
    "valid_from": day,
}
_ASK: dict[str, Taker] = {"slot*": code, "needed": flag, "question": text}
_STEP: dict[str, Taker] = {
    "code*": code,
    "name*": needed_text,
    "lane*": one_of(*LANES),
    "post": one_of(*POSTS, empty=True),
    "papers": texts,
    "promise": text,
    "tells_customer": flag,
    "told": text,
}
_CLOSING: dict[str, Taker] = {"field*": code, "label*": needed_text, "needed": flag}
_SITUATION: dict[str, Taker] = {"code*": code, "words*": texts, "say*": needed_text}
_TOPIC: dict[str, Taker] = {
    "name*": needed_text,
    "kind*": one_of(*(kind.value for kind in TopicKind)),
    "post*": one_of(*POSTS),
    "answer*": needed_text,
    "source*": needed_text,
    "as_of*": day,
    "examples*": lines,
    "checks": lines,
    "region": text,
    "opens_case": flag,
    "offer": flag,
    "priority": one_of(*PRIORITIES),
    "safety": text,
    "promises": texts,
}
_PARTS = ("asks", "steps", "closing", "situations", "facts")


def facts_of(source: Source, rows: object) -> dict[str, Fact]:
    """Shared facts of facts.toml, by name."""
    return {row["name"]: Fact(**row) for row in tables(source, rows, _FACT, "fact")}


def promises_of(source: Source, rows: object) -> tuple[PromiseRow, ...]:
    """The rows of promises.toml; one id once."""
    found: dict[str, PromiseRow] = {}
    for nth, row in enumerate(tables(source, rows, _PROMISE, "promise")):
        if row["id"] in found:
            source.blame(f"时限「{row['id']}」写了两遍", "id", "promise", nth)
        found[row["id"]] = PromiseRow(**row)
    return tuple(found.values())


def topic_of(source: Source, name: str, row: Row) -> Topic | None:
    """One topic file; None where it cannot be used."""
    head = take(source, {key: value for key, value in row.items() if key not in _PARTS}, _TOPIC)
    asks = tables(source, row.get("asks", []), _ASK, "asks")
    for nth, ask in enumerate(asks):
        if ask["slot"] not in SLOTS and not ask.get("question"):
            source.blame(f"「{ask['slot']}」是新的一项，要写 question 怎么问", "slot", "asks", nth)
    facts = row.get("facts", {})
    own = {}
    for key, one in facts.items() if isinstance(facts, Mapping) else ():
        fact = take(source, {"name": key, **one} if isinstance(one, Mapping) else one, _FACT, f"facts.{key}")
        if {"name", "value", "source"} <= set(fact):
            own[key] = Fact(**fact)
    parts: dict[str, Any] = {
        "asks": tuple(Ask(**one) for one in asks),
        "steps": tuple(Step(**one) for one in tables(source, row.get("steps", []), _STEP, "steps")),
        "closing": tuple(Closing(**one) for one in tables(source, row.get("closing", []), _CLOSING, "closing")),
        "situations": tuple(
            Situation(**one) for one in tables(source, row.get("situations", []), _SITUATION, "situations")
        ),
    }
    if not _CODE.fullmatch(name):
        source.blame(f"文件名「{name}」只能用英文小写字母、数字和下划线")
    if any(key.endswith("*") and key[:-1] not in head for key in _TOPIC):
        return None
    if not head["examples"]:
        source.blame("examples 里一句话也没有，机器人认不出这项业务", "examples")
    return Topic(code=name, facts=own, **{**head, "kind": TopicKind(head["kind"])}, **parts)
