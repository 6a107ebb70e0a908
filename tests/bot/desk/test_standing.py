from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk import rules, standing
from bot.desk.case import Case, Kept, Promise, State
from bot.desk.pending import Cover, Pause, Transfer
from bot.desk.promises import HELD
from bot.desk.words import words
from tests.kit_desk import BOOKS, CLERK, CREW, LEADER, NOW, SECOND, case_in, opened, person
from tests.kit_moves import put_aside, task

NIGHT_TIME = NOW.replace(hour=22)


def working() -> Case:
    case = rules.accept(BOOKS, opened("outage_repair").case, person(CREW), NOW).case
    return rules.stage(BOOKS, case, person(CREW), "arrive", "", NOW).case


def test_it_says_where_it_stands_what_comes_next_and_by_when() -> None:
    case = opened("outage_repair").case
    said = standing.status(BOOKS, case, NOW)
    assert said.code == "case.status"
    assert (said.facts["state"], said.facts["stage"], said.facts["next"]) == (State.OPEN, "步骤dispatch", "步骤arrive")
    assert (said.facts["handler"], said.facts["promise"]) == (person(CREW), case.promises[0])
    assert standing.status(BOOKS, working(), NOW, "case.urged").facts["next"] == "步骤restore"  # one between is unseen
    for last in (replace(working(), stage="record"), replace(working(), state=State.CANCELLED)):
        assert standing.status(BOOKS, last, NOW).facts["next"] == ""
    bare = standing.status(BOOKS, case_in(State.OPEN, "bare"), NOW).facts
    assert (bare["stage"], bare["next"], bare["promise"], bare["steps"]) == ("", "", None, "")


def test_the_steps_are_marked_done_now_and_next_and_hidden_ones_left_out() -> None:
    assert standing.steps(BOOKS, opened("outage_repair").case).split("　")[:2] == ["●步骤report", "◐步骤dispatch"]
    case = working()
    assert standing.steps(BOOKS, case) == "●步骤report　●步骤dispatch　◐步骤arrive　○步骤restore"
    inside = replace(case, stage="repair", stages_done=(*case.stages_done, "arrive"))
    assert "◐步骤repair" in standing.steps(BOOKS, inside)  # where it stands now is told, whatever it is
    for state in (State.RESOLVED, State.CLOSED):
        assert set(standing.steps(BOOKS, replace(case, state=state)).split("　")) >= {"●步骤restore"}
        assert "◐" not in standing.steps(BOOKS, replace(case, state=state))
    assert standing.steps(BOOKS, replace(case, state=State.CANCELLED)) == ""
    assert standing.steps(BOOKS, replace(case, topic="gone")) == ""


@pytest.mark.parametrize("state", list(State))
def test_since_when_somebody_holds_it_while_somebody_does(state: State) -> None:
    case = replace(opened("outage_repair").case, state=state)
    since = standing.status(BOOKS, case, NOW).facts["since"]
    assert since == (case.opened_at if state in HELD else None)


def test_after_a_change_of_hands_only_who_knows_the_moment_says_it() -> None:
    case = replace(working(), transfers=1)
    assert standing.status(BOOKS, case, NOW).facts["since"] is None
    later = NOW + timedelta(hours=1)
    assert standing.status(BOOKS, case, NOW, since=later).facts["since"] == later


def test_who_stands_in_and_till_when() -> None:
    case = replace(opened("owner_transfer").case, cover=Cover(SECOND, NOW.date()))
    facts = standing.status(BOOKS, case, NIGHT_TIME).facts
    assert (facts["cover"], facts["till"], facts["back"]) == (person(SECOND), NOW.date(), None)
    bare = standing.status(BOOKS, replace(case, cover=None), NOW).facts
    assert (bare["cover"], bare["till"], bare["back"]) == (None, None, None)


def test_off_shift_it_says_when_the_first_handler_is_back() -> None:
    case = opened("owner_transfer").case
    assert case.first_handler == CLERK
    assert standing.back(BOOKS, case, NOW) is None
    assert standing.back(BOOKS, case, NIGHT_TIME) == (NOW + timedelta(days=1)).replace(hour=8, minute=30)
    assert standing.back(BOOKS, replace(case, state=State.RESOLVED), NIGHT_TIME) is None
    hole = replace(BOOKS, roster=replace(BOOKS.roster, shifts=()))
    assert standing.back(hole, case, NIGHT_TIME) is None


def test_the_link_of_the_card_is_told_where_there_is_one() -> None:
    case = opened("outage_repair").case
    assert standing.status(BOOKS, case, NOW, card="https://x/card/k").facts["card"] == "https://x/card/k"
    assert standing.status(BOOKS, case, NOW).facts["card"] == ""


