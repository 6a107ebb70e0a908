from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.desk import rules, verdict
from bot.desk.case import Case, Kept, Kind, Lane, Outcome, Rating, State
from bot.desk.errors import IllegalMove
from bot.desk.moves import TABLE, Move
from bot.desk.roster import Shift
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    CUSTOMER_MOVES,
    DAILY,
    LEADER,
    NO,
    NOW,
    OTHER_LEADER,
    SECOND,
    case_in,
    codes,
    facts,
    moves,
    opened,
    person,
    sound,
    told,
)

LATER = NOW + timedelta(minutes=10)
CELLS = [(state, move) for state in State if state is not State.DRAFT for move in CUSTOMER_MOVES]
ALLOWED = [(state, move) for state, move in CELLS if state in TABLE[move]]
BOTH = replace(BOOKS, roster=replace(BOOKS.roster, shifts=(Shift((LEADER, OTHER_LEADER), time(0), None, DAILY),)))


@pytest.mark.parametrize(("state", "move"), ALLOWED)
def test_what_the_table_allows_the_customer_may_do(state: State, move: Move) -> None:
    before = case_in(state)
    outcome = CUSTOMER_MOVES[move](BOOKS, before, LATER)
    assert sound(before, outcome).state is TABLE[move][state]
    assert (moves(outcome), outcome.events[0].by, outcome.events[0].lane) == ([move], "customer", Lane.CUSTOMER)


@pytest.mark.parametrize(("state", "move"), [cell for cell in CELLS if cell not in ALLOWED])
def test_what_it_does_not_is_refused(state: State, move: Move) -> None:
    with pytest.raises(IllegalMove) as refused:
        CUSTOMER_MOVES[move](BOOKS, case_in(state), LATER)
    assert (refused.value.state, refused.value.move) == (state, move)


def test_confirmed_is_closed_and_the_rating_is_about_the_one_who_did_it() -> None:
    before = replace(case_in(State.RESOLVED), rating=None)
    outcome = verdict.confirm(BOOKS, before, "好了", LATER)
    case = sound(before, outcome)
    assert (case.state, case.closed_at, case.due_at) == (State.CLOSED, LATER, None)
    assert case.rating == Rating(None, "", LATER, CLERK)
    assert (told(outcome), codes(outcome, f"staff:{CLERK}")) == (["case.closed"], ["staff.confirmed"])
    assert [button.value for button in outcome.letters[0].buttons] == [f"rate.{n}.{NO}" for n in range(1, 6)]


@pytest.mark.parametrize("again", [verdict.refuse, verdict.reopen])
def test_not_done_goes_back_to_work_and_the_duty_leader_knows_as_the_letter_says(again: object) -> None:
    before = case_in(State.RESOLVED, stages_done=("apply", "sign", "done"), rungs=("confirm_warn",))
    outcome: Outcome = again(BOOKS, before, "还没好", LATER)  # type: ignore[operator]
    case = sound(before, outcome)
    assert (case.state, case.resolved_at, case.rating, case.stage) == (State.IN_PROGRESS, None, None, "done")
    assert (case.rungs, case.due_at) == ((), None)
    assert told(outcome) == ["case.refused"]
    for no in (CLERK, LEADER):
        assert codes(outcome, f"staff:{no}") == ["staff.refused"]
    assert facts(outcome, "staff.refused")["said"] == "还没好"


def test_a_leader_who_is_the_first_handler_hears_once() -> None:
    outcome = verdict.refuse(BOOKS, case_in(State.RESOLVED, first_handler=LEADER), "没好", LATER)
    assert codes(outcome, f"staff:{LEADER}") == ["staff.refused"]


def test_a_closed_case_is_taken_up_again_within_the_halls_span() -> None:
    case = case_in(State.CLOSED)
    last = NOW + BOOKS.rules.reopen
    assert verdict.reopen(BOOKS, case, "又坏了", last).case.state is State.IN_PROGRESS
    with pytest.raises(IllegalMove):
        verdict.reopen(BOOKS, case, "又坏了", last + timedelta(seconds=1))


def rated(case: Case, score: int, said: str = "") -> Outcome:
    outcome = verdict.rate(BOTH, case, score, said, LATER)
    sound(case, outcome, BOTH)
    return outcome


@pytest.mark.parametrize("score", [3, 4, 5])
def test_a_rating_is_kept_in_the_customers_words(score: int) -> None:
    outcome = rated(case_in(State.CLOSED), score, "很快")
    assert outcome.case.rating == Rating(score, "很快", LATER, CLERK)
    assert (outcome.events[0].text, outcome.events[0].facts) == ("很快", {"score": str(score)})
    assert (told(outcome), codes(outcome, f"staff:{CLERK}")) == (["case.rated"], ["staff.rated"])
    assert outcome.alerts == ()
    assert rated(case_in(State.CLOSED), score).events[0].text == str(score)


