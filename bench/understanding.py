"""Understanding alone, one core: right and fast, beside what others would do with the same lines.

`python -m bench.understanding [labelled.jsonl …]` measures this alone, on the handbook's checks and on the files named.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from bench import peers
from intents import match, train
from intents.labelled import Labelled, read_labelled
from intents.match import Matcher
from intents.meaning import Encoder, encoder
from intents.reader import read_handbook, shipped
from intents.scoring import OUTSIDE, auroc, share
from intents.text import words
from intents.topic import Handbook
from tests.kit import CACHE

TODAY = date(2026, 11, 23)
SHORT, LONG, MOST, TIMED, SPARSE = 30, 400, 40, 200, 6
HUGE = ("停电了，快来修。" * 1250, "电" * 10_000, "1 2-" * 2500)


def measure(files: Sequence[Path] = ()) -> dict[str, Any]:
    """Everything: the sets side by side, then what learning, loading and growing cost."""
    handbook, hearer = read_handbook(shipped()), encoder()
    engines: dict[str, Encoder | None] = {"light": None} | ({"meaning": hearer} if hearer else {})
    found: dict[str, Any] = {}
    judges: dict[str, peers.Judge] = {}
    sets = {"checks": checks(handbook)} | {file.stem: read_labelled(file.read_bytes(), file.name) for file in files}
    for name, ear in engines.items():
        matcher, costs = _learned(handbook, ear)
        judges[name] = ours(matcher)
        found |= {f"{name}.{key}": value for key, value in (costs | _slow(judges[name], sets["checks"])).items()}
        found |= {f"{name}.{key}": value for key, value in _doubled(handbook, matcher, sets["checks"], ear).items()}
    judges |= peers.all_of_them(train.lesson(handbook).lines, words(handbook.words, CACHE).cut)
    for name, lines in sets.items():
        for who, judge in judges.items():
            found |= {f"{name}.{who}.{key}": value for key, value in side(judge, lines).items()}
    return found


def checks(handbook: Handbook) -> tuple[Labelled, ...]:
    """The handbook's exam sentences, labelled."""
    return tuple(Labelled(line, code) for code, topic in handbook.topics.items() for line in topic.checks)


def ours(matcher: Matcher) -> peers.Judge:
    """Our own answer in the shape of the others."""

    def judge(text: str) -> tuple[str, float]:
        heard = match.understand(matcher, text, today=TODAY)
        return heard.intent, heard.score

    return judge


def side(judge: peers.Judge, lines: Sequence[Labelled]) -> dict[str, Any]:
    """One set by one judge: how much is named, how well strangers are told apart, how long a short message takes."""
    judged = [(one.intent, *judge(one.text)) for one in lines]
    short = [one.text for one in lines if len(one.text) <= SHORT]
    took = [_best_us(lambda text=text: judge(text)) for text in short[:: len(short) // TIMED + 1]]  # type: ignore[misc] # a default binds it
    return {
        "strict": share(code == want for want, code, _ in judged if want != OUTSIDE),
        "strangers_refused": share(code == OUTSIDE for want, code, _ in judged if want == OUTSIDE),
        "auroc": auroc(
            [score for want, _, score in judged if want != OUTSIDE],
            [score for want, _, score in judged if want == OUTSIDE],
        ),
        "p95_us_up_to_30_characters": p95(took),
    }


def _best_us(doing: Callable[[], Any]) -> float:
    """The quickest of three rounds: what else runs on the machine is not the point."""
    return min(_timed(doing)[1] for _ in range(3)) * 1e6


def p95(took: Sequence[float]) -> int | None:
    """The time that nineteen of twenty keep."""
    return round(sorted(took)[int((len(took) - 1) * 0.95)]) if took else None


def _timed(doing: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.perf_counter()
    done = doing()
    return done, time.perf_counter() - begin


def _learned(handbook: Handbook, ear: Encoder | None) -> tuple[Matcher, dict[str, Any]]:
    """A matcher from the cache, what it takes to load it, and what the first learning takes."""
    path = train.ensure(handbook, CACHE, meaning=ear is not None)
    matcher, loaded = _timed(lambda: match.load(path, ear))
    with tempfile.TemporaryDirectory() as fresh:
        _, taught = _timed(lambda: train.ensure(handbook, Path(fresh), meaning=ear is not None))
    return matcher, {"first_training_s": round(taught, 1), "load_with_dictionary_ms": round(loaded * 1e3)}


def _slow(judge: peers.Judge, lines: Sequence[Labelled]) -> dict[str, Any]:
    """Letters of 400 characters, and such as nobody should write."""
    whole = "。".join(one.text for one in lines)
    letters = [whole[at : at + LONG] for at in range(0, len(whole) - LONG, max(1, len(whole) // MOST))]
    took = [_best_us(lambda letter=letter: judge(letter)) for letter in letters]  # type: ignore[misc] # as above
    slowest = max(_timed(lambda huge=huge: judge(huge))[1] for huge in HUGE)  # type: ignore[misc] # as above
    return {"p95_us_400_characters": p95(took), "slowest_10000_characters_ms": round(slowest * 1e3)}


def _doubled(handbook: Handbook, matcher: Matcher, lines: Sequence[Labelled], ear: Encoder | None) -> dict[str, Any]:
    """How much slower a message is when there are twice the matters and twice the lines."""
    twice = match.load(train.ensure(doubled(handbook), CACHE, meaning=ear is not None), ear)
    took: dict[int, list[float]] = {0: [], 1: []}
    for one in lines[:: 1 if ear is None else SPARSE]:
        for at, judge in enumerate((ours(matcher), ours(twice))):
            took[at].append(_best_us(lambda judge=judge, text=one.text: judge(text)))  # type: ignore[misc] # as above
    once, again = (statistics.median(took[at]) for at in (0, 1))
    return {"doubled_median_us": round(again), "doubled_ratio": round(again / once, 2)}


def doubled(handbook: Handbook) -> Handbook:
    """The handbook and its shadow: as many matters again, whose sentences are of the same make in other characters."""
    every = "".join(line for topic in handbook.topics.values() for line in topic.examples)
    written = sorted({char for char in every if "\u4e00" <= char <= "\u9fff"})
    other = str.maketrans(
        {char: known[at - len(known) // 2] for known in (written, ascii_lowercase) for at, char in enumerate(known)}
    )
    shadows = {
        f"{code}_again": replace(
            topic, code=f"{code}_again", examples=tuple(line.translate(other) for line in topic.examples), checks=()
        )
        for code, topic in handbook.topics.items()
        if code != OUTSIDE
    }
    return replace(
        handbook,
        topics={**handbook.topics, **shadows},
        negatives=(*handbook.negatives, *(line.translate(other) for line in handbook.negatives)),
    )


if __name__ == "__main__":
    print(json.dumps(measure([Path(name) for name in sys.argv[1:]]), ensure_ascii=False, indent=2))
