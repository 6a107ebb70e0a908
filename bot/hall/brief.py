"""Thirty seconds at take-over 接手简报: one case as a person reads it, from the same JSON that scripts read."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bot.desk.case import CLOCK, CUSTOMER, GUIDE, Kept
from bot.desk.moves import Move
from bot.desk.words import words
from bot.hall import mood, veil, visiting
from bot.hall.data import HallData
from bot.hall.house import Hall
from bot.hall.records import Line
from bot.hall.wording import render
from intents.topic import Topic, TopicKind
from intents.understanding import Zone

Json = dict[str, Any]
_PARTIES = {CUSTOMER: "客户", GUIDE: "引导岗", CLOCK: "时钟", "system": "系统"}
_PROMISED = {
    Kept.RUNNING: "brief.promised.running",
    Kept.KEPT: "brief.promised.kept",
    Kept.BROKEN: "brief.promised.broken",
}
OVER = ("resolved", "closed", "cancelled")
TRIED = (
    Move.OPEN,
    Move.ACCEPT,
    Move.REPLY,
    Move.STAGE,
    Move.TRANSFER,
    Move.REASSIGN,
    Move.RESOLVE,
    Move.REOPEN,
    Move.CHANGE,
    Move.LINK,
    Move.CORRECT,
)
"""Moves that tell what was done so far."""
SHORT = 60
"""Signs of one thing that was done."""


def who(hall: Hall, by: str) -> str:
    """Who did it, with name and work number."""
    staff = hall.edition().data.books.roster.staff.get(by)
    return f"{staff.name}（{staff.no}）" if staff else _PARTIES.get(by, by)


def _wish(case: Json, lines: Sequence[Line], begun_at: datetime) -> str:
    """What the customer wants, in his own words: all that was said from the first word to the opening."""
    opened_at = datetime.fromisoformat(case["opened_at"])
    said = [
        veil.covered(line.text)
        for line in lines
        if line.sender == CUSTOMER and line.text and begun_at <= line.at <= opened_at
    ]
    opened = next((event["text"] for event in case["events"] if event["by"] == CUSTOMER and event["text"]), "")
    cut = said.index(opened) + 1 if opened in said else len(said)
    return "\n".join(said[:cut]) or opened


def _name(case: Json, promise: Json) -> str:
    """What keeps a promise, by its name."""
    names = {stage["code"]: stage["name"] for stage in case["stages"]}
    names |= {"contact": "联系客户", "reply": "答复客户", "resolve": "办结"}
    maker = promise.get("by")
    if maker:
        return f"{maker['name']}（{maker['no']}）答应的回话"
    return str(names.get(promise["to"], promise["to"]))


def _due(case: Json, promise: Json) -> Json:
    """A promise with the name of what keeps it."""
    lines = [
        {"name": name, "at": promise.get(key)}
        for key, name in (("promise_at", "承诺"), ("internal_at", "内部"), ("red_line_at", "底线"))
        if promise.get(key)
    ]
    return {"name": _name(case, promise), "state": promise["state"], "lines": lines}


def _short(text: str) -> str:
    flat = "；".join(line.strip() for line in text.split("\n") if line.strip())
    return flat if len(flat) <= SHORT else f"{flat[:SHORT]}…"


def _did(hall: Hall, event: Json) -> str:
    """One thing that was done, in a line; who and what are not said twice."""
    data = hall.edition().data
    text, move = _short(event["text"]), str(data.handbook.phrases.get(f"move.{event['move']}", event["move"]))
    name = data.books.person(event["by"]).name
    if name and name in text:
        code = "brief.tried.named"
    elif not text or text.startswith(move):
        code, move = "brief.tried.bare", text or move
    else:
        code = "brief.tried"
    at = datetime.fromisoformat(event["at"])
    return render(data, words(code, at=at, who=who(hall, event["by"]), move=move, text=text))


def _tried(hall: Hall, case: Json) -> list[str]:
    """What the guide and people of the hall did so far, as the customer saw it too, oldest first."""
    return [
        _did(hall, event)
        for event in case["events"]
        if event["public"] and event["move"] in TRIED and event["by"] != CUSTOMER
    ]


def _promised(data: HallData, case: Json) -> list[str]:
    """What the customer was promised, till when, and what became of it."""
    found = [
        render(
            data,
            words(
                _PROMISED[promise["state"]],
                name=_name(case, promise),
                at=datetime.fromisoformat(promise["promise_at"]),
                ended=_moment(promise.get("ended_at")),
            ),
        )
        for promise in case["promises"]
        if promise.get("promise_at") and promise["state"] in _PROMISED
    ]
    visit = case["slots"].get("visit")
    return [*found, render(data, words("brief.visit", visit=visiting.plain(visit)))] if visit else found


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _asked_about(data: HallData, lines: Sequence[Line]) -> Topic | None:
    """The matter of the customer's latest words, where they were surely understood and the handbook answers them."""
    latest = next((line for line in reversed(lines) if line.sender == CUSTOMER and line.text), None)
    heard = latest.heard if latest else None
    if not heard or heard.get("zone") != Zone.ANSWER:
        return None
    topic = data.handbook.topics.get(str(heard.get("intent", "")))
    return topic if topic and topic.kind is not TopicKind.TALK else None


