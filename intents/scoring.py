"""Labelled sentences beside what was heard → figures: how well the handbook is understood, and where it is not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intents.labelled import Labelled
from intents.understanding import Understanding, Zone

OUTSIDE = "out_of_scope"
_BINS = 10
_SHORTLIST = 3
_ROUND = 4


@dataclass(frozen=True, slots=True)
class Heard:
    """One labelled sentence, what it is here, and as what it was taken."""

    said: Labelled
    danger: bool
    """Whether safety words are due."""
    got: Understanding

    @property
    def inside(self) -> bool:
        """Whether it is a matter of ours."""
        return self.said.intent != OUTSIDE

    @property
    def named(self) -> str:
        """The best guess, whatever the zone."""
        return self.got.candidates[0] if self.got.candidates else OUTSIDE

    @property
    def good(self) -> frozenset[str]:
        """All codes that a careful reader accepts."""
        return frozenset({self.said.intent, *self.said.also})


@dataclass(frozen=True, slots=True)
class Scope:
    """How well customers are told from strangers; None where the file has none of a kind."""

    precision: float | None
    """Of what was refused: how much was out of scope."""
    recall: float | None
    """Of what is out of scope: how much was refused."""
    auroc: float | None
    """How often a matter of ours has the higher score of two, one of each kind."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Messages of about the same score: what was hoped, and what came."""

    low: float
    high: float
    count: int
    hoped: float | None
    """Their mean score."""
    right: float | None
    """How many of them were right."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether a score is worth what it says: ten bins, and how far they are off on average (0 is best)."""

    off: float | None
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Danger:
    """The sense of danger; lines are those of the file."""

    count: int
    recall: float | None
    missed: tuple[int, ...]
    false_alarms: int
    false_alarms_per_1000: float | None
    false: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ZoneScore:
    """What came of the messages of one zone."""

    zone: str
    count: int
    right: float | None
    """answer: named, or as good; choose: among the first three; refuse: out of scope indeed."""


@dataclass(frozen=True, slots=True)
class TopicScore:
    """One matter: how much of it was heard, and how much of what was heard as it was it."""

    code: str
    count: int
    taken: int
    """How many sentences were heard as this matter."""
    recall: float | None
    precision: float | None
    taken_for: tuple[tuple[str, int], ...] = ()
    """What its sentences were taken for instead, the commonest first."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """A pair of matters that is confused."""

    want: str
    got: str
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that a labelled file tells; shares are of one, None where there is nothing to count."""

    count: int
    inside: int
    outside: int
    strict: float | None
    """In scope: heard as what it is; refused is wrong."""
    lenient: float | None
    """In scope: heard as what it is, or as what a careful reader accepts."""
    named: float | None
    """In scope: the best guess is right, refused or not."""
    top3: float | None
    """In scope: among the first three guesses."""
    out_of_scope: Scope
    surest_half: float | None
    """Of the half with the highest scores: the best guess is right."""
    surest_half_lenient: float | None
    calibration: Calibration
    danger: Danger
    zones: tuple[ZoneScore, ...]
    topics: tuple[TopicScore, ...]
    """The weakest first."""
    pairs: tuple[Confusion, ...]
    """The commonest first."""


def share(hits: Iterable[bool]) -> float | None:
    """How many of one; None of nothing."""
    found = list(hits)
    return _round(sum(found) / len(found)) if found else None


def _round(value: float) -> float:
    return round(value, _ROUND)


