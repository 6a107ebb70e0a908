"""Somebody answers for an alert: by saying so, or by doing what it asks for."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from bot.desk.case import Event, Lane
from bot.desk.moves import Move
from bot.desk.roster import Staff
from bot.hall.pages import Page
from bot.hall.records import OpenAlert

ANSWERS: Mapping[Move, tuple[str, ...]] = MappingProxyType(
    {Move.REASSIGN: ("transfer", "orphan"), Move.CALLBACK: ("callback", "low_rating")}
)
"""The move of a duty leader → why an alert was raised that it answers."""


def answered(page: Page, alert: int, by: Staff, now: datetime) -> OpenAlert | None:
    """Somebody has it; the first one stays. None if there is no such alert."""
    news = alert in [one.id for one in page.lists().alerts(only_open=True)]
    found = page.acknowledge(alert, by.no, now)
    if found and news:
        facts = {"alert": str(alert), "rung": found.rung, "case": found.case}
        page.note(Event("", 0, now, Lane.SUPPORT, by.no, Move.ACKNOWLEDGE, public=False, facts=facts), str)
    return found


def by_doing(page: Page, no: str, move: Move, by: Staff, now: datetime) -> None:
    """The open alerts of a case that this move answers."""
    whys = ANSWERS.get(move, ())
    for alert in page.lists().alerts(only_open=True) if whys else ():
        if alert.case == no and alert.why in whys:
            answered(page, alert.id, by, now)
