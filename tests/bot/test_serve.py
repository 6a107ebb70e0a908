"""Opening the door of a hall whose database is not there yet."""

from pathlib import Path

import pytest

from bot import serve
from bot.hall.pages import LedgerBusy
from storage.ledger import AlreadyServed
from tests import postgres


def test_a_drill_on_a_server_makes_its_database_before_it_is_served() -> None:
    url = postgres.fresh_database(migrated=False)
    parts = url.split("?")
    drill = f"{parts[0]}_drill?{parts[1]}"
    with serve.taken(drill), pytest.raises(AlreadyServed):
        serve.taken(drill)


def test_a_server_that_is_not_there_is_said_to_be_busy(tmp_path: Path) -> None:
    with pytest.raises(LedgerBusy):
        serve.taken(f"postgresql://hall@/hall?host={tmp_path}")
