import tomllib
from pathlib import Path

import pytest

from bot.desk import errors
from bot.desk.errors import (
    Changed,
    DeskError,
    FloorHeld,
    IllegalMove,
    Missing,
    NeverPauses,
    NobodyToName,
    NoSuchCase,
    NoSuchIncident,
    NotPaused,
    NotYours,
    Paused,
    Taken,
    TransferWaits,
)
from tests.kit_desk import NOW

PHRASES = tomllib.loads((Path(__file__).parents[3] / "intents/handbook/phrases.toml").read_text(encoding="utf-8"))
RAISED = (
    IllegalMove("DL1", "open", "stage"),
    NotYours("DL1", "B101", "close", "B102"),
    NoSuchCase("DL1"),
    Changed("DL1", 3),
    Missing({"text": "missing.text"}),
    NobodyToName("hazard"),
    FloorHeld("DL1", "B102"),
    Taken("DL1", "B201", NOW),
    TransferWaits("DL1", "B102"),
    Paused("DL1", "B101", NOW),
    NotPaused("DL1"),
    NeverPauses("DL1"),
    NoSuchIncident("GZ1"),
)


@pytest.mark.parametrize("error", RAISED, ids=lambda error: error.code)
def test_a_refusal_can_be_raised_kept_and_said_in_a_phrase(error: DeskError) -> None:
    with pytest.raises(DeskError) as caught:
        raise error
    assert caught.value is error
    assert len({error, *RAISED}) == len(RAISED)
    assert f"error.{error.code}" in PHRASES


def test_every_refusal_has_a_code_of_its_own() -> None:
    classes = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, DeskError)]
    assert len({one.code for one in classes}) == len(classes) == len(RAISED) + 1
    assert f"error.{DeskError.code}" in PHRASES


def test_it_carries_facts() -> None:
    error = NotYours("DL1", "B101", "close")
    assert (error.no, error.by, error.move, error.first_handler) == ("DL1", "B101", "close", "")
    assert RAISED[4].fields == {"text": "missing.text"}
