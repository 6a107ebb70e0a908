"""How the ledger meets SQLite: a writer that queues, readers that never wait, errors without anybody's words."""

from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool

from bot.hall.pages import LedgerBusy
from storage.tables import metadata

_BUSY = ("BUSY", "LOCKED", "FULL", "IOERR", "READONLY", "CANTOPEN", "PROTOCOL", "NOMEM")
"""What SQLite calls a database that cannot be written now."""


class UnknownDatabase(Exception):
    """No database of a kind this ledger can be kept in; never the address itself, which may hold a password."""


class LedgerFault(Exception):
    """The ledger was used wrongly or is damaged; a code, never a value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _sqlite(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        address = None
    if address is None or address.get_backend_name() != "sqlite":
        raise UnknownDatabase
    return address.set(drivername="sqlite+pysqlite")


def file_of(url: str) -> Path | None:
    """The database's file; None where it lives in memory."""
    name = _sqlite(url).database
    return None if name in (None, "", ":memory:") else Path(str(name).removeprefix("file:"))


def _opened(url: str, begin: str, patience: float, pragmas: tuple[str, ...]) -> Engine:
    in_memory = file_of(url) is None
    engine = create_engine(
        _sqlite(url),
        poolclass=StaticPool if in_memory else NullPool,
        connect_args={"check_same_thread": False, "timeout": patience},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def writing(url: str, patience: float) -> Engine:
    """One writer at a time, who knows it from the first statement on; a database in memory gets its tables here."""
    engine = _opened(
        url, "BEGIN IMMEDIATE", patience, ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")
    )
    if file_of(url) is None:
        metadata.create_all(engine)
    return engine


def reading(url: str, patience: float) -> Engine:
    """Readers see the last committed page and can change nothing."""
    return _opened(url, "BEGIN", patience, ("query_only = ON",))


def migrating(url: str, patience: float) -> Engine:
    """As the writer, but tables may be rebuilt: foreign keys are checked once, at the end."""
    return _opened(url, "BEGIN IMMEDIATE", patience, ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = OFF"))


def translated(error: SQLAlchemyError) -> LedgerBusy | LedgerFault:
    """The library's error as the hall's own, without any of its text."""
    if isinstance(error, DBAPIError):
        name: str = getattr(error.orig, "sqlite_errorname", "") or type(error.orig).__name__
        if name.removeprefix("SQLITE_").startswith(_BUSY):
            return LedgerBusy(name)
        return LedgerFault(name)
    return LedgerFault(type(error).__name__)
