"""A sentence → topics, ranked and scored: trained weights, read with numpy alone."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from intents.danger import danger, guarded
from intents.grams import Cut, seen, shaped
from intents.slots import read
from intents.text import normalise, sentences, words
from intents.understanding import Understanding, Zone

Floats = NDArray[np.float32]

OUTSIDE = "out_of_scope"
FEAR = 0.25
"""From this probability on a message is danger without any safety rule; one alarm too many costs less than a life."""
FEARLESS = 0.05
"""Below it even a safety rule is not believed."""
_MOST = 5
_LONG = 40
"""From so many characters on, the strongest sentence counts beside the whole."""
_PIECES = 24
_LEAST_PIECE = 4
_ALIKE = 30.0
_EDGES = frozenset("^$")
_SMALL_TALK = frozenset({"greeting", "thanks", "goodbye", "chitchat"})
_JOINS = re.compile(r"[，。](?=(?:还有|另外|再就是|顺便|对了|以及|同时|再问|此外|第[二三四]|其次|最后))|[。\n]")


@dataclass(frozen=True, slots=True)
class Matcher:
    """A trained model as arrays; one for each version of the handbook's sentences."""

    codes: tuple[str, ...]
    kinds: tuple[str, ...]
    """Kind of the topic; empty for what only marks where the scope ends."""
    inside: NDArray[np.bool_]
    rows: dict[str, int]
    """Run of characters → row of the weights."""
    idf: Floats
    weights: Floats
    bias: Floats
    stack: tuple[float, float, float]
    calibration: tuple[float, float]
    refuse_below: float
    answer_from: float
    known: dict[str, str]
    """Training line as it is compared → its code."""
    lines: dict[str, dict[str, str]]
    """Code → training line as it is compared → as it is written."""
    cut: Cut
    """jieba with the hall's own words, as the model was taught."""


class ModelUnreadable(Exception):
    """The file is no model of this engine."""


