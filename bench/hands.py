"""Cases in many hands against bare floors: a whole life, lists with hidden cases, the nightly count, a quiet round."""

import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, insert, text
from sqlalchemy.engine import Engine

from bench.message import Recorder, Todo, bare
from bot import app
from bot.desk.case import Case, Priority, State
from bot.hall import counter, duty, handing, reception, rounds
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import CaseQuery, Heard
from storage import rows
from storage.connect import writing
from storage.tables import cases
from tests.kit import LEADER, edition, settings
from tests.kit_hall import ADDRESS, CLOSING, OUTAGE

WARM, COUNTED = 10, 60
FEW, MANY = 1_000, 100_000
ASKER, CREW, OTHERS = "A202", ("A301", "A302", "A303"), ("A201", "A203")
HIDDEN_EACH = 1_000
"""One case in so many is hidden from the asker: many more than any hall has complaints."""
LOOKS, ROUNDS = 15, 9
MORNING = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
BULK = 5_000


class Life:
    """One case after the other from its opening to its rating, all that follows done at once."""

    def __init__(self, hall: Hall, todo: Todo) -> None:
        self._hall, self._todo, self._words = hall, todo, 0

    async def _says(self, customer: str, words: str) -> None:
        self._words += 1
        await reception.receive(self._hall, Heard(f"l{self._words}", customer, text=words))
        await self._todo.do(self._hall)

    async def _case(self, customer: str) -> Case:
        return (await self._hall.ledger.read(lambda lists: lists.cases_of(customer)))[0]

    async def live(self) -> int:
        """Opened, accepted, helped with, asked to change hands, reassigned, resolved, confirmed, rated; its events."""
        hall, people = self._hall, self._hall.edition().data.books.roster.staff
        customer = (await reception.newcomer(hall)).key
        await self._says(customer, OUTAGE)
        await self._says(customer, ADDRESS)
        case = await self._case(customer)
        no, first, leader = case.no, people[case.first_handler], people[LEADER]
        helper, second = (people[one] for one in CREW if one != first.no)

        async def done(moving: Awaitable[object]) -> None:
            await moving
            await self._todo.do(hall)

        await done(counter.accept(hall, first, no))
        await done(handing.help_(hall, first, no, helper.no, "请带一架梯子来", Asked()))
        await done(counter.accept(hall, helper, no))
        await done(handing.help_done(hall, helper, no, "梯子到了，表箱已看过", Asked()))
        await done(handing.transfer(hall, first, no, second.no, "家里有急事", Asked()))
        await self._says(customer, "同意")
        await done(handing.reassign(hall, leader, no, second.no, "离得近", Asked()))
        await done(counter.resolve(hall, second, no, "熔丝换好，已送电", CLOSING))
        await self._says(customer, "已解决")
        await self._says(customer, "5")
        case = await self._case(customer)
        if case.state is not State.CLOSED or case.first_handler != second.no or case.rating is None:
            raise AssertionError(case.state)
        return case.seq


async def life(folder: Path) -> dict[str, Any]:
    """Milliseconds a case, those of the same SQL by stdlib sqlite3, the ratio; transactions and statements a case."""
    folder.mkdir(parents=True)
    running = await app.open_hall(settings(folder), practice=True, edition=edition())
    todo, recorder = Todo(), Recorder()
    hall = replace(running.hall, engine=todo)  # type: ignore[arg-type] # nothing else of an engine is asked for
    turned(hall, MORNING)
    lives = Life(hall, todo)
    event.listen(Engine, "before_cursor_execute", recorder.statement)
    event.listen(Engine, "commit", recorder.commit)
    for _ in range(WARM):
        await lives.live()
    before = folder / "before.db"
    with sqlite3.connect(folder / "hall.db") as source, sqlite3.connect(before) as target:
        source.backup(target)
    recorder.on = True
    took, events = [], 0
    for _ in range(COUNTED):
        begin = time.perf_counter()
        events += await lives.live()
        took.append(time.perf_counter() - begin)
    recorder.on = False
    await hall.ledger.close()
    event.remove(Engine, "before_cursor_execute", recorder.statement)
    event.remove(Engine, "commit", recorder.commit)
    ours, floor = statistics.median(took), bare(recorder.tape, before, COUNTED)
    commits = sum(statement == "COMMIT" for statement, _ in recorder.tape)
    return {
        "case_ms": round(ours * 1e3, 1),
        "same_sql_by_sqlite3_ms": round(floor * 1e3, 1),
        "ratio": round(ours / floor, 2),
        "events": round(events / COUNTED, 1),
        "transactions": round(commits / COUNTED, 1),
        "statements": round(sum(not one.startswith(("BEGIN", "COMMIT")) for one, _ in recorder.tape) / COUNTED),
    }


