"""What a folder says as one JSON object: read back, it is the same hall."""

import json
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel

from bot.folder import reader
from bot.folder.written import plain
from bot.settings import DEMO

SINGLE = ("hall", "rules", "drill", "phrases")
TABLES = """
hall = { name = "厅", address = "一路1号", phone = "0", region = "省" }
phrases = { "error.busy" = "忙" }
staff = [{ no = "B1", name = "甲", post = "work", cap = 3 }]
leave = [{ staff = "B1", from = 2026-12-01, to = 2026-12-02, kind = "病假" }]
outage = [{ no = "P1", kind = "planned", line = "甲线", begin_at = 2026-12-10T08:00:00 }]
topic = [{ code = "x", as_of = 2026-11-23 }]
"""
CSV = (
    'no,holder,address,people,balance,since,life_support\n0012,甲,一路,3,86.40,2019-05-06,"{""device"": ""呼吸机""}"\n'
)


def read_back(tables: reader.FolderTables) -> reader.FolderTables:
    whole = {name: rows[0] if name in SINGLE else list(rows) for name, rows in tables.written.items()}
    return reader.read_tables(json.loads(json.dumps(whole)))


def by_table(tables: reader.FolderTables) -> list[BaseModel]:
    return [one.model for one in sorted(tables.entries, key=lambda entry: entry.row.table)]


def test_the_demo_hall_read_back_is_the_same_hall() -> None:
    tables = reader.read_folder(DEMO)
    again = read_back(tables)
    assert again.written == tables.written
    assert by_table(again) == by_table(tables)


def test_every_kind_of_cell_as_json_has_it(tmp_path: Path) -> None:
    (tmp_path / "hall.toml").write_text(TABLES, encoding="utf-8")
    (tmp_path / "accounts.csv").write_text(CSV, encoding="utf-8")
    written = reader.read_folder(tmp_path).written
    assert written["staff"] == ({"no": "B1", "name": "甲", "post": "work", "cap": 3},)
    assert written["leave"] == ({"staff": "B1", "from": "2026-12-01", "to": "2026-12-02", "kind": "病假"},)
    assert written["outage"][0]["begin_at"] == "2026-12-10T08:00:00+08:00"  # in the hall's zone
    assert written["topic"] == ({"code": "x", "as_of": "2026-11-23"},)
    assert written["phrases"] == ({"error.busy": "忙"},)
    assert written["account"] == (
        {
            "no": "0012",  # a number by name stays a text
            "holder": "甲",
            "address": "一路",
            "people": 3,
            "balance": 86.4,
            "since": "2019-05-06",
            "life_support": {"device": "呼吸机"},
        },
    )
    assert "settings" not in written


def test_values_of_toml_become_values_of_json() -> None:
    given = {"a": Decimal("2.50"), "b": Decimal(3), "c": time(8, 30), "d": date(2026, 1, 2), "e": [Decimal("0.1")]}
    assert plain(given) == {"a": 2.5, "b": 3, "c": "08:30", "d": "2026-01-02", "e": [0.1]}
    assert plain(datetime.fromisoformat("2026-01-02T03:04:05+08:00")) == "2026-01-02T03:04:05+08:00"
    assert plain(None) is None


def test_tables_changed_by_hand_take_the_place_of_the_files_and_the_marks_stay_the_files_own(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(TABLES, encoding="utf-8")
    before = reader.read_folder(tmp_path)
    asked = []

    def over(marks: object) -> dict[str, list[dict[str, object]]]:
        asked.append(marks)
        return {
            "staff": [{"no": "B1", "name": "乙", "post": "work"}, {"no": "B2", "name": "丙", "post": "duty"}],
            "leave": [],
        }

    after = reader.read_folder(tmp_path, over=over)
    assert asked == [before.marks]
    assert after.marks == before.marks
    assert [row["name"] for row in after.written["staff"]] == ["乙", "丙"]
    assert "leave" not in after.written
    assert after.written["outage"] == before.written["outage"]
    assert after.version != before.version
    file.write_text(TABLES.replace("cap = 3", "cap = 4"), encoding="utf-8")
    marks = reader.read_folder(tmp_path).marks
    assert {name for name in marks if marks[name] != before.marks[name]} == {"staff"}


def test_a_table_changed_by_hand_is_faulted_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "hall.toml").write_text(TABLES, encoding="utf-8")
    try:
        reader.read_folder(tmp_path, over=lambda _: {"staff": [{"no": "B9", "name": "乙"}]})
    except reader.FolderFaults as faults:
        found = [(fault.file, fault.message) for fault in faults.faults]
    assert ("hall/staff", "人员（staff）B9：post 没写，这一项必须有") in found
    assert any("人员里没有“B1”" in message for _, message in found)
