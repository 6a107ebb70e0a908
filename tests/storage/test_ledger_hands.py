"""Several hands on one file: threads, processes, and one that is killed."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.desk.case import Outcome
from bot.desk.errors import Changed
from bot.hall.pages import LedgerBusy, Page
from storage.ledger import AlreadyServed, SqlLedger, serving_lock
from tests.storage.given import NOW, ROOT, SECRET, a_message, bare, opened


async def value(ledger: SqlLedger, key: str) -> str:
    return await ledger.read(lambda lists: lists.remembered(key))


async def count_up(ledger: SqlLedger, times: int) -> None:
    def doing(page: Page) -> None:
        page.remember("count", str(int(page.remembered("count") or 0) + 1))

    for _ in range(times):
        await ledger.write(doing)


def in_a_thread(url: str, times: int) -> None:
    async def work() -> None:
        ledger = SqlLedger(url)
        await count_up(ledger, times)
        await ledger.close()

    asyncio.run(work())


async def test_many_tasks_on_one_ledger_lose_nothing(ledger: SqlLedger) -> None:
    await asyncio.gather(*(count_up(ledger, 10) for _ in range(10)))
    assert await value(ledger, "count") == "100"


async def test_two_ledgers_on_one_file_lose_nothing(url: str, ledger: SqlLedger) -> None:
    await asyncio.gather(*(asyncio.to_thread(in_a_thread, url, 100) for _ in range(3)))
    assert await value(ledger, "count") == "300"


async def test_of_two_who_read_the_same_case_one_moves_it(url: str, ledger: SqlLedger) -> None:
    other = SqlLedger(url)
    await ledger.write(lambda page: page.record(opened(), str))
    case = await other.read(lambda lists: lists.case("DL20261123-0001"))

    async def move(by: SqlLedger) -> bool:
        try:
            await by.write(lambda page: page.record(Outcome(case, ()), str))
        except Changed:
            return False
        return True

    assert sorted(await asyncio.gather(move(ledger), move(other))) == [False, True]
    await other.close()


async def test_the_same_message_heard_by_two_is_heard_once(url: str, ledger: SqlLedger) -> None:
    other = SqlLedger(url)
    heard = await asyncio.gather(
        *(by.write(lambda page, n=n: page.hear(a_message(str(n)), NOW)) for n in range(20) for by in (ledger, other))  # type: ignore[misc]
    )
    assert sum(heard) == 20
    await other.close()


def child(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


HOLDER = """
import asyncio, sys
from storage.ledger import SqlLedger

def doing(page):
    page.remember("held", "v")
    print("held", flush=True)
    sys.stdin.readline()

asyncio.run(SqlLedger(sys.argv[1]).write(doing))
print("free", flush=True)
sys.stdin.readline()
"""


@pytest.mark.slow
async def test_while_another_process_writes_the_ledger_is_busy_and_can_be_read(url: str, ledger: SqlLedger) -> None:
    await ledger.write(lambda page: page.remember("k", "v"))
    holder = child(HOLDER, url)
    try:
        assert line(holder) == "held"
        with pytest.raises(LedgerBusy, match=r"SQLITE_BUSY|LockNotAvailable") as busy:
            await ledger.write(lambda page: page.hear(a_message("1", text=SECRET), NOW))
        assert bare(busy.value)
        assert await value(ledger, "k") == "v"
        assert holder.stdin
        holder.stdin.write("\n")
        holder.stdin.flush()
        assert line(holder) == "free"
        assert await ledger.write(lambda page: page.hear(a_message("1"), NOW))
    finally:
        end(holder)


HALF = """
import asyncio, sys
from storage.ledger import SqlLedger
from tests.storage.given import NOW, a_letter, a_message, opened

def doing(page):
    page.hear(a_message("half"), NOW)
    page.record(opened(), str)
    page.post(a_letter("half"), NOW, str)
    page.remember("much", "x" * 20_000_000)  # more than fits the cache: half of it is on the disk already
    print("half", flush=True)
    sys.stdin.readline()

asyncio.run(SqlLedger(sys.argv[1]).write(doing))
"""


@pytest.mark.slow
async def test_killed_in_the_middle_of_a_page_leaves_nothing_of_it(
    url: str, database: str, file: Path, ledger: SqlLedger
) -> None:
    await ledger.write(lambda page: page.remember("before", "v"))
    process = child(HALF, url)
    assert line(process) == "half"
    if database == "sqlite":
        assert file.with_name("hall.db-wal").stat().st_size > 10_000_000
    end(process)
    assert await ledger.read(lambda lists: lists.talks_with_work(9)) == ()
    assert await ledger.read(lambda lists: lists.letters(0)) == ()
    assert await ledger.read(lambda lists: lists.cases_of("w1")) == ()
    assert await value(ledger, "before") == "v"
    await ledger.write(lambda page: page.record(opened(), str))
    assert await ledger.read(lambda lists: lists.broken_chain()) is None


STEADY = """
import asyncio, sys
from storage.ledger import SqlLedger
from tests.storage.given import NOW, a_letter, a_message

async def main():
    ledger = SqlLedger(sys.argv[1])
    for number in range(10**6):
        def doing(page):
            page.hear(a_message(str(number)), NOW)
            page.post(a_letter(str(number)), NOW, str)
        await ledger.write(doing)
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.slow
async def test_killed_at_any_moment_loses_nothing_it_said_was_kept(url: str, ledger: SqlLedger) -> None:
    process = child(STEADY, url)
    said = [line(process) for _ in range(50)][-1]
    process.kill()
    rest = process.communicate()[0].split()
    last = int(rest[-1] if rest else said)
    heard = await ledger.write(lambda page: [one.id for one in page.undone("w1")])
    letters = await ledger.read(lambda lists: [one.key for one in lists.letters(0, limit=10**6)])
    assert heard == letters
    assert len(heard) in (last + 1, last + 2)  # one page may have been kept and not yet said


def test_one_process_serves_a_database(url: str, database: str, file: Path) -> None:
    with serving_lock(url), pytest.raises(AlreadyServed) as refused:
        serving_lock(url)
    assert refused.value.__cause__ is None
    with serving_lock(url):
        assert file.with_name("hall.db.lock").exists() == (database == "sqlite")


def test_in_memory_anybody_serves() -> None:
    with serving_lock("sqlite://"), serving_lock("sqlite://"):
        pass


SERVER = """
import sys
from storage.ledger import AlreadyServed, serving_lock
try:
    lock = serving_lock(sys.argv[1])
except AlreadyServed:
    print("refused", flush=True)
else:
    print("serving", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.slow
async def test_another_process_is_refused_until_the_first_is_dead_but_may_write(url: str, ledger: SqlLedger) -> None:
    first = child(SERVER, url)
    assert line(first) == "serving"
    second = child(SERVER, url)
    assert line(second) == "refused"
    with pytest.raises(AlreadyServed):
        serving_lock(url)
    await ledger.write(lambda page: page.remember("k", "v"))
    end(second)
    end(first)
    with serving_lock(url):
        pass
