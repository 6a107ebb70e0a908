"""Customers' wording of other hands, never trained on: how well the handbook is understood; floors, no aims.

`fresh.jsonl` was written by another hand in November 2026 and scored blind, once, before the handbook was touched:
named .874, named or as good .916, among three .986, strangers refused 38 of 45, answered at once and right 180 of 181,
dangers heard 34 of 34, false alarms 8 of 226. Since then only its totals are looked at, never a line.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from intents.match import Matcher, understand
from intents.topic import Handbook
from intents.understanding import Understanding, Zone

OUTSIDE = "out_of_scope"
Heard = list[tuple[dict[str, Any], str, Understanding]]


@dataclass(frozen=True, slots=True)
class Floors:
    """What a set of lines may not fall below; for false alarms, not rise above."""

    named: float
    named_or_as_good: float
    among_three: float
    refused: float
    refusals_right: float
    parted: float
    answered: int
    answers_right: float
    false_alarms: float


SETS = {
    # half of the first one's harmless lines were written to sound like danger
    "wording": Floors(0.80, 0.81, 0.95, 0.75, 0.82, 0.91, 120, 0.88, 0.07),
    "fresh": Floors(0.85, 0.90, 0.97, 0.82, 0.74, 0.95, 170, 0.97, 0.036),
}
"""File → its floors."""


@pytest.fixture(scope="module", params=SETS)
def lines(request: pytest.FixtureRequest) -> tuple[str, list[dict[str, Any]]]:
    """The name of a set and its lines."""
    text = (Path(__file__).parent / f"{request.param}.jsonl").read_text(encoding="utf-8")
    return request.param, [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def floors(lines: tuple[str, list[dict[str, Any]]]) -> Floors:
    return SETS[lines[0]]


@pytest.fixture(scope="module")
def heard(handbook: Handbook, matcher: Matcher, lines: tuple[str, list[dict[str, Any]]]) -> Heard:
    """Each line, what it is (a matter without a file is out of scope), and as what it was taken."""
    today = date(2026, 11, 23)
    return [
        (
            line,
            line["intent"] if line["intent"] in handbook.topics else OUTSIDE,
            understand(matcher, line["text"], today=today),
        )
        for line in lines[1]
    ]


def share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found)


def as_good(line: dict[str, Any], want: str, got: Understanding) -> bool:
    """Whether it was taken for what it is, or for what it may be taken for as well."""
    return got.intent in {want, *(line.get("also") or ())}


def test_matters_are_named(heard: Heard, floors: Floors) -> None:
    inside = [(line, want, got) for line, want, got in heard if want != OUTSIDE]
    assert share(got.intent == want for _, want, got in inside) >= floors.named
    assert share(as_good(*one) for one in inside) >= floors.named_or_as_good
    assert share(want in got.candidates[:3] for _, want, got in inside) >= floors.among_three


def test_strangers_are_refused(heard: Heard, floors: Floors) -> None:
    assert share(got.zone is Zone.REFUSE for _, want, got in heard if want == OUTSIDE) >= floors.refused
    assert share(want == OUTSIDE for _, want, got in heard if got.zone is Zone.REFUSE) >= floors.refusals_right


def test_scores_part_customers_from_strangers(heard: Heard, floors: Floors) -> None:
    inside = [got.score for _, want, got in heard if want != OUTSIDE]
    outside = [got.score for _, want, got in heard if want == OUTSIDE]
    pairs = [(a > b) + (a == b) / 2 for a in inside for b in outside]
    assert sum(pairs) / len(pairs) >= floors.parted


def test_answers_given_at_once_are_right(heard: Heard, floors: Floors) -> None:
    answered = [one for one in heard if one[2].zone is Zone.ANSWER]
    assert len(answered) >= floors.answered
    assert share(as_good(*one) for one in answered) >= floors.answers_right


def test_danger_is_never_missed(heard: Heard) -> None:
    assert [line["text"] for line, _, got in heard if line.get("danger") and not got.danger] == []


def test_few_alarms_are_false(heard: Heard, floors: Floors) -> None:
    assert share(got.danger for line, _, got in heard if not line.get("danger")) <= floors.false_alarms
