"""Refusals as sentences, with the fields that lack something."""

import pytest

from bot.desk.case import State
from bot.desk.errors import Changed, DeskError, IllegalMove, Missing, NoSuchCase, NotYours
from bot.desk.moves import Move
from bot.hall.refusals import field, phrase, sentence
from tests.kit import edition

DATA = edition().data


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NotYours("DL1", "A201", Move.REPLY, "A301"), "雷九川"),
        (NotYours("DL1", "A201", Move.REPLY, "A999"), "A999"),
        (IllegalMove("DL1", State.CLOSED, Move.ACCEPT), "这张单现在是“"),
        (NoSuchCase("DL1"), "没有这张单"),
        (Changed("DL1", 3), "别人刚动过"),
        (Missing({"text": "missing.text"}), DATA.handbook.phrases["missing.text"]),
        (Missing({"cause": "missing.closing:停电原因", "x": "missing.closing:复电时间"}), "停电原因"),
    ],
)
def test_every_refusal_is_a_sentence(error: DeskError, told: str) -> None:
    said = sentence(DATA, error)
    assert told in said
    assert "error." not in said
    assert "missing." not in said
    assert type(error).__name__ not in said


def test_each_field_has_a_line() -> None:
    said = sentence(DATA, Missing({"cause": "missing.closing:停电原因", "x": "missing.closing:复电时间"}))
    assert len(said.splitlines()) == 3
    assert "复电时间" in said.splitlines()[2]


def test_a_code_without_a_phrase_says_no_more_than_no() -> None:
    assert phrase(DATA, "error.unheard_of") == DATA.handbook.phrases["error.refused"]
    assert field(DATA, "missing.unheard_of") == DATA.handbook.phrases["error.refused"]
