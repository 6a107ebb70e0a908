"""PostgreSQL as the ledger meets it: one writer at a time by an advisory lock, readers of one moment."""

import math

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

_OURS = 1_937_076_834
"""Marks our advisory locks among those of others."""
_HERE = "hashtext(coalesce(current_schema(), ''))"
WRITE = f"BEGIN; SELECT pg_advisory_xact_lock({_OURS}, {_HERE})"
"""In one message to the server. READ COMMITTED: what the one before committed is seen once the lock is ours."""
READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_SERVE = text(f"SELECT pg_try_advisory_lock({_OURS + 1}, {_HERE})")
_DEFAULTS = {
    "application_name": "hall",
    "client_encoding": "utf8",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
}
"""A server that vanished is noticed within half a minute. What the address says goes before."""
_MANNERS = "SET lock_timeout = {}; SET jit = off; SET max_parallel_workers_per_gather = 0; SET random_page_cost = 1.1"
"""Our questions are small, their rows in memory: compiling or sharing them out costs more than it saves."""
_PASSING = ("08", "53", "57", "58", "40", "55P03", "25006", "25P03", "55006")
"""Beginnings of SQLSTATE: connection, resources, shutdown, disk, deadlock, lock, read-only, idle, in use."""
_DUPLICATE = ("42P04", "23505")
_DRILL = "_drill"


def opened(address: URL, begin: str, patience: float) -> Engine:
    """Connections that begin like this, and wait so many seconds for a lock."""
    known = {**_DEFAULTS, "connect_timeout": str(max(2, math.ceil(patience))), **address.query}
    engine = create_engine(
        address.set(drivername="postgresql+psycopg", query=known),
        poolclass=NullPool,
        hide_parameters=True,
        use_native_hstore=False,
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: DBAPIConnection, _record: object) -> None:
        connection.autocommit = True  # `begin` says how a transaction begins
        cursor = connection.cursor()
        cursor.execute(_MANNERS.format(max(1, round(patience * 1000))))
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if begin:
            connection.exec_driver_sql(begin, execution_options={"no_parameters": True})

    return engine


def busy(error: BaseException) -> bool | None:
    """Whether it will pass by itself; None: not PostgreSQL's."""
    if not type(error).__module__.startswith("psycopg"):
        return None
    state: str | None = getattr(error, "sqlstate", None)
    return type(error).__name__ == "OperationalError" if state is None else state.startswith(_PASSING)


def serve(address: URL, patience: float) -> Connection | None:
    """A connection that holds the right to serve until it is closed; None: another has it."""
    engine = opened(address, "", patience)
    connection = engine.connect()
    try:
        if connection.execute(_SERVE).scalar():
            return connection
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None


def _create(connection: Connection, name: str) -> bool:
    """Whether the database was missing, and is there now."""
    there = text("SELECT 1 FROM pg_database WHERE datname = :name")
    if connection.execute(there, {"name": name}).scalar():
        return False
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    try:
        connection.exec_driver_sql(
            f"CREATE DATABASE {quoted} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") not in _DUPLICATE:  # another made it meanwhile
            raise
    return True


def ensure(address: URL, patience: float) -> None:
    """The database is there, made if it was missing and the server lets us."""
    try:
        with opened(address, "", patience).connect():
            return
    except DBAPIError as error:
        refused = error
    name = address.database or ""
    for neighbour in ("postgres", name.removesuffix(_DRILL)):
        try:
            connection = opened(address.set(database=neighbour), "", patience).connect()
        except DBAPIError:
            continue
        with connection:
            if name and _create(connection, name):
                return
        break
    raise refused
