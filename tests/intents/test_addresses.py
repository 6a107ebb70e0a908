import pytest

from intents.addresses import address

PLACES = ("芦苇新村", "白鹭镇")


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("万地广场3号楼b座1502", "万地广场3号楼B座1502"),
        ("小区5栋停电了", ""),
        ("白鹭镇芦苇新村3-2-502没电", "白鹭镇芦苇新村3-2-502"),
        ("芦苇新村3幢和白云小区5幢", ""),
    ],
)
def test_where_it_is(text: str, spot: str) -> None:
    assert address(text, PLACES, asked=False) == spot


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("3-2-502", "3-2-502"),
        ("3幢2单元", "3幢2单元"),
        ("在我妈家，碧湖镇下叶村", "碧湖镇下叶村"),
        ("502", ""),
        ("待会告诉你", ""),
    ],
)
def test_asked_for_it_needs_no_name(text: str, spot: str) -> None:
    assert address(text, PLACES, asked=True) == spot
