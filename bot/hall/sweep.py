"""The nightly count 夜间清点: no case without a first handler of the hall, and the duty leaders hear that it is so."""

import logging
from dataclasses import dataclass
from datetime import date, datetime

from bot.desk import roster
from bot.desk.books import Books
from bot.desk.case import CLOCK, Case, Event, Kind, Lane, Letter
from bot.desk.moves import Move
from bot.desk.words import words
from bot.hall.holding import all_held
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import AuditQuery

log = logging.getLogger(__name__)

MOST = 20
"""Case numbers told one by one."""
LOOK = 200


@dataclass(frozen=True, slots=True)
class Count:
    """What the count found, as the ledger keeps it and as the duty leaders read it."""

    event: Event
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    no: str
    hidden_from: tuple[str, ...]
    orphan: bool
    taken: bool


def leaders(books: Books, now: datetime) -> tuple[str, ...]:
    """The duty leaders on shift; where none is, the one who comes first."""
    called = [leader.no for leader in roster.duty_leaders(books.roster, now)]
    starts = {no: roster.next_shift(books.roster, no, now) for no in called}
    here = tuple(no for no in called if starts[no] == now)
    coming = min((no for no in called if starts[no]), key=lambda no: (starts[no], called.index(no)), default="")
    return here or ((coming,) if coming else tuple(called))


def _listed(numbers: list[str]) -> str:
    shown = "、".join(numbers[:MOST])
    return f"{shown} 等 {len(numbers)} 张" if len(numbers) > MOST else shown


def _taken(lists: Lists, since: datetime) -> frozenset[str]:
    """The cases somebody else took over since then because their first handler had gone."""
    found: set[str] = set()
    after = 0
    while True:
        query = AuditQuery(by=CLOCK, move=Move.REASSIGN, from_at=since, after=after, limit=LOOK)
        some = lists.audit(query)
        found.update(event.case for _, event in some.items)
        after = some.next
        if not after:
            return frozenset(found)


def _letter(no: str, day: date, held: list[_Held]) -> Letter:
    """As one duty leader reads it: cases hidden from him do not exist."""
    seen = [one for one in held if no not in one.hidden_from]
    left = _listed([one.no for one in seen if one.orphan])
    taken = _listed([one.no for one in seen if one.taken])
    facts: dict[str, object] = {"count": len(seen), "taken": taken}
    told = words("staff.sweep.left", **facts, left=left) if left else words("staff.sweep", **facts)
    return Letter(f"staff:{no}", Kind.NOTICE, f"sweep:{day.isoformat()}:{no}", told)


async def count(hall: Hall, last: date, day: date, now: datetime) -> Count:
    """Every case somebody answers for is looked at once; `last` is the morning counted before."""
    books = hall.edition().data.books
    since = datetime.combine(last, books.rules.quiet[1], books.calendar.zone)
    taken = await hall.ledger.read(lambda lists: _taken(lists, since))

    def pick(case: Case) -> _Held:
        return _Held(case.no, case.hidden_from, not books.person(case.first_handler).on, case.no in taken)

    held = await all_held(hall, pick)
    orphans = sum(one.orphan for one in held)
    figures = {"count": len(held), "left": orphans, "taken": len(taken)}
    for one in held:
        if one.orphan:
            log.error("nobody to take the case over", extra={"case": one.no})
    facts = {"sweep": day.isoformat(), **{name: str(many) for name, many in figures.items()}}
    told = words("event.sweep", **figures)
    event = Event("", 0, now, Lane.SUPPORT, CLOCK, Move.CHANGE, public=False, text=told, facts=facts)
    return Count(event, tuple(_letter(no, day, held) for no in leaders(books, now)))
