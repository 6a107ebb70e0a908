"""Canned replies 常用回复 as somebody picks them: what is known is filled in, the rest stays a blank for a person."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from bot.desk.case import Case
from bot.desk.promises import next_promise
from bot.desk.roster import Staff
from bot.desk.words import words
from bot.hall.data import HallData
from bot.hall.wording import render

Json = dict[str, Any]
LONGEST_NAME = 4
"""Signs of a person's name; what is longer is a firm, and nobody's surname."""


def _known(data: HallData, case: Case | None, reader: Staff, *, known: bool) -> Mapping[str, object]:
    """What may be said without anybody writing it: never more of the customer than his surname."""
    if case is None:
        return {"handler": reader}
    name = case.slots.get("name", "") if known else ""
    return {
        "name": name[:1] if len(name) <= LONGEST_NAME else "",
        "no": case.no,
        "topic": case.topic,
        "handler": data.books.person(case.first_handler),
        "address": case.slots.get("address", ""),
        "promise": promise if (promise := next_promise(case)) and promise.said else None,
        "visit": case.slots.get("visit", ""),
    }


def _filled(data: HallData, text: str, facts: Mapping[str, object]) -> str:
    """The text with its blanks filled as far as they are known; braces of what is not stay for a person."""
    parts: list[str] = []
    for literal, name, _, _ in Formatter().parse(text):
        parts.append(literal)
        if name is None:
            continue
        code = f"blank.{name}"
        said = render(data, words(code, **facts)) if code in data.handbook.phrases else ""
        parts.append(said or f"{{{name}}}")
    return "".join(parts)


def replies_json(data: HallData, topic: str, case: Case | None, reader: Staff, *, known: bool = True) -> list[Json]:
    """The replies for a matter, those meant for it before those for all; without a matter every one."""
    facts = _known(data, case, reader, known=known)
    wanted = case.topic if case else topic
    fits = [one for one in data.handbook.replies if not wanted or not one.topics or wanted in one.topics]
    ordered = sorted(fits, key=lambda one: not (wanted and wanted in one.topics))
    return [
        {
            "code": one.code,
            "name": one.name,
            "text": _filled(data, one.text, facts),
            "topics": list(one.topics),
        }
        for one in ordered
    ]
