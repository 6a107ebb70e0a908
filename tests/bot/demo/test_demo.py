from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path

import pytest

import bot.demo
from bot.desk import roster
from bot.desk.case import Post
from bot.folder.build import build, promise_rows
from bot.folder.check import warnings
from bot.folder.codes import shipped_codes
from bot.folder.reader import read_folder
from bot.guide.supply import Tariff
from bot.hall.data import HallData
from intents.reader import handbook_from, read_handbook, shipped
from intents.topic import Handbook, Topic, TopicKind

FOLDER = Path(bot.demo.__file__).parent


def opening(code: str, name: str) -> Topic:
    return Topic(code, name, TopicKind.CASE, "work", "", "", date(2026, 9, 1), opens_case=True)


HANDBOOK = Handbook({}, (), {}, {}, (), (), "")
NO_CASE = {
    "meter_reading", "bill_query", "pay", "auto_pay", "arrears", "account_lookup", "outage_query", "planned_outage",
    "third_party_supply", "price_policy", "tier_price", "tou_price", "safety_tips", "usage_advice", "channels",
    "hall_info", "urge", "progress", "cancel_case", "greeting", "thanks", "goodbye", "chitchat", "out_of_scope",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo() -> HallData:
    return build(read_folder(FOLDER), HANDBOOK)


def test_no_fault_and_nothing_to_warn_of_but_next_years_calendar() -> None:
    folder = read_folder(FOLDER)
    topics = {code: opening(code, name) for code, name in shipped_codes().items() if code not in NO_CASE}
    data = build(folder, Handbook(topics, (), {}, {}, (), (), ""))
    assert warnings(folder, data, date(2026, 9, 1)) == ()
    assert ["2027 年的放假调休" in fault.message for fault in warnings(folder, data, date(2026, 11, 23))] == [True]


def test_nothing_to_warn_of_with_the_handbook_that_ships() -> None:
    base = read_handbook(shipped())
    folder = read_folder(FOLDER, base.topics, base.phrases)
    handbook = handbook_from(base, topics=folder.topics, promises=promise_rows(folder), phrases=folder.phrases)
    assert warnings(folder, build(folder, handbook), date(2026, 9, 1)) == ()


def test_every_file_says_that_it_is_invented() -> None:
    for path in FOLDER.glob("*.toml"):
        assert "虚构" in path.read_text(encoding="utf-8").splitlines()[0] or path.stem == "tariffs", path.name


def test_the_four_posts_and_the_rights_are_there(demo: HallData) -> None:
    people = demo.books.roster.staff.values()
    assert {person.post for person in people} == set(Post)
    assert {right for person in people for right in person.rights} == {"admin", "finance", "audit", "editor"}
    assert len(people) >= 9


@pytest.mark.parametrize("at", ["2026-11-24T03:00:00+08:00", "2026-11-28T15:00:00+08:00", "2026-11-25T10:00:00+08:00"])
def test_crew_and_two_duty_leaders_day_and_night(demo: HallData, at: str) -> None:
    now = datetime.fromisoformat(at)
    people = roster.on_shift(demo.books.roster, now)
    assert any("outage_repair" in person.skills for person in people)
    assert [leader.no for leader in roster.duty_leaders(demo.books.roster, now)] == ["A001", "A002"]


def test_the_halls_size(demo: HallData) -> None:
    assert len(demo.places) >= 12
    assert {place.zone for place in demo.places} == {"urban", "rural", "remote"}
    assert len(demo.accounts) == 12
    assert len(demo.bills) == 36
    assert {outage.kind for outage in demo.outages} == {"planned", "temporary", "fault"}
    assert any(outage.state == "current" for outage in demo.outages)


def test_bills_follow_each_other_and_arrears_are_what_is_unpaid(demo: HallData) -> None:
    for account in demo.accounts.values():
        bills = [bill for bill in demo.bills if bill.account == account.no]
        assert [bill.month for bill in bills] == ["2026-08", "2026-09", "2026-10"]
        for bill in bills:
            assert bill.from_reading is not None
            assert bill.to_reading == bill.from_reading + bill.kwh
        for early, late in pairwise(bills):
            assert early.to_reading == late.from_reading
        owed = sum((bill.amount for bill in bills if bill.paid_at is None), Decimal(0))
        assert owed == (account.arrears or 0)


def _year(tariff: Tariff, kwh: int, *, large: bool = False) -> Decimal:
    """A year's bill, by the tiers."""
    more = Decimal(tariff.large["more"]) if large else Decimal(0)
    total, below = Decimal(0), Decimal(0)
    for tier in tariff.tiers:
        limit = min(Decimal(kwh), tier.to + more) if tier.to is not None else Decimal(kwh)
        total += max(limit - below, Decimal(0)) * tier.price
        below = max(limit, below)
    return total.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("kwh", "large", "amount"),
    [
        (2760, False, "1458.11"),
        (3000, False, "1596.90"),
        (4800, False, "2637.84"),
        (5200, False, "2969.16"),
        (5200, True, "2809.16"),
        (6000, False, "3631.80"),
        (6000, True, "3271.80"),
        (7000, False, "4460.10"),
    ],
)
def test_prices_come_out_as_reckoned(demo: HallData, kwh: int, *, large: bool, amount: str) -> None:
    tariff = next(one for one in demo.tariffs if (one.use, one.voltage) == ("resident", "<1kV"))
    assert _year(tariff, kwh, large=large) == Decimal(amount)


def test_tariffs_say_what_was_not_verified(demo: HallData) -> None:
    assert all("未核实" in tariff.source and tariff.region == demo.info.region for tariff in demo.tariffs)
