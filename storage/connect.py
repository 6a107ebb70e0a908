"""Which database an address means, how it is opened, and its errors without anybody's words."""

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from bot.hall.pages import LedgerBusy
from storage import postgres, sqlite
from storage.tables import metadata

_SQLITE = "sqlite"
_POSTGRES = ("postgresql", "postgres")


class UnknownDatabase(Exception):
    """No database of a kind this ledger can be kept in; never the address itself, which may hold a password."""


class LedgerFault(Exception):
    """The ledger was used wrongly or is damaged; a code, never a value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def address_of(url: str) -> URL:
    """The address, in parts. UnknownDatabase."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        address = None
    if address is None or address.get_backend_name() not in (_SQLITE, *_POSTGRES):
        raise UnknownDatabase
    return address


def on_server(url: str) -> bool:
    """Whether a server keeps it (PostgreSQL), not a file or the memory of this process (SQLite)."""
    return address_of(url).get_backend_name() in _POSTGRES


def file_of(url: str) -> Path | None:
    """The database's file; None where it lives in memory or on a server."""
    return None if on_server(url) else sqlite.file_of(address_of(url))


def in_memory(url: str) -> bool:
    """Whether it is gone with this process."""
    return not on_server(url) and file_of(url) is None


def writing(url: str, patience: float) -> Engine:
    """One writer at a time, who knows it from the first statement on; a database in memory gets its tables here."""
    if on_server(url):
        return postgres.opened(address_of(url), postgres.WRITE, patience)
    engine = sqlite.opened(address_of(url), sqlite.WRITE, sqlite.WRITER, patience)
    if in_memory(url):
        metadata.create_all(engine)
    return engine


def reading(url: str, patience: float) -> Engine:
    """Readers see the last committed page and can change nothing."""
    if on_server(url):
        return postgres.opened(address_of(url), postgres.READ, patience)
    return sqlite.opened(address_of(url), sqlite.READ, sqlite.READER, patience)


def migrating(url: str, patience: float) -> Engine:
    """As the writer, but tables may be rebuilt."""
    if on_server(url):
        return postgres.opened(address_of(url), postgres.WRITE, patience)
    return sqlite.opened(address_of(url), sqlite.WRITE, sqlite.MIGRATOR, patience)


def settle(url: str, patience: float) -> None:
    """What was blanked leaves the log beside a file too; whoever reads just then is waited for, but not for ever."""
    if file_of(url) is None:
        return
    engine = sqlite.opened(address_of(url), sqlite.WRITE, sqlite.WRITER, patience)
    with contextlib.suppress(SQLAlchemyError, sqlite3.Error), contextlib.closing(engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # else what comes next does it
    engine.dispose()


def translated(error: SQLAlchemyError) -> LedgerBusy | LedgerFault:
    """The library's error as the hall's own, without any of its text."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    name: str = getattr(cause, "sqlite_errorname", "") or type(cause).__name__
    return LedgerBusy(name) if sqlite.busy(cause) or postgres.busy(cause) else LedgerFault(name)
