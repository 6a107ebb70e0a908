"""The ledger of events written out and verified: every chain, its length and its end, so that no cut goes unseen."""

import contextlib
import hashlib
import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from bot.desk.moves import Move
from storage.archive import laid_down
from storage.chain import HALL, Link, first_break
from storage.connect import LedgerFault
from storage.portable import PIECE, looking
from storage.tables import cases, counters, events

FORMAT = "shouban-ledger/1"
CASE_NUMBERS = "DL"
"""How the number of a case begins; each day's numbers run without a gap."""
_NAMES = tuple(field.name for field in fields(Link))
_LINKS = select(*(events.c[name] for name in _NAMES)).order_by(events.c.chain, events.c.seq)
_LAST = select(events.c.chain, func.max(events.c.seq).label("seq")).group_by(events.c.chain).subquery()
_ENDS = select(events.c.chain, events.c.hash).join(
    _LAST, (events.c.chain == _LAST.c.chain) & (events.c.seq == _LAST.c.seq)
)
_HASH_AT = select(events.c.hash)
_HALL_LENGTH = "events:hall"


class BadLedger(Exception):
    """Not a ledger that was written out here; `line` is where it stops being one."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, slots=True)
class End:
    """How long a chain must be, and the hash of its last entry: whoever keeps it can tell a chain made anew."""

    chain: str
    length: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was verified; `broken` is chain and seq of the first event that does not fit."""

    chains: int
    events: int
    digest: str
    broken: tuple[str, int] | None = None
    missing: str = ""
    """The number of a case that was given and is gone with all its events."""

    @property
    def sound(self) -> bool:
        """Everything fits."""
        return self.broken is None and not self.missing


def digest(ends: Iterable[End]) -> str:
    """One hash over the ends of all chains: noted down elsewhere, it tells any later change."""
    lines = sorted(f"{end.chain} {end.length} {end.hash}\n" for end in ends)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _links(connection: Connection) -> Generator[Link]:
    asked = _LINKS.execution_options(stream_results=True, yield_per=PIECE)
    try:
        with connection.execute(asked) as found:
            for row in found:
                yield Link(*row)
    except ValueError:  # a moment that is none: written by another hand
        readable = False
    else:
        readable = True
    if not readable:
        raise LedgerFault("unreadable")


def ends(connection: Connection) -> tuple[End, ...]:
    """Every chain: as long as its case says, ending as its last event does."""
    lengths = {str(no): int(seq) for no, seq in connection.execute(select(cases.c.no, cases.c.seq))}
    asked = select(counters.c.value).where(counters.c.prefix == _HALL_LENGTH)
    lengths[HALL] = connection.execute(asked).scalar() or 0
    hashes = {str(chain): str(last) for chain, last in connection.execute(_ENDS)}
    return tuple(End(name, lengths.get(name, 0), hashes.get(name, "")) for name in sorted({*lengths, *hashes}))


def _gone(connection: Connection) -> str:
    """The first number that was given to a case which is no more; one that was only kept ready is not gone."""
    asked = select(counters.c.prefix, counters.c.value).where(counters.c.prefix.startswith(CASE_NUMBERS))
    for prefix, last in connection.execute(asked.order_by(counters.c.prefix)).all():
        there = set(connection.execute(select(cases.c.no).where(cases.c.no.startswith(prefix))).scalars())
        if len(there) < last:
            there |= _only_kept(connection)
            lost = (no for n in range(1, last + 1) if (no := f"{prefix}{n:04d}") not in there)
            if no := next(lost, ""):
                return no
    return ""


def _only_kept(connection: Connection) -> set[str]:
    """Numbers that were kept ready for a complaint which was never made, as the hall's own chain has them."""
    asked = select(events.c.facts).where(events.c.chain == HALL, events.c.move == Move.OPEN.value)
    told = [json.loads(facts or "{}") for facts in connection.execute(asked).scalars()]
    return {one.get("kept", "") for one in told} - {one.get("used", "") for one in told}


def verdict(connection: Connection) -> Verdict:
    """Recompute every chain of this database."""
    known = ends(connection)
    with contextlib.closing(_links(connection)) as links:
        count = _Count(links)
        broken = first_break(count, {end.chain: end.length for end in known})
    return Verdict(len(known), count.seen, digest(known), broken, _gone(connection))


