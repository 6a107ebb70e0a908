"""Asks the matcher every line it must understand; says in Chinese which file and line to mend."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from intents.faults import HandbookFault, line_with
from intents.likeness import Blanks, Pair, blanks, repeats, varieties
from intents.match import Matcher, decided, understand
from intents.reader import shipped
from intents.replies import forbidden_in
from intents.sense import templates
from intents.topic import Handbook, Topic, TopicKind
from intents.understanding import Understanding, Zone

OUTSIDE = "out_of_scope"
ENOUGH = 2 / 3
"""A topic that hears fewer of its checks is not fit to serve; of a danger none may be missed."""
_SHOWN = 3
"""So many lines of one skeleton are named."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be mended, and what is good to know."""

    faults: tuple[HandbookFault, ...]
    reminders: tuple[HandbookFault, ...]
    """Single checks that are misheard in topics that hear most of theirs: an exam of other hands is never all right."""


def check(handbook: Handbook, matcher: Matcher, folder: Path | None = None) -> tuple[HandbookFault, ...]:
    """All that is to be mended."""
    return examine(handbook, matcher, folder).faults


def examine(handbook: Handbook, matcher: Matcher, folder: Path | None = None, *, places: Iterable[str] = ()) -> Checked:
    """Lines not understood, checks that only repeat a training line, lines of one mould, words nobody is to hear."""
    folder, blank = folder or shipped(), blanks(places)
    faults = [
        *_alarms(handbook, matcher, folder),
        *_alike(handbook, folder, blank),
        *_one_mould(handbook, folder, blank),
        *_rude(handbook),
    ]
    reminders: list[HandbookFault] = []
    for topic in handbook.topics.values():
        wrong = list(_misheard(handbook, matcher, folder, topic))
        bad = topic.kind is TopicKind.DANGER or len(wrong) > len(topic.checks) * (1 - ENOUGH)
        (faults if bad else reminders).extend(wrong)
    return Checked(_in_order(faults), _in_order(reminders))


def _in_order(faults: Iterable[HandbookFault]) -> tuple[HandbookFault, ...]:
    return tuple(sorted(faults, key=lambda fault: (fault.file, fault.line)))


def _at(folder: Path, file: str, sentence: str, message: str) -> HandbookFault:
    path = folder / file
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    return HandbookFault(file, line_with(text, sentence), message)


def _misheard(handbook: Handbook, matcher: Matcher, folder: Path, topic: Topic) -> Iterator[HandbookFault]:
    """Checks that are taken for another matter, or for none."""
    for line in topic.checks:
        message = _complaint(handbook, topic, understand(matcher, line, today=topic.as_of))
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
        said = decided(matcher, line)
        if (understand(matcher, line, today=day).danger if said is None else said) is not hurts:
            message = f"「{line}」{'没有当成险情' if hurts else '被当成了险情'}；请再加几句意思相近的话"
            yield _at(folder, "danger.txt", f"{'+' if hurts else '-'} {line}", message)


def _alike(handbook: Handbook, folder: Path, blank: Blanks) -> Iterator[HandbookFault]:
    """Training lines so like a check that passing it proves nothing."""
    for pair in repeats(handbook, blank):
        more = f"（另有 {pair.more} 句也太像）" if pair.more else ""
        name = handbook.topics[pair.code].name
        message = f"「{pair.taught}」和「{name}」的考题「{pair.check}」太像，考不出什么{more}；两句里请换掉一句"
        yield _at(folder, pair.file, _written(handbook, pair), message)


def _written(handbook: Handbook, pair: Pair) -> str:
    """A training line as its file has it."""
    if pair.file == "danger.txt":
        return f"{'+' if dict(handbook.dangers)[pair.taught] else '-'} {pair.taught}"
    return f"{dict(handbook.uncovered)[pair.taught]}: {pair.taught}" if pair.file == "uncovered.txt" else pair.taught


def _one_mould(handbook: Handbook, folder: Path, blank: Blanks) -> Iterator[HandbookFault]:
    """Topics whose lines are one sentence with other figures, places, times or people in it."""
    for found in varieties(handbook, blank):
        if found.monotonous:
            lines = "".join(f"「{line}」" for line in found.commonest[:_SHOWN])
            etc = "等" if len(found.commonest) > _SHOWN else ""
            yield _at(
                folder,
                f"topics/{found.code}.toml",
                found.commonest[0],
                f"{found.lines} 句里有 {len(found.commonest)} 句是同一个句式（{lines}{etc}），"
                f"只换了数字、时间、地名或称呼；请换成真正不同的说法",
            )


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
