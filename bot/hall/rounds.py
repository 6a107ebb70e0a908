"""The rounds 巡查: leaves begun and ended, first handlers gone; looked for as the roster changes and each morning."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from bot.desk import handing, helping, retiming, roster
from bot.desk.books import Books
from bot.desk.case import Case, Letter, Outcome, State
from bot.desk.dues import next_due
from bot.desk.errors import Changed, NoSuchCase
from bot.desk.moves import Move
from bot.desk.roster import Roster
from bot.hall import absent, floor, retention, returning, sweep
from bot.hall.floor import Passing
from bot.hall.holding import all_held
from bot.hall.house import Hall
from bot.hall.mirror import mirrored
from bot.hall.pages import Page
from bot.hall.wording import render
from intents.slots import mask

log = logging.getLogger(__name__)

KEY = "rounds"
"""Where the ledger keeps what the last round saw."""
AGAIN = timedelta(minutes=2)
"""What could not be mended is tried again then."""
TRIES = 3
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last round saw: neither forgotten nor done twice by whoever comes after a crash."""

    mark: str
    """The roster, as a hash."""
    at: datetime
    next: datetime
    """When there is something to see again, if the roster stays."""
    day: date
    """The last morning on which all cases were counted."""
    away: Mapping[str, datetime] = field(default_factory=dict)
    """Who was on leave, since when."""
    back: Mapping[str, datetime] = field(default_factory=dict)
    """Who is back and has not been told yet what changed since then."""


def _written(seen: Seen) -> str:
    spans = {name: {no: at.isoformat() for no, at in getattr(seen, name).items()} for name in ("away", "back")}
    moments = {"at": seen.at.isoformat(), "next": seen.next.isoformat(), "day": seen.day.isoformat()}
    return json.dumps({"mark": seen.mark, **moments, **spans})


def _read(text: str) -> Seen | None:
    if not text:
        return None
    told = json.loads(text)
    away, back = ({no: datetime.fromisoformat(at) for no, at in told[name].items()} for name in ("away", "back"))
    at, soon = (datetime.fromisoformat(told[name]) for name in ("at", "next"))
    return Seen(told["mark"], at, soon, date.fromisoformat(told["day"]), away, back)


