"""Texts as Telegram takes them: plain, at most 4,096 units of UTF-16, parted where people would pause."""

import re

MOST = 4096
LONGEST_WORD = 64
"""A case number, an account number, an address of the net: never parted unless it is longer than this."""
_WORD = re.compile(r"[A-Za-z0-9./:_-]{1,64}\Z")
_PAUSES = ("\n\n", "\n", "。", "！", "？", "；", "，", " ")


def units(text: str) -> int:
    """Length as Telegram counts it: an emoji counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _head(text: str, most: int) -> str:
    """As many characters as fit."""
    if units(text) <= most:
        return text
    low, high = 0, min(len(text), most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if units(text[:middle]) <= most else (low, middle - 1)
    return text[:low]


def _whole(head: str, rest: str) -> int:
    """Where to cut a text without pauses: before the word that stands across the cut."""
    word = _WORD.search(head[-LONGEST_WORD:])
    across = word is not None and len(word[0]) < min(LONGEST_WORD, len(head)) and _WORD.match(rest[len(head)])
    return len(head) - len(word[0]) if word and across else len(head)


def parts(text: str, most: int = MOST) -> list[str]:
    """The text in pieces that fit, none of them blank, nothing but blanks lost at the seams."""
    found: list[str] = []
    rest = text.strip()
    while rest:
        head = _head(rest, most)
        if len(head) < len(rest):
            ends = (head.rfind(pause) + len(pause) for pause in _PAUSES if pause in head[len(head) // 2 :])
            head = head[: next(ends, _whole(head, rest))]
        rest = rest[len(head) :].lstrip()
        if head.strip():
            found.append(head.rstrip())
    return found
