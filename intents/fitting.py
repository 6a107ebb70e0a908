"""Fits the ears with scikit-learn, in the child process that learns; nothing here is loaded where answers are given."""

import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intents.ears import MEANING, SOUND, centred, odds

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

TOPIC_C = 30.0
GATE_C = 10.0
MEANING_C = 10.0
_SPREAD = 3.0
_FOLDS = 3
_ALONE = 500
"""Below so many lines one process is quicker."""
_DEFAULT_ZONES = (0.35, 0.75)
_RIGHT_ENOUGH = 4 / 5
_LEVEL = 0.09
"""Points that serve so nearly as well as the best (of two shares) are as good: of those the mildest, a choice before a
refusal."""
_BEND = 3
"""Degree of the curve that is laid through the points."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What the lines are: the code of each, all codes, which lines and which codes are in scope."""

    labels: NDArray[Any]
    codes: tuple[str, ...]
    inside: Flags
    topics: Flags


def sparse_columns(table: Any, truth: Truth) -> tuple[Floats, Floats]:  # noqa: ANN401 - scipy's sparse matrix is untyped
    """One column for each code against the rest, and the gate in the last: weights, bias."""
    columns = [binary(table, truth.labels == code, TOPIC_C) for code in truth.codes]
    columns.append(binary(table, truth.inside, GATE_C))
    return np.stack([weights for weights, _ in columns], axis=1), np.array([bias for _, bias in columns])


