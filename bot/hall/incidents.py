"""What people do about an outage: open it, confirm, tell, restore, put a case in or take one out, close."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk import answering, clustering, incidents, membership
from bot.desk.books import Books
from bot.desk.case import Case, Outcome
from bot.desk.errors import Changed, Missing, NoSuchCase, NotYours
from bot.desk.incident import Incident, Phase
from bot.desk.incidents import Elsewhere, NotNow, NotYourIncident, Word
from bot.desk.promises import LIVE
from bot.desk.rights import Relation, relation, sees
from bot.desk.roster import Staff
from bot.desk.speech import fit, sensible
from bot.hall import casebook, reception, spots, spreading
from bot.hall.counter import Asked, Preview
from bot.hall.data import HallData
from bot.hall.house import Hall
from bot.hall.incident_views import ALL, SHOWN
from bot.hall.pages import Page

MOST = 500
"""Cases put into a new outage at once."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of an outage changes: the outage, the case that goes in or out, why."""

    incident: Incident
    case: Outcome | None = None
    reason: str = ""
    facts: tuple[tuple[str, str], ...] = ()


class _Tried(Exception):
    """Leaves the page without keeping anything."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self.preview = preview


Rule = Callable[[Page, Books, Incident, datetime], Step]


# ---- one step


def _preview(hall: Hall, page: Page, before: Incident, step: Step, now: datetime) -> Preview:
    """Whom it would reach, in which words: those of the first member."""
    books, write = hall.edition().data.books, casebook.writer(hall)
    if step.case:
        outcomes = [step.case]
    elif step.incident.told > before.told:
        members = page.lists().members(before.no, "", ALL)
        outcomes = [told for one in members if (told := membership.news(books, one, step.incident, now))]
    else:
        outcomes = []
    letters = [one for told in outcomes for one in told.letters if one.to == f"customer:{told.case.customer}"]
    words = next((write(one.text) for one in letters if not one.edits), "")
    reached = tuple(dict.fromkeys(one.case for one in letters if not one.edits))
    return Preview(len({one.to for one in letters if not one.edits}), reached, words)


def _written(hall: Hall, page: Page, what: str, by: Staff, before: Incident, step: Step) -> Incident:
    """The step written down: the outage, the case, the hall's chain, and the alert that asked for it answered."""
    incident = page.keep_incident(step.incident)
    if step.case:
        casebook.kept(hall, page, step.case)
    casebook.noted(hall, page, incident, what, by.no, step.reason, **dict(step.facts))
    if before.state is Phase.SUSPECTED and incident.state is not Phase.SUSPECTED:
        _answer(hall, page, incident, by)
    return incident


def _answer(hall: Hall, page: Page, incident: Incident, by: Staff) -> None:
    """Confirming or closing is what the alert asked for, on whichever cases it stood by and by."""
    books, now, rung = hall.edition().data.books, hall.clock.now(), membership.rung(incident)
    for alert in page.lists().alerts(only_open=True):
        if alert.incident == incident.no:
            page.acknowledge_rung(alert.case, rung, by.no, now)
            outcome = answering.acknowledge(books, page.case(alert.case), rung, by, now)
            if outcome:
                casebook.kept(hall, page, outcome)


async def _move(hall: Hall, by: Staff, no: str, what: str, asked: Asked, rule: Rule) -> Incident | Preview:
    """One step: looked up, checked by version, decided, written down; the first members hear at once.

    DeskError; denied ones are kept.
    """
    now, books = hall.clock.now(), hall.edition().data.books

    def doing(page: Page) -> Incident:
        incident = page.incident(no)
        done = f"request:{by.no}:incident/{no}:{asked.id}" if asked.id else ""
        if done and page.remembered(done):
            return incident
        if asked.version is not None and asked.version != incident.version:
            raise Changed(no, incident.version)
        step = rule(page, books, incident, now)
        if asked.dry:
            raise _Tried(_preview(hall, page, incident, step, now))
        moved = _written(hall, page, what, by, incident, step)
        if done:
            page.remember(done, now.isoformat())
        return moved

    return await _finished(hall, by, no, what, doing)