def load(path: Path) -> Matcher:
    """Read a trained model; nothing in it is executed."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        meta = json.loads(arrays["meta"].tobytes())
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as broken:
        raise ModelUnreadable(path.name) from broken
    lines: dict[str, dict[str, str]] = {}
    known: dict[str, str] = {}
    for code, line, bare in meta["lines"]:
        lines.setdefault(code, {})[bare] = line
        known.setdefault(bare, code)
    mass, gate, offset = (float(value) for value in arrays["stack"])
    slope, shift = (float(value) for value in arrays["calibration"])
    refuse_below, answer_from = (float(value) for value in arrays["zones"])
    return Matcher(
        codes=tuple(meta["codes"]),
        kinds=tuple(meta["kinds"]),
        inside=arrays["inside"],
        rows={gram: row for row, gram in enumerate(meta["vocabulary"])},
        idf=arrays["idf"],
        weights=arrays["weights"].astype(np.float32),
        bias=arrays["bias"],
        stack=(mass, gate, offset),
        calibration=(slope, shift),
        refuse_below=refuse_below,
        answer_from=answer_from,
        known=known,
        lines=lines,
        cut=words(meta["words"], path.parent).cut,
    )


@dataclass(frozen=True, slots=True)
class _Guess:
    """Shares of all codes, of each topic the probability that it is in scope and right, and that of danger."""

    shares: Floats
    scores: Floats
    fear: float


def _guess(matcher: Matcher, bare: str) -> _Guess | None:
    """Weigh one shaped text; None where it holds nothing that was ever seen."""
    counts = Counter(gram for gram in seen(bare, matcher.cut) if gram in matcher.rows)
    if not counts.keys() - _EDGES:
        return None
    rows = np.fromiter((matcher.rows[gram] for gram in counts), dtype=np.intp, count=len(counts))
    often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
    vector = (1 + np.log(often)) * matcher.idf[rows]
    vector /= np.sqrt(vector @ vector)
    values = vector @ matcher.weights[rows] + matcher.bias
    shares = 1 / (1 + np.exp(-np.clip(values[:-2], -30, 30)))
    shares /= shares.sum()
    mass = float(shares[matcher.inside].sum())
    weight, lean, offset = matcher.stack
    scope = _bent(weight * _logit(mass) + lean * float(values[-2]) + offset)
    slope, shift = matcher.calibration
    joint = np.where(matcher.inside, shares * (scope / max(mass, 1e-9)), 0.0)
    logits = np.log(np.clip(joint, 1e-6, 1 - 1e-6) / (1 - np.clip(joint, 1e-6, 1 - 1e-6)))
    scores = np.where(matcher.inside, 1 / (1 + np.exp(-(slope * logits + shift))), 0.0)
    return _Guess(shares, scores.astype(np.float32), _bent(float(values[-1])))


def _bent(value: float) -> float:
    return 1 / (1 + exp(-max(min(value, 30.0), -30.0)))


def _logit(share: float) -> float:
    share = min(max(share, 1e-6), 1 - 1e-6)
    return log(share / (1 - share))


def _weigh(matcher: Matcher, clean: str, bare: str) -> _Guess | None:
    """The whole text and, in a letter, its strongest sentence."""
    whole = _guess(matcher, bare)
    if whole is None or len(bare) < _LONG:
        return whole
    parts = [guess for piece in _pieces(clean) if (guess := _guess(matcher, shaped(piece)))]
    if len(parts) < 2:  # noqa: PLR2004 - one sentence is the whole
        return whole
    heard = np.array([code not in _SMALL_TALK for code in matcher.codes])
    strongest = np.max([part.scores for part in parts], axis=0)
    shares = np.maximum(whole.shares, np.max([part.shares for part in parts], axis=0) / 2)
    fear = max(part.fear for part in (whole, *parts))
    return _Guess(shares, np.maximum(whole.scores, np.where(heard, strongest, 0)), fear)


def _pieces(clean: str) -> list[str]:
    pieces = [piece for piece in sentences(clean) if len(piece) >= _LEAST_PIECE]
    if len(pieces) <= _PIECES:
        return pieces
    return pieces[: _PIECES * 2 // 3] + pieces[-_PIECES // 3 :]


def _matters(matcher: Matcher, clean: str, best: str) -> tuple[str, ...]:
    """The matters of a message that holds several, in the order they are told."""
    pieces = [piece.strip() for part in sentences(clean) for piece in _JOINS.split(part)]
    told: list[str] = []
    for piece in [piece for piece in pieces if len(piece) >= _LEAST_PIECE][:_PIECES]:
        guess = _guess(matcher, shaped(piece))
        if guess is None:
            continue
        top = int(guess.scores.argmax())
        code = matcher.codes[top]
        if guess.scores[top] >= matcher.answer_from and code not in _SMALL_TALK and code not in told:
            told.append(code)
    if best and best not in told and len(told) > 1:
        told.append(best)
    return tuple(told) if len(told) > 1 else ()


def _why(matcher: Matcher, bare: str, code: str, rules: Sequence[str]) -> tuple[str, ...]:
    lines = matcher.lines.get(code, {})
    near = process.extractOne(bare[:200], list(lines), scorer=fuzz.ratio, score_cutoff=_ALIKE) if lines else None
    return (*(f"rule:{rule}" for rule in rules), *((lines[near[0]],) if near else ()))


def _in_danger(clean: str, guess: _Guess | None, rules: Sequence[str]) -> bool:
    """A safety rule fires, or it sounds like danger and nothing says that it is a tale."""
    if guess is None:
        return bool(rules)
    return guess.fear >= FEARLESS if rules else guess.fear >= FEAR and not guarded(clean)


def understand(
    matcher: Matcher, text: str, *, today: date, places: Iterable[str] = (), asked: str = ""
) -> Understanding:
    """Read one message of any kind; no text is too odd, the odd ones are refused."""
    clean = normalise(text)
    bare = shaped(clean)
    rules = danger(clean)
    slots = read(text, today=today, places=places, asked=asked)
    guess = _weigh(matcher, clean, bare)
    endangered = _in_danger(clean, guess, rules)
    if guess is None or not matcher.inside.any():
        return Understanding(OUTSIDE, 0.0, (), slots=slots, danger=endangered, why=_why(matcher, bare, "", rules))
    scores = guess.scores.copy()
    learned = matcher.known.get(bare, "")
    if learned in matcher.codes:
        at = matcher.codes.index(learned)
        scores = np.where(np.arange(len(scores)) == at, np.maximum(scores, 0.97), np.minimum(scores, 0.03))
        scores = np.where(matcher.inside, scores, 0)
    order = [int(at) for at in np.argsort(-scores, kind="stable")[:_MOST] if matcher.inside[at]]
    candidates = tuple(matcher.codes[at] for at in order)
    best = float(scores[order[0]])
    zone = Zone.ANSWER if best >= matcher.answer_from else Zone.CHOOSE if best >= matcher.refuse_below else Zone.REFUSE
    return Understanding(
        intent=candidates[0] if zone is not Zone.REFUSE else OUTSIDE,
        score=round(best, 4),
        candidates=candidates,
        matters=_matters(matcher, clean, candidates[0] if zone is Zone.ANSWER else ""),
        slots=slots,
        danger=endangered,
        zone=zone,
        scores=tuple(round(float(scores[at]), 4) for at in order),
        why=_why(matcher, bare, candidates[0] if zone is not Zone.REFUSE else learned, rules),
    )
