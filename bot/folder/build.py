"""Tables of a hall folder and a handbook → the values a hall works from."""

import hashlib
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, time, timedelta
from typing import Any, ClassVar, Protocol, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from bot.desk.books import Books
from bot.desk.case import Post
from bot.desk.hours import Calendar, Hours, Opening
from bot.desk.houserules import HouseRules
from bot.desk.roster import Leave, Roster, Shift, Staff
from bot.folder import figures, statutory, supply, tables
from bot.folder.parse import ClockSpan
from bot.folder.reader import FolderTables, rows
from bot.guide import supply as given
from bot.hall import data
from intents.topic import Handbook, PromiseRow


class _Dataclass(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


T = TypeVar("T", bound=_Dataclass)
DAY = timedelta(days=1)
CONTACT = "complaint.contact"


def _same(kind: type[T], row: BaseModel, **other: object) -> T:
    """A value whose fields are those of the row, but for the ones given."""
    names = {field.name for field in fields(kind)} - set(other)
    return kind(**{name: getattr(row, name) for name in names}, **other)


def _dates(row: tables.HoursRow) -> frozenset[date]:
    """The dates a row of hours names one by one."""
    given = row.days.dates if row.days else frozenset()
    if row.since is None or row.till is None:
        return given
    stretch = (row.since + DAY * ahead for ahead in range((row.till - row.since).days + 1))
    return frozenset(day for day in stretch if row.days is None or day in given or day.weekday() in row.days.weekdays)


def _openings(spans: tuple[ClockSpan, ...]) -> tuple[Opening, ...]:
    """In the order of the day; one over midnight belongs to the day it begins on."""
    return tuple(Opening(span.since, span.till) for span in sorted(spans, key=lambda span: span.since))


def calendar(folder: FolderTables) -> Calendar:
    """The hall's own days over the statutory ones, and how far they are known."""
    shipped = statutory.shipped()
    own = rows(folder, tables.HoursRow)
    hours = tuple(
        Hours(
            open=_openings(row.open),
            weekdays=row.days.weekdays if row.days and row.since is None else frozenset(),
            dates=_dates(row),
            working=row.working,
            note=row.note,
        )
        for row in own
    )
    dated = {day for row in hours if row.working is not None for day in row.dates}
    zone = ZoneInfo(folder.info.zone)
    return Calendar(zone, hours, shipped.days, statutory.known_until(shipped.years, dated))


def _shifts(row: tables.ShiftRow) -> Iterator[Shift]:
    for span in row.hours:
        yield Shift(
            staff=row.staff,
            since=span.since,
            till=span.till,
            weekdays=row.days.weekdays,
            dates=row.days.dates,
            first=row.since,
            last=row.till,
            post=Post(row.post) if row.post else None,
        )


def roster(folder: FolderTables) -> Roster:
    """Everybody of the hall, their shifts and leaves."""
    staff = {
        row.no: _same(
            Staff,
            row,
            post=Post(row.post),
            skills=frozenset(row.skills),
            rights=frozenset(row.rights),
            avoid=frozenset(row.avoid),
            on=row.state == "on",
        )
        for row in rows(folder, tables.StaffRow)
    }
    shifts = tuple(shift for row in rows(folder, tables.ShiftRow) for shift in _shifts(row))
    leaves = tuple(_same(Leave, row, first=row.since, last=row.till) for row in rows(folder, tables.LeaveRow))
    leaders = {row.key: row.leader for row in rows(folder, tables.TeamRow) if row.leader}
    return Roster(ZoneInfo(folder.info.zone), staff, shifts, leaves, leaders)


def rules(folder: FolderTables) -> HouseRules:
    """The house rules: the hall's own over what ships."""
    quiet = folder.rules.quiet
    return _same(HouseRules, folder.rules, quiet=(quiet.since, quiet.till or time()))


def promise_rows(folder: FolderTables) -> tuple[PromiseRow, ...]:
    """The hall's own promises for the handbook; an id that leaves its zone out gets it, as those that ship have it."""
    return tuple(
        _same(PromiseRow, row, id=row.id if not row.zone or row.id.endswith(f".{row.zone}") else f"{row.id}.{row.zone}")
        for row in rows(folder, figures.PromiseLine)
    )


def _ruled(promises: tuple[PromiseRow, ...], own: HouseRules) -> tuple[PromiseRow, ...]:
    """The promise to contact who complains is as the hall's own rule says, where it has one."""
    if own.complaint_contact == HouseRules().complaint_contact:
        return promises
    minutes = int(own.complaint_contact.total_seconds() // 60)
    span = f"{minutes}m" if minutes % 60 else f"{minutes // 60}h"
    return tuple(replace(row, promise=span, internal=span) if row.id == CONTACT else row for row in promises)


def _tariff(row: figures.TariffRow) -> given.Tariff:
    tou = {}
    if row.tou:
        tou = {"peak": str(row.tou.peak), "valley": str(row.tou.valley), "peak_hours": ";".join(row.tou.peak_hours)}
    large = {"people": str(row.large.people), "more": str(row.large.more)} if row.large else {}
    return _same(given.Tariff, row, tiers=tuple(_same(given.Tier, tier) for tier in row.tiers), tou=tou, large=large)


def _account(row: supply.AccountRow) -> given.Account:
    return _same(given.Account, row, life_support=row.life_support.model_dump() if row.life_support else {})


def _case(row: figures.CaseRow) -> data.BroughtCase:
    return _same(data.BroughtCase, row, history=tuple(past.model_dump() for past in row.history))


def build(folder: FolderTables, handbook: Handbook) -> data.HallData:
    """One hall's data, frozen; `handbook` already holds the hall's own topics, promises and phrases."""
    own = rules(folder)
    promises = _ruled(handbook.promises, own)
    books = Books(handbook.topics, promises, roster(folder), calendar(folder), own, handbook.forbidden)
    customers = rows(folder, supply.CustomerRow)
    speed = folder.drill.speed
    return data.HallData(
        info=_same(data.HallInfo, folder.info),
        books=books,
        handbook=handbook,
        teams={row.key: _same(data.Team, row) for row in rows(folder, tables.TeamRow)},
        places=tuple(_same(data.Place, row) for row in rows(folder, supply.PlaceRow)),
        accounts={row.no: _account(row) for row in rows(folder, supply.AccountRow)},
        bills=tuple(_same(given.Bill, row) for row in rows(folder, supply.BillRow)),
        customers={
            row.key: _same(data.KnownCustomer, row, accounts={one.no: one.proof for one in row.accounts})
            for row in customers
        },
        outages=tuple(_same(given.Outage, row) for row in rows(folder, supply.OutageRow)),
        tariffs=tuple(_tariff(row) for row in rows(folder, figures.TariffRow)),
        quotas=tuple(data.Money(row.month, row.team, amount=row.amount) for row in rows(folder, figures.QuotaRow)),
        finance=tuple(
            data.Money(row.month, row.team, income=row.income, expense=row.expense)
            for row in rows(folder, figures.FinanceRow)
        ),
        cases=tuple(_case(row) for row in rows(folder, figures.CaseRow)),
        drill_now=folder.drill.now,
        drill_speed=1.0 if speed is None else float(speed),
        version=hashlib.sha256(f"{folder.version}\n{handbook.version}".encode()).hexdigest(),
    )
