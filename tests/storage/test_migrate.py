import asyncio
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, delete, func, insert, select

from bot.hall.pages import LedgerBusy
from bot.hall.records import CaseQuery
from storage.connect import LedgerFault
from storage.ledger import SqlLedger
from storage.migrate import HISTORY, NewerLedger, migrate
from storage.tables import alerts, metadata
from tests.storage.full import a_row, fill, held
from tests.storage.given import NOW, a_letter, opened

NEWEST = "0004"
STEP = '''"""A later step."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    """Forward."""
    {body}
'''


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """The real history, to which a test adds steps."""
    copied = tmp_path / "50% history"
    shutil.copytree(HISTORY, copied, ignore=shutil.ignore_patterns("__pycache__"))
    return copied


@pytest.fixture
def at_first(file: Path, history: Path) -> str:
    """A database as the first version left it, with letters in it."""
    keep_steps(history, "0001")
    url = f"sqlite:///{file}"
    migrate(url, history)
    connection = sqlite3.connect(file)
    connection.execute(OLDER)
    connection.execute("DELETE FROM outbox WHERE key = '6'")
    connection.commit()
    connection.close()
    return url


def keep_steps(history: Path, *numbers: str) -> None:
    """The history as an earlier version of the hall had it."""
    for step in (history / "versions").glob("*.py"):
        if not step.name.startswith(numbers):
            step.unlink()


def add_step(history: Path, revision: str, before: str, body: str) -> None:
    step = STEP.format(revision=revision, before=before, body=body)
    (history / "versions" / f"{revision}_step.py").write_text(step, encoding="utf-8")


def shapes(address: str) -> dict[str, list[str]]:
    """Every table and index as SQLite has it written down, without layout and order of constraints."""
    connection = sqlite3.connect(address)
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {
        name: sorted(
            re.split(r", ?(?=[a-z_\"]+ [A-Z]|CONSTRAINT)", re.sub(r"\s+", " ", sql).replace('"', "").removesuffix(" )"))
        )
        for name, sql in found
        if name not in ("alembic_version", "sqlite_sequence")
    }


def rights(file: Path) -> int:
    return file.stat().st_mode & 0o777


