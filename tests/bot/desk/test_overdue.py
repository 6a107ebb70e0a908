from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.desk import dues, handing, helping, rules, verdict
from bot.desk.books import Books
from bot.desk.case import Case, Kept, Kind, Outcome, Post, Promise, Rating, State
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from bot.desk.pending import Callback
from bot.desk.roster import Shift
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    DAILY,
    LEADER,
    NO,
    NOW,
    OTHER_LEADER,
    SECOND,
    TALKER,
    at,
    case_in,
    codes,
    facts,
    moves,
    opened,
    person,
    sound,
    told,
)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LEADERLESS = replace(
    BOOKS,
    roster=replace(BOOKS.roster, staff={no: one for no, one in BOOKS.roster.staff.items() if no[:3] != "B00"}),
)
BOTH = replace(BOOKS, roster=replace(BOOKS.roster, shifts=(Shift((LEADER, OTHER_LEADER), time(0), None, DAILY),)))


def looked(case: Case, now: datetime, books: Books = BOOKS) -> Outcome:
    outcome = overdue(books, case, now)
    assert outcome is not None
    sound(case, outcome, books)
    assert overdue(books, outcome.case, now) is None
    assert {event.by for event in outcome.events} == {"clock"}
    assert {event.at for event in outcome.events} == {now}
    return outcome


def accepted(code: str = "outage_repair", by: str = CREW, **more: object) -> Case:
    return rules.accept(BOOKS, opened(code, **more).case, person(by), NOW).case  # type: ignore[arg-type]


def test_nothing_is_due_until_its_very_moment() -> None:
    case = opened().case
    assert overdue(BOOKS, case, NOW + 20 * MINUTE - timedelta(seconds=1)) is None
    assert looked(case, NOW + 20 * MINUTE).case.rungs == ("accept_remind",)
    assert overdue(BOOKS, case_in(State.CLOSED), NOW + 1000 * HOUR) is None


def test_the_first_handler_is_reminded_then_the_duty_leader_hears_and_the_customer_too() -> None:
    case = opened().case
    first = looked(case, NOW + 20 * MINUTE)
    assert codes(first) == ["staff.accept_remind"]
    assert (first.letters[0].to, first.letters[0].kind) == (f"staff:{CLERK}", Kind.NUDGE)
    assert (moves(first), first.events[0].public, first.alerts) == ([Move.LATE], False, ())
    second = looked(first.case, NOW + 30 * MINUTE)
    assert (told(second), codes(second, f"staff:{LEADER}")) == (["case.escalated"], ["alert.accept"])
    assert (moves(second), second.events[0].public) == ([Move.ESCALATE], True)
    (alert,) = second.alerts
    assert (alert.case, alert.rung, alert.why, alert.to) == (NO, "accept_escalate", "accept", (LEADER,))
    assert facts(second, "case.escalated")["leader"] == person(LEADER)
    assert second.case.first_handler == CLERK
    assert second.case.raised[-1].next_at == second.case.due_at == NOW + 60 * MINUTE  # nobody answers: the next one


def test_the_wait_counts_from_the_next_shift_and_is_said_so() -> None:
    monday = at("2026-11-30T08:30")
    case = opened(now=at("2026-11-27T18:00")).case
    early = looked(case, monday + 19 * MINUTE)
    assert codes(early) == ["case.beat"]  # after a week-end nothing else is news
    both = looked(case, monday + 30 * MINUTE)
    assert facts(both, "staff.accept_remind")["since"] == monday
    unknown = replace(case, accept_from=None)
    later = looked(unknown, case.opened_at + 30 * MINUTE)
    assert facts(later, "staff.accept_remind")["since"] == case.opened_at
    assert facts(later, "alert.accept")["since"] == case.opened_at


def test_a_handler_who_leads_is_alerted_past_where_there_is_another() -> None:
    case = opened("unheard", books=with_topic("unheard")).case
    books = replace(with_topic("unheard"), roster=BOTH.roster)
    assert case.first_handler == LEADER
    assert looked(case, NOW + 30 * MINUTE, books).alerts[0].to == (OTHER_LEADER,)
    assert looked(case, NOW + 30 * MINUTE, with_topic("unheard")).alerts[0].to == (OTHER_LEADER,)
    alone = {no: one for no, one in BOOKS.roster.staff.items() if no != OTHER_LEADER}
    single = replace(with_topic("unheard"), roster=replace(BOOKS.roster, staff=alone))
    assert looked(case, NOW + 30 * MINUTE, single).alerts[0].to == (LEADER,)


