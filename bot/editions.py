"""A hall folder, a drill's tables or tables changed by hand, and the shipped handbook → an edition to work from."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from bot.desk.rights import TABLES
from bot.folder import build, catalogue, reader
from bot.folder.faults import FolderFaults
from bot.hall import drill, tables
from bot.hall.cabinet import Cabinet, Kind, Over, TableFaults, Tables
from bot.hall.data import Edition
from bot.hall.pages import Ledger
from bot.settings import Settings
from intents import check, train
from intents.meaning import encoder
from intents.reader import HandbookFaults, handbook_from, read_handbook, shipped
from intents.school import School, learned
from intents.topic import Handbook


def school_of(settings: Settings) -> School:
    """Where this hall's models are kept, and the encoder unless it is switched off or not installed."""
    return School(settings.data_dir / "cache", encoder() if settings.semantic == "auto" else None)


def compose(known: Handbook, found: reader.FolderTables, school: School, before: Edition | None = None) -> Edition:
    """A folder's tables and the shipped handbook → an edition, its matcher trained (by a child) or from the cache.

    One that has nothing new to learn keeps the matcher of the edition before.
    """
    handbook = handbook_from(
        known,
        topics=found.topics,
        promises=build.promise_rows(found),
        phrases=found.phrases,
    )
    data = build.build(found, handbook)
    taught = before is not None and train.lesson(before.data.handbook) == train.lesson(handbook)
    matcher = before.matcher if before and taught else learned(school, handbook)
    return Edition(data, matcher, found.written, found.marks)


def _unchanged(marks: Mapping[str, str]) -> Tables:
    """Nothing was changed by hand."""
    del marks
    return {}


def open_edition(folder: Path, school: School, over: Over = _unchanged, before: Edition | None = None) -> Edition:
    """A hall folder, with what was changed laid over → an edition. FolderFaults, HandbookFaults."""
    known = read_handbook(shipped())
    return compose(known, reader.read_folder(folder, known.topics, known.phrases, over), school, before)


def practised(
    source: bytes | Mapping[str, object], school: School, over: Over = _unchanged, before: Edition | None = None
) -> Edition:
    """What a drill was given, with what was changed laid over → an edition. FolderFaults, HandbookFaults."""
    known = read_handbook(shipped())
    read: Callable[..., reader.FolderTables] = reader.read_zip if isinstance(source, bytes) else reader.read_tables
    return compose(known, read(source, known.topics, known.phrases, over), school, before)


async def opening(
    ledger: Ledger, folder: Path, school: School, given: Edition | None, *, practice: bool
) -> tuple[tables.Kept, Edition]:
    """What a hall begins with: its folder or its drill's, and over it what the ledger has of changed tables."""
    kept = await ledger.read(tables.kept)
    loaded = await ledger.read(lambda lists: lists.remembered(drill.FOLDER)) if practice else ""
    kind, _, text = loaded.partition(":")
    if text:
        source = bytes.fromhex(text) if kind == "zip" else json.loads(text)
        return kept, await asyncio.to_thread(practised, source, school, kept.over, given)
    if given and not kept.newest:
        return kept, given
    return kept, await asyncio.to_thread(open_edition, folder, school, kept.over, given)


def _faults(faults: FolderFaults | HandbookFaults) -> Iterable[str]:
    if isinstance(faults, FolderFaults):
        return (fault.message for fault in faults.faults if not fault.warning)
    return map(str, faults.faults)


def _misheard(edition: Edition) -> list[str]:
    """By the two quick ears: a second instead of half a minute, and the same before and after."""
    handbook: Handbook = edition.data.handbook
    return [str(fault) for fault in check.check(handbook, replace(edition.matcher, encoder=None))]


def tried(changed: Tables, table: str, school: School, before: Edition) -> Edition:
    """All tables with one that was changed → an edition, checked as `hall check` does. TableFaults."""
    whole = {name: list(rows) if catalogue.TABLES[name].many else rows[0] for name, rows in changed.items() if rows}
    try:
        edition = practised(whole, school, before=before)
    except (FolderFaults, HandbookFaults) as faults:
        raise TableFaults(_faults(faults)) from None
    except train.TrainingFailed:
        raise TableFaults(["业务手册学不出来：请看各业务的 examples 是不是都写了"]) from None
    if table == "topic":  # what was misheard before is not this change's fault
        old = set(_misheard(before))
        if faulty := [fault for fault in _misheard(edition) if fault not in old]:
            raise TableFaults(faulty)
    return edition


def make_cabinet(current: Callable[[], Edition], take: Callable[[Edition], None], school: School) -> Cabinet:
    """The tables people may change in a running hall."""

    async def read(changed: Tables, table: str) -> Edition:
        edition = await asyncio.to_thread(tried, changed, table, school, current())
        return replace(edition, marks=current().marks)

    known = catalogue.TABLES
    kinds = {name: Kind(known[name].label, known[name].many, known[name].keys) for name in TABLES}
    return Cabinet(kinds, read, take)
