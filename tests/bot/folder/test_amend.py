import shutil
from pathlib import Path

import pytest

from bot.folder.amend import add_staff
from bot.folder.faults import FolderFaults
from bot.folder.reader import read_folder, rows
from bot.folder.tables import StaffRow
from bot.settings import DEMO


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DEMO, tmp_path / "hall", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "hall"


def test_a_person_is_added_and_those_there_stay(folder: Path) -> None:
    before = len(rows(read_folder(folder), StaffRow))
    add_staff(folder, "A999", '林"知"微', "work")
    people = rows(read_folder(folder), StaffRow)
    assert len(people) == before + 1
    assert (people[-1].no, people[-1].name) == ("A999", '林"知"微')


def test_what_would_make_the_folder_faulty_changes_nothing(folder: Path) -> None:
    before = (folder / "staff.toml").read_text(encoding="utf-8")
    for no, post in (("A101", "work"), ("A998", "boss")):
        with pytest.raises(FolderFaults):
            add_staff(folder, no, "某人", post)
        assert (folder / "staff.toml").read_text(encoding="utf-8") == before


def test_a_hall_without_a_file_of_people_gets_one(tmp_path: Path) -> None:
    hall = '[hall]\nname = "厅"\naddress = "路"\nphone = "0"\nregion = "省"\n'
    (tmp_path / "hall.toml").write_text(hall, encoding="utf-8")
    with pytest.raises(FolderFaults):
        add_staff(tmp_path, "B1", "某人", "boss")
    assert not (tmp_path / "staff.toml").exists()
    add_staff(tmp_path, "B1", "某人", "duty")
    assert [one.no for one in rows(read_folder(tmp_path), StaffRow)] == ["B1"]