def with_topic(code: str) -> Books:
    return replace(BOOKS, topics={**BOOKS.topics, code: replace(BOOKS.topics["bare"], code=code)})


def at_risk() -> Case:
    """An accepted case whose promise has gone up twice and is about to be broken; somebody answers for both alerts."""
    case = looked(accepted(), NOW + 40 * MINUTE).case
    held = tuple(replace(one, acked_by=LEADER, next_at=None) for one in case.raised)
    return replace(case, raised=held, due_at=NOW + 45 * MINUTE)


def test_a_hall_without_a_leader_still_keeps_its_clocks() -> None:
    case = accepted()
    broken = looked(case, NOW + 61 * MINUTE, LEADERLESS)
    assert [(alert.why, alert.to) for alert in broken.alerts] == [
        ("half", (CREW,)),
        ("most", ()),
        ("broken", ()),
        ("red_line", ()),
    ]
    assert facts(broken, "case.broken")["leader"] is None
    assert codes(broken, f"staff:{CREW}") == ["alert.half", "alert.broken"]
    late = looked(opened().case, NOW + 30 * MINUTE, LEADERLESS)
    assert facts(late, "case.escalated")["leader"] is None


def test_a_broken_promise_is_told_to_all_and_stays_broken_when_it_is_met() -> None:
    case = at_risk()
    outcome = looked(case, NOW + 45 * MINUTE)
    assert outcome.case.promises[0].kept is Kept.BROKEN
    assert outcome.case.promises[0].ended_at is None
    assert told(outcome) == ["case.broken"]
    for no in (LEADER, CREW):
        assert codes(outcome, f"staff:{no}") == ["alert.broken"]
    assert (moves(outcome), outcome.events[0].facts) == ([Move.BROKEN], {"promise": "outage.arrive.urban"})
    assert [(alert.rung, alert.why) for alert in outcome.alerts] == [("broken:outage.arrive.urban", "broken")]
    met = rules.stage(BOOKS, outcome.case, person(CREW), "arrive", "", NOW + 50 * MINUTE)
    assert sound(outcome.case, met).promises[0].kept is Kept.BROKEN
    assert moves(met) == [Move.STAGE]
    assert "broken:outage.arrive.urban" in [one.rung for one in met.case.raised if one.next_at]


def test_the_red_line_is_the_leaders_and_not_the_customers() -> None:
    case = looked(accepted(), NOW + 45 * MINUTE).case
    outcome = looked(case, NOW + 60 * MINUTE)
    assert codes(outcome) == ["alert.red_line"]
    assert (moves(outcome), outcome.events[0].public) == ([Move.ESCALATE], False)
    assert [(alert.rung, alert.why, alert.to) for alert in outcome.alerts] == [
        ("red_line:outage.arrive.urban", "red_line", (OTHER_LEADER,))
    ]
    assert [one.rung for one in outcome.case.raised if one.next_at] == ["red_line:outage.arrive.urban"]


def test_the_halls_own_line_is_a_nudge_inside() -> None:
    case = accepted("human_agent", TALKER)
    outcome = looked(case, at("2026-11-25T23:59:59"))
    assert codes(outcome, f"staff:{TALKER}") == ["alert.half", "staff.internal"]
    assert codes(outcome, f"staff:{LEADER}") == ["alert.most", "alert.internal"]
    assert [alert.why for alert in outcome.alerts] == ["half", "most", "internal"]
    assert (told(outcome), any(event.public for event in outcome.events)) == (["case.beat"], False)


def test_what_falls_due_together_is_made_up_once_in_its_order() -> None:
    case = replace(accepted("complaint", CLERK), promises=opened("complaint").case.promises[:1])
    outcome = looked(case, NOW + 24 * HOUR)
    name = "complaint.contact"
    lines = ("half", "most", "internal", "broken", "red_line")
    assert outcome.case.rungs == tuple(f"{line}:{name}" for line in lines)
    assert moves(outcome) == [Move.ESCALATE, Move.ESCALATE, Move.LATE, Move.BROKEN, Move.ESCALATE]
    assert told(outcome) == ["case.broken"]
    slept = looked(opened("outage_repair").case, NOW + 24 * HOUR)
    assert slept.case.rungs == (
        "accept_remind",
        "half:outage.arrive.urban",
        "accept_escalate",
        "most:outage.arrive.urban",
        "broken:outage.arrive.urban",
        "red_line:outage.arrive.urban",
    )
    assert [alert.why for alert in slept.alerts if alert.rung in slept.case.rungs] == [
        "half",
        "accept",
        "most",
        "broken",
        "red_line",
    ]
    assert slept.case.state is State.OPEN


