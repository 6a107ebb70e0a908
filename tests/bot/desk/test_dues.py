"""What can fall due, as one list; the lists of promises and acceptance stand in test_promises.py."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.desk import promises
from bot.desk.case import Case, State
from bot.desk.dues import Due, dues, next_due
from bot.desk.pending import Callback, Pause, Raised, Transfer
from bot.desk.promises import HELD, LIVE
from tests.kit_desk import CALENDAR, CLERK, CREW, LEADER, NOW, RULES, SECOND, case_in, row
from tests.kit_moves import put_aside, task

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STATES = [state for state in State if state is not State.DRAFT]


def waits(case: Case) -> list[tuple[str, float]]:
    return [(due.rung, (due.at - NOW) / MINUTE) for due in dues(case, RULES)]


def case(state: State = State.ACCEPTED, **more: Any) -> Case:
    given = {"rungs": ("accept_remind", "accept_escalate", "confirm_warn", "confirm_close")} | more
    return case_in(state, **given)


def test_every_line_of_a_promise_is_one_and_the_gentlest_comes_first() -> None:
    line = promises.start(row("p", "resolve", "100m", internal="80m", red_line="200m"), CALENDAR, NOW)
    assert waits(case(promises=(line,))) == [
        ("half:p", 50),
        ("most:p", 80),
        ("internal:p", 80),
        ("broken:p", 100),
        ("red_line:p", 200),
    ]
    assert next_due(case(promises=(line,)), RULES) == NOW + 50 * MINUTE


def test_a_word_is_warned_of_before_but_never_before_it_was_given() -> None:
    assert waits(case(promises=(promises.given(3, CLERK, NOW, NOW + HOUR),))) == [
        ("said:said.3", 40),
        ("broken:said.3", 60),
    ]
    assert waits(case(promises=(promises.given(3, CLERK, NOW, NOW + 5 * MINUTE),)))[0] == ("said:said.3", 0)


@pytest.mark.parametrize("state", STATES)
def test_only_a_person_s_word_runs_on_once_the_case_is_resolved(state: State) -> None:
    line = promises.start(row("p", "resolve", "100m"), CALENDAR, NOW)
    found = {rung for rung, _ in waits(case(state, promises=(line, promises.given(3, CLERK, NOW, NOW + HOUR))))}
    own = {"said:said.3", "broken:said.3"} if state in HELD else set()
    assert found == own | ({"half:p", "most:p", "broken:p"} if state in LIVE else set())


def test_a_pause_holds_what_may_stand_still_and_ends_on_its_day() -> None:
    line = promises.start(row("p", "resolve", "100m"), CALENDAR, NOW)
    held = put_aside(case(promises=(line,), beat_at=NOW + HOUR))
    assert waits(held) == [("wake:1", 24 * 60)]
    contact = replace(held, promises=(replace(line, to="contact"),))
    assert [rung for rung, _ in waits(contact)] == ["half:p", "most:p", "broken:p", "wake:1"]
    ended = replace(held, pauses=(replace(held.pauses[0], ended_at=NOW),))
    assert [rung for rung, _ in waits(ended)] == ["half:p", "beat", "most:p", "broken:p"]


@pytest.mark.parametrize("state", STATES)
def test_papers_are_asked_for_half_a_day_before_while_somebody_works_on_it(state: State) -> None:
    wants = Pause("缺材料", CLERK, NOW, NOW + DAY, ("身份证",), customer=True)
    found = waits(case(state, pauses=(replace(wants, ended_at=NOW), wants)))
    assert found == ([("papers:2", 12 * 60), ("wake:2", 24 * 60)] if state in LIVE else [])
    assert waits(case(pauses=(replace(wants, customer=False, task=1),), tasks=(task(),))) == [("wake:1", 24 * 60)]
    assert waits(case(pauses=(replace(wants, until=NOW + 12 * HOUR),))) == [("wake:1", 12 * 60)]


def test_a_helper_s_clock_stands_still_with_his_own_pause_or_with_the_whole_case() -> None:
    taken = case(tasks=(task(due_at=NOW + HOUR), task(SECOND, SECOND, 2, due_at=NOW + HOUR)), helpers=(CREW, SECOND))
    both = [("help_late:1", 60.0), ("help_late:2", 60.0)]
    assert waits(taken) == both
    assert waits(put_aside(taken, task=1)) == [both[1], ("wake:1", 24 * 60)]
    assert waits(put_aside(taken)) == [("wake:1", 24 * 60)]
    open_ = case(tasks=(task("work", "", due_at=NOW + HOUR),))
    assert waits(open_) == [("help_remind:1", 20), ("help_escalate:1", 30), ("help_late:1", 60)]
    assert waits(put_aside(open_))[:2] == [
        ("help_remind:1", 20),
        ("help_escalate:1", 30),
    ]  # taken it must be all the same
    assert waits(case(tasks=(task(due_at=None), task(n=2, due_at=NOW, done_at=NOW)))) == []


@pytest.mark.parametrize("state", STATES)
def test_alerts_go_up_while_anybody_is_left_to_call(state: State) -> None:
    raised = (
        Raised("low_rating", "low_rating", NOW, (LEADER,), next_at=NOW + HOUR),
        Raised("half:p", "half", NOW, (LEADER,)),
    )
    assert waits(case(state, raised=raised)) == ([] if state is State.CANCELLED else [("call:low_rating", 60)])


@pytest.mark.parametrize("state", STATES)
def test_the_customer_is_spoken_to_only_while_somebody_works_on_it(state: State) -> None:
    assert waits(case(state, beat_at=NOW + HOUR)) == ([("beat", 60)] if state in LIVE else [])


@pytest.mark.parametrize("state", STATES)
def test_who_owes_a_word_owes_it_to_the_end(state: State) -> None:
    asked = Transfer(SECOND, "学习", CLERK, NOW)
    owed = Callback(CLERK, NOW, NOW + HOUR)
    found = [rung.partition(":")[0] for rung, _ in waits(case(state, transfer=asked, callback=owed))]
    callback = [] if state is State.CANCELLED else ["callback"]
    assert found == callback + (["transfer_wait"] if state in HELD else [])
    for wish in (replace(asked, asks=False), replace(asked, consented_at=NOW)):
        assert waits(case(state, transfer=wish)) == []
    assert waits(case(state, callback=replace(owed, done_at=NOW))) == []


def test_nothing_waits_where_nothing_is_open() -> None:
    assert (dues(case(), RULES), next_due(case(), RULES)) == ((), None)
    assert dues(put_aside(case()), RULES) == (Due("wake:1", NOW + DAY),)
