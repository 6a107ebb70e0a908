"""Customers' wording of other hands, never trained on: how well the handbook is understood; floors, no aims.

`blind2.jsonl` and `blind2_danger.jsonl` were written on 24 November 2026 by hands that saw neither the handbook nor the
other sets, before the sentences and rules of that day; only their totals are looked at, never a line. The others are
older: `blind.jsonl` and `blind_danger.jsonl` were blind until that day, and their misses have been read since.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from intents import meaning, school
from intents.labelled import read_labelled
from intents.match import Matcher, understand
from intents.school import School
from intents.scoring import Heard, Report, score
from intents.topic import Handbook
from tests.intents.conftest import CACHE

HERE = Path(__file__).parent
TODAY = date(2026, 11, 23)
GRAVE = ("hazard", "life_support")


@dataclass(frozen=True, slots=True)
class Floors:
    """What a set of lines may not fall below; for false alarms, not rise above."""

    strict: float
    lenient: float
    among_three: float
    precision: float
    recall: float
    parted: float
    surest: float
    danger: float
    false_alarms: float


SETS = {
    "blind": Floors(0.88, 0.90, 0.97, 0.88, 0.82, 0.96, 0.96, 1.0, 0.01),
    # dangers of every disguise, and as many harmless lines that sound like one
    "blind_danger": Floors(0.79, 0.82, 0.92, 0.40, 0.82, 0.93, 0.92, 0.97, 0.02),
    "blind2": Floors(0.91, 0.91, 0.97, 0.88, 0.86, 0.97, 0.96, 1.0, 0.017),
    "blind2_danger": Floors(0.78, 0.80, 0.93, 0.36, 0.84, 0.94, 0.90, 0.92, 0.04),
    "fresh": Floors(0.82, 0.86, 0.96, 0.44, 0.85, 0.95, 0.93, 0.97, 0.015),
    # half of its harmless lines were written to sound like danger
    "wording": Floors(0.76, 0.84, 0.91, 0.74, 0.70, 0.92, 0.82, 0.91, 0.035),
}
"""File → its floors, with and without the ear for meaning."""
OLD = ("blind", "blind_danger", "fresh", "wording")
HEARD = (*((name, "matcher") for name in SETS), *((name, "whole") for name in SETS if name not in OLD))
"""Every set with two ears; with three the newer ones, for that takes twenty times as long."""


@pytest.fixture(scope="module")
def whole(handbook: Handbook) -> Matcher:
    """The shipped handbook's matcher with three ears."""
    encoder = meaning.encoder()
    if encoder is None:
        pytest.skip("the extra `semantic` has no wheel for this machine")
    return school.learned(School(CACHE, encoder), handbook)


@pytest.fixture(scope="module")
def reports() -> dict[tuple[str, str], Report]:
    """What was scored once is not scored again, in whatever order the tests are dealt out."""
    return {}


@pytest.fixture(scope="module", params=HEARD, ids="-".join)
def scored(request: pytest.FixtureRequest, reports: dict[tuple[str, str], Report]) -> tuple[Report, Floors]:
    """A set's report by one matcher, and its floors."""
    name, ears = request.param
    if request.param not in reports:
        matcher: Matcher = request.getfixturevalue(ears)
        lines = read_labelled((HERE / f"{name}.jsonl").read_bytes(), name)
        heard = [
            Heard(line, bool(line.danger) or line.intent in GRAVE, understand(matcher, line.text, today=TODAY))
            for line in lines
        ]
        reports[request.param] = score(heard)
    return reports[request.param], SETS[name]


pytestmark = pytest.mark.xdist_group("wording")


def test_matters_are_named(scored: tuple[Report, Floors]) -> None:
    report, floors = scored
    assert (report.strict or 0) >= floors.strict
    assert (report.lenient or 0) >= floors.lenient
    assert (report.top3 or 0) >= floors.among_three


def test_strangers_are_told_from_customers(scored: tuple[Report, Floors]) -> None:
    report, floors = scored
    assert (report.out_of_scope.precision or 0) >= floors.precision
    assert (report.out_of_scope.recall or 0) >= floors.recall
    assert (report.out_of_scope.auroc or 0) >= floors.parted


def test_what_is_surest_is_right(scored: tuple[Report, Floors]) -> None:
    report, floors = scored
    assert (report.surest_half or 0) >= floors.surest


def test_danger_is_heard_and_few_alarms_are_false(scored: tuple[Report, Floors]) -> None:
    report, floors = scored
    if report.danger.recall is not None:
        assert report.danger.recall >= floors.danger
    assert report.danger.false_alarms <= floors.false_alarms * report.count


def test_the_handbooks_own_exam_is_passed(matcher: Matcher, handbook: Handbook) -> None:
    """With two ears; with three `make check` has just heard it."""
    taken = [
        understand(matcher, line, today=TODAY).intent == code
        for code, topic in handbook.topics.items()
        if code != "out_of_scope"
        for line in topic.checks
    ]
    assert sum(taken) >= 0.9 * len(taken)
