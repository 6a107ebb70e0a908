"""Retention 留存: each class of data is kept for its span and no longer; one table says what is done then."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.case import CLOCK
from bot.desk.houserules import HouseRules
from bot.hall import forgetting
from bot.hall.forgetting import HasLiveCases
from bot.hall.house import Hall
from bot.hall.pages import Page

log = logging.getLogger(__name__)

SLICE = 200
"""Rows of one page, customers looked up at once."""
A_NIGHT = 2_000
"""Customers forgotten in one night at most: whatever falls due meanwhile waits for it. The others' turn comes next."""
DAY = timedelta(days=1)
HOW = {"how": "retention"}

Doing = Callable[[Hall, datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Class:
    """One class of data: how long it is kept, and what is done with what is older; how much it was is counted."""

    name: str
    span: Callable[[HouseRules], timedelta]
    doing: Doing


async def _customers(hall: Hall, before: datetime) -> int:
    """Words of closed cases and talk: who was silent so long is forgotten, each on a page of his own."""
    gone, after = 0, ""
    while keys := await hall.ledger.read(lambda lists, after=after: lists.silent(before, after, SLICE)):  # type: ignore[misc]
        for key in keys[: A_NIGHT - gone]:
            try:
                await hall.ledger.write(
                    lambda page, key=key: forgetting.forget_on(hall, page, key, CLOCK, HOW, thorough=False)  # type: ignore[misc]
                )
            except HasLiveCases:  # he came back meanwhile
                continue
            gone += 1
        after = keys[-1]
        if gone >= A_NIGHT:
            break
    return gone


async def _files(hall: Hall, before: datetime) -> int:
    """Files go with the words they came with; what a crash left is dropped now."""
    del before
    return await forgetting.drop_files(hall)


def _slices(what: Callable[[Page, datetime], int]) -> Doing:
    """Slice by slice, until a page finds less than it may take."""

    async def doing(hall: Hall, before: datetime) -> int:
        gone = 0
        while some := await hall.ledger.write(lambda page: what(page, before)):
            gone += some
            if some < SLICE:
                break
        return gone

    return doing


def _requests(page: Page, before: datetime) -> int:
    return page.forget_notes("request:", before.date().isoformat(), SLICE)


def _proofs(page: Page, before: datetime) -> int:
    return page.forget_notes("proof:", before.date().isoformat(), SLICE)


CLASSES = (
    Class("customers", lambda rules: rules.keep, _customers),
    Class("files", lambda rules: rules.keep, _files),
    Class("letters", lambda rules: rules.keep, _slices(lambda page, before: page.blank_letters(before, SLICE))),
    Class("denials", lambda rules: rules.keep, _slices(lambda page, before: page.blank_denials(before, SLICE))),
    Class("updates", lambda rules: min(30 * DAY, rules.keep), _slices(lambda page, at: page.forget_poison(at, SLICE))),
    Class("sessions", lambda _: DAY, _slices(lambda page, before: page.forget_sessions(before, SLICE))),
    Class("requests", lambda _: 30 * DAY, _slices(_requests)),
    Class("proofs", lambda _: 2 * DAY, _slices(_proofs)),
)
"""What read updates of a messenger leave behind goes at its own door, after an hour or a day."""


async def retain(hall: Hall) -> int:
    """What has had its time goes, class by class; one that fails leaves the others alone. How much it was."""
    gone = 0
    for one in CLASSES:
        before = hall.clock.now() - one.span(hall.edition().data.books.rules)
        try:
            some = await one.doing(hall, before)
        except Exception:
            log.exception("retention failed", extra={"move": one.name})
            continue
        if some:
            log.info("retention: %s %d", one.name, some)
        gone += some
    if gone:
        hall.bell.ring("desk")
    return gone
