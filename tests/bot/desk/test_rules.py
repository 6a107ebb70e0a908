from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk import dues, rules, talking
from bot.desk.case import Button, Case, Kept, Kind, Lane, Rating, State
from bot.desk.errors import IllegalMove, Missing, NotYours
from bot.desk.moves import TABLE, Move
from bot.desk.roster import Leave
from bot.desk.speech import sensible
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    LEADER,
    NO,
    NOW,
    SECOND,
    SERVER,
    case_in,
    codes,
    facts,
    moves,
    opened,
    person,
    sound,
    told,
    with_leave,
)
from tests.kit_moves import STAFF_MOVES, WORKS, full, put_aside

MINUTE = timedelta(minutes=1)
LATER = NOW + 10 * MINUTE
CELLS = [(state, move) for state in State if state is not State.DRAFT for move in STAFF_MOVES]
ALLOWED = [(state, move) for state, move in CELLS if state in TABLE[move]]


def worked(move: Move) -> str:
    """Somebody who may do it."""
    return WORKS.get(move, CLERK)


@pytest.mark.parametrize(("state", "move"), ALLOWED)
def test_a_move_the_table_allows_is_done_and_recorded_by_whom(state: State, move: Move) -> None:
    before = put_aside(full(state)) if move is Move.RESUME else full(state)
    outcome = STAFF_MOVES[move](BOOKS, before, person(worked(move)), LATER)
    after = sound(before, outcome)
    assert after.state is TABLE[move][state]
    assert (outcome.events[0].move, outcome.events[0].by, outcome.events[0].at) == (move, worked(move), LATER)


@pytest.mark.parametrize(("state", "move"), [cell for cell in CELLS if cell not in ALLOWED])
def test_a_move_the_table_does_not_have_is_refused(state: State, move: Move) -> None:
    with pytest.raises(IllegalMove) as refused:
        STAFF_MOVES[move](BOOKS, full(state), person(worked(move)), LATER)
    assert (refused.value.no, refused.value.state, refused.value.move) == (NO, state, move)


@pytest.mark.parametrize(("state", "move"), CELLS)
def test_a_stranger_is_refused_before_the_case_tells_anything_of_itself(state: State, move: Move) -> None:
    with pytest.raises(NotYours):
        STAFF_MOVES[move](BOOKS, full(state), person(SERVER), LATER)


@pytest.mark.parametrize("by", [CLERK, SECOND, LEADER])
def test_work_is_begun_by_the_first_handler_the_stand_in_or_the_duty_leader(by: str) -> None:
    books = with_leave(Leave(CLERK, NOW.date(), NOW.date(), "轮休", SECOND))
    before = case_in(State.OPEN)
    outcome = rules.accept(books, before, person(by), LATER)
    case = sound(before, outcome)
    assert (case.state, case.accepted_at, case.first_handler, case.due_at) == (
        State.ACCEPTED,
        LATER,
        CLERK,
        case.beat_at,
    )
    assert (told(outcome), moves(outcome)) == (["case.accepted"], [Move.ACCEPT])
    said = facts(outcome, "case.accepted")
    assert (said["handler"], said["acting"]) == (person(CLERK), None if by == CLERK else person(by))


def test_the_talk_goes_back_to_the_guide_and_the_case_stays_as_it_is() -> None:
    before = case_in(State.ACCEPTED)
    outcome = rules.release(BOOKS, before, person(CLERK), LATER)
    case = sound(before, outcome)
    assert case == replace(before, seq=3, beat_at=case.beat_at, due_at=case.beat_at)
    assert told(outcome) == ["case.released"]


