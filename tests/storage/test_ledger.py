import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.hall.pages import LedgerBusy, Page
from bot.hall.records import Session
from storage.connect import LedgerFault
from storage.ledger import SqlLedger
from storage.page import SqlPage
from tests.storage.given import NOW, SECRET, a_message, bare, opened


async def value(ledger: SqlLedger, key: str) -> str:
    return await ledger.read(lambda lists: lists.remembered(key))


async def test_what_is_written_is_read(ledger: SqlLedger) -> None:
    assert await ledger.write(lambda page: page.hear(a_message("1"), NOW)) is True
    assert await ledger.read(lambda lists: lists.talks_with_work(9)) == ("w1",)


async def test_it_outlives_the_process(url: str, ledger: SqlLedger) -> None:
    await ledger.write(lambda page: page.remember("k", "v"))
    await ledger.close()
    again = SqlLedger(url)
    assert await value(again, "k") == "v"
    await again.close()


class Own(Exception):
    """An error of the one who writes."""


async def test_whatever_is_raised_undoes_the_page_and_comes_through_unchanged(ledger: SqlLedger) -> None:
    own = Own()

    def doing(page: Page) -> None:
        page.record(opened(), str)
        page.remember("k", "v")
        raise own

    with pytest.raises(Own) as raised:
        await ledger.write(doing)
    assert raised.value is own
    assert await value(ledger, "k") == ""
    assert await ledger.read(lambda lists: lists.letters(0)) == ()
    await ledger.write(lambda page: page.record(opened(), str))


async def test_a_page_runs_on_one_thread_that_is_not_the_loops(ledger: SqlLedger) -> None:
    writers = {await ledger.write(lambda _: threading.current_thread().name) for _ in range(5)}
    assert len(writers) == 1
    assert threading.current_thread().name not in writers
    reader = await ledger.read(lambda _: threading.current_thread().name)
    assert reader not in writers


async def test_a_reader_sees_one_moment_while_others_write(ledger: SqlLedger) -> None:
    await ledger.write(lambda page: page.remember("k", "old"))
    looked, written = threading.Event(), threading.Event()

    def looking(lists: object) -> tuple[str, str]:
        first = lists.remembered("k")  # type: ignore[attr-defined]
        looked.set()
        written.wait(5)
        return first, lists.remembered("k")  # type: ignore[attr-defined]

    reading = asyncio.create_task(ledger.read(looking))
    await asyncio.to_thread(looked.wait, 5)
    await ledger.write(lambda page: page.remember("k", "new"))
    written.set()
    assert await reading == ("old", "old")
    assert await value(ledger, "k") == "new"


async def test_readers_can_change_nothing(ledger: SqlLedger) -> None:
    def looking(lists: object) -> None:
        lists._page.execute(text("DELETE FROM cases"))  # type: ignore[attr-defined]

    with pytest.raises(LedgerBusy, match=r"READONLY|ReadOnly"):
        await ledger.read(looking)


async def test_once_closed_it_is_busy(url: str) -> None:
    ledger = SqlLedger(url)
    await ledger.close()
    await ledger.close()
    with pytest.raises(LedgerBusy, match="closed"):
        await ledger.write(lambda page: page.remember("k", "v"))


async def test_in_memory_it_is_the_same_ledger() -> None:
    ledger = SqlLedger("sqlite://")
    await ledger.write(lambda page: page.record(opened(), str))
    assert (await ledger.read(lambda lists: lists.case("DL20261123-0001"))).version == 1
    with pytest.raises(Own):
        await ledger.write(_remember_and_fail)
    assert await value(ledger, "k") == ""
    await ledger.close()


def _remember_and_fail(page: Page) -> None:
    page.remember("k", "v")
    raise Own


async def test_two_ledgers_in_memory_are_two() -> None:
    one, other = SqlLedger("sqlite://"), SqlLedger("sqlite://")
    await one.write(lambda page: page.remember("k", "v"))
    assert await value(other, "k") == ""
    await one.close()
    await other.close()


async def test_a_fault_is_told_by_code_without_a_value(ledger: SqlLedger) -> None:
    def doing(page: Page) -> None:
        for _ in range(2):
            page.open_session(Session("cookie", SECRET), SECRET)

    with pytest.raises(LedgerFault) as fault:
        await ledger.write(doing)
    assert fault.value.code in ("SQLITE_CONSTRAINT_PRIMARYKEY", "UniqueViolation")
    assert bare(fault.value)
    await ledger.write(lambda page: page.remember("k", "v"))


async def test_a_moment_without_zone_is_told_without_a_value(ledger: SqlLedger) -> None:
    with pytest.raises(LedgerFault) as fault:
        await ledger.write(lambda page: page.hear(a_message("1", text=SECRET), NOW.replace(tzinfo=None)))
    assert bare(fault.value)


async def test_a_database_without_tables_is_a_fault(file: Path) -> None:
    ledger = SqlLedger(f"sqlite:///{file}")
    with pytest.raises(LedgerFault, match="SQLITE_ERROR"):
        await ledger.write(lambda page: page.remember("k", "v"))
    await ledger.close()


async def test_a_full_disk_is_busy_keeps_nothing_and_passes(file_ledger: SqlLedger) -> None:
    def fill(page: Page) -> None:
        assert isinstance(page, SqlPage)
        page.remember("before", "v")
        page._page.exec_driver_sql("PRAGMA max_page_count = 1")
        page.remember("k", SECRET * 10_000)

    with pytest.raises(LedgerBusy, match="SQLITE_FULL") as busy:
        await file_ledger.write(fill)
    assert bare(busy.value)
    assert await value(file_ledger, "before") == ""
    await file_ledger.write(lambda page: page.remember("k", SECRET * 10_000))


async def test_a_read_only_database_is_busy_and_can_be_read(file_url: str, file: Path, file_ledger: SqlLedger) -> None:
    await file_ledger.write(lambda page: page.remember("k", "v"))
    shut = SqlLedger(f"sqlite:///file:{file}?mode=ro&uri=true")
    with pytest.raises(LedgerBusy) as busy:
        await shut.write(lambda page: page.hear(a_message("1", text=SECRET), NOW))
    assert bare(busy.value)
    assert await value(shut, "k") == "v"
    await shut.close()
    assert file_url


async def test_a_database_that_cannot_be_opened_is_busy(tmp_path: Path) -> None:
    ledger = SqlLedger(f"sqlite:///{tmp_path}/nowhere/hall.db")
    with pytest.raises(LedgerBusy, match="CANTOPEN"):
        await ledger.write(lambda page: page.remember("k", "v"))
    await ledger.close()
