from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import deciding, promises
from bot.desk.case import Case, Kept, Outcome, Post, Priority, State
from bot.desk.deciding import Decision, Wish, decide, fitting, till
from bot.desk.errors import DeskError, IllegalMove, Missing, NeverPauses, NotYours, Paused
from bot.desk.hours import Calendar
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from bot.desk.pending import Raised
from bot.desk.roster import Shift, Staff
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    CUSTOMER,
    GONE,
    LEADER,
    NOW,
    OTHER_LEADER,
    SECOND,
    SERVER,
    TALKER,
    ZONE,
    at,
    case_in,
    codes,
    facts,
    moves,
    opened,
    person,
    sound,
    staffed,
    told,
)
from tests.kit_moves import task

LATER = NOW + timedelta(hours=1)
WHOLE = {
    Decision.PAUSE: Wish("等配件到货", until=NOW + timedelta(days=2)),
    Decision.HELP: Wish("带表去看看", to=SECOND),
    Decision.REASSIGN: Wish("换人更快", to=SECOND),
    Decision.CALL: Wish("听听意见", until=NOW + timedelta(hours=2)),
}


def does(case: Case, decision: Decision, wish: Wish | None = None, by: str = LEADER) -> Outcome:
    return decide(BOOKS, case, person(by), decision, wish or WHOLE[decision], LATER)


def test_a_word_that_is_no_decision_is_said() -> None:
    assert deciding.decision_of(" call ") is Decision.CALL
    with pytest.raises(Missing) as refused:
        deciding.decision_of("approve")
    assert refused.value.fields == {"decision": "missing.decision"}


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("by", [CLERK, SECOND, TALKER, SERVER, GONE])
def test_only_a_leader_decides(decision: Decision, by: str) -> None:
    with pytest.raises(NotYours):
        does(case_in(State.ACCEPTED), decision, by=by)


@pytest.mark.parametrize("decision", Decision)
def test_every_decision_has_a_reason_that_says_something(decision: Decision) -> None:
    for words in ("", "。。", "  "):
        with pytest.raises(Missing) as refused:
            does(case_in(State.ACCEPTED), decision, replace(WHOLE[decision], reason=words))
        assert "reason" in refused.value.fields
    with pytest.raises(Missing) as refused:
        does(case_in(State.ACCEPTED), decision, replace(WHOLE[decision], text="请{客户}等"))
    assert "text" in refused.value.fields


def test_a_pause_that_is_granted_stops_the_clock_and_both_hear_it() -> None:
    before = case_in(State.IN_PROGRESS)
    outcome = does(before, Decision.PAUSE)
    case = sound(before, outcome)
    assert (case.state, case.pauses[0].until, case.pauses[0].by) == (State.IN_PROGRESS, NOW + timedelta(days=2), LEADER)
    assert told(outcome) == ["case.paused"]
    assert codes(outcome, f"staff:{CLERK}") == ["staff.paused.decided"]
    with pytest.raises(Paused):
        does(case, Decision.PAUSE)


def test_what_never_pauses_is_not_paused_by_a_leader_either() -> None:
    running = opened("hazard").case
    accepted = replace(running, state=State.ACCEPTED)
    with pytest.raises(NeverPauses):
        does(accepted, Decision.PAUSE)
    with pytest.raises(IllegalMove):
        does(case_in(State.OPEN), Decision.PAUSE)


def test_help_is_sent_and_everybody_concerned_hears_who() -> None:
    before = case_in(State.ACCEPTED)
    outcome = does(before, Decision.HELP)
    case = sound(before, outcome)
    assert (case.first_handler, case.helpers, case.tasks[0].by) == (CLERK, (SECOND,), LEADER)
    assert told(outcome) == ["case.decided.help"]
    assert codes(outcome, f"staff:{SECOND}") == ["staff.help"]
    assert codes(outcome, f"staff:{CLERK}") == ["staff.decided.help"]
    assert [event.public for event in outcome.events] == [False, True]
    with pytest.raises(Missing) as refused:
        does(before, Decision.HELP, Wish("看看", to="Z1"))
    assert "to" in refused.value.fields


def test_a_team_or_post_may_be_sent_and_the_first_handler_himself_is_not_told_twice() -> None:
    before = case_in(State.ACCEPTED, first_handler=LEADER)
    outcome = does(before, Decision.HELP, Wish("看看", to="guide"))
    assert facts(outcome, "case.decided.help")["to"] is Post.GUIDE
    assert "staff.decided.help" not in codes(outcome)


def test_other_hands_are_named_at_once() -> None:
    before = case_in(State.OPEN)
    outcome = does(before, Decision.REASSIGN)
    case = sound(before, outcome)
    assert (case.first_handler, told(outcome)) == (SECOND, ["case.handed"])
    assert moves(outcome) == [Move.REASSIGN]


