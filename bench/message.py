"""One message end to end against the same SQL by stdlib sqlite3, both FULL; on PostgreSQL against bare commits."""

import shutil
import sqlite3
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot import app
from bot.hall import delivery, reception
from bot.hall.house import OUTBOX, Hall
from bot.hall.records import Heard
from tests import postgres
from tests.kit import edition, settings

WARM, COUNTED = 50, 300
TEXT = "过户要带什么"


class Todo:
    """The engine's part: what there is to do, done at once by the one who asks."""

    def __init__(self) -> None:
        self.work: dict[str, None] = {}

    def has_work(self, conversation: str) -> None:
        self.work[conversation] = None

    async def do(self, hall: Hall) -> None:
        """As the hall's own engine would, one after the other."""
        while self.work:
            conversation = next(iter(self.work))
            del self.work[conversation]
            await (delivery.carry(hall) if conversation == OUTBOX else reception.drain(hall, conversation))


async def answered(hall: Hall, todo: Todo, customer: str, number: int) -> None:
    """One message from its coming to everything that follows from it."""
    await reception.receive(hall, Heard(f"b{number}", customer, text=TEXT))
    await todo.do(hall)


class Recorder:
    """Every statement with its parameters, as the driver got it, transaction by transaction."""

    def __init__(self) -> None:
        self.on = False
        self.tape: list[tuple[str, Any]] = []

    def statement(self, _c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:  # noqa: FBT001 - its shape
        if self.on:
            self.tape.append((statement, (many, parameters)))

    def commit(self, _connection: Any) -> None:
        if self.on:
            self.tape.append(("COMMIT", None))


def replay(tape: list[tuple[str, Any]], file: Path) -> float:
    """Seconds the same statements take in stdlib sqlite3."""
    with sqlite3.connect(file, isolation_level=None) as base:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            base.execute(f"PRAGMA {pragma}").fetchall()
        begin = time.perf_counter()
        inside = False
        for statement, given in tape:
            if statement == "COMMIT":
                if inside:
                    base.execute("COMMIT")
                inside = False
                continue
            if statement.startswith("BEGIN"):
                continue
            if not inside:
                base.execute("BEGIN IMMEDIATE")
                inside = True
            many, parameters = given
            if many:
                base.executemany(statement, parameters)
            else:
                base.execute(statement, parameters).fetchall()
        return time.perf_counter() - begin


def bare(tape: list[tuple[str, Any]], before: Path, counted: int) -> float:
    """Seconds each of so many takes in stdlib sqlite3, on a copy of the database as it was; the median of three."""
    floors = []
    for run in range(3):
        copy = before.with_name(f"floor{run}.db")
        shutil.copy(before, copy)
        floors.append(replay(tape, copy) / counted)
    return statistics.median(floors)


async def measure_postgres(folder: Path) -> dict[str, Any]:
    """Microseconds a message on PostgreSQL against two bare commits of psycopg on the same server."""
    folder.mkdir()
    url = postgres.fresh_database()
    running = await app.open_hall(replace(settings(folder), database_url=url), practice=True, edition=edition())
    todo = Todo()
    hall = replace(running.hall, engine=todo)  # type: ignore[arg-type] # nothing else of an engine is asked for
    people = [(await reception.newcomer(hall)).key for _ in range(20)]
    took = []
    for number in range(WARM + COUNTED):
        begin = time.perf_counter()
        await answered(hall, todo, people[number % len(people)], number)
        took.append(time.perf_counter() - begin)
    await hall.ledger.close()
    with psycopg.connect(url) as bare:
        bare.execute("CREATE TABLE floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text)")
        bare.commit()
        floors = []
        for _ in range(COUNTED):
            begin = time.perf_counter()
            for _ in range(2):
                bare.execute("INSERT INTO floor (body) VALUES (%s)", [TEXT])
                bare.commit()
            floors.append(time.perf_counter() - begin)
    ours, floor = statistics.median(took[WARM:]), statistics.median(floors)
    return {
        "message_us": round(ours * 1e6),
        "two_bare_commits_us": round(floor * 1e6),
        "ratio": round(ours / floor, 2),
    }


async def measure(folder: Path) -> dict[str, Any]:
    """Microseconds a message, the floor's, the ratio; transactions and statements a message."""
    folder.mkdir()
    running = await app.open_hall(settings(folder), practice=True, edition=edition())
    todo = Todo()
    hall = replace(running.hall, engine=todo)  # type: ignore[arg-type] # as above
    recorder = Recorder()
    event.listen(Engine, "before_cursor_execute", recorder.statement)
    event.listen(Engine, "commit", recorder.commit)
    people = [(await reception.newcomer(hall)).key for _ in range(20)]

    for number in range(WARM):
        await answered(hall, todo, people[number % len(people)], number)
    before = folder / "before.db"
    with sqlite3.connect(folder / "hall.db") as source, sqlite3.connect(before) as target:
        source.backup(target)
    recorder.on = True
    took = []
    for number in range(WARM, WARM + COUNTED):
        begin = time.perf_counter()
        await answered(hall, todo, people[number % len(people)], number)
        took.append(time.perf_counter() - begin)
    recorder.on = False
    await hall.ledger.close()
    event.remove(Engine, "before_cursor_execute", recorder.statement)
    event.remove(Engine, "commit", recorder.commit)
    commits = sum(statement == "COMMIT" for statement, _ in recorder.tape)
    floor = bare(recorder.tape, before, COUNTED)
    ours = statistics.median(took)
    return {
        "message_us": round(ours * 1e6),
        "same_sql_by_sqlite3_us": round(floor * 1e6),
        "ratio": round(ours / floor, 2),
        "transactions": round(commits / COUNTED, 2),
        "statements": round(sum(not one.startswith(("BEGIN", "COMMIT")) for one, _ in recorder.tape) / COUNTED, 2),
    }
