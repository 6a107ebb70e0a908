"""Threats against the hall's people, and what only sounds like one."""

import pytest

from intents.threats import threat


@pytest.mark.parametrize(
    "text",
    [
        "我要去砸了你们营业厅",
        "再不来电我就带人去打你们的人",
        "信不信我把你们大厅砸了",
        "明天叫一帮人来堵你们的门",
        "叫几个兄弟过来收拾你们",
        "我非揍你们那个师傅不可",
    ],
)
def test_a_threat(text: str) -> None:
    assert threat(text)


@pytest.mark.parametrize(
    "text",
    [
        "我要打你们电话",
        "我打了你们营业厅电话没人接",
        "大风把电线杆砸了",
        "我没说要砸你们营业厅",
        "请师傅来拆表",
        "我去你们营业厅打发票",
        "上次有人说要把你们玻璃砸了",
        "我家电视被雷打坏了",
        "邻居要打师傅吗",
    ],
)
def test_no_threat(text: str) -> None:
    assert not threat(text)
