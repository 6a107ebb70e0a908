"""Incident 停电事件: many reports, one outage; its members' cases keep their own first handlers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    """How far an outage is known: thought, confirmed by a person, over, and everybody asked."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    RESTORED = "restored"
    CLOSED = "closed"


class Sort(StrEnum):
    """What one piece of news is."""

    CONFIRMED = "confirmed"
    UPDATE = "update"
    RESTORED = "restored"
    CALLED_OFF = "called_off"
    """There was no such outage after all: the hall's own row was cancelled."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing every member is told once: confirmed, update or restored; in these words of a person, if any."""

    n: int
    kind: str
    at: datetime
    by: str
    text: str = ""
    stage: str = ""
    """The step of the blueprint that is reached with it, for every member."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One outage of one place: mother of the cases that name it."""

    no: str
    state: Phase
    area: str
    """As people read it: 「芦苇新村（白鹭镇）」."""
    place: str
    """The place it is about, as reports are compared: name and town."""
    opened_at: datetime
    handler: str
    """Work number of who answers for it: confirms, updates, restores."""
    cause: str = ""
    eta_at: datetime | None = None
    confirmed_at: datetime | None = None
    restored_at: datetime | None = None
    closed_at: datetime | None = None
    news: tuple[News, ...] = ()
    apart: tuple[str, ...] = ()
    """Cases somebody took out of it: they never join it again by themselves."""
    outage: str = ""
    """Number of the hall's own outage row it is about, if it is."""
    version: int = 0
    began_at: datetime | None = None
    """Since when it is dark, as far as anybody knows."""
    arrived_at: datetime | None = None
    measures: str = ""
    """What was done about it, in the words of whoever restored it."""
    confirmed_by: str = ""
    """The person who confirmed it; empty where only the hall's table says so."""
    raised_on: str = ""
    """The member on whose case the alert stands that asks somebody to confirm it."""
    row: str = ""
    """What the hall's own outage row said when it was looked at last."""

    @property
    def told(self) -> int:
        """Number of its newest news; 0 while there is none."""
        return self.news[-1].n if self.news else 0
