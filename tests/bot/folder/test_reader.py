import contextlib
import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.folder.catalogue import TABLES
from bot.folder.faults import FolderFaults
from bot.folder.figures import CaseRow
from bot.folder.reader import FolderTables, read_folder, read_tables, read_zip, rows
from bot.folder.supply import AccountRow, BillRow, PlaceRow
from bot.folder.tables import LeaveRow, ShiftRow, StaffRow

Tables = dict[str, Any]
Write = Callable[[Mapping[str, str | bytes]], Path]
MINIMAL = '[hall]\nname = "甲"\naddress = "乙"\nphone = "1"\nregion = "丙"\n'


def faults_of(folder: Path) -> list[tuple[str, int | None, str]]:
    with pytest.raises(FolderFaults) as raised:
        read_folder(folder)
    return [(fault.file, fault.line, fault.message) for fault in raised.value.faults]


def content(read: FolderTables) -> list[BaseModel]:
    """The rows of all tables, table by table."""
    return [entry.model for entry in sorted(read.entries, key=lambda one: (one.row.table, one.row.number))]


def test_every_table_is_read_from_one_file(write: Write, hall_text: str) -> None:
    read = read_folder(write({"hall.toml": hall_text}))
    assert {entry.row.table for entry in read.entries} == {name for name, table in TABLES.items() if table.row}
    assert read.info.bot == "小桥"
    assert read.settings == {"port": 8090}
    assert read.phrases == {"greeting.first": "您好，{hall}为您服务。"}
    assert read.topics == {"lantern": {"name": "灯会用电"}}
    assert read.drill.speed == 60
    assert read.notes == ()


def test_a_folder_a_json_object_and_a_zip_say_the_same(write: Write, hall_text: str, tables: Tables) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("我的厅/hall.toml", hall_text)
    one = read_folder(write({"hall.toml": hall_text}))
    assert content(one) == content(read_zip(body.getvalue())) == content(read_tables(tables))


def test_one_file_a_table_says_the_same_as_one_file(write: Write, hall_text: str, tables: Tables) -> None:
    whole = content(read_folder(write({"hall.toml": hall_text})))
    files = {f"{name}.json": json.dumps({name: value}) for name, value in tables.items()}
    (write({}) / "hall.toml").unlink()
    assert content(read_folder(write(files))) == whole


def _cell(value: object) -> str:
    if isinstance(value, list) and not any(isinstance(one, dict) for one in value):
        return ";".join(map(str, value))
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def test_tables_of_many_rows_may_be_csv_or_jsonl(write: Write, tables: Tables) -> None:
    whole = content(read_tables(tables))
    files = {"hall.json": json.dumps({name: one for name, one in tables.items() if not isinstance(one, list)})}
    sheets = [name for name, one in tables.items() if isinstance(one, list)]
    for name in sheets:
        heads = sorted({key for row in tables[name] for key in row})
        sheet = io.StringIO()
        writer = csv.DictWriter(sheet, heads)
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in tables[name])
        files[f"{name}.csv"] = "\ufeff" + sheet.getvalue()
    assert content(read_folder(write(files))) == whole
    for name in sheets:
        (write({}) / f"{name}.csv").unlink()
        files.pop(f"{name}.csv")
        files[f"{name}.jsonl"] = "\n".join(json.dumps(row) for row in tables[name])
    assert content(read_folder(write(files))) == whole


def test_what_the_rows_hold(write: Write, hall_text: str) -> None:
    read = read_folder(write({"hall.toml": hall_text}))
    assert rows(read, StaffRow)[0].skills == ("rename", "hazard")
    assert rows(read, ShiftRow)[1].hours[0].till is not None
    assert rows(read, LeaveRow)[0].stand_in == "L1"
    assert rows(read, PlaceRow)[0].zone == "rural"
    assert str(rows(read, AccountRow)[0].balance) == "12.30"
    assert rows(read, BillRow)[0].paid_at == datetime.fromisoformat("2026-11-18T09:30:00+08:00")
    case = rows(read, CaseRow)[0]
    assert case.rating == "4"
    assert json.loads(case.slots["visit"])["words"] == "下午"


