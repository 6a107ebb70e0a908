from dataclasses import replace
from pathlib import Path

import pytest

from intents import train
from intents.check import check, examine
from intents.match import Matcher, load
from intents.reader import read_handbook
from intents.text import words
from intents.topic import Handbook


@pytest.fixture
def small(folder: Path) -> tuple[Handbook, Matcher]:
    handbook = read_handbook(folder)
    model = train.teach(train.lesson(handbook), words(handbook.words, folder).cut)
    train.write(model, folder / "model.npz")
    return handbook, load(folder / "model.npz")


def with_check(handbook: Handbook, line: str) -> Handbook:
    lamp = replace(handbook.topics["lamp"], checks=(line,))
    return replace(handbook, topics={**handbook.topics, "lamp": lamp})


def test_what_is_understood_is_no_fault(folder: Path, small: tuple[Handbook, Matcher]) -> None:
    handbook, matcher = small
    assert [
        fault for fault in check(with_check(handbook, "楼下的路灯都坏了"), matcher, folder) if "topics" in fault.file
    ] == []


def test_a_line_taken_for_another_matter_is_named_with_file_and_line(
    folder: Path, small: tuple[Handbook, Matcher]
) -> None:
    handbook, matcher = small
    told = [str(fault) for fault in check(with_check(handbook, "查上个月的账单"), matcher, folder)]
    assert any("「查上个月的账单」被听成了「账单（bill）」" in line for line in told)
    path = folder / "topics" / "lamp.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("晚上回家那条路黑漆漆的", "帮我点个晚饭外卖吧"), encoding="utf-8"
    )
    told = [str(fault) for fault in check(read_handbook(folder), matcher, folder)]
    assert any(line.startswith("topics/lamp.toml 第 17 行：「帮我点个晚饭外卖吧」没听懂，最接近的是") for line in told)


def test_a_training_line_that_gives_a_check_away_is_named_with_file_and_line(
    folder: Path, small: tuple[Handbook, Matcher]
) -> None:
    handbook, matcher = small
    told = [str(fault) for fault in check(with_check(handbook, "巷子里面一盏灯都没有呀"), matcher, folder)]
    assert any(
        line.startswith("topics/lamp.toml 第 14 行：「巷子里一盏灯都没有」和「路灯报修」的考题") and "太像" in line
        for line in told
    )
    for check_line, start in (
        ("今天下雨吗？", "negatives.txt 第 1 行：「今天下雨吗」和"),
        ("灯杆漏电呀", "danger.txt 第 1 行：「灯杆漏电」和"),
        ("一度电几块呀", "uncovered.txt 第 1 行：「一度电几块」和"),
    ):
        told = [str(fault) for fault in check(with_check(handbook, check_line), matcher, folder)]
        assert any(line.startswith(start) for line in told), told


def test_one_sentence_with_other_figures_is_refused(folder: Path, small: tuple[Handbook, Matcher]) -> None:
    handbook, matcher = small
    lines = tuple(f"{at} 号灯杆不亮" for at in range(11, 16))
    lamp = replace(handbook.topics["lamp"], examples=(*handbook.topics["lamp"].examples, *lines))
    told = [str(fault) for fault in check(replace(handbook, topics={"lamp": lamp}), matcher, folder)]
    assert any(
        "8 句里有 5 句是同一个句式（「11 号灯杆不亮」「12 号灯杆不亮」「13 号灯杆不亮」等）" in line for line in told
    )
    assert not any("同一个句式" in str(fault) for fault in check(handbook, matcher, folder))


def test_places_of_the_hall_are_no_other_sentence(folder: Path, small: tuple[Handbook, Matcher]) -> None:
    handbook, matcher = small
    lamp = replace(handbook.topics["lamp"], examples=("望橹新村灯不亮", "听荷苑灯不亮"))
    handbook = replace(handbook, topics={"lamp": lamp})
    names = ("望橹新村", "听荷苑")
    assert any("同一个句式" in str(one) for one in examine(handbook, matcher, folder, places=names).faults)
    assert not any("同一个句式" in str(one) for one in examine(handbook, matcher, folder).faults)


def test_a_few_checks_misheard_are_a_reminder_most_of_them_a_fault(small: tuple[Handbook, Matcher]) -> None:
    handbook, matcher = small
    lamp = handbook.topics["lamp"]
    good, bad = ("路灯全都坏啦", "门口路灯灭了", "灯泡路灯都不亮"), "查上个月的账单用了多少钱"

    def tried(*checks: str) -> tuple[list[str], list[str]]:
        found = examine(replace(handbook, topics={**handbook.topics, "lamp": replace(lamp, checks=checks)}), matcher)
        return [one.message for one in found.faults], [one.message for one in found.reminders]

    faults, reminders = tried(*good, bad)
    assert not any("被听成了" in line for line in faults)
    assert [line for line in reminders if "被听成了「账单（bill）」" in line]
    faults, reminders = tried(good[0], bad)
    assert [line for line in faults if "被听成了「账单（bill）」" in line]
    assert reminders == []


def test_a_danger_that_is_missed_is_a_fault(folder: Path, small: tuple[Handbook, Matcher]) -> None:
    handbook, matcher = small
    handbook = replace(handbook, dangers=(("今天吃什么好呢", True), ("灯杆漏电了", False)))
    told = [str(fault) for fault in check(handbook, matcher, folder)]
    assert any("「今天吃什么好呢」没有当成险情" in line for line in told)
    assert any("「灯杆漏电了」被当成了险情" in line for line in told)


def test_a_folder_without_files_gives_no_line(tmp_path: Path, small: tuple[Handbook, Matcher]) -> None:
    handbook, matcher = small
    faults = check(with_check(handbook, "查上个月的账单"), matcher, tmp_path / "nowhere")
    assert faults[0].line == 0


def test_what_nobody_is_to_hear_is_found_in_answers_and_phrases(folder: Path, small: tuple[Handbook, Matcher]) -> None:
    handbook, matcher = small
    bill = replace(handbook.topics["bill"], answer="这事 不归我管。")
    handbook = replace(
        handbook,
        topics={**handbook.topics, "bill": bill},
        phrases={**handbook.phrases, "hello": "不归、我管"},
        forbidden=("不归我管",),
    )
    told = [str(fault) for fault in check(handbook, matcher, folder)]
    assert "topics/bill.toml：「answer」里有服务忌语「不归我管」，请换个说法" in told
    assert "phrases.toml：「hello」里有服务忌语「不归我管」，请换个说法" in told
