from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import answering, climbing, handing, promises, rules, talking, verdict
from bot.desk.books import Books
from bot.desk.case import Case, Kept, Kind, Outcome, Priority, State
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from bot.desk.pending import Cover, Raised
from bot.desk.promises import Rung
from tests.kit_desk import (
    CALENDAR,
    CLERK,
    CREW,
    LEADER,
    NOW,
    OTHER_LEADER,
    SECOND,
    at,
    case_in,
    codes,
    facts,
    moves,
    opened,
    person,
    row,
    sound,
    told,
)
from tests.kit_moves import THIRD, led

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HALL = led(LEADER, OTHER_LEADER)
CALLED = ("half", "most", "broken", "red_line")


def looked(case: Case, now: datetime, books: Books = HALL) -> Outcome:
    outcome = overdue(books, case, now)
    assert outcome is not None
    sound(case, outcome, books)
    assert overdue(books, outcome.case, now) is None
    return outcome


def promising(span: str, red: str, now: datetime = NOW, **more: Any) -> Case:
    """An accepted case with one promise, its heartbeat and everything else silent."""
    line = promises.start(row("p", "resolve", span, red_line=red), CALENDAR, now)
    return case_in(
        State.ACCEPTED, promises=(line,), opened_at=now, begun_at=now, **({"priority": Priority.URGENT} | more)
    )


def answered(case: Case) -> Case:
    """The same, everybody who was called so far answering at once."""
    return replace(
        case, raised=tuple(replace(one, acked_by=one.acked_by or LEADER, next_at=None) for one in case.raised)
    )


def rungs(outcome: Outcome) -> list[tuple[str, tuple[str, ...]]]:
    return [(alert.rung, alert.to) for alert in outcome.alerts]


@pytest.mark.parametrize(
    ("span", "red", "moments"),
    [
        ("40m", "60m", ("2026-11-23T10:20", "2026-11-23T10:32", "2026-11-23T10:40", "2026-11-23T11:00")),
        ("24h", "48h", ("2026-11-23T22:00", "2026-11-24T05:12", "2026-11-24T10:00", "2026-11-25T10:00")),
        ("7d", "10d", ("2026-11-26T22:00", "2026-11-29T00:24", "2026-11-30T10:00", "2026-12-03T10:00")),
        ("4wh", "6wh", ("2026-11-23T12:00", "2026-11-23T15:12", "2026-11-23T16:00", "2026-11-24T09:00")),
        ("5wd", "10wd", ("2026-11-26T12:00", "2026-11-27T23:59:59", "2026-11-30T23:59:59", "2026-12-07T23:59:59")),
    ],
)
def test_a_promise_goes_up_at_half_at_four_fifths_when_broken_and_past_the_red_line(
    span: str, red: str, moments: tuple[str, ...]
) -> None:
    case = promising(span, red)
    whom = ((CLERK,), (SECOND,), (LEADER,), (OTHER_LEADER,))
    for name, moment, to in zip(CALLED, moments, whom, strict=True):
        assert overdue(HALL, case, at(moment) - timedelta(seconds=1)) is None
        outcome = looked(case, at(moment))
        assert rungs(outcome) == [(f"{name}:p", to)]
        assert (outcome.alerts[0].why, outcome.events[0].facts["promise"]) == (name, "p")
        assert codes(outcome, f"staff:{to[0]}") == [f"alert.{name}"]
        case = answered(outcome.case)
        case = replace(case, beat_at=None)
    assert [one.rung for one in case.raised] == [f"{name}:p" for name in CALLED]
    assert overdue(HALL, case, at(moments[-1]) + 300 * DAY) is None


def test_only_what_is_broken_is_told_to_the_customer_with_the_leader_s_name() -> None:
    case = promising("40m", "60m")
    quietly = looked(case, NOW + 32 * MINUTE)
    assert told(quietly) == []
    assert not any(event.public for event in quietly.events)
    broken = looked(quietly.case, NOW + 40 * MINUTE)
    assert told(broken) == ["case.broken"]
    assert facts(broken, "case.broken")["leader"] == person(LEADER)
    assert broken.case.promises[0].kept is Kept.BROKEN
    red = looked(broken.case, NOW + 60 * MINUTE)
    assert told(red) == []