def test_moments_without_zone_are_in_the_halls(tables: Tables) -> None:
    tables["hall"]["zone"] = "Asia/Tokyo"
    assert rows(read_tables(tables), BillRow)[0].paid_at == datetime.fromisoformat("2026-11-18T08:30:00+08:00")


def test_the_least_hall_there_can_be(write: Write) -> None:
    read = read_folder(write({"hall.toml": MINIMAL}))
    assert (read.info.bot, read.info.zone, read.info.hotline) == ("小首", "Asia/Shanghai", "95598")
    assert read.drill.now is None


def test_every_fault_is_told_with_file_and_line(write: Write) -> None:
    folder = write(
        {
            "hall.toml": '[hall]\nname = "甲"\nadress = "乙"\nphone = 5\nregion = ""\n\n[rules]\nquiet = "21:30"\n',
            "staff.toml": '[[staff]]\nno = "1"\nname = "x"\npost = "works"\n\n'
            '[[staff]]\nno = "1"\nname = "y"\npost = ""\n',
            "roster.toml": '[[shift]]\nstaff = ["2"]\ndays = "daily"\nhours = "08:00-12:00"\n',
            "places.toml": '[[place]]\nname = “甲村”\ntown = "乙"\n',
            "accounts.csv": "no,holder,address\n9900000001,甲\n",
        }
    )
    assert [(file, line) for file, line, _ in faults_of(folder)] == [
        ("accounts.csv", 2),
        ("hall.toml", 1),
        ("hall.toml", 3),
        ("hall.toml", 4),
        ("hall.toml", 5),
        ("hall.toml", 8),
        ("places.toml", 2),
        ("staff.toml", 4),
        ("staff.toml", 6),
    ]


def test_without_a_hall_there_is_none(write: Write) -> None:
    assert "没有 [hall] 这张表" in faults_of(write({"staff.toml": ""}))[0][2]


@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if table.many and table.keys])
def test_two_rows_of_one_key(tables: Tables, table: str) -> None:
    tables[table].append(dict(tables[table][0]))
    with pytest.raises(FolderFaults) as raised:
        read_tables(tables)
    assert any("重复了" in fault.message for fault in raised.value.faults)


def test_two_rows_of_one_key_name_both_places(write: Write, hall_text: str) -> None:
    folder = write(
        {"a.toml": hall_text, "b.toml": '[[place]]\nname = "水磨新居"\ntown = "灯芯桥镇"\n[hall]\nname = "x"\n'}
    )
    told = [words for file, line, words in faults_of(folder) if file == "b.toml" and line in (1, 4)]
    assert "地名（place）水磨新居 灯芯桥镇：和 a.toml 第 80 行重复了，只能留一个" in told
    assert any("营业厅（hall）：和 a.toml" in words for words in told)


def test_two_places_of_one_name_differ_by_town(tables: Tables) -> None:
    tables["place"].append({"name": "水磨新居", "town": "别镇"})
    assert len(rows(read_tables(tables), PlaceRow)) == 2


def test_phrases_are_texts_once_and_known(write: Write) -> None:
    folder = write(
        {
            "hall.toml": MINIMAL,
            "phrases.toml": '[phrases]\nask.phone = "电话？"\n"ask.date" = "哪天？"\nthanks = 5\n',
            "more.toml": '[phrases]\n"ask.date" = "几号？"\n',
        }
    )
    assert faults_of(folder) == [
        ("phrases.toml", 3, "话术（phrases）：“ask.date”写了两遍"),
        ("phrases.toml", 4, "话术（phrases）：“thanks”要写成文字，两头加英文引号"),
    ]
    with pytest.raises(FolderFaults) as raised:
        read_folder(write({"more.toml": "", "phrases.toml": '[phrases]\nask.fone = "电话？"\n'}), (), {"ask.phone"})
    assert "是不是“ask.phone”" in raised.value.faults[0].message
    assert read_folder(write({"phrases.toml": '[phrases]\nask.phone = "电话？"\n'}), (), {"ask.phone"}).phrases == {
        "ask.phone": "电话？"
    }