def test_a_leader_who_will_call_has_promised_it_and_is_held_to_it() -> None:
    before = case_in(State.IN_PROGRESS)
    outcome = does(before, Decision.CALL)
    case = sound(before, outcome)
    (given,) = case.promises
    assert (given.by, given.promise_at, given.to) == (LEADER, NOW + timedelta(hours=2), "said")
    assert (told(outcome), moves(outcome)) == (["case.decided.call"], [Move.PROMISE])
    assert facts(outcome, "case.decided.call")["by"] == person(LEADER)
    assert codes(outcome, f"staff:{CLERK}") == ["staff.decided.call"]
    late = overdue(BOOKS, case, NOW + timedelta(hours=3))
    assert late
    assert [one.kept for one in late.case.promises] == [Kept.BROKEN]
    assert OTHER_LEADER in [no for alert in late.alerts for no in alert.to]


def test_a_new_word_takes_the_old_one_s_place() -> None:
    first = does(case_in(State.IN_PROGRESS), Decision.CALL).case
    again = does(first, Decision.CALL, Wish("再晚一点", until=NOW + timedelta(hours=5))).case
    assert [one.promise_at for one in promises.running(again)] == [NOW + timedelta(hours=5)]
    assert len({one.id for one in again.promises}) == 2
    other = does(again, Decision.CALL, by=OTHER_LEADER).case
    assert len(promises.running(other)) == 2


@pytest.mark.parametrize("until", [None, NOW, LATER])
def test_a_call_needs_a_moment_to_come(until: object) -> None:
    with pytest.raises(Missing) as refused:
        does(case_in(State.ACCEPTED), Decision.CALL, Wish("听听意见", until=until))  # type: ignore[arg-type]
    assert "until" in refused.value.fields


@pytest.mark.parametrize("state", [State.CLOSED, State.CANCELLED])
@pytest.mark.parametrize("decision", Decision)
def test_nothing_is_decided_on_what_is_over(state: State, decision: Decision) -> None:
    with pytest.raises(IllegalMove):
        does(case_in(state), decision)


@pytest.mark.parametrize("decision", Decision)
def test_a_leader_s_own_words_stand_under_what_the_customer_is_told(decision: Decision) -> None:
    before = case_in(State.ACCEPTED)
    outcome = does(before, decision, replace(WHOLE[decision], text=" 让您久等了 "))
    sound(before, outcome)
    plain = told(does(before, decision))
    assert told(outcome) == ["case.decided.words"]
    said = facts(outcome, "case.decided.words")
    assert (said["text"], said["by"]) == ("让您久等了", person(LEADER))
    assert [said["told"].code] == plain  # type: ignore[attr-defined]


def raised(why: str, **more: object) -> Raised:
    return Raised(why, why, NOW, (LEADER,), next_at=LATER, **more)  # type: ignore[arg-type]


def test_a_leader_s_word_answers_all_that_tells_of_the_same_trouble() -> None:
    whys = ("broken", "most", "accept", "danger", "transfer", "low_rating")
    before = case_in(State.ACCEPTED, raised=tuple(map(raised, whys)))
    case, rungs = deciding.answered(before, person(LEADER), LATER)
    assert rungs == ("broken", "most", "accept")
    assert [one.rung for one in case.raised if one.acked_by] == list(rungs)
    assert all((one.acked_at, one.next_at) == (LATER, None) for one in case.raised if one.acked_by)
    assert deciding.answered(case, person(OTHER_LEADER), LATER) == (case, ())


