"""What the talk with one customer is about: danger, a case, a form, nothing yet; kept in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Floor(StrEnum):
    """Who speaks: the guide or one named person, never both."""

    GUIDE = "guide"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the last open menu: what it says and what choosing it means."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread 话题 of one customer's talk."""

    customer: str
    topic: str = ""
    """The matter now talked about."""
    slots: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    """Facts of matters talked about before: offered to the next one, never taken unasked."""
    asking: str = ""
    """The slot whose question is open."""
    tries: int = 0
    """How often that question was put."""
    draft: bool = False
    """True while the topic's form is unfinished: a case in state draft."""
    case: str = ""
    """The case that late facts belong to."""
    pending: tuple[str, ...] = ()
    """Slots still to be asked after the case opened."""
    menu: tuple[Option, ...] = ()
    menu_at: datetime | None = None
    """When it was put; none: something else has been answered since, no number means it any more."""
    floor: Floor = Floor.GUIDE
    speaker: str = ""
    """Work number of the person who holds the floor."""
    misses: int = 0
    begun_at: datetime | None = None
    """The customer's first message about the matter."""
    number: str = ""
    """The number kept ready for a matter that is nobody else's business while it is still being asked about."""
    held: Mapping[str, str] = field(default_factory=dict)
    """What waits for a choice or for its case: facts, and the words themselves as `said`."""
    queue: tuple[str, ...] = ()
    """Matters that were mentioned and not talked about yet, in the order they were told."""
    wake_at: datetime | None = None
    """When the guide comes back to an unfinished form by itself."""
    version: int = 0
