"""What kind of database this is, how far its history was run, how much stands in it: for whoever inspects the hall."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection, func, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError

from storage import history
from storage.connect import file_of
from storage.portable import POSTGRES, looking, ours, revision


class Condition(StrEnum):
    """Whether this version of the hall can work with the database."""

    ABSENT = "absent"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Survey:
    """The database from outside: no word of what it holds."""

    condition: Condition
    kind: str = ""
    server: str = ""
    revision: str = ""
    newest: str = ""
    size: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)


def shown(url: str) -> str:
    """An address without user, password and options: what may stand in a report."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        return "?"
    port = f":{address.port}" if address.port else ""
    return f"{address.drivername}://{address.host or ''}{port}/{address.database or ''}"


def _server(connection: Connection) -> tuple[str, int]:
    """The server's version and the bytes the database takes."""
    if connection.dialect.name == POSTGRES:
        version = connection.execute(text("SHOW server_version")).scalar()
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar()
    else:
        version = connection.execute(text("SELECT sqlite_version()")).scalar()
        pages = connection.execute(text("PRAGMA page_count")).scalar() or 0
        size = pages * (connection.execute(text("PRAGMA page_size")).scalar() or 0)
    return str(version), int(size or 0)


def _condition(now: str, newest: str) -> Condition:
    if not now:
        return Condition.ABSENT
    if now == newest:
        return Condition.CURRENT
    return Condition.OLDER if history.knows(now) else Condition.NEWER


def survey(url: str, *, count: bool = True) -> Survey:
    """Look, and change nothing. UnknownDatabase, LedgerBusy, LedgerFault."""
    file = file_of(url)
    newest = history.newest()
    if file is not None and not file.is_file():
        return Survey(Condition.ABSENT, "sqlite", newest=newest)
    with looking(url) as connection:
        now = revision(connection) if inspect(connection).get_table_names() else ""
        condition = _condition(now, newest)
        tables = ours(connection, newest=condition is Condition.CURRENT) if count and now else []
        rows = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        }
        server, size = _server(connection)
        return Survey(condition, connection.dialect.name, server, now, newest, size, rows)
