"""A customer is forgotten 删除: his words, names, numbers and files go; cases, moments, ratings and the chain stay."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.desk.case import Case, Event, Lane
from bot.desk.moves import Move
from bot.desk.outcome import Entry, record
from bot.desk.promises import HELD
from bot.desk.words import words
from bot.hall.house import MESSENGER, Hall
from bot.hall.lists import Lists
from bot.hall.memory import Erasing
from bot.hall.pages import Page
from bot.hall.records import Person
from bot.hall.wording import render

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Files dropped in one go: each time it is looked who else sent the same."""
KEPT = frozenset(
    {
        "no", "topic", "state", "priority", "customer", "first_handler", "opened_at", "begun_at", "stage",
        "stages_done", "promises", "rungs", "accept_from", "helpers", "transfers", "named", "hidden_from", "secrecy",
        "links", "asked_again", "accepted_at", "resolved_at", "closed_at", "urges", "seq", "version", "due_at",
        "nudged_at", "acted_at", "beat_at", "raised", "incident", "told",
    }
)  # fmt: skip
"""What of a case tells nothing about its customer; everything else goes, or is shortened to what does not."""
_TELLING = ("phone", "account_no", "name", "outer_no")
"""Slots by which somebody is known wherever they are written."""


class NoSuchCustomer(Exception):
    """Nobody of this key, telephone or case number."""


@dataclass(eq=False)
class SeveralCustomers(Exception):
    """More than one customer has this telephone: one has to be named by key."""

    keys: tuple[str, ...]


@dataclass(eq=False)
class HasLiveCases(Exception):
    """Somebody still answers for a case of his: it is ended first."""

    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done: numbers of his cases, files dropped, forum topics in which the messenger still shows words."""

    cases: tuple[str, ...]
    files: int
    topics: tuple[str, ...]


def find(lists: Lists, text: str) -> str:
    """A customer by key, case number or telephone; NoSuchCustomer, SeveralCustomers."""
    text = text.strip()
    digits = "".join(sign for sign in text if sign not in " -‐－—")
    found = lists.named(text) or lists.named(text.upper()) or lists.named(digits)
    if not found:
        raise NoSuchCustomer
    if len(found) > 1:
        raise SeveralCustomers(found)
    return found[0]


def erased(case: Case) -> Case:
    """The case as it may stay: topic, state, handler, moments and score; nothing its customer or anybody said."""
    called = case.callback if case.callback and case.callback.done_at else None
    return replace(
        case,
        slots={},
        papers={},
        closing={},
        card="",
        transfer=None,
        cover=None,
        tasks=tuple(replace(task, text="", result="") for task in case.tasks),
        callback=replace(called, text="") if called else None,
        pauses=tuple(replace(one, reason="", wants=()) for one in case.pauses),
        receipt="",
        shown="",
        rating=replace(case.rating, words="") if case.rating else None,
    )


def _marks(person: Person | None, known: tuple[Mapping[str, str], ...], key: str) -> tuple[str, ...]:
    """What means this customer wherever it stands."""
    own = (person.name, person.phone, *person.accounts) if person else ()
    told = (slots.get(name, "") for slots in known for name in _TELLING)
    return tuple(dict.fromkeys(mark for mark in (key, *own, *told) if mark))


def forget_on(hall: Hall, page: Page, customer: str, by: str, how: Mapping[str, str], *, thorough: bool) -> Forgotten:
    """One customer, within a page; HasLiveCases: nothing was done."""
    data, now = hall.edition().data, hall.clock.now()
    cases, person, lists = page.cases_of(customer), page.person(customer), page.lists()
    if live := tuple(case.no for case in cases if case.state in HELD):
        raise HasLiveCases(live)
    numbers = tuple(case.no for case in cases)
    topics = tuple(no for no in numbers if lists.topic(no))
    known = (page.thread(customer).slots, *(case.slots for case in cases))
    anew = f"x{secrets.token_hex(6)}" if thorough and person and person.channel == MESSENGER else ""
    page.erase(Erasing(customer, numbers, now, _marks(person, known, customer), thorough=thorough, key=anew))
    for case in cases:
        bare = replace(erased(case), customer=anew or customer)
        entry = Entry(Move.ERASE, by, words("event.erased"), Lane.SUPPORT, public=False, facts=how)
        page.record(record(data.books, bare, now, [entry]), lambda text: render(data, text))
    facts = {**how, "cases": " ".join(numbers)}
    page.note(Event("", 0, now, Lane.SUPPORT, by, Move.ERASE, public=False, facts=facts), str)
    return Forgotten(numbers, 0, topics)


async def drop_files(hall: Hall) -> int:
    """Files of forgotten customers leave the disk, also those that a crash left behind; how many."""
    gone = 0
    while keys := await hall.ledger.write(lambda page: page.to_drop(AT_ONCE)):
        for key in keys:
            await hall.files.drop(key)

        def done(page: Page, keys: tuple[str, ...] = keys) -> None:
            for key in keys:
                page.dropped(key)

        await hall.ledger.write(done)
        gone += len(keys)
    return gone


async def forget(hall: Hall, customer: str, by: str, how: Mapping[str, str], *, thorough: bool = True) -> Forgotten:
    """One customer is forgotten by somebody (a work number, or the clock); HasLiveCases: nothing was done."""
    done = await hall.ledger.write(lambda page: forget_on(hall, page, customer, by, how, thorough=thorough))
    files = await drop_files(hall)
    hall.bell.ring("desk")
    log.info("forgotten", extra={"move": Move.ERASE.value})
    return replace(done, files=files)
