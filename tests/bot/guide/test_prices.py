from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.words import Words
from bot.guide import prices
from bot.guide.supply import Energy, Price, Tier
from bot.guide.wants import Sought
from tests.kit_guide import (
    ACCOUNT,
    EMPTY,
    MINE,
    OTHERS,
    TARIFF,
    Systems,
    Talk,
    bill,
    codes,
    means,
    nested,
    said,
    scene,
    values,
)

TIER = means("tier_price")


def year(no: str, *kwh: int) -> tuple[object, ...]:
    return tuple(bill(no, f"2026-{month:02d}", used, "1.00") for month, used in enumerate(kwh, 1))


def spoken(talk: Talk, text: str = "阶梯电价") -> list[Words]:
    return [one for say in talk.say(text, TIER).says for one in nested(say.text) if one.code != "joined"]


def test_every_tier_with_region_use_voltage_date_and_source() -> None:
    told = spoken(Talk())
    assert [one.code for one in told] == [
        "price.head", "use.resident", "voltage.low", "price.tier.first", "price.tier", "price.tier.last",
        "price.large", "price.source", "rest:tier_price",
    ]  # fmt: skip
    head = told[0].facts
    assert (head["region"], head["since"]) == ("示例省", date(2026, 1, 1))
    assert told[4].facts == {
        "nth": 2, "since": Energy(Decimal(2000)), "to": Energy(Decimal(4000)), "price": Price(Decimal("0.55"))
    }  # fmt: skip


@pytest.mark.parametrize(
    "tariffs",
    [
        (),
        (replace(TARIFF, region="别省"),),
        (replace(TARIFF, use="commercial"),),
        (replace(TARIFF, valid_from=date(2026, 11, 24)),),
    ],
)
def test_no_tariff_no_price(tariffs: tuple[object, ...]) -> None:
    talk = Talk(tariffs=tariffs)  # type: ignore[arg-type]
    assert codes(talk.say("阶梯电价", TIER)) == ["answer:tier_price"]
    talk.proven = (MINE,)
    assert codes(talk.say("我用到第几档", TIER)) == ["answer:tier_price"]


def test_the_newest_that_holds_today() -> None:
    rows = (
        replace(TARIFF, valid_from=date(2026, 12, 1), source="将来"),
        TARIFF,
        replace(TARIFF, valid_from=date(2026, 6, 1), source="新的"),
    )
    found = prices.valid(scene(said("x"), EMPTY, tariffs=rows, region="示例省"))
    assert found
    assert found.source == "新的"


def test_a_price_without_tiers() -> None:
    flat = replace(TARIFF, tiers=(), price=Decimal("0.6"), large={})
    assert "price.flat" in [one.code for one in spoken(Talk(tariffs=(flat,)))]
    one = replace(TARIFF, tiers=(Tier(Decimal("0.6")),), large={})
    assert "price.flat" in [one.code for one in spoken(Talk(tariffs=(one,)))]
    talk = Talk(tariffs=(flat,), proven=(MINE,))
    assert spoken(talk)[0].code == "price.no_tiers"


class TestOnesOwn:
    def told(self, no: str, *kwh: int, **more: object) -> Words:
        given: dict[str, object] = {"bills": year(no, *kwh)} | more
        return spoken(Talk(proven=(no,), systems=Systems(**given)))[0]  # type: ignore[arg-type]

    def test_what_was_used_this_year_and_what_is_left(self) -> None:
        told = self.told(MINE, *[300] * 10)
        assert (told.code, told.facts["nth"]) == ("price.mine", 2)
        assert told.facts["kwh"] == Energy(Decimal(3000))
        assert told.facts["left"] == Energy(Decimal(1000))

    def test_the_last_tier_has_no_end(self) -> None:
        told = self.told(MINE, *[500] * 10)
        assert (told.code, told.facts["nth"]) == ("price.mine.last", 3)

    def test_a_large_household_has_more_in_each(self) -> None:
        told = self.told(OTHERS, *[300] * 10)
        assert (told.facts["nth"], told.facts["left"]) == (1, Energy(Decimal(200)))

    def test_where_earlier_bills_are_missing_it_is_only_at_least(self) -> None:
        late = (bill(MINE, "2026-09", 100, "1"), bill(MINE, "2026-10", 100, "1"))
        assert self.told(MINE, bills=late).code == "price.part"
        moved_in = replace(ACCOUNT, since=date(2026, 9, 3))
        assert self.told(MINE, bills=late, accounts=(moved_in,)).code == "price.mine"

    def test_no_bill_yet(self) -> None:
        assert self.told(MINE, bills=()).code == "price.no_use"

    def test_last_years_bills_are_not_this_years(self) -> None:
        assert self.told(MINE, bills=(bill(MINE, "2025-12", 9000, "1"),)).code == "price.no_use"

    def test_only_after_proof(self) -> None:
        talk = Talk()
        assert values(talk.say("阶梯电价", TIER)) == ["account.begin.tier_price"]
        assert codes(talk.say("查我家用到第几档")) == ["account.ask", "ask.account_no"]
        talk.say(MINE, means("out_of_scope", account_no=MINE))
        assert codes(talk.say("慈"))[0] == "price.mine"

    def test_a_silent_system_leaves_the_prices(self) -> None:
        talk = Talk(proven=(MINE,), systems=Systems(slow=frozenset({Sought.BILLS})))
        told = codes(talk.say("我用到第几档", TIER))
        assert told[0] == "price.head"
        assert told[-1] == "business.slow"


def test_a_hall_without_accounts_offers_no_look() -> None:
    assert values(Talk(looks=False).say("阶梯电价", TIER)) == []


@given(st.integers(0, 20_000), st.integers(0, 10))
def test_a_tier_holds_what_was_used(kwh: int, people: int) -> None:
    nth, left = prices._tier(TARIFF, Decimal(kwh), people)
    bounds = list(prices.limits(TARIFF, people))
    since, to = bounds[nth - 1]
    assert since <= kwh
    assert (to is None) == (left is None)
    if to is not None and left is not None:
        assert kwh + left == to
        assert left >= 0


@given(st.integers(1, 12))
def test_more_people_never_come_to_a_higher_tier(people: int) -> None:
    for kwh in range(0, 9000, 500):
        assert prices._tier(TARIFF, Decimal(kwh), people)[0] <= prices._tier(TARIFF, Decimal(kwh), None)[0]
