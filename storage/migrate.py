"""Brings a database to the newest tables, all or nothing; a file with something in it is copied first."""

import sqlite3
import threading
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.hall.pages import LedgerBusy
from storage import postgres
from storage.connect import LedgerFault, address_of, file_of, in_memory, migrating, translated

HISTORY = Path(__file__).parent / "migrations"
PATIENCE = 30.0
"""Seconds to wait for others to let go of the database."""
ARRIVAL = 5.0
"""Seconds to wait for a server to answer."""
_OURS = 0o600
"""What people said is nobody else's to read."""


class NewerLedger(Exception):
    """A later version of the hall wrote this database: this one cannot read it."""


def _config(history: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(history).replace("%", "%%"))
    return config


def _copy(file: Path, revision: str) -> Path:
    """The database as it is, beside it; an older copy of the same name gives way only to a whole one."""
    copy = file.with_name(f"{file.name}-before-{revision}.bak")
    half = copy.with_name(f"{copy.name}.half")
    half.unlink(missing_ok=True)
    half.touch(_OURS)
    source, target = sqlite3.connect(file), sqlite3.connect(half)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    half.replace(copy)
    return copy


def _is_empty(connection: Connection) -> bool:
    return connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0


def _upgrade(connection: Connection, config: Config, file: Path | None) -> Path | None:
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    now = MigrationContext.configure(connection).get_current_revision()
    if newest is None or now == newest:
        return None
    try:
        upcoming = [step.revision for step in script.iterate_revisions(newest, now or "base")]
    except (CommandError, RevisionError):
        raise NewerLedger from None
    copy = None if file is None or _is_empty(connection) else _copy(file, upcoming[-1])
    config.attributes["connection"] = connection
    command.upgrade(config, newest)
    _check(connection, on_server=file is None)
    return copy


def _check(connection: Connection, *, on_server: bool) -> None:
    """What the hall keeps fits in, and points at what is there."""
    if on_server:
        if connection.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
            raise LedgerFault("server_encoding")
    elif connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise LedgerFault("foreign_key_check")


def _make(url: str) -> None:
    """There is a place for the tables."""
    file = file_of(url)
    if file is None:
        postgres.ensure(address_of(url), ARRIVAL)
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(_OURS)


def _connected(engine: Engine) -> Connection:
    """A connection; a new file whose journal another sets up just now is busy for a moment, patience or not."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return engine.connect()
        except DBAPIError as error:
            if getattr(error.orig, "sqlite_errorname", "") != "SQLITE_BUSY" or time.monotonic() > end:
                raise
        threading.Event().wait(0.02)


def migrate(url: str, history: Path = HISTORY) -> Path | None:
    """Upgrade the database, made if need be; the copy taken before, if one was. LedgerBusy, LedgerFault, NewerLedger.

    Nothing to do in memory; a server's database is backed up by other means.
    """
    if in_memory(url):
        return None
    file = file_of(url)
    engine = migrating(url, PATIENCE)
    try:
        _make(url)
        with _connected(engine) as connection, connection.begin():
            return _upgrade(connection, _config(history), file)
    except SQLAlchemyError as error:
        refused: Exception = translated(error)
    except (OSError, sqlite3.Error) as error:  # no room for the copy, or no right to the folder
        refused = LedgerBusy(type(error).__name__)
    finally:
        engine.dispose()
    raise refused
