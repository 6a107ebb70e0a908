"""Lists leave out cases hidden from who asks; a customer who was forgotten is known to be."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; the way back is the copy taken before."""
    text = sa.Text(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.Text()
    op.add_column("customers", sa.Column("forgotten_at", sa.DateTime()))
    op.add_column("cases", sa.Column("hidden", text))
    _fill()
    with op.batch_alter_table("cases") as batch:
        batch.alter_column("hidden", existing_type=text, nullable=False)
    where = sa.text("hidden != ''")
    op.create_index("ix_cases_hidden", "cases", ["no"], sqlite_where=where, postgresql_where=where)


def _fill() -> None:
    """From whom a case is hidden stood in its body alone."""
    bind = op.get_bind()
    op.execute("UPDATE cases SET hidden = ''")
    some = bind.execute(sa.text('SELECT no, body FROM cases WHERE body LIKE \'%"hidden_from":["%\'')).all()
    for no, body in some:
        hidden = f" {' '.join(json.loads(body)['hidden_from'])} "
        bind.execute(sa.text("UPDATE cases SET hidden = :hidden WHERE no = :no"), {"hidden": hidden, "no": no})
