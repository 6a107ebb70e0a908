"""What a hall works from: its folder, what was changed over it, a matcher that is learned only where there is news."""

import pytest

from bot import editions
from bot.folder.catalogue import TABLES as CATALOGUE
from bot.hall.cabinet import NoSuchTable, TableFaults
from bot.settings import DEMO
from intents.school import School
from tests.kit import CACHE, edition


def test_an_edition_holds_every_table_of_its_folder_as_written() -> None:
    found = edition()
    assert [row["no"] for row in found.tables["staff"]] == list(found.data.books.roster.staff)
    assert set(found.marks) >= {"hall", "staff", "shift"}
    assert "settings" not in found.tables


def test_what_teaches_nothing_new_keeps_the_matcher() -> None:
    before = edition()
    again = editions.open_edition(DEMO, School(CACHE), before=before)
    assert again.matcher is before.matcher
    assert again.tables == before.tables


def test_tables_laid_over_a_folder_count() -> None:
    before = edition()
    over = {"quota": [{"month": "2026-12", "team": "qingshi", "amount": 7}]}
    found = editions.open_edition(DEMO, School(CACHE), lambda marks: over if marks else {}, before)
    assert [quota.amount for quota in found.data.quotas] == [7]
    assert found.marks == before.marks


def test_faults_are_told_by_table_and_row_without_a_place() -> None:
    before = edition()
    changed = {**before.tables, "team": (*before.tables["team"], {"key": "x"})}
    with pytest.raises(TableFaults) as faulty:
        editions.tried(changed, "team", School(CACHE), before)
    assert faulty.value.faults == ("班组（team）x：name 没写，这一项必须有",)


def test_the_cabinet_has_every_table_but_the_program_s_settings() -> None:
    cabinet = editions.make_cabinet(edition, lambda _: None, School(CACHE))
    assert set(cabinet.kinds) == set(CATALOGUE) - {"settings"}
    assert cabinet.kind("finance").keys == ("month", "team")
    with pytest.raises(NoSuchTable):
        cabinet.kind("settings")
