import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from bot.web.sheet import cell, csv_text


@given(st.text(max_size=50))
def test_no_cell_is_run(text: str) -> None:
    kept = cell(text)
    assert not kept.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert kept.endswith(text)


def test_values() -> None:
    assert [cell(value) for value in (None, True, 3, 2.5, ["a"], "x")] == ["", "1", "3", "2.5", '["a"]', "x"]
    assert cell(-5) == "-5"
    assert cell("=cmd|' /C calc'!A0") == "'=cmd|' /C calc'!A0"


def test_rows_become_a_table() -> None:
    rows: list[dict[str, object]] = [
        {"no": "DL1", "first_handler": {"no": "A1", "name": "王"}, "to": ["a", "b"]},
        {"no": "DL2", "extra": None},
    ]
    found = list(csv.DictReader(io.StringIO(csv_text(rows))))
    assert found[0] == {"no": "DL1", "first_handler.no": "A1", "first_handler.name": "王", "to": "a;b", "extra": ""}
    assert found[1]["no"] == "DL2"


def test_an_empty_list() -> None:
    assert csv_text([]).strip() == ""
