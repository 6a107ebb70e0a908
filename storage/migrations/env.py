"""Runs the history on the connection that `storage.migrate` hands in, inside its transaction."""

from typing import Literal

from alembic import context
from sqlalchemy.types import TypeDecorator


def _plain(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """A type of ours is written into the history as the plain one beneath it."""
    return f"sa.{thing.impl!r}" if kind == "type" and isinstance(thing, TypeDecorator) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    transactional_ddl=True,
    render_as_batch=True,
    render_item=_plain,
)
with context.begin_transaction():
    context.run_migrations()
