"""What staff say, looked at before it goes out: sense, unfilled blanks, words nobody is to hear, needless asking."""

import re
from collections.abc import Iterable, Mapping

from bot.desk.books import Books
from bot.desk.errors import Missing
from intents.replies import forbidden_in

SENSELESS = " \t\r\n\u3000\u00a0\u200b\ufeff.。,，、;；:：!！?？-—_~～…·*"
"""A text of nothing but these is empty of sense."""
_BLANK = re.compile(r"[{｛][^{}｛｝]{0,40}[}｝]|[_＿]{2,}|【[\s　]*】|\[[\s　]*\]|（[\s　]*）|\([\s　]*\)")
_ASKS = re.compile("[?？]|请问|多少|是什么|哪里|哪儿|怎么称呼|(?:发|报|提供|告诉|说|写|留)(?:一下|下|给|我|个)")
_ABOUT: Mapping[str, re.Pattern[str]] = {
    "account_no": re.compile("户号|客户编号"),
    "address": re.compile("地址|住哪|在哪里|在哪儿|哪个小区|几幢|哪一户"),
    "phone": re.compile("(?<!打)(?<!打您)(?<!打您的)(?<!接)(?<!来)电话|手机号|联系方式"),
    "name": re.compile("怎么称呼|贵姓|姓名|户名|您叫什么"),
}
"""How staff ask for each fact."""


def sensible(text: str, field: str) -> str:
    """The text without margins; Missing where no word is in it."""
    if not text.strip(SENSELESS):
        raise Missing({field: "missing.text"})
    return text.strip()


def fault(books: Books, text: str) -> str:
    """Why a customer must not hear this: a blank nobody filled, a forbidden word; empty where he may."""
    blank = _BLANK.search(text)
    if blank:
        return f"missing.blank:{blank[0]}"
    said = forbidden_in(text, books.forbidden)
    return f"missing.forbidden:{said}" if said else ""


def fit(books: Books, text: str, field: str) -> str:
    """The text as a customer may hear it; Missing says what is wrong with it."""
    said = sensible(text, field)
    wrong = fault(books, said)
    if wrong:
        raise Missing({field: wrong})
    return said


def asked_again(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The facts among the known ones that this text asks for once more."""
    asks = [part for part in re.split(r"(?<=[。！!？?，,；;\n])", text) if _ASKS.search(part)]
    return tuple(name for name in known if name in _ABOUT and any(_ABOUT[name].search(part) for part in asks))
