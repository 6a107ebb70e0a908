"""One name for a place whatever it is called, and who decides between two of one name."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.guide.supply import Account
from bot.hall import spots
from bot.hall.data import Place
from tests.kit import edition, hall_at, say
from tests.kit_hall import newest, sit_down

PLACES = (
    *edition().data.places,
    Place("芦苇新村", "白鹭镇", ("芦苇小区",), line="白芦线"),
    Place("芦苇新村", "青河镇", line="青芦线"),
)
HOME = Account("9900000012", "顾念慈", "白鹭镇芦苇新村7幢102")


def key(address: str, account: Account | None = None) -> str:
    found = spots.spot(address, account, PLACES)
    return found.key if found else ""


@pytest.mark.parametrize(
    "address",
    [
        "听荷苑3幢201",
        "青石镇听荷苑三栋",
        "听荷小区3号楼",
        "荷苑",
        "听荷苑，5幢",
        "听荷 苑 5-2-301",
        "聽荷苑3幢",
        "听荷苑　３幢",
        "青石镇 听荷小区（3幢）",
    ],
)
def test_other_words_aliases_marks_and_buildings_are_one_place(address: str) -> None:
    assert key(address) == "听荷苑|青石镇"


def test_a_name_of_two_towns_is_decided_by_the_town_or_by_the_account_else_by_nobody() -> None:
    assert key("白鹭镇芦苇新村3幢") == "芦苇新村|白鹭镇"
    assert key("青河镇芦苇新村3幢") == "芦苇新村|青河镇"
    assert key("白鹭芦苇新村3幢") == "芦苇新村|白鹭镇"
    assert key("我在青河的芦苇新村3幢") == "芦苇新村|青河镇"
    assert key("芦苇新村3幢") == ""
    assert key("芦苇新村3幢", HOME) == "芦苇新村|白鹭镇"
    assert key("芦苇新村3幢", replace(HOME, address="柳堤路9号")) == ""
    assert key("芦苇新村3幢", replace(HOME, address="", line="青芦线")) == "芦苇新村|青河镇"
    assert key("青河镇芦苇新村3幢", HOME) == "芦苇新村|青河镇"
    assert key("芦苇小区3幢") == "芦苇新村|白鹭镇"


def test_the_account_s_address_stands_in_where_none_was_told() -> None:
    assert key("", HOME) == "芦苇新村|白鹭镇"
    assert key("") == ""
    assert key("柳堤路9号", HOME) == "柳堤路|"


def test_a_place_of_the_table_in_another_town_is_another_place() -> None:
    assert key("麦浦乡听荷苑3幢") == "麦浦乡听荷苑|"
    assert key("白云镇听荷苑3幢") == "白云镇听荷苑|"
    assert key("麦浦听荷苑3幢") == "麦浦听荷苑|"
    assert key("青石听荷苑3幢") == "听荷苑|青石镇"


@pytest.mark.parametrize(
    ("address", "found"), [("柳泉里4幢301", "柳泉里|"), ("我家住柳泉里", "柳泉里|"), ("赵家村二组", "赵家村|")]
)
def test_a_place_nobody_listed_goes_by_its_own_name(address: str, found: str) -> None:
    assert key(address) == found


@pytest.mark.parametrize("address", ["家里", "我家", "3幢201", "这里", "店里面", "二楼", "路", "在门口那个地方"])
def test_what_names_no_place_is_none(address: str) -> None:
    assert key(address) == ""


def test_only_a_proven_account_counts() -> None:
    data = edition().data
    no = next(iter(data.accounts))
    person = spots.Person("k", accounts={no: "P2", "other": "P0"})
    account = data.accounts[no]
    assert spots.account_of(data, person, {}) == account
    assert spots.account_of(data, person, {"account_no": no}) == account
    assert spots.account_of(data, person, {"account_no": "9900009999"}) is None
    assert spots.account_of(data, replace(person, accounts={no: "P0"}), {"account_no": no}) is None
    assert spots.account_of(data, None, {}) is None


async def test_a_new_report_leaves_a_mark_and_one_of_another_matter_none(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        customer = await sit_down(hall)
        await say(hall, customer, "转人工")
        assert await hall.ledger.read(lambda lists: lists.remembered(spots.LOOK)) == ""
        await say(hall, customer, "停电了，听荷苑3幢")
        case = await newest(hall, customer)
        assert (await hall.ledger.read(lambda lists: lists.remembered(spots.LOOK))).startswith(case.no)
