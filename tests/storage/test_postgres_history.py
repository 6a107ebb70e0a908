"""The history on a server: as declared, all or nothing, and a database that is not there yet."""

import asyncio
import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, make_url
from sqlalchemy import text as sql

from storage.connect import LedgerFault, migrating
from storage.ledger import SqlLedger
from storage.migrate import HISTORY, NewerLedger, migrate
from storage.tables import metadata
from tests import postgres
from tests.storage.full import fill, held
from tests.storage.given import opened
from tests.storage.test_migrate import (
    HIDDEN_CASES,
    NEW_IN_0004,
    NEWEST,
    OLDER_CASES,
    add_step,
    history,  # noqa: F401 - a fixture
    keep_steps,
)


def asked(url: str, question: str) -> list[tuple[object, ...]]:
    """Rows of a look into the database."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sql(question))]
    engine.dispose()
    return found


def missing(name: str) -> str:
    return postgres.server().url(name)


SHAPES = """
SELECT 'column', table_name || '.' || column_name, data_type || ' ' || coalesce(collation_name, '') || ' '
       || is_nullable || ' ' || coalesce(column_default, '')
       FROM information_schema.columns WHERE table_schema = current_schema()
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
          WHERE connamespace = current_schema()::regnamespace
UNION ALL SELECT 'sequence', sequencename, data_type::text FROM pg_sequences WHERE schemaname = current_schema()
"""


def test_the_history_makes_the_tables_as_they_are_declared(postgres_url: str, empty_url: str) -> None:
    engine = migrating(postgres_url, 1)
    with engine.connect() as connection, connection.begin():
        context = MigrationContext.configure(connection, opts={"compare_type": False})  # types: below, with their order
        assert compare_metadata(context, metadata) == []
    declared = migrating(empty_url, 1)
    with declared.begin() as connection:
        metadata.create_all(connection)
    made = {row for row in asked(postgres_url, SHAPES) if "alembic_version" not in str(row)}
    assert made ^ set(asked(empty_url, SHAPES)) == set()


def test_a_second_time_does_nothing(empty_url: str) -> None:
    assert migrate(empty_url) is None
    before = asked(empty_url, SHAPES)
    assert migrate(empty_url) is None
    assert asked(empty_url, SHAPES) == before


async def test_several_at_once_upgrade_once(empty_url: str) -> None:
    assert await asyncio.gather(*(asyncio.to_thread(migrate, empty_url) for _ in range(4))) == [None] * 4
    ledger = SqlLedger(empty_url)
    await ledger.write(lambda page: page.record(opened(), str))
    await ledger.close()


def test_a_step_that_fails_leaves_everything_as_it_was(postgres_url: str, history: Path) -> None:  # noqa: F811 - the fixture
    before = asked(postgres_url, SHAPES)
    add_step(history, "9001", NEWEST, 'op.add_column("cases", sa.Column("more", sa.Text()))')
    add_step(history, "9002", "9001", 'op.execute("INSERT INTO nowhere VALUES (1)")')
    with pytest.raises(LedgerFault, match="UndefinedTable"):
        migrate(postgres_url, history)
    assert asked(postgres_url, SHAPES) == before


def test_a_database_of_a_later_version_is_refused(postgres_url: str, history: Path) -> None:  # noqa: F811 - the fixture
    add_step(history, "9001", NEWEST, 'op.add_column("cases", sa.Column("more", sa.Text()))')
    migrate(postgres_url, history)
    with pytest.raises(NewerLedger):
        migrate(postgres_url)
    assert asked(postgres_url, "SELECT version_num FROM alembic_version") == [("9001",)]


def test_tables_already_full_become_long_and_partial(empty_url: str, history: Path) -> None:  # noqa: F811 - the fixture
    keep_steps(history, "0001")
    migrate(empty_url, history)
    rows = """
        INSERT INTO outbox (key, to_, kind, text, case_no, buttons, urgent, speaker, channels, state, tries, at, why)
        VALUES ('1', 'customer:w1', 'status', '说', '', '', false, '', 'web', 'waiting', 0, now(), '') RETURNING seq"""
    engine = migrating(empty_url, 1)
    with engine.begin() as connection:
        assert connection.execute(sql(rows)).scalar() == 1
    assert migrate(empty_url, HISTORY) is None
    found = asked(empty_url, "SELECT seq, rank, to_show, to_send FROM outbox")
    assert found == [(1, 2, True, False)]


def test_hidden_cases_of_before_are_known_to_the_lists(empty_url: str, history: Path) -> None:  # noqa: F811 - the fixture
    keep_steps(history, "0001", "0002")
    migrate(empty_url, history)
    engine = migrating(empty_url, 1)
    with engine.begin() as connection:
        for statement in OLDER_CASES:
            connection.execute(sql(statement))
    assert migrate(empty_url, HISTORY) is None
    assert asked(empty_url, "SELECT no, hidden FROM cases ORDER BY no") == HIDDEN_CASES
    assert asked(empty_url, "SELECT key, name, forgotten_at FROM customers") == [("w1", "名", None)]


def test_a_full_database_of_the_third_version_loses_nothing(empty_url: str, history: Path) -> None:  # noqa: F811 - the fixture
    keep_steps(history, "0001", "0002", "0003")
    migrate(empty_url, history)
    engine = migrating(empty_url, 1)
    with engine.begin() as connection:
        fill(connection, NEW_IN_0004)
    with engine.begin() as connection:
        before = held(connection)
    assert migrate(empty_url, HISTORY) is None
    with engine.begin() as connection:
        assert held(connection) == {
            name: [row | NEW_IN_0004.get(name, {}) for row in rows] for name, rows in before.items()
        } | {"incidents": [], "care": []}


def test_a_missing_database_is_made_also_that_of_a_drill() -> None:
    for name in ("hall of ours", "hall of ours_drill"):
        url = missing(name.replace(" ", "%20"))
        assert migrate(url) is None
        assert asked(url, "SHOW server_encoding") == [("UTF8",)]
        with postgres.server().connect() as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_who_may_not_make_it_is_told_so() -> None:
    with postgres.server().connect() as admin:
        admin.execute("DROP ROLE IF EXISTS clerk")
        admin.execute("CREATE ROLE clerk LOGIN")
    with pytest.raises(LedgerFault, match="InsufficientPrivilege") as refused:
        migrate(missing("nowhere").replace("hall@", "clerk@"))
    assert refused.value.__context__ is None


def test_a_database_that_cannot_hold_chinese_is_refused() -> None:
    with postgres.server().connect() as admin:
        admin.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    with pytest.raises(LedgerFault, match="server_encoding"):
        migrate(missing("latin"))
    assert asked(missing("latin"), "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []
    postgres.drop(missing("latin"))


def test_every_partial_index_is_partial(postgres_url: str) -> None:
    found = asked(postgres_url, "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%WHERE%'")
    assert {str(name) for (name,) in found} == {
        str(index.name)
        for table in metadata.sorted_tables
        for index in table.indexes
        if index.dialect_options["postgresql"]["where"] is not None
    }
    assert all(re.match(r"ix_\w+$", str(name)) for (name,) in found)
