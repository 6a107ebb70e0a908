import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.hall.pages import LedgerBusy
from storage.connect import UnknownDatabase, file_of, migrating, reading, writing


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("sqlite:///data/hall.db", Path("data/hall.db")),
        ("sqlite:////data/hall.db", Path("/data/hall.db")),
        ("sqlite+aiosqlite:////data/hall.db", Path("/data/hall.db")),
        ("sqlite:///file:/data/hall.db?mode=ro&uri=true", Path("/data/hall.db")),
    ],
)
def test_where_the_database_lies(url: str, file: Path | None) -> None:
    assert file_of(url) == file


@pytest.mark.parametrize("url", ["postgresql+psycopg://hall:geheim@db/hall", "geheim", ""])
def test_what_is_no_sqlite_is_refused_without_saying_its_address(url: str) -> None:
    with pytest.raises(UnknownDatabase) as refused:
        file_of(url)
    assert refused.value.args == ()


def pragma(engine_url: str, name: str, opened: object) -> object:
    engine = opened(engine_url, 1)  # type: ignore[operator]
    with engine.connect() as connection:
        found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
    engine.dispose()
    return found


def test_the_writer_loses_nothing_and_keeps_its_keys(url: str) -> None:
    assert pragma(url, "journal_mode", writing) == "wal"
    assert pragma(url, "synchronous", writing) == 2
    assert pragma(url, "foreign_keys", writing) == 1
    assert pragma(url, "busy_timeout", writing) == 1000
    assert pragma(url, "foreign_keys", migrating) == 0
    assert pragma(url, "query_only", reading) == 1


def test_a_foreign_key_is_kept(url: str) -> None:
    engine = writing(url, 1)
    broken = "INSERT INTO alerts (case_no, rung, why, text, to_, at, acked_by) VALUES ('none','','','','','','')"
    with engine.connect() as connection, pytest.raises(Exception, match="FOREIGN KEY"), connection.begin():
        connection.execute(text(broken))
    engine.dispose()


def test_a_writer_holds_the_file_from_its_first_moment(url: str, file: Path) -> None:
    engine = writing(url, 1)
    other = sqlite3.connect(file, timeout=0, isolation_level=None)
    with engine.connect() as connection, connection.begin():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM cases").fetchone() == (0,)
    other.close()
    engine.dispose()
    assert issubclass(LedgerBusy, Exception)
