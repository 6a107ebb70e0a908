from dataclasses import replace
from pathlib import Path

import pytest

from intents import train
from intents.check import check
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


def test_a_check_that_repeats_a_training_line_proves_nothing(folder: Path, small: tuple[Handbook, Matcher]) -> None:
    handbook, matcher = small
    handbook = with_check(handbook, "巷子里面一盏灯都没有呀")
    told = [str(fault) for fault in check(handbook, matcher, folder)]
    assert any("太像，考不出什么" in line and "「巷子里一盏灯都没有」" in line for line in told)


def test_a_danger_that_is_missed_is_a_fault(folder: Path, small: tuple[Handbook, Matcher]) -> None:
    handbook, matcher = small
    handbook = replace(handbook, dangers=(("今天吃什么好呢", True), ("表箱冒烟了", False)))
    told = [str(fault) for fault in check(handbook, matcher, folder)]
    assert any("「今天吃什么好呢」没有当成险情" in line for line in told)
    assert any("「表箱冒烟了」被当成了险情" in line for line in told)


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