@pytest.mark.parametrize("score", [1, 2])
def test_a_low_rating_goes_to_the_duty_leaders_once_and_is_regretted_every_time(score: int) -> None:
    first = rated(case_in(State.CLOSED), score)
    (alert,) = first.alerts
    assert (alert.rung, alert.why, alert.to) == ("low_rating", "low_rating", (LEADER, OTHER_LEADER))
    assert codes(first, f"staff:{OTHER_LEADER}") == ["alert.low_rating"]
    assert told(first) == ["case.rated.low"]
    again = rated(first.case, 3 - score)
    assert (again.alerts, told(again)) == ((), ["case.rated.low"])
    assert again.case.rungs == ("low_rating",)
    assert told(rated(again.case, 5)) == ["case.rated"]


def test_the_rating_stays_with_whom_it_was_asked_about() -> None:
    asked = verdict.confirm(BOOKS, replace(case_in(State.RESOLVED), rating=None), "好了", NOW).case
    moved = replace(asked, first_handler=SECOND)
    outcome = verdict.rate(BOOKS, moved, 1, "", LATER)
    assert outcome.case.rating is not None
    assert outcome.case.rating.handler == CLERK
    assert facts(outcome, "alert.low_rating")["handler"] == person(CLERK)
    assert codes(outcome, f"staff:{CLERK}") == ["staff.rated"]


def test_nobody_is_the_judge_of_his_own_low_rating_where_there_is_another() -> None:
    own = case_in(State.CLOSED, first_handler=LEADER, rating=Rating(None, at=NOW, handler=LEADER))
    assert rated(own, 1).alerts[0].to == (OTHER_LEADER,)


def test_without_a_question_there_is_no_rating() -> None:
    for state in (State.RESOLVED, State.CLOSED):
        with pytest.raises(IllegalMove):
            verdict.rate(BOOKS, replace(case_in(state), rating=None), 5, "", LATER)
    unsigned = replace(case_in(State.CLOSED), rating=Rating(None))
    assert facts(verdict.rate(BOOKS, unsigned, 5, "", LATER), "case.rated")["handler"] == person(CLERK)


def test_a_case_is_hurried_and_the_third_time_goes_up_once() -> None:
    case = opened().case
    seen = []
    for _ in range(4):
        before = case
        outcome = verdict.urge(BOOKS, before, "快点", LATER)
        case = sound(before, outcome)
        seen.append([alert.rung for alert in outcome.alerts])
        assert codes(outcome, f"staff:{CLERK}") == ["staff.urged"]
        assert told(outcome) == ["case.urged"]
        assert outcome.letters[0].kind is Kind.ANSWER
        assert codes(outcome, f"staff:{LEADER}") == ["alert.urges"] * len(outcome.alerts)
    assert seen == [[], [], ["urges"], []]
    assert (case.urges, case.rungs) == (4, ("urges",))
    assert facts(outcome, "staff.urged") == {"no": NO, "topic": "owner_transfer", "count": 4, "said": "快点"}


def test_the_customer_adds_facts_and_only_the_first_handler_hears_of_them() -> None:
    before = case_in(State.ACCEPTED, slots={"phone": "1", "name": "顾"})
    outcome = verdict.add_facts(BOOKS, before, {"phone": "2", "address": "芦苇新村"}, "电话换了", LATER)
    assert sound(before, outcome).slots == {"phone": "2", "name": "顾", "address": "芦苇新村"}
    assert outcome.events[0].facts == {"phone": "", "address": ""}
    assert codes(outcome) == ["staff.added"]


def test_the_customer_takes_the_case_back() -> None:
    before = opened("complaint").case
    outcome = verdict.withdraw(BOOKS, before, "不办了", LATER)
    case = sound(before, outcome)
    assert (case.state, case.closed_at, case.due_at) == (State.CANCELLED, LATER, None)
    assert {(one.kept, one.ended_at) for one in case.promises} == {(Kept.RUNNING, LATER)}
    assert (told(outcome), codes(outcome, f"staff:{CLERK}")) == (["case.withdrawn"], ["staff.withdrawn"])


def test_the_status_says_where_it_stands_what_comes_next_and_by_when() -> None:
    case = opened("outage_repair").case
    said = verdict.status(BOOKS, case)
    assert said.code == "case.status"
    assert (said.facts["state"], said.facts["stage"], said.facts["next"]) == (State.OPEN, "步骤dispatch", "步骤arrive")
    assert (said.facts["handler"], said.facts["promise"]) == (person(CREW), case.promises[0])
    working = rules.stage(
        BOOKS, rules.accept(BOOKS, case, person(CREW), NOW).case, person(CREW), "arrive", "", NOW
    ).case
    assert verdict.status(BOOKS, working, "case.urged").facts["next"] == "步骤restore"  # the step between is not shown
    last = replace(working, stage="record")
    assert verdict.status(BOOKS, last).facts["next"] == ""
    over = replace(working, state=State.CANCELLED)
    assert verdict.status(BOOKS, over).facts["next"] == ""
    bare = verdict.status(BOOKS, case_in(State.OPEN, "bare")).facts
    assert (bare["stage"], bare["next"], bare["promise"]) == ("", "", None)
