from pathlib import Path

import pytest
from sqlalchemy import text

from storage import history
from storage.connect import LedgerFault, UnknownDatabase, migrating
from storage.survey import Condition, shown, survey
from storage.tables import metadata
from tests.storage.full import ROWS, fill


def test_a_database_that_is_not_there_stays_away(tmp_path: Path) -> None:
    found = survey(f"sqlite:///{tmp_path}/none.db")
    assert (found.condition, found.newest) == (Condition.ABSENT, history.newest())
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty.db").touch()
    assert survey(f"sqlite:///{tmp_path}/empty.db").condition is Condition.ABSENT


def test_what_is_there_is_counted_and_nothing_is_changed(url: str) -> None:
    engine = migrating(url, 1)
    with engine.connect() as connection, connection.begin():
        fill(connection)
    engine.dispose()
    found = survey(url)
    assert found.condition is Condition.CURRENT
    assert found.rows == dict.fromkeys(metadata.tables, ROWS)
    assert found.size > 0
    assert found.server
    assert survey(url, count=False).rows == {}


@pytest.mark.parametrize(("mark", "condition"), [("0001", Condition.OLDER), ("9999", Condition.NEWER)])
def test_older_and_newer_are_told_apart(url: str, mark: str, condition: Condition) -> None:
    engine = migrating(url, 1)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = :mark"), {"mark": mark})
    engine.dispose()
    assert survey(url).condition is condition


def test_what_cannot_be_read_is_told_without_words(tmp_path: Path) -> None:
    (tmp_path / "torn.db").write_bytes(b"no database at all, whatever it is called")
    with pytest.raises(LedgerFault):
        survey(f"sqlite:///{tmp_path}/torn.db")
    with pytest.raises(UnknownDatabase):
        survey("mysql://user:secret@host/x")


def test_an_address_is_shown_without_user_password_and_options() -> None:
    assert shown("postgresql+psycopg://hall:secret@db:5433/hall?password=x&sslmode=on") == (
        "postgresql+psycopg://db:5433/hall"
    )
    assert shown("sqlite:////srv/hall.db") == "sqlite:////srv/hall.db"
    assert shown("no address: secret") == "?"
