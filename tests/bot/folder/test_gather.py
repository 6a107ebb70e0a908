from decimal import Decimal
from typing import Any

from bot.folder.gather import Gathered, gather, gather_object, line_at
from bot.folder.source import File


def of(**files: str | bytes) -> Gathered:
    named = {name.replace("__", ".").replace("_of_", "/"): body for name, body in files.items()}
    return gather([File(name, body if isinstance(body, bytes) else body.encode()) for name, body in named.items()])


def told(gathered: Gathered) -> list[tuple[str, int | None, str]]:
    return [(fault.file, fault.line, fault.message) for fault in gathered.faults]


def test_the_table_counts_not_the_file() -> None:
    gathered = of(anything__toml='[[staff]]\nno = "1"\n[hall]\nname = "x"\n', other__toml='team = [{ key = "a" }]\n')
    assert [(row.table, row.file, line_at(row, ())) for row in gathered.rows] == [
        ("staff", "anything.toml", 1),
        ("hall", "anything.toml", 3),
        ("team", "other.toml", 1),
    ]
    assert line_at(gathered.rows[0], ("no",)) == 2


def test_csv_jsonl_and_json_with_the_mark_of_an_editor() -> None:
    gathered = of(
        accounts__csv="\ufeffno,holder\n1,甲\n",
        bill__jsonl='{"account": "1", "kwh": 1.50, "due": null}\n',
        hall__json='\ufeff{"hall": {"name": "x"}, "note": null}',
        roster__csv="staff,days\nA;B,daily\n",
        calendar__csv="days\ndaily\n",
    )
    assert gathered.faults == ()
    assert [(row.table, dict(row.values)) for row in gathered.rows] == [
        ("account", {"no": "1", "holder": "甲"}),
        ("bill", {"account": "1", "kwh": Decimal("1.50")}),
        ("hall", {"name": "x"}),
        ("shift", {"staff": "A;B", "days": "daily"}),
        ("hours", {"days": "daily"}),
    ]


def test_topics_of_the_halls_own_by_file_list_or_table() -> None:
    files = [File("handbook/topics/lantern.toml", b'name = "a"\n'), File("t.toml", b'[topic.fair]\nname = "b"\n')]
    rows = gather(files).rows
    assert [(row.values["code"], row.values["name"]) for row in rows] == [("lantern", "a"), ("fair", "b")]
    assert line_at(rows[0], ("name",)) == 1
    assert gather_object({"topic": [{"code": "x"}]}).rows[0].values == {"code": "x"}


def test_unknown_tables_stray_keys_and_wrong_shapes_are_told() -> None:
    gathered = of(
        a__toml="port = 1\n[staf]\nx = 1\n[team]\nkey = 1\n[[hall]]\nname = 1\n",
        acounts__csv="no\n1\n",
        zzz__jsonl="{}\n",
    )
    assert told(gathered) == [
        ("a.toml", 1, "没有“port”这个键；程序自己的设置写在 [settings] 里"),
        ("a.toml", 2, "没有“staf”这个表，是不是“staff”？"),
        ("a.toml", 4, "班组有许多行，要写成 [[team]]"),
        ("a.toml", 6, "营业厅要写成 [hall] 一张表"),
        ("acounts.csv", None, "没有“acounts”这个表，是不是“accounts”？"),
        ("zzz.jsonl", None, "没有“zzz”这个表"),
    ]
    assert gathered.lost == {"staff", "team", "hall", "account"}


def test_a_text_that_is_no_utf8_is_told_by_line() -> None:
    gathered = of(accounts__csv=b"no\n" + "户".encode("gbk"), x__toml="# 厅".encode("gbk"))
    assert [(file, line) for file, line, _ in told(gathered)] == [("accounts.csv", 2), ("x.toml", 1)]
    assert "UTF-8" in gathered.faults[0].message
    assert "account" in of(accounts__csv=b"\xff").lost
    assert len(of(accounts__csv=b"\xff").lost) == 1


def test_the_version_is_of_every_text() -> None:
    one, two = of(a__toml="# 1"), of(a__toml="# 2")
    assert one.version != two.version
    assert one.version == of(a__toml="# 1").version
    assert gather_object({"hall": {"a": 1}}).version != gather_object({"hall": {"a": 2}}).version


def test_what_is_sent_must_be_an_object_of_tables() -> None:
    assert "写成一个对象" in gather_object([1]).faults[0].message
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert "套得太深" in gather_object({"hall": deep}).faults[0].message
