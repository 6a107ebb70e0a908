"""Words written out: phrases, answers and steps filled with facts, typed values as people say them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from string import Formatter

from bot.desk import hours
from bot.desk.because import because
from bot.desk.case import Kept, Post, Promise
from bot.desk.roster import Staff
from bot.desk.words import Words
from bot.guide.supply import Energy, Month, Price, Tail, Yuan
from bot.hall.data import HallData
from intents.text import normalise
from intents.topic import Topic

WEEKDAYS = "一二三四五六日"
CENT = Decimal("0.01")


class NoSuchPhrase(Exception):
    """A phrase code the handbook does not have."""


def moment(data: HallData, at: datetime) -> str:
    """A moment as people say it: 11月23日（周一）15:30; whole days end 「24:00」."""
    local = at.astimezone(data.books.calendar.zone)
    clock = "24:00" if (local.hour, local.minute, local.second) == (23, 59, 59) else f"{local:%H:%M}"
    return f"{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）{clock}"


def _promised(data: HallData, promise: Promise) -> str:
    """A promise to a customer: its span as said and the moment, working days at that day's closing time."""
    if promise.promise_at is None:
        return ""
    at = promise.promise_at.astimezone(data.books.calendar.zone)
    if (at.hour, at.minute, at.second) == (23, 59, 59):
        at = datetime.combine(at.date(), hours.closing(data.books.calendar, at.date()), at.tzinfo)
    phrases = data.handbook.phrases
    facts = {"said": promise.said, "at": moment(data, at), "by": data.books.person(promise.by) if promise.by else None}
    for code in (f"promise.{promise.to}", "promise.other"):
        if code in phrases:
            return _fill(data, phrases[code], facts) + _why(data, promise)
    return promise.said


def _why(data: HallData, promise: Promise) -> str:
    """Why the day is what it is, where it is not as anybody would count; and that it may still change."""
    phrases, found = data.handbook.phrases, because(data.books.calendar, promise)
    parts: list[str] = []
    if found and found.makeups:
        parts.append(_fill(data, phrases["promise.makeup"], {"days": [_day(day) for day in found.makeups]}))
    if found and (found.holidays or found.shut):
        names = [*found.holidays, *(_day(day) for day in found.shut)]
        parts.append(_fill(data, phrases["promise.holiday"], {"days": names}))
    why = _fill(data, phrases["promise.because"], {"why": "，".join(parts)}) if parts else ""
    if promise.ended_at is None and promise.kept is Kept.BROKEN:
        return why + phrases["promise.late"]
    return why + (phrases["promise.tentative"] if promise.tentative and promise.ended_at is None else "")


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _bare(figure: Decimal) -> str:
    """A figure without idle zeros."""
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _figured(data: HallData, value: object) -> str:
    """Money, energy, prices, days and hours as people read them; empty for anything else."""
    phrases = data.handbook.phrases
    match value:
        case Yuan(amount):
            return _fill(data, phrases["unit.yuan"], {"value": f"{amount.quantize(CENT)}"})
        case Energy(kwh):
            return _fill(data, phrases["unit.kwh"], {"value": _bare(kwh)})
        case Price(amount):
            return _fill(data, phrases["unit.price"], {"value": _bare(amount)})
        case Month(month):
            year, _, number = month.partition("-")
            return f"{year}年{int(number)}月"
        case Tail(no):
            return _fill(data, phrases["unit.tail"], {"value": no[-4:]})
        case hours.Opening(since, till):
            return f"{since:%H:%M}–{f'{till:%H:%M}' if till else '24:00'}"
        case date():
            return f"{value.year}年{value.month}月{value.day}日（周{WEEKDAYS[value.weekday()]}）"
    return ""


def _slot(data: HallData, key: str, text: str) -> str:
    """A fact of a case as its customer reads it: an account only by its last figures."""
    if key == "account_no":
        return _figured(data, Tail(text))
    return data.handbook.phrases.get(f"slot.{key}.{text}", text)


def _said(data: HallData, name: str, value: object) -> str:
    """One fact as people read it."""
    phrases = data.handbook.phrases
    if value is None:
        return ""
    if isinstance(value, Words):
        return render(data, value)
    if isinstance(value, Staff):
        post = phrases.get(f"post.{value.post.value}", "")
        return _fill(data, phrases["person"], {"name": value.name, "no": value.no, "post": post})
    if isinstance(value, datetime):
        return moment(data, value)
    if isinstance(value, Promise):
        return _promised(data, value)
    if isinstance(value, Mapping):
        return "\n".join(
            f"{phrases.get(f'slot.{key}', key)}：{_slot(data, key, text)}" for key, text in value.items() if text
        )
    if isinstance(value, StrEnum):
        prefix = "post" if isinstance(value, Post) else "state"
        return phrases.get(f"{prefix}.{value.value}", value.value)
    if isinstance(value, (tuple, list)):
        return "、".join(_said(data, name, one) for one in value)
    return _named(data, name, str(value)) or _figured(data, value) or str(value)


