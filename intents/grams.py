"""What the matcher sees of a text: runs of characters and words; training and serving share this one view."""

import re
from collections.abc import Callable
from itertools import pairwise

from intents.text import normalise, strip_noise

Cut = Callable[[str], list[str]]
"""A text → its words."""
WORD = "词"
"""Marks a word, so that it is not taken for the run of the same characters."""
_DIGITS = re.compile(r"\d+")
_KNOWN = frozenset({"95598", "12398", "12345", "110", "119", "120", "220", "380"})
_TOLD = re.compile(r"(?:我家?的?|联系)?(?:户号|用电编号|客户编号|用户编号|电话号?码?|手机号?码?|手机)[是为：: ]*#")
"""A number told in passing is no question after it: 过户，户号9900000105 is about 过户."""
_SPOKEN = 2
"""Figures of so many digits are words (88, 3q, 0); longer ones are amounts, from `_NUMBER` on numbers of things."""
_NUMBER = 5
_LONGEST = 2_000
_ENDS = 500


def shape(text: str) -> str:
    """Fold a text to what may tell its topic: no polite words, no figures but the well-known ones."""
    return shaped(normalise(text))


def shaped(clean: str) -> str:
    """Do what `shape` does, for a text that is normalised already."""
    bare = _TOLD.sub("#", _DIGITS.sub(_digits, strip_noise(clean).replace("\n", "，")))
    return bare if len(bare) <= _LONGEST else f"{bare[: _LONGEST - _ENDS]}，{bare[-_ENDS:]}"


def _digits(found: re.Match[str]) -> str:
    figure = found[0]
    if figure in _KNOWN:
        return figure
    if len(figure) <= _SPOKEN:
        return figure
    return "000" if len(figure) < _NUMBER else "#"


def seen(bare: str, cut: Cut) -> list[str]:
    """List all that is weighed of a shaped text: its runs of characters, and its words of two characters and more."""
    return [*grams(bare), *(f"{WORD}{word}" for word in cut(bare) if len(word) > 1)]


def grams(bare: str) -> list[str]:
    """List the runs of one, two and three characters of a shaped text, its ends marked."""
    if not bare:
        return []
    text = f"^{bare}$"
    return [
        *text,
        *map("".join, pairwise(text)),
        *map("".join, zip(text, text[1:], text[2:], strict=False)),
    ]
