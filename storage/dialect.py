"""What both databases speak: SQLite took ON CONFLICT over from PostgreSQL, so one statement is written for both."""

from sqlalchemy.dialects.postgresql import insert

__all__ = ["insert"]
