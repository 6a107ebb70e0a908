from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import incidents, membership, verdict
from bot.desk.case import Button, Case, Kind, Outcome, State
from bot.desk.dues import dues
from bot.desk.incident import Incident, Phase
from bot.desk.incidents import Row, Word
from bot.desk.moves import Move
from bot.desk.pausing import Wish, pause
from bot.desk.promises import LIVE, start
from bot.desk.words import Words
from tests.kit_desk import (
    BOOKS,
    CALENDAR,
    CREW,
    LEADER,
    NIGHT,
    NOW,
    PROMISES,
    RULES,
    codes,
    facts,
    moves,
    opened,
    person,
    sound,
)
from tests.kit_incidents import NO, later, member, outage

WORD = Word("电缆接头烧坏", later(120), "抢修车已到")
ARRIVE = start(PROMISES[0], CALENDAR, NOW)


def confirmed(**more: object) -> Incident:
    return incidents.confirm(BOOKS, outage(**more), person(LEADER), WORD, NOW)  # type: ignore[arg-type] # its fields


def restored(minutes: float = 30) -> Incident:
    return incidents.restore(BOOKS, confirmed(), person(LEADER), Word(text="接头已换"), later(minutes))


def inside(state: State = State.OPEN, **more: object) -> Case:
    return member(state=state, incident=NO, **more)


def told(case: Case, incident: Incident, minutes: float = 0) -> Outcome:
    outcome = membership.news(BOOKS, case, incident, later(minutes))
    assert outcome is not None
    if outcome.events:
        sound(case, outcome)
    assert outcome.case.told == incident.told
    assert outcome.case.first_handler == case.first_handler
    return outcome


def to_him(outcome: Outcome) -> list[str]:
    return codes(replace(outcome, letters=tuple(one for one in outcome.letters if not one.edits)), "customer:k1")


# ---- joined


def test_a_suspicion_is_written_inside_and_told_to_nobody() -> None:
    outcome = membership.joined(BOOKS, member(), outage(), "clock", NOW)
    sound(member(), outcome)
    assert (outcome.case.incident, outcome.case.told) == (NO, 0)
    assert [(one.move, one.public) for one in outcome.events] == [(Move.LINK, False)]
    assert to_him(outcome) == []


def test_whoever_knows_it_already_is_not_told_again_and_nobody_is_hurried_to_accept() -> None:
    outcome = membership.joined(BOOKS, member(), confirmed(), "clock", NOW, told=1)
    assert outcome.events[0].public
    assert membership.news(BOOKS, outcome.case, confirmed(), NOW) is None
    assert not [due for due in dues(outcome.case, RULES) if due.rung.startswith("accept")]


def test_a_new_report_hears_cause_end_and_who_answers_in_its_receipt() -> None:
    outcome = opened("outage_repair", incident=confirmed())
    sound(None, outcome)
    assert (outcome.case.incident, outcome.case.told) == (NO, 1)
    known = facts(outcome, "case.opened.incident")
    assert (known["cause"], known["responsible"], known["area"]) == (WORD.cause, person(CREW), outage().area)
    assert isinstance(known["eta"], Words)
    assert known["eta"].facts == {"eta": WORD.eta_at}
    assert [one.move for one in outcome.events] == [Move.OPEN, Move.OPEN, Move.LINK]


def test_of_what_is_only_suspected_a_new_report_hears_nothing() -> None:
    outcome = opened("outage_repair", incident=outage())
    sound(None, outcome)
    assert outcome.case.incident == NO
    assert "case.opened" in codes(outcome)
    assert not outcome.events[-1].public


def test_when_it_ends_is_never_guessed() -> None:
    assert membership.when(outage(), NOW).code == "case.eta.none"
    assert membership.when(outage(eta_at=later(5)), NOW).code == "case.eta"
    assert membership.when(outage(eta_at=NOW), NOW).code == "case.eta.late"


# ---- each news once


@pytest.mark.parametrize("state", LIVE)
def test_confirmed_is_one_status_letter_and_the_same_handler(state: State) -> None:
    case = inside(state)
    outcome = told(case, confirmed())
    assert to_him(outcome) == ["case.incident.confirmed"]
    (letter,) = [one for one in outcome.letters if one.to == "customer:k1" and not one.edits]
    assert (letter.kind, letter.key, letter.incident, letter.urgent) == (
        Kind.STATUS,
        f"incident:{NO}:{case.no}:1",
        NO,
        False,
    )
    assert facts(outcome, "case.incident.confirmed")["handler"] == person(case.first_handler)
    assert outcome.case.state is state
    assert [one.move for one in outcome.events if one.public] == [Move.LINK]
    assert membership.news(BOOKS, outcome.case, confirmed(), NOW) is None


def test_till_the_moment_told_there_is_no_word_that_nothing_is_new() -> None:
    end = later(60 * 72)
    found = incidents.confirm(BOOKS, outage(), person(LEADER), Word("电缆接头烧坏", end), NOW)
    outcome = told(inside(), found)
    assert outcome.case.beat_at == end
    assert outcome.case.due_at == min(one.at for one in dues(outcome.case, BOOKS.rules))


