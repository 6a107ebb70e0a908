from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from bot.desk import correcting, handing
from bot.desk.case import Case, Lane, Outcome, Secrecy, State
from bot.desk.errors import IllegalMove, Missing, NotYours
from bot.desk.moves import Move
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    LEADER,
    NOW,
    OTHER_LEADER,
    SECOND,
    SERVER,
    case_in,
    codes,
    moves,
    person,
    sound,
    told,
)
from tests.kit_moves import full, task

LATER = NOW + timedelta(hours=1)


def corrected(case: Case, by: str, reason: str = "听错了", **slots: str) -> Outcome:
    outcome = correcting.correct(BOOKS, case, person(by), slots, reason, LATER)
    sound(case, outcome)
    return outcome


def test_a_fact_is_put_right_the_customer_hears_which_and_the_reason_stays_inside() -> None:
    before = case_in(State.ACCEPTED, slots={"phone": "1", "name": "顾"})
    outcome = corrected(before, CLERK, phone=" 2 ", name="  ")
    assert outcome.case.slots == {"phone": "2"}  # an empty value takes the fact away
    why, shown = outcome.events
    assert (why.move, why.text, why.public, why.facts) == (Move.CORRECT, "听错了", False, {"phone": "", "name": ""})
    assert (shown.move, shown.public, shown.lane, shown.facts) == (
        Move.CORRECT,
        True,
        Lane.FRONTSTAGE,
        {"phone": "", "name": ""},
    )
    assert (told(outcome), codes(outcome)) == (["case.corrected"], ["case.corrected"])
    assert "听错了" not in repr(outcome.letters)
    assert "听错了" not in repr(shown.text)


@pytest.mark.parametrize("by", [CREW, LEADER])
def test_by_somebody_else_the_first_handler_hears_of_it(by: str) -> None:
    assert codes(corrected(full(State.ACCEPTED), by, phone="2"), f"staff:{CLERK}") == ["staff.corrected"]


def test_a_topics_own_fact_may_be_put_right() -> None:
    lost = replace(BOOKS, topics={})
    case = case_in(State.ACCEPTED)
    assert correcting.correct(lost, case, person(CLERK), {"amount": "5"}, "听错了", LATER).case.slots == {"amount": "5"}


def test_what_is_no_fact_or_nothing_at_all_is_asked_for_again() -> None:
    case = case_in(State.ACCEPTED)
    for slots, reason, wrong in (
        ({}, "听错了", {"slots": "missing.slots"}),
        ({"colour": "red", "phone": "1"}, "听错了", {"slots.colour": "missing.slot"}),
        ({"phone": "1"}, "——", {"reason": "missing.text"}),
    ):
        with pytest.raises(Missing) as refused:
            correcting.correct(BOOKS, case, person(CLERK), slots, reason, LATER)
        assert refused.value.fields == wrong
    with pytest.raises(Missing) as refused:
        correcting.correct(BOOKS, case, person(LEADER), {"class": "x", "level": "y"}, "核实", LATER)
    assert refused.value.fields == {"slots.class": "missing.class", "slots.level": "missing.level"}


@pytest.mark.parametrize(("by", "state"), [*product((CLERK, LEADER), (State.RESOLVED, State.CLOSED))])
def test_the_rating_is_the_customers(by: str, state: State) -> None:
    with pytest.raises(NotYours):
        correcting.correct(BOOKS, case_in(state), person(by), {"rating": "5"}, "误点", LATER)


@pytest.mark.parametrize(("field", "by"), [*product(("class", "level"), (CLERK, CREW))])
def test_class_and_level_are_the_duty_leaders(field: str, by: str) -> None:
    value = correcting.DECIDED[field][0]
    with pytest.raises(NotYours):
        correcting.correct(BOOKS, full(State.ACCEPTED), person(by), {field: value}, "核实", LATER)
    assert corrected(full(State.ACCEPTED), LEADER, **{field: value}).case.slots[field] == value


