"""Whether what somebody had before him is stale: a clock that only notes the hour moves nothing under his hands."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from bot.desk.case import CLOCK, Event
from bot.desk.moves import Move

_NOTED = (Move.REVEAL, Move.UNDELIVERED)
_BY_THE_CLOCK = (Move.LATE, Move.ESCALATE, Move.KEPT, Move.BROKEN)


def _quiet(event: Event) -> bool:
    return event.move in _NOTED or (event.by == CLOCK and event.move in _BY_THE_CLOCK)


def stale(read: int, present: int, events: Iterable[Event]) -> bool:
    """Whether more has happened since version `read` than reminders, alerts and entries about the reading.

    One moment's entries count as one step and none of it may be more, so it errs on the side of saying stale.
    """
    if not 0 < read <= present:
        return True
    still = 0
    for _, together in groupby(reversed(tuple(events)), attrgetter("at")):
        if not all(map(_quiet, together)):
            break
        still += 1
    return present - read > still
