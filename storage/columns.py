"""Column types of ours: moments aware in and out, UTC in between; text that can be stored whatever was typed."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

NEVER = datetime.max.replace(tzinfo=UTC)
"""Later than any moment: what sorts a missing one last."""


class NaiveMoment(Exception):
    """A moment without a zone says nothing."""


def clean(text: str) -> str:
    """Half a character (a lone surrogate) cannot be stored: it becomes a question mark."""
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
    """Text of any length; what no database can hold is replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The text without half characters."""
        return None if value is None else clean(value)