def test_once_the_level_is_set_it_is_hidden_only_from_whom_it_is_about() -> None:
    before = case_in(
        State.ACCEPTED, "complaint", first_handler=LEADER, named=(SECOND, LEADER), hidden_from=(SECOND, CREW)
    )
    graded = corrected(before, LEADER, "核实", **{"class": "service"})
    assert graded.case.hidden_from == (SECOND, CREW)
    assert told(graded) == []  # the class is the hall's own
    outcome = corrected(graded.case, LEADER, "核实", level="general")
    assert (outcome.case.hidden_from, outcome.alerts, told(outcome)) == ((SECOND,), (), [])
    away = handing.reassign(BOOKS, outcome.case, person(OTHER_LEADER), CLERK, "回避", LATER).case
    assert away.hidden_from == (SECOND, LEADER)  # who answered for it was one of them


@pytest.mark.parametrize("level", correcting.LEVELS)
def test_a_great_complaint_is_alerted_once_past_whom_it_is_hidden_from(level: str) -> None:
    before = case_in(State.ACCEPTED, "complaint", named=(LEADER,), hidden_from=(LEADER,))
    outcome = corrected(before, OTHER_LEADER, "核实", level=level)
    if level in ("general", "important"):
        assert (outcome.alerts, outcome.case.rungs) == ((), ())
        return
    assert [(alert.rung, alert.to) for alert in outcome.alerts] == [("major", (OTHER_LEADER,))]
    assert codes(outcome, f"staff:{OTHER_LEADER}") == ["alert.major"]
    assert corrected(outcome.case, OTHER_LEADER, "再核实", level="special").alerts == ()


def test_what_is_over_is_corrected_no_more() -> None:
    with pytest.raises(IllegalMove):
        correcting.correct(BOOKS, full(State.CLOSED), person(CLERK), {"phone": "2"}, "听错了", LATER)


def test_looking_at_personal_data_is_kept_with_its_reason_and_tells_nobody() -> None:
    before = case_in(State.CLOSED, slots={"phone": "1", "name": "顾"})
    outcome = correcting.reveal(BOOKS, before, person(CLERK), ("phone", "name", "phone"), " 要回电 ", LATER)
    assert sound(before, outcome) == replace(before, seq=before.seq + 1)
    (event,) = outcome.events
    assert (event.text, event.public, event.facts, outcome.letters) == ("要回电", False, {"fields": "phone name"}, ())
    assert moves(outcome) == [Move.REVEAL]
    for fields, reason, wrong in (
        ((), "要回电", {"fields": "missing.fields"}),
        (("phone", "address"), "要回电", {"fields": "missing.fields"}),
        (("phone",), "", {"reason": "missing.text"}),
    ):
        with pytest.raises(Missing) as refused:
            correcting.reveal(BOOKS, before, person(CLERK), fields, reason, LATER)
        assert refused.value.fields == wrong
    with pytest.raises(NotYours):
        correcting.reveal(BOOKS, before, person(SERVER), ("phone",), "好奇", LATER)


KNOWS = {
    (Secrecy.OPEN, "phone"): {CLERK, CREW, LEADER},
    (Secrecy.OPEN, "account_no"): {CLERK, CREW, LEADER},
    (Secrecy.OPEN, "address"): {CLERK, CREW, LEADER},
    (Secrecy.CONFIDENTIAL, "phone"): {CLERK, LEADER},
    (Secrecy.CONFIDENTIAL, "account_no"): {CLERK, LEADER},
    (Secrecy.CONFIDENTIAL, "address"): {CLERK, CREW, LEADER},
    (Secrecy.ANONYMOUS, "phone"): set(),
    (Secrecy.ANONYMOUS, "account_no"): {CLERK, LEADER},
    (Secrecy.ANONYMOUS, "address"): {CLERK, CREW, LEADER},
}


@pytest.mark.parametrize(("secrecy", "field", "by"), [(*key, by) for key in KNOWS for by in (CLERK, CREW, LEADER)])
def test_who_asked_not_to_be_known_is_not_looked_up(secrecy: Secrecy, field: str, by: str) -> None:
    slots = dict.fromkeys(("phone", "account_no", "address"), "1")
    case = case_in(State.ACCEPTED, slots=slots, secrecy=secrecy, tasks=(task(),), helpers=(CREW,))
    if by in KNOWS[secrecy, field]:
        correcting.reveal(BOOKS, case, person(by), (field,), "要回电", LATER)
        return
    with pytest.raises(NotYours) as refused:
        correcting.reveal(BOOKS, case, person(by), ("address", field), "要回电", LATER)
    assert refused.value.move == Move.REVEAL
