"""What a case waits for: a helper's task, a change of hands, a stand-in, a callback, the end of a pause, a person."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Task:
    """A helper's task 协办, with a clock of its own; responsibility stays with the first handler."""

    n: int
    """Its number on the case, from 1."""
    to: str
    """A work number; or a team's key or a post: whoever of it takes the task first."""
    by: str
    text: str
    asked_at: datetime
    from_at: datetime | None = None
    """When whoever is asked is next on duty: waiting counts from here."""
    due_at: datetime | None = None
    """The line of the case that runs out first."""
    helper: str = ""
    """Who has it; empty while nobody of the team or post took it."""
    taken_at: datetime | None = None
    done_at: datetime | None = None
    result: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A change of first handler 移交 that is asked for and not decided yet."""

    to: str
    reason: str
    by: str
    asked_at: datetime
    leader: bool = True
    """Whether the duty leader decides too."""
    asks: bool = True
    """Whether the customer was asked; after too many changes only the duty leader decides."""
    consented_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """A named stand-in while the first handler is away, whole days; the customer was told."""

    staff: str
    till: date


@dataclass(frozen=True, slots=True)
class Callback:
    """A duty leader's callback 回访 that a low rating asks for; never by the one rated."""

    about: str
    asked_at: datetime
    due_at: datetime
    by: str = ""
    text: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause 挂起: the clocks that may stand still do; it has a reason the customer reads and a day it ends."""

    reason: str
    by: str
    at: datetime
    until: datetime
    """When it ends by itself."""
    wants: tuple[str, ...] = ()
    """Papers the customer is to bring."""
    customer: bool = False
    """Whether the case waits for the customer."""
    task: int = 0
    """A helper's task alone; 0: the whole case."""
    ended_at: datetime | None = None
    ended_by: str = ""
    """Work number, customer or clock."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert of this case: whom it has reached, who answers for it, and when it goes up if nobody does."""

    rung: str
    why: str
    at: datetime
    to: tuple[str, ...]
    """Everybody called so far, in order."""
    grave: bool = False
    """Danger and what weighs like it: followed up until a person has acted."""
    next_at: datetime | None = None
    """When the next one is called, or it is followed up; None: nobody is left to call."""
    acked_by: str = ""
    acked_at: datetime | None = None