class TestWhoIsSent:
    def test_the_skilled_one_on_shift_with_the_least_to_do(self) -> None:
        case = case_in(State.ACCEPTED)
        assert fitting(BOOKS, case, {}, NOW, Decision.HELP) == SECOND
        assert fitting(BOOKS, replace(case, first_handler=SECOND), {}, NOW, Decision.REASSIGN) == CLERK
        other = replace(case, first_handler=CREW)
        assert fitting(BOOKS, other, {CLERK: 3, SECOND: 2}, NOW, Decision.HELP) == SECOND
        assert fitting(BOOKS, other, {CLERK: 1, SECOND: 2}, NOW, Decision.HELP) == CLERK

    def test_never_who_helps_already_whom_it_is_hidden_from_or_who_is_full(self) -> None:
        case = case_in(State.ACCEPTED)
        helped = replace(case, tasks=(task(SECOND, SECOND),), helpers=(SECOND,))
        assert fitting(BOOKS, helped, {}, NOW, Decision.HELP) != SECOND
        assert fitting(BOOKS, helped, {}, NOW, Decision.REASSIGN) == SECOND
        assert fitting(BOOKS, replace(case, hidden_from=(SECOND,)), {}, NOW, Decision.HELP) != SECOND

    def test_where_nobody_is_skilled_one_of_the_team_then_one_of_the_topic_s_post(self) -> None:
        people = (
            Staff("1", "甲", Post.WORK, team="crew"),
            Staff("2", "乙", Post.WORK, cap=1),
            Staff("3", "丙", Post.SERVICE, team="crew"),
            Staff("4", "丁", Post.GUIDE),
            Staff("5", "戊", Post.WORK, avoid=frozenset({CUSTOMER})),
        )
        shift = Shift(("2", "3", "4", "5"), at("2026-11-23T00:00").time(), None, frozenset(range(7)))
        books = replace(BOOKS, roster=staffed(*people, shifts=(shift,)))
        case = case_in(State.ACCEPTED, first_handler="1")
        assert fitting(books, case, {}, NOW, Decision.HELP) == "3"
        alone = replace(books, roster=replace(books.roster, staff={p.no: p for p in people if p.no != "3"}))
        assert fitting(alone, case, {}, NOW, Decision.HELP) == "2"
        assert fitting(alone, case, {"2": 1}, NOW, Decision.HELP) == ""
        unknown = replace(case, topic="gone")
        assert fitting(alone, unknown, {}, NOW, Decision.HELP) == ""

    def test_whoever_is_named_may_be_sent(self) -> None:
        case = case_in(State.ACCEPTED)
        for decision in (Decision.HELP, Decision.REASSIGN):
            to = fitting(BOOKS, case, {}, NOW, decision)
            sound(case, does(case, decision, Wish("换人更快", to=to)))


class TestTillWhen:
    def test_a_pause_ends_as_the_next_working_day_shuts(self) -> None:
        case = case_in(State.ACCEPTED)
        assert till(BOOKS, case, "broken", NOW, Decision.PAUSE) == at("2026-11-24T17:30")
        friday = at("2026-11-27T16:00")
        assert till(BOOKS, case, "broken", friday, Decision.PAUSE) == at("2026-11-30T17:30")

    def test_a_call_comes_within_half_an_open_hour(self) -> None:
        case = case_in(State.ACCEPTED)
        for now, then in (
            ("10:00", "10:30"),
            ("11:45", "14:15"),
            ("20:00", "2026-11-24T09:00"),
            ("10:00:20", "10:31"),
        ):
            moment = at(f"2026-11-23T{now}")
            wanted = at(then if "T" in then else f"2026-11-23T{then}")
            assert till(BOOKS, case, "broken", moment, Decision.CALL) == wanted, now

    def test_what_cannot_wait_is_called_by_any_clock(self) -> None:
        night = at("2026-11-23T23:00")
        for case, why in (
            (case_in(State.ACCEPTED), "danger"),
            (case_in(State.ACCEPTED, priority=Priority.URGENT), "broken"),
        ):
            assert till(BOOKS, case, why, night, Decision.CALL) == night + timedelta(minutes=30)

    def test_a_hall_that_never_opens_calls_all_the_same(self) -> None:
        shut = replace(
            BOOKS,
            calendar=Calendar(ZONE, (), {at("2026-11-23T00:00").date() + timedelta(days=n): False for n in range(900)}),
        )
        case = case_in(State.ACCEPTED)
        assert till(shut, case, "broken", NOW, Decision.CALL) == NOW + timedelta(minutes=30)
        assert till(shut, case, "broken", NOW, Decision.PAUSE) == NOW + timedelta(days=1)

    def test_no_pause_is_longer_than_the_cap(self) -> None:
        short = replace(BOOKS, rules=replace(BOOKS.rules, pause_cap=timedelta(hours=3)))
        until = till(short, case_in(State.ACCEPTED), "broken", NOW, Decision.PAUSE)
        assert NOW < until <= NOW + timedelta(hours=3)


@given(
    st.sampled_from(State),
    st.sampled_from(["owner_transfer", "outage_repair", "hazard", "complaint", "bare"]),
    st.lists(st.sampled_from(Decision), min_size=1, max_size=6),
    st.sampled_from([LEADER, OTHER_LEADER]),
)
def test_whatever_is_decided_after_whatever_holds(state: State, topic: str, chosen: list[Decision], by: str) -> None:
    case = case_in(state, topic)
    for n, decision in enumerate(chosen):
        now = NOW + timedelta(minutes=n + 1)
        to = fitting(BOOKS, case, {}, now, decision)
        wish = Wish("要协调", to=to, until=till(BOOKS, case, "broken", now, decision))
        try:
            outcome = decide(BOOKS, case, person(by), decision, wish, now)
        except DeskError:
            continue
        case = sound(case, outcome)
        assert case.no == outcome.case.no
        assert len([one for one in promises.running(case) if one.by == by]) <= 1
