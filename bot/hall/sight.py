"""What exists for a reader: a case that is hidden from him leaves no trace in lists, talks, threads or letters."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.desk.books import Books
from bot.desk.case import Case, Event
from bot.desk.errors import NoSuchCase
from bot.desk.rights import sees
from bot.desk.roster import Staff
from bot.guide import secrecy
from bot.guide.thread import Thread
from bot.hall import veil
from bot.hall.lists import Lists
from bot.hall.records import Line

QUIET = secrecy.TOPICS
"""Matters of which nobody hears before it is decided from whom they are hidden."""
WHOLE = 100_000
"""Lines of the longest talk."""
CUSTOMER = "customer"


def case(lists: Lists, no: str, reader: Staff) -> Case | None:
    """The case; None where there is none, or not for this reader."""
    try:
        found = lists.case(no)
    except NoSuchCase:
        return None
    return found if sees(found, reader) else None


def veiled(lists: Lists, books: Books, customer: str, reader: Staff, at: datetime) -> frozenset[str]:
    """Numbers of the customer's cases that this reader must not meet under his name: hidden from him, or secret."""
    return frozenset(
        one.no for one in lists.cases_of(customer) if not sees(one, reader) or not veil.knows(books, one, reader, at)
    )


def _tells(text: str, numbers: Collection[str]) -> bool:
    return any(no in text for no in numbers)


def events(found: Iterable[Event], numbers: Collection[str]) -> tuple[Event, ...]:
    """A case's ledger without what tells of those others."""
    return tuple(
        event
        for event in found
        if not _tells(str(event.text), numbers) and not _tells(" ".join(event.facts.values()), numbers)
    )


def lines(found: Iterable[Line], numbers: Collection[str]) -> tuple[Line, ...]:
    """A talk without what was said about those cases."""
    return tuple(line for line in found if line.case not in numbers and not _tells(line.text, numbers))


def unopened(lists: Lists, customer: str, found: Iterable[Line]) -> frozenset[str]:
    """Numbers of complaints and reports that were only begun: nobody has decided yet whose eyes they are for."""
    return frozenset(line.case for line in found if line.case) - {one.no for one in lists.cases_of(customer)}


def talk(lists: Lists, books: Books, customer: str, reader: Staff, at: datetime) -> tuple[Line, ...]:
    """A customer's talk as far as it exists for this reader."""
    whole = lists.lines(customer, 0, WHOLE)
    return lines(whole, veiled(lists, books, customer, reader, at) | unopened(lists, customer, whole))


def talk_about(lists: Lists, books: Books, about: Case, reader: Staff, at: datetime) -> tuple[Line, ...]:
    """The talk with a case's customer; who may not know him reads what was said about this case, without its names."""
    if veil.knows(books, about, reader, at):
        return talk(lists, books, about.customer, reader, at)
    whole = (line for line in lists.lines(about.customer, 0, WHOLE) if line.case == about.no)
    found = tuple(whole)
    own = _told_of_himself(found)
    return tuple(_nameless(about, line, own) for line in found)


def _told_of_himself(found: Collection[Line]) -> tuple[str, ...]:
    """What the customer said of who he is, in any line about the case."""
    heard = (line.heard.get("slots") for line in found if line.sender == CUSTOMER and line.heard)
    told = (slots.get(name, "") for slots in heard if isinstance(slots, Mapping) for name in veil.PERSONAL)
    called = (secrecy.own_name(line.text) for line in found if line.sender == CUSTOMER)
    return tuple(dict.fromkeys(str(text) for text in (*told, *called) if text))


def _nameless(about: Case, line: Line, own: Iterable[str]) -> Line:
    bare = replace(line, text=veil.worded(about, line.text, own), heard=None)
    return replace(bare, name="", id="") if line.sender == CUSTOMER else bare


def thread(found: Thread, numbers: Collection[str]) -> Thread:
    """Where the talk stands; of a matter that is not his, or not decided yet, a reader learns nothing."""
    early = found.topic in QUIET and not found.case
    return Thread(found.customer) if early or found.case in numbers else found
