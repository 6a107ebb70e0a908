from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents import ears
from intents.ears import Ear, Sense, Trust

EAR = Ear(
    rows={"电": 0, "费": 1, "^": 2},
    idf=np.array([1.0, 2.0, 1.0], dtype=np.float32),
    weights=np.array([[1, 0, 0, 0], [0, 3, 0, 0], [5, 5, 5, 5]], dtype=np.float32),
    bias=np.array([0.5, 0, -1, 2], dtype=np.float32),
)
TRUST = Trust((1.0, 1.0, 0.0, 0.0), (1.0, 0.0), 0.3, 0.6)
INSIDE = np.array([True, True, False])


def test_what_was_never_seen_is_not_heard() -> None:
    assert ears.heard(EAR, ["x", "y"]) is None
    assert ears.heard(EAR, ["^", "x"]) is None  # an edge alone says nothing


def test_runs_are_weighed_by_rarity_and_length_one() -> None:
    values = ears.heard(EAR, ["电", "费"])
    assert values is not None
    assert values == pytest.approx([1 / 5**0.5 + 0.5, 3 * 2 / 5**0.5, -1, 2], abs=1e-6)
    twice = ears.heard(EAR, ["电", "电", "费"])
    assert twice is not None
    assert values[0] < twice[0] < 2 * values[0]


def test_a_mean_is_taken_from_all_sentences() -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    about = ears.centred(rows, np.array([0.5, 0.5], dtype=np.float32))
    assert np.linalg.norm(about, axis=1) == pytest.approx([1, 1])
    assert about[0] == pytest.approx(-about[1])
    assert ears.centred(rows[:1], rows[0])[0] == pytest.approx([0, 0])  # the mean itself: no division by nought


def test_meaning_has_the_columns_of_the_others() -> None:
    sense = Sense(np.zeros(2, dtype=np.float32), np.ones((2, 5), dtype=np.float32), np.arange(5, dtype=np.float32))
    values = ears.meant(sense, np.array([0.6, 0.8], dtype=np.float32))
    assert values.shape == (5,)
    assert values[-2:] == pytest.approx([3 + 1.4, 4 + 1.4])
    assert list(np.argsort(values[:3])) == [0, 1, 2]


@given(st.lists(st.floats(-40, 40), min_size=2, max_size=6))
def test_odds_are_those_of_shares_of_one(raw: list[float]) -> None:
    found = ears.odds(np.array([raw], dtype=np.float32))[0]
    shares = 1 / (1 + np.exp(-found.astype(float)))
    assert shares.sum() == pytest.approx(1, abs=0.01)
    assert found[int(np.argmax(np.array(raw, dtype=np.float32)))] == found.max()


def test_scores_are_of_topics_alone_and_fall_with_the_gate() -> None:
    values = np.array([2.0, -1.0, 4.0, 3.0, 0.0], dtype=np.float32)
    shares, sure = ears.scores_of(values, INSIDE, TRUST)
    assert shares.sum() == pytest.approx(1, abs=1e-5)
    assert sure[2] == 0
    assert 1 > sure[0] > sure[1] > 0
    _, doubtful = ears.scores_of(np.array([2.0, -1.0, 4.0, -3.0, 0.0], dtype=np.float32), INSIDE, TRUST)
    assert doubtful[0] < sure[0]
    _, best = ears.scores_of(values, INSIDE, replace(TRUST, stack=(1.0, 1.0, 1.0, 0.0)))
    assert best[0] > sure[0]
