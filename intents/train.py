"""Teaches the matcher from the handbook's lines, in a child process: serving needs no scikit-learn nor its memory."""

import hashlib
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intents.grams import WORD, Cut, seen, shape
from intents.text import words
from intents.topic import Handbook

ENGINE = "6"
"""Counts up when a model trained before would be read or used differently."""

OUTSIDE = "out_of_scope"
_FOLDS = 5
_KEEP = 4
_TOPIC_C = 30.0
_GATE_C = 10.0
_DEFAULT_ZONES = (0.35, 0.75)
_RIGHT_ENOUGH = 5 / 6
_LEVEL = 0.04
"""Points that serve so nearly as well as the best (of two shares) are as good: of those the mildest, a choice before a
refusal."""
_BEND = 3
"""Degree of the curve that is laid through the points."""

Floats = NDArray[np.float64]


class TrainingFailed(Exception):
    """The child process ended without a model."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learned from: lines with the codes they belong to, and which codes are topics of which kind."""

    kinds: dict[str, str]
    lines: tuple[tuple[str, str], ...]
    dangers: tuple[tuple[str, bool], ...] = ()
    """Further sentences for the sense of danger alone, with whether they are one."""
    words: tuple[str, ...] = ()
    """The hall's own words, which the dictionary does not have."""


def lesson(handbook: Handbook) -> Lesson:
    """Gather the training lines of a handbook; what no topic covers teaches where the scope ends."""
    uncovered = dict(handbook.uncovered)
    return Lesson(
        kinds={code: topic.kind.value for code, topic in handbook.topics.items()},
        lines=tuple(
            [(code, line) for code, topic in handbook.topics.items() for line in topic.examples]
            + [(uncovered.get(line, OUTSIDE), line) for line in handbook.negatives]
        ),
        dangers=handbook.dangers,
        words=handbook.words,
    )


def _told(taught: Lesson) -> str:
    return json.dumps(
        {"kinds": taught.kinds, "lines": taught.lines, "dangers": taught.dangers, "words": taught.words},
        ensure_ascii=False,
    )


def model_path(handbook: Handbook, cache_dir: Path) -> Path:
    """Name the file of a handbook's model: other sentences or another engine are another file."""
    return cache_dir / f"model-{hashlib.sha256(f'{ENGINE}{_told(lesson(handbook))}'.encode()).hexdigest()[:16]}.npz"


def ensure(handbook: Handbook, cache_dir: Path) -> Path:
    """Return the handbook's model, taught now in a child process if it is not there yet."""
    path = model_path(handbook, cache_dir)
    if path.exists():
        return path
    cache_dir.mkdir(parents=True, exist_ok=True)
    root = str(Path(__file__).resolve().parent.parent)
    child = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "intents.train", "-", str(path)],
        input=_told(lesson(handbook)).encode(),
        env={**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])},
        check=False,
    )
    if child.returncode or not path.exists():
        raise TrainingFailed(child.returncode)
    for old in sorted(cache_dir.glob("model-*.npz"), key=lambda file: file.stat().st_mtime)[:-_KEEP]:
        old.unlink(missing_ok=True)
    return path


def main(arguments: Sequence[str]) -> int:
    """Teach from a handbook's folder (or, with -, from a lesson on stdin) and write the model."""
    if len(arguments) != 2:  # noqa: PLR2004 - where from, where to
        _tell("用法：python -m intents.train 手册文件夹 模型.npz")
        return 2
    source, target = arguments
    if source == "-":
        told = json.load(sys.stdin.buffer)
        lines, dangers = ([(one, other) for one, other in told[part]] for part in ("lines", "dangers"))
        taught = Lesson(told["kinds"], tuple(lines), tuple(dangers), tuple(told["words"]))
    else:
        from intents.reader import read_handbook  # noqa: PLC0415 - only when run by hand

        taught = lesson(read_handbook(Path(source)))
    write(teach(taught, words(taught.words, Path(target).parent).cut), Path(target))
    return 0


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def write(model: dict[str, Any], target: Path) -> None:
    """Write the model's arrays so that a reader sees a whole file or none."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with draft.open("wb") as file:
        np.savez(file, allow_pickle=False, **model)
    draft.replace(target)


def teach(taught: Lesson, cut: Cut) -> dict[str, Any]:
    """Fit topics, gate and calibration; everything that serving needs, as arrays."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - never in the serving process

    _tell(f"正在学习手册：{len(taught.kinds)} 项业务，{len(taught.lines)} 句话……")
    shapes = [shape(line) for _, line in taught.lines]
    labels = np.array([code for code, _ in taught.lines])
    inside = np.array([code in taught.kinds and code != OUTSIDE for code, _ in taught.lines])
    few = len(shapes) < 200  # noqa: PLR2004 - with little to learn from, every run of characters counts
    vectors = TfidfVectorizer(analyzer=lambda bare: seen(bare, cut), sublinear_tf=True, min_df=1 if few else 2)
    whole = vectors.fit_transform([*shapes, *(shape(line) for line, _ in taught.dangers)])
    table = whole[: len(shapes)]
    codes = sorted(set(labels))
    is_topic = np.array([code in taught.kinds and code != OUTSIDE for code in codes])
    weights, bias = _fit(table, labels, inside, codes)
    hurts = [taught.kinds.get(code) == "danger" for code in labels] + [danger for _, danger in taught.dangers]
    names = vectors.get_feature_names_out()
    runs = np.array([not name.startswith(WORD) for name in names])  # measured: words add false alarms
    fear, fear_bias = _binary(whole.multiply(runs).tocsr(), np.array(hurts), _TOPIC_C)
    stack, calibration, zones = _calibrate(table, labels, inside, codes)
    _tell("学好了。")
    meta = {
        "engine": ENGINE,
        "codes": [str(code) for code in codes],
        "kinds": [taught.kinds.get(str(code), "") for code in codes],
        "words": list(taught.words),
        "vocabulary": [str(name) for name in names],
        "lines": [[code, line, bare] for (code, line), bare in zip(taught.lines, shapes, strict=True)],
    }
    return {
        "meta": np.frombuffer(json.dumps(meta, ensure_ascii=False).encode(), dtype=np.uint8),
        "inside": is_topic,
        "idf": vectors.idf_.astype(np.float32),
        "weights": np.column_stack([weights, fear]).astype(np.float16),
        "bias": np.append(bias, fear_bias).astype(np.float32),
        "stack": stack.astype(np.float32),
        "calibration": calibration.astype(np.float32),
        "zones": zones.astype(np.float32),
    }


