from dataclasses import FrozenInstanceError

import pytest

from bot.desk.case import Kept, Kind, Lane, Post, Priority, State
from tests.kit_desk import case_in


def test_the_words_are_those_of_the_contract() -> None:
    before = ["draft", "open", "accepted", "in_progress", "waiting_customer"]
    assert [*State] == [*before, "resolved", "closed", "cancelled"]
    assert [*Priority] == ["normal", "urgent", "emergency"]
    assert [*Lane] == ["customer", "frontstage", "backstage", "support"]
    assert [*Post] == [*["guide", "work", "service", "duty"], ""]
    assert [*Kind] == ["answer", "words", "receipt", "status", "question", "notice", "nudge", "alert", "digest"]
    assert [*Kept] == ["running", "kept", "broken"]


def test_a_case_is_frozen_and_new_ones_share_nothing() -> None:
    one, other = case_in(State.OPEN), case_in(State.OPEN)
    with pytest.raises(FrozenInstanceError):
        one.state = State.CLOSED  # type: ignore[misc]
    assert one.slots == {}
    assert one.slots is not other.slots