def test_a_clock_that_jumps_a_month_fires_each_rung_once_and_calls_nobody_twice() -> None:
    leap = looked(promising("40m", "60m"), NOW + 31 * DAY)
    assert [rung for rung, _ in rungs(leap)] == [f"{name}:p" for name in CALLED]
    assert [one.rung for one in leap.case.raised] == [f"{name}:p" for name in CALLED]
    assert [one.rung for one in leap.case.raised if one.next_at] == ["red_line:p"]  # the highest alone climbs on


@settings(max_examples=60)
@given(st.lists(st.integers(1, 2_000), max_size=40), st.sampled_from(["40m", "24h", "3d", "4wh", "2wd"]))
def test_many_small_steps_fire_the_rungs_of_one_great_one(steps: list[int], span: str) -> None:
    begun = promising(span, "5wd", priority=Priority.NORMAL)
    walked, now = begun, NOW
    for minutes in steps:
        now += minutes * MINUTE
        if outcome := overdue(HALL, walked, now):
            walked = sound(walked, outcome, HALL)
    leap = overdue(HALL, begun, now)
    assert walked.rungs == (leap.case.rungs if leap else ())
    assert [one.rung for one in walked.raised] == [one.rung for one in (leap.case.raised if leap else ())]


def test_nobody_answers_so_the_next_one_is_called_till_the_ladder_ends_quietly() -> None:
    case, now = looked(promising("7d", "10d"), at("2026-11-26T22:00")).case, at("2026-11-26T22:00")
    whom = []
    while (up := next((one for one in case.raised if one.next_at), None)) and up.next_at:
        assert up.next_at == now + 30 * MINUTE
        now = up.next_at
        outcome = looked(replace(case, beat_at=None), now)
        assert (moves(outcome), told(outcome)) == ([Move.ESCALATE], [])
        assert [event.public for event in outcome.events] == [False]
        for alert in outcome.alerts:
            assert (alert.rung, alert.why) == ("half:p", "half")
            whom.append(alert.to[-1])
            assert codes(outcome) == ["alert.up"]
            assert [letter.to for letter in outcome.letters] == [f"staff:{alert.to[-1]}"]
            assert facts(outcome, "alert.up")["called"] == [HALL.person(no) for no in alert.to[:-1]]
        case = outcome.case
    assert whom == [SECOND, LEADER, OTHER_LEADER, THIRD]
    assert (codes(outcome), outcome.events[0].text.code) == ([], "event.unanswered")  # type: ignore[union-attr]
    assert case.raised[0].to == (CLERK, SECOND, LEADER, OTHER_LEADER, THIRD)
    assert overdue(HALL, replace(case, beat_at=None), at("2026-11-28T00:00")) is None


def test_who_answers_for_it_stops_the_calling() -> None:
    case = looked(promising("7d", "10d"), at("2026-11-26T22:00")).case
    mine = answering.acknowledge(HALL, case, "half:p", person(CLERK), at("2026-11-26T22:29"))
    assert mine is not None
    assert overdue(HALL, replace(mine.case, beat_at=None), at("2026-11-28T00:00")) is None


def test_a_higher_rung_of_the_same_promise_stops_the_lower_one_and_of_another_does_not() -> None:
    other = replace(promises.start(row("q", "reply", "7d"), CALENDAR, NOW), half_at=NOW + 20 * MINUTE)
    case = replace(promising("40m", "60m"), promises=(*promising("40m", "60m").promises, other))
    half = looked(case, NOW + 20 * MINUTE).case
    assert [one.rung for one in half.raised if one.next_at] == ["half:p", "half:q"]
    most = looked(half, NOW + 32 * MINUTE).case
    assert [one.rung for one in most.raised if one.next_at] == ["half:q", "most:p"]


