from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.desk import answering, promises, rules, talking
from bot.desk.books import Books
from bot.desk.case import CLOCK, GUIDE, Alert, Button, Case, Kept, Kind, Lane, Outcome, Priority, State
from bot.desk.case import CUSTOMER as BY_CUSTOMER
from bot.desk.moves import Move
from bot.desk.outcome import ACTS, Draft, Entry, joined, record, to_customer, to_staff
from bot.desk.overdue import overdue
from bot.desk.pending import Callback, Cover, Pause, Raised, Transfer
from tests.kit_desk import (
    BOOKS,
    CALENDAR,
    CLERK,
    CREW,
    CUSTOMER,
    LEADER,
    NIGHT,
    NO,
    NOW,
    SECOND,
    SERVER,
    at,
    case_in,
    opened,
    person,
    row,
    sound,
    told,
)
from tests.kit_moves import put_aside, task


def test_events_are_numbered_letters_keyed_and_the_wake_up_set() -> None:
    case = replace(case_in(State.OPEN), due_at=None)
    alert = Alert(NO, "urges", "urges", "催", (CLERK,), NOW)
    button = Button("好", "ok")
    outcome = record(
        BOOKS,
        case,
        NOW,
        [Entry(Move.NOTE, CLERK, "话", Lane.BACKSTAGE, public=False), Entry(Move.REPLY, CLERK, facts={"a": "b"})],
        [to_customer(case, Kind.WORDS, "好", button, speaker=CLERK), to_staff(CLERK, Kind.NUDGE, "快")],
        alerts=[alert],
    )
    first, second = outcome.events
    assert (first.case, first.seq, first.at, first.lane, first.by) == (NO, 3, NOW, Lane.BACKSTAGE, CLERK)
    assert (first.move, first.public, first.text, first.facts) == (Move.NOTE, False, "话", {})
    assert (second.seq, second.lane, second.public, second.facts) == (4, Lane.FRONTSTAGE, True, {"a": "b"})
    assert outcome.case.seq == 4
    assert outcome.case.due_at == NOW + BOOKS.rules.accept_remind
    to, inside = outcome.letters
    assert (to.to, to.kind, to.key, to.text, to.case) == (
        f"customer:{CUSTOMER}",
        Kind.WORDS,
        f"case:{NO}:4:0",
        "好",
        NO,
    )
    assert (to.buttons, to.speaker, to.urgent) == ((button,), CLERK, False)
    assert (inside.to, inside.key, inside.speaker) == (f"staff:{CLERK}", f"case:{NO}:4:1", "")
    assert outcome.alerts == (alert,)


def test_a_draft_says_whom_it_is_for() -> None:
    assert to_staff("B1", Kind.ALERT, "x") == Draft("staff:B1", Kind.ALERT, "x")


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_danger_is_urgent_only_while_it_lasts(state: State) -> None:
    case = case_in(state, "hazard", priority=Priority.EMERGENCY)
    outcome = record(BOOKS, case, NOW, [Entry(Move.NOTE, CLERK)], [to_staff(CLERK, Kind.NOTICE, "x")])
    over = state in (State.RESOLVED, State.CLOSED, State.CANCELLED)
    assert outcome.letters[0].urgent is not over


@pytest.mark.parametrize("priority", [Priority.NORMAL, Priority.URGENT])
def test_nothing_else_is_urgent(priority: Priority) -> None:
    case = case_in(State.OPEN, priority=priority)
    assert (
        not record(BOOKS, case, NOW, [Entry(Move.NOTE, CLERK)], [to_staff(CLERK, Kind.NOTICE, "x")]).letters[0].urgent
    )