def fingerprint(books: Books) -> str:
    """Roster and calendar as a hash, the same in every process: people, shifts, leaves, days, quiet hours."""
    people = [(one.no, one.post, one.on) for one in books.roster.staff.values()]
    shifts = [
        (one.staff, one.since, one.till, sorted(one.weekdays), sorted(one.dates), one.first, one.last, one.post)
        for one in books.roster.shifts
    ]
    leaves = [(one.staff, one.first, one.last, one.stand_in) for one in books.roster.leaves]
    calendar = books.calendar
    days = [calendar.known_until, sorted(calendar.statutory.items()), calendar.hours]
    told = json.dumps([people, shifts, leaves, books.rules.quiet, days], default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def _morning(books: Books, day: date) -> datetime:
    """When quiet hours end on that day."""
    return datetime.combine(day, books.rules.quiet[1], books.calendar.zone)


def _last_morning(books: Books, now: datetime) -> date:
    day = now.astimezone(books.calendar.zone).date()
    return day if _morning(books, day) <= now else day - DAY


def _away_since(people: Roster, no: str, day: date) -> date:
    """The first day of the leave that runs on that day, leaves that follow each other counted as one."""
    while first := min(
        (one.first for one in people.leaves if one.staff == no and one.first <= day <= one.last), default=None
    ):
        day = first - DAY
    return day + DAY


def _away(books: Books, seen: Seen | None, now: datetime) -> dict[str, datetime]:
    """Who is on leave now, and since when; one who went again before he was told keeps the older moment."""
    people, day = books.roster, now.astimezone(books.calendar.zone).date()
    found: dict[str, datetime] = {}
    for no in dict.fromkeys(leave.staff for leave in people.leaves):
        if not books.person(no).on or roster.away_till(people, no, day) is None:
            continue
        begun = datetime.combine(_away_since(people, no, day), time(), books.calendar.zone)
        found[no] = _returned(seen, now).get(no) or (max(begun, seen.at) if seen and seen.at <= now else begun)
    return found


def _at_work(books: Books, no: str, now: datetime) -> datetime:
    """The first working moment of somebody who is back: his shift, else the end of quiet hours."""
    early = max(now, _morning(books, now.astimezone(books.calendar.zone).date()))
    return roster.next_shift(books.roster, no, early) or early


def _sooner(books: Books, case: Case, now: datetime) -> Case | None:
    """A case that waits for a shift that now begins earlier; a later one changes nothing, for the time was told."""
    if case.state is not State.OPEN or case.accept_from is None or case.accept_from <= now:
        return None
    start = roster.next_shift(books.roster, case.first_handler, now)
    if start is None or start >= case.accept_from:
        return None
    moved = replace(case, accept_from=start)
    return replace(moved, due_at=next_due(moved, books.rules))


def _wants(books: Books, case: Case, now: datetime) -> bool:
    """Whether the roster, as it is now, changes anything on this case."""
    rules = (handing.adopt, handing.cover, helping.forsaken, _sooner, retiming.retimed)
    return any(rule(books, case, now) is not None for rule in rules)


def _mend(hall: Hall, page: Page, no: str) -> int:
    """One case, one page: somebody answers for it, somebody acts for who is away; everybody concerned is told."""
    edition, now = hall.edition(), hall.clock.now()
    books, case, moved = edition.data.books, page.case(no), 0

    def write(text: object) -> str:
        return mask(render(edition.data, text))

    if orphan := handing.adopt(books, case, now):
        gone = books.person(case.first_handler)
        floor.pass_to(page, books, Passing(case, orphan.case, gone, Move.REASSIGN, now), write)
        case = page.record(mirrored(hall, page, orphan), write)
        moved = 1
    for rule in (handing.cover, helping.forsaken, retiming.retimed):
        if news := rule(books, case, now):
            case = page.record(mirrored(hall, page, news), write)
            moved = 1
    if sooner := _sooner(books, case, now):
        page.record(Outcome(sooner, ()), str)
    if moved:
        log.info("roster", extra={"case": no})
    return moved


async def _mended(hall: Hall, no: str) -> int | None:
    """The case is looked at; what somebody else moved meanwhile is looked at anew. None: it could not be done."""
    for _ in range(TRIES):
        try:
            return await hall.ledger.write(lambda page: _mend(hall, page, no))
        except Changed:
            continue
        except NoSuchCase:
            return 0
        except Exception:
            log.exception("round failed", extra={"case": no})
            return None
    return None


async def walk(hall: Hall) -> int:
    """A round, if there is anything to see: the roster changed, a morning or somebody's return came. How much moved."""
    try:
        moved = await _walk(hall) + await absent.walk(hall, fingerprint(hall.edition().data.books))
    except Exception:
        log.exception("round failed")
        return 0
    if moved:
        hall.bell.ring("desk")
        hall.outbox_has_work()
    return moved


async def _walk(hall: Hall) -> int:
    text = await hall.ledger.read(lambda lists: lists.remembered(KEY))
    seen, books, now = _read(text), hall.edition().data.books, hall.clock.now()
    mark = fingerprint(books)
    if seen and seen.mark == mark and seen.at <= now < seen.next:
        return 0
    wanting = await all_held(hall, lambda case: case.no if _wants(books, case, now) else None)
    results = [await _mended(hall, no) for no in wanting]
    morning = _last_morning(books, now)
    counted = None
    if seen and seen.day < morning:
        counted = await sweep.count(hall, seen.day, morning, now)
        await retention.retain(hall)
    away = _away(books, seen, now)
    back = {no: since for no, since in _returned(seen, now).items() if no not in away and books.person(no).on}
    starts = {no: _at_work(books, no, now) for no in back}
    told = [await returning.letter(hall, no, back[no], now) for no, start in starts.items() if start <= now]
    later = {no: start for no, start in starts.items() if start > now}
    soon = [now + AGAIN] if None in results else []
    fresh = Seen(
        mark=mark,
        at=now,
        next=min([_morning(books, morning + DAY), *later.values(), *soon]),
        day=morning,
        away=away,
        back={no: back[no] for no in later},
    )
    letters = [*(counted.letters if counted else ()), *(one for one in told if one)]
    return sum(one or 0 for one in results) + await _close(hall, text, fresh, letters, counted)


def _returned(seen: Seen | None, now: datetime) -> Mapping[str, datetime]:
    """Who may be back since the last round, or is and has not been told."""
    if seen is None:
        return {}
    return {no: since for no, since in {**seen.away, **seen.back}.items() if since <= now}


async def _close(hall: Hall, before: str, seen: Seen, letters: list[Letter], counted: sweep.Count | None) -> int:
    """The round is written down, with its letters, in one page; a quicker one leaves nothing to write."""
    data = hall.edition().data

    def doing(page: Page) -> int:
        if page.remembered(KEY) != before:
            return 0
        posted = sum(page.post(letter, seen.at, lambda text: mask(render(data, text))) for letter in letters)
        if counted:
            page.note(counted.event, lambda text: render(data, text))
        page.remember(KEY, _written(seen))
        return posted

    return await hall.ledger.write(doing)


async def next_wake_up(hall: Hall) -> datetime | None:
    """The next moment a round or the floors have something to see, if the roster stays; None before the first one."""
    seen = _read(await hall.ledger.read(lambda lists: lists.remembered(KEY)))
    moments = (seen.next if seen else None, await absent.next_wake_up(hall))
    return min((at for at in moments if at and at > hall.clock.now()), default=None)
