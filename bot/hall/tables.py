"""The hall's tables changed while it works: checked as its folder is, in force at once, every version kept."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.desk.case import CLOCK, Event, Lane, Post
from bot.desk.errors import Changed, Missing
from bot.desk.roster import Staff
from bot.desk.speech import sensible
from bot.hall import rounds, seeding
from bot.hall.cabinet import Cabinet, Kind, NoSuchTable, Row, Tables
from bot.hall.counter import Asked
from bot.hall.data import Edition
from bot.hall.holding import HoldsCases, held
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.records import TableVersion
from intents.slots import mask

log = logging.getLogger(__name__)

FOLDER = "folder"
"""Who changed a table whose file was written anew."""
ORIGINAL = 0
"""The version before the first: what the folder said."""
_MARK = "folder:"
CHANGED = "tables.changed"
"""Where the ledger keeps that a table was changed, and which last: other processes look only there."""

Beside = Callable[[Page], None]
"""What else is done in the same page as a change; raising keeps the change from being made."""


class NoSuchVersion(Exception):
    """The table never had a version of this number."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the ledger has of changed tables: the newest version of each, and the folder's mark it was laid over."""

    newest: Mapping[str, TableVersion] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)

    def newer(self, marks: Mapping[str, str]) -> list[str]:
        """Tables whose files were written anew after their newest version: the folder wins."""
        return [table for table in self.newest if marks.get(table, "") != self.marks[table]]

    def over(self, marks: Mapping[str, str]) -> dict[str, Sequence[Row]]:
        """The versions that hold over the folder as it is marked."""
        newer = self.newer(marks)
        return {
            table: rows_of(one.rows) for table, one in self.newest.items() if table not in newer and one.by != FOLDER
        }


def rows_of(text: str) -> tuple[Row, ...]:
    """Rows as a version keeps them."""
    return tuple(json.loads(text))


def _text(rows: Iterable[Row]) -> str:
    return json.dumps(list(rows), ensure_ascii=False, sort_keys=True)


def kept(lists: Lists) -> Kept:
    """What the ledger has of changed tables."""
    newest = {one.table: one for one in lists.newest_versions()}
    return Kept(newest, {table: lists.remembered(f"{_MARK}{table}") for table in newest})


def in_force(lists: Lists, edition: Edition) -> bool:
    """Whether every table that was ever changed reads in this edition as its newest version does."""
    return all(one.rows == _text(edition.tables.get(one.table, ())) for one in lists.newest_versions())


def cabinet(hall: Hall) -> Cabinet:
    """The hall's cabinet; NoSuchTable where nothing can be changed."""
    if hall.cabinet is None:
        raise NoSuchTable
    return hall.cabinet


