"""Who sees how much of a table."""

import pytest

from bot.desk.case import Post
from bot.desk.roster import Staff
from bot.hall.private import MASKS, bare, seen_by

WORKER = Staff("B1", "丁一", Post.WORK, team="bailu")
ADMIN = Staff("B2", "丁二", Post.NONE, rights=frozenset({"admin"}))
AUDITOR = Staff("B3", "丁三", Post.NONE, rights=frozenset({"audit"}))
ACCOUNT = {
    "no": "9900000012",
    "holder": "顾念慈",
    "address": "芦苇新村7幢102",
    "phone": "19900000012",
    "kind": "resident",
    "meter": "DM330101",
    "life_support": {"device": "呼吸机"},
}


def test_an_account_shows_enough_to_recognise_it() -> None:
    assert seen_by(WORKER, "account", [ACCOUNT]) == [
        {
            "no": "******0012",
            "holder": "顾**",
            "address": "芦苇新村7幢***",
            "phone": "*******0012",
            "kind": "resident",
            "meter": "****0101",
        }
    ]
    assert seen_by(ADMIN, "account", [ACCOUNT]) == [ACCOUNT]


@pytest.mark.parametrize("accounts", [["9900000012"], [{"no": "9900000012", "proof": "P2"}], "9900000012"])
def test_account_numbers_are_masked_however_they_are_written(accounts: object) -> None:
    shown = seen_by(WORKER, "customer", [{"key": "gu", "accounts": accounts, "telegram_id": 7}])[0]
    assert "9900000012" not in str(shown)
    assert "0012" in str(shown)
    assert "telegram_id" not in shown


def test_slots_of_a_case_are_masked_as_at_the_desk() -> None:
    row = {"key": "k1", "slots": {"account_no": "9900000012", "address": "芦苇新村"}}
    assert seen_by(WORKER, "case", [row])[0]["slots"] == {"account_no": "******0012", "address": "芦苇新村"}
    assert seen_by(WORKER, "case", [{"key": "k1", "slots": "写坏了"}]) == [{"key": "k1"}]


def test_money_is_one_s_own_team_s_but_for_who_answers_for_it() -> None:
    rows = [{"month": "2026-12", "team": team, "amount": 1} for team in ("bailu", "qingshi")]
    assert [row["team"] for row in seen_by(WORKER, "quota", rows)] == ["bailu"]
    assert len(seen_by(AUDITOR, "quota", rows)) == 2
    assert len(seen_by(WORKER, "place", rows)) == 2


def test_only_the_admin_sees_personal_data_bare() -> None:
    assert all(bare(ADMIN, table) for table in MASKS)
    assert not any(bare(one, table) for table in MASKS for one in (WORKER, AUDITOR))
    assert not bare(ADMIN, "place")
