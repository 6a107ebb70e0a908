import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.desk.case import Outcome
from bot.hall.memory import Erasing
from bot.hall.pages import LedgerBusy
from storage.connect import (
    UnknownDatabase,
    address_of,
    file_of,
    in_memory,
    migrating,
    on_server,
    reading,
    settle,
    writing,
)
from storage.ledger import SqlLedger
from tests.storage.given import NOW, SECRET, a_case, opened


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("sqlite:///data/hall.db", Path("data/hall.db")),
        ("sqlite:////data/hall.db", Path("/data/hall.db")),
        ("sqlite+aiosqlite:////data/hall.db", Path("/data/hall.db")),
        ("sqlite:///file:/data/hall.db?mode=ro&uri=true", Path("/data/hall.db")),
        ("postgresql://hall@db/hall", None),
    ],
)
def test_where_the_database_lies(url: str, file: Path | None) -> None:
    assert file_of(url) == file
    assert in_memory(url) == (url in ("sqlite://", "sqlite:///:memory:"))


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_every_way_to_write_a_servers_address(scheme: str) -> None:
    url = f"{scheme}://hall:geheim@db.example:5433/hall"
    assert on_server(url)
    assert address_of(url).database == "hall"
    assert not on_server("sqlite://")


@pytest.mark.parametrize("url", ["mysql://hall:geheim@db/hall", "postgresql://hall:geheim@db:port/hall", "geheim", ""])
def test_what_is_no_database_of_ours_is_refused_without_saying_its_address(url: str) -> None:
    with pytest.raises(UnknownDatabase) as refused:
        file_of(url)
    assert refused.value.args == ()


def pragma(engine_url: str, name: str, opened: object) -> object:
    engine = opened(engine_url, 1)  # type: ignore[operator]
    with engine.connect() as connection:
        found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
    engine.dispose()
    return found


def test_the_writer_loses_nothing_and_keeps_its_keys(file_url: str) -> None:
    assert pragma(file_url, "journal_mode", writing) == "wal"
    assert pragma(file_url, "synchronous", writing) == 2
    assert pragma(file_url, "foreign_keys", writing) == 1
    assert pragma(file_url, "busy_timeout", writing) == 1000
    assert pragma(file_url, "foreign_keys", migrating) == 0
    assert pragma(file_url, "query_only", reading) == 1


def test_a_foreign_key_is_kept(file_url: str) -> None:
    engine = writing(file_url, 1)
    broken = (
        "INSERT INTO alerts (case_no, rung, why, text, to_, at, acked_by, incident)"
        " VALUES ('none','','','','','','','')"
    )
    with engine.connect() as connection, pytest.raises(Exception, match="FOREIGN KEY"), connection.begin():
        connection.execute(text(broken))
    engine.dispose()


def test_a_writer_holds_the_file_from_its_first_moment(file_url: str, file: Path) -> None:
    engine = writing(file_url, 1)
    other = sqlite3.connect(file, timeout=0, isolation_level=None)
    with engine.connect() as connection, connection.begin():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM cases").fetchone() == (0,)
    other.close()
    engine.dispose()
    assert issubclass(LedgerBusy, Exception)


async def test_what_was_blanked_is_in_no_file_while_the_hall_goes_on(file_ledger: SqlLedger, file: Path) -> None:
    def held() -> list[str]:
        return [one.name for one in file.parent.iterdir() if one.is_file() and SECRET.encode() in one.read_bytes()]

    await file_ledger.write(lambda page: page.record(opened(words=(SECRET,) * 40, slots={"name": SECRET}), str))
    await file_ledger.write(lambda page: page.remember("k", SECRET * 2000))
    assert held() == ["hall.db-wal"]
    await file_ledger.write(lambda page: page.remember("k", ""))
    await file_ledger.write(lambda page: page.erase(Erasing("w1", ("DL20261123-0001",), NOW)))
    bare = a_case(version=1, seq=40)
    await file_ledger.write(lambda page: page.record(Outcome(bare, ()), str))
    assert held() == ["hall.db-wal"]
    await asyncio.to_thread(settle, f"sqlite:///{file}", 1)
    assert held() == []
    assert await file_ledger.read(lambda lists: lists.broken_chain()) is None


def test_where_there_is_no_file_nothing_is_settled(tmp_path: Path) -> None:
    settle("sqlite://", 1)
    settle("postgresql://nobody@nowhere/x", 1)
    settle(f"sqlite:///{tmp_path}", 0.1)  # a folder
    assert list(tmp_path.iterdir()) == []
