"""What only a server has: one who writes, one who serves, full, shut, restarted."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.hall.pages import LedgerBusy, Page
from storage.connect import LedgerFault, reading, writing
from storage.ledger import AlreadyServed, SqlLedger, serving_lock
from storage.migrate import migrate
from tests import postgres
from tests.storage.given import NOW, SECRET, a_letter, a_message, bare, opened


@pytest.fixture
def own() -> Iterator[postgres.Server]:
    """A server that a test may do anything to."""
    server = postgres.new_server()
    yield server
    server.remove()


# --- how it is opened


def test_writer_and_reader_have_their_manners(postgres_url: str) -> None:
    for opened_by, isolation, read_only in ((writing, "read committed", "off"), (reading, "repeatable read", "on")):
        engine = opened_by(postgres_url, 1.5)
        with engine.connect() as connection, connection.begin():
            found = [
                connection.exec_driver_sql(f"SHOW {name}").scalar()
                for name in ("transaction_isolation", "transaction_read_only", "lock_timeout", "synchronous_commit")
            ]
            assert found == [isolation, read_only, "1500ms", "on"]
        engine.dispose()


def test_a_writer_is_alone_from_its_first_moment_in_its_own_database(postgres_url: str, empty_url: str) -> None:
    one, other, elsewhere = writing(postgres_url, 1), writing(postgres_url, 0.05), writing(empty_url, 0.05)
    with one.connect() as connection, connection.begin():
        with other.connect() as second, pytest.raises(Exception, match="lock timeout"):
            second.begin()
        with elsewhere.connect() as third, third.begin():
            pass
    with other.connect() as second, second.begin():
        pass


@pytest.mark.parametrize(
    ("state", "passes"),
    [
        ("53100", True), ("53200", True), ("53300", True), ("57014", True), ("57P01", True), ("58030", True),
        ("40001", True), ("40P01", True), ("55P03", True), ("25006", True), ("08006", True),
        ("23505", False), ("42P01", False), ("22P02", False), ("42501", False), ("XX000", False),
    ],
)  # fmt: skip
async def test_what_passes_by_itself_is_busy_and_the_rest_a_fault(postgres_url: str, state: str, passes: bool) -> None:  # noqa: FBT001 - a row of the table
    ledger = SqlLedger(postgres_url)

    def doing(page: Page) -> None:
        page.remember("before", "v")
        raising = f"DO $$ BEGIN RAISE EXCEPTION '{SECRET}' USING ERRCODE = '{state}'; END $$"
        page._page.exec_driver_sql(raising)  # type: ignore[attr-defined]

    with pytest.raises(LedgerBusy if passes else LedgerFault) as refused:
        await ledger.write(doing)
    assert bare(refused.value)
    assert await ledger.read(lambda lists: lists.remembered("before")) == ""
    await ledger.write(lambda page: page.remember("after", "v"))
    await ledger.close()


async def test_a_read_only_database_is_busy_and_can_be_read(postgres_url: str) -> None:
    name = make_url(postgres_url).database
    with postgres.server().connect() as admin:
        admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    ledger = SqlLedger(postgres_url)
    with pytest.raises(LedgerBusy, match="ReadOnly"):
        await ledger.write(lambda page: page.hear(a_message("1", text=SECRET), NOW))
    assert await ledger.read(lambda lists: lists.talks_with_work(9)) == ()
    await ledger.close()


async def test_a_database_without_tables_is_a_fault(empty_url: str) -> None:
    ledger = SqlLedger(empty_url)
    with pytest.raises(LedgerFault, match="UndefinedTable"):
        await ledger.write(lambda page: page.remember("k", "v"))
    await ledger.close()


async def test_a_server_that_is_not_there_is_busy(tmp_path: Path) -> None:
    url = f"postgresql://hall:{SECRET.replace(' ', '')}@/hall?host={tmp_path}"
    ledger = SqlLedger(url)
    with pytest.raises(LedgerBusy) as busy:
        await ledger.write(lambda page: page.remember("k", "v"))
    assert bare(busy.value)
    for refuses in (migrate, serving_lock):
        with pytest.raises(LedgerBusy) as busy:
            refuses(url)
        assert bare(busy.value)
    await ledger.close()


async def test_too_many_connections_are_busy(own: postgres.Server) -> None:
    migrate(own.url("hall"))
    with own.connect() as admin:
        admin.execute("ALTER DATABASE hall CONNECTION LIMIT 1")
        admin.execute("CREATE ROLE clerk LOGIN IN ROLE pg_write_all_data, pg_read_all_data")
    url = own.url("hall").replace("hall@", "clerk@")
    first, second = SqlLedger(url), SqlLedger(url)
    await first.write(lambda page: page.remember("k", "v"))
    with pytest.raises(LedgerBusy):
        await second.write(lambda page: page.remember("k", "w"))
    await first.close()
    await second.write(lambda page: page.remember("k", "w"))
    await second.close()


async def test_a_connection_that_broke_meanwhile_is_replaced_unseen(postgres_url: str) -> None:
    ledger = SqlLedger(postgres_url)
    await ledger.write(lambda page: page.remember("k", "1"))
    name = make_url(postgres_url).database
    with postgres.server().connect() as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
    await ledger.write(lambda page: page.remember("k", "2"))
    assert await ledger.read(lambda lists: lists.remembered("k")) == "2"
    await ledger.close()


# --- a restart in the middle


async def test_a_restarted_server_loses_nothing_that_was_kept_and_keeps_nothing_half(own: postgres.Server) -> None:
    url = own.url("hall")
    migrate(url)
    ledger = SqlLedger(url)
    await ledger.write(lambda page: page.record(opened(), str))
    inside, restarted = threading.Event(), threading.Event()

    def doing(page: Page) -> None:
        page.hear(a_message("half"), NOW)
        page.post(a_letter("half"), NOW, str)
        inside.set()
        restarted.wait(60)
        page.remember("half", "v")

    async def restart() -> None:
        await asyncio.to_thread(inside.wait, 60)
        own.stop()
        with pytest.raises(LedgerBusy):
            await ledger.read(lambda lists: lists.remembered("k"))
        own.start()  # here, not on a thread: the server ends with the thread that began it
        restarted.set()

    half, _ = await asyncio.gather(ledger.write(doing), restart(), return_exceptions=True)
    assert isinstance(half, LedgerBusy)
    assert bare(half)
    assert await ledger.read(lambda lists: (lists.talks_with_work(9), lists.remembered("half"))) == ((), "")
    assert await ledger.read(lambda lists: len(lists.letters(0))) == 1
    await ledger.write(lambda page: page.hear(a_message("half"), NOW))
    assert await ledger.read(lambda lists: lists.broken_chain()) is None
    assert await ledger.read(lambda lists: lists.talks_with_work(9)) == ("w1",)
    await ledger.close()


async def test_pages_under_way_at_many_restarts_are_kept_whole_or_not_at_all(own: postgres.Server) -> None:
    url = own.url("hall")
    migrate(url)
    ledger, kept, done = SqlLedger(url), 0, False

    async def write_on() -> int:
        told = 0
        while True:

            def doing(page: Page, number: int = told) -> None:
                page.hear(a_message(str(number)), NOW)
                page.post(a_letter(str(number)), NOW, str)

            try:
                await ledger.write(doing)
            except LedgerBusy:
                continue  # the same message once more: it may have been kept in the moment of the fall
            told += 1
            if done:
                return told

    writing_on = asyncio.create_task(write_on())
    for _ in range(3):
        before = kept
        while kept < before + 20:
            try:
                kept = await ledger.read(lambda lists: len(lists.letters(0, limit=10**6)))
            except LedgerBusy:
                continue
        own.stop()
        own.start()
    done = True
    told = await writing_on
    heard = await ledger.write(lambda page: [one.id for one in page.undone("w1")])
    letters = await ledger.read(lambda lists: [one.key for one in lists.letters(0, limit=10**6)])
    assert heard == letters == [str(number) for number in range(told)]
    await ledger.close()


# --- who serves


def test_the_right_to_serve_is_of_one_database(postgres_url: str, empty_url: str) -> None:
    with serving_lock(postgres_url), serving_lock(empty_url), pytest.raises(AlreadyServed):
        serving_lock(postgres_url)
    with serving_lock(postgres_url):
        pass


async def test_who_serves_is_in_nobodys_way(postgres_url: str) -> None:
    ledger = SqlLedger(postgres_url, patience=0.2)
    with serving_lock(postgres_url):
        await ledger.write(lambda page: page.remember("k", "v"))
        assert migrate(postgres_url) is None
    await ledger.close()
