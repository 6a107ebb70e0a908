"""A round with the same fifty due among few and among very many open cases: what it costs is what is due."""

import statistics
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bench.hands import FEW, MANY, MORNING, filled, turned
from bench.message import Todo
from bot import app
from bot.desk.case import Case, Priority, Promise, State
from bot.hall import duty
from bot.hall.house import Hall
from storage import rows
from storage.connect import writing
from storage.tables import cases
from tests.kit import edition, settings

DUE, ROUNDS = 50, 9
HANDLER = "A301"


def _due(lap: int, number: int) -> Case:
    """A case whose promise has just used up half of its budget."""
    begun = MORNING - timedelta(hours=2)
    promise = Promise(
        id="service.default",
        to="resolve",
        started_at=begun,
        promise_at=MORNING + timedelta(days=3),
        internal_at=None,
        red_line_at=None,
        half_at=MORNING,
    )
    return Case(
        no=f"DL20261121-{lap:02d}{number:04d}",
        topic="owner_transfer",
        state=State.IN_PROGRESS,
        priority=Priority.NORMAL,
        customer=f"d{number}",
        first_handler=HANDLER,
        opened_at=begun,
        begun_at=begun,
        accepted_at=begun,
        promises=(promise,),
        version=1,
        due_at=MORNING,
    )


def _bring(url: str, lap: int) -> None:
    engine = writing(url, 60.0)
    with engine.begin() as page:
        page.execute(insert(cases), [rows.case_row(_due(lap, number)) for number in range(DUE)])
    engine.dispose()


async def _round(hall: Hall, url: str, lap: int) -> float:
    """Seconds of the round in which these fifty fire, each once."""
    _bring(url, lap)
    before = len(await hall.ledger.read(lambda lists: lists.alerts(only_open=True)))
    begin = time.perf_counter()
    moved = await duty.watch(hall)
    took = time.perf_counter() - begin
    raised = len(await hall.ledger.read(lambda lists: lists.alerts(only_open=True))) - before
    if (moved, raised) != (DUE, DUE):
        raise AssertionError((moved, raised))
    return took


async def rounds(url: str, folder: Path) -> dict[str, Any]:
    """Milliseconds of such a round at few and at very many open cases on one database, and the ratio."""
    folder.mkdir(parents=True)
    found: dict[int, float] = {}
    for many, first in ((FEW, 0), (MANY, FEW)):
        own = replace(settings(folder), database_url=url)
        running = await app.open_hall(own, practice=True, edition=edition())
        hall = replace(running.hall, engine=Todo())  # type: ignore[arg-type] # nothing else of an engine is asked for
        filled(url, first, many)
        turned(hall, MORNING)
        await duty.watch(hall)  # the first look of a hall is at everything
        laps = [await _round(hall, url, (many == MANY) * ROUNDS + lap) for lap in range(ROUNDS)]
        found[many] = statistics.median(laps[2:])
        await hall.ledger.close()
    return {
        "open_cases": f"{FEW} and {MANY}",
        "due": DUE,
        "round_ms": f"{found[FEW] * 1e3:.1f} and {found[MANY] * 1e3:.1f}",
        "ratio": round(found[MANY] / found[FEW], 2),
    }
