"""Why a sentence was taken for what it was taken, in Chinese: guesses, borders, training lines, words, rules."""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum

import numpy as np

from intents.grams import WORD, seen, shaped
from intents.likeness import nearest
from intents.match import Matcher
from intents.sound import is_pinyin
from intents.text import normalise
from intents.understanding import Understanding, Zone

_EXPLAINED = 3
_LIKEST = 2
_LEAST_LIKE = 20.0
_LONGEST = 200
_RUNS = 6
_RULE = "rule:"
_DOES = {Zone.ANSWER: "直接答", Zone.CHOOSE: "给几项让客户选", Zone.REFUSE: "说没听懂、请人工"}
_RULES = {
    "shock": "触电",
    "fire": "着火",
    "sparks": "冒火花",
    "wire_down": "电线掉落",
    "flood": "进水",
    "exposed": "带电的东西露在外面",
    "damage": "电力设施损坏",
    "life_support": "靠电维持生命的设备",
    "self_harm": "轻生",
    "threat": "要伤人",
    "lift": "困在电梯里",
    "gas": "燃气",
}


class Engine(StrEnum):
    """With which ears the handbook is heard."""

    LIGHT = "light"
    MEANING = "meaning"


ENGINES = {Engine.LIGHT: "轻量引擎（听字词和读音）", Engine.MEANING: "完整引擎（听字词、读音和句义）"}


def engine(matcher: Matcher) -> Engine:
    """Which ears a matcher has."""
    return Engine.MEANING if matcher.meaning and matcher.encoder else Engine.LIGHT


def reasons(matcher: Matcher, names: Mapping[str, str], text: str, understood: Understanding) -> Iterator[str]:
    """Lines for people: what it was taken for, where the borders are, what speaks for each guess."""
    bare = shaped(normalise(text))
    trust = matcher.trust
    yield f"把握 {understood.score:.3f}：{_DOES[understood.zone]}。"
    yield f"  {trust.answer_from:.2f} 起直接答，{trust.refuse_below:.2f} 起给几项让客户选，再低就说没听懂、请人工。"
    yield f"  用的是{ENGINES[engine(matcher)]}。"
    yield from _danger(understood)
    if bare in matcher.known:
        yield f"训练句里就有这一句，写在「{_name(matcher.known[bare], names)}」里。"
    if not understood.candidates:
        yield "没有一项业务像这句话。"
        return
    yield "最像的几项："
    for at, (code, score) in enumerate(zip(understood.candidates, understood.scores, strict=True)):
        told = "".join(f"「{line}」" for line in _lines(matcher, bare, code)) if at < _EXPLAINED else ""
        yield f"  {score:.3f}  {_name(code, names)}{'　像训练句' if told else ''}{told}"
    runs = strongest(matcher, bare, understood.candidates[0])
    if runs:
        yield f"最说明是「{_name(understood.candidates[0], names)}」的字词：{'、'.join(runs)}"


def _danger(understood: Understanding) -> Iterator[str]:
    rules = [why.removeprefix(_RULE) for why in understood.why if why.startswith(_RULE)]
    told = "、".join(_RULES.get(rule, rule) for rule in rules)
    if understood.danger:
        yield f"险情：是，先说安全的话（{f'规则「{told}」' if told else '意思像险情'}）。"
    elif told:
        yield f"险情：不是；碰到了规则「{told}」，但整句话的意思不像。"


def _name(code: str, names: Mapping[str, str]) -> str:
    return f"{names[code]}（{code}）" if code in names else "不归我们管的"


def _lines(matcher: Matcher, bare: str, code: str) -> tuple[str, ...]:
    """The training lines of a matter that read most like a sentence, as they are written."""
    known = matcher.lines.get(code, {})
    return tuple(known[line] for line, _ in nearest(list(known), bare[:_LONGEST], _LIKEST, _LEAST_LIKE))


def strongest(matcher: Matcher, bare: str, code: str) -> tuple[str, ...]:
    """The words and runs of characters that weigh most for a matter; none for a sentence in pinyin."""
    if is_pinyin(bare):
        return ()
    ear, column = matcher.text, matcher.codes.index(code)
    counts = Counter(run for run in seen(bare, matcher.cut) if run in ear.rows)
    runs = list(counts)
    rows = [ear.rows[run] for run in runs]
    weight = (1 + np.log(list(counts.values()))) * ear.idf[rows] * ear.weights[rows, column] if runs else np.array([])
    told: list[str] = []
    for at in np.argsort(-weight):
        run = runs[at].removeprefix(WORD).strip("^$")
        if weight[at] <= 0 or len(told) == _RUNS:
            break
        if run and not any(run in one or one in run for one in told):
            told.append(run)
    return tuple(told)
