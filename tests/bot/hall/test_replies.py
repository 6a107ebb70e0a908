"""Canned replies as somebody picks them."""

from dataclasses import replace

import pytest

from bot.desk import speech
from bot.desk.case import Case, Priority, State
from bot.hall import replies
from bot.hall.data import HallData
from intents.topic import Reply
from tests.kit import CREW, MONDAY, edition

DATA = edition().data
READER = DATA.books.person(CREW)
CASE = Case(
    "DL20261123-0007",
    "outage_repair",
    State.OPEN,
    Priority.URGENT,
    "w1",
    CREW,
    MONDAY,
    MONDAY,
    slots={"name": "林晚照", "phone": "13800000001", "address": "竹溪路18号"},
)


def _said(text: str, case: Case | None = CASE, *, known: bool = True) -> str:
    data: HallData = replace(DATA, handbook=replace(DATA.handbook, replies=(Reply("x", "试试", text),)))
    (found,) = replies.replies_json(data, "", case, READER, known=known)
    return str(found["text"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{name}，{no}", "林先生/女士，DL20261123-0007"),
        ("{topic}在{address}", "停电报修在竹溪路18号"),
        ("我是{handler}", f"我是{READER.name}（工号 {CREW}，工作岗）"),
        ("{几点}到{address}", "{几点}到竹溪路18号"),
        ("约在{visit}", "约在{visit}"),
        ("{promise}", "{promise}"),
        ("电话 {phone_of_hall}", f"电话 {DATA.info.phone}"),
        ("没有空", "没有空"),
    ],
)
def test_what_is_known_is_filled_and_the_rest_stays_a_blank(text: str, said: str) -> None:
    assert _said(text) == said


def test_a_blank_that_stays_is_not_sent() -> None:
    assert speech.fault(DATA.books, _said("{几点}到")) == "missing.blank:{几点}"
    assert speech.fault(DATA.books, _said("到{address}")) == ""


def test_nobody_learns_a_name_from_a_reply() -> None:
    assert _said("{name}", known=False) == "{name}"
    assert _said("{name}", replace(CASE, slots={"name": "芦苇路第一砖瓦厂"})) == "{name}"
    assert _said("{phone}") == "{phone}"


def test_without_a_case_the_hall_and_the_reader_are_known() -> None:
    assert _said("{handler}，{hall}，{no}", None) == f"{READER.name}（工号 {CREW}，工作岗），{DATA.info.name}，{{no}}"


def test_those_for_the_matter_come_first() -> None:
    found = replies.replies_json(DATA, "owner_transfer", None, READER)
    own = [bool(one["topics"]) for one in found]
    assert own == sorted(own, reverse=True)
    assert any(own)
    assert not all(own)
    assert all(not one["topics"] or "owner_transfer" in one["topics"] for one in found)
    by_case = replies.replies_json(DATA, "owner_transfer", CASE, READER)
    assert all(not one["topics"] or "outage_repair" in one["topics"] for one in by_case)
    assert {one["code"] for one in replies.replies_json(DATA, "", None, READER)} == {
        one.code for one in DATA.handbook.replies
    }


def test_every_reply_of_the_handbook_can_be_filled() -> None:
    for one in replies.replies_json(DATA, "", CASE, READER):
        assert one["text"]
        assert "{no}" not in one["text"]
        assert "{handler}" not in one["text"]
