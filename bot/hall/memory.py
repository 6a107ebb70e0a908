"""What the ledger lets go of: one customer as a whole, and each class of data once its time is over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Erasing:
    """Who is to be forgotten, and how far to look for him."""

    customer: str
    cases: tuple[str, ...]
    """Numbers of all his cases; their rows are the desk's to write anew."""
    at: datetime
    marks: tuple[str, ...] = ()
    """What means him wherever it stands: key, name, numbers."""
    thorough: bool = True
    """Also where he is only told of: letters to staff, the hall's own chain, versions of its tables."""
    key: str = ""
    """Under which his rows are kept from now on; empty: as before."""


class MemoryPage(Protocol):
    """The part of a page that forgets. Plain calls; every one but `erase` takes a slice, so that a page stays short."""

    def erase(self, erasing: Erasing) -> None:
        """Blank every private column of everything that is his; files nobody else sent are marked to be dropped."""
        ...

    def to_drop(self, limit: int) -> tuple[str, ...]:
        """Keys of files that are marked to be dropped and that nobody's message shows."""
        ...

    def dropped(self, key: str) -> None:
        """The file is gone."""
        ...

    def forget_sessions(self, before: datetime, limit: int) -> int:
        """Ways in that ended before this moment go; how many."""
        ...

    def forget_notes(self, prefix: str, before: str, limit: int) -> int:
        """Values under keys of this prefix that begin with a day before this one go; how many."""
        ...

    def forget_poison(self, before: datetime, limit: int) -> int:
        """Raw updates set aside before this moment go; how many."""
        ...

    def blank_letters(self, before: datetime, limit: int) -> int:
        """What staff and topics were told before this moment loses its words; how many letters."""
        ...

    def blank_denials(self, before: datetime, limit: int) -> int:
        """Denials of before lose what was asked for and by whom; how many."""
        ...
