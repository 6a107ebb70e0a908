"""Opens pages: one page, one transaction, one hop to the ledger's own thread; one serving process a database."""

import asyncio
import contextlib
import fcntl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.hall.lists import Lists
from bot.hall.pages import LedgerBusy, Page
from storage import postgres
from storage.connect import address_of, file_of, in_memory, on_server, reading, translated, writing
from storage.lists import SqlLists
from storage.page import SqlPage

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds a transaction waits for another process to finish writing."""
READERS = 2


class AlreadyServed(Exception):
    """Another process serves this database already."""


class _Crew:
    """Threads that each work on a connection of their own, kept open from job to job."""

    def __init__(self, engine: Engine, name: str, size: int) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(size, thread_name_prefix=name)
        self._idle: SimpleQueue[Connection] = SimpleQueue()

    def _begun(self) -> Connection:
        """A connection in a transaction; one that broke while nobody used it is replaced."""
        with contextlib.suppress(Empty):
            connection = self._idle.get_nowait()
            try:
                connection.begin()
            except DBAPIError as error:
                connection.close()
                self._begin_afresh()
                if not error.connection_invalidated:
                    raise
            else:
                return connection
        connection = self._engine.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return connection

    def _work(self, job: Callable[[Connection], T]) -> T:
        """The job in one transaction; whatever it raises undoes it and comes through unchanged."""
        connection = None
        try:
            connection = self._begun()
            with connection.get_transaction() or connection.begin():
                found = job(connection)
        except SQLAlchemyError as error:
            refused = translated(error)
            if connection is not None:
                self._idle.put(connection)
            self._begin_afresh()
        except BaseException:
            if connection is not None:
                self._idle.put(connection)
            raise
        else:
            self._idle.put(connection)
            return found
        raise refused

    def _begin_afresh(self) -> None:
        """After a full disk or a server that went away no connection is worth keeping."""
        with contextlib.suppress(Empty):
            while True:
                connection = self._idle.get_nowait()
                with contextlib.suppress(SQLAlchemyError):
                    connection.close()

    async def work(self, job: Callable[[Connection], T]) -> T:
        """One hop to a free thread and back. LedgerBusy."""
        try:
            at_work = asyncio.get_running_loop().run_in_executor(self._threads, self._work, job)
        except RuntimeError:
            raise LedgerBusy("closed") from None
        return await at_work

    def close(self) -> None:
        """Finish what is under way, then let go."""
        self._threads.shutdown(wait=True)
        self._begin_afresh()
        self._engine.dispose()


class SqlLedger:
    """The Ledger port on SQLite or PostgreSQL: one writer thread, a few readers; in memory they are the same one."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self._writer = _Crew(writing(url, patience), "ledger-writer", 1)
        self._readers = self._writer
        if not in_memory(url):
            self._readers = _Crew(reading(url, patience), "ledger-reader", READERS)

    async def write(self, doing: Callable[[Page], T]) -> T:
        """Run `doing` on a page and commit; nothing is kept if it raises. LedgerBusy."""
        return await self._writer.work(lambda connection: doing(SqlPage(connection)))

    async def read(self, looking: Callable[[Lists], T]) -> T:
        """Look at what is committed. LedgerBusy."""
        return await self._readers.work(lambda connection: looking(SqlLists(connection)))

    async def close(self) -> None:
        """Let go of the database; what is under way ends first."""
        for crew in {self._readers, self._writer}:
            await asyncio.to_thread(crew.close)


def _served(url: str) -> Connection | None:
    try:
        return postgres.serve(address_of(url), PATIENCE)
    except SQLAlchemyError as error:
        refused = translated(error)
    raise refused


def serving_lock(url: str) -> contextlib.AbstractContextManager[object]:
    """The right to serve this database, taken now and held until left or dead. AlreadyServed; LedgerBusy."""
    if on_server(url):
        held = _served(url)
        if held is None:
            raise AlreadyServed
        return contextlib.closing(held)
    file = file_of(url)
    if file is None:
        return contextlib.nullcontext()
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = file.with_name(f"{file.name}.lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise AlreadyServed from None
    return contextlib.closing(lock)