def revision_of(file: Path) -> str:
    connection = sqlite3.connect(file)
    (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    return str(found)


def test_the_history_makes_the_tables_as_they_are_declared(file_url: str, file: Path, tmp_path: Path) -> None:
    engine = create_engine(file_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    declared = create_engine(f"sqlite:///{tmp_path}/declared.db")
    metadata.create_all(declared)
    declared.dispose()
    assert shapes(str(file)) == shapes(f"{tmp_path}/declared.db")


def test_the_history_imports_nothing_of_ours() -> None:
    for step in (HISTORY / "versions").glob("*.py"):
        text = step.read_text(encoding="utf-8")
        named = set(re.findall(r"^(?:import|from) (\S+)", text, re.MULTILINE))
        assert {"sqlalchemy", "alembic"} <= named <= {"sqlalchemy", "alembic", "json", "datetime", "typing"}


def test_an_empty_place_needs_no_copy_and_a_second_time_does_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/folder/hall.db"
    assert migrate(url) is None
    before = (tmp_path / "new/folder/hall.db").read_bytes()
    assert migrate(url) is None
    assert (tmp_path / "new/folder/hall.db").read_bytes() == before
    assert list(tmp_path.rglob("*.bak")) == []


def test_in_memory_there_is_nothing_to_upgrade() -> None:
    assert migrate("sqlite://") is None


async def test_an_older_database_is_copied_first_and_keeps_its_rows(file_url: str, file: Path, history: Path) -> None:
    ledger = SqlLedger(file_url)  # stays open: the copy holds what is still in the write-ahead log
    await ledger.write(lambda page: page.record(opened(), str))
    add_step(history, "9001", NEWEST, 'op.add_column("cases", sa.Column("more", sa.Text()))')
    with_more = """with op.batch_alter_table("cases") as batch:
        batch.alter_column("topic", new_column_name="matter")"""
    add_step(history, "9002", "9001", with_more)
    copy = await asyncio.to_thread(migrate, file_url, history)
    assert copy == file.with_name("hall.db-before-9001.bak")
    assert {rights(copy), rights(file)} == {0o600}
    assert revision_of(copy) == NEWEST
    assert revision_of(file) == "9002"
    await ledger.close()
    for kept, column in ((file, "matter"), (copy, "topic")):
        connection = sqlite3.connect(kept)
        assert connection.execute(f"SELECT no, {column} FROM cases").fetchall() == [  # noqa: S608 - our own name
            ("DL20261123-0001", "outage_repair")
        ]
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (2,)
        connection.close()
    assert migrate(file_url, history) is None


OLDER = """
INSERT INTO outbox (key, to_, kind, text, case_no, buttons, urgent, speaker, channels, state, tries, at, why)
VALUES ('1', 'customer:w1', 'answer', '说', '', '', false, '', 'web', 'waiting', 0, '2026-11-23 01:00:00', ''),
       ('2', 'customer:w1', 'status', '说', '', '', true, '', 'web', 'sending', 0, '2026-11-23 01:00:00', ''),
       ('3', 'staff:W001', 'alert', '说', '', '', false, '', 'desk', 'sent', 0, '2026-11-23 01:00:00', ''),
       ('4', 'staff:W001', 'nudge', '说', '', '', false, '', 'desk', 'dead', 1, '2026-11-23 01:00:00', 'tries'),
       ('5', 'staff:W001', 'digest', '说', '', '', false, '', 'desk', 'sent', 0, '2026-11-23 01:00:00', ''),
       ('6', 'staff:W001', 'digest', '说', '', '', false, '', 'desk', 'sent', 0, '2026-11-23 01:00:00', '')"""


async def test_letters_of_the_first_version_are_kept(at_first: str) -> None:
    await asyncio.to_thread(migrate, at_first)
    ledger = SqlLedger(at_first)
    letters = await ledger.read(lambda lists: lists.letters(0))
    assert [(one.key, one.rank, one.to_show, one.to_send, one.state) for one in letters] == [
        ("1", 1, True, False, "waiting"),
        ("2", 0, True, False, "sending"),
        ("3", 0, False, False, "sent"),
        ("4", 2, False, False, "dead"),
        ("5", 3, False, False, "sent"),
    ]
    assert [one.key for one in await ledger.write(lambda page: page.to_show(NOW, 9))] == ["2", "1"]
    await ledger.write(lambda page: page.post(a_letter("7"), NOW, str))
    assert (await ledger.read(lambda lists: lists.letters(5)))[
        0
    ].seq == 7  # the sixth is gone: its number is not given again
    await ledger.close()


OLDER_CASES = (
    """INSERT INTO cases (no, topic, state, priority, customer, first_handler, helpers, stage, opened_at, begun_at,
    urges, seq, version, body) VALUES
    ('DL1', 'complaint', 'open', 'normal', 'w1', 'W001', '[]', '', '2026-11-23 01:00:00', '2026-11-23 01:00:00', 0, 0,
        1, '{"slots":{"address":"东街1号"}}'),
    ('DL2', 'complaint', 'open', 'normal', 'w1', 'W001', '[]', '', '2026-11-23 01:00:00', '2026-11-23 01:00:00', 0, 0,
        1, '{"hidden_from":[],"slots":{"address":"东街"}}'),
    ('DL3', 'complaint', 'open', 'normal', 'w1', 'W001', '[]', '', '2026-11-23 01:00:00', '2026-11-23 01:00:00', 0, 0,
        1, '{"named":["A1"],"hidden_from":["A1","B2"],"slots":{"address":"东街"}}')""",
    "INSERT INTO customers (key, name, phone, accounts, channel) VALUES ('w1', '名', '', '', 'web')",
)
HIDDEN_CASES = [("DL1", ""), ("DL2", ""), ("DL3", " A1 B2 ")]


async def test_hidden_cases_of_before_are_known_to_the_lists(file: Path, history: Path) -> None:
    url = f"sqlite:///{file}"
    keep_steps(history, "0001", "0002")
    migrate(url, history)
    connection = sqlite3.connect(file)
    for statement in OLDER_CASES:
        connection.execute(statement)
    connection.commit()
    connection.close()
    copy = await asyncio.to_thread(migrate, url)
    assert copy == file.with_name("hall.db-before-0003.bak")
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT no, hidden FROM cases ORDER BY no").fetchall() == HIDDEN_CASES
    assert connection.execute("SELECT key, name, forgotten_at FROM customers").fetchall() == [("w1", "名", None)]
    connection.close()
    ledger = SqlLedger(url)
    assert (await ledger.read(lambda lists: lists.case("DL3"))).hidden_from == ("A1", "B2")
    for asker, seen in (("A1", 2), ("B2", 2), ("A", 3), ("", 3)):
        found = await ledger.read(lambda lists, asker=asker: lists.cases(CaseQuery(asker=asker)))  # type: ignore[misc]
        assert (found.total, len(found.items)) == (seen, seen)
    await ledger.close()


NEW_IN_0004: dict[str, dict[str, Any]] = {
    "outbox": {"held_until": None, "incident": "", "figures": ""},
    "threads": {"wake_at": None},
    "cases": {"incident": "", "told": 0},
    "alerts": {"incident": ""},
}
"""Columns that the fourth version added, with what stands there in a row of before."""


def test_a_full_database_of_the_third_version_loses_nothing(file: Path, history: Path) -> None:
    url = f"sqlite:///{file}"
    keep_steps(history, "0001", "0002", "0003")
    migrate(url, history)
    engine = create_engine(url)
    with engine.begin() as connection:
        fill(connection, NEW_IN_0004)
    with engine.begin() as connection:
        last = connection.execute(select(func.max(alerts.c.id))).scalar_one()
        connection.execute(delete(alerts).where(alerts.c.id == last))
        before = held(connection)
    assert migrate(url) == file.with_name("hall.db-before-0004.bak")
    with engine.begin() as connection:
        assert held(connection) == {
            name: [row | NEW_IN_0004.get(name, {}) for row in rows] for name, rows in before.items()
        } | {"incidents": [], "care": []}
        new = a_row(alerts, 1) | {"rung": "new"}
        number = connection.execute(insert(alerts).values({**new, "id": None}).returning(alerts.c.id)).scalar()
        assert number == last + 1  # the one that is gone is not given again
    engine.dispose()


def test_a_step_that_fails_leaves_everything_as_it_was(file_url: str, file: Path, history: Path) -> None:
    before = shapes(str(file))
    add_step(history, "9001", NEWEST, 'op.add_column("cases", sa.Column("more", sa.Text()))')
    add_step(history, "9002", "9001", 'op.execute("INSERT INTO nowhere VALUES (1)")')
    with pytest.raises(LedgerFault, match="SQLITE_ERROR"):
        migrate(file_url, history)
    assert shapes(str(file)) == before
    assert revision_of(file) == NEWEST


def test_a_step_that_breaks_a_foreign_key_is_undone(file_url: str, file: Path, history: Path) -> None:
    broken = """op.execute("INSERT INTO alerts (case_no, rung, why, text, to_, at, acked_by, incident)"
               " VALUES ('none', '', '', '', '', '', '', '')")"""
    add_step(history, "9001", NEWEST, broken)
    with pytest.raises(LedgerFault, match="foreign_key_check"):
        migrate(file_url, history)
    assert revision_of(file) == NEWEST


def test_a_database_of_a_later_version_is_refused(file_url: str, file: Path, history: Path) -> None:
    add_step(history, "9001", NEWEST, 'op.add_column("cases", sa.Column("more", sa.Text()))')
    migrate(file_url, history)
    with pytest.raises(NewerLedger):
        migrate(file_url)
    assert revision_of(file) == "9001"


async def test_several_at_once_upgrade_once(file: Path) -> None:
    url = f"sqlite:///{file}"
    assert await asyncio.gather(*(asyncio.to_thread(migrate, url) for _ in range(4))) == [None] * 4
    ledger = SqlLedger(url)
    await ledger.write(lambda page: page.remember("k", "v"))
    await ledger.close()


def test_what_stands_in_the_way_is_busy(tmp_path: Path) -> None:
    (tmp_path / "hall.db").mkdir()
    with pytest.raises(LedgerBusy):
        migrate(f"sqlite:///{tmp_path}/hall.db")
    (tmp_path / "file").touch()
    with pytest.raises(LedgerBusy):
        migrate(f"sqlite:///{tmp_path}/file/hall.db")


def test_without_room_for_the_copy_nothing_is_upgraded(file_url: str, file: Path, history: Path) -> None:
    add_step(history, "9001", NEWEST, 'op.add_column("cases", sa.Column("more", sa.Text()))')
    file.with_name("hall.db-before-9001.bak").mkdir()
    with pytest.raises(LedgerBusy):
        migrate(file_url, history)
    assert revision_of(file) == NEWEST