def score(heard: Sequence[Heard]) -> Report:
    """All figures of a file."""
    inside = [one for one in heard if one.inside]
    surest = sorted(heard, key=lambda one: -one.got.score)[: (len(heard) + 1) // 2]
    return Report(
        count=len(heard),
        inside=len(inside),
        outside=len(heard) - len(inside),
        strict=share(one.got.intent == one.said.intent for one in inside),
        lenient=share(one.got.intent in one.good for one in inside),
        named=share(one.named == one.said.intent for one in inside),
        top3=share(one.said.intent in one.got.candidates[:_SHORTLIST] for one in inside),
        out_of_scope=_scope(heard),
        surest_half=share(one.named == one.said.intent for one in surest),
        surest_half_lenient=share(one.named in one.good for one in surest),
        calibration=_calibration(heard),
        danger=_danger(heard),
        zones=tuple(_zone(heard, zone) for zone in Zone),
        topics=_topics(heard),
        pairs=_pairs(heard),
    )


def _scope(heard: Sequence[Heard]) -> Scope:
    refused = [one for one in heard if one.got.intent == OUTSIDE]
    strangers = [one for one in heard if not one.inside]
    return Scope(
        precision=share(not one.inside for one in refused),
        recall=share(one.got.intent == OUTSIDE for one in strangers),
        auroc=auroc([one.got.score for one in heard if one.inside], [one.got.score for one in strangers]),
    )


def auroc(high: Sequence[float], low: Sequence[float]) -> float | None:
    """How often one of the first is above one of the second; equal counts half."""
    if not high or not low:
        return None
    ranked = sorted([(value, True) for value in high] + [(value, False) for value in low])
    wins, below, at = 0.0, 0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        ups = sum(up for _, up in ranked[at:end])
        downs = end - at - ups
        wins += ups * (below + downs / 2)
        below, at = below + downs, end
    return _round(wins / (len(high) * len(low)))


def _calibration(heard: Sequence[Heard]) -> Calibration:
    sorted_in: list[list[Heard]] = [[] for _ in range(_BINS)]
    for one in heard:
        sorted_in[min(int(one.got.score * _BINS), _BINS - 1)].append(one)
    bins, off = [], 0.0
    for at, some in enumerate(sorted_in):
        hoped = sum(one.got.score for one in some) / len(some) if some else None
        right = sum(one.inside and one.named == one.said.intent for one in some) / len(some) if some else None
        if hoped is not None and right is not None:
            off += len(some) * abs(hoped - right)
            hoped, right = _round(hoped), _round(right)
        bins.append(Bin(at / _BINS, (at + 1) / _BINS, len(some), hoped, right))
    return Calibration(_round(off / len(heard)) if heard else None, tuple(bins))


def _danger(heard: Sequence[Heard]) -> Danger:
    due = [one for one in heard if one.danger]
    rest = [one for one in heard if not one.danger]
    false = tuple(one.said.line for one in rest if one.got.danger)
    return Danger(
        count=len(due),
        recall=share(one.got.danger for one in due),
        missed=tuple(one.said.line for one in due if not one.got.danger),
        false_alarms=len(false),
        false_alarms_per_1000=round(len(false) * 1000 / len(rest), 1) if rest else None,
        false=false,
    )


def _zone(heard: Sequence[Heard], zone: Zone) -> ZoneScore:
    some = [one for one in heard if one.got.zone is zone]
    match zone:
        case Zone.ANSWER:
            right = share(one.got.intent in one.good for one in some)
        case Zone.CHOOSE:
            right = share(bool(one.good & set(one.got.candidates[:_SHORTLIST])) for one in some)
        case _:
            right = share(not one.inside for one in some)
    return ZoneScore(zone.value, len(some), right)


def _topics(heard: Sequence[Heard]) -> tuple[TopicScore, ...]:
    """The matters of the file, the one with the least heard first, of equal ones the larger first."""
    taken = Counter(one.got.intent for one in heard)
    hits = Counter(one.said.intent for one in heard if one.got.intent == one.said.intent)
    found = []
    for code, count in Counter(one.said.intent for one in heard).items():
        missed = Counter(one.got.intent for one in heard if one.said.intent == code != one.got.intent)
        precision = _round(hits[code] / taken[code]) if taken[code] else None
        found.append(
            TopicScore(
                code, count, taken[code], _round(hits[code] / count), precision, tuple(missed.most_common(_SHORTLIST))
            )
        )
    return tuple(sorted(found, key=lambda one: (one.recall or 0.0, -one.count, one.code)))


def _pairs(heard: Sequence[Heard]) -> tuple[Confusion, ...]:
    """What was taken for what, where no careful reader accepts it."""
    counted = Counter((one.said.intent, one.got.intent) for one in heard if one.got.intent not in one.good)
    return tuple(
        Confusion(want, got, count)
        for (want, got), count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    )