def _suggest(data: HallData, case: Json, lines: Sequence[Line]) -> Json | None:
    """What the handbook would answer, its first screen with its source; None where it has nothing to say."""
    topic = _asked_about(data, lines) or data.handbook.topics.get(case["topic"])
    if topic is None or topic.kind is TopicKind.TALK:
        return None
    text = render(data, words(f"brief:{topic.code}")).strip()
    return {"text": text, "source": topic.source, "topic": topic.name} if text and topic.source else None


def _cover(data: HallData, case: Json) -> str:
    """Who stands in, till when."""
    cover = case.get("cover")
    if not cover:
        return ""
    by = data.books.person(cover["no"])
    return render(data, words("brief.cover", by=by, till=date.fromisoformat(cover["till"])))


def brief(hall: Hall, case: Json, thread: Json, lines: Sequence[Line], begun_at: datetime) -> Json:
    """Wish, mood, facts, papers, promises, what was tried, first handler and stand-in, who holds the talk, what to say.

    `lines`: the talk as far as it exists for the reader.
    """
    data = hall.edition().data
    phrases = data.handbook.phrases
    slots = [
        {"name": phrases.get(f"slot.{name}", name), "value": visiting.plain(value)}
        for name, value in case["slots"].items()
        if value
    ]
    latest = next((line for line in reversed(lines) if line.sender == CUSTOMER and line.text), None)
    return {
        "wish": _wish(case, lines, begun_at),
        "latest": {"text": veil.covered(latest.text), "at": latest.at.isoformat()} if latest else None,
        "mood": mood.of(data, case, [line for line in lines if line.at >= begun_at]),
        "slots": slots,
        "missing": [phrases.get(f"slot.{name}", name) for name in thread["missing"]],
        "papers": case["papers"],
        "promises": [_due(case, promise) for promise in case["promises"]],
        "promised": _promised(data, case),
        "tried": _tried(hall, case),
        "handler": who(hall, case["first_handler"]["no"]),
        "cover": _cover(data, case),
        "helpers": [who(hall, helper["no"]) for helper in case["helpers"]],
        "links": list(case["links"]),
        "talking": who(hall, thread["speaker"]) if thread["speaker"] else "",
        "suggest": _suggest(data, case, lines),
        "over": case["state"] in OVER,
    }


def timeline(hall: Hall, case: Json) -> list[Json]:
    """The case's ledger, newest first, with names."""
    return [event | {"who": who(hall, event["by"])} for event in reversed(case["events"])]
