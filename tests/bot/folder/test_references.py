from collections.abc import Callable
from typing import Any

import pytest

from bot.folder.faults import FolderFaults
from bot.folder.reader import read_tables

Tables = dict[str, Any]
Told = Callable[[Tables], list[str]]


@pytest.mark.parametrize(
    ("table", "key", "value", "words"),
    [
        ("team", "leader", "W9", "人员里没有“W9”"),
        ("staff", "team", "dask", "班组里没有“dask”，是不是“desk”？"),
        ("staff", "skills", ["rename", "renaem"], "业务里没有“renaem”，是不是“rename”？"),
        ("shift", "staff", ["W1", "W7"], "人员里没有“W7”"),
        ("leave", "staff", "X", "人员里没有“X”"),
        ("leave", "stand_in", "X", "人员里没有“X”"),
        ("bill", "account", "8800000002", "户号里没有“…0002”"),
        ("customer", "accounts", [{"no": "8800000002"}], "户号里没有“…0002”"),
        ("outage", "accounts", ["8800000002"], "户号里没有“…0002”"),
        ("outage", "handler", "X", "人员里没有“X”"),
        ("outage", "area", ["水磨新居1幢", "远处村"], "地名里没有“远处村”"),
        ("promise", "topics", ["nothing_such"], "业务里没有“nothing_such”"),
        ("quota", "team", "x", "班组里没有“x”"),
        ("finance", "team", "x", "班组里没有“x”"),
        ("case", "customer", "x", "客户里没有“x”"),
        ("case", "topic", "x", "业务里没有“x”"),
        ("case", "first_handler", "x", "人员里没有“x”"),
        ("case", "incident", "G-9", "停电信息里没有“G-9”"),
        ("case", "history", [{"at": "2026-11-02T09:10:00", "by": "x"}], "人员里没有“x”"),
    ],
)
def test_a_name_that_stands_nowhere(
    tables: Tables, told: Told, table: str, key: str, value: object, words: str
) -> None:
    tables[table][0][key] = value
    assert any(words in message for message in told(tables))


def test_names_that_stand_somewhere(tables: Tables, told: Told) -> None:
    tables["staff"][0]["skills"] = ["lantern", "owner_transfer", "human_agent"]
    tables["outage"][0]["area"] = ["灯芯桥镇全镇", "水磨小区3幢"]
    tables["case"][0]["history"] = [
        {"at": "2026-11-02T09:10:00", "by": by} for by in ("customer", "guide", "clock", "")
    ]
    assert told(tables) == []


def test_a_name_in_a_row_with_other_faults_still_stands(tables: Tables, told: Told) -> None:
    tables["staff"][0]["post"] = "worker"
    assert [message for message in told(tables) if "人员里没有" in message] == []


def test_what_could_not_be_read_is_not_searched(tables: Tables, told: Told) -> None:
    tables["team"] = {"key": "desk"}
    tables["quota"][0]["team"] = "x"
    assert told(tables) == ["班组有许多行，要写成 [[team]]"]


def test_accounts_teams_and_places_left_out_altogether_are_no_fault(tables: Tables, told: Told) -> None:
    for table in ("account", "place"):
        del tables[table]
    assert told(tables) == []


def test_a_case_brought_along_needs_a_page_of_the_handbook(tables: Tables) -> None:
    tables["case"][0]["topic"] = "owner_transfer"
    assert read_tables(tables, {"owner_transfer"}).entries
    with pytest.raises(FolderFaults, match="业务手册里还没有“owner_transfer”这一页"):
        read_tables(tables, {"rename"})
