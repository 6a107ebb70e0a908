"""Which of a customer's messages are one turn, and what they are as one."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.guide import burst
from bot.hall.data import Edition
from bot.hall.pages import Page
from bot.hall.records import Heard

LONGEST = 10_000
"""Characters of one turn that are read."""


def before(rest: Sequence[Heard], known: Collection[str] | None) -> list[Heard]:
    """Of what is undone, all up to the last of these messages; where none is named, everything."""
    if not known:
        return list(rest)
    last = max((at for at, heard in enumerate(rest) if heard.id in known), default=-1)
    return list(rest[: last + 1])


def joins(heard: Heard) -> bool:
    """Whether a message can be a piece of a burst: written words or pictures, no press, no edit, no place."""
    return not (heard.button or heard.replaces or heard.location or heard.contact)


def open_ended(heard: Heard) -> bool:
    """Whether more of the same thought may follow: a piece of a sentence, a picture without words."""
    return joins(heard) and (not heard.text.strip() or burst.unfinished(heard.text))


def many(page: Page, edition: Edition, rest: Sequence[Heard], now: datetime) -> int:
    """How many of these messages, from the first on, are one turn."""
    rules, customer = edition.data.books.rules, rest[0].customer
    if len(rest) == 1 or not open_ended(rest[0]):
        return 1
    thread, cases = page.thread(customer), page.cases_of(customer)

    def single(heard: Heard) -> bool:
        return not joins(heard) or burst.alone(thread, cases, heard.text, now - rules.reopen)

    count = 1
    while count < len(rest) and open_ended(rest[count - 1]) and not single(rest[0]) and not single(rest[count]):
        one, other = rest[count - 1].at, rest[count].at
        if one is None or other is None or other - one > rules.burst * burst.PICTURE or not rules.burst:
            break
        count += 1
    return count


def merged(group: Sequence[Heard]) -> Heard:
    """The messages as one: the words one under the other, all files, the moment of the first."""
    if len(group) == 1:
        return group[0]
    files = tuple(file for heard in group for file in heard.files)
    text = burst.joined(heard.text for heard in group)[:LONGEST]
    return replace(group[-1], text=text, files=files, at=group[0].at)
