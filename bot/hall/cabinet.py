"""The hall's own tables as people change them: what each is, and who turns rows into a hall to work from."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bot.hall.data import Edition

Row = Mapping[str, object]
Tables = Mapping[str, tuple[Row, ...]]
Over = Callable[[Mapping[str, str]], Mapping[str, Iterable[Row]]]
"""Asked with the marks of the tables as the folder has them: which were changed since, and how they read now."""


class TableFaults(Exception):
    """The rows cannot be taken over; every fault as a line people read."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)


class NoSuchTable(Exception):
    """The hall folder has no table of this name."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a table is: 中文, whether it has many rows, what makes two rows the same."""

    label: str
    many: bool = True
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cabinet:
    """What a hall has beside its edition, to change its own tables."""

    kinds: Mapping[str, Kind]
    read: Callable[[Tables, str], Awaitable[Edition]]
    """All tables with the one that was changed → a trained edition, off the loop. TableFaults."""
    take: Callable[[Edition], None]
    """From now on the hall works from this edition."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a table is changed: the next change builds on this one."""

    def kind(self, table: str) -> Kind:
        """What the table is; NoSuchTable."""
        if table not in self.kinds:
            raise NoSuchTable(table)
        return self.kinds[table]
