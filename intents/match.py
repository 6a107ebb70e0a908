"""A sentence → topics, ranked and scored: trained weights, read with numpy alone."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from intents.danger import danger, guarded
from intents.ears import MEANING, PINYIN, SOUND, Ear, Sense, Trust, heard, meant, scores_of
from intents.grams import Cut, seen, shaped
from intents.meaning import Encoder
from intents.slots import read
from intents.sound import is_pinyin, sounded
from intents.text import normalise, sentences, words
from intents.understanding import Understanding, Zone

Floats = NDArray[np.float32]

OUTSIDE = "out_of_scope"
ALARM = 0.0
"""From these log odds on it is danger; one alarm too many costs less than a life."""
RULED = 4.0
"""What a safety rule adds to the ears' log odds, and what words of a tale, of long ago or of a mere question take away:
rules alone hear two dangers of three, ears alone raise twice the alarms (five folds of the handbook's own lines)."""
TOLD = 3.0
_MOST = 5
_LONG = 40
"""From so many characters on, the strongest sentence counts beside the whole."""
_PIECES = 24
_LEAST_PIECE = 4
_ALIKE = 30.0
_TOLD_ONLY = 0.2
_DICTATED = 6
_HAPPENS = re.compile("[电停断火烟亮黑]")
"""So many figures and no word are a number, however it is written."""
_SAYS_NOTHING = re.compile(
    r"[\W\d_零〇一二三四五六七八九幺两洞拐]|^(?:我?(?:家?住?在|的?地址是?)|是|户号|电话|手机号?)"
)
_DANGER = "danger"
_SMALL_TALK = frozenset({"greeting", "thanks", "goodbye", "chitchat"})
_JOINS = re.compile(
    r"[，。](?=(?:还有|还要|还想|也要|也想|另外|再就是|顺便|对了|以及|同时|再问|此外|第[二三四]|其次|最后))|[。\n]"
)


@dataclass(frozen=True, slots=True)
class Matcher:
    """A trained model as arrays; one for each version of the handbook's sentences."""

    codes: tuple[str, ...]
    kinds: tuple[str, ...]
    """Kind of the topic; empty for what only marks where the scope ends."""
    inside: NDArray[np.bool_]
    text: Ear
    sound: Ear
    meaning: Sense | None
    """The ear that needs the encoder; None where the model was taught without it."""
    light: Trust
    whole: Trust
    """What the figures are worth without and with the ear for meaning."""
    known: dict[str, str]
    """Training line as it is compared → its code."""
    lines: dict[str, dict[str, str]]
    """Code → training line as it is compared → as it is written."""
    dangers: dict[str, bool]
    """Sentence of danger.txt as it is compared → whether it is one: what was decided once stays decided."""
    cut: Cut
    """jieba with the hall's own words, as the model was taught."""
    encoder: Encoder | None = None

    @property
    def trust(self) -> Trust:
        """What a short message's figures are worth."""
        return self.whole if self.meaning and self.encoder else self.light


class ModelUnreadable(Exception):
    """The file is no model of this engine."""


def load(path: Path, encoder: Encoder | None = None) -> Matcher:
    """Read a trained model; nothing in it is executed. Without the encoder its other ears hear alone."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        meta = json.loads(arrays["meta"].tobytes())
        text, sound = (_ear(arrays, kind, meta["runs"][kind]) for kind in ("text", "sound"))
        light, whole = (_trust(arrays, name) for name in ("light", "whole"))
        meaning = None
        if encoder and "mean" in arrays:
            meaning = Sense(arrays["mean"], arrays["meaning_weights"].astype(np.float32), arrays["meaning_bias"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as broken:
        raise ModelUnreadable(path.name) from broken
    lines: dict[str, dict[str, str]] = {}
    known: dict[str, str] = {}
    for code, line, bare in meta["lines"]:
        lines.setdefault(code, {})[bare] = line
        known.setdefault(bare, code)
    return Matcher(
        codes=tuple(meta["codes"]),
        kinds=tuple(meta["kinds"]),
        inside=arrays["inside"],
        text=text,
        sound=sound,
        meaning=meaning,
        light=light,
        whole=whole,
        known=known,
        lines=lines,
        dangers=dict(meta["dangers"]),
        cut=words(meta["words"], path.parent).cut,
        encoder=encoder if meaning else None,
    )


def _ear(arrays: dict[str, NDArray[Any]], kind: str, runs: list[str]) -> Ear:
    return Ear(
        rows={run: row for row, run in enumerate(runs)},
        idf=arrays[f"{kind}_idf"],
        weights=arrays[f"{kind}_weights"].astype(np.float32),
        bias=arrays[f"{kind}_bias"],
    )


def _trust(arrays: dict[str, NDArray[Any]], name: str) -> Trust:
    mass, gate, best, offset = (float(value) for value in arrays[f"{name}_stack"])
    slope, shift = (float(value) for value in arrays[f"{name}_calibration"])
    refuse_below, answer_from = (float(value) for value in arrays[f"{name}_zones"])
    return Trust((mass, gate, best, offset), (slope, shift), refuse_below, answer_from)


@dataclass(frozen=True, slots=True)
class _Guess:
    """Shares of all codes, of each topic the probability that it is in scope and right, and that of danger."""

    shares: Floats
    scores: Floats
    fear: float
    """Log odds."""


def _guess(matcher: Matcher, bare: str, *, deep: bool = False) -> _Guess | None:
    """Weigh one shaped text; None where it holds nothing that was ever seen. `deep`: with the ear for meaning."""
    loud = heard(matcher.sound, sounded(bare))
    if loud is not None and is_pinyin(bare):
        return _weighed(matcher, PINYIN * loud, matcher.light)
    written = heard(matcher.text, seen(bare, matcher.cut))
    if written is None:
        return None if loud is None else _weighed(matcher, PINYIN * loud, matcher.light)
    values = written if loud is None else written + SOUND * loud
    if deep and matcher.meaning and matcher.encoder:
        values = values + MEANING * meant(matcher.meaning, matcher.encoder.vectors([bare])[0])
        return _weighed(matcher, values, matcher.whole)
    return _weighed(matcher, values, matcher.light)


def _weighed(matcher: Matcher, values: Floats, trust: Trust) -> _Guess:
    shares, scores = scores_of(values, matcher.inside, trust)
    return _Guess(shares, scores, float(values[-1]))


def _feared(guess: _Guess, clean: str, *, ruled: bool) -> _Guess:
    """What the ears fear, with what the rules and the words around say to it."""
    return replace(guess, fear=guess.fear + RULED * ruled - TOLD * guarded(clean))


def _weigh(matcher: Matcher, clean: str, bare: str, *, ruled: bool) -> _Guess | None:
    """The whole text and, in a letter, its strongest sentence."""
    found = _guess(matcher, bare, deep=True)
    whole = _feared(found, clean, ruled=ruled) if found else None
    if whole is None or len(bare) < _LONG:
        return whole
    pieces = ((piece, _guess(matcher, shaped(piece))) for piece in _pieces(clean))
    parts = [_feared(guess, piece, ruled=ruled and bool(danger(piece))) for piece, guess in pieces if guess]
    if len(parts) < 2:  # noqa: PLR2004 - one sentence is the whole
        return whole
    heard_of = np.array([code not in _SMALL_TALK for code in matcher.codes])
    strongest = np.max([part.scores for part in parts], axis=0)
    shares = np.maximum(whole.shares, np.max([part.shares for part in parts], axis=0) / 2)
    fear = max(part.fear for part in (whole, *parts))
    return _Guess(shares, np.maximum(whole.scores, np.where(heard_of, strongest, 0)), fear)


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
        if guess.scores[top] >= matcher.light.answer_from and code not in _SMALL_TALK and code not in told:
            told.append(code)
    if best and best not in told and len(told) > 1:
        told.append(best)
    return tuple(told) if len(told) > 1 else ()


def _why(matcher: Matcher, bare: str, code: str, rules: Sequence[str]) -> tuple[str, ...]:
    lines = matcher.lines.get(code, {})
    near = process.extractOne(bare[:200], list(lines), scorer=fuzz.ratio, score_cutoff=_ALIKE) if lines else None
    return (*(f"rule:{rule}" for rule in rules), *((lines[near[0]],) if near else ()))


def _only_told(clean: str, slots: dict[str, str]) -> bool:
    """Whether a message is nothing but what was asked for, an address or a number: it names no matter."""
    if _HAPPENS.search(clean):
        return False  # 断电了 竹溪路7号楼, whatever of it was read as the address
    rest = re.sub(r"\s", "", clean)
    for slot in ("address", "account_no", "phone", "case_no"):
        rest = rest.replace(normalise(slots.get(slot, "")) or "\0", "")
    return bool(slots or len(rest) >= _DICTATED) and len(_SAYS_NOTHING.sub("", rest)) <= 1


def _gravest(matcher: Matcher, scores: Floats) -> Floats:
    """A danger is told as one: the likelier of the dangers stands before whatever else the message holds."""
    graves = [at for at, kind in enumerate(matcher.kinds) if kind == _DANGER]
    if not graves:
        return scores
    at = max(graves, key=lambda one: float(scores[one]))
    sure = max(float(scores.max()), matcher.trust.answer_from)
    return np.where(np.arange(len(scores)) == at, sure + 1e-6, scores).astype(np.float32)


def decided(matcher: Matcher, text: str) -> bool | None:
    """Whether a sentence is danger by danger.txt itself; None where nobody wrote it there."""
    return matcher.dangers.get(shaped(normalise(text)))


def understand(
    matcher: Matcher, text: str, *, today: date, places: Iterable[str] = (), asked: str = ""
) -> Understanding:
    """Read one message of any kind; no text is too odd, the odd ones are refused."""
    clean = normalise(text)
    bare = shaped(clean)
    rules = danger(clean)
    slots = read(text, today=today, places=places, asked=asked)
    guess = _weigh(matcher, clean, bare, ruled=bool(rules))
    endangered = matcher.dangers.get(bare, guess.fear >= ALARM if guess else bool(rules))
    if guess is None or not matcher.inside.any():
        return Understanding(OUTSIDE, 0.0, (), slots=slots, danger=endangered, why=_why(matcher, bare, "", rules))
    scores = guess.scores.copy()
    learned = matcher.known.get(bare, "")
    if learned in matcher.codes:
        at = matcher.codes.index(learned)
        scores = np.where(np.arange(len(scores)) == at, np.maximum(scores, 0.97), np.minimum(scores, 0.03))
        scores = np.where(matcher.inside, scores, 0)
    if not endangered and not learned and _only_told(clean, slots):
        scores = scores * _TOLD_ONLY
    if endangered:
        scores = _gravest(matcher, scores)
    order = [int(at) for at in np.argsort(-scores, kind="stable")[:_MOST] if matcher.inside[at]]
    candidates = tuple(matcher.codes[at] for at in order)
    best = float(scores[order[0]])
    zone = (
        Zone.ANSWER
        if best >= matcher.trust.answer_from
        else Zone.CHOOSE
        if best >= matcher.trust.refuse_below
        else Zone.REFUSE
    )
    return Understanding(
        intent=candidates[0] if zone is not Zone.REFUSE else OUTSIDE,
        score=min(round(best, 4), 1.0),
        candidates=candidates,
        matters=_matters(matcher, clean, candidates[0] if zone is Zone.ANSWER else ""),
        slots=slots,
        danger=endangered,
        zone=zone,
        scores=tuple(round(float(scores[at]), 4) for at in order),
        why=_why(matcher, bare, candidates[0] if zone is not Zone.REFUSE else learned, rules),
    )
