"""Rows as any of the databases gives and takes them: moments in UTC, bytes as text, running numbers carried on."""

import base64
import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, DateTime, Integer, LargeBinary, MetaData, Table, func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.schema import Column

from storage.columns import clean
from storage.connect import reading, translated
from storage.tables import metadata

VERSION_TABLE = "alembic_version"
PIECE = 500
"""Rows that are read or written together."""
POSTGRES = "postgresql"
PATIENCE = 30.0
"""Seconds to wait for others to let go of the database."""


class Misfit(Exception):
    """A row does not have the columns its table has."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


@contextlib.contextmanager
def looking(url: str) -> Iterator[Connection]:
    """The database as it stands at one moment, while others go on writing. LedgerBusy, LedgerFault."""
    engine = reading(url, PATIENCE)
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except SQLAlchemyError as error:
        refused = translated(error)
    else:
        return
    finally:
        engine.dispose()
    raise refused


def revision(connection: Connection) -> str:
    """How far the history was run; empty where it never was."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def ours(connection: Connection, *, newest: bool) -> list[Table]:
    """The hall's tables as this database has them, what is pointed at first; of an older history all there are."""
    there = set(inspect(connection).get_table_names()) - {VERSION_TABLE}
    seen = MetaData()
    seen.reflect(connection, only=sorted(there & set(metadata.tables) if newest else there))
    return list(seen.sorted_tables)


def rows(connection: Connection, table: Table) -> Iterator[dict[str, object]]:
    """All rows of a table, by key, never all at once."""
    keys = list(table.primary_key.columns) or list(table.columns)
    asked = select(table).order_by(*keys).execution_options(stream_results=True, yield_per=PIECE)
    with connection.execute(asked) as found:
        for row in found.mappings():
            yield {name: _told(value) for name, value in row.items()}


def _told(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.replace(tzinfo=UTC).isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def _taken(column: Column[Any], value: Any, on_server: bool) -> Any:  # noqa: ANN401, FBT001 - whatever the column holds
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        moment = datetime.fromisoformat(value)
        return moment if column.type.timezone else moment.astimezone(UTC).replace(tzinfo=None)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    return clean(value) if on_server and isinstance(value, str) else value


def row_for(table: Table, told: Mapping[str, Any], *, on_server: bool = False) -> dict[str, Any]:
    """A told row as this database takes it; a server takes no NUL. Misfit."""
    try:
        if set(told) == set(table.columns.keys()):
            return {column.name: _taken(column, told[column.name], on_server) for column in table.columns}
    except (ValueError, TypeError):
        pass
    raise Misfit(table.name)


def _numbered(table: Table) -> Column[Any] | None:
    """The column whose numbers run on by themselves, if there is one."""
    keys = list(table.primary_key.columns)
    return keys[0] if len(keys) == 1 and isinstance(keys[0].type, Integer) else None


def _sequence(connection: Connection, table: Table, column: Column[Any]) -> str | None:
    """PostgreSQL's counter of this column, by name."""
    asked = select(func.pg_get_serial_sequence(f'"{table.name}"', column.name))
    return connection.execute(asked).scalar()


def last_numbers(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """The last number given in each table that numbers its rows."""
    found: dict[str, int] = {}
    if connection.dialect.name != POSTGRES:
        if inspect(connection).has_table("sqlite_sequence"):
            found = {
                name: int(last) for name, last in connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
            }
        return {table.name: found[table.name] for table in tables if table.name in found}
    for table in tables:
        column = _numbered(table)
        name = _sequence(connection, table, column) if column is not None else None
        if name:
            last = connection.execute(text(f"SELECT last_value, is_called FROM {name}")).one()  # noqa: S608 - the database's own name
            if last.is_called:
                found[table.name] = int(last.last_value)
    return found


def _runs_on(connection: Connection, table: Table) -> bool:
    """Whether SQLite keeps a counter of this table."""
    asked = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    return "AUTOINCREMENT" in str(connection.execute(asked, {"name": table.name}).scalar()).upper()


def run_on(connection: Connection, tables: list[Table], numbers: Mapping[str, int]) -> None:
    """Rows that come from now on are numbered after all there ever were."""
    for table in tables:
        column = _numbered(table)
        if column is None:
            continue
        most = connection.execute(select(func.max(column))).scalar() or 0
        last = max(most, numbers.get(table.name, 0))
        if not last:
            continue
        if connection.dialect.name == POSTGRES:
            name = _sequence(connection, table, column)
            if name:
                connection.execute(select(func.setval(name, last)))
        elif _runs_on(connection, table):
            told = {"name": table.name, "last": last}
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), told)
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), told)
