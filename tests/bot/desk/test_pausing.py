from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.desk import dues, helping, hours, pausing, promises, rules, talking, verdict
from bot.desk.books import Books
from bot.desk.case import CLOCK, CUSTOMER, Case, Kept, Kind, Lane, Outcome, Promise, State
from bot.desk.errors import IllegalMove, Missing, NeverPauses, NotPaused, NotYours, Paused
from bot.desk.hours import Unit
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from bot.desk.pausing import Wish
from bot.desk.pending import Pause
from bot.desk.promises import Rung
from bot.desk.rights import moves_of
from tests.kit_desk import (
    BOOKS,
    CALENDAR,
    CLERK,
    CREW,
    LEADER,
    NOW,
    SECOND,
    SERVER,
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
from tests.kit_moves import DAY, put_aside, task

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TILL = NOW + DAY


def promised(span: str = "5wd", red: str = "10wd", inner: str = "4wd", to: str = "resolve") -> Promise:
    return promises.start(row("p", to, span, internal=inner, red_line=red), CALENDAR, NOW)


def working(*lines: Promise, **more: Any) -> Case:
    return case_in(State.IN_PROGRESS, promises=lines or (promised(),), **more)


def pause(
    case: Case, reason: str = "等配件到货", until: datetime | None = TILL, by: str = CLERK, **more: Any
) -> Outcome:
    now = more.pop("now", NOW)
    outcome = pausing.pause(BOOKS, case, person(by), Wish(reason, until, **more), now)
    sound(case, outcome)
    return outcome


def resume(case: Case, now: datetime, by: str = CLERK) -> Outcome:
    outcome = pausing.resume(BOOKS, case, person(by), now)
    sound(case, outcome)
    return outcome


def looked(case: Case, now: datetime, books: Books = BOOKS) -> Outcome:
    outcome = overdue(books, case, now)
    assert outcome is not None
    sound(case, outcome, books)
    return outcome


# ---- a pause begins


def test_a_pause_has_a_reason_the_customer_reads_and_a_day_it_ends() -> None:
    before = working()
    outcome = pause(before, " 等配件到货。 ")
    case = outcome.case
    assert case.pauses == (Pause("等配件到货。", CLERK, NOW, TILL),)
    assert (case.state, case.promises) == (State.IN_PROGRESS, before.promises)
    (event,) = outcome.events
    assert (event.move, event.by, event.public, event.facts) == (Move.PAUSE, CLERK, True, {"until": TILL.isoformat()})
    assert told(outcome) == ["case.paused"]
    said = facts(outcome, "case.paused")
    assert (said["reason"], said["until"], said["handler"]) == ("等配件到货。", TILL, person(CLERK))
    assert (outcome.letters[0].kind, said["promise"]) == (Kind.STATUS, None)
    assert codes(outcome, f"staff:{LEADER}") == ["staff.paused"]  # our own reason: who watches the promises hears it
    assert promises.paused(case) == case.pauses[0]


@pytest.mark.parametrize(
    ("until", "wrong"),
    [
        (None, "missing.until"),
        (NOW, "missing.past"),
        (NOW - MINUTE, "missing.past"),
        (NOW + 30 * DAY + MINUTE, "missing.pause_cap"),
    ],
)
def test_a_day_that_is_missing_past_or_too_far_is_asked_for_again(until: datetime | None, wrong: str) -> None:
    with pytest.raises(Missing) as refused:
        pause(working(), until=until)
    assert refused.value.fields == {"until": wrong}
    assert pause(working(), until=NOW + 30 * DAY).case.pauses[0].until == NOW + 30 * DAY


@pytest.mark.parametrize("reason", ["", "。。", "{原因}"])
def test_a_reason_without_sense_is_asked_for_again(reason: str) -> None:
    with pytest.raises(Missing) as refused:
        pause(working(), reason)
    assert set(refused.value.fields) == {"reason"}


@pytest.mark.parametrize(
    ("reason", "wants", "code"),
    [
        ("等配件到货", (), "case.paused"),
        ("等客户回家", (), "case.paused.yours"),
        ("缺一样东西", (" 身份证 ", "身份证", " "), "case.paused.papers"),
        ("等配件到货", (" ",), "case.paused"),
    ],
)
def test_it_waits_for_the_customer_only_where_papers_or_the_reason_say_so(
    reason: str,
    wants: tuple[str, ...],
    code: str,
) -> None:
    customer = code != "case.paused"
    for state in (State.ACCEPTED, State.IN_PROGRESS):
        outcome = pause(replace(working(), state=state), reason, wants=wants)
        case = outcome.case
        assert case.state is (State.WAITING_CUSTOMER if customer else state)
        assert case.pauses[0].customer is customer
        assert told(outcome) == [code]
        assert outcome.events[0].facts.get("state", "") == (State.WAITING_CUSTOMER if customer else "")
        assert bool(codes(outcome, f"staff:{LEADER}")) is not customer


def test_papers_are_asked_for_once_each_and_what_has_come_is_not_asked_for_again() -> None:
    case = pause(working(papers={"发票": "received"}), "缺材料", wants=("身份证", "发票")).case
    assert case.papers == {"身份证": "asked", "发票": "received"}
    assert case.pauses[0].wants == ("身份证", "发票")


def test_what_is_paused_is_not_paused_again_and_says_by_whom_and_till_when() -> None:
    case = pause(working()).case
    with pytest.raises(Paused) as refused:
        pause(case, now=NOW + MINUTE)
    assert (refused.value.by, refused.value.until) == (CLERK, TILL)
    with pytest.raises(NotYours):
        pause(working(), by=SECOND)
    for state in (State.OPEN, State.RESOLVED, State.CLOSED):
        with pytest.raises(IllegalMove):
            pause(case_in(state))


def test_somebody_who_is_to_come_or_to_call_stands_still_for_nobody() -> None:
    for to in promises.STEADY:
        with pytest.raises(NeverPauses):
            pause(working(replace(promised("45m", "60m", ""), to=to)))
    both = working(replace(promised("24h", "24h", "24h"), id="c", to="contact"), promised())
    outcome = pause(both)
    assert facts(outcome, "case.paused")["promise"] == both.promises[0]  # and he hears that this one runs on
    assert pause(case_in(State.ACCEPTED)).case.pauses  # nothing is promised: it may rest


def test_a_duty_leader_grants_a_pause_and_the_first_handler_hears_it() -> None:
    outcome = pause(working(), by=LEADER, decided=True)
    assert codes(outcome, f"staff:{CLERK}") == ["staff.paused.decided"]
    assert codes(outcome, f"staff:{LEADER}") == []
    own = pause(working(first_handler=LEADER), by=LEADER, decided=True)
    assert codes(own, f"staff:{LEADER}") == []
    with pytest.raises(NotYours):
        pause(working(), by=LEADER)


# ---- what stands still


@pytest.mark.parametrize("to", sorted(promises.STEADY))
def test_arrival_contact_and_somebody_s_word_never_move_whatever_is_paused(to: str) -> None:
    steady = replace(promised("3d", "4d", "2d"), id="s", to=to)
    case = resume(pause(working(steady, promised())).case, NOW + 20 * HOUR).case
    assert case.promises[0] == steady
    fired = looked(pause(working(steady, promised()), until=NOW + 9 * DAY).case, NOW + 4 * DAY)
    assert {rung for rung in fired.case.rungs if rung.endswith(":p")} == set()
    assert {"internal:s", "broken:s", "red_line:s"} <= set(fired.case.rungs)


def test_nothing_of_a_paused_promise_falls_due_nor_does_a_paused_case_speak_of_itself() -> None:
    case = pause(working(promised("1d", "2d", "1d")), until=NOW + 5 * DAY).case
    assert case.due_at == NOW + 5 * DAY
    assert overdue(BOOKS, replace(case, beat_at=NOW), NOW + 5 * DAY - MINUTE) is None


def test_what_was_broken_before_stays_broken_and_only_what_lies_ahead_moves() -> None:
    line = replace(promised("1d", "3d", "1d"), kept=Kept.BROKEN)
    since = NOW + 2 * DAY
    case = pause(working(line), until=since + DAY, now=since).case
    after = resume(case, since + 5 * HOUR).case.promises[0]
    assert (after.kept, after.promise_at, after.internal_at) == (Kept.BROKEN, line.promise_at, line.internal_at)
    assert (after.half_at, after.most_at) == (line.half_at, line.most_at)
    assert line.red_line_at
    assert after.red_line_at == line.red_line_at + 5 * HOUR


def test_what_has_ended_stays_as_it_ended() -> None:
    ended = replace(promised("1d"), id="e", ended_at=NOW, kept=Kept.KEPT)
    case = resume(pause(working(ended, promised())).case, NOW + 5 * HOUR).case
    assert case.promises[0] == ended


RESTS = st.lists(st.tuples(st.integers(0, 60 * 24 * 3), st.integers(1, 60 * 24 * 12)), min_size=1, max_size=5)
"""Minutes of work, then minutes of a pause."""
BUDGETS = {
    "2000m": timedelta(minutes=2000),
    "72h": timedelta(hours=72),
    "7d": timedelta(days=7),
    "30wh": timedelta(hours=30),
    "6wd": 6,
}


@settings(max_examples=300)
@given(st.sampled_from(sorted(BUDGETS)), RESTS)
@example("6wd", [(0, 1), (3719, 12960), (2880, 7200)])
def test_pausing_and_resuming_loses_nothing_of_a_budget_and_gives_nothing(
    span: str, rests: list[tuple[int, int]]
) -> None:
    unit, budget = hours.span(span).unit, BUDGETS[span]
    first = promised(span, span, span)
    case, now, spent = working(first), NOW, []
    assert first.promise_at
    for work, rest in rests:
        line = case.promises[0].promise_at
        assert line
        if now + work * MINUTE >= line:
            break
        spent.append((now, now + work * MINUTE))
        now += work * MINUTE
        case = replace(pause(case, until=now + 20 * DAY, now=now).case, raised=(), rungs=())
        now += rest * MINUTE
        case = resume(case, now).case
    promise = case.promises[0]
    assert promise.promise_at == promise.internal_at == promise.red_line_at
    assert promise.promise_at
    used = [hours.used(CALENDAR, since, till, unit) for since, till in (*spent, (now, promise.promise_at))]
    if isinstance(budget, int):  # a last day interrupted on a day off is a whole day again, each time
        days = sum(one for one in used if isinstance(one, int))
        assert budget <= days <= budget + len(rests)
    else:
        assert sum((one for one in used if isinstance(one, timedelta)), timedelta()) == budget
    if unit in (Unit.MINUTE, Unit.HOUR, Unit.DAY) and promise.half_at and first.half_at:
        paused = timedelta(minutes=sum(rest for _, rest in rests[: len(spent)]))
        assert promise.promise_at - first.promise_at == paused
        assert timedelta() <= promise.half_at - first.half_at <= paused
    assert promise.half_at
    assert promise.most_at
    assert promise.half_at <= promise.most_at <= promise.promise_at
    assert promise.kept is Kept.RUNNING


def test_a_date_moved_past_the_published_calendar_is_marked_as_not_yet_certain() -> None:
    before = working(promised())
    assert not before.promises[0].tentative
    near = resume(pause(before).case, NOW + DAY).case
    assert not near.promises[0].tentative
    december = pause(before, until=NOW + 30 * DAY).case
    far = resume(december, NOW + 30 * DAY).case.promises[0]
    assert far.red_line_at
    assert (far.red_line_at.year, far.tentative) == (2027, True)
    running = working(promised("40d", "60d", "40d"))
    assert not resume(pause(running, until=NOW + 30 * DAY).case, NOW + 30 * DAY).case.promises[0].tentative


# ---- a pause ends


def test_the_clocks_run_on_and_the_customer_hears_the_new_date() -> None:
    case = pause(working(promised("2d")), "等客户回家").case
    outcome = resume(case, NOW + 3 * HOUR)
    after = outcome.case
    assert after.state is State.IN_PROGRESS
    assert (after.pauses[0].ended_at, after.pauses[0].ended_by) == (NOW + 3 * HOUR, CLERK)
    assert after.promises[0].promise_at == NOW + 2 * DAY + 3 * HOUR
    assert (told(outcome), moves(outcome), outcome.events[0].public) == (["case.resumed"], [Move.RESUME], True)
    assert facts(outcome, "case.resumed")["promise"] == after.promises[0]
    with pytest.raises(NotPaused):
        resume(after, NOW + 4 * HOUR)
    with pytest.raises(NotYours):
        resume(case, NOW, SECOND)


def test_a_case_that_waits_without_a_pause_can_be_taken_up_again() -> None:
    old = case_in(State.WAITING_CUSTOMER, promises=(promised("2d"),))
    after = resume(old, NOW + HOUR).case
    assert (after.state, after.promises) == (State.IN_PROGRESS, old.promises)


def test_a_pause_ends_by_itself_on_its_day_however_late_the_clock_looks() -> None:
    case = pause(working(promised("20d", "30d", "20d"))).case
    prompt = looked(case, TILL)
    assert told(prompt) == ["case.woken"]
    assert codes(prompt, f"staff:{CLERK}") == ["staff.woken"]
    assert prompt.case.promises[0].promise_at == NOW + 21 * DAY
    assert (prompt.events[0].by, prompt.events[0].move, prompt.events[0].public) == (CLOCK, Move.RESUME, True)
    slept = looked(case, TILL + 3 * DAY)
    assert (slept.case.promises, slept.case.pauses) == (prompt.case.promises, prompt.case.pauses)
    by_hand = resume(case, TILL + MINUTE).case  # the clock had not looked yet
    assert by_hand.promises == prompt.case.promises
    assert prompt.case.pauses[0].ended_at == TILL


@settings(max_examples=60)
@given(st.lists(st.integers(1, 60 * 24), max_size=20))
def test_over_a_pause_too_many_small_steps_are_one_great_one(steps: list[int]) -> None:
    begun = pause(working(promised("3d", "5d", "3d")), "缺材料", wants=("身份证",)).case
    walked, now = begun, NOW
    for minutes in steps:
        now += minutes * MINUTE
        if outcome := overdue(BOOKS, walked, now):
            walked = sound(walked, outcome)
    leap = overdue(BOOKS, begun, now)
    assert walked.rungs == (leap.case.rungs if leap else ())
    assert walked.promises == (leap.case.promises if leap else begun.promises)
    assert walked.pauses == (leap.case.pauses if leap else begun.pauses)


def test_papers_are_asked_for_once_more_before_their_day_and_missing_ones_named_when_it_comes() -> None:
    case = pause(working(papers={"发票": "received"}), "缺材料", NOW + 3 * DAY, wants=("身份证", "发票")).case
    before = looked(case, NOW + 3 * DAY - 12 * HOUR)
    assert (told(before), before.letters[0].kind) == (["case.papers"], Kind.NOTICE)
    assert facts(before, "case.papers")["papers"] == ["身份证"]
    assert (before.case.rungs, before.events[0].public) == (("papers:1",), False)
    woken = looked(before.case, NOW + 3 * DAY)
    assert told(woken) == ["case.woken.papers"]
    assert woken.case.state is State.IN_PROGRESS
    again = pause(
        replace(woken.case, papers={"身份证": "received"}), "再等等客户", NOW + 9 * DAY, now=NOW + 4 * DAY
    ).case
    assert told(looked(again, NOW + 9 * DAY)) == ["case.woken"]
    all_here = replace(case, papers=dict.fromkeys(("身份证", "发票"), "received"))
    assert facts(looked(all_here, NOW + 3 * DAY - 12 * HOUR), "case.papers")["papers"] == ["身份证", "发票"]


def test_a_short_pause_reminds_of_nothing_nor_one_that_wants_nothing() -> None:
    short = pause(working(), "缺材料", NOW + 12 * HOUR, wants=("身份证",)).case
    assert looked(short, NOW + 12 * HOUR).case.rungs == ("wake:1",)
    assert looked(pause(working()).case, TILL).case.rungs == ("wake:1",)


def test_what_the_customer_brought_makes_it_our_turn_again() -> None:
    case = pause(working(papers={"合同": "asked"}), "缺材料", wants=("身份证",)).case
    outcome = pausing.brought(BOOKS, case, NOW + HOUR)
    assert outcome is not None
    after = sound(case, outcome)
    assert (after.state, after.papers) == (State.IN_PROGRESS, {"合同": "asked", "身份证": "received"})
    assert after.pauses[0].ended_by == CUSTOMER
    assert (told(outcome), codes(outcome, f"staff:{CLERK}")) == (["case.brought_in"], ["staff.brought_in"])
    assert (outcome.events[0].by, outcome.events[0].lane) == (CUSTOMER, Lane.CUSTOMER)
    assert all(letter.held_until is None for letter in outcome.letters)
    assert pausing.brought(BOOKS, after, NOW + HOUR) is None
    assert pausing.brought(BOOKS, pause(working()).case, NOW) is None  # it waits for our own spare part


def test_what_an_older_system_left_waiting_goes_on_when_the_customer_brings_it() -> None:
    old = case_in(State.WAITING_CUSTOMER, papers={"身份证": "asked", "照片": "received"})
    outcome = pausing.brought(BOOKS, old, NOW)
    assert outcome is not None
    assert (outcome.case.state, outcome.case.papers) == (State.IN_PROGRESS, {"身份证": "received", "照片": "received"})


ENDS: list[tuple[str, Callable[[Case], Outcome]]] = [
    ("stage", lambda case: rules.stage(BOOKS, case, person(CLERK), "sign", "", NOW + HOUR)),
    ("resolve", lambda case: rules.resolve(BOOKS, case, person(CLERK), "办好了", {}, NOW + HOUR)),
    ("cancel", lambda case: rules.cancel(BOOKS, case, person(CLERK), "重复了", NOW + HOUR)),
    ("withdraw", lambda case: verdict.withdraw(BOOKS, case, "不办了", NOW + HOUR)),
]


@pytest.mark.parametrize(("name", "ending"), ENDS)
@pytest.mark.parametrize("reason", ["等配件到货", "等客户回家"])
def test_going_on_or_ending_lifts_the_pause(name: str, ending: Callable[[Case], Outcome], reason: str) -> None:
    case = pause(working(promised("2d")), reason).case
    outcome = ending(case)
    after = sound(case, outcome)
    assert promises.paused(after) is None, name
    assert after.pauses[0].ended_at == NOW + HOUR
    assert not [rung for rung in (Rung.WAKE, Rung.PAPERS) if f"{rung}:1" in after.rungs]
    if name == "stage":
        assert after.promises[0].promise_at == NOW + 2 * DAY + HOUR


def test_taken_up_again_it_rests_no_more_and_its_promise_was_not_begun_anew() -> None:
    case = resume(pause(working(promised("2d"))).case, NOW + HOUR).case
    done = rules.resolve(BOOKS, case, person(CLERK), "办好了", {}, NOW + 2 * HOUR).case
    back = verdict.refuse(BOOKS, done, "没好", NOW + 3 * HOUR).case
    assert promises.paused(back) is None
    assert (back.promises[0].started_at, back.promises[0].promise_at) == (NOW, NOW + 2 * DAY + HOUR)
    assert back.promises[0].kept is Kept.RUNNING


# ---- a helper's own task


def helped(**more: Any) -> Case:
    given = {"tasks": (task(due_at=NOW + 4 * HOUR),), "helpers": (CREW,)} | more
    return working(promised("2d"), **given)


def test_a_helper_pauses_his_own_task_and_nothing_else() -> None:
    before = helped()
    outcome = pause(before, by=CREW)
    case = outcome.case
    assert (case.pauses[0].task, case.state, promises.paused(case)) == (1, State.IN_PROGRESS, None)
    assert (told(outcome), codes(outcome)) == ([], ["staff.task.paused"])
    assert outcome.letters[0].to == f"staff:{CLERK}"
    (event,) = outcome.events
    assert (event.public, event.lane, event.facts["task"]) == (False, Lane.BACKSTAGE, "1")
    assert overdue(BOOKS, case, NOW + 9 * HOUR) is None  # his own line stands still
    assert dues.dues(before, BOOKS.rules)[0].rung == "help_late:1"
    after = resume(case, NOW + HOUR, CREW)
    assert after.case.promises == before.promises
    assert after.case.tasks[0].due_at == NOW + 5 * HOUR
    assert (codes(after), after.events[0].facts, after.events[0].public) == (
        ["staff.task.resumed"],
        {"task": "1"},
        False,
    )


def test_what_a_helper_wants_of_the_customer_is_not_asked_behind_the_first_handler_s_back() -> None:
    case = pause(helped(), "缺客户材料", NOW + 3 * DAY, by=CREW, wants=("身份证",)).case
    assert (case.state, case.papers) == (State.IN_PROGRESS, {})
    fired = looked(replace(case, promises=()), NOW + 3 * DAY)
    assert (told(fired), fired.case.rungs) == ([], ("wake:1",))


def test_a_paused_task_wakes_its_helper_and_the_first_handler_and_not_the_customer() -> None:
    outcome = looked(replace(pause(helped(), by=CREW).case, promises=(), receipt=""), TILL)
    assert sorted(letter.to for letter in outcome.letters) == [f"staff:{CLERK}", f"staff:{CREW}"]
    assert set(codes(outcome)) == {"staff.task.woken"}
    assert (outcome.events[0].public, outcome.events[0].facts) == (False, {"task": "1"})


def test_case_and_task_pause_each_for_themselves() -> None:
    both = pause(pause(helped(), by=CREW).case, now=NOW + HOUR).case
    assert len([one for one in both.pauses if one.ended_at is None]) == 2
    with pytest.raises(Paused):
        pause(both, by=CREW, now=NOW + HOUR)
    one = resume(both, NOW + 3 * HOUR).case
    assert promises.paused(one) is None
    other = resume(one, NOW + 4 * HOUR, CREW).case
    assert other.tasks[0].due_at == NOW + 8 * HOUR  # it stood still for four hours, not for six
    assert other.promises[0].promise_at == NOW + 2 * DAY + 2 * HOUR


def test_a_duty_leader_who_helps_is_a_helper_there() -> None:
    leader = helped(tasks=(task(LEADER, LEADER),), helpers=(LEADER,))
    assert pause(leader, by=LEADER).case.pauses[0].task == 1


def test_a_task_that_is_done_is_not_put_aside_any_more() -> None:
    case = pause(helped(), by=CREW).case
    done = sound(case, helping.done(BOOKS, case, person(CREW), "好了", NOW + HOUR))
    assert (done.pauses[0].ended_at, done.pauses[0].ended_by) == (NOW + HOUR, CREW)
    assert Move.PAUSE in moves_of(done, person(CLERK), BOOKS.roster, NOW)


def test_while_the_case_waits_for_the_customer_a_helper_has_nothing_to_put_aside() -> None:
    case = pause(helped(), "等客户回家").case
    with pytest.raises(IllegalMove):
        pause(case, by=CREW)


def test_whoever_may_pause_or_resume_is_offered_it() -> None:
    case = pause(helped(), by=CREW).case
    for no, offered in ((CLERK, Move.PAUSE), (CREW, Move.RESUME)):
        mine = moves_of(case, person(no), BOOKS.roster, NOW)
        assert {Move.PAUSE, Move.RESUME} & set(mine) == {offered}
    whole = put_aside(helped())
    assert Move.RESUME in moves_of(whole, person(CLERK), BOOKS.roster, NOW)
    assert Move.PAUSE in moves_of(whole, person(CREW), BOOKS.roster, NOW)
    assert not {Move.PAUSE, Move.RESUME} & set(moves_of(whole, person(SERVER), BOOKS.roster, NOW))


def test_a_complaint_s_contact_runs_on_while_its_answer_rests() -> None:
    case = rules.accept(BOOKS, opened("complaint").case, person(CLERK), NOW).case
    case = pause(case, until=NOW + 3 * DAY).case
    contact, reply = case.promises
    fired = looked(case, NOW + DAY)
    assert "broken:complaint.contact" in fired.case.rungs
    kept = talking.reply(BOOKS, fired.case, person(CLERK), "我来说明一下", NOW + DAY).case
    assert kept.promises[1] == reply
    after = resume(kept, NOW + 2 * DAY).case
    assert after.promises[0].promise_at == contact.promise_at
    assert (after.promises[1].promise_at, reply.promise_at) == (at("2026-12-02T23:59:59"), at("2026-11-30T23:59:59"))
