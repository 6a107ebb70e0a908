"""Asks the matcher every line it must understand; says in Chinese which file and line to mend."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from intents.faults import HandbookFault, line_with
from intents.match import Matcher, understand
from intents.reader import shipped
from intents.replies import forbidden_in
from intents.sense import templates
from intents.text import normalise
from intents.topic import Handbook, Topic, TopicKind
from intents.understanding import Understanding, Zone

OUTSIDE = "out_of_scope"
TOO_ALIKE = 80
"""From this likeness on (0 to 100) a check only repeats what was learned."""
_SHORT = 8
"""So short a sentence has no second wording: only the same line repeats it, and the reader refuses that."""
_FIGURES = re.compile(r"\d+")


def check(handbook: Handbook, matcher: Matcher, folder: Path | None = None) -> tuple[HandbookFault, ...]:
    """Lines not understood, checks that only repeat a training line, words nobody is to hear."""
    folder = folder or shipped()
    faults = [
        *_misheard(handbook, matcher, folder),
        *_alarms(handbook, matcher, folder),
        *_alike(handbook, folder),
        *_rude(handbook),
    ]
    return tuple(sorted(faults, key=lambda fault: (fault.file, fault.line)))


def _at(folder: Path, file: str, sentence: str, message: str) -> HandbookFault:
    path = folder / file
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    return HandbookFault(file, line_with(text, sentence), message)


def _misheard(handbook: Handbook, matcher: Matcher, folder: Path) -> Iterator[HandbookFault]:
    """Checks that are taken for another matter, or for none."""
    for topic in handbook.topics.values():
        for line in topic.checks:
            heard = understand(matcher, line, today=topic.as_of)
            message = _complaint(handbook, topic, heard)
            if message:
                yield _at(folder, f"topics/{topic.code}.toml", line, f"「{line}」{message}")


def _complaint(handbook: Handbook, topic: Topic, heard: Understanding) -> str:
    if topic.kind is TopicKind.DANGER:
        return "" if heard.danger else "没有当成险情；请在 examples 或 danger.txt 里加几句意思相近的话"
    if heard.danger:
        return "被当成了险情；请在 danger.txt 里加几句意思相近、以 - 开头的话"
    if heard.intent == topic.code:
        return ""
    if heard.zone is Zone.REFUSE:
        near = f"，最接近的是「{_name(handbook, heard.candidates[0])}」" if heard.candidates else ""
        return f"没听懂{near}；请在 examples 里加几句意思相近的话"
    return f"被听成了「{_name(handbook, heard.intent)}」；请在「{topic.name}」的 examples 里加几句意思相近的话"


def _name(handbook: Handbook, code: str) -> str:
    topic = handbook.topics.get(code)
    return f"{topic.name}（{code}）" if topic else code


def _alarms(handbook: Handbook, matcher: Matcher, folder: Path) -> Iterator[HandbookFault]:
    """Lines of danger.txt that are heard the wrong way round."""
    day = next(iter(handbook.topics.values())).as_of
    for line, hurts in handbook.dangers:
        if understand(matcher, line, today=day).danger is not hurts:
            message = f"「{line}」{'没有当成险情' if hurts else '被当成了险情'}；请再加几句意思相近的话"
            yield _at(folder, "danger.txt", f"{'+' if hurts else '-'} {line}", message)


def _alike(handbook: Handbook, folder: Path) -> Iterator[HandbookFault]:
    """Checks so like a training line that passing them proves nothing."""
    taught = [(line, topic.name) for topic in handbook.topics.values() for line in topic.examples]
    taught += [(line, "negatives.txt") for line in handbook.negatives]
    taught += [(line, "danger.txt") for line, _ in handbook.dangers]
    asked = [(line, topic) for topic in handbook.topics.values() for line in topic.checks]
    if not taught or not asked:
        return
    likeness = process.cdist(
        [_masked(line) for line, _ in asked],
        [_masked(line) for line, _ in taught],
        scorer=fuzz.ratio,
        score_cutoff=TOO_ALIKE,
        dtype=np.uint8,
    )
    for (line, topic), row in zip(asked, likeness, strict=True):
        best = int(row.argmax())
        if row[best] > TOO_ALIKE and len(normalise(line)) > _SHORT:
            other, where = taught[best]
            message = f"考题「{line}」和「{where}」里的「{other}」太像，考不出什么；请换个说法"
            yield _at(folder, f"topics/{topic.code}.toml", line, message)


def _masked(line: str) -> str:
    return _FIGURES.sub("0", normalise(line))


def _rude(handbook: Handbook) -> Iterator[HandbookFault]:
    """Answers, stage notes and phrases that say what staff may not say."""
    said = [
        (f"topics/{topic.code}.toml", key, text)
        for topic in handbook.topics.values()
        for text, key, *_ in templates(topic)
    ]
    said += [("phrases.toml", code, text) for code, text in handbook.phrases.items()]
    for file, key, text in said:
        word = forbidden_in(text, handbook.forbidden)
        if word:
            yield HandbookFault(file, 0, f"「{key}」里有服务忌语「{word}」，请换个说法")
