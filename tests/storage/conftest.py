"""A migrated ledger, and one page of a ledger, on each database."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.connect import writing
from storage.ledger import SqlLedger
from storage.migrate import migrate
from storage.page import SqlPage
from tests import postgres


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hall.db"


@pytest.fixture
def file_url(file: Path) -> str:
    """Only SQLite: for what only a file has."""
    address = f"sqlite:///{file}"
    migrate(address)
    return address


@pytest.fixture
async def ledger(url: str) -> AsyncIterator[SqlLedger]:
    opened = SqlLedger(url, patience=0.2)
    yield opened
    await opened.close()


@pytest.fixture
async def file_ledger(file_url: str) -> AsyncIterator[SqlLedger]:
    opened = SqlLedger(file_url, patience=0.2)
    yield opened
    await opened.close()


@pytest.fixture
def empty_url() -> Iterator[str]:
    url = postgres.fresh_database(migrated=False)
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def shared_url() -> str:
    """For pages that are never kept."""
    return postgres.fresh_database()


@pytest.fixture
def page(database: str, request: pytest.FixtureRequest) -> Iterator[SqlPage]:
    """One page that is undone afterwards."""
    engine = writing("sqlite://" if database == "sqlite" else request.getfixturevalue("shared_url"), 1)
    with engine.connect() as connection:
        undone = connection.begin()
        yield SqlPage(connection)
        undone.rollback()
    engine.dispose()
