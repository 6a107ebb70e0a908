from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.desk import handing, leading, rules, verdict
from bot.desk.case import Case, Kept, Kind, Lane, Outcome, Promise, Rating, Secrecy, State
from bot.desk.errors import IllegalMove
from bot.desk.moves import TABLE, Move
from bot.desk.pending import Callback
from bot.desk.roster import Shift
from bot.desk.words import words
from tests.kit_desk import (
    BOOKS,
    CLERK,
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
from tests.kit_moves import CUSTOMER_MOVES, put_aside

LATER = NOW + timedelta(minutes=10)
CELLS = [(state, move) for state in State if state is not State.DRAFT for move in CUSTOMER_MOVES]
ALLOWED = [
    (state, move)
    for state, move in CELLS
    if state in TABLE[move] and (move is not Move.REFUSE or state is State.RESOLVED)  # earlier: a change of hands
]
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
    assert (case.rungs, case.due_at) == ((), case.beat_at)
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
    assert (alert.rung, alert.why, alert.to) == ("low_rating", "low_rating", (LEADER,))
    owed = Callback(CLERK, LATER, LATER + BOTH.rules.callback)
    assert (first.case.callback, first.case.due_at) == (owed, LATER + BOTH.rules.alert_ack)
    assert codes(first, f"staff:{LEADER}") == ["alert.low_rating"]
    assert told(first) == ["case.rated.low"]
    again = rated(first.case, 3 - score)
    assert (again.alerts, told(again)) == ((), ["case.rated.low"])
    assert (again.case.rungs, again.case.callback) == (("low_rating",), owed)
    assert told(rated(again.case, 5)) == ["case.rated"]


def test_a_low_rating_after_the_case_was_taken_up_again_is_news_and_asks_for_a_callback_afresh() -> None:
    low = rated(case_in(State.CLOSED), 1).case
    done = leading.callback(BOTH, low, person(LEADER), "道过歉", LATER).case
    back = verdict.reopen(BOTH, done, "又坏了", LATER).case
    resolved = rules.resolve(BOTH, back, person(CLERK), "修好了", {}, LATER).case
    closed = verdict.confirm(BOTH, resolved, "好了", LATER).case
    again = rated(closed, 2)
    assert [alert.rung for alert in again.alerts] == ["low_rating:2"]
    assert again.case.callback == Callback(CLERK, LATER, LATER + BOTH.rules.callback)
    assert rated(again.case, 1).alerts == ()
    third = verdict.reopen(BOTH, again.case, "还是坏", LATER).case
    assert [rung for rung in third.rungs if rung.startswith("reopened")] == ["reopened:1", "reopened:2"]
    assert third.callback == again.case.callback


def test_a_case_whose_first_handler_has_left_is_taken_up_by_the_duty_leader_in_the_same_decision() -> None:
    gone = replace(
        BOOKS, roster=replace(BOOKS.roster, staff={**BOOKS.roster.staff, CLERK: replace(person(CLERK), on=False)})
    )
    for before, again, first in (
        (case_in(State.CLOSED), verdict.reopen, Move.REOPEN),
        (case_in(State.RESOLVED), verdict.refuse, Move.REFUSE),
        (
            case_in(State.CLOSED),
            lambda books, case, said, now: rules.reopen(books, case, person(LEADER), said, now),
            Move.REOPEN,
        ),
    ):
        outcome = again(gone, before, "又坏了", LATER)
        case = sound(before, outcome, gone)
        assert (case.first_handler, case.state) == (LEADER, State.IN_PROGRESS)
        assert moves(outcome) == [first, Move.REASSIGN]
        assert told(outcome)[-1] == "case.handed"
        assert facts(outcome, told(outcome)[0])["handler"] == person(LEADER)
        assert [alert.why for alert in outcome.alerts] == ["orphan"]


def test_whom_the_customer_names_later_learns_nothing_of_it() -> None:
    case = case_in(State.ACCEPTED, "complaint")
    other = verdict.add_facts(BOOKS, case, {}, "还有何雨", LATER, named=(SECOND,))
    assert (other.case.named, other.case.hidden_from) == ((SECOND,), (SECOND,))
    assert codes(other) == ["staff.added"]
    own = verdict.add_facts(BOOKS, case, {}, "就是陆文清", LATER, named=(CLERK,))
    assert (own.case.named, own.case.hidden_from) == ((CLERK,), ())
    assert codes(own) == ["alert.named"]
    assert (own.letters[0].to, own.alerts[0].to, own.alerts[0].why) == (f"staff:{LEADER}", (LEADER,), "named")
    away = handing.reassign(BOOKS, own.case, person(LEADER), SECOND, "回避", LATER)
    assert sound(own.case, away).hidden_from == (CLERK,)
    assert codes(away, f"staff:{CLERK}") == []


def test_who_wants_to_stay_unknown_leaves_no_name() -> None:
    case = case_in(State.ACCEPTED, slots={"name": "顾", "phone": "1", "address": "芦苇新村"})
    kept = verdict.add_facts(BOOKS, case, {"phone": "2", "about": "窃电"}, "匿名", LATER, secrecy=Secrecy.ANONYMOUS)
    assert (kept.case.slots, kept.case.secrecy) == ({"address": "芦苇新村", "about": "窃电"}, Secrecy.ANONYMOUS)
    assert kept.events[0].facts == {"about": ""}


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
        assert codes(outcome, f"staff:{CLERK}") == (["staff.urged"] if before.urges == 0 else [])  # one nudge, not five
        assert told(outcome) == ["case.urged"]
        assert outcome.letters[0].kind is Kind.ANSWER
        assert codes(outcome, f"staff:{LEADER}") == ["alert.urges"] * len(outcome.alerts)
    assert seen == [[], [], ["urges"], []]
    assert (case.urges, case.rungs) == (4, ("urges",))
    later = verdict.urge(BOOKS, case, "快点", LATER + BOOKS.rules.accept_remind)
    assert facts(later, "staff.urged") == {"no": NO, "topic": "owner_transfer", "count": 5, "said": "快点"}


def test_who_hurries_hears_who_holds_it_what_is_new_and_whose_turn_it_is() -> None:
    case = opened().case
    outcome = verdict.urge(BOOKS, case, "快点", LATER, ("已接单", "材料收到"))
    said = facts(outcome, "case.urged")
    assert (said["handler"], said["promise"], said["turn"]) == (person(CLERK), case.promises[0], words("turn.handler"))
    assert "已接单" in str(said["news"])
    assert "材料收到" in str(said["news"])
    assert outcome.letters[0].held_until is None
    assert outcome.events[0].text == "快点"
    night = verdict.urge(BOOKS, case, "快点", NOW.replace(hour=23))
    assert night.letters[0].held_until is None  # he is awake, he asked
    assert [letter.held_until is None for letter in night.letters if letter.to == f"staff:{CLERK}"] == [False]


def test_who_did_something_since_he_was_nudged_is_nudged_again_and_an_old_nudge_is_no_nudge() -> None:
    case = replace(opened().case, nudged_at=NOW)
    assert codes(verdict.urge(BOOKS, case, "快点", LATER), f"staff:{CLERK}") == []
    acted = replace(case, acted_at=NOW + timedelta(minutes=1))
    assert codes(verdict.urge(BOOKS, acted, "快点", LATER), f"staff:{CLERK}") == ["staff.urged"]
    earlier = replace(case, acted_at=NOW - timedelta(minutes=1))
    assert codes(verdict.urge(BOOKS, earlier, "快点", LATER), f"staff:{CLERK}") == []
    old = replace(case, nudged_at=LATER - BOOKS.rules.accept_remind)
    outcome = verdict.urge(BOOKS, old, "快点", LATER)
    assert (codes(outcome, f"staff:{CLERK}"), outcome.case.nudged_at) == (["staff.urged"], LATER)


def test_what_is_late_already_goes_up_the_first_time_and_repeated_once_more() -> None:
    line = Promise("p", "resolve", NOW - timedelta(days=2), NOW - timedelta(days=1), None, None)
    case, seen = case_in(State.ACCEPTED, promises=(line,)), []
    for _ in range(5):
        outcome = verdict.urge(BOOKS, case, "快点", LATER)
        seen.append([(alert.rung, alert.why, alert.to) for alert in outcome.alerts])
        case = sound(case, outcome)
    assert seen == [[("urges_late", "urges", (LEADER,))], [], [("urges", "urges", (LEADER,))], [], []]


@pytest.mark.parametrize(
    ("case", "late"),
    [
        ({"promise_at": NOW - timedelta(hours=1)}, True),
        ({"internal_at": NOW - timedelta(hours=1)}, True),
        ({"promise_at": NOW + timedelta(hours=1), "internal_at": NOW - timedelta(hours=1)}, False),
        ({"promise_at": NOW - timedelta(hours=1), "ended_at": NOW}, False),
        ({"promise_at": LATER}, False),
        ({}, False),
    ],
)
def test_late_is_what_was_to_be_done_by_now(case: dict[str, Any], late: bool) -> None:  # noqa: FBT001 - a table's figure
    given = {"promise_at": None, "internal_at": None, "red_line_at": None} | case
    line = Promise("p", "resolve", NOW - timedelta(days=1), **given)
    waits = case_in(State.IN_PROGRESS, promises=(line,))
    assert bool(verdict.urge(BOOKS, waits, "快点", LATER).alerts) is late
    assert not verdict.urge(BOOKS, put_aside(waits), "快点", LATER).alerts  # what rests is not late


def test_hurried_after_it_was_taken_up_again_it_goes_up_afresh() -> None:
    case = case_in(State.IN_PROGRESS, urges=3, rungs=("urges", "reopened:1"))
    outcome = verdict.urge(BOOKS, case, "快点", LATER)
    assert [alert.rung for alert in outcome.alerts] == ["urges:2"]
    assert verdict.urge(BOOKS, outcome.case, "快点", LATER).alerts == ()


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
