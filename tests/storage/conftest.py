"""A migrated ledger on a file, and one page of a ledger in memory."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.connect import writing
from storage.ledger import SqlLedger
from storage.migrate import migrate
from storage.page import SqlPage


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hall.db"


@pytest.fixture
def url(file: Path) -> str:
    address = f"sqlite:///{file}"
    migrate(address)
    return address


@pytest.fixture
async def ledger(url: str) -> AsyncIterator[SqlLedger]:
    opened = SqlLedger(url, patience=0.2)
    yield opened
    await opened.close()


@pytest.fixture
def page() -> Iterator[SqlPage]:
    engine = writing("sqlite://", 1)
    with engine.connect() as connection, connection.begin():
        yield SqlPage(connection)
    engine.dispose()
