from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.desk.words import Words
from bot.guide import bills
from bot.guide.supply import Energy, Month, Tail, Yuan
from bot.guide.wants import Sought
from tests.kit_desk import NOW
from tests.kit_guide import ACCOUNT, BILLS, MINE, OTHERS, Systems, Talk, bill, codes, means, nested

BILL = means("bill_query")


def facts(talk: Talk, text: str, code: str) -> dict[str, object]:
    """What fills a phrase of the answer."""
    decided = talk.say(text, BILL)
    found: list[Words] = [one for say in decided.says for one in nested(say.text) if one.code == code]
    assert found, codes(decided)
    return dict(found[0].facts)


def proven(no: str = MINE, **systems: object) -> Talk:
    return Talk(proven=(no,), systems=Systems(**systems))  # type: ignore[arg-type]


def test_the_newest_month_in_figures_only() -> None:
    assert facts(proven(), "电费", "bill.month") == {
        "tail": Tail(MINE),
        "month": Month("2026-10"),
        "kwh": Energy(Decimal(180)),
        "amount": Yuan(Decimal("95.09")),
    }


def test_the_month_that_was_asked_for() -> None:
    assert facts(proven(), "3月份电费", "bill.month")["month"] == Month("2026-03")
    assert facts(proven(), "去年12月的电费", "bill.month")["kwh"] == Energy(Decimal(90))


def test_a_month_without_a_bill_is_said_so_and_no_other_is_told() -> None:
    assert facts(proven(), "2024年5月电费", "bill.none")["month"] == Month("2024-05")
    assert "bill.month" not in codes(proven(bills=()).say("电费", BILL))


def test_readings_where_they_are_known() -> None:
    assert facts(proven(), "电费", "bill.readings") == {"since": Energy(Decimal(10)), "till": Energy(Decimal(190))}
    assert "bill.readings" not in codes(proven().say("3月份电费", BILL))


def test_paid_still_due_or_past_due() -> None:
    assert facts(proven(), "3月份电费", "bill.paid")["paid_at"] == NOW
    day = NOW.replace(hour=0, minute=0)
    paid = bill(MINE, "2026-10", 180, "95.09", paid_at=day)
    assert facts(proven(bills=(paid,)), "电费", "bill.paid")["paid_at"] == day.date()
    assert "bill.unpaid" in codes(proven().say("电费", BILL))
    assert "bill.overdue" in codes(proven(OTHERS).say("9月份电费", BILL))


def test_arrears_balance_or_neither() -> None:
    assert codes(proven().say("电费", BILL))[-2:] == ["bill.no_arrears", "bill.balance"]
    assert facts(proven(OTHERS), "9月份电费", "bill.arrears")["arrears"] == Yuan(Decimal("227.69"))
    bare = replace(ACCOUNT, balance=None, arrears=None)
    assert bills.standing(bare) == ()


def test_another_accounts_bill_is_never_told() -> None:
    wrong = (*BILLS, bill(OTHERS, "2026-11", 999, "999.99"))
    talk = proven(bills=wrong)
    talk.systems.answer = lambda want: replace(  # type: ignore[method-assign]
        Systems(bills=wrong).answer(want), bills=wrong
    )
    assert facts(talk, "电费", "bill.month")["kwh"] == Energy(Decimal(180))


def test_an_account_that_is_no_more_has_bills_all_the_same() -> None:
    assert "bill.month" in codes(proven(accounts=()).say("电费", BILL))


class TestPaying:
    def test_who_has_proven_hears_what_he_owes_then_how_to_pay(self) -> None:
        spoken = codes(proven(OTHERS).say("怎么交电费", means("pay")))
        assert spoken == ["bill.account", "bill.arrears", "answer:pay"]

    def test_others_hear_how_and_may_prove(self) -> None:
        talk = Talk()
        assert codes(talk.say("怎么交电费", means("pay"))) == ["answer:pay"]
        assert codes(talk.say("查我家欠不欠费")) == ["account.ask", "ask.account_no"]
        talk.say(OTHERS, means("out_of_scope", account_no=OTHERS))
        assert codes(talk.say("强")) == ["bill.account", "bill.arrears", "answer:pay"]

    def test_a_silent_system_takes_nothing_from_the_answer(self) -> None:
        talk = proven(slow=frozenset({Sought.ACCOUNT}))
        assert codes(talk.say("怎么交电费", means("pay"))) == ["answer:pay", "business.slow"]

    def test_where_nothing_is_known_of_arrears_nothing_is_said(self) -> None:
        talk = proven(accounts=(replace(ACCOUNT, balance=None, arrears=None),))
        assert codes(talk.say("怎么交电费", means("pay"))) == ["answer:pay"]

    def test_a_hall_without_accounts_only_answers(self) -> None:
        assert Talk(looks=False).say("怎么交电费", means("pay")).says[0].buttons == ()


@pytest.mark.parametrize("slow", [Sought.ACCOUNT, Sought.BILLS])
def test_either_system_may_be_silent(slow: Sought) -> None:
    decided = proven(slow=frozenset({slow})).say("电费", BILL)
    assert codes(decided) == ["business.slow"]


def test_the_newest_is_looked_for_a_year_back() -> None:
    talk = proven()
    talk.now = NOW + timedelta(days=200)
    assert facts(talk, "电费", "bill.month")["month"] == Month("2026-10")


@pytest.mark.parametrize("text", ["欠费多少", "交了吗", "还欠钱吗"])
def test_what_is_asked_next_of_the_bill_just_told(text: str) -> None:
    talk = proven()
    talk.say("电费", BILL)
    assert codes(talk.say(text))[0] == "bill.month"
    assert codes(Talk().say(text)) == ["answer:out_of_scope"]
