import pytest

from intents.landmarks import landmark, placed, talks


@pytest.mark.parametrize(
    "words",
    [
        "好溪路",
        "和平路12号",
        "下概头村",
        "3幢",
        "3-2-502",
        "大猷街口面馆隔壁",
        "老供销社对面",
        "水井边上",
        "上岭头",
        "灵山寺脚下",
    ],
)
def test_signs_of_a_place(words: str) -> None:
    assert placed(words)


@pytest.mark.parametrize(
    "words", ["家里", "小区", "全村", "马路", "隔壁", "对面楼", "电梯里", "两户人家", "爷爷", "孩子发烧"]
)
def test_no_sign_of_a_place(words: str) -> None:
    assert not placed(words)


def test_a_known_name_is_one() -> None:
    assert not placed("水东")
    assert placed("水东", ("水东",))


@pytest.mark.parametrize("words", ["快来", "还没好", "老人一个", "等着"])
def test_talk(words: str) -> None:
    assert talks(words)


@pytest.mark.parametrize("words", ["快递驿站", "停车场", "热电厂", "派出所", "急救站", "来龙村"])
def test_names_that_sound_like_talk(words: str) -> None:
    assert not talks(words)


def test_a_landmark_out_of_a_sentence() -> None:
    assert landmark("我们等在老粮站对面呢") == "老粮站对面"
    assert landmark("我们等着呢") == ""
