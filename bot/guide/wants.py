"""What a turn wants to know of the hall's own systems, and what was found: asked off the page, between two rounds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.guide.supply import Account, Bill, Outage


class Sought(StrEnum):
    """Which of the systems is asked."""

    ACCOUNT = "account"
    BILLS = "bills"
    OUTAGES = "outages"


@dataclass(frozen=True, slots=True)
class Want:
    """One question to one system; equal ones are asked once."""

    what: Sought
    account: str = ""
    address: str = ""
    since: str = ""
    """First month of bills."""
    till: str = ""
    """Last month of bills."""
    at: datetime | None = None
    """Outages that are not over by then."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer; `slow`: the system was silent, dead or made no sense, so nothing is known."""

    slow: bool = False
    account: Account | None = None
    bills: tuple[Bill, ...] = ()
    outages: tuple[Outage, ...] = ()
