from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk import leading, rules, verdict
from bot.desk.case import Lane, Priority, Rating, State
from bot.desk.errors import Missing, NotYours
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from bot.desk.pending import Callback
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    LEADER,
    NOW,
    OTHER_LEADER,
    case_in,
    codes,
    facts,
    moves,
    person,
    sound,
    told,
)

LATER = NOW + timedelta(hours=1)
LOW = Rating(1, "不好", NOW, CLERK)


@pytest.mark.parametrize("level", [*Priority])
def test_how_urgent_it_is_says_the_duty_leader_with_a_reason_that_stays_inside(level: Priority) -> None:
    before = case_in(State.ACCEPTED)
    outcome = leading.priority(BOOKS, before, person(LEADER), level.value, " 老人在家 ", LATER)
    case = sound(before, outcome)
    assert (case.priority, case.first_handler) == (level, CLERK)
    assert (told(outcome), codes(outcome, f"staff:{CLERK}")) == ([], ["staff.priority"])
    assert facts(outcome, "staff.priority")["reason"] == "老人在家"
    (event,) = outcome.events
    assert (event.move, event.public, event.lane, event.facts) == (
        Move.PRIORITY,
        False,
        Lane.SUPPORT,
        {"priority": level.value},
    )
    assert outcome.letters[0].urgent is (level is Priority.EMERGENCY)


def test_a_level_nobody_knows_and_a_reason_without_sense_are_asked_for_again() -> None:
    case = case_in(State.ACCEPTED)
    for level, reason, wrong in (
        ("high", "急", {"priority": "missing.priority"}),
        ("urgent", "…", {"reason": "missing.text"}),
    ):
        with pytest.raises(Missing) as refused:
            leading.priority(BOOKS, case, person(LEADER), level, reason, LATER)
        assert refused.value.fields == wrong
    with pytest.raises(NotYours):
        leading.priority(BOOKS, case, person(CLERK), "urgent", "急", LATER)


def test_the_leader_has_called_back_and_the_words_stay_inside() -> None:
    owed = Callback(CLERK, NOW, NOW + BOOKS.rules.callback)
    before = case_in(State.CLOSED, rating=LOW, callback=owed)
    assert before.due_at == owed.due_at
    outcome = leading.callback(BOOKS, before, person(LEADER), " 道了歉 ", LATER)
    case = sound(before, outcome)
    assert case.callback == replace(owed, by=LEADER, text="道了歉", done_at=LATER)
    assert (case.due_at, told(outcome), moves(outcome)) == (None, [], [Move.CALLBACK])
    assert (outcome.events[0].public, outcome.events[0].text) == (False, "道了歉")
    assert codes(outcome, f"staff:{CLERK}") == ["staff.callback"]
    assert "text" not in facts(outcome, "staff.callback")
    assert overdue(BOOKS, case, LATER + 2 * BOOKS.rules.callback) is None
    with pytest.raises(Missing):
        leading.callback(BOOKS, before, person(LEADER), "。。", LATER)


def test_a_second_call_is_kept_beside_the_first_one_in_the_ledger() -> None:
    once = leading.callback(BOOKS, case_in(State.CLOSED, rating=LOW), person(LEADER), "没人接", LATER)
    twice = leading.callback(BOOKS, once.case, person(OTHER_LEADER), "接了", LATER)
    case = sound(once.case, twice)
    assert case.callback
    assert (case.callback.about, case.callback.by, case.callback.text) == (CLERK, OTHER_LEADER, "接了")
    assert [event.text for event in (*once.events, *twice.events)] == ["没人接", "接了"]


def test_never_by_the_one_it_is_about() -> None:
    rated = case_in(State.CLOSED, rating=replace(LOW, handler=LEADER))
    named = case_in(State.ACCEPTED, named=(LEADER,))
    own = case_in(State.ACCEPTED, first_handler=LEADER)
    for case in (rated, named, own):
        with pytest.raises(NotYours) as refused:
            leading.callback(BOOKS, case, person(LEADER), "我打过了", LATER)
        assert (refused.value.by, refused.value.move) == (LEADER, Move.CALLBACK)
        assert leading.callback(BOOKS, case, person(OTHER_LEADER), "打过了", LATER).case.callback
    with pytest.raises(NotYours):
        leading.callback(BOOKS, rated, person(CREW), "打过了", LATER)


def test_a_low_rating_about_a_leader_who_was_reassigned_is_not_called_back_by_him() -> None:
    asked = case_in(State.CLOSED, first_handler=LEADER, rating=Rating(None, at=NOW, handler=LEADER))
    low = verdict.rate(BOOKS, asked, 2, "", NOW).case
    back = verdict.reopen(BOOKS, low, "又坏了", NOW).case
    assert leading.about(back) == (LEADER,)
    assert back.callback
    assert back.callback.about == LEADER
    with pytest.raises(NotYours):
        leading.callback(BOOKS, replace(back, first_handler=CLERK), person(LEADER), "打过了", LATER)


def test_a_callback_nobody_made_goes_up_once_also_when_the_case_is_closed() -> None:
    case = verdict.rate(BOOKS, case_in(State.CLOSED), 1, "", NOW).case
    due = NOW + BOOKS.rules.callback
    held = replace(case, raised=tuple(replace(one, acked_by=LEADER, next_at=None) for one in case.raised))
    assert overdue(BOOKS, held, due - timedelta(seconds=1)) is None
    outcome = overdue(BOOKS, held, due)
    assert outcome
    after = sound(held, outcome)
    assert [(alert.why, alert.to) for alert in outcome.alerts] == [("callback", (LEADER,))]
    assert (moves(outcome), outcome.events[0].public, told(outcome)) == ([Move.ESCALATE], False, [])
    up = overdue(BOOKS, after, due + timedelta(days=9))
    assert up
    assert [(alert.rung, alert.to) for alert in up.alerts] == [(outcome.alerts[0].rung, (LEADER, OTHER_LEADER))]
    assert overdue(BOOKS, up.case, due + timedelta(days=19)) is not None  # nobody is left: it is written down, once
    back = rules.reopen(BOOKS, case, person(LEADER), "又坏了", LATER).case
    again = overdue(BOOKS, replace(back, promises=()), due)
    assert again
    assert "callback" in [alert.why for alert in again.alerts]  # taken up again, it is still owed
