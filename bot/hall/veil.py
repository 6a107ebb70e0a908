"""Who may know the customer of a case 保密、匿名, and the case's words without what tells who he is."""

import re
from collections.abc import Iterable
from datetime import datetime

from bot.desk.books import Books
from bot.desk.case import Case, Secrecy
from bot.desk.rights import Relation, relation
from bot.desk.roster import Staff
from bot.guide import secrecy

PERSONAL = ("name", "phone", "account_no")
"""What tells who the customer is."""
UNKNOWN = ("name", "phone")
"""What nobody looks up where the customer wants to stay unknown."""
WHOLLY = "***"
END = 4
"""Figures that stay of a masked number: enough to recognise, not to use."""
_FIGURES = re.compile(r"(?<![A-Za-z0-9-])[0-9０-９](?:[ -]?[0-9０-９]){6,}[Xx]?")
"""A telephone, an account, an identity number; a case number begins with letters."""
_LONG = re.compile(r"(?<![A-Za-z0-9-])[0-9０-９](?:[ -]?[0-9０-９]){9,}")
"""A telephone or an account in somebody's words."""
_KEY = re.compile(r"(/card/)[\w-]{10,64}")
_CONFIDED = frozenset({Relation.FIRST_HANDLER, Relation.LEADER})


def _confided(books: Books, case: Case, reader: Staff, at: datetime) -> bool:
    return bool(relation(case, reader, books.roster, at) & _CONFIDED)


def knows(books: Books, case: Case, reader: Staff, at: datetime) -> bool:
    """Whether this reader may know whose case it is; the usual masks still hold for him."""
    if case.secrecy is Secrecy.OPEN:
        return True
    return case.secrecy is Secrecy.CONFIDENTIAL and _confided(books, case, reader, at)


def may_look(books: Books, case: Case, reader: Staff, names: Iterable[str], at: datetime) -> bool:
    """Whether the case's secrecy lets this reader see these facts bare."""
    asked = set(names)
    if case.secrecy is Secrecy.OPEN or not asked & set(PERSONAL):
        return True
    if case.secrecy is Secrecy.ANONYMOUS and asked & set(UNKNOWN):
        return False
    return _confided(books, case, reader, at)


def covered(text: str) -> str:
    """Somebody's words as staff read them: of a telephone or an account only the last four figures."""
    bare = _KEY.sub(r"\1…", text)  # the card's key is its customer's
    return _LONG.sub(lambda found: "*" * (len(found[0]) - END) + found[0][-END:], bare)


def worded(case: Case, text: str, own: Iterable[str] = ()) -> str:
    """A text without the customer's name, telephone, account and any other long number; `own`: what he told beside."""
    for value in (*(case.slots.get(name, "") for name in PERSONAL), secrecy.own_name(text), *own):
        text = text.replace(value, WHOLLY) if len(value) > 1 else text
    return _FIGURES.sub(WHOLLY, text)


def words_of(case: Case, text: str, *, known: bool = True) -> str:
    """Words of a case as staff read them: numbers masked, and who said them where nobody may know."""
    return covered(text) if known else worded(case, text)
