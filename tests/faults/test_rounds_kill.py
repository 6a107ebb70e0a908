"""A real child is SIGKILLed around every commit of a round: afterwards each customer was told exactly once."""

import asyncio
import multiprocessing
import shutil
import signal
from dataclasses import replace
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from bot import app
from bot.desk.case import Outcome
from bot.desk.roster import Leave
from bot.hall import delivery, drill, duty
from bot.hall.data import Edition
from bot.hall.house import Hall
from storage.ledger import SqlLedger
from storage.migrate import migrate
from tests import postgres
from tests.faults.child import Counter, Death, MortalLedger
from tests.faults.test_kill import base_of
from tests.kit import CREW, MONDAY, edition, settings
from tests.kit_hall import newest, outage

GONE, STAND_IN = "A302", "A303"
AWAY_CASES, ORPHANS = 3, 2
TUESDAY = MONDAY.replace(hour=7, minute=30) + timedelta(days=1)


def changed() -> Edition:
    """The same hall a day on: the first handler of some cases is on leave, that of others has gone."""
    whole = edition()
    books = whole.data.books
    staff = {no: who for no, who in books.roster.staff.items() if no != GONE}
    leave = Leave(CREW, TUESDAY.date(), TUESDAY.date(), "病假", STAND_IN)
    roster = replace(books.roster, staff=staff, leaves=(leave,))
    return replace(whole, data=replace(whole.data, books=replace(books, roster=roster)))


async def _prepare(path: Path, url: str) -> None:
    """Monday: cases are open, and the hall has looked at its roster."""
    running = await app.open_hall(settings(path, url=url), practice=True, edition=edition())
    clock = drill.practice(running.hall).clock
    clock.speed = 0.0
    clock.turn_to(MONDAY)
    async with app.at_work(running) as hall:
        for number in range(AWAY_CASES + ORPHANS):
            customer, _ = await outage(hall)
            await _give(hall, customer, CREW if number < AWAY_CASES else GONE)
        await drill.settle(hall)


async def _give(hall: Hall, customer: str, no: str) -> None:
    """Into these hands, and nothing of it falls due meanwhile."""
    case = replace(
        await newest(hall, customer), first_handler=no, promises=(), rungs=("accept_remind", "accept_escalate")
    )
    await hall.ledger.write(lambda page: page.record(Outcome(replace(case, due_at=None), ()), str))


async def _round(path: Path, url: str, death: Death) -> dict[str, int]:
    counter = Counter(Death())
    own = settings(path, url=url)
    ledger = MortalLedger(SqlLedger(own.database_url), counter)
    running = await app.open_hall(own, practice=True, edition=changed(), ledger=ledger)
    drill.practice(running.hall).clock.turn_to(TUESDAY)
    counter.death, counter.seen = death, dict.fromkeys(counter.seen, 0)
    while await duty.watch(running.hall) + await delivery.carry(running.hall):
        pass
    await ledger.close()
    return counter.seen


def _main(path: Path, url: str, death: Death, pipe: Connection) -> None:
    pipe.send(asyncio.run(_round(path, url, death)))


def tuesday(path: Path, url: str, death: Death) -> dict[str, int] | None:
    """A child makes the round; how many commits there were, None if it was killed."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_main, args=(path, url, death, theirs), daemon=True)
    child.start()
    theirs.close()
    child.join(30)
    if child.exitcode == -signal.SIGKILL:
        return None
    assert child.exitcode == 0
    return ours.recv()  # type: ignore[no-any-return] # what the child sent


def judge(url: str) -> None:
    """Everybody concerned was told once, whatever happened on the way."""
    with base_of(url) as base:
        rows = base("SELECT to_, text, key FROM outbox WHERE replaces IS NULL")  # the live card changes in silence
        customers = [(to, text) for to, text, _ in rows if to.startswith("customer:")]
        covered = [to for to, text in customers if "代办" in text]
        handed = [to for to, text in customers if "换了首办人" in text]
        assert len(covered) == len(set(covered)) == AWAY_CASES
        assert len(handed) == len(set(handed)) == ORPHANS
        assert not set(covered) & set(handed)
        assert len([to for to, text, _ in rows if to == f"staff:{STAND_IN}" and "由您代办" in text]) == AWAY_CASES
        for leader in ("A001", "A002"):
            (told,) = [text for to, text, _ in rows if to == f"staff:{leader}" and "夜间清点" in text]
            assert f"在办 {AWAY_CASES + ORPHANS} 张，每张都有" in told
            assert "接手" in told
        assert len({key for _, _, key in rows}) == len(rows)
        clock = "SELECT move FROM events WHERE chain <> 'hall' AND by = 'clock' AND move IN ('change', 'reassign')"
        moves = [move for (move,) in base(clock)]
        assert sorted(moves) == sorted(["change"] * AWAY_CASES + ["reassign"] * ORPHANS)
        assert len(base("SELECT id FROM events WHERE chain = 'hall' AND facts LIKE '%sweep%'")) == 1
        assert {count for (count,) in base("SELECT count(*) FROM alerts WHERE why = 'orphan' GROUP BY case_no")} == {1}
    assert asyncio.run(_broken(url)) is None


async def _broken(url: str) -> object:
    ledger = SqlLedger(url)
    try:
        return await ledger.read(lambda lists: lists.broken_chain())
    finally:
        await ledger.close()


def killed_at(path: Path, url: str, death: Death) -> bool:
    """The round dies there, is made again, and again; whether it did die."""
    seen = tuesday(path, url, death)
    assert tuesday(path, url, Death()) is not None
    assert tuesday(path, url, Death()) is not None
    judge(url)
    return seen is None


@pytest.mark.slow
@pytest.mark.parametrize("what", ["before", "after"])
def test_killed_around_every_commit_of_a_round_nobody_is_told_twice_or_not_at_all(what: str, tmp_path: Path) -> None:
    start = tmp_path / "monday"
    start.mkdir()
    asyncio.run(_prepare(start, ""))

    def again(name: str) -> tuple[Path, str]:
        path = tmp_path / name
        shutil.copytree(start, path)
        return path, f"sqlite:///{path / 'hall.db'}"

    path, url = again("whole")
    seen = tuesday(path, url, Death())
    judge(url)
    assert seen
    assert seen[what] > AWAY_CASES + ORPHANS
    died = 0
    for n in range(1, seen[what] + 1):
        died += killed_at(*again(f"{what}{n}"), Death(what, n))
    assert died == seen[what]


@pytest.mark.slow
@pytest.mark.parametrize(("what", "n"), [("before", 2), ("after", 4)])
def test_on_postgresql_too(what: str, n: int, tmp_path: Path) -> None:
    url = postgres.fresh_database()
    migrate(url)
    asyncio.run(_prepare(tmp_path, url))
    assert killed_at(tmp_path, url, Death(what, n))
    postgres.drop(url)