async def _finished(hall: Hall, by: Staff, no: str, what: str, doing: Callable[[Page], Incident]) -> Incident | Preview:
    try:
        moved = await hall.ledger.write(doing)
    except _Tried as tried:
        return tried.preview
    except NotYours:
        await reception.deny(hall, by.no, f"incidents.{what}", no)
        raise
    await spreading.spread(hall, moved.no, 1)
    hall.bell.ring("desk")
    hall.outbox_has_work()
    return moved


async def confirm(hall: Hall, by: Staff, no: str, word: Word, asked: Asked) -> Incident | Preview:
    """确认: it is one outage, known by cause and end as far as they are."""
    return await _move(
        hall, by, no, "confirm", asked, lambda _, books, one, now: Step(incidents.confirm(books, one, by, word, now))
    )


async def update(hall: Hall, by: Staff, no: str, word: Word, asked: Asked) -> Incident | Preview:
    """通报: something new."""
    return await _move(
        hall, by, no, "update", asked, lambda _, books, one, now: Step(incidents.update(books, one, by, word, now))
    )


async def restore(hall: Hall, by: Staff, no: str, word: Word, asked: Asked) -> Incident | Preview:
    """送电: every member is asked whether the light is back."""
    return await _move(
        hall, by, no, "restore", asked, lambda _, books, one, now: Step(incidents.restore(books, one, by, word, now))
    )


async def close(hall: Hall, by: Staff, no: str, reason: str, asked: Asked) -> Incident | Preview:
    """收尾: everybody has been asked; or it was no common outage after all."""

    def rule(page: Page, books: Books, one: Incident, now: datetime) -> Step:
        untold = len(page.lists().behind(one.no, one.told, ALL)) if one.told else 0
        return Step(incidents.close(books, one, by, reason, now, untold), reason=reason.strip())

    return await _move(hall, by, no, "close", asked, rule)


# ---- cases put in and taken out by hand


def _seen(page: Page, no: str, by: Staff) -> Case:
    """The case, where it exists for this person. Missing, NoSuchCase."""
    if not no.strip():
        raise Missing({"case": "missing.case"})
    case = page.case(no.strip())
    if not sees(case, by):
        raise NoSuchCase(no)
    return case


def _joinable(page: Page, case: Case, field: str) -> None:
    """Missing, Elsewhere: what may not be put together with others."""
    if clustering.told_of(case).secret or case.state not in LIVE:
        raise Missing({field: "missing.joinable"})
    other = page.lists().incident(case.incident) if case.incident else None
    if other and other.state is not Phase.CLOSED:
        raise Elsewhere(case.no, other.no)


async def link(hall: Hall, by: Staff, no: str, case: str, reason: str, asked: Asked) -> Incident | Preview:
    """合并: a case by hand, for a reason; its first handler stays."""

    def rule(page: Page, books: Books, one: Incident, now: datetime) -> Step:
        incidents.permit(books, one, by, "link", now)
        if one.state not in (Phase.SUSPECTED, Phase.CONFIRMED):
            raise NotNow(one.no, one.state, "link")
        found = _seen(page, case, by)
        why = sensible(reason, "reason")
        if found.incident == one.no:
            return Step(one, reason=why, facts=(("case", found.no),))
        _joinable(page, found, "case")
        joined = membership.joined(books, found, one, by.no, now, reason=why)
        told = membership.news(books, joined.case, one, now) if asked.dry else None
        return Step(incidents.take_back(one, found.no), told or joined, why, (("case", found.no),))

    return await _move(hall, by, no, "link", asked, rule)


