"""Opens pages: one page, one transaction, one hop to the ledger's own thread; one serving process a file."""

import asyncio
import contextlib
import fcntl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.hall.pages import LedgerBusy, Lists, Page
from storage.connect import file_of, reading, translated, writing
from storage.lists import SqlLists
from storage.page import SqlPage

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds a transaction waits for another process to finish writing."""
READERS = 2


class AlreadyServed(Exception):
    """Another process serves this file already."""


class _Crew:
    """Threads that each work on a connection of their own, kept open from job to job."""

    def __init__(self, engine: Engine, name: str, size: int) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(size, thread_name_prefix=name)
        self._idle: SimpleQueue[Connection] = SimpleQueue()

    def _connection(self) -> Connection:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._engine.connect()

    def _work(self, job: Callable[[Connection], T]) -> T:
        """The job in one transaction; whatever it raises undoes it and comes through unchanged."""
        connection = None
        try:
            connection = self._connection()
            with connection.begin():
                found = job(connection)
        except SQLAlchemyError as error:
            refused = translated(error)
            if connection is not None:
                with contextlib.suppress(SQLAlchemyError):
                    connection.close()  # after a full or failing disk one begins afresh
        except BaseException:
            if connection is not None:
                self._idle.put(connection)
            raise
        else:
            self._idle.put(connection)
            return found
        raise refused

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
        with contextlib.suppress(Empty):
            while True:
                self._idle.get_nowait().close()
        self._engine.dispose()


class SqlLedger:
    """The Ledger port on SQLite: one writer thread, a few readers; in memory they are the same one."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self._writer = _Crew(writing(url, patience), "ledger-writer", 1)
        self._readers = self._writer
        if file_of(url) is not None:
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


def serving_lock(url: str) -> contextlib.AbstractContextManager[object]:
    """The right to serve this database, taken now and held until left or dead. AlreadyServed."""
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
