"""A checked row together with where it was written, so that later checks can still point at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from bot.folder.faults import Fault
from bot.folder.gather import Row, line_at
from bot.folder.wording import shown

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that passed, and its origin."""

    model: BaseModel
    row: Row


def of(entries: Iterable[Entry], model: type[M]) -> list[tuple[M, Row]]:
    """The rows of one table with their origins, in the order they were written."""
    return [(entry.model, entry.row) for entry in entries if isinstance(entry.model, model)]


def about(row: Row, key: str, words: str, *, warning: bool = False) -> Fault:
    """A fault of one cell of a row."""
    return Fault(row.file, line_at(row, (key,)), f"{shown(row)}：{words}", warning)
