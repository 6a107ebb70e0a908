from dataclasses import replace
from pathlib import Path

from bot.desk.notices import Concerned
from bot.guide.supply import Account, Outage
from bot.hall import concerned
from bot.hall.concerned import Known
from bot.hall.data import HallData, KnownCustomer, Place
from bot.hall.records import Care, Person
from tests.kit import MONDAY, edition
from tests.kit_hall import still_at

DATA = edition().data
PLACES = (Place("听荷苑", "青石镇", ("荷苑",), line="青荷线"), Place("听荷苑", "麦浦乡"))
ACCOUNTS = {
    one.no: one
    for one in (
        Account("9900000001", "甲", "青石镇听荷苑5幢302", phone="19900000001"),
        Account("9900000002", "乙", "青石镇听荷苑12幢101", kind="hv"),
        Account("9900000003", "丙", "麦浦乡听荷苑5幢1", line="麦浦线"),
        Account("9900000004", "丁", "青石镇听荷苑6幢9", life_support={"device": "呼吸机", "battery": ""}),
    )
}
ROW = Outage("P-1", "planned", MONDAY, area=("青石镇听荷苑3-9幢",))


def hall(*customers: KnownCustomer) -> HallData:
    return replace(DATA, places=PLACES, accounts=ACCOUNTS, customers={one.key: one for one in customers})


def whom(data: HallData, row: Outage, *people: Person, register: tuple[Care, ...] = ()) -> dict[str, Concerned]:
    return {one.customer: one for one in concerned.by(data, row, Known(people, register))}


def test_the_accounts_of_an_outage_are_found_by_place_building_line_and_number() -> None:
    data = hall()
    assert concerned.within(data, ROW) == ("9900000001", "9900000004")
    assert concerned.within(data, replace(ROW, area=("青石镇荷苑5幢",))) == ("9900000001",)
    assert concerned.within(data, replace(ROW, area=(), line="麦浦线")) == ("9900000003",)
    assert concerned.within(data, replace(ROW, area=(), accounts=("9900000002", "7"))) == ("9900000002", "7")


def test_only_who_asked_hears_of_it_and_whoever_proved_the_account_counts_as_bound() -> None:
    asked, silent = (
        KnownCustomer("a", accounts={"9900000001": "P2"}, notify=True),
        KnownCustomer("b", accounts={"9900000001": "P2"}),
    )
    later = KnownCustomer("c", notify=True)
    people = [
        Person("a"),
        Person("b"),
        Person("c", accounts={"9900000001": "P2"}),
        Person("w", accounts={"9900000001": "P2"}),
    ]
    assert set(whom(hall(asked, silent, later), ROW, *people)) == {"a", "c"}
    assert set(whom(hall(asked), replace(ROW, kind="fault"), Person("a"))) == set()


def test_the_important_hear_of_what_is_temporary_without_having_asked() -> None:
    data, row = hall(), replace(ROW, kind="temporary", area=("青石镇听荷苑",))
    person = Person("h", accounts={"9900000002": "P2"})
    assert whom(data, row, person)["h"].important
    assert whom(data, replace(row, kind="planned"), person) == {}


def test_who_lives_by_a_machine_is_found_from_either_side_and_once() -> None:
    data = hall(KnownCustomer("a", accounts={"9900000001": "P2"}, notify=True))
    person = Person("d", "丁一", accounts={"9900000004": "P2"})
    found = whom(data, ROW, person)["d"]
    assert (found.cared, found.name, found.slots["address"]) == (True, "丁一", "青石镇听荷苑6幢9")
    own = Care("9900000001", "a", "制氧机", "一小时", "甲姐", "19900000009", MONDAY)
    both = whom(data, ROW, person, Person("a"), register=(own,))
    assert (both["a"].cared, both["a"].slots["phone"], both["a"].slots["name"]) == (True, "19900000009", "甲姐")
    there = replace(own, account="青石镇听荷苑4幢101")
    assert whom(data, ROW, register=(there,))["a"].slots["address"] == "青石镇听荷苑4幢101"
    elsewhere = replace(own, account="麦浦乡听荷苑4幢101")
    assert whom(data, ROW, register=(elsewhere,)) == {}


async def test_a_holder_nobody_has_talked_with_becomes_a_customer_once(tmp_path: Path) -> None:
    async with still_at(tmp_path) as running:
        edited = replace(edition(), data=replace(DATA, places=PLACES, accounts=ACCOUNTS, customers={}))
        given = replace(running, edition=lambda: edited)
        for _ in range(2):
            known = await concerned.known(given, [ROW])
            mine = [one for one in known.people if "9900000004" in one.accounts]
            assert [(one.name, one.accounts["9900000004"]) for one in mine] == [("丁", "P0")]
