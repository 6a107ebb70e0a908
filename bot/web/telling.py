"""One route as it is described, and the pieces that descriptions share."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.web.schema import CHANGE, Schema, obj

JSON, PAGE, CSV, EVENTS, BYTES = "application/json", "text/html", "text/csv", "text/event-stream", "*/*"
FORMS = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Told:
    """One route as it is described."""

    says: str
    answer: Schema | None = None
    body: Mapping[str, Schema] = field(default_factory=dict)
    query: Mapping[str, Schema] = field(default_factory=dict)
    status: tuple[int, ...] = (200,)
    path: Mapping[str, Schema] = field(default_factory=dict)
    """Parts of the path that are one of a few."""
    refusals: tuple[int, ...] = ()
    kinds: tuple[str, ...] = (JSON,)
    """What the answer may come as."""
    needed: bool = False
    """Whether there must be a body."""


def number(most: int) -> Schema:
    """A whole number from 0 on, as a query takes it."""
    return {"type": "integer", "minimum": 0, "maximum": most}


def changing(more: Mapping[str, Schema]) -> Mapping[str, Schema]:
    """The body of a change: its own, and what every change may say."""
    return {JSON: obj({}, {**CHANGE, **more})}


SEQ = number(10**18 - 1)
"""Where to read on: a seq."""
