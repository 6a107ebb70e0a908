"""Simplified or traditional script: which one somebody writes, and the hall's words in it; names stay as they are."""

from collections.abc import Iterable
from functools import cache

from opencc import OpenCC

_FIRST = 0xE000
"""First of the signs that stand for what must not be converted: no text holds them."""
_MOST = 6_000


@cache
def _converter(way: str) -> OpenCC:
    return OpenCC(way)


def _differ(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=False))


def writes_traditional(text: str) -> bool | None:
    """Whether a text is written in traditional characters; None where all its characters are the same in both."""
    from_traditional = _differ(text, _converter("t2s").convert(text))
    from_simplified = _differ(text, _converter("s2t").convert(text))
    if from_traditional == from_simplified:
        return None
    return from_traditional > from_simplified


def traditional(text: str, keep: Iterable[str] = ()) -> str:
    """The text in traditional characters; what is to be kept, names and addresses, stands as it was written."""
    kept = sorted({one for one in keep if len(one) > 1 and one in text}, key=len, reverse=True)[:_MOST]
    for at, one in enumerate(kept):
        text = text.replace(one, chr(_FIRST + at))
    text = _converter("s2t").convert(text)
    for at, one in enumerate(kept):
        text = text.replace(chr(_FIRST + at), one)
    return text