def test_a_persons_words_go_out_under_that_name_and_keep_the_promise_of_contact() -> None:
    before = opened("complaint").case
    outcome = talking.reply(BOOKS, before, person(LEADER), "  我来处理。 ", LATER)
    case = sound(before, outcome)
    letter = outcome.letters[0]
    assert (letter.kind, letter.speaker) == (Kind.WORDS, LEADER)
    assert facts(outcome, "staff.words") == {"text": "我来处理。", "by": person(LEADER)}
    assert outcome.events[0].text == "我来处理。"
    assert moves(outcome) == [Move.REPLY, Move.KEPT]
    assert [(one.id, one.kept, one.ended_at) for one in case.promises] == [
        ("complaint.contact", Kept.KEPT, LATER),
        ("complaint.reply", Kept.RUNNING, None),
    ]
    kept = outcome.events[1]
    assert (kept.by, kept.lane, kept.public, kept.facts) == (
        "clock",
        Lane.SUPPORT,
        True,
        {"promise": "complaint.contact"},
    )
    again = talking.reply(BOOKS, case, person(LEADER), "还在办", LATER)
    assert moves(again) == [Move.REPLY]


def test_a_note_never_leaves_the_hall() -> None:
    before = case_in(State.CLOSED)
    outcome = talking.note(BOOKS, before, person(CLERK), "这位上次也来过", LATER)
    sound(before, outcome)
    (event,) = outcome.events
    assert (event.public, event.lane, event.text) == (False, Lane.BACKSTAGE, "这位上次也来过")
    assert outcome.letters == ()


@pytest.mark.parametrize("empty", ["", "  ", "\n\t", "\u3000", "\u00a0", "\u200b", "。。。", "……", "、；：", "—— ~*"])
def test_words_empty_of_sense_are_asked_for_again(empty: str) -> None:
    case, resolved = case_in(State.ACCEPTED), case_in(State.RESOLVED)
    asked = [
        ("text", lambda: talking.reply(BOOKS, case, person(CLERK), empty, NOW)),
        ("text", lambda: talking.note(BOOKS, case, person(CLERK), empty, NOW)),
        ("text", lambda: rules.resolve(BOOKS, case, person(CLERK), empty, {}, NOW)),
        ("reason", lambda: rules.reopen(BOOKS, resolved, person(CLERK), empty, NOW)),
        ("reason", lambda: rules.cancel(BOOKS, case, person(CLERK), empty, NOW)),
        ("reason", lambda: rules.close(BOOKS, resolved, person(LEADER), empty, NOW)),
    ]
    for field, doing in asked:
        with pytest.raises(Missing) as refused:
            doing()
        assert refused.value.fields == {field: "missing.text"}


def test_sense_keeps_its_words_and_loses_its_margins() -> None:
    assert sensible(" \u3000好的。 ", "text") == "好的。"
    assert sensible("5", "text") == "5"


def reach(case: Case, name: str, now: object = LATER, text: str = "") -> rules.Outcome:
    outcome = rules.stage(BOOKS, case, person(CREW), name, text, now)  # type: ignore[arg-type]
    sound(case, outcome)
    return outcome


def test_a_stage_is_told_keeps_its_promise_and_starts_the_next(repair: Case) -> None:
    outcome = reach(repair, " 步骤arrive ", text=" 换保险 ")
    case = outcome.case
    assert (case.state, case.stage, case.stages_done) == (State.IN_PROGRESS, "arrive", ("report", "dispatch"))
    assert moves(outcome) == [Move.STAGE, Move.KEPT]
    event = outcome.events[0]
    assert (event.public, event.lane, event.facts) == (True, Lane.BACKSTAGE, {"stage": "arrive"})
    arrive, restore = case.promises
    assert (arrive.kept, arrive.ended_at) == (Kept.KEPT, LATER)
    assert (restore.id, restore.started_at, restore.promise_at) == (
        "outage.restore.rural",
        LATER,
        LATER + timedelta(hours=4),
    )
    said = facts(outcome, "case.stage")
    assert said["promise"] == restore
    assert (said["text"], said["stage"]) == ("换保险", "步骤arrive")
    assert said["told"].code == "step:outage_repair.arrive"  # type: ignore[attr-defined]


