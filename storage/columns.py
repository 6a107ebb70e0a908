"""Columns of ours: moments aware in and out, UTC in between; text that can be stored whatever was typed."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    Text,
    and_,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMES = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
"""How constraints and indexes are called."""
NEVER = datetime.max.replace(tzinfo=UTC)
"""Later than any moment: what sorts a missing one last."""


class NaiveMoment(Exception):
    """A moment without a zone says nothing."""


def clean(text: str) -> str:
    """Half a character (a lone surrogate) and the character NUL cannot be stored: each becomes a question mark."""
    text = text.replace("\0", "?")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


class Moment(TypeDecorator[datetime]):
    """A moment with zone, stored as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """UTC without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMoment
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The moment in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Writing(TypeDecorator[str]):
    """Text of any length, in the order of its bytes everywhere; what no database can hold is replaced."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL sorts as the server's country does unless it is told otherwise."""
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The text as it can be held."""
        return None if value is None else clean(value)


_NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by no other name; its INTEGER is as long."""


def private(name: str) -> Column[str]:
    """Holds words, names, phones or numbers of people: blanked when somebody is forgotten."""
    return Column(name, Writing(), nullable=False, info={"private": True})


def free(name: str, *, key: bool = False) -> Column[str]:
    """Text that tells nothing about a person: codes, numbers of cases, hashes."""
    return Column(name, Writing(), primary_key=key, nullable=False, info={"free": True})


def moment(name: str, *, needed: bool = False) -> Column[datetime]:
    """A moment that may be missing unless it is needed."""
    return Column(name, Moment(), nullable=not needed)


def count(name: str) -> Column[int]:
    """How many, or which in a short row."""
    return Column(name, Integer, nullable=False)


def yes(name: str) -> Column[bool]:
    """Yes or no."""
    return Column(name, Boolean, nullable=False)


def row_number(name: str) -> Column[int]:
    """A number that is never used twice."""
    return Column(name, _NUMBER, primary_key=True, autoincrement=True)


def row_of(name: str, row: str = "", *, key: bool = False) -> Column[int]:
    """The number of another row; `row` where that row must be there."""
    points = (ForeignKey(row),) if row else ()
    return Column(name, _NUMBER, *points, primary_key=key, autoincrement=False, nullable=not key)


def theirs(name: str, *, key: bool = False) -> Column[int]:
    """A number that a messenger gave: up to 52 bits."""
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=False)


def under(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """Keys that begin so, found along their index."""
    return and_(column >= prefix, column <= f"{prefix}\U0010ffff")


def few(name: str, *columns: Column[Any], where: ColumnElement[bool], unique: bool = False) -> None:
    """An index of the few rows that are still of interest."""
    Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)