def busy(state: State) -> Case:
    """A case on which everything that asks somebody is open."""
    return case_in(
        state,
        transfer=Transfer(SECOND, "学习", CLERK, NOW),
        cover=Cover(SECOND, NOW.date()),
        tasks=(task(), task("work", "", 2), task(SERVER, SERVER, 3, done_at=NOW, result="好了")),
        helpers=(CREW,),
    )


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_nothing_is_asked_of_a_case_that_is_over_and_who_still_helps_is_told(state: State) -> None:
    case, later = busy(state), NOW.replace(hour=11)
    outcome = record(BOOKS, case, later, [Entry(Move.NOTE, CLERK)])
    if state not in (State.CLOSED, State.CANCELLED):
        assert outcome.case == replace(case, seq=case.seq + 1, due_at=outcome.case.due_at, acted_at=later)
        assert outcome.letters == ()
        return
    after = outcome.case
    assert (after.transfer, after.cover, after.helpers, after.due_at) == (None, None, (), None)
    assert [one.done_at for one in after.tasks] == [later, later, NOW]
    assert [one.result for one in after.tasks] == ["", "", "好了"]
    assert [(letter.to, letter.text.code) for letter in outcome.letters] == [(f"staff:{CREW}", "staff.help.over")]  # type: ignore[union-attr]
    assert record(BOOKS, after, later, [Entry(Move.NOTE, CLERK)]).letters == ()


def test_whom_it_is_hidden_from_gets_no_letter_whoever_asks_for_it() -> None:
    case = case_in(State.OPEN, hidden_from=(CREW, SECOND))
    drafts = [to_staff(no, Kind.NOTICE, "x") for no in (CREW, CLERK, SECOND)]
    outcome = record(BOOKS, case, NOW, [Entry(Move.NOTE, CLERK)], drafts)
    assert [letter.to for letter in outcome.letters] == [f"staff:{CLERK}"]


def test_two_decisions_in_a_row_are_one() -> None:
    first = record(BOOKS, case_in(State.OPEN), NOW, [Entry(Move.NOTE, CLERK)], [to_staff(CLERK, Kind.NOTICE, "1")])
    alert = Alert(NO, "urges", "urges", "催", (CLERK,), NOW)
    then = record(
        BOOKS, first.case, NOW, [Entry(Move.URGE, CLERK)], [to_staff(CLERK, Kind.NOTICE, "2")], alerts=[alert]
    )
    both = joined(first, then)
    assert (both.case, both.alerts) == (then.case, (alert,))
    assert [event.seq for event in both.events] == [3, 4]
    assert [letter.text for letter in both.letters] == ["1", "2"]
    assert len({letter.key for letter in both.letters}) == 2


# ---- quiet hours

EVENING, MORNING = at("2026-11-23T23:00"), at("2026-11-24T07:30")


def held(kind: Kind, by: str, to: str = "", now: datetime = EVENING, **more: Any) -> datetime | None:
    """Till when the night keeps a letter, to the customer or to somebody of the hall."""
    case = case_in(State.ACCEPTED, **more)
    draft = to_staff(to, kind, "x") if to else to_customer(case, kind, "x")
    return record(BOOKS, case, now, [Entry(Move.NOTE, by)], [draft]).letters[0].held_until


@pytest.mark.parametrize("by", [CLOCK, CLERK])
def test_what_can_wait_waits_for_the_morning_and_answers_words_and_receipts_do_not(by: str) -> None:
    waiting = {kind for kind in Kind if held(kind, by)}
    assert waiting == {Kind.STATUS, Kind.NOTICE, Kind.QUESTION}
    assert {held(kind, by) for kind in waiting} == {MORNING}
    assert not any(held(kind, by, now=NOW) for kind in Kind)


@pytest.mark.parametrize("by", [BY_CUSTOMER, GUIDE])
def test_what_the_customer_s_own_act_brought_about_reaches_him_at_once(by: str) -> None:
    assert not any(held(kind, by) for kind in Kind)


