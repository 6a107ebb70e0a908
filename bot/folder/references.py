"""Names in one table that stand in no other: a work number, a topic, a team, an account, a place."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.desk.case import CLOCK, CUSTOMER, GUIDE
from bot.folder.catalogue import TABLES
from bot.folder.faults import Fault, meant
from bot.folder.fields import parts
from bot.folder.figures import CaseRow
from bot.folder.gather import Row
from bot.folder.parse import BadForm
from bot.folder.rows import Entry, about, of


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that names rows of another table."""

    table: str
    key: str
    target: str
    many: bool = False
    """A list of names."""
    always: bool = True
    """False: only a warning while the other table is left out altogether."""


LINKS = (
    Link("team", "leader", "staff"),
    Link("staff", "team", "team", always=False),
    Link("staff", "skills", "topic", many=True),
    Link("shift", "staff", "staff", many=True),
    Link("leave", "staff", "staff"),
    Link("leave", "stand_in", "staff"),
    Link("bill", "account", "account", always=False),
    Link("customer", "accounts", "account", many=True, always=False),
    Link("outage", "accounts", "account", many=True, always=False),
    Link("outage", "handler", "staff"),
    Link("promise", "topics", "topic", many=True),
    Link("quota", "team", "team", always=False),
    Link("finance", "team", "team", always=False),
    Link("case", "customer", "customer"),
    Link("case", "topic", "topic"),
    Link("case", "first_handler", "staff"),
    Link("case", "incident", "outage"),
)


def _texts(value: object, *, many: bool) -> list[str]:
    """The names in a cell as it was written; what is no name is another check's fault."""
    try:
        items = parts(value) if many else value
    except BadForm:
        return []
    items = items if isinstance(items, list) else [items]
    names = [item.get("no") if isinstance(item, dict) else item for item in items]
    return [name.strip() for name in names if isinstance(name, str) and name.strip()]


def _standing(rows: Iterable[Row], topics: Collection[str]) -> dict[str, set[str]]:
    """The names each table gives, also those of rows that have other faults."""
    names: dict[str, set[str]] = {name: set() for name in TABLES}
    for row in rows:
        if keys := TABLES[row.table].keys:
            names[row.table].add(str(row.values.get(keys[0], "")).strip())
    names["topic"] |= set(topics)
    return names


def _named(name: str, target: str) -> str:
    """How a missing name is said: an account only by its last digits."""
    return f"…{name[-4:]}" if target == "account" else name[:40]


def _links(rows: Iterable[Row], names: Mapping[str, set[str]]) -> Iterator[Fault]:
    for row in rows:
        for link in LINKS:
            if link.table != row.table or link.target not in names:
                continue
            for name in _texts(row.values.get(link.key), many=link.many):
                if name in names[link.target]:
                    continue
                guess = "" if TABLES[link.target].private else meant(name, names[link.target])
                words = f"{TABLES[link.target].label}里没有“{_named(name, link.target)}”{guess}"
                yield about(row, link.key, words, warning=not (link.always or names[link.target]))


def _areas(rows: Collection[Row]) -> Iterator[Fault]:
    """Each area of an outage must speak of a place, another name of it, or a town."""
    places = [row.values for row in rows if row.table == "place"]
    known = {
        name
        for place in places
        for key in ("name", "town", "aliases")
        for name in _texts(place.get(key), many=key == "aliases")
    }
    for row in rows:
        for area in _texts(row.values.get("area"), many=True) if row.table == "outage" and known else ():
            if not any(name in area for name in known):
                yield about(row, "area", f"地名里没有“{area[:40]}”{meant(area, known)}")


def _pasts(entries: Iterable[Entry], staff: set[str]) -> Iterator[Fault]:
    for case, row in of(entries, CaseRow):
        for past in case.history:
            if past.by and past.by not in staff | {CUSTOMER, GUIDE, CLOCK}:
                yield about(row, "history", f"人员里没有“{past.by[:40]}”")


def astray(
    rows: Collection[Row], entries: Iterable[Entry], topics: Collection[str], lost: Collection[str]
) -> list[Fault]:
    """Every name that stands nowhere; `topics` are the codes known beside the hall's own.

    A table of which rows were `lost` is not searched: the name may stand in what could not be read.
    """
    names = {table: known for table, known in _standing(rows, topics).items() if table not in lost}
    areas = () if "place" in lost else _areas(rows)
    pasts = _pasts(entries, names["staff"]) if "staff" in names else ()
    return [*_links(rows, names), *areas, *pasts]


def pageless(entries: Iterable[Entry], known: Collection[str], codes: Collection[str]) -> list[Fault]:
    """Cases brought along of a matter that has a code but no page in the handbook: nobody could work on them."""
    return [
        about(row, "topic", f"业务手册里还没有“{case.topic}”这一页，写好这一页才能结转这张单")
        for case, row in of(entries, CaseRow)
        if case.topic in codes and case.topic not in known
    ]
