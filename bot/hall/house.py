"""Hall 营业厅: everything the posts work with, in one frozen value."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.hall.bell import Bell
from bot.hall.cabinet import Cabinet
from bot.hall.data import Edition
from bot.hall.meters import Meters
from bot.hall.pace import NO_LIMITS, Pace
from bot.hall.pages import Ledger
from bot.hall.ports import Business, Channel, Clock, Engine, Files, Messenger, Passwords
from bot.hall.records import Heard

OUTBOX = "outbox"
"""The engine's conversation that carries letters."""
MESSENGER = "tg"
"""The channel of letters to private chats of a messenger."""
TOPIC = "topic"
"""The channel of letters to a case's forum topic."""


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
    pace: Pace = field(default_factory=lambda: Pace(NO_LIMITS))
    """How fast letters may go out through channels that are sent through."""
    business: Business | None = None
    """The hall's own systems over the network; without them its folder's tables answer."""
    messenger: Messenger | None = None
    """The messenger's door, where there is one."""
    cabinet: Cabinet | None = None
    """The hall's own tables, where people may change them."""
    meters: Meters = field(default_factory=Meters)
    """What has been counted since this process began."""

    @property
    def mirrors(self) -> bool:
        """Whether each case has a forum topic in which its events are told."""
        return TOPIC in self.channels

    def outbox_has_work(self) -> None:
        """There is something to carry: whoever carries now looks again, else the engine begins."""
        self.bell.ring(OUTBOX)
        self.engine.has_work(OUTBOX)

    @property
    def drill(self) -> bool:
        """Whether this is a drill: every page and message says so."""
        return self.practice is not None
