from dataclasses import replace

from bot.hall.records import TableVersion
from storage.page import SqlPage
from tests.storage.given import NOW, later


def a_version(table: str, rows: str, before: str = "[]", minutes: int = 0) -> TableVersion:
    return TableVersion(table, rows, before, "W001", later(minutes), "改电话")


def test_versions_of_a_table_are_counted_and_all_kept(page: SqlPage) -> None:
    assert (page.lists().versions("staff"), page.lists().newest_versions()) == ((), ())
    first, second = a_version("staff", "[1]"), a_version("staff", "[2]", "[1]", 5)
    assert page.keep_version(first) == 1
    assert page.keep_version(a_version("areas", "[9]")) == 1
    assert page.keep_version(second) == 2
    kept = (replace(first, version=1), replace(second, version=2))
    assert page.lists().versions("staff") == kept
    assert page.lists().newest_versions() == (replace(a_version("areas", "[9]"), version=1), kept[1])
    assert kept[0].at == NOW
