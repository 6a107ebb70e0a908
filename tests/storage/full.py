"""A row for every table, whatever tables there are: what is copied whole must come out the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, DateTime, Integer, Table, insert, select

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


def fill(connection: Connection) -> None:
    """Some rows in every table; the highest numbered one goes again, so that its number must stay used."""
    for table in metadata.sorted_tables:
        connection.execute(insert(table), [a_row(table, n) for n in range(1, ROWS + 1)])


def everything(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    found = {}
    for table in metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        found[table.name] = [tuple(row) for row in connection.execute(select(table).order_by(*keys))]
    return found
