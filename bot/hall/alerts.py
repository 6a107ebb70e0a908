"""Somebody answers for an alert: by saying so, or by doing what it asks for; the case and the board agree."""

from dataclasses import replace
from datetime import datetime

from bot.desk import answering
from bot.desk.books import Books
from bot.desk.case import Alert, Event, Kind, Lane, Outcome
from bot.desk.dues import next_due
from bot.desk.moves import Move
from bot.desk.roster import Staff
from bot.hall.house import Hall
from bot.hall.mirror import mirrored
from bot.hall.pages import Page
from bot.hall.records import OpenAlert
from bot.hall.wording import render
from intents.slots import mask


def answered(hall: Hall, page: Page, alert: int, by: Staff) -> OpenAlert | None:
    """Somebody has it; the first one stays. None if there is no such alert."""
    data, now = hall.edition().data, hall.clock.now()
    known = page.lists().alert(alert)
    if known is None or known.acked_by:
        return known
    found = page.acknowledge(alert, by.no, now)
    outcome = answering.acknowledge(data.books, page.case(known.case), known.rung, by, now)
    if outcome:
        page.record(mirrored(hall, page, outcome), lambda text: mask(render(data, text)))
    facts = {"alert": str(alert), "rung": known.rung, "case": known.case}
    page.note(Event("", 0, now, Lane.SUPPORT, by.no, Move.ACKNOWLEDGE, public=False, facts=facts), str)
    return found


def by_doing(books: Books, page: Page, outcome: Outcome, move: Move, by: Staff, now: datetime) -> Outcome:
    """The decision, with the open alerts of its case answered that this move answers."""
    case, rungs = answering.by_doing(outcome.case, move, by, now)
    for rung in rungs:
        page.acknowledge_rung(case.no, rung, by.no, now)
    return replace(outcome, case=replace(case, due_at=next_due(case, books.rules))) if rungs else outcome


def once_an_outage(books: Books, page: Page, outcome: Outcome) -> Outcome:
    """Of a promise broken on a thousand cases of one outage the duty leader hears once; each customer hears all."""
    case = outcome.case
    if not case.incident:
        return outcome
    told: list[Alert] = []
    for one in outcome.alerts:
        key = f"incident.alert:{case.incident}:{one.why}"
        carrier = page.remembered(key)
        if carrier not in ("", case.no):  # where it began it may go on climbing
            told.append(one)
        elif not carrier:
            page.remember(key, case.no)
    texts, rungs = [one.text for one in told], {one.rung for one in told}
    kept = replace(case, raised=tuple(one for one in case.raised if one.rung not in rungs))
    return replace(
        outcome,
        case=replace(kept, due_at=next_due(kept, books.rules)),
        alerts=tuple(one for one in outcome.alerts if one not in told),
        letters=tuple(one for one in outcome.letters if one.kind is not Kind.ALERT or one.text not in texts),
    )
