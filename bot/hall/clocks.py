"""What runs on a case and what holds it, as the outside reads it: promises, pauses."""

from typing import Any

from bot.desk import promises as clockwork
from bot.desk.case import Case, Kept, Promise
from bot.desk.pending import Pause
from bot.hall.data import HallData
from bot.hall.hands import at, person_json

Json = dict[str, Any]
DROPPED = "dropped"
"""What has become of a promise that ended without a verdict: a newer word took its place, or nobody waits for it."""


def pause_json(data: HallData, pause: Pause) -> Json:
    """One pause, as customer and staff read it."""
    return {
        "reason": pause.reason,
        "by": person_json(data, pause.by),
        "at": at(pause.at),
        "until": at(pause.until),
        "wants": list(pause.wants),
        "waits_for": "customer" if pause.customer else "hall",
        "task": pause.task or None,
        "ended_at": at(pause.ended_at),
        "ended_by": pause.ended_by or None,
    }


def promise_json(data: HallData, case: Case, promise: Promise) -> Json:
    """One promise with its three lines; `paused`: what holds its clock now."""
    held = clockwork.paused(case) if clockwork.stands(case, promise) and not promise.ended_at else None
    return {
        "id": promise.id,
        "to": promise.to,
        "promise_at": at(promise.promise_at),
        "internal_at": at(promise.internal_at),
        "red_line_at": at(promise.red_line_at),
        "area": promise.area,
        "paused": pause_json(data, held) if held else None,
        "by": person_json(data, promise.by) if promise.by else None,
        "state": DROPPED if promise.ended_at and promise.kept is Kept.RUNNING else promise.kept.value,
        "kept": promise.kept is Kept.KEPT,
        "broken": promise.kept is Kept.BROKEN,
        "ended_at": at(promise.ended_at),
        "tentative": promise.tentative,
    }
