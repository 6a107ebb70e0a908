from bot.folder.gather import Row
from bot.folder.rows import Entry, about, of
from bot.folder.tables import DrillRow, TeamRow

ROW = Row("team", {"key": "a"}, "staff.toml", 2, None, ("team", 1), {("team", 1): 5, ("team", 1, "key"): 6})


def test_rows_of_one_table_keep_their_origin() -> None:
    team = TeamRow(key="a", name="x")
    entries = [Entry(DrillRow(), ROW), Entry(team, ROW)]
    assert of(entries, TeamRow) == [(team, ROW)]


def test_a_fault_of_a_cell_points_at_it() -> None:
    assert (about(ROW, "key", "不对").line, about(ROW, "name", "不对").line) == (6, 5)
    assert about(ROW, "key", "不对", warning=True).warning
    assert about(ROW, "key", "不对").message == "班组（team）a：不对"
