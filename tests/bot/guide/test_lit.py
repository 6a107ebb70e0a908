import pytest

from bot.guide import lit


@pytest.mark.parametrize(
    "text",
    [
        "来电了",
        "有电了",
        "来了来了谢谢",
        "嗯，来电了，辛苦你们",
        "我家亮了！",
        "都好了 谢谢师傅",
        "終於來電了👍",
        "恢复正常了，感谢",
    ],
)
def test_the_light_is_back_in_many_words(text: str) -> None:
    assert lit.lit(text)
    assert not lit.dark(text)


@pytest.mark.parametrize(
    "text",
    [
        "还是黑的，没来电",
        "没有电",
        "我家还没亮",
        "邻居都有，就我家没来电",
        "怎么还没来电啊",
        "还黑着",
        "依然没有恢复",
        "還是沒電",
        "别家都亮了，我家还没来",
    ],
)
def test_it_is_dark_still_in_many_words(text: str) -> None:
    assert lit.dark(text)
    assert not lit.lit(text)


@pytest.mark.parametrize(
    "text",
    [
        "好的",
        "谢谢",
        "来电了吗？",
        "来电了没有",
        "师傅来了",
        "师傅还没来人",
        "刚才没电，现在来了",
        "为什么会没电",
        "电费没交",
        "水里有电",
        "电线上有电，麻手",
        "我没电话",
        "嗯" * 200,
        "谢谢" * 200 + "？",
    ],
)
def test_what_answers_it_neither_way(text: str) -> None:
    assert not lit.lit(text)
    assert not lit.dark(text)
