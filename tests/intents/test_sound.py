import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents import sound
from intents.text import normalise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("听电了", "停电了"),
        ("guohu", "过户"),
        ("guo hu", "过户"),
        ("yu'e chaxun", "余额查询"),
        ("冲电桩", "充电桩"),
        ("垫费", "电费"),
        ("shoudao le", "收到了"),
        ("小区亭电", "小区停电"),
        ("光符并网", "光伏并网"),
        ("lvse", "绿色"),
        ("lüse", "绿色"),
    ],
)
def test_what_sounds_alike_is_alike(one: str, other: str) -> None:
    assert list(sound.syllables(normalise(one))) == list(sound.syllables(normalise(other)))


@pytest.mark.parametrize(("one", "other"), [("停电", "停车"), ("过户", "户主"), ("电费", "电表")])
def test_what_sounds_otherwise_is_not(one: str, other: str) -> None:
    assert list(sound.syllables(one)) != list(sound.syllables(other))


@pytest.mark.parametrize(
    ("spelt", "flat"), [("zhuang", "zuan"), ("shang", "san"), ("cheng", "cen"), ("ding", "din"), ("zhong", "zong")]
)
def test_what_many_do_not_tell_apart(spelt: str, flat: str) -> None:
    assert sound.folded(spelt) == flat


def test_what_has_no_sound_stays() -> None:
    assert list(sound.syllables("95598 app，wifi")) == ["95598", "app", "，", "wifi"]


def test_runs_of_two_and_three() -> None:
    assert sound.sounded("停电") == ["音^ tin", "音tin dian", "音dian $", "音^ tin dian", "音tin dian $"]
    assert sound.sounded("") == ["音^ $"]


@pytest.mark.parametrize("text", ["guohu yao dai shenme", "dianfeiduoshao", "tingdian le, shenme shihou lai?"])
def test_whole_pinyin(text: str) -> None:
    assert sound.is_pinyin(normalise(text))


@pytest.mark.parametrize("text", ["", "hao", "hello there", "app", "guohu要带什么", "95598", "x" * 300, "wifi"])
def test_no_pinyin(text: str) -> None:
    assert not sound.is_pinyin(normalise(text))


@given(st.text(max_size=80) | st.text(alphabet="停电zhuanglen'g üv，9 ", max_size=80))
def test_any_text_has_a_sound(text: str) -> None:
    clean = normalise(text)
    spoken = list(sound.syllables(clean))
    assert all(spoken)
    assert len(spoken) <= len(clean)
    assert sound.is_pinyin(clean) in (True, False)
