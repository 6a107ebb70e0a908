from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.business import rows

ZONE = ZoneInfo("Asia/Shanghai")
ACCOUNT = {
    "no": "9900000012",
    "holder": "顾念慈",
    "address": "芦苇新村7幢102",
    "balance": "12.50",
    "arrears": "",
    "more": 1,
}
BILL = {"account": "9900000012", "month": "2026-11", "kwh": 180, "amount": 90.1, "paid_at": "2026-11-20T08:00:00"}
OUTAGE = {
    "no": "P-1",
    "kind": "planned",
    "begin_at": "2026-12-10T08:00:00",
    "end_at": "2026-12-10T08:00:00Z",
    "area": ["x"],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def test_a_row_with_the_fields_of_the_folder_is_taken_what_is_more_is_left() -> None:
    found = rows.account(ACCOUNT, "9900000012")
    assert (found.holder, found.balance, found.arrears) == ("顾念慈", Decimal("12.50"), None)
    assert [one.no for one in rows.accounts({"items": [ACCOUNT]})] == ["9900000012"]


def test_bills_with_figures_as_they_were_written() -> None:
    body = b'[{"account": "9900000012", "month": "2026-11", "kwh": 180, "amount": 90.10}]'
    (bill,) = rows.bills(rows.parsed(body), "9900000012")
    assert (bill.kwh, str(bill.amount)) == (Decimal(180), "90.10")


def test_moments_without_a_zone_are_the_halls() -> None:
    (outage,) = rows.outages([OUTAGE], ZONE)
    assert outage.begin_at == datetime(2026, 12, 10, 8, tzinfo=ZONE)
    assert outage.end_at == datetime(2026, 12, 10, 16, tzinfo=ZONE)
    assert outage.area == ("x",)
    (bill,) = rows.paid(rows.bills([BILL], "9900000012"), ZONE)
    assert bill.paid_at == datetime(2026, 11, 20, 8, tzinfo=ZONE)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[NaN]", b"[" * 100_000])
def test_what_is_no_json_makes_no_sense(body: bytes) -> None:
    with pytest.raises(rows.NoSense):
        rows.parsed(body)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {**ACCOUNT, "no": "9900000013"},
        {**ACCOUNT, "balance": "viel"},
        {**ACCOUNT, "holder": ["x"]},
        [],
        "x",
        None,
        3,
    ],
)
def test_another_account_or_a_bad_one_makes_no_sense(row: object) -> None:
    with pytest.raises(rows.NoSense):
        rows.account(row, "9900000012")


@pytest.mark.parametrize(
    "more", [{"account": "9900000013"}, {"month": "202611"}, {"month": "2026-13"}, {"kwh": "NaN"}, {"amount": None}]
)
def test_a_bill_of_another_or_a_bad_one_makes_no_sense(more: dict[str, object]) -> None:
    with pytest.raises(rows.NoSense):
        rows.bills([{**BILL, **more}], "9900000012")


def test_too_many_rows_are_no_answer() -> None:
    with pytest.raises(rows.NoSense):
        rows.bills([BILL] * (rows.ROWS_MOST + 1), "9900000012")


@given(JSON)
def test_any_json_is_rows_or_no_sense(answer: object) -> None:
    for read in (
        lambda: rows.account(answer, "1"),
        lambda: rows.accounts(answer),
        lambda: rows.bills(answer, "1"),
        lambda: rows.outages(answer, ZONE),
    ):
        try:
            read()
        except rows.NoSense:
            continue
