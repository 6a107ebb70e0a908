from dataclasses import replace
from datetime import timedelta

from bot.desk import rules
from bot.desk.again import reopened
from bot.desk.case import Case, Kept, State
from tests.kit_desk import BOOKS, CREW, NOW, person

MINUTE = timedelta(minutes=1)
LATER = NOW + 10 * MINUTE


def resolved(case: Case) -> Case:
    return rules.resolve(BOOKS, case, person(CREW), "已送电", {"cause": "雷击"}, LATER).case


def test_a_refused_end_never_was_and_its_promises_run_on(repair: Case) -> None:
    done = resolved(repair)
    case = reopened(BOOKS, done, LATER + MINUTE)
    assert [one.kept for one in done.promises] == [Kept.KEPT]
    assert [(one.kept, one.ended_at) for one in case.promises] == [(Kept.RUNNING, None)]
    assert case.promises == repair.promises
    assert (case.state, case.resolved_at) == (State.IN_PROGRESS, None)


def test_what_was_kept_before_the_refused_end_stays_kept(repair: Case) -> None:
    there = rules.stage(BOOKS, repair, person(CREW), "arrive", "", LATER).case
    case = reopened(BOOKS, rules.resolve(BOOKS, there, person(CREW), "好", {"cause": "雷"}, LATER + MINUTE).case, LATER)
    assert case.promises[0].kept is Kept.KEPT
    assert [one.ended_at for one in case.promises[1:]] == [None]


def test_a_broken_promise_stays_broken(repair: Case) -> None:
    broken = replace(repair, promises=tuple(replace(one, kept=Kept.BROKEN) for one in repair.promises))
    assert [one.kept for one in reopened(BOOKS, resolved(broken), LATER).promises] == [Kept.BROKEN]


def test_a_closed_case_is_promised_afresh_and_may_be_late_again(repair: Case) -> None:
    name = repair.promises[0].id
    closed = replace(resolved(repair), state=State.CLOSED, rungs=(f"broken:{name}", "urges", "confirm_warn"))
    case = reopened(BOOKS, closed, LATER + MINUTE)
    assert [one.started_at for one in case.promises] == [LATER + MINUTE]
    assert case.rungs == ("urges", "reopened:1")


def test_of_a_topic_the_handbook_no_longer_has_the_promises_stay(repair: Case) -> None:
    lost = replace(BOOKS, topics={})
    closed = replace(resolved(repair), state=State.CLOSED)
    assert reopened(lost, closed, LATER).promises == closed.promises


def test_it_stands_at_its_last_stage(repair: Case) -> None:
    closed = replace(resolved(repair), state=State.CLOSED)
    assert reopened(BOOKS, replace(closed, stages_done=()), LATER).stage == ""
    brought = reopened(BOOKS, replace(closed, stage="restore", stages_done=("report",)), LATER)
    assert (brought.stage, brought.stages_done) == ("restore", ("report",))


def test_a_stage_skipped_over_counts_as_reached(repair: Case) -> None:
    case = rules.stage(BOOKS, repair, person(CREW), "restore", "", LATER).case
    assert case.promises[0].kept is Kept.KEPT
    assert case.promises[0].ended_at == LATER