def merged(kind: Kind, before: Sequence[Row], rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows added or changed by key: cells not named stay, null takes one away; a row without a key is added once."""
    if not kind.many:
        if len(rows) != 1:
            raise Missing({"rows": "missing.one_row"})
        return (_over(before[0] if before else {}, rows[0]),)
    found = list(before)
    for row in rows:
        key = _key(kind, row)
        place = next((n for n, one in enumerate(found) if key and _key(kind, one) == key), None)
        if place is not None:
            found[place] = _over(found[place], row)
        elif key or row not in found:
            found.append(row)
    return tuple(found)


def _key(kind: Kind, row: Row) -> tuple[str, ...]:
    cells = tuple("" if row.get(name) is None else str(row[name]).strip() for name in kind.keys)
    return cells if any(cells) else ()


def _over(before: Row, row: Row) -> Row:
    return {name: value for name, value in {**before, **row}.items() if value is not None}


def _answers(edition: Edition, no: str) -> bool:
    """Whether this person may answer for a case: in the hall, at one of the four posts."""
    person = edition.data.books.person(no)
    return person.on and person.post is not Post.NONE


def _gone(before: Edition, after: Edition) -> list[str]:
    """Who may answer for cases now and no longer could after the change."""
    return [no for no in before.data.books.roster.staff if _answers(before, no) and not _answers(after, no)]


def _hold_none(lists: Lists, people: Iterable[str]) -> None:
    """HoldsCases: somebody else must answer for them first."""
    for no in people:
        if cases := held(lists, no):
            raise HoldsCases(no, cases)


def _note(by: str, table: str, version: int, now: datetime, reason: str = "", **more: str) -> Event:
    facts = {"table": table, "version": str(version), **more}
    return Event("", 0, now, Lane.SUPPORT, by, "change", public=False, text=mask(reason), facts=facts)


async def change(
    hall: Hall,
    by: Staff,
    table: str,
    make: Callable[[Kind, Sequence[Row]], Sequence[Row]],
    reason: str,
    asked: Asked,
    beside: Beside | None = None,
) -> TableVersion | None:
    """A table's next version, in force from now on; None when only tried.

    TableFaults, Missing, Changed, HoldsCases (somebody leaves who answers for cases): nothing was done.

    `make` is given what the table is and its rows now, and tells how they should read.
    """
    drawer = cabinet(hall)
    kind, reason = drawer.kind(table), sensible(reason, "reason")
    done = f"request:{by.no}:hall/{table}:{asked.id}" if asked.id else ""
    async with drawer.lock:
        edition, now = hall.edition(), hall.clock.now()
        latest, already = await hall.ledger.read(lambda lists: (newest(lists, table), lists.remembered(done)))
        if done and already:
            return latest
        number = latest.version if latest else ORIGINAL
        before = edition.tables.get(table, ())
        stale = latest is not None and latest.rows != _text(before)  # another process changed it: soon taken over
        if stale or asked.version not in (None, number):
            raise Changed(table, number)
        rows = tuple(make(kind, before))
        fresh = await drawer.read(_with(edition.tables, table, rows), table)
        fresh, gone = replace(fresh, marks=edition.marks), _gone(edition, fresh)
        if asked.dry:
            await hall.ledger.read(lambda lists: _hold_none(lists, gone))
            return None
        version = TableVersion(table, _text(fresh.tables.get(table, ())), _text(before), by.no, now, reason)

        def doing(page: Page) -> TableVersion:
            lately = newest(page.lists(), table)
            if hall.edition() is not edition or (lately.version if lately else ORIGINAL) != number:
                raise Changed(table, number)  # another hall was loaded meanwhile, or another process was quicker
            if beside:
                beside(page)
            _hold_none(page.lists(), gone)
            kept_as = page.keep_version(version)
            page.remember(CHANGED, f"{table}:{kept_as}:{now.isoformat()}")
            if not latest:
                page.remember(f"{_MARK}{table}", edition.marks.get(table, ""))
            if done:
                page.remember(done, now.isoformat())
            page.note(_note(by.no, table, kept_as, now, reason), str)
            seeding.seed(page, fresh, now, messenger=hall.messenger is not None)
            return replace(version, version=kept_as)

        found = await hall.ledger.write(doing)
        if hall.edition() is edition:
            drawer.take(fresh)
    await rounds.walk(hall)
    hall.bell.ring("desk")
    log.info("table changed", extra={"table": table})
    return found


def newest(lists: Lists, table: str) -> TableVersion | None:
    """The newest version of a table; None while it is as the folder says."""
    return next((one for one in lists.newest_versions() if one.table == table), None)


def _with(tables: Tables, table: str, rows: tuple[Row, ...]) -> Tables:
    return {**tables, table: rows}


def replaced(rows: Sequence[Row]) -> Callable[[Kind, Sequence[Row]], Sequence[Row]]:
    """All rows of a table in place of those it has."""
    return lambda kind, _: tuple(rows) if kind.many or not rows else merged(kind, (), rows)


def added(rows: Sequence[Row]) -> Callable[[Kind, Sequence[Row]], Sequence[Row]]:
    """Some rows of a table added or changed by key."""
    return lambda kind, before: merged(kind, before, rows)


async def versions(hall: Hall, table: str) -> tuple[TableVersion, ...]:
    """Every version of a table, oldest first; NoSuchTable."""
    cabinet(hall).kind(table)
    return await hall.ledger.read(lambda lists: lists.versions(table))


async def rollback(hall: Hall, by: Staff, table: str, version: int, reason: str, asked: Asked) -> TableVersion | None:
    """A new version that reads as an old one; NoSuchVersion."""
    known = await versions(hall, table)
    old = {one.version: one.rows for one in known}
    if known:
        old[ORIGINAL] = known[0].before
    if version not in old:
        raise NoSuchVersion
    return await change(hall, by, table, lambda _kind, _before: rows_of(old[version]), reason, asked)


async def take_over(hall: Hall, found: Kept, edition: Edition) -> None:
    """The folder as it was just read, with what was changed laid over; a file written anew is the newer version."""
    now = hall.clock.now()
    newer = found.newer(edition.marks)

    def doing(page: Page) -> None:
        for table in newer:
            rows = _text(edition.tables.get(table, ()))
            number = page.keep_version(TableVersion(table, rows, found.newest[table].rows, FOLDER, now, ""))
            page.remember(f"{_MARK}{table}", edition.marks.get(table, ""))
            page.note(_note(CLOCK, table, number, now, how=FOLDER), str)
        seeding.seed(page, edition, now, messenger=hall.messenger is not None)

    await hall.ledger.write(doing)


def needed(rows: object) -> Sequence[Row]:
    """The rows of a request: a list of objects, or the one object of a table that has only one."""
    found = [rows] if isinstance(rows, Mapping) else rows
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise Missing({"rows": "missing.rows"})
    return found