class _Count:
    """Counts what passes, and keeps how each chain ended."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._links, self.seen = links, 0
        self.last: dict[str, str] = {}

    def __iter__(self) -> Iterator[Link]:
        for link in self._links:
            self.seen += 1
            self.last[link.chain] = link.hash
            yield link


def verify(url: str) -> Verdict:
    """Recompute every chain of the database. LedgerBusy, LedgerFault."""
    with looking(url) as connection:
        return verdict(connection)


def _line(value: Mapping[str, object]) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n".encode()


def _told(link: Link) -> dict[str, object]:
    return asdict(link) | {"at": link.at.astimezone(UTC).isoformat(timespec="microseconds")}


def write_out(url: str, target: Path, at: datetime, *, words: bool = True, again: bool = False) -> Verdict:
    """The whole ledger as JSON lines: what it says of itself, every end, every event. LedgerBusy, AlreadyThere.

    Without words only their hashes stand in it: enough to verify the chains, nothing to read.
    """
    with looking(url) as connection, laid_down(target, replace=again) as file:
        known = ends(connection)
        count = connection.execute(select(func.count()).select_from(events)).scalar_one()
        head = {"format": FORMAT, "at": at.isoformat(), "chains": len(known), "events": count, "digest": digest(known)}
        file.write(_line(head))
        for end in known:
            file.write(_line(asdict(end)))
        for link in _links(connection):
            file.write(_line(_told(link if words else replace(link, text="", facts="", salt=""))))
        return Verdict(len(known), count, digest(known))


class _Lines:
    """The file line by line, each an object with the fields it must have. BadLedger."""

    def __init__(self, file: Iterable[bytes]) -> None:
        self._file, self.line = iter(file), 0

    def next(self, wanted: Iterable[str]) -> dict[str, Any] | None:
        """The next line; None after the last."""
        raw = next(self._file, None)
        if raw is None:
            return None
        self.line += 1
        try:
            told = json.loads(raw)
        except ValueError:
            told = None
        if not isinstance(told, dict) or not set(wanted) <= set(told):
            raise BadLedger(self.line)
        return told

    def links(self) -> Iterator[Link]:
        """The events."""
        while told := self.next(_NAMES):
            try:
                moment = datetime.fromisoformat(told["at"]).astimezone(UTC)
                link = Link(**{name: told[name] for name in _NAMES} | {"at": moment})
            except (TypeError, ValueError):
                raise BadLedger(self.line) from None
            if not all(isinstance(getattr(link, name), str) for name in _NAMES if name not in _NOT_TEXT):
                raise BadLedger(self.line)
            yield link


_NOT_TEXT = ("seq", "at", "public")


def _said_ends(lines: _Lines) -> tuple[dict[str, Any], tuple[End, ...]]:
    """The head of the file and the ends it names."""
    head = lines.next(("format", "chains", "events", "digest"))
    if head is None or head["format"] != FORMAT or not isinstance(head["chains"], int):
        raise BadLedger(1)
    known = []
    for _ in range(head["chains"]):
        told = lines.next(("chain", "length", "hash"))
        if told is None or not isinstance(told["length"], int):
            raise BadLedger(lines.line + (told is None))
        known.append(End(str(told["chain"]), told["length"], str(told["hash"])))
    if digest(known) != head["digest"] or len({end.chain for end in known}) != len(known):
        raise BadLedger(1)
    return head, tuple(known)


def _foremost(broken: tuple[str, int] | None, known: Iterable[End], last: Mapping[str, str]) -> tuple[str, int] | None:
    """What does not fit; else the first chain that ends otherwise than was said."""
    if broken:
        return broken
    return next(((end.chain, end.length) for end in known if last.get(end.chain, "") != end.hash), None)


def verify_file(source: Path) -> Verdict:
    """Recompute every chain of a ledger that was written out. BadLedger, OSError."""
    with source.open("rb") as file:
        lines = _Lines(file)
        head, known = _said_ends(lines)
        count = _Count(lines.links())
        broken = first_break(count, {end.chain: end.length for end in known})
        broken = _foremost(broken, known, count.last)
        if broken is None and count.seen != head["events"]:
            raise BadLedger(lines.line)
        return Verdict(len(known), count.seen, head["digest"], broken)


def compare(url: str, source: Path) -> tuple[str, int] | None:
    """The first end of the file that the database has otherwise: its events were made anew. BadLedger, LedgerBusy."""
    with source.open("rb") as file:
        _, known = _said_ends(_Lines(file))
    with looking(url) as connection:
        for end in known:
            asked = _HASH_AT.where(events.c.chain == end.chain, events.c.seq == end.length)
            if end.length and connection.execute(asked).scalar() != end.hash:
                return end.chain, end.length
    return None
