from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.brought import Brought, Past, take_over
from bot.desk.case import Case, Kept, Lane, Priority, Rating, State
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from tests.kit_desk import BOOKS, CLERK, CREW, NO, NOW, at, codes, moves, sound

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def brought(state: State = State.IN_PROGRESS, topic: str = "owner_transfer", **more: object) -> Brought:
    given: dict[str, object] = {"first_handler": CLERK, "opened_at": NOW - DAY} | more
    return Brought("gu", topic, state, **given)  # type: ignore[arg-type]


def taken(row: Brought) -> Case:
    outcome = take_over(BOOKS, row, NO, NOW)
    assert outcome.letters == ()
    assert outcome.alerts == ()
    return sound(None, outcome)


def test_a_case_brought_along_is_a_case_like_any_other() -> None:
    row = brought(stage="sign", slots={"account_no": "9900000012"}, accepted_at=NOW - MINUTE)
    case = taken(row)
    assert (case.no, case.customer, case.state, case.first_handler) == (NO, "gu", State.IN_PROGRESS, CLERK)
    assert (case.opened_at, case.begun_at, case.accepted_at) == (NOW - DAY, NOW - DAY, NOW - MINUTE)
    assert (case.stage, case.stages_done, case.slots) == ("sign", ("apply",), {"account_no": "9900000012"})
    assert (case.priority, case.resolved_at, case.closed_at, case.rating) == (Priority.NORMAL, None, None, None)
    assert [(one.id, one.started_at) for one in case.promises] == [("service.default", NOW - DAY)]
    assert case.promises[0].internal_at == at("2026-11-26T23:59:59")  # Sunday was its first day: the fourth after
    assert case.promises[0].half_at == at("2026-11-25T12:00")
    assert case.due_at == case.beat_at == at("2026-11-25T08:30")  # its customer hears of it as of any other
    assert case.seq == 1


def test_its_first_event_is_its_own_words_or_that_it_came_along() -> None:
    outcome = take_over(BOOKS, brought(text="旧系统转来"), NO, NOW)
    (event,) = outcome.events
    assert (event.move, event.by, event.lane, event.text) == (Move.OPEN, "guide", Lane.FRONTSTAGE, "旧系统转来")
    assert event.facts == {"topic": "owner_transfer", "first_handler": CLERK}
    (silent,) = take_over(BOOKS, brought(), NO, NOW).events
    assert silent.text.code == "event.brought"  # type: ignore[union-attr]


def test_a_stage_the_handbook_does_not_have_is_kept_without_a_past() -> None:
    case = taken(brought(stage="elsewhere"))
    assert (case.stage, case.stages_done) == ("elsewhere", ())


def test_its_own_priority_comes_before_the_topics() -> None:
    assert taken(brought(priority="emergency")).priority is Priority.EMERGENCY
    assert taken(brought(topic="outage_repair", first_handler=CREW)).priority is Priority.URGENT


def test_what_was_late_is_late_and_is_not_alerted_again() -> None:
    case = taken(brought(State.OPEN, "outage_repair", first_handler=CREW, opened_at=NOW - 50 * MINUTE))
    assert case.promises[0].kept is Kept.BROKEN
    assert set(case.rungs) == {
        "accept_remind",
        "accept_escalate",
        *(f"{line}:outage.arrive.urban" for line in ("half", "most", "broken")),
    }
    assert overdue(BOOKS, case, NOW) is None
    assert case.due_at == NOW + 10 * MINUTE
    red = overdue(BOOKS, case, NOW + 10 * MINUTE)
    assert red is not None
    assert codes(red) == ["alert.red_line"]


def test_waiting_for_acceptance_counts_from_the_handlers_shift_as_for_any_case() -> None:
    case = taken(brought(State.OPEN, opened_at=at("2026-11-21T20:00")))
    assert case.accept_from == at("2026-11-23T08:30")
    early = take_over(BOOKS, brought(State.OPEN, opened_at=at("2026-11-21T20:00")), NO, at("2026-11-23T08:40")).case
    assert early.due_at == at("2026-11-23T08:50")


