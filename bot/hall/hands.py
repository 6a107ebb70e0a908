"""Whose hands a case is in, as the outside reads it: first handler, stand-in, helpers' tasks, a change asked for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.desk.case import Case, Event
from bot.desk.moves import Move
from bot.desk.pending import Task
from bot.desk.rights import Relation, relation
from bot.desk.roster import Staff
from bot.desk.words import words
from bot.hall.data import HallData
from bot.hall.wording import render

Json = dict[str, Any]
_WAITS = {"customer": "transfer.waits.customer", "leader": "transfer.waits.leader"}
"""For whose word a change of hands waits."""


def at(moment: datetime | None) -> str | None:
    """ISO 8601 with zone, or null."""
    return moment.isoformat() if moment else None


def person_json(data: HallData, no: str) -> Json:
    """A member of staff as everybody may know him."""
    staff = data.books.roster.staff.get(no)
    return {"no": no, "name": staff.name if staff else "", "post": staff.post.value if staff else ""}


def cover_json(data: HallData, case: Case) -> Json | None:
    """Who stands in for the first handler, and till when."""
    return person_json(data, case.cover.staff) | {"till": case.cover.till.isoformat()} if case.cover else None


def transfer_json(data: HallData, case: Case) -> Json | None:
    """A change of first handler that is asked for: to whom, why, whose word it waits for, said as the customer is."""
    wish = case.transfer
    if wish is None:
        return None
    decides = "customer" if wish.asks and wish.consented_at is None else "leader"
    handler, to = data.books.person(case.first_handler), data.books.person(wish.to)
    return {
        "to": person_json(data, wish.to),
        "reason": wish.reason,
        "asked_at": at(wish.asked_at),
        "consented_at": at(wish.consented_at),
        "decides": decides,
        "text": render(data, words(_WAITS[decides], handler=handler, to=to)),
    }


def _task(task: Task) -> Json:
    return {
        "n": task.n,
        "to": task.to,
        "by": task.by,
        "text": task.text,
        "asked_at": at(task.asked_at),
        "due_at": at(task.due_at),
        "helper": task.helper,
        "taken_at": at(task.taken_at),
        "done_at": at(task.done_at),
        "result": task.result,
    }


def callback_json(data: HallData, case: Case) -> Json | None:
    """The duty leader's callback: about whom, till when, done by whom."""
    owed = case.callback
    if owed is None:
        return None
    return {
        "about": person_json(data, owed.about),
        "asked_at": at(owed.asked_at),
        "due_at": at(owed.due_at),
        "by": owed.by,
        "text": owed.text,
        "done_at": at(owed.done_at),
    }


def handled_json(data: HallData, case: Case, events: Iterable[Event]) -> list[Json]:
    """Who answered for the case from when on, oldest first."""
    hands = [
        {"handler": person_json(data, event.facts["first_handler"]), "since": at(event.at)}
        for event in events
        if event.move in (Move.OPEN, Move.TRANSFER, Move.REASSIGN) and "first_handler" in event.facts
    ]
    return hands or [{"handler": person_json(data, case.first_handler), "since": at(case.opened_at)}]


def inside(data: HallData, case: Case, asker: Staff, now: datetime) -> Json:
    """What only staff read of it; whom the case is hidden from is a duty leader's to know."""
    found: Json = {
        "tasks": [_task(task) for task in case.tasks],
        "callback": callback_json(data, case),
        "asked_again": case.asked_again,
    }
    if Relation.LEADER in relation(case, asker, data.books.roster, now):
        found["hidden"] = [person_json(data, no) | {"named": no in case.named} for no in case.hidden_from]
    return found