def test_a_risk_that_is_over_calls_nobody_any_more_a_broken_word_still_does() -> None:
    case = rules.accept(HALL, opened("outage_repair", books=HALL).case, person(CREW), NOW).case
    risky = looked(case, NOW + 25 * MINUTE).case
    assert [one.rung for one in risky.raised if one.next_at] == ["half:outage.arrive.urban"]
    met = rules.stage(HALL, risky, person(CREW), "arrive", "", NOW + 26 * MINUTE).case
    assert [one.rung for one in met.raised if one.next_at] == []
    broken = looked(case, NOW + 45 * MINUTE).case
    late = rules.stage(HALL, broken, person(CREW), "arrive", "", NOW + 50 * MINUTE).case
    assert [one.rung for one in late.raised if one.next_at] == ["broken:outage.arrive.urban"]


def test_who_acts_for_the_first_handler_hears_it_with_him_and_is_not_called_again() -> None:
    case = promising("40m", "60m", cover=Cover(SECOND, NOW.date()))
    outcome = looked(case, NOW + 20 * MINUTE)
    assert rungs(outcome) == [("half:p", (CLERK, SECOND))]
    assert sorted(letter.to for letter in outcome.letters) == [f"staff:{CLERK}", f"staff:{SECOND}"]
    kept = replace(case, promises=(replace(case.promises[0], most_at=None, promise_at=None, red_line_at=None),))
    first = looked(kept, NOW + 20 * MINUTE)
    assert rungs(looked(first.case, NOW + 50 * MINUTE)) == [("half:p", (CLERK, SECOND, LEADER))]


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED, State.CANCELLED])
def test_nothing_goes_up_of_a_case_that_is_over(state: State) -> None:
    case = looked(promising("40m", "60m"), NOW + 40 * MINUTE).case
    over = case_in(state, promises=case.promises, raised=() if state is State.RESOLVED else case.raised)
    if state is not State.RESOLVED:
        closed = talking.note(HALL, over, person(CLERK), "记一笔", NOW + 41 * MINUTE)
        over = sound(over, closed, HALL)
        assert not any(one.next_at for one in over.raised)
        assert overdue(HALL, over, NOW + 90 * DAY) is None
    else:
        fired = looked(over, NOW + 90 * DAY)
        assert fired.alerts == ()


# ---- danger


def dangerous(books: Books = HALL) -> Case:
    case = opened("hazard", books=books).case
    assert [(one.rung, one.to, one.grave) for one in case.raised] == [("danger", (LEADER,), True)]
    return replace(case, promises=(), receipt="", rungs=("accept_remind", "accept_escalate"))


def ticked(case: Case, now: datetime) -> Outcome:
    return looked(replace(case, beat_at=None), now)


def test_danger_nobody_answers_goes_up_every_two_minutes_and_then_all_are_called_again_until_a_person_acts() -> None:
    case = dangerous()
    for minutes, to in ((2, OTHER_LEADER), (4, THIRD)):
        outcome = ticked(case, NOW + minutes * MINUTE)
        assert [(letter.to, letter.urgent, letter.held_until) for letter in outcome.letters] == [
            (f"staff:{to}", True, None)
        ]
        case = outcome.case
    for minutes in (6, 21, 36):
        outcome = ticked(case, NOW + minutes * MINUTE)
        assert outcome.alerts == ()
        people = [f"staff:{no}" for no in (LEADER, OTHER_LEADER, THIRD, case.first_handler)]
        assert [letter.to for letter in outcome.letters] == people
        assert {letter.urgent for letter in outcome.letters} == {True}
        assert set(codes(outcome)) == {"alert.follow"}
        assert outcome.case.raised[0].next_at == NOW + (minutes + 15) * MINUTE
        case = outcome.case
    acted = rules.accept(HALL, case, person(CREW), NOW + 40 * MINUTE).case
    end = ticked(acted, NOW + 51 * MINUTE)
    assert (codes(end), end.events[0].text.code) == ([], "event.unanswered")  # type: ignore[union-attr]
    assert end.case.raised[0].next_at is None


