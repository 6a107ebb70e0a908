"""Letters get lanes and channels to send through; messengers' updates, places and the hall's own tables are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PARTIAL = {
    "cases": {"ix_cases_due_at": (["due_at"], "due_at IS NOT NULL")},
    "inbox": {"ix_inbox_undone": (["customer", "id"], "done_at IS NULL")},
    "outbox": {"ix_outbox_put_off": (["to_", "next_try_at"], "next_try_at IS NOT NULL")},
}
"""Indexes of few rows that the first tables had, for one of the databases only."""
LANES = {
    "ix_outbox_to_show": (["rank", "seq"], "to_show"),
    "ix_outbox_unseen": (["to_", "to_show"], "to_show"),
    "ix_outbox_lanes": (["rank", "seq"], "to_send"),
    "ix_outbox_addresses": (["to_", "rank", "seq", "next_try_at"], "to_send"),
    "ix_outbox_heads": (["to_", "seq", "to_send"], "to_send"),
}
NUMBERS = {
    "alerts": ["id"],
    "events": ["id"],
    "inbox": ["id"],
    "outbox": ["seq", "replaces"],
    "talk": ["seq", "letter_id", "replaces"],
}


def upgrade() -> None:
    """Forward; the way back is the copy taken before."""
    on_postgres = op.get_bind().dialect.name == "postgresql"
    if on_postgres:
        _as_meant_on_postgres()
    _outbox(on_postgres=on_postgres)
    _new_tables(sa.BigInteger() if on_postgres else sa.Integer())


def _as_meant_on_postgres() -> None:
    """The first tables were SQLite's: here text sorts by its bytes, row numbers are long, some indexes are partial."""
    inspector = sa.inspect(op.get_bind())
    for table in inspector.get_table_names():
        for column in inspector.get_columns(table):
            if isinstance(column["type"], sa.Text):
                op.execute(f'ALTER TABLE {table} ALTER COLUMN "{column["name"]}" TYPE text COLLATE "C"')
    for table, numbers in NUMBERS.items():
        for number in numbers:
            op.alter_column(table, number, type_=sa.BigInteger())
        op.execute(f"ALTER SEQUENCE {table}_{numbers[0]}_seq AS bigint")
    # how much is owed changes from hour to hour: a plan made for an empty outbox looks through all of a full one
    op.execute("ALTER TABLE outbox SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000)")
    for table, indexes in PARTIAL.items():
        for name, (columns, where) in indexes.items():
            op.drop_index(name, table)
            op.create_index(name, table, columns, postgresql_where=sa.text(where))


def _outbox(*, on_postgres: bool) -> None:
    """The rows are kept; what was owed until now was owed to lasting channels only."""
    op.drop_index("ix_outbox_owed", "outbox")
    last = (
        None if on_postgres else op.get_bind().scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"))
    )
    with op.batch_alter_table("outbox") as batch:
        batch.add_column(sa.Column("rank", sa.Integer()))
        batch.add_column(sa.Column("to_show", sa.Boolean()))
        batch.add_column(sa.Column("to_send", sa.Boolean()))
    op.execute(
        "UPDATE outbox SET to_send = false, to_show = (state IN ('waiting', 'sending')), rank = CASE"
        " WHEN urgent OR kind = 'alert' THEN 0 WHEN kind IN ('status', 'nudge') THEN 2"
        " WHEN kind IN ('notice', 'digest') THEN 3 ELSE 1 END"
    )
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("rank", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("to_show", existing_type=sa.Boolean(), nullable=False)
        batch.alter_column("to_send", existing_type=sa.Boolean(), nullable=False)
    if last is not None:  # row numbers go on, also where the last rows are gone
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
        op.get_bind().execute(sa.text("INSERT INTO sqlite_sequence VALUES ('outbox', :last)"), {"last": last})
    for name, (columns, flag) in LANES.items():
        op.create_index(
            name,
            "outbox",
            columns,
            sqlite_where=sa.text(f"{flag} = 1"),
            postgresql_where=sa.text(f"{flag} = true"),
        )


def _new_tables(number: sa.types.TypeEngine[int]) -> None:
    text = sa.Text(collation="C") if isinstance(number, sa.BigInteger) else sa.Text()
    op.create_table(
        "reach",
        sa.Column("to_", text, nullable=False),
        sa.Column("channels", text, nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("to_", name="pk_reach"),
    )
    op.create_index("ix_reach_chat", "reach", ["chat"])
    op.create_table(
        "topics",
        sa.Column("case_no", text, nullable=False),
        sa.Column("thread", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_no", name="pk_topics"),
    )
    op.create_index("ix_topics_thread", "topics", ["thread"])
    op.create_table(
        "carried",
        sa.Column("letter", number, autoincrement=False, nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("shows", text, nullable=False),
        sa.ForeignKeyConstraint(["letter"], ["outbox.seq"], name="fk_carried_letter_outbox"),
        sa.PrimaryKeyConstraint("letter", name="pk_carried"),
    )
    op.create_index("ix_carried_chat_message", "carried", ["chat", "message"])
    op.create_table(
        "updates",
        sa.Column("bot", text, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", text, nullable=False),
        sa.Column("chat", text, nullable=False),
        sa.Column("album", text, nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("why", text, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("try_at", sa.DateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bot", "id", name="pk_updates"),
    )
    for name, columns in (("ix_updates_unread", ["chat", "id"]), ("ix_updates_album", ["bot", "album"])):
        where = sa.text("state = 'waiting'")
        op.create_index(name, "updates", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "table_versions",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("table_", text, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rows", text, nullable=False),
        sa.Column("before", text, nullable=False),
        sa.Column("by", text, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("reason", text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_table_versions"),
        sa.UniqueConstraint("table_", "version", name="uq_table_versions_table__version"),
        sqlite_autoincrement=True,
    )
