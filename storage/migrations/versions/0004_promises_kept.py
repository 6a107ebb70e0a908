"""Letters wait out the night and edit one another; cases belong to incidents; forms come back; a register of care."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBERED = ("outbox", "alerts")
"""Tables to be rebuilt whose row numbers are never given twice."""


def upgrade() -> None:
    """Forward; the way back is the copy taken before."""
    on_postgres = op.get_bind().dialect.name == "postgresql"
    text = sa.Text(collation="C") if on_postgres else sa.Text()
    op.add_column("outbox", sa.Column("held_until", sa.DateTime()))
    op.add_column("threads", sa.Column("wake_at", sa.DateTime()))
    _add("outbox", {"incident": (text, "''"), "figures": (text, "''")})
    _add("alerts", {"incident": (text, "''")})
    _add("cases", {"incident": (text, "''"), "told": (sa.Integer(), "0")})
    _new_tables(text, sa.BigInteger() if on_postgres else sa.Integer())
    _few("ix_outbox_held_until", "held_until IS NOT NULL", "held_until", table="outbox")
    _few("ix_outbox_edits", "state = 'waiting' AND replaces IS NOT NULL", "replaces", "seq", table="outbox")
    _few("ix_outbox_incident", "incident != ''", "incident", "seq", table="outbox")
    _few("ix_threads_wake_at", "wake_at IS NOT NULL", "wake_at", "customer", table="threads")
    _few("ix_cases_incident", "incident != ''", "incident", "no", table="cases")
    _few("ix_cases_told", "incident != ''", "incident", "told", "no", table="cases")
    _few("ix_events_counted", "move IN ('resolve', 'broken', 'rate')", "at", "move", "chain", table="events")
    _few("ix_alerts_open", "acked_at IS NULL", "id", table="alerts")


def _few(name: str, where: str, *columns: str, table: str, unique: bool = False) -> None:
    """An index of the few rows that are asked for."""
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _add(table: str, added: dict[str, tuple[sa.types.TypeEngine[Any], str]]) -> None:
    """Columns that every row has; what stood there until now gets the empty value. Row numbers go on."""
    for name, (kind, _) in added.items():
        op.add_column(table, sa.Column(name, kind))
    empty = ", ".join(f"{name} = {value}" for name, (_, value) in added.items())
    op.execute(f"UPDATE {table} SET {empty}")  # noqa: S608 - names of ours
    last = _last(table)
    kwargs = {"sqlite_autoincrement": True} if table in NUMBERED else {}
    with op.batch_alter_table(table, table_kwargs=kwargs) as batch:
        for name, (kind, _) in added.items():
            batch.alter_column(name, existing_type=kind, nullable=False)
    if last is not None:
        bind = op.get_bind()
        bind.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table})
        bind.execute(sa.text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), {"name": table, "last": last})


def _last(table: str) -> int | None:
    """The last row number SQLite gave in a table that is about to be rebuilt: a rebuilt one would forget it."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql" or table not in NUMBERED:
        return None
    last: int | None = bind.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table})
    return last


def _new_tables(text: sa.types.TypeEngine[str], number: sa.types.TypeEngine[int]) -> None:
    op.create_table(
        "incidents",
        sa.Column("no", text, nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("place", text, nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", text, nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_incidents"),
    )
    op.create_index("ix_incidents_opened_at_no", "incidents", ["opened_at", "no"])
    _few("ix_incidents_running", "state != 'closed'", "opened_at", "no", table="incidents")
    op.create_table(
        "care",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("account", text, nullable=False),
        sa.Column("customer", text, nullable=False),
        sa.Column("device", text, nullable=False),
        sa.Column("battery", text, nullable=False),
        sa.Column("contact", text, nullable=False),
        sa.Column("phone", text, nullable=False),
        sa.Column("consented_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_care"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_care_customer", "care", ["customer"])
    _few("ix_care_account", "account != ''", "account", table="care", unique=True)