def test_a_step_that_tells_nobody_tells_nobody(repair: Case) -> None:
    outcome = reach(repair, "repair")
    assert told(outcome) == []
    assert [letter.edits for letter in outcome.letters] == [outcome.case.receipt]  # the card shows where it stands
    assert not outcome.events[0].public


def test_a_stage_may_be_reached_again_and_starts_nothing_twice(repair: Case) -> None:
    first = reach(repair, "arrive").case
    ahead = reach(first, "restore").case
    assert [one.kept for one in ahead.promises] == [Kept.KEPT, Kept.KEPT]
    back = reach(ahead, "arrive", LATER + MINUTE).case
    assert (back.stage, back.stages_done) == ("arrive", ("report", "dispatch", "repair", "restore"))
    assert back.promises == ahead.promises
    same = reach(back, "arrive").case
    assert same.stages_done == back.stages_done


def test_a_stage_nobody_knows_is_asked_for_again(repair: Case) -> None:
    for case, name in ((repair, "fly"), (repair, ""), (case_in(State.ACCEPTED, "bare"), "arrive")):
        with pytest.raises(Missing) as refused:
            rules.stage(BOOKS, case, person(case.first_handler), name, "", NOW)
        assert refused.value.fields == {"stage": "missing.stage"}


def test_a_promise_met_late_before_the_clock_looked_is_recorded_as_broken(repair: Case) -> None:
    outcome = reach(repair, "arrive", NOW + 91 * MINUTE)
    assert moves(outcome) == [Move.STAGE, Move.BROKEN]
    assert outcome.case.promises[0].kept is Kept.BROKEN
    known = replace(repair, promises=(replace(repair.promises[0], kept=Kept.BROKEN),))
    assert moves(reach(known, "arrive", NOW + 91 * MINUTE)) == [Move.STAGE]


def test_a_step_ends_the_promise_it_names_and_what_is_the_halls_own_stays_inside() -> None:
    talk = rules.accept(BOOKS, opened("human_agent").case, person("B301"), NOW).case
    outcome = rules.stage(BOOKS, talk, person("B301"), "answer", "", LATER)
    assert sound(talk, outcome).promises[0].kept is Kept.KEPT
    assert moves(outcome) == [Move.STAGE, Move.KEPT]
    assert not outcome.events[1].public


def test_a_promise_to_resolve_is_kept_by_resolving_only() -> None:
    case = rules.accept(BOOKS, opened().case, person(CLERK), NOW).case
    done = rules.stage(BOOKS, case, person(CLERK), "done", "", LATER).case
    assert done.promises[0].kept is Kept.RUNNING
    resolved = rules.resolve(BOOKS, done, person(CLERK), "户名已改", {}, LATER)
    assert resolved.case.promises[0].kept is Kept.KEPT
    assert moves(resolved) == [Move.RESOLVE, Move.KEPT]


def test_a_topic_the_handbook_lost_can_still_be_worked_to_its_end() -> None:
    lost = replace(BOOKS, topics={})
    case = case_in(State.ACCEPTED, "outage_repair", promises=opened("outage_repair").case.promises)
    assert rules.unfilled(lost, case, {}) == {}
    outcome = rules.resolve(lost, case, person(CLERK), "办好了", {}, LATER)
    sound(case, outcome, lost)
    assert outcome.case.stages_done == ()
    stray = replace(BOOKS, topics={"outage_repair": replace(BOOKS.topics["outage_repair"], promises=())})
    assert rules.stage(stray, case, person(CLERK), "arrive", "", LATER).case.promises[1:] == ()
    assert rules._begun_by(lost, case, "arrive", NOW) == ()


