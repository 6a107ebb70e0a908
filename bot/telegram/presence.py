"""Who stops the bot and who comes back: the first handler is told to telephone; what was asked is put again."""

from dataclasses import replace
from datetime import datetime

from bot.desk.case import Case, Kind, Letter, State
from bot.hall.fate import by_telephone
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import LetterQuery, Posted, Reach

CUSTOMER = "customer:"


def gone(hall: Hall, page: Page, reach: Reach, at: datetime) -> bool:
    """Nothing reaches this address any more; whether somebody is told to telephone."""
    page.keep_reach(replace(reach, blocked_at=at))
    return reach.to.startswith(CUSTOMER) and by_telephone(hall, page, reach.to.removeprefix(CUSTOMER), at)


def back(page: Page, reach: Reach, at: datetime) -> bool:
    """Whoever writes can be written to; a question that died on the way and still stands is put once more."""
    page.keep_reach(replace(reach, blocked_at=None))
    again = False
    for case in page.cases_of(reach.to.removeprefix(CUSTOMER)) if reach.to.startswith(CUSTOMER) else ():
        lost = _lost(page, reach, case)
        if lost:
            key = f"again:{lost.seq}"
            letter = Letter(reach.to, Kind.QUESTION, key, lost.text, case.no, lost.buttons, urgent=lost.urgent)
            again |= page.post(letter, at, str)
    return again


def _lost(page: Page, reach: Reach, case: Case) -> Posted | None:
    """The newest question about a case, if it never came and nobody answered it."""
    asks = case.transfer is not None and case.transfer.asks and case.transfer.consented_at is None
    rates = case.rating is not None and case.rating.score is None
    if not (asks or rates or case.state is State.RESOLVED):
        return None
    query = LetterQuery(to=reach.to, case=case.no, kind=Kind.QUESTION, limit=1, newest=True)
    newest = next(iter(page.lists().letters_for(query).items), None)
    return newest if newest and newest.state == "dead" else None
