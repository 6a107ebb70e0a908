"""How alike sentences are once figures, places, times and people are blanked: many lines may be one sentence."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from intents.text import HAN, normalise
from intents.topic import Handbook

TOO_ALIKE = 80
"""From this likeness on (0 to 100) a check only repeats what was learned."""
TOO_COMMON = 0.05
"""No more of a topic's lines may be one sentence with other figures, places or people in it."""

_FIGURE = "#"
_TIME = "时"
_PLACE = "地"
_PERSON = "人"
_BLANKS = f"{_FIGURE}{_TIME}{_PLACE}{_PERSON}"
_NUMBER = r"(?:\d+(?:[.,]\d+)*|[零〇一二两三四五六七八九十百千万半]+)"
_TIMES = re.compile(
    rf"(?:大?前|[今昨明后])(?:[天儿日晨]|[早晚]上?)|[上下这本前](?:个)?(?:月|周|星期|礼拜)(?:[一二三四五六日天])?"
    rf"|(?:周|星期|礼拜)[一二三四五六日天末]|[去今明前]年|[早晚]上|[上中下]午|凌晨|半夜|傍晚|大清早"
    rf"|{_NUMBER}(?:年|个?月|[号日天]|个?(?:多)?(?:小时|钟头|星期|礼拜)|周|点(?:多|钟|半)?|分钟?|刻)(?:份|多)?"
)
_THERE = re.compile(
    rf"[{HAN}]{{2,3}}(?:路|街|大道|巷|弄|村|小区|花园|苑|新村|里|堤)(?={_NUMBER}(?:[号幢栋弄组]|单元))"
    rf"|{_NUMBER}(?:[号幢栋弄组楼室户]|单元|号楼)"
)
_KIN = re.compile(
    r"(?:老(?:爸|妈|公|婆|爹|娘|伴)|[爸妈爷奶爹娘]{1,2}|父母?亲?|母亲|外[公婆]|儿子|女儿|岳[父母]|[公婆]婆)"
)
_AMOUNT = re.compile(rf"{_NUMBER}(?:多)?(?=[度元块毛角米户台]|千瓦|千伏|平方?|kva|kw|kv|安)|\d+(?:[.,]\d+)*")
_MARKS = re.compile(r"[\s，。！？；：、,.!?;:~…·\-—“”\"'()（）]+")


@dataclass(frozen=True, slots=True)
class Variety:
    """How many sentences a topic's lines really are."""

    code: str
    name: str
    lines: int
    skeletons: int
    checks: int
    commonest: tuple[str, ...]
    """The lines of the skeleton that most lines share."""

    @property
    def share(self) -> float:
        """How much of the topic is that one skeleton."""
        return len(self.commonest) / self.lines if self.lines else 0.0

    @property
    def monotonous(self) -> bool:
        """Whether it is too much; a sentence that stands once repeats nothing."""
        return len(self.commonest) > 1 and self.share > TOO_COMMON


@dataclass(frozen=True, slots=True)
class Pair:
    """A check that repeats a training line: which topic's, and in which file the other stands."""

    code: str
    check: str
    file: str
    taught: str
    likeness: float
    more: int = 0
    """How many further lines are too like it."""


@dataclass(frozen=True, slots=True)
class Blanks:
    """What is blanked in sentences before they are compared: the hall's place names beside figures, times, people."""

    places: re.Pattern[str] | None = None

    def skeleton(self, line: str) -> str:
        """The sentence without what only fills it, and without marks; what is nothing else stays as it is."""
        whole = bare = normalise(line)
        if self.places:
            bare = self.places.sub(_PLACE, bare)
        for filling, blank in ((_THERE, _PLACE), (_TIMES, _TIME), (_KIN, _PERSON), (_AMOUNT, _FIGURE), (_MARKS, "")):
            bare = filling.sub(blank, bare)
        return bare if bare.strip(_BLANKS) else whole


def blanks(places: Iterable[str] = ()) -> Blanks:
    """Blanks for a hall of these places; longer names first, so that 听荷苑 is not 荷苑 with a rest."""
    names = sorted({normalise(place) for place in places if len(place) > 1}, key=len, reverse=True)
    return Blanks(re.compile("|".join(map(re.escape, names))) if names else None)


def varieties(handbook: Handbook, blank: Blanks) -> tuple[Variety, ...]:
    """Each topic's measure, in the order of the handbook."""
    return tuple(_variety(handbook, code, blank) for code in handbook.topics)


def _variety(handbook: Handbook, code: str, blank: Blanks) -> Variety:
    topic = handbook.topics[code]
    of_line = {line: blank.skeleton(line) for line in topic.examples}
    counted = Counter(of_line.values())
    most = counted.most_common(1)[0][0] if counted else ""
    return Variety(
        code=code,
        name=topic.name,
        lines=len(topic.examples),
        skeletons=len(counted),
        checks=len(topic.checks),
        commonest=tuple(line for line, skeleton in of_line.items() if skeleton == most),
    )


def repeats(handbook: Handbook, blank: Blanks) -> Iterator[Pair]:
    """Checks so like a line of the training text that passing them proves nothing, each with the likest line."""
    taught = [(f"topics/{code}.toml", line) for code, topic in handbook.topics.items() for line in topic.examples]
    uncovered = dict(handbook.uncovered)
    taught += [("uncovered.txt" if line in uncovered else "negatives.txt", line) for line in handbook.negatives]
    taught += [("danger.txt", line) for line, _ in handbook.dangers]
    asked = [(code, line) for code, topic in handbook.topics.items() for line in topic.checks]
    if not taught or not asked:
        return
    likeness = process.cdist(
        [blank.skeleton(line) for _, line in asked],
        [blank.skeleton(line) for _, line in taught],
        scorer=fuzz.ratio,
        score_cutoff=TOO_ALIKE,
        workers=-1,
        dtype=np.float32,
    )
    for (code, line), row in zip(asked, likeness, strict=True):
        best, alike = int(row.argmax()), int((row > TOO_ALIKE).sum())
        if alike:
            yield Pair(code, line, *taught[best], likeness=round(float(row[best]), 1), more=alike - 1)


def nearest(lines: Sequence[str], bare: str, most: int, least: float) -> tuple[tuple[str, float], ...]:
    """The lines likest to a shaped text, with their likeness."""
    found = process.extract(bare, lines, scorer=fuzz.ratio, limit=most, score_cutoff=least)
    return tuple((line, round(score, 1)) for line, score, _ in found)
