from decimal import Decimal

from bot.folder.figures import CaseRow, PromiseLine, TariffRow

TARIFF = {"region": "x", "use": "y", "voltage": "z", "valid_from": "2026-01-01", "source": "s"}
CASE = {
    "key": "k",
    "customer": "c",
    "topic": "rename",
    "state": "open",
    "first_handler": "1",
    "opened_at": "2026-12-01T08:00:00+08:00",
}


def test_a_tariff_of_one_price_of_tiers_or_by_the_clock() -> None:
    assert TariffRow.model_validate({**TARIFF, "price": "0.55"}).price == Decimal("0.55")
    assert len(TariffRow.model_validate({**TARIFF, "tiers": '[{"to": 9, "price": 1}, {"price": 2}]'}).tiers) == 2
    tou = TariffRow.model_validate({**TARIFF, "tou": {"peak": 1, "valley": 0, "peak_hours": "08:00-21:00"}}).tou
    assert tou
    assert tou.peak_hours == ("08:00-21:00",)


def test_a_promise_needs_no_more_than_one_line() -> None:
    row = {"id": "a.b", "topics": "rename;pay", "to": "resolve", "source": "s", "red_line": "10wd"}
    assert PromiseLine.model_validate(row).topics == ("rename", "pay")


def test_a_case_whose_question_stands_open() -> None:
    assert CaseRow.model_validate({**CASE, "rating": "asked"}).rating == "asked"
    assert CaseRow.model_validate({**CASE, "rating": 5}).rating == "5"
    assert CaseRow.model_validate({**CASE, "slots": {"date": 5}}).slots == {"date": "5"}
