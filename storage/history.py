"""The history of the tables as others than `migrate` need it: which revision is newest, and a way to any of them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.migrate import HISTORY


def _config(history: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(history).replace("%", "%%"))
    return config


def newest(history: Path = HISTORY) -> str:
    """The revision this version of the hall works with."""
    return ScriptDirectory.from_config(_config(history)).get_current_head() or ""


def knows(revision: str, history: Path = HISTORY) -> bool:
    """Whether a database of this revision can be read, upgraded first if need be."""
    return revision in {step.revision for step in ScriptDirectory.from_config(_config(history)).walk_revisions()}


def upgrade(connection: Connection, revision: str, history: Path = HISTORY) -> None:
    """Run the history up to this revision, within the transaction this connection is in."""
    config = _config(history)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
