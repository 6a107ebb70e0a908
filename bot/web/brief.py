"""Thirty seconds at take-over: one case as a person reads it, from the same JSON that scripts read."""

from collections.abc import Sequence
from datetime import datetime

from bot.desk.case import CLOCK, CUSTOMER, GUIDE
from bot.hall.house import Hall
from bot.hall.records import Line
from bot.web.answers import Json

_PARTIES = {CUSTOMER: "客户", GUIDE: "引导岗", CLOCK: "时钟", "system": "系统"}
OVER = ("resolved", "closed", "cancelled")


def who(hall: Hall, by: str) -> str:
    """Who did it, with name and work number."""
    staff = hall.edition().data.books.roster.staff.get(by)
    return f"{staff.name}（{staff.no}）" if staff else _PARTIES.get(by, by)


def _wish(case: Json, lines: Sequence[Line], begun_at: datetime) -> str:
    """What the customer wants, in his own words: all that was said from the first word to the opening."""
    opened_at = datetime.fromisoformat(case["opened_at"])
    said = [line.text for line in lines if line.sender == CUSTOMER and line.text and begun_at <= line.at <= opened_at]
    opened = next((event["text"] for event in case["events"] if event["by"] == CUSTOMER and event["text"]), "")
    cut = said.index(opened) + 1 if opened in said else len(said)
    return "\n".join(said[:cut]) or opened


def _due(case: Json, promise: Json) -> Json:
    """A promise with the name of what keeps it."""
    names = {stage["code"]: stage["name"] for stage in case["stages"]}
    names |= {"contact": "联系客户", "reply": "答复客户", "resolve": "办结"}
    lines = [
        {"name": name, "at": promise.get(key)}
        for key, name in (("promise_at", "承诺"), ("internal_at", "内部"), ("red_line_at", "底线"))
        if promise.get(key)
    ]
    return {"name": names.get(promise["to"], promise["to"]), "state": promise["state"], "lines": lines}


def brief(hall: Hall, case: Json, thread: Json, lines: Sequence[Line], begun_at: datetime) -> Json:
    """Wish, facts, papers, promises, first handler, who holds the talk."""
    phrases = hall.edition().data.handbook.phrases
    slots = [
        {"name": phrases.get(f"slot.{name}", name), "value": value} for name, value in case["slots"].items() if value
    ]
    latest = next((line for line in reversed(lines) if line.sender == "customer" and line.text), None)
    return {
        "wish": _wish(case, lines, begun_at),
        "latest": {"text": latest.text, "at": latest.at.isoformat()} if latest else None,
        "slots": slots,
        "missing": [phrases.get(f"slot.{name}", name) for name in thread["missing"]],
        "papers": case["papers"],
        "promises": [_due(case, promise) for promise in case["promises"]],
        "handler": who(hall, case["first_handler"]["no"]),
        "talking": who(hall, thread["speaker"]) if thread["speaker"] else "",
        "over": case["state"] in OVER,
    }


def timeline(hall: Hall, case: Json) -> list[Json]:
    """The case's ledger, newest first, with names."""
    return [event | {"who": who(hall, event["by"])} for event in reversed(case["events"])]
