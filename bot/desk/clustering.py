"""Which reports are one outage: same place, same hour, different customers; never a single house, never a secret."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk.case import Case, Secrecy
from bot.desk.incident import Incident, Phase
from bot.desk.promises import LIVE

REPORT, HAZARD = "outage_repair", "hazard"
TOPICS = (REPORT, HAZARD)
"""Matters that can be one outage with others; danger only where no light is told of."""
SPAN = timedelta(hours=1)
"""Reports begun so near each other may be one outage."""
SINGLE = "single"
"""The scope that says: only this house (三问分流)."""
_DARK = re.compile(
    "没(?:有)?电|停电|断电|沒電|沒有電|冇電|听电|(?:全|都|一片)(?:是)?黑|黑(?:了|灯)|灯(?:都|全)?(?:灭|不亮)"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as reports are compared, and as people read it."""

    key: str
    area: str


@dataclass(frozen=True, slots=True)
class Report:
    """One case that may be one of many, and where it is."""

    case: Case
    spot: Spot


def dark(said: str) -> bool:
    """Whether words tell that there is no light."""
    return bool(_DARK.search(said))


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a report before or after it has a number."""

    topic: str
    slots: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    """The customer's words: for danger they decide whether it is dark there too."""
    secret: bool = False


def told_of(case: Case, said: str = "") -> Told:
    """The same of a case."""
    secret = case.secrecy is not Secrecy.OPEN or bool(case.named or case.hidden_from)
    return Told(case.topic, case.slots, said, secret)


def may_join(told: Told) -> bool:
    """Whether it can be one of many at all."""
    if told.topic not in TOPICS or told.secret or told.slots.get("scope") == SINGLE:
        return False
    return told.topic == REPORT or dark(told.said)


def free(case: Case) -> bool:
    """Whether a case is worked on and belongs to no incident."""
    return case.state in LIVE and not case.incident


def together(reports: Iterable[Report]) -> tuple[tuple[Report, ...], ...]:
    """Groups of reports that are one outage each: two customers at least, each begun within an hour of another."""
    by_place: dict[str, list[Report]] = {}
    for report in sorted(reports, key=lambda one: (one.case.begun_at, one.case.no)):
        by_place.setdefault(report.spot.key, []).append(report)
    groups = [group for listed in by_place.values() for group in _chains(listed)]
    return tuple(group for group in groups if len({one.case.customer for one in group}) > 1)


def _chains(listed: list[Report]) -> list[tuple[Report, ...]]:
    found: list[list[Report]] = []
    for one in listed:
        if found and one.case.begun_at - found[-1][-1].case.begun_at <= SPAN:
            found[-1].append(one)
        else:
            found.append([one])
    return [tuple(group) for group in found]


def fits(incident: Incident, spot: Spot, no: str, begun_at: datetime, latest_at: datetime | None = None) -> bool:
    """Whether a report belongs to an outage that runs: of a suspected one the hour counts, a confirmed one takes all.

    `latest_at`: when the newest of its members began.
    """
    if spot.key != incident.place or no in incident.apart:
        return False
    began = incident.began_at or incident.opened_at
    if begun_at < began - SPAN:
        return False
    if incident.state is Phase.CONFIRMED:
        return True
    return incident.state is Phase.SUSPECTED and begun_at <= max(latest_at or began, began) + SPAN
