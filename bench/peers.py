"""What others would do with the same lines: each learns the handbook's sentences and names a matter, with a score."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import bm25s  # type: ignore[import-untyped] # no types are published
import numpy as np
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from intents.grams import Cut
from intents.text import normalise

OUTSIDE = "out_of_scope"
Lines = Sequence[tuple[str, str]]
"""(code, sentence); what is none of ours is out_of_scope."""
Judge = Callable[[str], tuple[str, float]]
"""A sentence → the matter it is taken for, and how far a matter of ours is above what is none of ours."""


def all_of_them(lines: Lines, cut: Cut) -> dict[str, Judge]:
    """Every peer, taught."""
    return {
        "jieba_tfidf_linear_svc": linear(lines, lambda text: cut(normalise(text))),
        "char_ngrams_linear_svc": linear(lines, grams),
        "rapidfuzz_nearest": nearest(lines),
        "bm25s": keywords(lines, cut),
    }


def grams(text: str) -> list[str]:
    """Runs of one to three characters."""
    clean = normalise(text)
    return [clean[at : at + long] for long in (1, 2, 3) for at in range(len(clean) - long + 1)]


def linear(lines: Lines, analyzer: Callable[[str], list[str]]) -> Judge:
    """TF-IDF and a linear support vector machine with their usual settings."""
    seen = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True)
    model = LinearSVC(C=1.0, random_state=0).fit(
        seen.fit_transform([text for _, text in lines]), [code for code, _ in lines]
    )
    codes = [str(code) for code in model.classes_]

    def judge(text: str) -> tuple[str, float]:
        values = model.decision_function(seen.transform([text]))[0]
        return _best(codes, np.array([-values, values]).ravel() if len(codes) == 2 else values)

    return judge


def _best(codes: Sequence[str], values: Any) -> tuple[str, float]:
    inside = np.array([code != OUTSIDE for code in codes])
    others = values[~inside]
    above = float(values[inside].max()) - (float(others.max()) if others.size else 0.0)
    return codes[int(values.argmax())], above


def nearest(lines: Lines) -> Judge:
    """The likest line of all."""
    codes, texts = [code for code, _ in lines], [normalise(text) for _, text in lines]

    def judge(text: str) -> tuple[str, float]:
        return _best(codes, process.cdist([normalise(text)], texts, scorer=fuzz.ratio, dtype=np.float32)[0])

    return judge


def keywords(lines: Lines, cut: Cut) -> Judge:
    """The line that shares the rarest words and pairs of characters."""

    def tokens(text: str) -> list[str]:
        clean = normalise(text)
        return [*cut(clean), *map("".join, pairwise(clean))]

    codes = [code for code, _ in lines]
    index = bm25s.BM25()
    index.index([tokens(text) for _, text in lines], show_progress=False)
    known = index.vocab_dict

    def judge(text: str) -> tuple[str, float]:
        asked = [token for token in tokens(text) if token in known]
        return _best(codes, index.get_scores(asked)) if asked else (OUTSIDE, -1.0)

    return judge
