"""Reads the handbook's folder into frozen topics; what is wrong is told all at once, with file and line."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from intents.faults import HandbookFault, HandbookFaults, line_of, line_with, read_toml
from intents.replies import forbidden_of, replies_of
from intents.rows import Source, facts_of, promises_of, topic_of
from intents.sense import shared_sense, topic_sense
from intents.topic import Handbook, PromiseRow, Topic

__all__ = ["HandbookFault", "HandbookFaults", "handbook_from", "read_handbook", "shipped"]

OUTSIDE = "out_of_scope"


def shipped() -> Path:
    """The handbook that comes with the program."""
    return Path(__file__).resolve().parent / "handbook"


def read_handbook(folder: Path) -> Handbook:
    """Read a handbook's folder. HandbookFaults: everything that is to be mended."""
    faults: list[HandbookFault] = []
    texts = _texts(folder, faults)
    if not any(name.startswith("topics/") for name in texts):
        faults.append(HandbookFault("topics", 0, "一项业务也没有"))

    def parsed(name: str) -> tuple[Source, dict[str, Any]]:
        source = Source(name, texts.get(name, ""), faults)
        try:
            return source, read_toml(source.text, name)
        except HandbookFault as fault:
            faults.append(fault)
            return source, {}

    source, rows = parsed("facts.toml")
    facts = facts_of(source, rows.get("fact", []))
    source, rows = parsed("promises.toml")
    promises = promises_of(source, rows.get("promise", []))
    source, rows = parsed("phrases.toml")
    phrases = _phrases(source, rows)
    found: list[tuple[Source, Topic]] = []
    for name in sorted(name for name in texts if name.startswith("topics/")):
        source, rows = parsed(name)
        topic = topic_of(source, Path(name).stem, rows) if rows else None
        if topic:
            found.append((source, topic))
    topics = {topic.code: topic for _, topic in found}
    for source, topic in found:
        topic_sense(source, topic, facts, promises)
    known = {Path(name).stem for name in texts if name.startswith("topics/")}
    uncovered = _uncovered(Source("uncovered.txt", texts.get("uncovered.txt", ""), faults), known)
    negatives = _lines(texts.get("negatives.txt", ""))
    spoken = [(source, topic.name, topic.examples) for source, topic in found]
    spoken.append((Source("negatives.txt", texts.get("negatives.txt", ""), faults), "negatives.txt", negatives))
    faults.extend(shared_sense(spoken))
    dangers = _dangers(Source("danger.txt", texts.get("danger.txt", ""), faults))
    forbidden = forbidden_of(Source("forbidden.txt", texts.get("forbidden.txt", ""), faults))
    source, rows = parsed("replies.toml")
    replies = replies_of(source, rows.get("reply", []), facts, known, forbidden)
    if faults:
        raise HandbookFaults(faults)
    return Handbook(
        topics=topics,
        promises=promises,
        facts=facts,
        phrases=phrases,
        negatives=(*negatives, *(line for line, _ in uncovered)),
        words=_lines(texts.get("words.txt", "")),
        version=_digest(*(part for name in sorted(texts) for part in (name, texts[name]))),
        uncovered=uncovered,
        dangers=dangers,
        replies=replies,
        forbidden=forbidden,
    )


def _promised(topic: Topic, own: Iterable[PromiseRow], all_: Iterable[PromiseRow]) -> Topic:
    """The topic with the promises a hall gives it, before what its own file says of the same end."""
    mine = [row for row in own if topic.code in row.topics]
    if not mine:
        return topic
    taken = {row.to for row in mine if row.valid_from is None}
    ends = {row.id: row.to for row in all_}
    stems = {name.rpartition(".")[0]: to for name, to in ends.items()}
    kept = (name for name in topic.promises if ends.get(name, stems.get(name, "")) not in taken)
    return replace(topic, promises=tuple(dict.fromkeys((*(row.id for row in mine), *kept))))


