"""Whether the handbook's files agree: names that stand somewhere, figures with a source, no sentence twice."""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from string import Formatter

from intents.faults import HandbookFault, line_of, line_with
from intents.rows import Source
from intents.text import normalise
from intents.topic import Fact, PromiseRow, Topic

HALL_WORDS = ("hall", "address_of_hall", "phone_of_hall", "hotline", "bot", "region")
_BARE_DIGIT = re.compile(r"[0-9０-９]")


@lru_cache(maxsize=50_000)
def _folded(line: str) -> str:
    """A sentence as it is compared; each stands in several lists and is read at every reload."""
    return normalise(line)


def templates(topic: Topic) -> Iterable[tuple[str, str, str, int]]:
    """Every text of a topic that customers read: words, key, table, which of them."""
    yield topic.answer, "answer", "", 0
    yield topic.safety, "safety", "", 0
    yield from ((one.question, "question", "asks", nth) for nth, one in enumerate(topic.asks))
    yield from ((one.told, "told", "steps", nth) for nth, one in enumerate(topic.steps))
    yield from ((one.say, "say", "situations", nth) for nth, one in enumerate(topic.situations))


def topic_sense(source: Source, topic: Topic, facts: Mapping[str, Fact], promises: Iterable[PromiseRow]) -> None:
    """Blame placeholders, promises and figures that stand nowhere else, and sentences that stand twice."""
    known = {row.id: row for row in promises}
    stems = {row.id.removesuffix(f".{row.zone}") for row in known.values() if row.zone}
    names = {*HALL_WORDS, *topic.facts, *facts}
    for words, key, table, nth in templates(topic):
        _template(source, words, (key, table, nth), names, known)
    for promise in topic.promises:
        if promise not in known and promise not in stems:
            source.blame(f"没有「{promise}」这个时限，请看 promises.toml", "promises")
    for nth, step in enumerate(topic.steps):
        if step.promise and step.promise not in known and step.promise not in stems:
            source.blame(f"没有「{step.promise}」这个时限，请看 promises.toml", "promise", "steps", nth)
    for table, codes in (
        ("asks", [one.slot for one in topic.asks]),
        ("steps", [one.code for one in topic.steps]),
        ("closing", [one.field for one in topic.closing]),
        ("situations", [one.code for one in topic.situations]),
    ):
        for nth, code in enumerate(codes):
            if code in codes[:nth]:
                source.blame(f"[[{table}]] 里「{code}」写了两遍", table=table, nth=nth)
    sentence_sense(source, topic)


def _template(
    source: Source, words: str, at: tuple[str, str, int], names: Collection[str], promises: Mapping[str, PromiseRow]
) -> None:
    key, table, nth = at
    try:
        parts = list(Formatter().parse(words))
    except ValueError:
        source.blame("花括号没有配对", key, table, nth)
        return
    for literal, name, _, _ in parts:
        figure = _BARE_DIGIT.search(literal)
        if figure:
            near = literal[max(0, figure.start() - 6) : figure.end() + 6].strip()
            source.faults.append(
                HandbookFault(
                    source.file,
                    _line_near(source, (key, table, nth), literal[: figure.end()]),
                    f"话里写了数字（…{near}…）；数字写在 facts.toml 或 promises.toml，这里用花括号引用",
                )
            )
        if name is None or name in names:
            continue
        row = promises.get(name.removeprefix("promise.")) if name.startswith("promise.") else None
        if row and row.promise:
            continue
        message = f"时限「{row.id}」没有对外承诺，不能对客户说" if row else f"花括号里的「{name}」哪里都没有写"
        source.faults.append(HandbookFault(source.file, _line_near(source, (key, table, nth), f"{{{name}}}"), message))


def _line_near(source: Source, at: tuple[str, str, int], part: str) -> int:
    """The line on which a part of a long text stands."""
    first = line_of(source.text, *at)
    lines = source.text.splitlines()
    wanted = part.rsplit("\n", maxsplit=1)[-1][-12:]
    later = (number for number in range(max(first, 1), len(lines) + 1) if wanted in lines[number - 1])
    return next(later, first)


def sentence_sense(source: Source, topic: Topic) -> None:
    """Blame an example that is also a check, and either standing twice."""
    seen: dict[str, str] = {}
    for kind, lines in (("examples", topic.examples), ("checks", topic.checks)):
        for line in lines:
            before = seen.setdefault(_folded(line), kind)
            if before is not kind or lines.index(line) < _last(lines, line):
                twice = "既是 examples 又是 checks" if before is not kind else f"在 {kind} 里写了两遍"
                source.faults.append(
                    HandbookFault(source.file, line_with(source.text, line, 1), f"「{_short(line)}」{twice}")
                )


def _last(lines: tuple[str, ...], line: str) -> int:
    return len(lines) - 1 - lines[::-1].index(line)


def _short(line: str) -> str:
    return line if len(line) <= 24 else f"{line[:24]}…"  # noqa: PLR2004 - enough to find it by


def shared_sense(spoken: Iterable[tuple[Source, str, tuple[str, ...]]]) -> list[HandbookFault]:
    """Blame a training sentence that stands under two matters."""
    owner: dict[str, str] = {}
    faults = []
    for source, label, lines in spoken:
        for line in dict.fromkeys(lines):
            first = owner.setdefault(_folded(line), label)
            if first != label:
                faults.append(
                    HandbookFault(
                        source.file,
                        line_with(source.text, line),
                        f"「{_short(line)}」在「{first}」里已经有了，只能放一处",
                    )
                )
    return faults