def test_who_is_called_again_for_two_reasons_at_once_gets_one_letter() -> None:
    case = dangerous()
    both = (*case.raised, replace(case.raised[0], rung="media:2", why="media"))
    people = [f"staff:{no}" for no in (LEADER, OTHER_LEADER, THIRD, case.first_handler)]
    reached = tuple(replace(one, to=(LEADER, OTHER_LEADER, THIRD)) for one in both)
    outcome = ticked(replace(case, raised=reached), NOW + 2 * MINUTE)
    assert [letter.to for letter in outcome.letters] == people
    assert set(codes(outcome)) == {"alert.follow"}
    assert [one.next_at for one in outcome.case.raised] == [NOW + 17 * MINUTE] * 2


def test_danger_that_somebody_answers_for_is_followed_up_with_him_until_a_person_has_acted() -> None:
    case = dangerous()
    mine = answering.acknowledge(HALL, case, "danger", person(LEADER), NOW + MINUTE)
    assert mine is not None
    assert mine.case.raised[0].next_at == NOW + 16 * MINUTE
    for minutes in (16, 31):
        outcome = ticked(mine.case, NOW + minutes * MINUTE)
        assert [letter.to for letter in outcome.letters] == [f"staff:{LEADER}", f"staff:{case.first_handler}"]
        mine = outcome
    done = rules.accept(HALL, mine.case, person(CREW), NOW + 32 * MINUTE).case
    assert done.raised[0].next_at is None
    assert overdue(HALL, replace(done, beat_at=None), NOW + 9 * DAY) is None


def test_who_acts_first_and_answers_then_is_left_in_peace() -> None:
    acted = rules.accept(HALL, dangerous(), person(CREW), NOW + MINUTE).case
    assert acted.raised[0].next_at == NOW + 2 * MINUTE  # nobody answers for it yet
    mine = answering.acknowledge(HALL, acted, "danger", person(OTHER_LEADER), NOW + 2 * MINUTE)
    assert mine is not None
    assert mine.case.raised[0].next_at is None


def test_what_the_customer_or_the_clock_did_is_no_person_acting() -> None:
    case = dangerous()
    assert ticked(case, NOW + 2 * MINUTE).case.acted_at is None
    for move in ("urge", "add"):
        done = (
            verdict.urge(HALL, case, "快", NOW) if move == "urge" else verdict.add_facts(HALL, case, {}, "还冒烟", NOW)
        )
        assert (done.case.acted_at, done.case.raised[0].next_at) == (None, NOW + 2 * MINUTE)


def test_danger_by_night_waits_for_nobody() -> None:
    night = at("2026-11-23T23:30")
    case = opened("hazard", books=HALL, now=night).case
    assert looked(replace(case, beat_at=None), night + 2 * MINUTE).letters[-1].held_until is None


# ---- the halves of a rule that only look


def test_a_promise_made_in_talk_is_warned_of_to_its_maker_and_broken_it_is_his() -> None:
    talk = promises.given(3, OTHER_LEADER, NOW, NOW + 2 * HOUR)
    case = case_in(State.ACCEPTED, promises=(talk,))
    warned = looked(case, NOW + 100 * MINUTE)
    assert (codes(warned), warned.letters[0].to) == (["staff.said"], f"staff:{OTHER_LEADER}")
    assert (moves(warned), warned.alerts, warned.events[0].public) == ([Move.LATE], (), False)
    broken = looked(warned.case, NOW + 2 * HOUR)
    assert rungs(broken) == [("broken:said.3", (LEADER,))]
    assert [letter.to for letter in broken.letters if letter.kind is Kind.ALERT] == [
        f"staff:{no}" for no in (LEADER, CLERK, OTHER_LEADER)
    ]
    assert told(broken) == ["case.broken"]
    said = facts(broken, "case.broken")
    assert said["maker"] == person(OTHER_LEADER)  # whose word it was; who answers for the case is named too
    assert str(CLERK) in str(said["handler"])
    assert [one.to for one in looked(broken.case, NOW + 151 * MINUTE).alerts] == [(LEADER, THIRD)]


