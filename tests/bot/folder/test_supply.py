from collections.abc import Mapping

import pytest

from bot.folder.supply import AccountRow, CustomerRow, OutageRow, PlaceRow


def test_accounts_of_a_customer_by_number_alone_or_with_proof() -> None:
    row = CustomerRow.model_validate({"key": "a", "accounts": ["9900000001", {"no": "9900000002", "proof": "P1"}]})
    assert [(one.no, one.proof) for one in row.accounts] == [("9900000001", "P2"), ("9900000002", "P1")]
    listed = CustomerRow.model_validate({"key": "a", "accounts": "9900000001;9900000002"})
    assert [one.no for one in listed.accounts] == ["9900000001", "9900000002"]


def test_an_account_from_a_sheet() -> None:
    row = AccountRow.model_validate(
        {
            "no": "9900000001",
            "holder": "x",
            "address": "y",
            "people": "5",
            "arrears": "12.50",
            "phone": "199****0001",
            "life_support": '{"device": "呼吸机", "battery": "1h"}',
        }
    )
    assert (row.people, str(row.arrears), row.kind) == (5, "12.50", "resident")
    assert row.life_support
    assert row.life_support.battery == "1h"


@pytest.mark.parametrize("where", [{"area": ["x"]}, {"accounts": ["9900000001"]}, {"line": "x"}])
def test_an_outage_is_of_an_area_of_accounts_or_of_a_line(where: Mapping[str, object]) -> None:
    row = OutageRow.model_validate({"no": "1", "kind": "planned", "begin_at": "2026-12-01T08:00:00+08:00", **where})
    assert row.state == "announced"


def test_a_place_needs_no_zone() -> None:
    assert PlaceRow(name="x", town="y").zone == ""