async def unlink(hall: Hall, by: Staff, no: str, case: str, reason: str, asked: Asked) -> Incident | Preview:
    """拿出: a case is looked at by itself again, for a reason the customer reads if he had been told of the outage."""

    def rule(page: Page, books: Books, one: Incident, now: datetime) -> Step:
        incidents.permit(books, one, by, "unlink", now)
        if one.state is Phase.CLOSED:
            raise NotNow(one.no, one.state, "unlink")
        found = _seen(page, case, by)
        if found.incident != one.no:
            raise Missing({"case": "missing.member"})
        why = fit(books, reason, "reason")
        left = membership.left(books, found, one, by.no, why, now)
        return Step(incidents.let_go(one, found.no), left, why, (("case", found.no),))

    return await _move(hall, by, no, "unlink", asked, rule)


def _may_open(books: Books, cases: Iterable[Case], by: Staff, now: datetime) -> str:
    """Who answers for a new outage: whoever opens it and works on one of its cases, else who has the first.

    NotYourIncident where he has nothing to do with any of them and leads nobody.
    """
    listed = tuple(cases)
    own = {Relation.FIRST_HANDLER, Relation.STAND_IN, Relation.HELPER}
    if any(relation(case, by, books.roster, now) & own for case in listed):
        return by.no
    if incidents.leads(books, by, now):
        return listed[0].first_handler
    raise NotYourIncident(listed[0].no, by.no, "open", listed[0].first_handler)


async def open_(hall: Hall, by: Staff, numbers: Iterable[str], area: str, asked: Asked) -> Incident | Preview:
    """A person thinks that these cases are one outage: suspected, to be confirmed like any."""
    now, data = hall.clock.now(), hall.edition().data
    wanted = tuple(dict.fromkeys(numbers))[:MOST]

    def doing(page: Page) -> Incident:
        done = f"request:{by.no}:incidents:{asked.id}" if asked.id else ""
        if done and (before := page.remembered(done)):
            return page.incident(before)
        if not wanted:
            raise Missing({"cases": "missing.cases"})
        cases = [_seen(page, no, by) for no in wanted]
        handler = _may_open(data.books, cases, by, now)
        for case in cases:
            _joinable(page, case, "cases")
        begun = Incident(
            no=casebook.number(hall, page, now),
            state=Phase.SUSPECTED,
            area=area.strip(),
            place="",
            opened_at=now,
            handler=handler,
            began_at=min(case.begun_at for case in cases),
        )
        begun = _placed(page, data, begun, cases)
        if asked.dry:
            raise _Tried(Preview(0, tuple(case.no for case in cases), ""))
        incident = _opened(hall, page, begun, cases, by)
        if done:
            page.remember(done, incident.no)
        return incident

    return await _finished(hall, by, wanted[0] if wanted else "", "open", doing)


def _placed(page: Page, data: HallData, begun: Incident, cases: Iterable[Case]) -> Incident:
    """With the place its cases have in common, so that those who report later join by themselves. Missing."""
    lists = page.lists()
    told = spots.spot(begun.area, None, data.places) if begun.area else None
    found = {
        spots.spot(
            one.slots.get("address", ""), spots.account_of(data, lists.person(one.customer), one.slots), data.places
        )
        for one in cases
    }
    common = told if told in found or len(found) > 1 else next(iter(found))
    area = begun.area or (common.area if common else "")
    if not area:
        raise Missing({"area": "missing.area"})
    return replace(begun, area=fit(data.books, area, "area"), place=common.key if common else "")


def _opened(hall: Hall, page: Page, begun: Incident, cases: Iterable[Case], by: Staff) -> Incident:
    """Written down; a duty leader who opened it need not be asked to confirm it."""
    books, now = hall.edition().data.books, hall.clock.now()
    asks = not incidents.leads(books, by, now)
    joined = [casebook.kept(hall, page, membership.joined(books, one, begun, by.no, now)) for one in cases]
    incident = page.keep_incident(replace(begun, raised_on=joined[0].no if asks else ""))
    if asks:
        casebook.raised(hall, page, incident, joined[0], len(joined), now)
    numbers = " ".join(one.no for one in joined[:SHOWN])
    casebook.noted(hall, page, incident, "open", by.no, cases=numbers)
    return incident
