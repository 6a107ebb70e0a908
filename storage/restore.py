"""Restores a backup: proved first, then one transaction, so that a database holds all of the old or all of the new."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, func, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from storage import history, postgres
from storage.archive import Archive, BadArchive, Manifest, Packing, flush, laid_down, opened, table_part
from storage.audit import Verdict, verdict
from storage.backup import pack
from storage.connect import LedgerFault, address_of, file_of, migrating, on_server, translated
from storage.ledger import serving_lock
from storage.migrate import ARRIVAL, NewerLedger
from storage.portable import PATIENCE, PIECE, POSTGRES, VERSION_TABLE, Misfit, ours, revision, row_for, run_on
from storage.tables import metadata

_OURS = 0o600


class NotEmpty(Exception):
    """The database holds a hall already."""


class Disagrees(Exception):
    """What was restored is not sound; nothing was kept of it. `what` is a code, `where` a chain, a table or a file."""

    def __init__(self, what: str, where: str = "", seq: int = 0) -> None:
        super().__init__(what, where, seq)
        self.what, self.where, self.seq = what, where, seq


@dataclass(frozen=True, slots=True)
class Plan:
    """How to restore; `at` and `version` are written into the backup of what was there before."""

    at: datetime
    version: str
    verify: bool = False
    keep: Path | None = None
    """Where to keep what is replaced; None: nothing may be replaced."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, what it was found to be, and whether something was replaced and kept."""

    manifest: Manifest
    revision: str
    verdict: Verdict | None
    kept: Path | None


def restore(url: str, files: Path, source: Path, plan: Plan) -> Restored:
    """All of it or nothing.

    BadArchive, NewerArchive, NewerLedger, NotEmpty, Disagrees, AlreadyServed, LedgerBusy, LedgerFault, OSError.
    """
    with opened(source) as archive:
        if not history.knows(archive.manifest.revision):
            raise NewerLedger
        archive.prove()
        _ensure(url)
        with serving_lock(url), _place(url) as connection:
            kept = _make_room(connection, files, plan)
            _lay_files(archive, files)
            _fill(connection, archive)
            found = _prove(connection, archive.manifest, files) if plan.verify else None
            return Restored(archive.manifest, revision(connection), found, kept)


def _ensure(url: str) -> None:
    """On a server the database may have to be made; a file is made when all else is sure."""
    if not on_server(url):
        return
    try:
        postgres.ensure(address_of(url), ARRIVAL)
    except SQLAlchemyError as error:
        refused = translated(error)
    else:
        return
    raise refused


@contextlib.contextmanager
def _place(url: str) -> Iterator[Connection]:
    """One transaction on this database; a file that was made for it goes again if it fails."""
    file = file_of(url)
    fresh = file is not None and not file.exists()
    if file is not None and fresh:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(_OURS)
    engine = migrating(url, PATIENCE)
    whole = False
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
        whole = True
    except SQLAlchemyError as error:
        refused = translated(error)
    else:
        return
    finally:
        engine.dispose()
        if file is not None and fresh and not whole:
            for end in ("", "-wal", "-shm"):
                file.with_name(f"{file.name}{end}").unlink(missing_ok=True)
    raise refused


def _there(connection: Connection) -> MetaData:
    """Those of our tables that stand in this database, and the mark of its revision; other people's are left alone."""
    seen = MetaData()
    names = set(inspect(connection).get_table_names()) & {*metadata.tables, VERSION_TABLE}
    seen.reflect(connection, only=sorted(names))
    return seen


def _make_room(connection: Connection, files: Path, plan: Plan) -> Path | None:
    """An empty database; where the old backup lies, if there was something to keep. NotEmpty."""
    there = _there(connection)
    tables = [table for table in there.sorted_tables if table.name != VERSION_TABLE]
    full = any(connection.execute(select(table).limit(1)).first() is not None for table in tables)
    kept = None
    if full:
        if plan.keep is None:
            raise NotEmpty
        with laid_down(plan.keep, replace=False) as half, Packing(half) as packing:
            pack(connection, packing, files, at=plan.at, version=plan.version)
        kept = plan.keep
    there.drop_all(connection)
    return kept


def _fill(connection: Connection, archive: Archive) -> None:
    """Tables as they were, every row, then the history on to the newest. BadArchive."""
    manifest = archive.manifest
    history.upgrade(connection, manifest.revision)
    newest = history.newest()
    tables = ours(connection, newest=manifest.revision == newest)
    if {table.name for table in tables} != set(manifest.tables):
        raise BadArchive("parts", min({table.name for table in tables} ^ set(manifest.tables)))
    for table in reversed(tables):  # what the history itself writes stands in the archive too
        connection.execute(table.delete())
    for table in tables:
        _insert(connection, table, archive)
    run_on(connection, tables, manifest.numbers)
    history.upgrade(connection, newest)
    if connection.dialect.name != POSTGRES and connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise LedgerFault("foreign_key_check")


def _insert(connection: Connection, table: Table, archive: Archive) -> None:
    part = table_part(table.name)
    told = archive.rows(table.name)
    on_server = connection.dialect.name == POSTGRES
    try:
        while piece := [row_for(table, row, on_server=on_server) for row in islice(told, PIECE)]:
            connection.execute(insert(table), piece)
    except Misfit:
        fits = False
    else:
        fits = True
    if not fits:
        raise BadArchive("content", part)
    if connection.execute(select(func.count()).select_from(table)).scalar_one() != archive.manifest.tables[table.name]:
        raise BadArchive("content", part)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lay_files(archive: Archive, folder: Path) -> None:
    """Every file into its place; one more than the ledger knows of harms nobody."""
    for key in archive.manifest.files:
        path = folder / key[:2] / key
        if path.is_file() and _hash(path) == key:
            continue
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".half-")
        half = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in archive.file(key):
                    file.write(piece)
                file.flush()
                os.fsync(handle)
            half.replace(path)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        flush(path.parent)
    if archive.manifest.files:
        flush(folder)


def _prove(connection: Connection, manifest: Manifest, files: Path) -> Verdict:
    """Chains, rows and files once more, as they stand now. Disagrees."""
    for key in manifest.files:
        if _hash(files / key[:2] / key) != key:
            raise Disagrees("file", key)
    for table, count in manifest.tables.items():
        if table in metadata.tables:
            rows = connection.execute(select(func.count()).select_from(metadata.tables[table])).scalar_one()
            if rows != count:
                raise Disagrees("rows", table)
    found = verdict(connection)
    if found.broken:
        raise Disagrees("chain", *found.broken)
    if found.missing:
        raise Disagrees("missing", found.missing)
    if manifest.ledger and found.digest != manifest.ledger:
        raise Disagrees("digest")
    return found
