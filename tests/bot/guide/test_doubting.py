from dataclasses import replace

import pytest

from bot.guide import doubting
from bot.guide.said import Turn
from tests.kit_guide import EMPTY, PHONE, codes, said, scene, values

ASKED = replace(EMPTY, topic="owner_transfer", draft=True, tries=1)


def asked_back(text: str, slot: str, **slots: str) -> Turn:
    thread = replace(ASKED, asking=slot, slots=slots)
    turn = doubting.again(scene(said(text), thread), thread, slot)
    assert turn
    return turn


@pytest.mark.parametrize(
    ("slot", "text", "code"),
    [
        ("account_no", PHONE, "ask.account_no.mobile"),
        ("account_no", "表号9900000012", "ask.account_no.meter"),
        ("account_no", "卡号6222021234567890123", "ask.account_no.card"),
        ("account_no", "12345678901", "ask.account_no.length"),
        ("account_no", "33012", "ask.account_no.part"),
        ("phone", "1990000001", "ask.phone.length"),
        ("amount", "几百块", "ask.amount.vague"),
        ("name", "还是原来那个", "ask.same"),
    ],
)
def test_an_answer_comes_back_with_its_reason(slot: str, text: str, code: str) -> None:
    assert codes(asked_back(text, slot)) == [code]


def test_two_readings_are_put_to_choose_from() -> None:
    turn = asked_back("13800138000或者13900139000", "phone")
    assert codes(turn) == ["ask.phone.two"]
    assert values(turn) == ["slot.phone.13800138000", "slot.phone.13900139000"]
    assert [option.label for option in turn.thread.menu] == ["138…8000", "139…9000"]


def test_a_day_behind_or_ahead_is_put_to_choose_from() -> None:
    turn = asked_back("5号", "date")
    assert codes(turn) == ["ask.date.when"]
    assert len(values(turn)) == 2


def test_a_number_in_pieces_is_put_together() -> None:
    begun = asked_back("99000", "account_no").thread
    assert begun.slots == {doubting.PART: "99000"}
    assert begun.tries == 1
    assert doubting.whole(scene(said("00012"), begun)) == "9900000012"
    assert doubting.whole(scene(said("是00012"), replace(begun, slots={}))) == ""
    third = doubting.again(scene(said("0001"), begun), begun, "account_no")
    assert third
    assert third.thread.slots[doubting.PART] == "990000001" or codes(third) == ["ask.account_no.length"]


def test_pieces_that_grow_too_long_are_forgotten() -> None:
    turn = asked_back("123456789", "account_no", **{doubting.PART: "12345678"})
    assert doubting.PART not in turn.thread.slots


def test_what_tells_nothing_is_not_asked_back() -> None:
    thread = replace(ASKED, asking="account_no")
    assert doubting.again(scene(said("不记得了"), thread), thread, "account_no") is None


@pytest.mark.parametrize(
    ("slot", "text", "read", "sure"),
    [
        ("date", "5号", {"date": "2026-12-05"}, {}),
        ("phone", "1990000001", {"account_no": "1990000001"}, {}),
        ("address", "5号", {"address": "5号", "date": "2026-12-05"}, {"address": "5号"}),
        ("address", "5号楼", {"address": "5号楼"}, {"address": "5号楼"}),
        ("phone", "户号9900000012", {"account_no": "9900000012"}, {"account_no": "9900000012"}),
    ],
)
def test_what_only_seems_to_answer_is_not_taken(
    slot: str, text: str, read: dict[str, str], sure: dict[str, str]
) -> None:
    assert doubting.sure(scene(said(text), replace(ASKED, asking=slot)), slot, read) == sure


def test_a_dictated_number_is_told_back_masked() -> None:
    turn = doubting.read_back(scene(said("三三零零，一一二二，三三")), "account_no", "3300112233")
    assert turn
    assert codes(Turn(EMPTY, (turn,))) == ["ask.read", "slot.account_no"]


@pytest.mark.parametrize(("text", "slot"), [(PHONE, "phone"), ("2", "phone"), ("三三零零一一二二三三", "name")])
def test_plain_figures_and_choices_speak_for_themselves(text: str, slot: str) -> None:
    assert doubting.read_back(scene(said(text)), slot, "9" * 10 if text != PHONE else PHONE) is None


def test_the_senders_own_number_is_no_account() -> None:
    thread = replace(ASKED, customer="tg5123456789", asking="account_no")
    here = scene(said("5123456789"), thread)
    assert doubting.own(here, "5123456789")
    assert not doubting.own(here, "5123456788")
    assert doubting.sure(here, "account_no", {"account_no": "5123456789"}) == {}
    turn = doubting.again(here, thread, "account_no")
    assert turn
    assert codes(turn) == ["ask.account_no.own"]
