"""How a text sounds: syllables without tone, dialect folded, so that 听电 is heard as 停电 and guohu as 过户."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise

from pypinyin.pinyin_dict import pinyin_dict

SOUND = "音"
"""Marks a run of syllables."""
_LONGEST = 6
"""Letters of the longest syllable, zhuang."""
_BARE_VOWELS = "aeo"
_LEAST = 4
"""Letters from which on a text without a Chinese character can be whole pinyin."""
_PART = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[a-zü]+|\d+|[^\s'’]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LETTERS = re.compile(r"[a-zü]+")
_NASAL = re.compile(r"(?<=[aei])ng$")


def _toneless(spelt: str) -> str:
    apart = unicodedata.normalize("NFD", spelt).replace("u\u0308", "v")
    return "".join(char for char in apart if not unicodedata.combining(char))


@cache
def _syllables() -> frozenset[str]:
    """All syllables there are, as they are typed."""
    every = {_toneless(one) for readings in pinyin_dict.values() for one in readings.split(",")}
    return frozenset(
        one
        for one in every
        if one.isascii() and one.isalpha() and len(one) <= _LONGEST and (len(one) > 1 or one in _BARE_VOWELS)
    )


@cache
def _spoken(char: str) -> str:
    """The commonest reading of one character, folded; empty where it has none."""
    readings = pinyin_dict.get(ord(char))
    return folded(_toneless(readings.split(",")[0])) if readings else ""


def folded(syllable: str) -> str:
    """Take away what many speakers do not tell apart: zh and z, ch and c, sh and s, -ng and -n."""
    flat = syllable.replace("zh", "z").replace("ch", "c").replace("sh", "s")
    return _NASAL.sub("n", flat)


@lru_cache(maxsize=4096)
def _cut(letters: str) -> tuple[str, ...]:
    """A run of letters as the fewest syllables; empty where it is no pinyin."""
    best: list[tuple[str, ...] | None] = [(), *[None] * len(letters)]
    for at in range(len(letters)):
        so_far = best[at]
        if so_far is None:
            continue
        for end in range(at + 1, min(at + _LONGEST, len(letters)) + 1):
            known = best[end]
            if letters[at:end] in _syllables() and (known is None or len(known) > len(so_far) + 1):
                best[end] = (*so_far, letters[at:end])
    return best[-1] or ()


def _of_letters(letters: str) -> tuple[str, ...]:
    return _cut(letters.replace("ü", "v")) if len(letters) <= 60 else ()  # noqa: PLR2004 - no sentence is that long


def syllables(bare: str) -> Iterator[str]:
    """Cut a normalised text into folded syllables; what has no sound stays as it is."""
    for part in _PART.findall(bare):
        if _LETTERS.fullmatch(part):
            spelt = _of_letters(part)
            yield from map(folded, spelt) if spelt else (part,)
        else:
            yield (len(part) == 1 and _spoken(part)) or part


def sounded(bare: str) -> list[str]:
    """List the runs of two and three syllables of a shaped text, its ends marked."""
    spoken = ["^", *syllables(bare), "$"]
    return [
        *(f"{SOUND}{one} {two}" for one, two in pairwise(spoken)),
        *(f"{SOUND}{one} {two} {three}" for one, two, three in zip(spoken, spoken[1:], spoken[2:], strict=False)),
    ]


def is_pinyin(bare: str) -> bool:
    """Whether a whole normalised text is typed in pinyin: guohu yao dai shenme."""
    if _HAN.search(bare):
        return False
    runs = _LETTERS.findall(bare)
    return sum(map(len, runs)) >= _LEAST and all(_of_letters(run) for run in runs)
