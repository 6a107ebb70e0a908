"""Whether an outage concerns a place: names, other names and towns, rows of buildings 3-9幢, lines."""

import re
from collections.abc import Iterable, Iterator

from bot.guide.supply import Outage
from bot.hall.data import Place
from intents.figures import numeral
from intents.text import normalise

_N = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
_ROW = re.compile(
    rf"({_N})\s*(?:幢|栋|座|号楼|号院|组|队|号)?\s*(?:-|—|–|~|～|至|到)\s*({_N})\s*(幢|栋|座|号楼|楼|组|队|弄|号)"
)
_ONE = re.compile(rf"({_N})\s*(幢|栋|座|号楼|楼|组|队|弄|号)")
_KINDS = {"栋": "幢", "座": "幢", "号楼": "幢", "楼": "幢", "队": "组"}


def _rows(text: str) -> tuple[tuple[int, int, str], ...]:
    """Buildings or groups a text names: from, to, of which kind."""
    found = [(found[1], found[2], found[3]) for found in _ROW.finditer(text)]
    rest = _ROW.sub(" ", text)
    found += [(found[1], found[1], found[2]) for found in _ONE.finditer(rest)]
    return tuple((numeral(low) or 0, numeral(high) or 0, _KINDS.get(kind, kind)) for low, high, kind in found)


def _names(place: Place) -> tuple[str, ...]:
    return tuple(normalise(name) for name in (place.name, *place.aliases) if name)


def standing(address: str, places: Iterable[Place]) -> Iterator[Place]:
    """The places an address may lie in: by the longest name; of two of one name the town decides, where it is told."""
    text = normalise(address).replace(" ", "")
    named = [(max(map(len, hits)), place) for place in places if (hits := [n for n in _names(place) if n in text])]
    longest = max((length for length, _ in named), default=0)
    here = [place for length, place in named if length == longest]
    town = [place for place in here if normalise(place.town) in text]
    yield from town or here


def _within(address: str, area: str, names: tuple[str, ...], town: str) -> bool:
    """Whether an area's words cover an address at a place of these names."""
    words = normalise(area).replace(" ", "")
    name = max((name for name in names if name in words), key=len, default="")
    if not name:
        return words in (town, normalise(address))
    other = words.partition(name)[0]
    if other and town and town not in other and not other.endswith(("镇", "乡", "街道")):
        return False
    if other.endswith(("镇", "乡", "街道")) and town != other:
        return False
    covered, told = _rows(words.partition(name)[2]), _rows(normalise(address).replace(" ", "").partition(name)[2])
    kinds = {kind for _, _, kind in covered}
    near = [row for row in told if row[2] in kinds]
    return (
        not covered
        or not near
        or any(low <= no <= high for no, _, kind in near for low, high, k in covered if k == kind)
    )


def concerns(outage: Outage, address: str, account: str, line: str, places: tuple[Place, ...]) -> bool:
    """Whether an outage is about this account, this line or this address; one told in part is taken as the whole."""
    if account and account in outage.accounts:
        return True
    if line and outage.line == line and not outage.area:
        return True
    text = normalise(address).replace(" ", "")
    for place in standing(address, places):
        town = normalise(place.town)
        hit = max((name for name in _names(place) if name in text), key=len, default="")
        same = text if not hit else text.replace(hit, normalise(place.name), 1)
        if any(_within(same, _plain(area, place), _names(place), town) for area in outage.area):
            return True
        if outage.line and outage.line == place.line and not outage.area and not outage.accounts:
            return True
    return bool(text) and any(normalise(area) in text for area in outage.area)


def _plain(area: str, place: Place) -> str:
    """An area told by another name, told by the place's own."""
    words = normalise(area)
    hit = max((name for name in _names(place) if name in words), key=len, default="")
    return words.replace(hit, normalise(place.name), 1) if hit else words