def test_an_update_tells_the_newest_and_two_in_a_row_are_one_letter() -> None:
    one = incidents.update(BOOKS, confirmed(), person(CREW), Word(text="备件到了"), later(5))
    two = incidents.update(BOOKS, one, person(CREW), Word(eta_at=later(200), text="还要久一点"), later(6))
    assert to_him(told(inside(told=1), one, 5)) == ["case.incident.update"]
    outcome = told(inside(told=1), two, 6)
    assert to_him(outcome) == ["case.incident.update"]
    assert facts(outcome, "case.incident.update")["said"] == "备件到了\n还要久一点"
    assert to_him(told(inside(), two, 6)) == ["case.incident.confirmed"]


def test_danger_is_pushed_no_more_urgently_than_the_others() -> None:
    case = inside(topic="hazard", priority="emergency")
    letters = told(case, confirmed()).letters
    assert letters
    assert not any(one.urgent for one in letters if one.to == "customer:k1" and not one.edits)


def test_the_crew_is_there_for_all() -> None:
    there = incidents.update(BOOKS, confirmed(), person(CREW), Word(stage="arrive", text="人到了"), later(40))
    outcome = told(inside(State.ACCEPTED, told=1, promises=(ARRIVE,)), there, 41)
    assert (outcome.case.stage, outcome.case.state) == ("arrive", State.IN_PROGRESS)
    assert outcome.case.stages_done[-1] == "dispatch"
    assert moves(outcome) == [Move.NOTE, Move.KEPT]
    waiting = told(inside(told=1, promises=(ARRIVE,)), there, 41)
    assert (waiting.case.stage, waiting.case.state) == ("dispatch", State.OPEN)
    assert moves(waiting) == [Move.NOTE, Move.KEPT]


# ---- over


@pytest.mark.parametrize("state", LIVE)
def test_restored_resolves_each_with_the_outage_s_facts_and_asks(state: State) -> None:
    case = inside(state, promises=(ARRIVE,))
    outcome = told(case, restored(), 31)
    moved = outcome.case
    assert (moved.state, moved.resolved_at) == (State.RESOLVED, later(30))
    assert moved.closing == {"cause": WORD.cause}
    assert moves(outcome)[:2] == ([Move.ACCEPT, Move.RESOLVE] if state is State.OPEN else [Move.RESOLVE, Move.KEPT])
    (letter,) = [one for one in outcome.letters if one.to == "customer:k1" and not one.edits]
    assert letter.buttons == (Button("来电了", f"confirm.{case.no}"), Button("还没来电", f"refuse.{case.no}"))
    assert letter.kind is Kind.STATUS


def test_the_checklist_is_filled_as_far_as_the_outage_knows_and_own_words_stay() -> None:
    fields = ("began_at", "arrived_at", "cause", "measures", "restored_at", "contact")
    topic = BOOKS.topics["outage_repair"]
    asks = tuple(replace(topic.closing[0], field=name) for name in fields)
    books = replace(BOOKS, topics={**BOOKS.topics, "outage_repair": replace(topic, closing=asks)})
    there = incidents.update(BOOKS, confirmed(), person(CREW), Word(arrived_at=NOW, text="到了"), later(1))
    over = incidents.restore(BOOKS, there, person(CREW), Word(text="接头已换"), later(30))
    outcome = membership.news(books, inside(minutes=5, closing={"cause": "他写的"}), over, later(31))
    assert outcome is not None
    assert outcome.case.closing == {
        "began_at": "2026-11-23 10:00",
        "arrived_at": "2026-11-23 10:00",
        "cause": "他写的",
        "measures": "接头已换",
        "restored_at": "2026-11-23 10:30",
        "contact": "2026-11-23 10:31",
    }


def test_a_pause_ends_with_the_outage() -> None:
    case = inside(State.ACCEPTED, first_handler=CREW)
    paused = pause(BOOKS, case, person(CREW), Wish("等备件到货", later(300)), NOW).case
    assert told(paused, restored(), 31).case.pauses[0].ended_at == later(31)


def test_danger_is_not_over_because_the_light_is_back() -> None:
    outcome = told(inside(topic="hazard"), restored(), 31)
    assert (outcome.case.state, to_him(outcome)) == (State.OPEN, ["case.incident.light"])


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED, State.CANCELLED])
def test_whose_case_has_ended_hears_nothing_more(state: State) -> None:
    outcome = told(inside(state), restored(), 31)
    assert (outcome.letters, outcome.events, outcome.case.state) == ((), (), state)


def test_who_says_it_is_back_is_done_and_is_asked_for_his_rating() -> None:
    case = told(inside(), restored(), 31).case
    outcome = verdict.confirm(BOOKS, case, "来电了", later(32))
    sound(case, outcome)
    assert (outcome.case.state, outcome.case.incident) == (State.CLOSED, NO)
    assert outcome.case.rating is not None