def test_what_its_stages_have_ended_runs_no_more() -> None:
    row = brought(topic="outage_repair", first_handler=CREW, opened_at=NOW - 30 * MINUTE)
    there = taken(replace(row, stage="repair"))
    assert [(one.kept, one.ended_at) for one in there.promises] == [(Kept.KEPT, NOW)]
    assert (there.due_at, there.rungs) == (there.beat_at, ())
    long_ago = taken(replace(row, stage="arrive", opened_at=NOW - DAY))
    assert [(one.kept, one.ended_at) for one in long_ago.promises] == [(Kept.BROKEN, NOW)]
    on_the_way = taken(replace(row, stage="dispatch"))
    assert [one.ended_at for one in on_the_way.promises] == [None]
    answered = taken(brought(topic="complaint", stage="answer"))
    assert [one.ended_at for one in answered.promises] == [None, NOW]


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED])
def test_a_finished_case_kept_its_promise_or_did_not(state: State) -> None:
    in_time = taken(brought(state, opened_at=NOW - 2 * DAY, resolved_at=NOW - DAY))
    assert [(one.kept, one.ended_at) for one in in_time.promises] == [(Kept.KEPT, NOW - DAY)]
    late = taken(brought(state, opened_at=NOW - 20 * DAY, resolved_at=NOW - DAY))
    assert [one.kept for one in late.promises] == [Kept.BROKEN]
    assert late.rungs == ()


def test_a_resolved_case_waits_for_its_customer_from_then_or_from_now() -> None:
    asked = taken(brought(State.RESOLVED, resolved_at=NOW - DAY))
    assert asked.due_at == NOW - DAY + BOOKS.rules.confirm_warn
    assert asked.closed_at is None
    unsaid = taken(brought(State.RESOLVED))
    assert (unsaid.resolved_at, unsaid.due_at) == (NOW, NOW + BOOKS.rules.confirm_warn)
    old = taken(brought(State.RESOLVED, opened_at=NOW - 30 * DAY, resolved_at=NOW - 20 * DAY))
    closed = overdue(BOOKS, old, NOW)
    assert closed is not None
    assert closed.case.state is State.CLOSED


def test_a_closed_case_ended_when_its_row_says_or_now() -> None:
    then = NOW - DAY
    for row, resolved_at, closed_at in (
        (brought(State.CLOSED, closed_at=then), then, then),
        (brought(State.CLOSED, resolved_at=then), then, then),
        (brought(State.CLOSED, resolved_at=then - DAY, closed_at=then), then - DAY, then),
        (brought(State.CLOSED), NOW, NOW),
        (brought(State.CANCELLED, closed_at=then), None, then),
        (brought(State.CANCELLED), None, NOW),
    ):
        case = taken(row)
        assert (case.resolved_at, case.closed_at, case.due_at) == (resolved_at, closed_at, None)


def test_what_was_cancelled_owed_nothing_any_more() -> None:
    case = taken(brought(State.CANCELLED, opened_at=NOW - 20 * DAY, closed_at=NOW - 19 * DAY))
    assert [(one.kept, one.ended_at) for one in case.promises] == [(Kept.RUNNING, NOW - 19 * DAY)]


def test_a_rating_is_taken_over_or_its_question_stands_open() -> None:
    then = NOW - DAY
    assert taken(brought(State.CLOSED, closed_at=then, rating="4")).rating == Rating(4, "", then, CLERK)
    assert taken(brought(State.CLOSED, closed_at=then, rating="asked")).rating == Rating(None, "", then, CLERK)
    assert taken(brought(State.CLOSED, rating="asked")).rating == Rating(None, "", NOW, CLERK)
    assert taken(brought(State.CLOSED, rating="5")).rating == Rating(5, "", NOW, CLERK)
    assert moves(take_over(BOOKS, brought(), NO, NOW)) == [Move.OPEN]


def test_what_waits_for_its_customer_stands_still_from_when_its_history_says() -> None:
    past = Past(NOW - 2 * DAY, CLERK, "pause", text="等房产证", public=True)
    row = brought(State.WAITING_CUSTOMER, opened_at=NOW - 9 * DAY, history=(past,))
    case = taken(row)
    (pause,) = case.pauses
    cap = BOOKS.rules.pause_cap
    assert (pause.at, pause.until, pause.reason, pause.by) == (NOW - 2 * DAY, NOW + cap, "等房产证", CLERK)
    assert pause.customer
    assert (case.due_at, case.promises[0].kept) == (NOW + cap, Kept.BROKEN)
    fresh = taken(replace(row, opened_at=NOW - DAY, history=()))
    assert (fresh.pauses[0].at, fresh.pauses[0].reason, fresh.promises[0].kept) == (NOW, "", Kept.RUNNING)
    late = replace(row, opened_at=NOW - 7 * DAY, history=(replace(past, at=NOW - 6 * DAY, public=False),))
    assert (taken(late).promises[0].kept, taken(late).pauses[0].reason) == (Kept.RUNNING, "")
    assert taken(replace(row, state=State.IN_PROGRESS)).pauses == ()
