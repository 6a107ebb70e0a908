from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.desk import dues, pausing, promises, retiming
from bot.desk.books import Books
from bot.desk.case import CLOCK, Case, Kept, Kind, Lane, Outcome, Promise, State
from bot.desk.hours import Hours, Opening
from bot.desk.moves import Move
from bot.desk.pausing import Wish
from tests.kit_desk import (
    BOOKS,
    CALENDAR,
    CLERK,
    NOW,
    STATUTORY,
    WEEK,
    at,
    case_in,
    facts,
    moves,
    person,
    row,
    sound,
    told,
)

DAY = timedelta(days=1)
LONG = row("p", "resolve", "32wd", internal="30wd")
NOTICE = {date(2027, 1, day): False for day in (1, 4, 5)} | {date(2027, 1, 9): True}
"""A notice of next year: three weekdays off, one Saturday worked."""


def published(known: date = date(2027, 12, 31), **more: Any) -> Books:
    days = {**STATUTORY, **NOTICE}
    return replace(BOOKS, calendar=replace(CALENDAR, statutory=days, known_until=known, **more))


def waiting(*lines: Promise, state: State = State.ACCEPTED, **more: Any) -> Case:
    return case_in(state, promises=lines or (promises.start(LONG, CALENDAR, NOW),), **more)


def retimed(case: Case, books: Books, now: datetime = NOW) -> Outcome:
    outcome = retiming.retimed(books, case, now)
    assert outcome is not None
    sound(case, outcome, books)
    return outcome


def test_thirty_two_working_days_over_new_year_before_and_after_the_notice() -> None:
    case = waiting()
    (before,) = case.promises
    assert (before.promise_at, before.tentative) == (at("2027-01-06T23:59:59"), True)
    outcome = retimed(case, published())
    (after,) = outcome.case.promises
    assert (after.promise_at, after.internal_at, after.tentative) == (
        at("2027-01-09T23:59:59"),  # 01-01, 01-04 and 01-05 are off, the Saturday is worked
        at("2027-01-07T23:59:59"),
        False,
    )
    assert (after.started_at, after.half_at) == (before.started_at, before.half_at)
    assert (told(outcome), moves(outcome)) == (["case.retimed"], [Move.PROMISE])
    assert facts(outcome, "case.retimed")["promise"] == after
    (event,) = outcome.events
    assert (event.by, event.lane, event.public) == (CLOCK, Lane.SUPPORT, True)
    assert outcome.letters[0].kind is Kind.STATUS
    assert outcome.case.due_at == dues.next_due(outcome.case, BOOKS.rules)


def test_the_customer_hears_it_once_and_while_nothing_is_new_nothing() -> None:
    assert retiming.retimed(BOOKS, waiting(), NOW) is None
    known = retimed(waiting(), published()).case
    assert retiming.retimed(published(), known, NOW + DAY) is None


def test_a_date_that_stays_is_said_to_be_certain_now() -> None:
    quiet = replace(BOOKS, calendar=replace(CALENDAR, known_until=date(2027, 12, 31)))
    outcome = retimed(waiting(), quiet)
    assert told(outcome) == ["case.certain"]
    assert outcome.case.promises[0].promise_at == at("2027-01-06T23:59:59")


def test_a_notice_that_does_not_reach_so_far_leaves_it_open_and_says_nothing_is_certain() -> None:
    partly = replace(BOOKS, calendar=replace(CALENDAR, known_until=date(2027, 1, 5)))
    assert retiming.retimed(partly, waiting(), NOW) is None
    days = {**STATUTORY, date(2027, 1, 4): False, date(2027, 1, 9): True}
    moved = replace(BOOKS, calendar=replace(CALENDAR, statutory=days, known_until=date(2027, 1, 5)))
    outcome = retimed(waiting(), moved)
    assert (told(outcome), outcome.case.promises[0].tentative) == (["case.retimed"], True)


def test_where_only_the_inner_line_has_moved_the_customer_hears_nothing() -> None:
    days = {**STATUTORY, date(2027, 1, 1): False, date(2027, 1, 3): True}  # a Sunday for the Friday
    line = promises.start(replace(LONG, internal="29wd"), CALENDAR, NOW)
    books = replace(BOOKS, calendar=replace(CALENDAR, statutory=days, known_until=date(2027, 1, 5)))
    outcome = retimed(waiting(line), books)
    (after,) = outcome.case.promises
    assert (line.internal_at, after.internal_at) == (at("2027-01-01T23:59:59"), at("2027-01-03T23:59:59"))
    assert (after.promise_at, after.tentative) == (line.promise_at, True)
    assert (told(outcome), outcome.events[0].public) == ([], False)


