"""What is wrong in a hall folder: which file, which line, in Chinese, all of it at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

CLOSE = 60.0
"""From this likeness on (0 to 100) a name is offered as the one that was meant."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend, or with `warning` one to think about."""

    file: str
    line: int | None
    message: str
    warning: bool = False


class FolderFaults(Exception):
    """The folder cannot be taken over; it carries every fault found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = ordered(faults)
        super().__init__(self.faults)


def ordered(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """By file and line, the same fault once."""
    return tuple(sorted(set(faults), key=lambda fault: (fault.file, fault.line or 0, fault.message, fault.warning)))


def said(fault: Fault) -> str:
    """One line for people: 「staff.toml 第 12 行：…」."""
    where = f"{fault.file} 第 {fault.line} 行" if fault.line else fault.file
    return f"{where}：{fault.message}"


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant."""
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=CLOSE)
    return found[0] if found else None


def meant(name: str, known: Iterable[str]) -> str:
    """The ending 「，是不是“…”？」 where one of the known names is close; else nothing."""
    guess = closest(name, known)
    return f"，是不是“{guess}”？" if guess else ""
