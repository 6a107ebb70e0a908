import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from intents import match, train
from intents.reader import read_handbook
from intents.text import words
from intents.topic import Handbook

ROOT = Path(__file__).parents[2]


def test_what_is_learned_from(folder: Path) -> None:
    taught = train.lesson(read_handbook(folder))
    assert taught.kinds == {"lamp": "case", "bill": "account"}
    assert ("lamp", "路灯不亮了") in taught.lines
    assert ("tariff", "一度电几块") in taught.lines
    assert ("out_of_scope", "今天下雨吗") in taught.lines
    assert taught.dangers == (("灯杆漏电", True), ("灯杆上的广告", False))


def test_only_other_sentences_ask_for_another_model(folder: Path) -> None:
    handbook = read_handbook(folder)
    same = replace(handbook, phrases={}, version="other")
    other = replace(handbook, negatives=("别的话",))
    assert train.model_path(handbook, folder) == train.model_path(same, folder)
    assert train.model_path(handbook, folder) != train.model_path(other, folder)
    assert train.model_path(handbook, folder) != train.model_path(handbook, folder, meaning=True)


@pytest.mark.slow
def test_a_child_teaches_once_and_tells_its_progress_in_chinese(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    handbook = read_handbook(folder)
    path = train.ensure(handbook, tmp_path / "cache")
    assert "正在学习手册：2 项业务" in capfd.readouterr().err
    written = path.read_bytes()
    assert train.ensure(handbook, tmp_path / "cache") == path
    assert path.read_bytes() == written
    assert capfd.readouterr().err == ""
    with np.load(path, allow_pickle=False) as arrays:
        assert {"text_weights", "sound_weights"} <= set(arrays.files)
        assert "mean" not in arrays.files
    matcher = match.load(path)
    heard = match.understand(matcher, "路灯不亮了", today=handbook.topics["lamp"].as_of)
    assert heard.intent == "lamp"


@pytest.mark.slow
def test_by_hand_from_a_folder(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "intents.train"]
    done = subprocess.run([*command, str(folder), str(tmp_path / "a.npz")], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
    assert match.load(tmp_path / "a.npz").codes
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert asked.returncode == 2
    assert "用法" in asked.stderr


@pytest.mark.slow
def test_a_failed_child_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    handbook = replace(read_handbook(folder), topics={}, negatives=(), dangers=())
    with pytest.raises(train.TrainingFailed):
        train.ensure(handbook, tmp_path)
    assert list(tmp_path.glob("*.npz")) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "thin",
    [
        lambda handbook: replace(handbook, negatives=(), uncovered=(), dangers=()),
        lambda handbook: replace(handbook, topics={"lamp": handbook.topics["lamp"]}),
        lambda handbook: replace(handbook, topics={"lamp": handbook.topics["lamp"]}, negatives=()),
    ],
    ids=["no strangers", "one topic", "nothing else"],
)
def test_a_thin_handbook_can_be_learned_too(folder: Path, thin: Callable[[Handbook], Handbook]) -> None:
    model = train.teach(train.lesson(thin(read_handbook(folder))), words((), folder).cut)
    train.write(model, folder / "thin.npz")
    matcher = match.load(folder / "thin.npz")
    heard = match.understand(matcher, "门口路灯坏了", today=read_handbook(folder).topics["lamp"].as_of)
    assert heard.candidates[0] == "lamp"


def test_old_models_go(folder: Path, tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"model-{number}.npz").touch()
    path = train.ensure(read_handbook(folder), tmp_path)
    assert path.exists()
    assert len(list(tmp_path.glob("model-*.npz"))) == 6


def test_the_ones_that_are_used_stay(folder: Path, tmp_path: Path) -> None:
    used = train.ensure(read_handbook(folder), tmp_path)
    for number in range(9):
        (tmp_path / f"model-{number}.npz").touch()
        os.utime(tmp_path / f"model-{number}.npz", (number, number))
    os.utime(used, (0, 0))  # the oldest of all, until it is asked for
    assert train.ensure(read_handbook(folder), tmp_path) == used
    other = replace(read_handbook(folder), negatives=("今晚吃什么",))
    train.ensure(other, tmp_path)
    assert used.exists()
