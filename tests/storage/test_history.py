from pathlib import Path

from sqlalchemy import inspect

from storage import history
from storage.connect import writing
from storage.migrate import migrate
from storage.survey import Condition, survey
from storage.tables import metadata
from tests import postgres


def test_the_history_knows_its_own_revisions_only() -> None:
    assert history.knows(history.newest())
    assert history.knows("0001")
    assert not history.knows("")
    assert not history.knows("9999")
    assert not history.knows("head")


def test_an_empty_database_is_brought_to_any_revision_step_by_step(database: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hall.db" if database == "sqlite" else postgres.fresh_database(migrated=False)
    engine = writing(url, 1)
    with engine.connect() as connection, connection.begin():
        history.upgrade(connection, "0001")
        assert "reach" not in inspect(connection).get_table_names()
    assert survey(url).condition is Condition.OLDER
    with engine.connect() as connection, connection.begin():
        history.upgrade(connection, history.newest())
        assert set(metadata.tables) < set(inspect(connection).get_table_names())
    engine.dispose()
    assert survey(url).condition is Condition.CURRENT
    assert migrate(url) is None
    if database != "sqlite":
        postgres.drop(url)