def dense_columns(table: Floats, truth: Truth) -> tuple[Floats, Floats]:
    """The same of sentence vectors: one choice between all codes, and the gate in the last."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - never in the serving process

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a few more rounds would change nothing that is heard
        model = LogisticRegression(C=MEANING_C, max_iter=100, tol=1e-3).fit(table * _SPREAD, truth.labels)
    weights = np.zeros((table.shape[1], len(truth.codes) + 1))
    bias = np.full(len(truth.codes) + 1, -_SPREAD * 10)
    at = [truth.codes.index(code) for code in model.classes_]
    if len(at) == 2:  # noqa: PLR2004 - scikit-learn then keeps one row for both
        weights[:, at], bias[at] = np.concatenate([-model.coef_, model.coef_]).T * _SPREAD, 0
        bias[at] = [-model.intercept_[0], model.intercept_[0]]
    else:
        weights[:, at], bias[at] = model.coef_.T * _SPREAD, model.intercept_
    weights[:, -1], bias[-1] = binary(table, truth.inside, GATE_C)
    return weights, bias


def binary(table: Any, yes: Flags, strength: float) -> tuple[Floats, float]:  # noqa: ANN401 - as above
    """One logistic regression; a question with one answer only gets that answer."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - never in the serving process

    if yes.all() or not yes.any():
        return np.zeros(table.shape[1]), 8.0 if yes.any() else -8.0
    if isinstance(table, np.ndarray):
        model = LogisticRegression(C=strength / _SPREAD**2, class_weight="balanced", max_iter=300, tol=1e-3).fit(
            table * _SPREAD, yes
        )
        return model.coef_[0] * _SPREAD, float(model.intercept_[0])
    model = LogisticRegression(
        solver="liblinear", dual=True, C=strength, class_weight="balanced", random_state=0, max_iter=1000
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as near as it comes is near enough
        model.fit(table, yes)
    return model.coef_[0], float(model.intercept_[0])


def _part(kind: str, table: Any, truth: Truth, taught: Any, unseen: Any) -> Any:  # noqa: ANN401 - as above
    """One ear's columns learned from some lines; with `unseen`, what it hears in the others."""
    some = Truth(truth.labels[taught], truth.codes, truth.inside[taught], truth.topics)
    fit: Callable[..., tuple[Floats, Floats]] = dense_columns if kind == "meaning" else sparse_columns
    weights, bias = fit(table[taught], some)
    if unseen is None:
        return weights, bias
    values = np.asarray(table[unseen] @ weights) + bias
    return np.column_stack([odds(values[:, :-1].astype(np.float32)), values[:, -1]]) if kind == "meaning" else values


@dataclass(frozen=True, slots=True)
class Learned:
    """Each ear's weights and bias from all lines, and what it heard in each line when it had not seen it."""

    columns: dict[str, tuple[Floats, Floats]]
    unseen: dict[str, Floats]


def learn(tables: dict[str, Any], truth: Truth, tell: Callable[[int, int], None]) -> Learned:
    """Teach all ears, each once with all lines and once a fold without it; in two processes, with progress."""
    everything = np.arange(len(truth.labels))
    folds = list(_folds(truth))
    tasks: list[tuple[str, Any, Any]] = [(kind, everything, None) for kind in tables]
    tasks += [(kind, taught, unseen) for taught, unseen in folds for kind in tables]
    columns: dict[str, tuple[Floats, Floats]] = {}
    unseen_of = {kind: np.zeros((len(everything), len(truth.codes) + 1)) for kind in tables}
    for nth, ((kind, _, unseen), one) in enumerate(zip(tasks, _done(tables, truth, tasks), strict=True), 1):
        if unseen is None:
            columns[kind] = one
        else:
            unseen_of[kind][unseen] = one
        tell(nth, len(tasks))
    return Learned(columns, unseen_of if folds else {})


def _done(tables: dict[str, Any], truth: Truth, tasks: list[tuple[str, Any, Any]]) -> Iterator[Any]:
    """What comes of each task, in order; a small lesson is over before a second process has begun."""
    if len(truth.labels) < _ALONE:
        yield from (_part(kind, tables[kind], truth, taught, unseen) for kind, taught, unseen in tasks)
        return
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        begun = [pool.submit(_part, kind, tables[kind], truth, taught, unseen) for kind, taught, unseen in tasks]
        yield from (one.result() for one in begun)


def _folds(truth: Truth) -> Iterator[tuple[Any, Any]]:
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 - never in the serving process

    if len(truth.labels) < 10 * _FOLDS or truth.inside.all() or not truth.inside.any():
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a code with fewer lines than folds is no fault
        yield from StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(truth.labels, truth.labels)


def joined(columns: dict[str, Floats]) -> Floats:
    """What the ears heard, as one; without the ear for meaning where it is not there."""
    both = columns["text"] + SOUND * columns["sound"]
    return both + MEANING * columns["meaning"] if "meaning" in columns else both


def trusted(values: Floats | None, truth: Truth) -> tuple[Floats, Floats, Floats]:
    """Ask each line of a model that has not seen it: how far may a figure be trusted, where do the zones begin."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - never in the serving process

    unsure = np.array([1.0, 1.0, 0.0, 0.0]), np.array([1.0, 0.0]), np.array(_DEFAULT_ZONES)
    if values is None:
        return unsure
    shares = 1 / (1 + np.exp(-np.clip(values[:, :-1], -30, 30)))
    shares /= shares.sum(axis=1, keepdims=True)
    mass = shares[:, truth.topics].sum(axis=1)
    views = np.column_stack([_logit(mass), values[:, -1], values[:, :-1][:, truth.topics].max(axis=1)])
    gate = LogisticRegression(C=10, class_weight="balanced").fit(views, truth.inside)
    best = np.where(truth.topics, shares, -1).argmax(axis=1)
    score = gate.predict_proba(views)[:, 1] * shares[np.arange(len(best)), best] / np.maximum(mass, 1e-9)
    right = truth.inside & (np.array(truth.codes)[best] == truth.labels)
    if right.all() or not right.any():
        return unsure
    trust = LogisticRegression(C=10).fit(_logit(score)[:, None], right)
    sure = trust.predict_proba(_logit(score)[:, None])[:, 1]
    return (
        np.append(gate.coef_[0], gate.intercept_),
        np.append(trust.coef_[0], trust.intercept_),
        _zones(sure, right, truth.inside),
    )


def _logit(share: Floats) -> Floats:
    share = np.clip(share, 1e-6, 1 - 1e-6)
    return np.log(share / (1 - share))


def _zones(sure: Floats, right: Flags, inside: Flags) -> Floats:
    """Refuse below the mildest point that serves customers and strangers well; answer where most would be right.

    The points lie so flat around the best that sixty new lines once moved it by .06; a curve through all of them is
    steadier. Unseen lines of the handbook are harder than customers' own: four of five right here are more than nine
    of ten in the hall, and the best point here would send away one customer in ten who is understood.
    """
    steps = np.linspace(0.1, 0.9, 81)
    worth = np.array([(right & (sure >= at)).sum() / inside.sum() + (sure < at)[~inside].mean() for at in steps])
    curve = np.polyval(np.polyfit(steps, worth, _BEND), steps)
    refuse = float(np.clip(steps[curve >= curve.max() - _LEVEL].min(), 0.15, 0.5))
    enough = [at for at in steps if (sure >= at).any() and right[sure >= at].mean() >= _RIGHT_ENOUGH]
    answer = float(np.clip(enough[0] if enough else _DEFAULT_ZONES[1], max(refuse, 0.5), 0.9))
    return np.array([refuse, answer])


def fear(tables: dict[str, Any], hurts: Flags) -> dict[str, tuple[Floats, float]]:
    """Each ear's sense of danger, taught from all lines and those of danger.txt."""
    return {kind: binary(table, hurts, TOPIC_C) for kind, table in tables.items()}


def centre(vectors: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """The mean of all sentences, and the sentences about it."""
    mean = np.asarray(vectors.mean(axis=0), dtype=np.float32)
    return mean.astype(float), centred(vectors, mean).astype(float)
