from datetime import UTC, datetime

import pytest

from bot.guide.supply import Outage
from bot.hall.areas import concerns, standing
from bot.hall.data import Place

PLACES = (
    Place("听荷苑", "青石镇", ("听荷小区", "荷苑"), line="青荷线"),
    Place("新垛村", "青石镇", line="青垛线"),
    Place("新垛村", "麦浦乡", ("东新垛",), line="麦浦线"),
    Place("荷苑", "石笋乡", line="石笋线"),
)
AT = datetime(2026, 12, 1, tzinfo=UTC)


def outage(*area: str, line: str = "", accounts: tuple[str, ...] = ()) -> Outage:
    return Outage("P-1", "planned", AT, area, accounts, line)


def hits(one: Outage, address: str, account: str = "", line: str = "") -> bool:
    return concerns(one, address, account, line, PLACES)


@pytest.mark.parametrize(
    ("area", "address"),
    [
        ("听荷苑3-9幢", "青石镇听荷苑5幢302"),
        ("听荷苑3-9幢", "听荷苑9栋"),
        ("听荷苑3幢至9幢", "听荷苑三幢"),
        ("听荷小区3-9幢", "听荷苑5幢"),
        ("听荷苑3-9幢", "听荷小区5幢"),
        ("听荷苑", "听荷苑12幢"),
        ("听荷苑3-9幢", "听荷苑"),
        ("听荷苑3-9幢", "听荷苑502室"),
        ("麦浦乡新垛村", "麦浦乡新垛村3组"),
        ("新垛村1-4组", "麦浦乡新垛村3队"),
        ("新垛村", "新垛村"),
        ("青石镇", "青石镇听荷苑5幢"),
        ("盐仓巷", "盐仓巷17号"),
    ],
)
def test_inside(area: str, address: str) -> None:
    assert hits(outage(area), address)


@pytest.mark.parametrize(
    ("area", "address"),
    [
        ("听荷苑3-9幢", "听荷苑12幢302"),
        ("听荷苑3-9幢", "听荷苑2幢"),
        ("听荷苑", "望橹新村3幢"),
        ("麦浦乡新垛村", "青石镇新垛村3组"),
        ("新垛村1-4组", "新垛村5组"),
        ("听荷苑", ""),
    ],
)
def test_outside(area: str, address: str) -> None:
    assert not hits(outage(area), address)


def test_by_account_by_line_and_by_the_places_line() -> None:
    assert hits(outage(accounts=("99",)), "", "99")
    assert not hits(outage(accounts=("99",)), "听荷苑3幢", "98")
    assert hits(outage(line="青荷线"), "", "", "青荷线")
    assert hits(outage(line="青荷线"), "听荷苑3幢")
    assert not hits(outage(line="青荷线"), "新垛村")
    assert not hits(outage("听荷苑3-9幢", line="青荷线"), "听荷苑12幢", "", "青荷线")


def test_the_longest_name_then_the_town_says_where() -> None:
    assert [place.town for place in standing("麦浦乡新垛村3组", PLACES)] == ["麦浦乡"]
    assert [place.town for place in standing("新垛村", PLACES)] == ["青石镇", "麦浦乡"]
    assert [place.name for place in standing("听荷苑3幢", PLACES)] == ["听荷苑"]
    assert list(standing("别处", PLACES)) == []
