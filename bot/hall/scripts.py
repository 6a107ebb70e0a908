"""Answers in the customer's own script, where the hall wants it: names, addresses and his own words stay."""

from collections.abc import Iterator, Mapping

from bot.desk.words import Words
from bot.hall.data import HallData
from bot.hall.pages import Page
from bot.hall.records import Heard
from intents.script import traditional, writes_traditional

OWN = "customer"
_OURS = ("text", "parts", "topic", "topics", "question")
"""Facts that are the hall's own words."""
BACK = 20
"""Lines of the talk among which his script is looked for, where this message does not tell."""


def wanted(data: HallData, page: Page, heard: Heard) -> bool:
    """Whether this customer is answered in traditional characters."""
    if data.books.rules.script != OWN:
        return False
    found = writes_traditional(heard.text)
    if found is not None:
        return found
    lists = page.lists()
    lines = lists.lines(heard.customer, max(lists.last_seq(heard.customer) - BACK, 0), BACK)
    told = (writes_traditional(line.text) for line in reversed(lines) if line.sender == "customer")
    return next((one for one in told if one is not None), False)


def turned(data: HallData, text: object, written: str) -> str:
    """What is said, in traditional characters."""
    return traditional(written, _kept(data, text))


def _kept(data: HallData, text: object) -> Iterator[str]:
    """What is never converted: who and where, and what somebody said himself."""
    yield from (person.name for person in data.books.roster.staff.values())
    yield from (name for place in data.places for name in (place.name, *place.aliases))
    yield from (data.info.name, data.info.address)
    yield from _facts(text)


def _facts(value: object) -> Iterator[str]:
    """The bare texts among the facts of a phrase and of those inside it."""
    if isinstance(value, Words):
        value = value.facts
    if isinstance(value, Mapping):
        for name, one in value.items():
            if name not in _OURS:
                yield from [one] if isinstance(one, str) else _facts(one)
            elif not isinstance(one, str):
                yield from _facts(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _facts(one)