def test_silence_is_asked_about_and_then_closes() -> None:
    case = replace(case_in(State.RESOLVED), rating=None)
    asked = looked(case, NOW + 72 * HOUR)
    assert (told(asked), asked.letters[0].kind, moves(asked)) == (["case.confirm_warn"], Kind.QUESTION, [Move.LATE])
    assert (asked.case.state, asked.events[0].public) == (State.RESOLVED, False)
    done = looked(asked.case, NOW + 120 * HOUR)
    assert (done.case.state, done.case.closed_at, done.case.due_at) == (State.CLOSED, NOW + 120 * HOUR, None)
    assert done.case.rating == Rating(None, "", NOW + 120 * HOUR, CLERK)
    assert (told(done), moves(done)) == (["case.closed.silence"], [Move.CLOSE])
    assert facts(done, "case.closed.silence")["hours"] == 120
    assert [button.value for button in done.letters[0].buttons] == [f"rate.{n}.{NO}" for n in range(1, 6)]
    slept = looked(case, NOW + 500 * HOUR)
    assert (slept.case.state, told(slept)) == (State.CLOSED, ["case.confirm_warn", "case.closed.silence"])


def test_a_refusal_begins_the_waiting_for_the_customer_anew() -> None:
    asked = looked(replace(case_in(State.RESOLVED), rating=None), NOW + 72 * HOUR).case
    again = verdict.refuse(BOOKS, asked, "没好", NOW + 73 * HOUR).case
    assert again.due_at == again.beat_at
    resolved = rules.resolve(BOOKS, again, person(CLERK), "办好了", {}, NOW + 74 * HOUR).case
    assert resolved.due_at == NOW + 146 * HOUR


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED, State.CANCELLED])
def test_no_promise_is_alerted_on_a_case_that_is_over(state: State) -> None:
    case = replace(accepted(), state=state, resolved_at=None, closed_at=NOW)
    assert overdue(BOOKS, case, NOW + 1000 * HOUR) is None


def helped(to: str = CREW) -> Case:
    """An accepted case with one task asked for at ten, its own line at noon."""
    line = Promise("p", "reply", NOW, NOW + 3 * HOUR, NOW + 2 * HOUR, None)
    return helping.ask(BOOKS, case_in(State.ACCEPTED, promises=(line,)), person(CLERK), to, "看表", NOW).case


def test_a_task_nobody_takes_is_hurried_goes_up_and_runs_out_each_once() -> None:
    case = helped("work")
    first = looked(case, NOW + 20 * MINUTE)
    assert (moves(first), codes(first), first.alerts) == ([Move.LATE], [], ())  # nobody of them has it yet
    assert first.events[0].facts == {"task": "1"}
    second = looked(first.case, NOW + 30 * MINUTE)
    assert [(alert.rung, alert.why, alert.to) for alert in second.alerts] == [("help_escalate:1", "help", (LEADER,))]
    assert codes(second, f"staff:{CLERK}") == ["staff.help_escalate"]
    assert codes(second, f"staff:{LEADER}") == ["alert.help"]
    assert facts(second, "alert.help")["to"] is Post.WORK
    third = looked(second.case, NOW + 2 * HOUR)
    assert codes(third, f"staff:{CLERK}") == ["staff.help_late", "staff.internal"]
    assert third.case.rungs == ("help_remind:1", "help_escalate:1", "help_late:1", "internal:p")
    for outcome in (first, second, third):
        assert told(outcome) == []
        assert not any(event.public for event in outcome.events)
    slept = looked(case, NOW + 2 * HOUR)
    assert slept.case.rungs == third.case.rungs
    assert slept.case.first_handler == CLERK


