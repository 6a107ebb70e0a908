from bot.folder.faults import Fault, FolderFaults, closest, meant, ordered, said


def test_faults_come_by_file_and_line_each_once() -> None:
    late, early, whole = Fault("b.toml", 9, "乙"), Fault("b.toml", 2, "甲"), Fault("a.toml", None, "丙")
    assert ordered([late, early, whole, late]) == (whole, early, late)
    assert FolderFaults([late, early]).faults == (early, late)


def test_a_fault_is_said_with_file_and_line() -> None:
    assert said(Fault("staff.toml", 3, "用了中文引号")) == "staff.toml 第 3 行：用了中文引号"
    assert said(Fault("hall.toml", None, "没有")) == "hall.toml：没有"


def test_what_was_probably_meant_is_offered() -> None:
    assert meant("adress", ["address", "name"]) == "，是不是“address”？"
    assert meant("zzz", ["address", "name"]) == ""
    assert closest("adress", []) is None
