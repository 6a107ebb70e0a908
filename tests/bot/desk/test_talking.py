from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.desk import promises, rules, talking, verdict
from bot.desk.case import Case, Kept, Kind, Lane, Outcome, Promise, State
from bot.desk.errors import IllegalMove, Missing, NotYours
from bot.desk.hours import Calendar
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from bot.desk.words import words
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    LEADER,
    NOW,
    OTHER_LEADER,
    SERVER,
    ZONE,
    at,
    case_in,
    codes,
    facts,
    moves,
    person,
    sound,
    told,
)
from tests.kit_moves import task

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIVE = at("2026-11-23T17:00")


def case(state: State = State.ACCEPTED, **more: Any) -> Case:
    return case_in(state, **more)


def replied(
    before: Case, text: str = "好的", by: str = CLERK, now: datetime = NOW, until: datetime | None = None
) -> Outcome:
    outcome = talking.reply(BOOKS, before, person(by), text, now, promise_at=until)
    sound(before, outcome)
    return outcome


def noted(
    before: Case, text: str = "记一笔", by: str = CLERK, now: datetime = NOW, until: datetime | None = None
) -> Outcome:
    outcome = talking.note(BOOKS, before, person(by), text, now, promise_at=until)
    sound(before, outcome)
    return outcome


def looked(before: Case, now: datetime) -> Outcome:
    outcome = overdue(BOOKS, before, now)
    assert outcome is not None
    sound(before, outcome)
    return outcome


def said(outcome: Outcome) -> tuple[Promise, ...]:
    return tuple(one for one in outcome.case.promises if one.to == promises.SAID)


def test_a_time_named_in_a_reply_is_a_promise_of_who_named_it() -> None:
    outcome = replied(case(), "下午给您消息", until=FIVE)
    assert said(outcome) == (Promise("said.3", "said", NOW, FIVE, None, None, by=CLERK),)
    assert moves(outcome) == [Move.REPLY, Move.PROMISE]
    reply, promise = outcome.events
    assert reply.facts == promise.facts == {"promise": "said.3", "promise_at": FIVE.isoformat()}
    assert promise.text == words("event.promised", by=person(CLERK), until=FIVE)
    assert codes(outcome) == ["staff.words"]  # he named it himself: nobody tells him


def test_a_time_his_words_name_is_one_too_and_he_is_told_what_was_understood() -> None:
    outcome = replied(case(), "下午五点前给您回电")
    assert [(one.promise_at, one.by) for one in said(outcome)] == [(FIVE, CLERK)]
    assert codes(outcome, f"staff:{CLERK}") == ["staff.promised"]
    assert facts(outcome, "staff.promised")["until"] == FIVE
    assert said(replied(case(), "您看下午五点方便吗？")) == ()


def test_what_counts_by_the_hall_s_own_days_is_reckoned_on_its_calendar() -> None:
    friday = at("2026-11-27T10:00")
    (word,) = said(replied(case(), "三个工作日内给您答复", now=friday))
    assert word.promise_at
    assert word.promise_at.date() == at("2026-12-02T00:00").date()
    (today,) = said(replied(case(), "今天下班前给您回电"))
    assert today.promise_at == at("2026-11-23T17:30")


def test_on_a_calendar_that_never_opens_nothing_is_promised_by_working_days() -> None:
    shut = Calendar(ZONE, (), dict.fromkeys(_days(), False))
    books = replace(BOOKS, calendar=shut)
    outcome = talking.reply(books, case(), person(CLERK), "三个工作日内给您答复", NOW)
    assert said(outcome) == ()


def _days() -> list[Any]:
    return [NOW.date() + timedelta(days=ahead) for ahead in range(-2, 900)]


@pytest.mark.parametrize("until", [NOW, NOW - MINUTE])
def test_a_moment_that_has_passed_is_asked_for_again(until: datetime) -> None:
    for doing in (replied, noted):
        with pytest.raises(Missing) as refused:
            doing(case(), "给您回电", until=until)
        assert refused.value.fields == {"promise_at": "missing.past"}


def test_a_word_given_by_telephone_is_written_down_with_the_note() -> None:
    outcome = noted(case(), "跟客户电话里说了五点前上门", until=FIVE)
    assert [(one.id, one.promise_at, one.by) for one in said(outcome)] == [("said.3", FIVE, CLERK)]
    assert moves(outcome) == [Move.NOTE, Move.PROMISE]
    assert [event.public for event in outcome.events] == [False, True]
    assert told(outcome) == []
    assert said(noted(case(), "下午五点前给您回电")) == ()  # a note is not read: it was said to nobody


@pytest.mark.parametrize("state", [State.CLOSED, State.CANCELLED])
def test_of_a_case_that_is_over_nothing_is_promised_rather_than_forgotten(state: State) -> None:
    with pytest.raises(IllegalMove):
        noted(case(state), until=FIVE)
    outcome = noted(case(state), "已回电")
    assert (outcome.events[0].lane, outcome.case.promises) == (Lane.BACKSTAGE, ())


def test_the_next_word_of_his_or_of_the_first_handler_keeps_it() -> None:
    helped = case(tasks=(task(),), helpers=(CREW,))
    spoken = replied(helped, by=CREW, until=FIVE).case
    for by in (CREW, CLERK):
        outcome = replied(spoken, by=by, now=NOW + HOUR)
        (word,) = said(outcome)
        assert (word.kept, word.ended_at) == (Kept.KEPT, NOW + HOUR)
        assert (moves(outcome), outcome.events[1].public) == ([Move.REPLY, Move.KEPT], True)