def test_a_case_is_resolved_by_its_checklist(repair: Case) -> None:
    crew = person(CREW)
    assert rules.unfilled(BOOKS, repair, {}) == {"cause": "停电原因"}
    assert rules.unfilled(BOOKS, repair, {"cause": "　"}) == {"cause": "停电原因"}
    assert rules.unfilled(BOOKS, replace(repair, closing={"cause": "雷击"}), {}) == {}
    with pytest.raises(Missing) as refused:
        rules.resolve(BOOKS, repair, crew, "", {"cause": "。"}, LATER)
    assert refused.value.fields == {"cause": "missing.closing:停电原因", "text": "missing.text"}
    skipped = reach(repair, "arrive").case
    outcome = rules.resolve(BOOKS, skipped, crew, " 已送电 ", {"cause": "雷击"}, LATER + MINUTE)
    case = sound(skipped, outcome)
    assert (case.state, case.resolved_at, case.closing) == (State.RESOLVED, LATER + MINUTE, {"cause": "雷击"})
    assert (case.stage, case.stages_done) == ("", ("report", "dispatch", "arrive", "repair", "restore", "record"))
    assert [one.kept for one in case.promises] == [Kept.KEPT, Kept.KEPT]
    assert moves(outcome) == [Move.RESOLVE, Move.KEPT]
    assert outcome.events[0].facts == {"cause": "雷击"}
    letter = outcome.letters[0]
    assert (letter.kind, told(outcome)) == (Kind.QUESTION, ["case.resolved"])
    assert letter.buttons == (Button("已解决", f"confirm.{NO}"), Button("没解决", f"refuse.{NO}"))
    assert BOOKS.rules.confirm_warn + case.resolved_at in [due.at for due in dues.dues(case, BOOKS.rules)]


def test_a_case_taken_up_again_loses_its_end_and_stands_where_it_stood(repair: Case) -> None:
    done = rules.resolve(BOOKS, repair, person(CREW), "已送电", {"cause": "雷击"}, LATER).case
    closed = replace(
        done, state=State.CLOSED, closed_at=LATER, rating=Rating(None), rungs=("confirm_warn", "accept_remind")
    )
    outcome = rules.reopen(BOOKS, closed, person(LEADER), " 又停了 ", LATER + MINUTE)
    case = sound(closed, outcome)
    assert (case.state, case.resolved_at, case.closed_at, case.rating) == (State.IN_PROGRESS, None, None, None)
    assert (case.stage, case.stages_done[-1]) == ("record", "restore")
    assert case.rungs == ("accept_remind", "reopened:1")
    assert case.closing == closed.closing
    assert [(one.id, one.started_at, one.kept) for one in case.promises] == [
        (closed.promises[0].id, LATER + MINUTE, Kept.RUNNING)
    ]
    assert (told(outcome), codes(outcome, f"staff:{CREW}")) == (["case.reopened"], ["staff.reopened"])
    assert facts(outcome, "case.reopened")["reason"] == "又停了"
    assert codes(rules.reopen(BOOKS, closed, person(CREW), "又停了", LATER)) == ["case.reopened", "case.card"]


def test_a_case_withdrawn_owes_nothing_more(repair: Case) -> None:
    outcome = rules.cancel(BOOKS, repair, person(LEADER), "重复报修", LATER)
    case = sound(repair, outcome)
    assert (case.state, case.closed_at, case.due_at) == (State.CANCELLED, LATER, None)
    assert [(one.kept, one.ended_at) for one in case.promises] == [(Kept.RUNNING, LATER)]
    assert told(outcome) == ["case.cancelled"]


def test_the_duty_leader_closes_with_a_reason_and_the_rating_is_asked_for() -> None:
    before = replace(case_in(State.RESOLVED), rating=None)
    outcome = rules.close(BOOKS, before, person(LEADER), "电话已确认", LATER)
    case = sound(before, outcome)
    assert (case.state, case.closed_at) == (State.CLOSED, LATER)
    assert case.rating == Rating(None, "", LATER, CLERK)
    assert [button.value for button in outcome.letters[0].buttons] == [f"rate.{n}.{NO}" for n in range(1, 6)]
    assert [button.label for button in outcome.letters[0].buttons] == ["1", "2", "3", "4", "5"]
    assert facts(outcome, "case.closed.leader")["by"] == person(LEADER)