def _named(data: HallData, name: str, key: str) -> str:
    """What stands for a topic, a team or a post; empty for anything else."""
    if name in ("topic", "topics"):
        topic = data.handbook.topics.get(key)
        return topic.name if topic else key
    if name != "to":
        return ""
    team = data.teams.get(key)
    return team.name if team else data.handbook.phrases.get(f"post.{key}", "")


def _shared(data: HallData, name: str, topic: Topic | None) -> str | None:
    """A named fact of the topic, the handbook or the hall."""
    if topic and name in topic.facts:
        return topic.facts[name].value
    if name in data.handbook.facts:
        return data.handbook.facts[name].value
    if name.startswith("promise."):
        row = next((row for row in data.books.promises if row.id == name.removeprefix("promise.")), None)
        return hours.said(hours.span(row.promise)) if row and row.promise else None
    hall = {
        "hall": data.info.name,
        "address_of_hall": data.info.address,
        "phone_of_hall": data.info.phone,
        "hotline": data.info.hotline,
        "bot": data.info.bot,
        "region": data.info.region,
    }
    return hall.get(name)


def _fill(data: HallData, template: str, facts: Mapping[str, object], topic: Topic | None = None) -> str:
    """Fill a template line by line; a line one of whose facts is empty is left out."""
    lines: list[str] = []
    for line in template.strip("\n").split("\n"):
        parts: list[str] = []
        whole = True
        for literal, name, _, _ in Formatter().parse(line):
            parts.append(literal)
            if name is None:
                continue
            text = _said(data, name, facts[name]) if name in facts else _shared(data, name, topic)
            whole = whole and bool(text)
            parts.append(text or "")
        if whole:
            lines.append("".join(parts))
    return "\n".join(lines)


def _answer(data: HallData, topic: Topic, facts: Mapping[str, object], *, whole: bool = True) -> str:
    """A topic's answer, or what follows its first screen, with source and date, so that nobody has to believe it."""
    text = _fill(data, topic.answer if whole else topic.answer.strip().partition("\n\n")[2], facts, topic)
    if not topic.source or topic.kind == "talk":
        return text
    as_of = f"{topic.as_of.year}年{topic.as_of.month}月{topic.as_of.day}日"
    source = _fill(data, data.handbook.phrases["source"], {"source": topic.source, "as_of": as_of})
    return f"{text}\n{source}" if text else source


def _lines(data: HallData, topic: Topic, facts: Mapping[str, object]) -> str:
    """Some lines of a topic's own answer, told again: the source stood under the whole."""
    parts = facts.get("parts")
    return _fill(data, "\n".join(map(str, parts)), facts, topic) if isinstance(parts, tuple) else ""


def _situations(data: HallData, topic: Topic, facts: Mapping[str, object]) -> str:
    """Safety words first: those of the situations heard, then the general ones."""
    raw = str(facts.get("heard", ""))
    heard = f"{raw}\n{normalise(raw)}"
    chosen = [one.say for one in topic.situations if any(word in heard for word in one.words)]
    return "\n".join(_fill(data, text, facts, topic) for text in (*chosen[:2], topic.safety) if text)


def render(data: HallData, text: object) -> str:
    """Words to text: answer:T, brief:T (first screen), rest:T, lines:T (parts), safety:T, step:T.CODE, or a phrase."""
    if not isinstance(text, Words):
        return str(text)
    kind, _, rest = text.code.partition(":")
    code, _, step_code = rest.partition(".")
    topic = data.handbook.topics.get(code)
    if kind == "answer" and topic:
        return _answer(data, topic, text.facts)
    if kind == "rest" and topic:
        return _answer(data, topic, text.facts, whole=False)
    if kind == "brief" and topic:
        return _fill(data, topic.answer.strip().split("\n\n")[0], text.facts, topic)
    if kind == "lines" and topic:
        return _lines(data, topic, text.facts)
    if kind == "safety" and topic:
        return _situations(data, topic, text.facts)
    if kind == "step" and topic:
        step = next((step for step in topic.steps if step.code == step_code), None)
        return _fill(data, step.told, text.facts, topic) if step else ""
    if text.code not in data.handbook.phrases:
        raise NoSuchPhrase(text.code)
    return _fill(data, data.handbook.phrases[text.code], text.facts)