def test_the_handbooks_own_codes_count(tables: Tables) -> None:
    tables["staff"][0]["skills"] = ["from_handbook"]
    assert rows(read_tables(tables, {"from_handbook", tables["case"][0]["topic"]}), StaffRow)[0].skills == (
        "from_handbook",
    )
    with pytest.raises(FolderFaults):
        read_tables(tables)


def test_a_topic_needs_a_code(tables: Tables) -> None:
    tables["topic"] = [{"name": "x"}, {"code": "好"}]
    with pytest.raises(FolderFaults) as raised:
        read_tables(tables)
    assert len(raised.value.faults) == 2


def test_no_customers_words_in_a_fault(tables: Tables) -> None:
    tables["account"][0] |= {"kind": "秘密甲", "holder": 5, "phone": "秘密乙", "address": ""}
    tables["customer"][0] |= {"accounts": [{"no": "8800009999", "proof": "秘密丙"}]}
    tables["bill"][0] |= {"amount": "秘密丁"}
    with pytest.raises(FolderFaults) as raised:
        read_tables(tables)
    said = "".join(fault.message for fault in raised.value.faults)
    assert len(raised.value.faults) == 7
    assert "秘密" not in said
    assert "8800009999" not in said


FILES = st.sampled_from(
    ["hall.toml", "x.toml", "staff.csv", "accounts.csv", "hall.json", "bill.jsonl", "handbook/topics/x.toml"]
)
SCRAPS = st.sampled_from(
    [
        MINIMAL,
        "[[staff]]\n",
        'no = "1"\n',
        "post = 1\n",
        "[rules]\n",
        "a,b\n",
        "1;2,3\n",
        '{"staff": [1]}\n',
        "{}\n",
        "“",
        "，",
        '"',
    ]
)
BODIES = st.one_of(
    st.binary(max_size=80),
    st.text(max_size=80).map(str.encode),
    st.lists(SCRAPS, max_size=8).map(lambda s: "".join(s).encode()),
)


@given(st.dictionaries(FILES, BODIES, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_files_there_are_only_faults_are_raised(tmp_path: Path, files: dict[str, bytes]) -> None:
    for name in ("hall.toml", "x.toml", "staff.csv", "accounts.csv", "hall.json", "bill.jsonl"):
        (tmp_path / name).unlink(missing_ok=True)
    for name, body in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(body)
    try:
        read_folder(tmp_path)
        told = []
    except FolderFaults as faulty:
        told = [fault.message for fault in faulty.faults]
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in words) for words in told)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(["1", "daily", "2026-12-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)
CELLS = st.sampled_from(sorted({key for table in TABLES.values() if table.row for key in table.row.model_fields}))
TABLE = st.sampled_from([*TABLES, "unknown"])


@given(
    st.one_of(
        JSON, st.dictionaries(TABLE, st.lists(st.dictionaries(CELLS, JSON, max_size=6), max_size=3) | JSON, max_size=4)
    )
)
def test_whatever_is_sent_only_faults_are_raised(tables: object) -> None:
    with contextlib.suppress(FolderFaults):
        read_tables(tables)


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_one_strange_cell_in_a_good_hall_is_read_or_told(data: st.DataObject, tables: Tables) -> None:
    table = data.draw(st.sampled_from([name for name, value in tables.items() if isinstance(value, list)]))
    key = data.draw(st.sampled_from(sorted(tables[table][0])))
    strange = {**tables, table: [{**tables[table][0], key: data.draw(JSON)}, *tables[table][1:]]}
    with contextlib.suppress(FolderFaults):
        read_tables(strange)
