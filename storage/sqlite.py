"""SQLite as the ledger meets it: a writer that queues, readers that never wait."""

from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import NullPool, StaticPool

WRITE, READ = "BEGIN IMMEDIATE", "BEGIN"
_SAFE = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON")
"""With the last: what is blanked is overwritten in the file too, however this SQLite was built."""
WRITER = (*_SAFE, "foreign_keys = ON")
READER = ("query_only = ON",)
MIGRATOR = (*_SAFE, "foreign_keys = OFF")
"""Tables may be rebuilt: foreign keys are checked once, at the end."""
_BUSY = ("BUSY", "LOCKED", "FULL", "IOERR", "READONLY", "CANTOPEN", "PROTOCOL", "NOMEM")
"""What SQLite calls a database that cannot be written now."""


def file_of(address: URL) -> Path | None:
    """The database's file; None where it lives in memory."""
    name = address.database
    return None if name in (None, "", ":memory:") else Path(str(name).removeprefix("file:"))


def opened(address: URL, begin: str, pragmas: tuple[str, ...], patience: float) -> Engine:
    """Connections that begin and behave like this."""
    engine = create_engine(
        address.set(drivername="sqlite+pysqlite"),
        poolclass=StaticPool if file_of(address) is None else NullPool,
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


def busy(error: BaseException) -> bool | None:
    """Whether it will pass by itself; None: not SQLite's."""
    name: str = getattr(error, "sqlite_errorname", "")
    return name.removeprefix("SQLITE_").startswith(_BUSY) if name else None