@pytest.mark.parametrize("priority", [Priority.URGENT, Priority.EMERGENCY])
def test_what_is_urgent_waits_for_nobody(priority: Priority) -> None:
    for by in (CLOCK, CLERK, BY_CUSTOMER):
        assert not any(held(kind, by, priority=priority) for kind in Kind)
        assert not any(held(kind, by, CLERK, priority=priority) for kind in Kind)


def test_on_shift_staff_hear_by_night_what_people_cause_and_not_what_the_clock_does() -> None:
    for kind in (Kind.NUDGE, Kind.NOTICE, Kind.ALERT):
        assert held(kind, CLOCK, NIGHT) == held(kind, CLOCK, CLERK) == MORNING
        for by in (BY_CUSTOMER, GUIDE, LEADER):
            assert (held(kind, by, NIGHT), held(kind, by, CLERK)) == (None, MORNING)
        assert held(kind, CLOCK, CLERK, NOW) is None
    assert held(Kind.DIGEST, CLOCK, CLERK) is None


@pytest.mark.parametrize(("why", "urgent"), [("danger", True), ("media", True), ("urges", False), ("broken", False)])
def test_a_grave_alert_is_urgent_and_never_held_whatever_the_case(why: str, urgent: bool) -> None:  # noqa: FBT001 - a table's figure
    case = case_in(State.ACCEPTED)
    alert = Alert(NO, why, why, "险", (LEADER,), EVENING)
    drafts = [to_staff(LEADER, Kind.ALERT, "险"), to_staff(CLERK, Kind.NOTICE, "另一件")]
    letters = record(BOOKS, case, EVENING, [Entry(Move.ESCALATE, CLOCK)], drafts, alerts=[alert]).letters
    assert [one.urgent for one in letters] == [urgent, False]
    assert [one.held_until for one in letters] == [None if urgent else MORNING, MORNING]


# ---- the live card


def test_the_first_receipt_is_the_card_and_later_only_edited_where_it_shows_something_else() -> None:
    first = opened("outage_repair")
    (receipt,) = [letter for letter in first.letters if letter.kind is Kind.RECEIPT]
    assert (first.case.receipt, receipt.edits) == (receipt.key, "")
    taken = rules.accept(BOOKS, first.case, person(CREW), NOW)
    (card,) = [letter for letter in taken.letters if letter.edits]
    assert (card.kind, card.edits, card.urgent, card.held_until) == (Kind.RECEIPT, receipt.key, False, None)
    assert taken.case.receipt == receipt.key
    same = talking.reply(BOOKS, taken.case, person(CREW), "在路上了", NOW)
    assert not [letter for letter in same.letters if letter.edits]
    noted = talking.note(BOOKS, same.case, person(CREW), "记一笔", NOW)
    assert noted.letters == ()
    closed = rules.cancel(BOOKS, taken.case, person(CREW), "重复了", NOW)
    assert [letter.edits for letter in closed.letters if letter.kind is Kind.RECEIPT] == [receipt.key]


def test_a_case_without_a_receipt_has_no_card() -> None:
    outcome = rules.accept(BOOKS, case_in(State.OPEN), person(CLERK), NOW)
    assert not [letter for letter in outcome.letters if letter.kind is Kind.RECEIPT]


def test_the_card_of_a_burning_case_takes_no_place_from_a_letter_that_cannot_wait() -> None:
    danger = opened("hazard").case
    letters = rules.accept(BOOKS, danger, person(CREW), NOW).letters
    assert [one.urgent for one in letters if one.edits] == [False]
    assert {one.urgent for one in letters if not one.edits} == {True}


# ---- the heartbeat

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def heard(case: Case, now: datetime, books: Books = BOOKS) -> datetime | None:
    """When the customer hears again, after a letter now."""
    draft = to_customer(case, Kind.ANSWER, "x")
    return record(books, case, now, [Entry(Move.NOTE, CLOCK)], [draft]).case.beat_at


def running(span: str, to: str = "resolve", **more: Any) -> Case:
    return case_in(State.ACCEPTED, promises=(promises.start(row("p", to, span), CALENDAR, NOW),), **more)