def test_the_one_still_dark_goes_on_alone_and_its_promise_runs_on() -> None:
    case = told(inside(promises=(ARRIVE,)), restored(), 31).case
    outcome = verdict.refuse(BOOKS, case, "还没来电", later(32))
    sound(case, outcome)
    moved = outcome.case
    assert (moved.state, moved.incident, moved.told, moved.closing) == (State.IN_PROGRESS, "", 0, {})
    assert moved.stage == "dispatch"
    assert moves(outcome) == [Move.REFUSE, Move.UNLINK]
    assert moved.promises[0].ended_at is None
    assert "case.incident.dark" in to_him(outcome)
    assert codes(outcome, f"staff:{CREW}") == codes(outcome, f"staff:{LEADER}") == ["staff.refused"]


def test_a_closed_member_that_goes_dark_again_is_no_member_any_more() -> None:
    case = verdict.confirm(BOOKS, told(inside(), restored(), 31).case, "来电了", later(32)).case
    outcome = verdict.reopen(BOOKS, case, "又没电了", later(60))
    sound(case, outcome)
    assert outcome.case.incident == ""


def test_a_case_of_no_outage_is_refused_as_ever() -> None:
    case = replace(member(), state=State.RESOLVED, resolved_at=NOW)
    outcome = verdict.refuse(BOOKS, case, "没好", later(1))
    assert moves(outcome) == [Move.REFUSE]
    assert "case.refused" in to_him(outcome)


# ---- taken out


def test_taking_out_tells_only_who_had_been_told() -> None:
    quiet = membership.left(BOOKS, inside(), outage(), LEADER, "他家单独跳闸", NOW)
    assert (to_him(quiet), quiet.events[0].public, quiet.case.incident) == ([], False, "")
    heard = membership.left(BOOKS, told(inside(), confirmed()).case, confirmed(), LEADER, "他家单独跳闸", NOW)
    sound(
        inside(),
        replace(
            heard,
            events=(replace(heard.events[0], seq=inside().seq + 1),),
            case=replace(heard.case, seq=inside().seq + 1),
        ),
    )
    assert to_him(heard) == ["case.incident.left"]
    assert heard.events[0].public
    assert [due.rung for due in dues(heard.case, RULES) if due.rung.startswith("accept")] == [
        "accept_remind",
        "accept_escalate",
    ]


def test_what_was_no_outage_leaves_every_case_to_itself() -> None:
    row = Row("F-1", "芦苇新村", "current", NOW, None, "")
    begun = incidents.of_row(row, CREW, LEADER, NOW)
    off = incidents.by_row(begun, replace(row, state="cancelled"), LEADER, later(5))
    assert off is not None
    outcome = membership.news(BOOKS, member(incident="F-1", told=1), off, later(5))
    assert outcome is not None
    sound(member(incident="F-1", told=1), outcome)
    assert (outcome.case.incident, to_him(outcome)) == ("", ["case.incident.called_off"])


# ---- the alert


def test_the_duty_leader_is_asked_on_a_member_s_case_and_its_handler_knows() -> None:
    case = inside()
    outcome = membership.suspect(BOOKS, case, outage(), 2, (LEADER,), NOW)
    sound(case, outcome)
    (alert,) = outcome.alerts
    assert (alert.rung, alert.why, alert.to, alert.incident) == (f"incident:{NO}", "incident", (LEADER,), NO)
    assert [(one.to, one.kind, one.incident) for one in outcome.letters] == [
        (f"staff:{LEADER}", Kind.ALERT, NO),
        (f"staff:{CREW}", Kind.NOTICE, NO),
    ]
    assert outcome.case.raised[0].next_at is not None


# ---- whatever order


STEPS = st.lists(st.sampled_from(["update", "look", "accept", "withdraw", "again"]), max_size=9)


@given(STEPS, st.booleans())
def test_each_news_reaches_a_member_once_whatever_order(steps: list[str], heard_first: bool) -> None:  # noqa: FBT001 -- drawn
    incident, case, keys = confirmed(), inside(), []
    for minute, step in enumerate([*(["look"] if heard_first else []), *steps, "restore", "look", "again"], 1):
        if step == "update":
            incident = incidents.update(BOOKS, incident, person(CREW), Word(text=f"第{minute}条"), later(minute))
        elif step == "restore":
            incident = incidents.restore(BOOKS, incident, person(CREW), Word(text="好了"), later(minute))
        elif step == "accept" and case.state is State.OPEN:
            case = replace(case, state=State.ACCEPTED)
        elif step == "withdraw" and case.state in LIVE:
            case = verdict.withdraw(BOOKS, case, "不用了", later(minute)).case
        else:
            outcome = membership.news(BOOKS, case, incident, later(minute))
            if outcome:
                case = outcome.case
                keys += [one.key for one in outcome.letters if one.kind is Kind.STATUS]
    assert len(keys) == len(set(keys))
    assert case.told == incident.told
    assert case.state in (State.RESOLVED, State.CANCELLED)
    assert (f"incident:{NO}:{case.no}:{incident.told}" in keys) is (case.state is State.RESOLVED)


def test_somebody_else_may_have_the_member_at_night() -> None:
    assert told(inside(first_handler=NIGHT), confirmed()).case.first_handler == NIGHT
    assert incidents.ended(restored(), NOW).state is Phase.CLOSED
