"""Hall 营业厅: everything the posts work with, in one frozen value."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.hall.bell import Bell
from bot.hall.data import Edition
from bot.hall.pages import Ledger
from bot.hall.ports import Channel, Clock, Engine, Files, Passwords
from bot.hall.records import Heard

OUTBOX = "outbox"
"""The engine's conversation that carries letters."""


class TurnableClock(Clock, Protocol):
    """A drill's clock: people turn it."""

    speed: float

    def turn_to(self, moment: datetime) -> None:
        """It is this moment now."""
        ...


@dataclass(frozen=True, slots=True)
class Drill:
    """What a drill 演练 has beside a hall: a clock to turn, and another hall's data to take in."""

    clock: TurnableClock
    read: Callable[[bytes | Mapping[str, object]], Awaitable[Edition]]
    """A zip of a hall folder or its tables → a trained edition; the door's own fault errors."""
    take: Callable[[Edition], None]
    """From now on the hall works from this edition."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while time passes: one hand on the clock."""
    key: str = ""
    """HALL_DRILL_KEY: lets another machine in."""


@dataclass(frozen=True, slots=True)
class Hall:
    """One running hall; `edition()` is the last good version of its folder and handbook."""

    edition: Callable[[], Edition]
    ledger: Ledger
    clock: Clock
    engine: Engine
    bell: Bell
    files: Files
    passwords: Passwords
    channels: Mapping[str, Channel] = field(default_factory=dict)
    practice: Drill | None = None
    base_url: str = ""
    rate_limit: int = 0
    """Requests an address and minute; 0: none."""
    ears: dict[tuple[str, str], Heard] = field(default_factory=dict)
    """Heard a moment ago and kept already: understood before the page opens, off the loop."""
    carrying: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while letters are carried: two hands would send one letter twice."""
    stumbles: dict[tuple[str, str], int] = field(default_factory=dict)
    """Messages the guide failed on, and how often."""

    @property
    def drill(self) -> bool:
        """Whether this is a drill: every page and message says so."""
        return self.practice is not None
