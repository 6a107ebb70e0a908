"""Promises that end: kept or broken, and the ledger says which."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.desk import promises
from bot.desk.case import CLOCK, Case, Kept, Lane, Promise
from bot.desk.moves import Move
from bot.desk.outcome import Entry
from bot.desk.words import words


def _verdict(promise: Promise) -> Entry:
    """How a promise ended; what was never promised in public stays inside."""
    kept = promise.kept is Kept.KEPT
    return Entry(
        Move.KEPT if kept else Move.BROKEN,
        CLOCK,
        words("event.kept" if kept else "event.broken", promise=promise),
        Lane.SUPPORT,
        public=promise.promise_at is not None,
        facts={"promise": promise.id},
    )


def settled(case: Case, met: Callable[[Promise], bool], now: datetime) -> tuple[Case, tuple[Entry, ...]]:
    """The case with what is met settled, and the ledger lines that say so; the clock has told of the broken before."""
    all_, ended = promises.settle(case.promises, met, now)
    told = {promise.id for promise in case.promises if promise.kept is Kept.BROKEN}
    return replace(case, promises=all_), tuple(_verdict(promise) for promise in ended if promise.id not in told)