def _binary(table: Any, truth: NDArray[np.bool_], strength: float) -> tuple[Floats, float]:  # noqa: ANN401 - scipy's sparse matrix is untyped
    """One logistic regression; a question with one answer only gets that answer."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - never in the serving process

    if truth.all() or not truth.any():
        return np.zeros(table.shape[1]), 8.0 if truth.any() else -8.0
    model = LogisticRegression(
        solver="liblinear", dual=True, C=strength, class_weight="balanced", random_state=0, max_iter=1000
    ).fit(table, truth)
    return model.coef_[0], float(model.intercept_[0])


def _fit(table: Any, labels: NDArray[Any], inside: NDArray[np.bool_], codes: list[str]) -> tuple[Floats, Floats]:  # noqa: ANN401 - as above
    """One column for each code against the rest, and the gate in the last."""
    columns = [_binary(table, labels == code, _TOPIC_C) for code in codes]
    columns.append(_binary(table, inside, _GATE_C))
    return np.stack([weights for weights, _ in columns], axis=1), np.array([bias for _, bias in columns])


def _calibrate(
    table: Any,  # noqa: ANN401 - as above
    labels: NDArray[Any],
    inside: NDArray[np.bool_],
    codes: list[str],
) -> tuple[Floats, Floats, Floats]:
    """Ask each line of a model that has not seen it: how far may a figure be trusted, where do the zones begin."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - never in the serving process
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 - as above

    unsure = np.array([1.0, 1.0, 0.0]), np.array([1.0, 0.0]), np.array(_DEFAULT_ZONES)
    if len(labels) < 10 * _FOLDS or inside.all() or not inside.any():
        return unsure
    values = np.zeros((len(labels), len(codes) + 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a code with fewer lines than folds is no fault
        folds = list(StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(labels, labels))
    for number, (taught_on, unseen) in enumerate(folds, 1):
        _tell(f"交叉检验 {number}/{_FOLDS}……")
        weights, bias = _fit(table[taught_on], labels[taught_on], inside[taught_on], codes)
        values[unseen] = table[unseen] @ weights + bias
    is_topic = np.isin(codes, sorted(set(labels[inside])))
    shares = 1 / (1 + np.exp(-values[:, :-1]))
    shares /= shares.sum(axis=1, keepdims=True)
    mass = shares[:, is_topic].sum(axis=1)
    views = np.stack([_logit(mass), values[:, -1]], axis=1)
    gate = LogisticRegression(C=10, class_weight="balanced").fit(views, inside)
    best = np.where(is_topic, shares, -1).argmax(axis=1)
    score = gate.predict_proba(views)[:, 1] * shares[np.arange(len(labels)), best] / np.maximum(mass, 1e-9)
    right = inside & (np.array(codes)[best] == labels)
    if right.all() or not right.any():
        return unsure
    trust = LogisticRegression(C=10).fit(_logit(score)[:, None], right)
    sure = trust.predict_proba(_logit(score)[:, None])[:, 1]
    return (
        np.append(gate.coef_[0], gate.intercept_),
        np.append(trust.coef_[0], trust.intercept_),
        _zones(sure, right, inside),
    )


def _logit(share: Floats) -> Floats:
    share = np.clip(share, 1e-6, 1 - 1e-6)
    return np.log(share / (1 - share))


def _zones(sure: Floats, right: NDArray[np.bool_], inside: NDArray[np.bool_]) -> Floats:
    """Refuse below the mildest point that serves customers and strangers well; answer where most would be right.

    The points lie so flat around the best that sixty new lines once moved it by .06; a curve through all of them is
    steadier (lines drawn anew 300 times: give or take .016, the points themselves .023 at this level, .042 at .02).
    Unseen lines of the handbook are harder than customers' own, so five of six here are nine of ten in the hall.
    """
    steps = np.linspace(0.1, 0.9, 81)
    worth = np.array([(right & (sure >= at)).sum() / inside.sum() + (sure < at)[~inside].mean() for at in steps])
    curve = np.polyval(np.polyfit(steps, worth, _BEND), steps)
    refuse = float(np.clip(steps[curve >= curve.max() - _LEVEL].min(), 0.15, 0.5))
    enough = [at for at in steps if (sure >= at).any() and right[sure >= at].mean() >= _RIGHT_ENOUGH]
    answer = float(np.clip(enough[0] if enough else _DEFAULT_ZONES[1], max(refuse, 0.5), 0.9))
    return np.array([refuse, answer])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
