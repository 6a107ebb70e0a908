"""Builders for the tests of outages: reports, an outage, its members."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk.case import Case, Priority, State
from bot.desk.clustering import Report, Spot
from bot.desk.incident import Incident, Phase
from tests.kit_desk import CREW, NOW, case_in

HERE, THERE = Spot("芦苇新村|白鹭镇", "芦苇新村（白鹭镇）"), Spot("芦苇新村|青河镇", "芦苇新村（青河镇）")
NO = "GZ20261123-0001"
MINUTE = timedelta(minutes=1)


def member(
    n: int = 1, *, state: State = State.OPEN, minutes: float = 0, topic: str = "outage_repair", **more: object
) -> Case:
    """One report of its own customer, begun so many minutes after the first."""
    given: dict[str, object] = {
        "first_handler": CREW,
        "priority": Priority.URGENT,
        "begun_at": NOW + minutes * MINUTE,
        "opened_at": NOW + minutes * MINUTE,
        "stage": "dispatch",
    } | more
    case = case_in(state, topic, **given)
    return replace(case, no=f"DL20261123-{n:04d}", customer=f"k{n}")


def report(n: int = 1, spot: Spot = HERE, **more: object) -> Report:
    """The same with its place."""
    return Report(member(n, **more), spot)  # type: ignore[arg-type] # the fields of a case


def outage(state: Phase = Phase.SUSPECTED, **more: object) -> Incident:
    """An outage of that place, begun now."""
    given: dict[str, object] = {"began_at": NOW} | more
    return Incident(NO, state, HERE.area, HERE.key, NOW, CREW, **given)  # type: ignore[arg-type] # its fields


def later(minutes: float) -> datetime:
    """So many minutes after the beginning."""
    return NOW + minutes * MINUTE
