"""Teaches the matcher from the handbook's lines, in a child process: serving needs no scikit-learn nor its memory."""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from intents.grams import WORD, Cut, seen, shape
from intents.meaning import Encoder, encoder
from intents.sound import sounded
from intents.text import words
from intents.topic import Handbook

ENGINE = "8"
"""Counts up when a model trained before would be read or used differently."""

OUTSIDE = "out_of_scope"
_KEEP = 6
_NOT_BY_NAME = frozenset({"talk", "danger"})
_VECTORS = "vectors.npz"
_VECTORS_KEPT = 30_000
_BATCH = 128
_WORTH_IT = 4
"""Batches from which on helping processes are started."""
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # two processes share the cores already
Floats = NDArray[np.float32]


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
    written = [(code, line) for code, topic in handbook.topics.items() for line in topic.examples]
    there = {line for _, line in written}
    return Lesson(
        kinds={code: topic.kind.value for code, topic in handbook.topics.items()},
        lines=tuple(
            written
            + [named for named in _named(handbook) if named[1] not in there]
            + [(uncovered.get(line, OUTSIDE), line) for line in handbook.negatives]
        ),
        dangers=handbook.dangers,
        words=handbook.words,
    )


def _named(handbook: Handbook) -> list[tuple[str, str]]:
    """A matter's own name is the surest way to ask for it, whether or not somebody has written that down."""
    asked = (topic for topic in handbook.topics.values() if topic.kind.value not in _NOT_BY_NAME)
    return [(topic.code, line) for topic in asked for line in (topic.name, f"我要{topic.name}", f"{topic.name}怎么办")]


def _told(taught: Lesson) -> str:
    return json.dumps(
        {"kinds": taught.kinds, "lines": taught.lines, "dangers": taught.dangers, "words": taught.words},
        ensure_ascii=False,
    )


def model_path(handbook: Handbook, cache_dir: Path, *, meaning: bool = False) -> Path:
    """Name the file of a handbook's model: other sentences, other ears or another engine are another file."""
    return _path(_told(lesson(handbook)), cache_dir, meaning=meaning)


def _path(told: str, cache_dir: Path, *, meaning: bool) -> Path:
    whole = f"{ENGINE}{'+' if meaning else ''}{told}"
    return cache_dir / f"model-{hashlib.sha256(whole.encode()).hexdigest()[:16]}.npz"


def ensure(handbook: Handbook, cache_dir: Path, *, meaning: bool = False) -> Path:
    """Return the handbook's model, taught now in a child process if it is not there yet. TrainingFailed.

    One that was taught with the ear for meaning is the very same without it.
    """
    told = _told(lesson(handbook))
    path = _path(told, cache_dir, meaning=meaning)
    for there in dict.fromkeys((path, _path(told, cache_dir, meaning=True))):
        if there.exists():
            with contextlib.suppress(OSError):  # a folder one may only read
                there.touch()  # the ones that lie unused are the first to go
            return there
    cache_dir.mkdir(parents=True, exist_ok=True)
    root = str(Path(__file__).resolve().parent.parent)
    child = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "intents.train", "-", str(path), *(["meaning"] if meaning else [])],
        input=told.encode(),
        env={**os.environ, **_ONE_THREAD, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])},
        check=False,
    )
    if child.returncode or not path.exists():
        raise TrainingFailed(child.returncode)
    for old in sorted(cache_dir.glob("model-*.npz"), key=lambda file: file.stat().st_mtime)[:-_KEEP]:
        old.unlink(missing_ok=True)
    return path


def main(arguments: Sequence[str]) -> int:
    """Teach from a handbook's folder (or, with -, from a lesson on stdin) and write the model."""
    if len(arguments) not in (2, 3) or arguments[2:] not in ([], ["meaning"]):
        _tell("用法：python -m intents.train 手册文件夹 模型.npz [meaning]")
        return 2
    source, target = arguments[0], Path(arguments[1])
    if source == "-":
        told = json.load(sys.stdin.buffer)
        lines, dangers = ([(one, other) for one, other in told[part]] for part in ("lines", "dangers"))
        taught = Lesson(told["kinds"], tuple(lines), tuple(dangers), tuple(told["words"]))
    else:
        from intents.reader import read_handbook  # noqa: PLC0415 - only when run by hand

        taught = lesson(read_handbook(Path(source)))
    if arguments[2:] and _hearer() is None:
        _tell("没有装 semantic 附加件")
        return 1
    vectors = _vectors(taught, target.parent / _VECTORS) if arguments[2:] else None
    write(teach(taught, words(taught.words, target.parent).cut, vectors), target)
    return 0


@cache
def _hearer() -> Encoder | None:
    """The encoder of this process."""
    return encoder()


def _rows(bare: Sequence[str]) -> Floats:
    hearer = _hearer()
    if hearer is None:
        raise TrainingFailed
    return hearer.vectors(bare)


def weighed(bare: Sequence[str]) -> Iterator[Floats]:
    """The rows of shaped texts by batches, in order: one process a core, which is quicker than threads within one."""
    batches = [bare[at : at + _BATCH] for at in range(0, len(bare), _BATCH)]
    if len(batches) < _WORTH_IT:
        yield from map(_rows, batches)
        return
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield from pool.map(_rows, batches)