@pytest.mark.parametrize(
    ("case", "now", "beat"),
    [
        (running("3h"), NOW, NOW + HOUR),
        (running("45m"), NOW, NOW + 30 * MINUTE),  # nobody hears more often
        (running("3h"), NOW + 4 * HOUR, NOW + 6 * HOUR),  # the longer it takes the rarer
        (running("30d"), NOW, NOW + 48 * HOUR),  # but never longer than the hall allows
        (running("3h", priority=Priority.URGENT), EVENING, EVENING + 6 * HOUR + 30 * MINUTE),
        (running("3h"), at("2026-11-23T20:50"), MORNING),
        (running("12h"), at("2026-11-23T13:00"), at("2026-11-23T17:00")),
        (running("2wd"), NOW, at("2026-11-24T08:30")),  # what is promised in working time is told in opening hours
        (running("5wd"), NOW, at("2026-11-25T10:00")),
        (running("3wh"), NOW, at("2026-11-23T11:40")),
        (case_in(State.ACCEPTED), NOW, at("2026-11-25T10:00")),
    ],
)
def test_who_hears_nothing_hears_how_it_stands(case: Case, now: datetime, beat: datetime) -> None:
    assert heard(case, now) == beat


def test_a_hall_that_never_opens_still_speaks() -> None:
    shut = replace(BOOKS, calendar=replace(CALENDAR, hours=()))
    assert heard(case_in(State.ACCEPTED), NOW, shut) == NOW + 48 * HOUR


def test_any_letter_puts_it_off_a_card_in_silence_or_a_word_to_staff_does_not() -> None:
    case = running("3h", beat_at=NOW + HOUR)
    assert heard(case, NOW + 30 * MINUTE) == NOW + 90 * MINUTE
    silent = record(BOOKS, case, NOW + 30 * MINUTE, [Entry(Move.NOTE, CLERK)], [to_staff(CLERK, Kind.NUDGE, "x")])
    assert silent.case.beat_at == NOW + HOUR
    carded = replace(case, receipt="r", shown="something else")
    edited = record(BOOKS, carded, NOW + 30 * MINUTE, [Entry(Move.NOTE, CLERK)])
    assert [letter.edits for letter in edited.letters] == ["r"]
    assert edited.case.beat_at == NOW + HOUR


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED, State.CANCELLED])
def test_of_what_is_over_nobody_hears_how_it_stands(state: State) -> None:
    assert record(BOOKS, case_in(state, beat_at=NOW + HOUR), NOW, [Entry(Move.NOTE, CLERK)]).case.beat_at is None


def test_it_is_said_once_however_late_the_clock_looks_and_never_while_it_rests() -> None:
    case = running("30d", beat_at=NOW + 2 * DAY)
    outcome = overdue(BOOKS, case, NOW + 9 * DAY)
    assert outcome is not None
    sound(case, outcome)
    assert told(outcome) == ["case.beat"]
    assert outcome.case.beat_at
    assert outcome.case.beat_at > NOW + 9 * DAY
    resting = put_aside(case, until=NOW + 20 * DAY)
    assert overdue(BOOKS, resting, NOW + 9 * DAY) is None


def test_what_he_hears_anyway_is_not_followed_by_how_it_stands() -> None:
    case = running("3d", beat_at=NOW + 3 * DAY)
    outcome = overdue(BOOKS, case, NOW + 3 * DAY)
    assert outcome is not None
    assert told(outcome) == ["case.broken"]
    assert outcome.case.beat_at != case.beat_at


# ---- what the case remembers of its alerts


def alerted(case: Case, *alerts: Alert, by: str = CLOCK, move: Move = Move.ESCALATE, now: datetime = NOW) -> Case:
    return record(BOOKS, case, now, [Entry(move, by)], alerts=alerts).case


