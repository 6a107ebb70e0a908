"""Every table, in one place; each text column is declared private (people's words, names, numbers) or free."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from storage.columns import Moment, Writing

LIVE = tuple(literal_column(f"'{state}'", Text) for state in ("open", "accepted", "in_progress", "waiting_customer"))
"""The states in which somebody works on a case."""
OWED = tuple(literal_column(f"'{state}'", Text) for state in ("waiting", "sending"))
"""The states of a letter that has not arrived; written out, so that the partial index is found."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _private(name: str) -> Column[str]:
    """Holds words, names, phones or numbers of people: blanked when somebody is forgotten."""
    return Column(name, Writing(), nullable=False, info={"private": True})


def _free(name: str, *, key: bool = False) -> Column[str]:
    """Text that tells nothing about a person: codes, numbers of cases, hashes."""
    return Column(name, Writing(), primary_key=key, nullable=False, info={"free": True})


def _moment(name: str, *, needed: bool = False) -> Column[datetime]:
    return Column(name, Moment(), nullable=not needed)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _row_number(name: str) -> Column[int]:
    """A number that is never used twice."""
    return Column(name, Integer, primary_key=True, autoincrement=True)


inbox = Table(
    "inbox",
    metadata,
    _row_number("id"),
    _free("channel"),
    _free("ext_id"),
    _free("customer"),
    _private("body"),
    _moment("heard_at", needed=True),
    _moment("done_at"),
    UniqueConstraint("channel", "customer", "ext_id"),
    sqlite_autoincrement=True,
)
Index(
    "ix_inbox_undone", inbox.c.customer, inbox.c.id, sqlite_where=inbox.c.done_at.is_(None)
)  # what nobody answered yet

outbox = Table(
    "outbox",
    metadata,
    _row_number("seq"),
    _free("key"),
    _free("to_"),
    _free("kind"),
    _private("text"),
    _free("case_no"),
    _private("buttons"),
    Column("urgent", Boolean, nullable=False),
    _free("speaker"),
    _free("channels"),
    _free("state"),
    _count("tries"),
    _moment("next_try_at"),
    _moment("at", needed=True),
    _moment("sent_at"),
    Column("replaces", Integer),
    _free("why"),
    UniqueConstraint("key"),
    sqlite_autoincrement=True,
)
Index("ix_outbox_owed", outbox.c.urgent, outbox.c.seq, sqlite_where=outbox.c.state.in_(OWED))
Index("ix_outbox_put_off", outbox.c.to_, outbox.c.next_try_at, sqlite_where=outbox.c.next_try_at.is_not(None))
Index("ix_outbox_to_seq", outbox.c.to_, outbox.c.seq)

talk = Table(
    "talk",
    metadata,
    _row_number("seq"),
    _free("customer"),
    _moment("at", needed=True),
    _free("sender"),
    _private("name"),
    _private("text"),
    _private("buttons"),
    _free("case_no"),
    _private("files"),
    _free("ext_id"),
    _private("heard"),
    Column("letter_id", Integer, ForeignKey("outbox.seq")),
    Column("replaces", Integer),
    UniqueConstraint("letter_id"),
    Index(None, "customer", "seq"),
    sqlite_autoincrement=True,
)

threads = Table(
    "threads",
    metadata,
    _free("customer", key=True),
    _private("body"),
    _count("version"),
)

customers = Table(
    "customers",
    metadata,
    _free("key", key=True),
    _private("name"),
    _private("phone"),
    _private("accounts"),
    _free("channel"),
)

cases = Table(
    "cases",
    metadata,
    _free("no", key=True),
    _free("topic"),
    _free("state"),
    _free("priority"),
    _free("customer"),
    _free("first_handler"),
    _free("helpers"),
    _free("stage"),
    _moment("opened_at", needed=True),
    _moment("begun_at", needed=True),
    _moment("accepted_at"),
    _moment("resolved_at"),
    _moment("closed_at"),
    _count("urges"),
    _count("seq"),
    _count("version"),
    _moment("due_at"),
    _private("body"),
    Index(None, "customer", "opened_at"),
    Index(None, "state", "first_handler"),
    Index(None, "opened_at", "no"),
)
Index("ix_cases_due_at", cases.c.due_at, sqlite_where=cases.c.due_at.is_not(None))

events = Table(
    "events",
    metadata,
    _row_number("id"),
    _free("chain"),
    _count("seq"),
    _moment("at", needed=True),
    _free("lane"),
    _free("by"),
    _free("move"),
    Column("public", Boolean, nullable=False),
    _private("text"),
    _private("facts"),
    _private("salt"),  # with the salt gone nobody can guess at words that were blanked
    _free("text_hash"),
    _free("facts_hash"),
    _free("prev_hash"),
    _free("hash"),
    UniqueConstraint("chain", "seq"),
    sqlite_autoincrement=True,
)

alerts = Table(
    "alerts",
    metadata,
    _row_number("id"),
    Column("case_no", Writing(), ForeignKey("cases.no"), nullable=False, info={"free": True}),
    _free("rung"),
    _free("why"),
    _private("text"),
    _free("to_"),
    _moment("at", needed=True),
    _free("acked_by"),
    _moment("acked_at"),
    UniqueConstraint("case_no", "rung"),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    metadata,
    _free("hash", key=True),
    _free("kind"),
    _free("subject"),
    _free("csrf"),
    _moment("made_at"),
    _moment("seen_at"),
    _moment("expires_at"),
    Index(None, "subject"),
)

passwords = Table("passwords", metadata, _free("no", key=True), _free("hashed"))

remembered = Table("remembered", metadata, _free("key", key=True), _free("value"))

counters = Table("counters", metadata, _free("prefix", key=True), _count("value"))