def turned(hall: Hall, moment: datetime) -> None:
    if hall.practice is None:
        raise AssertionError
    hall.practice.clock.speed = 0.0
    hall.practice.clock.turn_to(moment)


def _case(number: int) -> Case:
    """One of many open cases; nothing of it is due for a year, one in a thousand is hidden from the asker."""
    at = MORNING - timedelta(minutes=number % 90_000, microseconds=number)
    priorities = (Priority.NORMAL, Priority.NORMAL, Priority.URGENT, Priority.EMERGENCY)
    hidden = (ASKER,) if number % HIDDEN_EACH == 0 else ()
    return Case(
        no=f"DL20261122-{number:06d}",
        topic="complaint" if hidden else "outage_repair",
        state=State.IN_PROGRESS,
        priority=priorities[number % 4],
        customer=f"w{number % 5_000}",
        first_handler=(*CREW, *OTHERS)[number % 5],
        opened_at=at,
        begun_at=at,
        accepted_at=at,
        hidden_from=hidden,
        version=1,
        due_at=MORNING + timedelta(days=365, minutes=number % 10_000),
    )


def _fill(page: Connection, first: int, last: int) -> None:
    for begin in range(first, last, BULK):
        some = range(begin, min(begin + BULK, last))
        page.execute(insert(cases), [rows.case_row(_case(number)) for number in some])
    if page.dialect.name == "postgresql":  # as its autovacuum would; SQLite keeps no figures unless it is asked
        page.execute(text("ANALYZE"))


def filled(url: str, first: int, last: int) -> None:
    """The ledger grows to so many open cases; they have no events, for no list and no round asks for any."""
    engine = writing(url, 60.0)
    with engine.begin() as page:
        _fill(page, first, last)
    engine.dispose()


async def _median(doing: Callable[[], Awaitable[object]], times: int) -> float:
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        await doing()
        took.append(time.perf_counter() - begin)
    return statistics.median(took)


async def _list(hall: Hall, many: int) -> tuple[float, float]:
    """Seconds of the first slice with the asker's filter, and without it; both look at the same moment by turns."""

    def look(asker: str) -> Callable[[Lists], int]:
        return lambda lists: lists.cases(CaseQuery(state="live", asker=asker)).total

    seen = await hall.ledger.read(look(ASKER))
    if (seen, await hall.ledger.read(look(""))) != (many - many // HIDDEN_EACH, many):
        raise AssertionError(seen)
    filtered = await _median(lambda: hall.ledger.read(look(ASKER)), LOOKS)
    bare = await _median(lambda: hall.ledger.read(look("")), LOOKS)
    return filtered, bare


async def _night(hall: Hall, day: int) -> float:
    """Seconds of the round in which every open case is counted."""
    turned(hall, MORNING + timedelta(days=day))
    begin = time.perf_counter()
    await rounds.walk(hall)
    return time.perf_counter() - begin


async def _at(hall: Hall, many: int) -> dict[str, float]:
    """One hall with so many open cases: list, watch, night."""
    turned(hall, MORNING)
    await duty.watch(hall)  # the first round of a hall looks at every case; from then on there is nothing to see
    filtered, bare = await _list(hall, many)
    watch = await _median(lambda: duty.watch(hall), ROUNDS)
    night = min([await _night(hall, day) for day in range(1, 3)])
    return {"filtered": filtered, "bare": bare, "watch": watch, "night": night}


async def crowd(url: str, folder: Path) -> dict[str, Any]:
    """Lists, rounds and nights at few and at many open cases on one database."""
    folder.mkdir(parents=True)
    found: dict[int, dict[str, float]] = {}
    for many, first in ((FEW, 0), (MANY, FEW)):
        own = replace(settings(folder), database_url=url)
        running = await app.open_hall(own, practice=True, edition=edition())
        hall = replace(running.hall, engine=Todo())  # type: ignore[arg-type] # as above
        filled(url, first, many)
        found[many] = await _at(hall, many)
        await hall.ledger.write(lambda page: page.remember(rounds.KEY, ""))
        await hall.ledger.close()
    few, lots = found[FEW], found[MANY]
    return {
        "cases": f"{FEW} and {MANY}",
        "list_ms": f"{few['filtered'] * 1e3:.2f} and {lots['filtered'] * 1e3:.2f}",
        "list_hidden_to_bare": f"{few['filtered'] / few['bare']:.2f} and {lots['filtered'] / lots['bare']:.2f}",
        "quiet_watch_us": f"{few['watch'] * 1e6:.0f} and {lots['watch'] * 1e6:.0f}",
        "quiet_watch_ratio": round(lots["watch"] / few["watch"], 2),
        "night_us_a_case": f"{few['night'] / FEW * 1e6:.0f} and {lots['night'] / MANY * 1e6:.0f}",
        "night_ratio_a_case": round(lots["night"] / MANY / (few["night"] / FEW), 2),
    }
