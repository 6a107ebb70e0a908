"""Reports that are one outage are brought together: each joins the one that runs, two alike begin a suspected one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.desk import clustering, membership
from bot.desk.case import CLOCK
from bot.desk.clustering import Report
from bot.desk.incident import Incident, Phase
from bot.hall import casebook, spots
from bot.hall.data import HallData
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page

BACK = timedelta(hours=12)
"""So old a report may be when it is looked at with the others."""
A_PAGE = 20
"""Reports with which an outage begins in one page; the others join it."""
LOOKED = "incidents.looked"
"""Under this key the ledger keeps up to which report they have been brought together."""


NEW = "-"
"""A ledger in which nobody has reported yet; what it was begun with is looked at once."""


async def walk(hall: Hall) -> int:
    """Reports nobody has brought together yet; how many moved. Nothing is looked at while nothing new was reported."""
    mark, before = await hall.ledger.read(lambda lists: (lists.remembered(spots.LOOK), lists.remembered(LOOKED)))
    if (mark or NEW) == before:
        return 0
    data, now = hall.edition().data, hall.clock.now()
    loose = await hall.ledger.read(lambda lists: _loose(lists, data, now))
    results: list[int | None] = []
    rest: list[Report] = []
    for report in loose:
        joined = await _joined(hall, report)
        results.append(joined)
        if joined == 0:
            rest.append(report)
    for group in clustering.together(rest):
        results.append(await _begun(hall, group[:A_PAGE]))
        results += [await _joined(hall, report) for report in group[A_PAGE:]]
    if None not in results:
        await hall.ledger.write(lambda page: page.remember(LOOKED, mark or NEW))
    return sum(one or 0 for one in results)


def _loose(lists: Lists, data: HallData, now: datetime) -> list[Report]:
    cases = (case for topic in clustering.TOPICS for case in lists.reports(topic, now - BACK))
    return [report for case in cases if (report := spots.report_of(lists, data, case))]


async def _joined(hall: Hall, report: Report) -> int | None:
    """1 where an outage that runs takes the report in, 0 where none does."""
    data, now = hall.edition().data, hall.clock.now()

    def running(lists: Lists) -> Incident | None:
        told = clustering.told_of(report.case, spots.said_first(lists, report.case))
        return spots.running(lists, data, told, report.case.customer, report.case.begun_at, report.case.no)

    def doing(page: Page) -> int:
        case, incident = page.case(report.case.no), running(page.lists())
        if not clustering.free(case) or incident is None:
            return 0
        casebook.kept(hall, page, membership.joined(data.books, case, incident, CLOCK, now))
        return 1

    if await hall.ledger.read(running) is None:
        return 0
    return await casebook.done(hall, doing, report.case.no)


async def _begun(hall: Hall, group: Sequence[Report]) -> int | None:
    """A suspected outage begins: every report joins it, a duty leader is asked to confirm it."""
    books, now = hall.edition().data.books, hall.clock.now()

    def doing(page: Page) -> int:
        cases = [case for one in group if clustering.free(case := page.case(one.case.no))]
        if len({case.customer for case in cases}) < 2:  # noqa: PLR2004 -- one household is no common outage
            return 0
        incident = Incident(
            no=casebook.number(hall, page, now),
            state=Phase.SUSPECTED,
            area=group[0].spot.area,
            place=group[0].spot.key,
            opened_at=now,
            handler=cases[0].first_handler,
            began_at=min(case.begun_at for case in cases),
            raised_on=cases[0].no,
        )
        page.keep_incident(incident)
        joined = [casebook.kept(hall, page, membership.joined(books, case, incident, CLOCK, now)) for case in cases]
        casebook.raised(hall, page, incident, joined[0], len(cases), now)
        casebook.noted(hall, page, incident, "open", CLOCK, cases=" ".join(case.no for case in cases[:50]))
        return len(cases)

    return await casebook.done(hall, doing, group[0].case.no)
