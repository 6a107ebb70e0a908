"""How the customer feels 心情, read off what he said and what he went through; a hint for people, never a decision."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.desk.case import CUSTOMER, Kept
from bot.desk.words import words
from bot.hall.data import HallData
from bot.hall.records import Line
from bot.hall.wording import render

Json = dict[str, Any]
LEVELS = ("calm", "upset", "very_upset")
LATEST = 12
"""The customer's newest lines: how he felt long ago is no longer how he feels."""
UPSET, VERY = 1, 3
"""Points from which on."""
MANY_URGES = 3
MISSES = 2
SHOUTS = 3
_MARKS = re.compile(r"[!！]")
_REPEATED = re.compile(r"[!！?？]{2,}")
_DENIED = ("不", "没", "别", "没有", "不会", "不要")


def _said(text: str, listed: str) -> list[str]:
    """Which of the words stand in the text, none of them denied."""
    found: list[str] = []
    for word in filter(None, (line.strip() for line in listed.split("\n"))):
        places = (place.start() for place in re.finditer(re.escape(word), text))
        if any(not text[:start].endswith(_DENIED) for start in places):
            found.append(word)
    return found


def _signs(data: HallData, case: Json, lines: Sequence[Line], misses: int) -> Iterator[tuple[int, str]]:
    """What tells of it: how much it weighs, and in words."""
    text = "\n".join(line.text for line in lines)
    phrases = data.handbook.phrases
    for code, weight in (("mood.words.very_upset", VERY), ("mood.words.upset", UPSET)):
        if said := _said(text, phrases[code]):
            yield weight, render(data, words("mood.sign.words", words=tuple(f"“{word}”" for word in said)))
    if _REPEATED.search(text) or len(_MARKS.findall(text)) >= SHOUTS:
        yield 1, render(data, words("mood.sign.marks"))
    if urges := case["urges"]:
        yield 2 if urges >= MANY_URGES else 1, render(data, words("mood.sign.urges", count=str(urges)))
    if misses >= MISSES:
        yield 1, render(data, words("mood.sign.misses", count=str(misses)))
    if again := case.get("asked_again", 0):
        yield 1, render(data, words("mood.sign.asked_again", count=str(again)))
    if any(promise["state"] == Kept.BROKEN for promise in case["promises"]):
        yield 1, render(data, words("mood.sign.late"))


def _misses(data: HallData, lines: Sequence[Line]) -> int:
    """How often he was told that he was not understood; what answers a question is understood, however it reads."""
    told = [render(data, words(code)) for code in ("answer:out_of_scope", "miss.person")]
    return sum(1 for line in lines if line.sender != CUSTOMER and any(text in line.text for text in told))


def of(data: HallData, case: Json, lines: Sequence[Line]) -> Json:
    """The level and its signs."""
    own = [line for line in lines if line.sender == CUSTOMER][-LATEST:]
    lately = [line for line in lines if own and line.seq >= own[0].seq]
    found = list(_signs(data, case, own, _misses(data, lately)))
    points = sum(weight for weight, _ in found)
    level = LEVELS[2] if points >= VERY else LEVELS[1] if points >= UPSET else LEVELS[0]
    return {"level": level, "signs": [sign for _, sign in found]}
