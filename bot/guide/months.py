"""Months in talk: 上个月, 10月份, 去年十二月; told from today, two different months are none."""

import re
from collections.abc import Iterator
from datetime import date

from intents.figures import numeral
from intents.text import normalise

_NAMED = re.compile(
    r"(?:(20\d\d)年|(今年|去年|前年))?(?<![\d.])(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?!\d|[一二三四五六七八九十]+[日号])"
)
_NEAR = re.compile(r"(上上|上|这|本|当)个?月")
_BACK = {"上上": 2, "上": 1, "这": 0, "本": 0, "当": 0}
_YEARS = {"今年": 0, "去年": 1, "前年": 2}
LAST = 12


def back(today: date, months: int) -> str:
    """The month so many months ago: 2026-11."""
    year, month = divmod(today.year * LAST + today.month - 1 - months, LAST)
    return f"{year}-{month + 1:02d}"


def _months(text: str, today: date) -> Iterator[str]:
    for found in _NEAR.finditer(text):
        yield back(today, _BACK[found[1]])
    for found in _NAMED.finditer(text):
        month = numeral(found[3]) or 0
        if found[1] or found[2]:
            year = int(found[1]) if found[1] else today.year - _YEARS[found[2]]
        else:  # a bare month is the last one of that name
            year = today.year - (month > today.month)
        yield f"{year}-{month:02d}"


def read(text: str, today: date) -> str:
    """The one month a text names, as 2026-10."""
    months = set(_months(normalise(text), today))
    return months.pop() if len(months) == 1 else ""