def test_a_word_for_soon_is_warned_of_at_once() -> None:
    talk = promises.given(3, CLERK, NOW, NOW + 10 * MINUTE)
    assert codes(looked(case_in(State.ACCEPTED, promises=(talk,)), NOW)) == ["staff.said"]


def test_the_inner_line_alone_goes_to_the_leader_and_beside_a_public_one_only_nudges() -> None:
    inner = promises.start(row("p", "reply", internal="30m"), CALENDAR, NOW)
    alone = looked(case_in(State.ACCEPTED, promises=(inner,), rungs=("half:p", "most:p")), NOW + 30 * MINUTE)
    assert (rungs(alone), codes(alone)) == ([("internal:p", (LEADER,))], ["staff.internal", "alert.internal"])
    both = replace(inner, promise_at=NOW + HOUR)
    nudged = looked(case_in(State.ACCEPTED, promises=(both,), rungs=("half:p", "most:p")), NOW + 30 * MINUTE)
    assert (rungs(nudged), codes(nudged), told(nudged)) == ([], ["staff.internal"], [])


def test_the_red_line_calls_somebody_new_where_there_is_one() -> None:
    line = replace(promising("40m", "60m").promises[0], half_at=None, most_at=None, kept=Kept.BROKEN)

    def red(*before: str) -> tuple[str, ...]:
        known = Raised("broken:p", "broken", NOW, before, acked_by=LEADER) if before else None
        case = case_in(State.ACCEPTED, promises=(line,), rungs=("broken:p",), raised=(known,) if known else ())
        return looked(case, NOW + HOUR).alerts[0].to

    assert red() == (OTHER_LEADER,)
    assert red(LEADER, OTHER_LEADER) == (THIRD,)
    assert red(LEADER, OTHER_LEADER, THIRD) == (LEADER,)


def test_each_line_of_a_promise_sets_something_off() -> None:
    assert set(climbing.LINES) == {Rung.HALF, Rung.MOST, Rung.SAID, Rung.INTERNAL, Rung.BROKEN, Rung.RED_LINE}


# ---- sending back and handing on


def _through(case: Case, name: str) -> Case:
    now = NOW + 20 * MINUTE
    match name:
        case "transfer":
            asked = handing.transfer(HALL, case, HALL.person(CLERK), SECOND, "要去学习", now).case
            agreed = handing.consent(HALL, asked, "同意", now).case
            return handing.reassign(HALL, agreed, HALL.person(LEADER), SECOND, "同意换人", now).case
        case "reassign":
            return handing.reassign(HALL, case, HALL.person(LEADER), SECOND, "换人更快", now).case
        case "refuse":
            done = rules.resolve(HALL, case, HALL.person(CLERK), "办好了", {}, now).case
            return verdict.refuse(HALL, done, "没好", now + MINUTE).case
    done = rules.resolve(HALL, case, HALL.person(CLERK), "办好了", {}, now).case
    return rules.reopen(HALL, done, HALL.person(CLERK), "还没好", now + MINUTE).case


@pytest.mark.parametrize("name", ["transfer", "reassign", "refuse", "reopen"])
def test_sending_back_or_handing_on_resets_no_clock_and_fires_nothing_twice(name: str) -> None:
    before = looked(promising("40m", "60m"), NOW + 20 * MINUTE).case
    after = _through(before, name)
    assert after.promises == before.promises
    assert "half:p" in after.rungs
    rest = looked(replace(after, beat_at=None), NOW + 60 * MINUTE)
    fresh = [alert.rung for alert in rest.alerts if alert.why in CALLED]
    assert [rung for rung in dict.fromkeys(fresh) if rung != "half:p"] == ["most:p", "broken:p", "red_line:p"]