def _vectors(taught: Lesson, kept: Path) -> Floats:
    """Each line's vector, those of the dangers last; what was weighed once is not weighed again."""
    shapes = [shape(line) for line, _ in _all(taught)]
    names = [hashlib.sha256(one.encode()).hexdigest()[:24] for one in shapes]
    known: dict[str, Floats] = {}
    try:
        with np.load(kept, allow_pickle=False) as file:
            known = dict(zip(file["names"].tolist(), file["vectors"], strict=True))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        pass  # weighed anew
    missing = {name: one for name, one in zip(names, shapes, strict=True) if name not in known}
    for at, rows in enumerate(weighed(list(missing.values()))):
        _tell(f"正在领会句义 {min((at + 1) * _BATCH, len(missing))}/{len(missing)}……")
        known.update(zip(list(missing)[at * _BATCH :], rows, strict=False))
    if missing:
        last = dict(list({**known, **{name: known[name] for name in names}}.items())[-_VECTORS_KEPT:])
        write({"names": np.array(list(last)), "vectors": np.array(list(last.values()), dtype=np.float16)}, kept)
    return np.array([known[name] for name in names], dtype=np.float16).astype(np.float32)


def _all(taught: Lesson) -> list[tuple[str, str]]:
    """Every line with what it is, those for the sense of danger alone at the end."""
    return [(line, code) for code, line in taught.lines] + [(line, str(hurts)) for line, hurts in taught.dangers]


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def write(model: dict[str, Any], target: Path) -> None:
    """Write the model's arrays so that a reader sees a whole file or none."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with draft.open("wb") as file:
        np.savez(file, allow_pickle=False, **model)
    draft.replace(target)


def teach(taught: Lesson, cut: Cut, vectors: Floats | None = None) -> dict[str, Any]:
    """Fit the ears, what they are worth and the sense of danger; everything that serving needs, as arrays.

    `vectors`: a row for each line and, after them, for each sentence of danger; without them that ear is left out.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - never in the serving process

    from intents import fitting  # noqa: PLC0415 - as above

    _tell(f"正在学习手册：{len(taught.kinds)} 项业务，{len(taught.lines)} 句话……")
    shapes = [shape(line) for line, _ in _all(taught)]
    count = len(taught.lines)
    labels = np.array([code for code, _ in taught.lines])
    codes = tuple(str(code) for code in sorted(set(labels)))
    truth = fitting.Truth(
        labels,
        codes,
        inside=np.array([code in taught.kinds and code != OUTSIDE for code in labels]),
        topics=np.array([code in taught.kinds and code != OUTSIDE for code in codes]),
    )
    least = 1 if count < 200 else 2  # noqa: PLR2004 - with little to learn from, every run counts
    ears = {
        "text": TfidfVectorizer(analyzer=lambda bare: seen(bare, cut), sublinear_tf=True, min_df=least),
        "sound": TfidfVectorizer(analyzer=sounded, sublinear_tf=True, min_df=least),
    }
    whole = {kind: ear.fit_transform(shapes).tocsr() for kind, ear in ears.items()}
    mean = None
    if vectors is not None:
        mean, whole["meaning"] = fitting.centre(vectors)
    learned = fitting.learn(
        {kind: table[:count] for kind, table in whole.items()},
        truth,
        lambda at, of: _tell(f"学习和交叉检验 {at}/{of}……"),
    )
    names = {kind: [str(name) for name in ear.get_feature_names_out()] for kind, ear in ears.items()}
    runs = np.array([not name.startswith(WORD) for name in names["text"]])  # measured: words add false alarms
    hurts = [taught.kinds.get(code) == "danger" for code in labels] + [danger for _, danger in taught.dangers]
    fears = fitting.fear({**whole, "text": whole["text"].multiply(runs).tocsr()}, np.array(hurts))
    model: dict[str, Any] = {"inside": truth.topics}
    for kind, (weights, bias) in learned.columns.items():
        model[f"{kind}_weights"] = np.column_stack([weights, fears[kind][0]]).astype(np.float16)
        model[f"{kind}_bias"] = np.append(bias, fears[kind][1]).astype(np.float32)
    for kind, ear in ears.items():
        model[f"{kind}_idf"] = ear.idf_.astype(np.float32)
    if mean is not None:
        model["mean"] = mean.astype(np.float32)
    without = {kind: columns for kind, columns in learned.unseen.items() if kind != "meaning"}
    for name, columns in (("light", without), ("whole", learned.unseen)):
        for part, row in zip(
            ("stack", "calibration", "zones"),
            fitting.trusted(fitting.joined(columns) if columns else None, truth),
            strict=True,
        ):
            model[f"{name}_{part}"] = row.astype(np.float32)
    _tell("学好了。")
    meta = {
        "engine": ENGINE,
        "codes": codes,
        "kinds": [taught.kinds.get(code, "") for code in codes],
        "words": list(taught.words),
        "runs": names,
        "dangers": [[bare, danger] for (_, danger), bare in zip(taught.dangers, shapes[count:], strict=True)],
        "lines": [[code, line, bare] for (code, line), bare in zip(taught.lines, shapes, strict=False)],
    }
    return {"meta": np.frombuffer(json.dumps(meta, ensure_ascii=False).encode(), dtype=np.uint8), **model}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