def test_who_is_asked_by_number_is_hurried_himself_and_a_task_taken_only_runs_out() -> None:
    case = helped()
    assert codes(looked(case, NOW + 20 * MINUTE), f"staff:{CREW}") == ["staff.help_remind"]
    taken = rules.accept(BOOKS, case, person(CREW), NOW + MINUTE).case
    late = looked(taken, NOW + 2 * HOUR)
    assert codes(late, f"staff:{CREW}") == codes(late, f"staff:{CLERK}")[:1] == ["staff.help_late"]
    assert facts(late, "staff.help_late")["due"] == NOW + 2 * HOUR
    done = helping.done(BOOKS, taken, person(CREW), "好了", NOW + 2 * MINUTE).case
    assert looked(done, NOW + 2 * HOUR).case.rungs == ("internal:p",)
    resolved = rules.resolve(BOOKS, taken, person(CLERK), "好了", {}, NOW + 2 * MINUTE).case
    assert overdue(BOOKS, resolved, NOW + 24 * HOUR) is None


def test_a_helper_who_is_away_till_morning_is_not_hurried_at_night() -> None:
    evening = at("2026-11-23T21:00")
    case = helping.ask(BOOKS, case_in(State.ACCEPTED), person(CLERK), SECOND, "看表", evening).case
    assert overdue(BOOKS, case, at("2026-11-24T08:49:59")) is None
    assert looked(case, at("2026-11-24T08:50")).case.rungs == ("help_remind:1",)


def test_a_customer_who_does_not_answer_about_a_change_of_hands_is_not_asked_again_the_leader_is() -> None:
    case = handing.transfer(BOOKS, case_in(State.ACCEPTED), person(CLERK), SECOND, "学习", NOW).case
    assert case.due_at == NOW + 48 * HOUR
    assert overdue(BOOKS, case, NOW + 48 * HOUR - MINUTE) is None
    outcome = looked(case, NOW + 48 * HOUR)
    assert (moves(outcome), outcome.events[0].public) == ([Move.ESCALATE, Move.LATE], False)
    assert (codes(outcome), told(outcome)) == (["alert.transfer", "case.beat"], ["case.beat"])
    assert outcome.case.rungs == (f"transfer_wait:{NOW.isoformat()}",)
    assert outcome.case.transfer == case.transfer
    back = handing.decline(BOOKS, outcome.case, "不换", NOW + 49 * HOUR).case
    again = handing.transfer(BOOKS, back, person(CLERK), SECOND, "还是想换", NOW + 50 * HOUR).case
    fresh = [alert.rung for alert in looked(again, NOW + 98 * HOUR).alerts if alert.why == "transfer"]
    assert fresh[-1] != outcome.alerts[0].rung


def test_all_that_waits_falls_due_in_its_order() -> None:
    case = helped("work")
    case = handing.transfer(BOOKS, case, person(CLERK), SECOND, "学习", NOW).case
    case = replace(case, callback=Callback(CLERK, NOW, NOW + 50 * HOUR))
    case = replace(case, due_at=dues.next_due(case, BOOKS.rules))
    outcome = looked(case, NOW + 60 * HOUR)
    assert [rung.partition(":")[0] for rung in outcome.case.rungs] == [
        "help_remind",
        "help_escalate",
        "help_late",
        "internal",
        "broken",
        "transfer_wait",
        "callback",
    ]
    whys = [alert.why for alert in outcome.alerts]
    assert sorted(set(whys)) == ["broken", "callback", "help", "transfer"]


def test_what_breaks_again_after_the_case_was_taken_up_again_is_alerted_again() -> None:
    case = looked(accepted(), NOW + 45 * MINUTE).case
    done = rules.resolve(BOOKS, case, person(CREW), "好了", {"cause": "雷击"}, NOW + 50 * MINUTE).case
    closed = verdict.confirm(BOOKS, done, "好了", NOW + 51 * MINUTE).case
    back = verdict.reopen(BOOKS, closed, "又停了", NOW + 60 * MINUTE).case
    again = looked(back, NOW + 125 * MINUTE)
    lines = ("half", "most", "broken", "red_line")
    assert [alert.rung for alert in again.alerts if alert.rung.endswith(":2")] == [
        f"{line}:outage.arrive.urban:2" for line in lines
    ]


def test_no_alert_reaches_whom_the_case_is_hidden_from_not_even_where_there_is_nobody_else() -> None:
    hidden = replace(opened("complaint").case, hidden_from=(LEADER,))
    assert [alert.to for alert in looked(hidden, NOW + 30 * MINUTE).alerts] == [(OTHER_LEADER,)]
    both = replace(hidden, hidden_from=(LEADER, OTHER_LEADER))
    alone = looked(both, NOW + 30 * MINUTE)
    assert [alert.to for alert in alone.alerts] == [()]
    assert facts(alone, "case.escalated")["leader"] is None
