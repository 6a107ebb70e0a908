"""Three ears for a sentence, all linear: what is written, how it sounds, what it means; and what that is worth."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SOUND = 0.6
MEANING = 0.4
"""Weights of the two further ears beside the first; flat between .3 and .8 (measured on other hands' lines)."""
PINYIN = 1.6
"""A text in pinyin is heard by its sound alone, as loud as two ears together."""
_EDGES = frozenset("^$")
_MOST = 30.0
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Ear:
    """Runs → columns: one for each code, then the gate (in scope or not), then fear."""

    rows: dict[str, int]
    """A run → its row of the weights."""
    idf: Floats
    weights: Floats
    """Runs × (codes + 2)."""
    bias: Floats


@dataclass(frozen=True, slots=True)
class Sense:
    """The ear for meaning: 384 figures, centred, → the same columns."""

    mean: Floats
    weights: Floats
    """384 × (codes + 2)."""
    bias: Floats


@dataclass(frozen=True, slots=True)
class Trust:
    """What the ears' figures are worth: learned from lines a model had not seen."""

    stack: tuple[float, float, float, float]
    """Weights of mass, gate and loudest code for being in scope, and the offset."""
    calibration: tuple[float, float]
    refuse_below: float
    answer_from: float


def heard(ear: Ear, runs: Iterable[str]) -> Floats | None:
    """The columns of a text's runs; None where none was ever seen."""
    counts = Counter(run for run in runs if run in ear.rows)
    if not counts.keys() - _EDGES:
        return None
    rows = np.fromiter((ear.rows[run] for run in counts), dtype=np.intp, count=len(counts))
    often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
    vector = (1 + np.log(often)) * ear.idf[rows]
    vector /= np.sqrt(vector @ vector)
    return np.asarray(vector @ ear.weights[rows] + ear.bias, dtype=np.float32)


def meant(sense: Sense, vector: Floats) -> Floats:
    """The columns of a sentence's vector; those of the codes as log odds."""
    raw = centred(vector[None], sense.mean)[0] @ sense.weights + sense.bias
    return np.append(odds(raw[None, :-2])[0], raw[-2:]).astype(np.float32)


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Rows about their common mean, of length one: all sentences of one trade lie close together."""
    apart = vectors - mean
    return np.asarray(apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def odds(raw: Floats) -> Floats:
    """Rows of a choice between codes → log odds of each code against all others."""
    high = raw - raw.max(axis=1, keepdims=True)
    share = np.exp(high)
    share = np.clip(share / share.sum(axis=1, keepdims=True), _LEAST, 1 - _LEAST)
    return np.asarray(np.log(share / (1 - share)), dtype=np.float32)


def bent(value: float) -> float:
    """Log odds → probability."""
    return 1 / (1 + exp(-max(min(value, _MOST), -_MOST)))


def shares_of(values: Floats, inside: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Columns → the codes' shares of one, and how much of it falls on topics."""
    odd = 1 / (1 + np.exp(-np.clip(values[:-2], -_MOST, _MOST)))
    shares = np.asarray(odd / odd.sum(), dtype=np.float32)
    return shares, float(shares[inside].sum())


def scores_of(values: Floats, inside: NDArray[np.bool_], trust: Trust) -> tuple[Floats, Floats]:
    """Columns → shares of all codes, and of each topic the probability that it is in scope and right."""
    shares, mass = shares_of(values, inside)
    by_mass, by_gate, by_best, offset = trust.stack
    best = float(values[:-2][inside].max())
    scope = bent(by_mass * _logit(mass) + by_gate * float(values[-2]) + by_best * best + offset)
    slope, shift = trust.calibration
    joint = np.clip(shares * (scope / max(mass, 1e-9)), _LEAST, 1 - _LEAST)
    scores = 1 / (1 + np.exp(-(slope * np.log(joint / (1 - joint)) + shift)))
    return shares, np.where(inside, scores, 0.0).astype(np.float32)


def _logit(share: float) -> float:
    share = min(max(share, _LEAST), 1 - _LEAST)
    return log(share / (1 - share))
