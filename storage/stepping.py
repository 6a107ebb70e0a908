"""Rows that are kept by version: new at version 1, or one version on from the one that was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Executable, Table, bindparam, update

from bot.desk.errors import Changed
from storage.dialect import insert


@dataclass(frozen=True, slots=True)
class Written:
    """The two ways such a row is written."""

    new: Executable
    moved: Executable


def written(table: Table) -> Written:
    """Those of a table with the columns no and version."""
    new = insert(table).on_conflict_do_nothing(index_elements=["no"]).execution_options(preserve_rowcount=True)
    stale = table.c.no == bindparam("number"), table.c.version == bindparam("stale")
    return Written(new, update(table).where(*stale))


def step(page: Connection, ways: Written, row: Mapping[str, Any]) -> None:
    """Write the row, one version on from the one that was read. Changed."""
    no, read = row["no"], row["version"] - 1
    if read == 0:
        done = page.execute(ways.new, dict(row)).rowcount
    else:
        done = page.execute(ways.moved, {**row, "number": no, "stale": read}).rowcount
    if done != 1:
        raise Changed(no, read)