@pytest.mark.parametrize("by", [LEADER, OTHER_LEADER, CREW])
def test_somebody_else_s_word_does_not_keep_it(by: str) -> None:
    spoken = replied(case(tasks=(task(),), helpers=(CREW,)), until=FIVE).case
    for outcome in (replied(spoken, by=by), noted(spoken, "已回电", by=by)):
        assert [(one.kept, one.ended_at) for one in said(outcome)] == [(Kept.RUNNING, None)]


@pytest.mark.parametrize("text", ["已回电", "已经联系客户", "打过电话了", "电话里已说明", "已上门看过", "已答复"])
def test_a_note_that_says_so_keeps_it(text: str) -> None:
    spoken = replied(case(), until=FIVE).case
    outcome = noted(spoken, text, now=NOW + HOUR)
    assert [one.kept for one in said(outcome)] == [Kept.KEPT]
    assert moves(outcome) == [Move.NOTE, Move.KEPT]


@pytest.mark.parametrize("text", ["明天再打电话", "没人接", "等配件"])
def test_any_other_note_leaves_it_running(text: str) -> None:
    spoken = replied(case(), until=FIVE).case
    assert [one.kept for one in said(noted(spoken, text, now=NOW + HOUR))] == [Kept.RUNNING]


def test_kept_late_it_was_broken() -> None:
    spoken = replied(case(), until=FIVE).case
    outcome = replied(spoken, now=FIVE + MINUTE)
    assert ([one.kept for one in said(outcome)], moves(outcome)) == ([Kept.BROKEN], [Move.REPLY, Move.BROKEN])


def test_a_new_word_takes_the_place_of_the_old_one_and_only_of_his_own() -> None:
    first = replied(case(), until=FIVE).case
    leaders = replied(first, by=LEADER, until=FIVE + HOUR).case
    outcome = replied(leaders, "改到六点", until=FIVE + HOUR, now=NOW + HOUR)
    old, other, new = said(outcome)
    assert (old.kept, old.ended_at) == (Kept.RUNNING, NOW + HOUR)
    assert (other.by, other.ended_at) == (LEADER, None)
    assert (new.promise_at, new.started_at) == (FIVE + HOUR, NOW + HOUR)
    assert moves(outcome) == [Move.REPLY, Move.PROMISE]


def test_a_new_word_does_not_undo_a_broken_one() -> None:
    first = replied(case(), until=FIVE).case
    outcome = replied(first, "改到六点", until=FIVE + HOUR, now=FIVE + MINUTE)  # the clock has not looked yet
    assert [(one.kept, one.ended_at) for one in said(outcome)] == [
        (Kept.BROKEN, FIVE + MINUTE),
        (Kept.RUNNING, None),
    ]
    assert moves(outcome) == [Move.REPLY, Move.PROMISE, Move.BROKEN]
    broken = looked(first, FIVE).case
    again = replied(broken, "改到六点", until=FIVE + HOUR, now=FIVE + MINUTE)
    assert [one.kept for one in said(again)] == [Kept.BROKEN, Kept.RUNNING]
    assert moves(again) == [Move.REPLY, Move.PROMISE]  # the ledger has it already
    assert promises.next_promise(again.case) == said(again)[1]


def test_he_is_reminded_before_it_runs_out_and_owns_up_when_it_has() -> None:
    spoken = replied(case(), until=FIVE).case
    assert overdue(BOOKS, replace(spoken, beat_at=None), FIVE - 20 * MINUTE - timedelta(seconds=1)) is None
    warned = looked(replace(spoken, beat_at=None), FIVE - 20 * MINUTE)
    assert (codes(warned), warned.letters[0].kind) == (["staff.said"], Kind.NUDGE)
    broken = looked(warned.case, FIVE)
    assert told(broken) == ["case.broken"]
    assert [(alert.rung, alert.to) for alert in broken.alerts] == [("broken:said.3", (LEADER,))]
    assert facts(broken, "alert.broken")["handler"] == person(CLERK)
    assert overdue(BOOKS, replace(broken.case, beat_at=None, raised=()), FIVE + 90 * DAY) is None


def test_a_word_about_a_case_that_is_done_is_kept_an_eye_on_too() -> None:
    done = case(State.RESOLVED)
    spoken = replied(done, "五点前给您回电确认", until=FIVE).case
    broken = looked(spoken, FIVE)
    assert {"said:said.3", "broken:said.3"} <= set(broken.case.rungs)
    assert told(broken) == ["case.broken"]
    closed = verdict.confirm(BOOKS, spoken, "好了", NOW + HOUR)
    after = sound(spoken, closed)
    assert (after.promises[0].ended_at, after.promises[0].kept) == (NOW + HOUR, Kept.RUNNING)
    back = verdict.refuse(BOOKS, spoken, "没好", NOW + HOUR).case
    assert said(looked(back, FIVE))[0].kept is Kept.BROKEN


def test_resolving_keeps_what_was_said() -> None:
    spoken = replied(case(), until=FIVE).case
    done = rules.resolve(BOOKS, spoken, person(CLERK), "办好了", {}, NOW + HOUR).case
    assert [one.kept for one in done.promises] == [Kept.KEPT]


def test_two_moments_of_one_person_never_run_at_once() -> None:
    spoken = case()
    for hours in (3, 5, 2):
        spoken = replied(spoken, until=NOW + hours * HOUR).case
    assert [one.ended_at for one in spoken.promises] == [NOW, NOW, None]
    assert len({one.id for one in spoken.promises}) == 3


def test_strangers_and_empty_words_are_refused_before_anything_is_promised() -> None:
    with pytest.raises(NotYours):
        replied(case(), by=SERVER, until=FIVE)
    with pytest.raises(NotYours):
        noted(case(), by=SERVER, until=FIVE)
    with pytest.raises(Missing):
        noted(case(), "。", until=FIVE)
