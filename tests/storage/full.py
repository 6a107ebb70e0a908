"""A row for every table, whatever tables there are: what is copied whole must come out the same."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    Table,
    insert,
    inspect,
    select,
)

from storage.columns import Moment
from storage.tables import metadata

ROWS = 3
HARD = "停电\n\"“'\\ 😀 \u2028 %s ;--"
"""Words that trip over quotes, lines and characters outside the first plane."""


def _value(column: Column[Any], n: int) -> Any:
    if column.nullable and n == ROWS - 1:
        return None
    for key in column.foreign_keys:
        return _value(key.column, n)
    if isinstance(column.type, Moment | DateTime):
        return datetime(2026, 11, 23, 9, n, 7, 123456 + n, tzinfo=UTC) + timedelta(days=n)
    if isinstance(column.type, Boolean):
        return n % 2 == 0
    if isinstance(column.type, BigInteger):
        return 2**51 + n
    if isinstance(column.type, Integer):
        return n * 10
    words = HARD if column.info.get("private") else ""
    return f"{column.table.name}.{column.name} {n} {words}"


def a_row(table: Table, n: int) -> dict[str, Any]:
    return {column.name: _value(column, n) for column in table.columns}


def fill(connection: Connection, without: Mapping[str, Iterable[str]] = MappingProxyType({})) -> None:
    """Some rows in every table there is; `without` columns that an older database has not got yet."""
    there = inspect(connection).get_table_names()
    for table in metadata.sorted_tables:
        missing = without.get(table.name, ())
        rows = [
            {name: value for name, value in a_row(table, n).items() if name not in missing} for n in range(1, ROWS + 1)
        ]
        if table.name in there:
            connection.execute(insert(table), rows)


def held(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table this database has, by column."""
    seen = MetaData()
    seen.reflect(connection)
    return {
        table.name: [
            dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
        ]
        for table in seen.sorted_tables
        if table.name in metadata.tables
    }


def everything(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    found = {}
    for table in metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        found[table.name] = [tuple(row) for row in connection.execute(select(table).order_by(*keys))]
    return found