def test_off_shift_it_names_the_duty_leader_who_acts_meanwhile() -> None:
    case = case_in(State.ACCEPTED, first_handler=CLERK)
    assert standing.standby(BOOKS, case, NOW) is None
    leader = standing.standby(BOOKS, case, NIGHT_TIME)
    assert leader is not None
    assert leader.no == LEADER
    assert standing.status(BOOKS, case, NIGHT_TIME).facts["standby"] == leader
    hidden = replace(case, hidden_from=(LEADER,))
    again = standing.standby(BOOKS, hidden, NIGHT_TIME)
    assert again is None or again.no != LEADER
    empty = replace(BOOKS, roster=replace(BOOKS.roster, shifts=()))
    assert standing.standby(empty, case, NIGHT_TIME) is None


TASK = task()


@pytest.mark.parametrize(
    ("case", "whose"),
    [
        (case_in(State.RESOLVED), "customer"),
        (case_in(State.WAITING_CUSTOMER), "customer"),
        (put_aside(case_in(State.IN_PROGRESS), customer=True), "customer"),
        (put_aside(case_in(State.IN_PROGRESS)), "handler"),
        (case_in(State.ACCEPTED, transfer=Transfer(SECOND, "学习", CLERK, NOW, asks=False)), "duty"),
        (case_in(State.ACCEPTED, transfer=Transfer(SECOND, "学习", CLERK, NOW)), "handler"),
        (case_in(State.ACCEPTED, tasks=(TASK,), helpers=(CREW,)), "helper"),
        (case_in(State.OPEN), "handler"),
    ],
)
def test_whose_turn_it_is(case: Case, whose: str) -> None:
    assert standing.turn(case) == whose
    told = standing.status(BOOKS, case, NOW).facts["turn"]
    assert told == words(f"turn.{whose}")


@pytest.mark.parametrize("state", [State.CLOSED, State.CANCELLED])
def test_once_it_is_over_it_is_nobody_s_turn(state: State) -> None:
    assert standing.status(BOOKS, case_in(state), NOW).facts["turn"] is None


LINE = Promise("p", "resolve", NOW, NOW + timedelta(hours=3), None, None)


@pytest.mark.parametrize(
    "change",
    [
        {"state": State.IN_PROGRESS},
        {"stage": "sign"},
        {"first_handler": SECOND},
        {"cover": Cover(SECOND, NOW.date())},
        {"promises": (replace(LINE, promise_at=NOW),)},
        {"promises": (replace(LINE, kept=Kept.BROKEN),)},
        {"promises": (replace(LINE, ended_at=NOW),)},
        {"promises": (LINE, replace(LINE, id="q", promise_at=NOW))},
        {"pauses": (Pause("等配件", CLERK, NOW, NOW + timedelta(days=1)),)},
        {"helpers": (CREW,), "tasks": (TASK,)},
        {"incident": "TD1"},
    ],
)
def test_the_card_shows_another_thing(change: dict[str, object]) -> None:
    case = case_in(State.ACCEPTED, promises=(LINE,))
    assert standing.shows(replace(case, **change)) != standing.shows(case)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 9, "version": 3},
        {"urges": 3, "nudged_at": NOW},
        {"rungs": ("half:p",)},
        {"acted_at": NOW, "beat_at": NOW},
        {"promises": (replace(LINE, half_at=NOW, red_line_at=NOW),)},
        {"pauses": (Pause("等配件", CLERK, NOW, NOW, ended_at=NOW),)},
        {"pauses": (Pause("等配件", CREW, NOW, NOW, task=1),)},
    ],
)
def test_the_card_shows_the_same(change: dict[str, object]) -> None:
    case = case_in(State.ACCEPTED, promises=(LINE,))
    assert standing.shows(replace(case, **change)) == standing.shows(case)  # type: ignore[arg-type]


def test_a_leave_that_lasts_longer_reads_differently() -> None:
    case = case_in(State.ACCEPTED, cover=Cover(SECOND, NOW.date()))
    longer = replace(case, cover=Cover(SECOND, NOW.date() + timedelta(days=1)))
    assert standing.shows(longer) != standing.shows(case)


def test_two_pauses_read_differently_by_reason_or_day() -> None:
    case = put_aside(case_in(State.IN_PROGRESS))
    for change in ({"reason": "等客户"}, {"until": NOW}):
        other = replace(case, pauses=(replace(case.pauses[0], **change),))
        assert standing.shows(other) != standing.shows(case)