def handbook_from(
    base: Handbook,
    *,
    topics: Mapping[str, Mapping[str, Any]] | None = None,
    promises: Iterable[PromiseRow] = (),
    phrases: Mapping[str, str] | None = None,
) -> Handbook:
    """Lay a hall's own topics, promises and phrases over a handbook: the same code takes the shipped one's place."""
    topics, phrases, promises = topics or {}, phrases or {}, tuple(promises)
    if not (topics or phrases or promises):
        return base
    at_once = {row.id for row in promises if row.valid_from is None}
    laid = (*(row for row in base.promises if row.id not in at_once), *promises)
    rows = {(row.id, row.zone, row.valid_from): row for row in laid}
    faults: list[HandbookFault] = []
    own = {}
    for code, row in topics.items():
        source = Source(f"handbook/topics/{code}.toml", "", faults)
        topic = topic_of(source, code, {key: value for key, value in row.items() if key != "code"})
        if topic:
            own[code] = topic
            topic_sense(source, topic, base.facts, rows.values())
    if faults:
        raise HandbookFaults(faults)
    covered = {line for line, code in base.uncovered if code in own}
    told = json.dumps([topics, dict(phrases), [repr(row) for row in promises]], ensure_ascii=False, default=str)
    return replace(
        base,
        topics={code: _promised(topic, promises, laid) for code, topic in {**base.topics, **own}.items()},
        promises=tuple(rows.values()),
        phrases={**base.phrases, **phrases},
        negatives=tuple(line for line in base.negatives if line not in covered),
        uncovered=tuple((line, code) for line, code in base.uncovered if line not in covered),
        version=_digest(base.version, told),
    )


def _texts(folder: Path, faults: list[HandbookFault]) -> dict[str, str]:
    """All of the folder's texts by name, as they lie on the disk."""
    files = [*sorted(folder.glob("*.toml")), *sorted(folder.glob("*.txt")), *sorted(folder.glob("topics/*.toml"))]
    texts = {}
    for file in files:
        name = file.relative_to(folder).as_posix()
        try:
            texts[name] = file.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            faults.append(HandbookFault(name, 0, "不是 UTF-8 编码；用记事本「另存为」，编码选 UTF-8"))
        except OSError:
            faults.append(HandbookFault(name, 0, "读不出来，请看文件权限"))
    return texts


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


def _lines(text: str) -> tuple[str, ...]:
    lines = (line.strip() for line in text.split("\n"))
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def _uncovered(source: Source, covered: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Sentences of matters without a file: (sentence, code); those that have one meanwhile are left out."""
    done = set(covered)
    found: dict[str, str] = {}
    for line in _lines(source.text):
        code, colon, sentence = line.partition(":")
        if not colon or not code.strip().isascii() or not sentence.strip():
            source.faults.append(
                HandbookFault(source.file, line_with(source.text, line), "要写成「业务代号: 客户的话」，冒号用英文的")
            )
        elif code.strip() not in done:
            found.setdefault(sentence.strip(), code.strip())
    return tuple(found.items())


def _dangers(source: Source) -> tuple[tuple[str, bool], ...]:
    """Sentences that are danger (+) and such as only sound like it (-)."""
    found: dict[str, bool] = {}
    for line in _lines(source.text):
        sign, sentence = line[:1], line[1:].strip()
        if sign not in "+-＋－" or not sentence:
            message = "要以 + （是险情）或 - （不是险情）开头"
        elif found.setdefault(sentence, sign in "+＋") is not (sign in "+＋"):
            message = f"「{sentence}」又写成 + 又写成 -"
        else:
            continue
        source.faults.append(HandbookFault(source.file, line_with(source.text, line), message))
    return tuple(found.items())


def _phrases(source: Source, rows: Mapping[str, Any]) -> dict[str, str]:
    phrases = {}
    for code, words in rows.items():
        if isinstance(words, str):
            phrases[code] = words
        else:
            line = line_of(source.text, code)
            source.faults.append(HandbookFault(source.file, line, f'「{code}」要写成 "文字"；名字里有点的要加引号'))
    return phrases