def test_each_rung_is_remembered_once_as_it_went_up_first() -> None:
    one = Alert(NO, "half:p", "half", "x", (CLERK,), NOW)
    case = alerted(running("3h"), one)
    again = alerted(case, replace(one, to=(LEADER,)), now=NOW + HOUR)
    assert [(raised.rung, raised.to, raised.at) for raised in again.raised] == [("half:p", (CLERK,), NOW)]


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("by", [CLERK, BY_CUSTOMER, GUIDE, CLOCK])
def test_only_a_person_of_the_hall_who_does_something_has_acted(move: Move, by: str) -> None:
    acted = alerted(case_in(State.ACCEPTED), by=by, move=move).acted_at
    assert acted == (NOW if by == CLERK and move in ACTS else None)


def test_an_alert_about_a_callback_outlives_its_case_until_the_callback_is_made() -> None:
    for why in ("low_rating", "callback"):
        rung = Raised(why, why, NOW, (LEADER,), next_at=NOW + HOUR)
        owed = case_in(State.CLOSED, raised=(rung,), callback=Callback(CLERK, NOW, NOW + DAY))
        assert alerted(owed).raised[0].next_at == NOW + HOUR
        assert alerted(replace(owed, callback=Callback(CLERK, NOW, NOW, done_at=NOW))).raised[0].next_at is None
        assert alerted(replace(owed, state=State.CANCELLED)).due_at is None
    urged = case_in(State.CLOSED, raised=(Raised("urges", "urges", NOW, (LEADER,), next_at=NOW + HOUR),))
    assert alerted(urged).raised[0].next_at is None


def test_a_case_that_is_over_promises_nothing_more_and_rests_no_more() -> None:
    case = put_aside(running("3h"), task=0)
    for state in (State.CLOSED, State.CANCELLED):
        over = alerted(replace(case, state=state), now=NOW + HOUR, by=CLERK, move=Move.NOTE)
        assert [(one.ended_at, one.kept) for one in over.promises] == [(NOW + HOUR, Kept.RUNNING)]
        assert [(one.ended_at, one.ended_by) for one in over.pauses] == [(NOW + HOUR, CLERK)]
    late = alerted(replace(case, state=State.CLOSED), now=NOW + 9 * DAY)
    assert late.pauses[0].ended_at == case.pauses[0].until
    other = Pause("等表", CREW, NOW, NOW + DAY, task=1)
    done = case_in(State.ACCEPTED, pauses=(other,), tasks=(task(done_at=NOW),))
    assert alerted(done, by=CREW, now=NOW + HOUR).pauses[0].ended_at == NOW + HOUR
    assert alerted(replace(done, tasks=(task(),))).pauses == (other,)


def test_a_low_rung_stays_silent_though_somebody_answers_for_it_late() -> None:
    case = alerted(running("3h"), Alert(NO, "half:p", "half", "x", (CLERK,), NOW))
    case = alerted(case, Alert(NO, "most:p", "most", "x", (LEADER,), NOW))
    assert [one.next_at is None for one in case.raised] == [True, False]
    mine = answering.acknowledge(BOOKS, case, "half:p", person(CLERK), NOW)
    assert mine is not None
    assert [one.next_at is None for one in mine.case.raised] == [True, False]


def test_whoever_acts_for_one_who_is_away_is_told_the_same_once() -> None:
    case = case_in(State.ACCEPTED, cover=Cover(SECOND, NOW.date()))
    drafts = [to_staff(CLERK, Kind.NUDGE, "x"), to_staff(CLERK, Kind.NUDGE, "y"), to_staff(SECOND, Kind.NUDGE, "y")]
    outcome: Outcome = record(BOOKS, case, NOW, [Entry(Move.LATE, CLOCK)], drafts)
    assert [letter.to for letter in outcome.letters] == [f"staff:{no}" for no in (CLERK, CLERK, SECOND, SECOND)]
    assert [letter.text for letter in outcome.letters] == ["x", "y", "y", "x"]
