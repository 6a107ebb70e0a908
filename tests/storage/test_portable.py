"""What one database holds goes into any other: checked on the types themselves, and at a size no memory would take."""

import tracemalloc
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    insert,
    select,
    text,
)

from storage.archive import FORMAT, Manifest, Packing, opened
from storage.portable import Misfit, last_numbers, looking, ours, row_for, rows, run_on
from tests.storage.given import NOW


def a_table(*columns: Column[Any]) -> Table:
    return Table("t", MetaData(), Column("id", Integer, primary_key=True), *columns)


def test_moments_are_utc_on_the_way_whatever_the_column_keeps() -> None:
    table = a_table(Column("n", DateTime()), Column("a", DateTime(timezone=True)))
    found = row_for(table, {"id": 1, "n": NOW.isoformat(), "a": NOW.isoformat()})
    assert found["n"] == NOW.astimezone(UTC).replace(tzinfo=None)
    assert found["a"] == NOW
    assert row_for(table, {"id": 1, "n": None, "a": None}) == {"id": 1, "n": None, "a": None}


def test_bytes_and_moments_come_out_of_a_database_as_they_went_in() -> None:
    table = a_table(Column("b", LargeBinary), Column("m", DateTime()), Column("w", Text))
    engine = create_engine("sqlite://")
    moment = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=8)))
    row = {"id": 1, "b": b"\x00\xff", "m": moment.astimezone(UTC).replace(tzinfo=None), "w": None}
    with engine.connect() as connection:
        table.metadata.create_all(connection)
        connection.execute(insert(table), [row])
        told = list(rows(connection, table))
        assert told == [{"id": 1, "b": "AP8=", "m": "2026-01-01T19:04:05.000006+00:00", "w": None}]
        assert row_for(table, told[0]) == row
    engine.dispose()


def test_a_nul_stays_where_it_may_and_is_a_question_mark_where_it_may_not() -> None:
    table = a_table(Column("w", Text))
    assert row_for(table, {"id": 1, "w": "a\0b"})["w"] == "a\0b"
    assert row_for(table, {"id": 1, "w": "a\0b"}, on_server=True)["w"] == "a?b"


@pytest.mark.parametrize(
    "row", [{}, {"id": 1}, {"id": 1, "m": "never"}, {"id": 1, "m": 5}, {"id": 1, "m": None, "x": 1}]
)
def test_a_row_that_does_not_fit_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(Misfit):
        row_for(a_table(Column("m", DateTime())), row)


def test_numbers_run_on_after_all_there_ever_were(url: str) -> None:
    with looking(url) as connection:
        tables = [table for table in ours(connection, newest=True) if table.name == "inbox"]
    engine = create_engine(url)
    add = "INSERT INTO inbox (channel, ext_id, customer, body, heard_at) VALUES ('web', :n, 'w1', '', '2026-11-23')"
    with engine.connect() as connection, connection.begin():
        run_on(connection, tables, {"inbox": 41})
        connection.execute(text(add), {"n": "1"})
        assert connection.execute(select(tables[0].c.id)).scalars().all() == [42]
        run_on(connection, tables, {"inbox": 7, "unknown": 3})
        connection.execute(text(add), {"n": "2"})
        assert last_numbers(connection, tables) == {"inbox": 43}
    engine.dispose()


def test_many_rows_are_never_held_at_once(tmp_path: Path) -> None:
    """Twenty-four megabytes of rows pass through a few megabytes of memory, both ways."""
    table = a_table(Column("w", Text))
    engine = create_engine(f"sqlite:///{tmp_path}/many.db")
    count, words = 20_000, "停电" * 200
    with engine.connect() as connection:
        table.metadata.create_all(connection)
        for start in range(0, count, 1_000):
            connection.execute(insert(table), [{"id": n + 1, "w": words} for n in range(start, start + 1_000)])
        connection.commit()
        tracemalloc.start()
        with (tmp_path / "a.zip").open("wb") as file, Packing(file) as packing:
            packing.table("t", rows(connection, table))
            packing.finish(Manifest(FORMAT, "0001", "", "", "", "", packing.parts))
        with opened(tmp_path / "a.zip") as archive:
            assert sum(1 for row in archive.rows("t") if row["w"] == words) == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    engine.dispose()
    assert most < 8_000_000
