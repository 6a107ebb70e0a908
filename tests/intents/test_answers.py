import pytest

from intents.answers import SAME, plausible


@pytest.mark.parametrize(
    "text", ["电话还是原来那个", "跟上次一样", "还是原来的地址", "没变", "和之前的一样", "地址不变"]
)
def test_what_says_nothing_new(text: str) -> None:
    assert SAME.search(text)


@pytest.mark.parametrize("text", ["原来的房东姓王", "老地方菜馆对面", "上次来的师傅", "变压器旁边"])
def test_what_only_begins_so(text: str) -> None:
    assert not SAME.search(text)


@pytest.mark.parametrize(("text", "may"), [("村口小店对面", True), ("为什么要问", False), ("好的", False), ("", False)])
def test_what_may_be_an_answer(text: str, may: bool) -> None:  # noqa: FBT001 - what the table says
    assert plausible(text) is may
