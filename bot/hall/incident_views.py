"""Outages as the outside reads them: state, place, cause, members as far as they exist for the reader."""

from types import MappingProxyType
from typing import Any

from bot.desk import incidents
from bot.desk.incident import Incident, Phase
from bot.desk.rights import sees
from bot.desk.roster import Staff
from bot.hall.hands import at, person_json
from bot.hall.house import Hall
from bot.hall.lists import Lists

Json = dict[str, Any]
SHOWN, ALL = 200, 2000
"""Members named in a list of outages, and in one of them; `size` counts all."""
_MOVES = MappingProxyType(
    {
        Phase.SUSPECTED: ("confirm", "link", "unlink", "close"),
        Phase.CONFIRMED: ("update", "restore", "link", "unlink"),
        Phase.RESTORED: ("unlink", "close"),
        Phase.CLOSED: (),
    }
)


def incident_json(hall: Hall, lists: Lists, incident: Incident, by: Staff, most: int = SHOWN) -> Json:
    """One outage with its members, as far as they exist for the reader."""
    data = hall.edition().data
    return {
        "no": incident.no,
        "state": incident.state.value,
        "area": incident.area,
        "cause": incident.cause,
        "eta_at": at(incident.eta_at),
        "handler": person_json(data, incident.handler),
        "cases": [one.no for one in lists.members(incident.no, "", most) if sees(one, by)],
        "size": lists.size(incident.no),
        "opened_at": at(incident.opened_at),
        "began_at": at(incident.began_at),
        "confirmed_at": at(incident.confirmed_at),
        "restored_at": at(incident.restored_at),
        "closed_at": at(incident.closed_at),
        "outage": incident.outage or None,
        "news": [
            {"n": one.n, "kind": one.kind, "at": at(one.at), "by": one.by, "text": one.text} for one in incident.news
        ],
        "told": incident.told,
        "moves": moves_of(hall, incident, by),
        "version": incident.version,
    }


def moves_of(hall: Hall, incident: Incident, by: Staff) -> list[str]:
    """What this person may do about it now."""
    books, now = hall.edition().data.books, hall.clock.now()
    if by.no != incident.handler and not incidents.leads(books, by, now):
        return []
    again = ("confirm",) if incident.state is Phase.CONFIRMED and not incident.confirmed_by else ()
    return [*again, *_MOVES[incident.state]]