def test_what_is_the_hall_s_own_line_alone_moves_in_silence() -> None:
    own = promises.start(row("i", "reply", internal="32wd"), CALENDAR, NOW)
    outcome = retimed(waiting(own), published())
    assert outcome.case.promises[0].internal_at == at("2027-01-09T23:59:59")
    assert (told(outcome), outcome.events[0].public) == ([], False)


def test_the_letter_tells_of_the_promise_that_moved_not_of_the_one_that_is_next() -> None:
    contact = replace(promises.start(row("c", "contact", "24h"), CALENDAR, NOW), id="c")
    sure = replace(promises.start(row("q", "reply", "28wd"), CALENDAR, NOW), tentative=True)
    long = promises.start(LONG, CALENDAR, NOW)
    outcome = retimed(waiting(contact, sure, long), published())
    assert facts(outcome, "case.retimed")["promise"] == outcome.case.promises[2]
    assert outcome.case.promises[0] == contact
    assert [one.tentative for one in outcome.case.promises] == [False, False, False]


def test_its_pauses_are_given_back() -> None:
    case = waiting(state=State.IN_PROGRESS)
    rest = pausing.pause(BOOKS, case, person(CLERK), Wish("等配件到货", NOW + 9 * DAY), NOW + DAY).case
    rested = pausing.resume(BOOKS, rest, person(CLERK), NOW + 8 * DAY).case  # five working days
    (after,) = retimed(rested, published()).case.promises
    (plain,) = retimed(case, published()).case.promises
    assert (plain.promise_at, after.promise_at) == (at("2027-01-09T23:59:59"), at("2027-01-15T23:59:59"))
    running = retimed(rest, published())  # the pause that still runs is given back when it ends
    assert running.case.promises[0].promise_at == plain.promise_at
    ended = pausing.resume(published(), running.case, person(CLERK), NOW + 8 * DAY).case
    assert ended.promises[0].promise_at == after.promise_at
    helper = replace(rested, pauses=(replace(rested.pauses[0], task=1),))
    assert retimed(helper, published()).case.promises[0].promise_at == plain.promise_at


def test_a_date_a_pause_has_moved_past_the_calendar_is_reckoned_anew_as_well() -> None:
    near = waiting(promises.start(row("p", "resolve", "25wd"), CALENDAR, NOW), state=State.IN_PROGRESS)
    assert not near.promises[0].tentative
    rest = pausing.pause(BOOKS, near, person(CLERK), Wish("等配件到货", NOW + 9 * DAY), NOW + DAY).case
    rested = pausing.resume(BOOKS, rest, person(CLERK), NOW + 8 * DAY).case
    assert (rested.promises[0].promise_at, rested.promises[0].tentative) == (at("2027-01-04T23:59:59"), True)
    (after,) = retimed(rested, published()).case.promises
    assert (after.promise_at, after.tentative) == (at("2027-01-07T23:59:59"), False)


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED, State.CANCELLED])
def test_what_is_over_is_not_reckoned_anew(state: State) -> None:
    assert retiming.retimed(published(), waiting(state=state), NOW) is None


def test_what_has_ended_is_certain_or_was_said_by_somebody_stays() -> None:
    (line,) = waiting().promises
    ended = replace(line, id="e", ended_at=NOW, kept=Kept.KEPT)
    certain = replace(line, id="c", tentative=False)
    spoken = replace(promises.given(3, CLERK, NOW, NOW + DAY), tentative=True)
    outcome = retimed(waiting(ended, certain, spoken, line), published())
    assert outcome.case.promises[:3] == (ended, certain, spoken)
    assert retiming.retimed(published(), waiting(ended), NOW) is None
    assert retiming.retimed(published(), waiting(certain), NOW) is None


def test_opening_hours_count_like_working_days() -> None:
    line = promises.start(row("h", "reply", "300wh"), CALENDAR, NOW)
    assert line.tentative
    longer = published(hours=(Hours((Opening(at("2027-01-01T08:00").time(), at("2027-01-01T20:00").time()),), WEEK),))
    (after,) = retimed(waiting(line), longer).case.promises
    assert after.promise_at
    assert line.promise_at
    assert (after.tentative, after.promise_at < line.promise_at) == (False, True)
