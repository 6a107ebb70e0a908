"""When somebody may come, as the contract tells it and as people read it."""

import json
from collections.abc import Mapping
from typing import Any

from intents import visits

SLOT = "visit"


def shown(slots: Mapping[str, str]) -> dict[str, Any]:
    """A case's facts with the visit taken apart: its day, from when to when, the customer's own words."""
    return {name: apart(value) if name == SLOT and value else value for name, value in slots.items()}


def apart(line: str) -> dict[str, str]:
    """One line as it is kept → date, from, to, words; a drill's case brings them apart already."""
    if line.startswith("{"):
        told = json.loads(line)
        return {key: str(told.get(key) or "") for key in ("date", "from", "to", "words")}
    visit = visits.told(line)
    return {"date": visit.date, "from": visit.start, "to": visit.end, "words": visit.words}


def plain(value: str | Mapping[str, str]) -> str:
    """A fact as people read it; of a visit the day, then the words."""
    return value if isinstance(value, str) else f"{value['date']} {value['words']}".strip()
