"""Lists walk in their order and leave out cases hidden from who asks; a customer who was forgotten is known to be."""

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LIVE = ("open", "accepted", "in_progress", "waiting_customer")
NEVER = dt.datetime(9999, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001 - as the column holds it


def upgrade() -> None:
    """Forward; the way back is the copy taken before."""
    text = sa.Text(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.Text()
    op.add_column("customers", sa.Column("forgotten_at", sa.DateTime()))
    live = "live = 1" if op.get_bind().dialect.name == "sqlite" else "live = true"
    added: dict[str, sa.types.TypeEngine[Any]] = {
        "hidden": text,
        "live": sa.Boolean(),
        "rank": sa.Integer(),
        "wake_at": sa.DateTime(),
    }
    for name, kind in added.items():
        op.add_column("cases", sa.Column(name, kind))
    _fill()
    with op.batch_alter_table("cases") as batch:
        for name, kind in added.items():
            batch.alter_column(name, existing_type=kind, nullable=False)
    _few("ix_talk_files", "files != ''", "customer", "seq", table="talk")
    _few("ix_cases_hidden", "hidden != ''", "no", "hidden")
    _few("ix_cases_urgency", live, "rank", "wake_at", "opened_at", "no")
    _few("ix_cases_age", live, "opened_at", "no", "live")


def _few(name: str, where: str, *columns: str, table: str = "cases") -> None:
    """An index of the few rows that are asked for."""
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _fill() -> None:
    """From whom a case is hidden stood in its body alone; rank and wake-up followed from other columns."""
    bind = op.get_bind()
    names = ("hidden", "live", "rank", "state", "priority", "due_at")
    kept = sa.table("cases", *[sa.column(name) for name in names], sa.column("wake_at", sa.DateTime))
    rank = sa.case((kept.c.priority == "emergency", 0), (kept.c.priority == "urgent", 1), else_=2)
    wake_at = sa.func.coalesce(kept.c.due_at, sa.literal(NEVER, sa.DateTime))
    bind.execute(sa.update(kept).values(hidden="", live=kept.c.state.in_(LIVE), rank=rank, wake_at=wake_at))
    some = bind.execute(sa.text('SELECT no, body FROM cases WHERE body LIKE \'%"hidden_from":["%\'')).all()
    for no, body in some:
        hidden = f" {' '.join(json.loads(body)['hidden_from'])} "
        bind.execute(sa.text("UPDATE cases SET hidden = :hidden WHERE no = :no"), {"hidden": hidden, "no": no})
