"""Anger that names no matter, and words that do."""

import pytest

from intents.tempers import angry


@pytest.mark.parametrize(
    "text",
    ["真受不了", "打几个电话没人理", "什么破单位", "太差劲了", "气死我了", "你们干什么吃的", "打了十遍电话都没人接"],
)
def test_anger(text: str) -> None:
    assert angry(text)


@pytest.mark.parametrize(
    "text", ["垃圾站怎么申请电表", "电费太离谱了", "哈哈服了", "我没有生气", "热死了停电了", "你好"]
)
def test_a_matter_or_nothing(text: str) -> None:
    assert not angry(text)
