"""Customers' wording of another hand, never trained on: how well the handbook is understood; floors, no aims."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from intents.match import Matcher, understand
from intents.topic import Handbook
from intents.understanding import Understanding, Zone

OUTSIDE = "out_of_scope"
LINES = [
    json.loads(line) for line in (Path(__file__).parent / "wording.jsonl").read_text(encoding="utf-8").splitlines()
]
Heard = list[tuple[dict[str, Any], str, Understanding]]


@pytest.fixture(scope="module")
def heard(handbook: Handbook, matcher: Matcher) -> Heard:
    """Each line, what it is (a matter without a file is out of scope), and as what it was taken."""
    today = date(2026, 11, 23)
    return [
        (
            line,
            line["intent"] if line["intent"] in handbook.topics else OUTSIDE,
            understand(matcher, line["text"], today=today),
        )
        for line in LINES
    ]


def share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found)


def test_matters_are_named(heard: Heard) -> None:
    inside = [(want, got) for _, want, got in heard if want != OUTSIDE]
    assert share(got.intent == want for want, got in inside) >= 0.77
    assert share(want in got.candidates[:3] for want, got in inside) >= 0.95


def test_strangers_are_refused(heard: Heard) -> None:
    assert share(got.zone is Zone.REFUSE for _, want, got in heard if want == OUTSIDE) >= 0.75
    assert share(want == OUTSIDE for _, want, got in heard if got.zone is Zone.REFUSE) >= 0.74


def test_scores_part_customers_from_strangers(heard: Heard) -> None:
    inside = [got.score for _, want, got in heard if want != OUTSIDE]
    outside = [got.score for _, want, got in heard if want == OUTSIDE]
    pairs = [(a > b) + (a == b) / 2 for a in inside for b in outside]
    assert sum(pairs) / len(pairs) >= 0.90


def test_answers_given_at_once_are_right(heard: Heard) -> None:
    answered = [(line, want, got) for line, want, got in heard if got.zone is Zone.ANSWER]
    assert len(answered) >= 100
    assert share(got.intent in {want, *(line.get("also") or ())} for line, want, got in answered) >= 0.88


def test_danger_is_never_missed(heard: Heard) -> None:
    assert [line["text"] for line, _, got in heard if line.get("danger") and not got.danger] == []


def test_few_alarms_are_false(heard: Heard) -> None:
    # half of these lines were written to sound like danger
    assert share(got.danger for line, _, got in heard if not line.get("danger")) <= 0.09
