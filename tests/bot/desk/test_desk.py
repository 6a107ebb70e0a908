"""The room as a whole: whatever happens to a case, in whatever order, these things hold."""

from collections.abc import Mapping
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import rules, verdict
from bot.desk.case import Case, Kept, Outcome, State
from bot.desk.errors import DeskError
from bot.desk.moves import TABLE, Move
from bot.desk.overdue import overdue
from bot.desk.roster import Leave
from tests.kit_desk import (
    CLERK,
    CREW,
    CUSTOMER_MOVES,
    LEADER,
    NOW,
    SECOND,
    SERVER,
    STAFF_MOVES,
    TOPICS,
    By,
    opened,
    person,
    sound,
    with_leave,
)

BOOKS = with_leave(Leave(CLERK, NOW.date(), NOW.date() + timedelta(days=2), "轮休", SECOND))
STAGES = sorted({step.code for topic in TOPICS for step in topic.steps})
WORK: Mapping[str, By] = {
    **{move.value: doing for move, doing in STAFF_MOVES.items() if move not in (Move.STAGE, Move.RESOLVE)},
    **{
        f"stage.{code}": lambda books, case, by, now, code=code: rules.stage(books, case, by, code, "", now)  # type: ignore[misc]
        for code in STAGES
    },
    "resolve.empty": lambda books, case, by, now: rules.resolve(books, case, by, "好", {}, now),
    "resolve": lambda books, case, by, now: rules.resolve(books, case, by, "好", {"cause": "雷击"}, now),
}
SCORES = {
    f"rate.{score}": lambda books, case, now, score=score: verdict.rate(books, case, score, "", now)  # type: ignore[misc]
    for score in range(1, 6)
}
WISHES = {**{move.value: doing for move, doing in CUSTOMER_MOVES.items()}, **SCORES}
HANDLER = "the first handler"


def _often(names: Mapping[str, object]) -> list[str]:
    """What ends a case for good is rarer than what keeps it going."""
    return [name for name in names for _ in range(1 if name == Move.CANCEL else 5)]


ACTS = st.one_of(
    st.tuples(
        st.sampled_from([HANDLER, HANDLER, HANDLER, SECOND, LEADER, CREW, SERVER]), st.sampled_from(_often(WORK))
    ),
    st.tuples(st.just("customer"), st.sampled_from(_often(WISHES))),
    st.tuples(st.just("clock"), st.sampled_from(["0", "1", "19", "30", "60", "1440", "4320", "20000"])),
)
RUNS = st.lists(ACTS, min_size=1, max_size=30)
TOPIC = st.sampled_from([topic.code for topic in TOPICS])


def _replayed(state: State, outcome: Outcome) -> State:
    """Where the events alone lead: each a cell of the table."""
    for event in outcome.events:
        state = TABLE[Move(event.move)][state]
    return state


def _alerted(outcome: Outcome, fired: list[str]) -> None:
    for alert in outcome.alerts:
        assert alert.rung not in fired
        fired.append(alert.rung)
        assert alert.case == outcome.case.no
        assert all(no in BOOKS.roster.staff for no in alert.to)


def _promised(before: Case, case: Case) -> None:
    """No promise is forgotten, made twice, or unbroken again."""
    assert len({one.id for one in case.promises}) == len(case.promises)
    for old, new in zip(before.promises, case.promises, strict=False):
        assert (old.id, old.promise_at, old.started_at) == (new.id, new.promise_at, new.started_at)
        assert old.kept in (Kept.RUNNING, new.kept)
        assert old.ended_at is None or new == old


@settings(max_examples=300, deadline=None)
@given(TOPIC, RUNS)
def test_any_run_of_moves_and_ticks_leaves_a_sound_case(topic: str, acts: list[tuple[str, str]]) -> None:
    now = NOW
    outcome: Outcome | None = opened(topic, now=now, books=BOOKS)
    assert outcome is not None
    case = sound(None, outcome, BOOKS)
    fired: list[str] = []
    _alerted(outcome, fired)
    handler = case.first_handler
    for who, what in acts:
        before, outcome = case, None
        try:
            if who == "clock":
                now += timedelta(minutes=int(what))
                outcome = overdue(BOOKS, before, now)
            elif who == "customer":
                outcome = WISHES[what](BOOKS, before, now)
            else:
                outcome = WORK[what](BOOKS, before, person(handler if who == HANDLER else who), now)
        except DeskError:
            continue
        if outcome is None:
            assert before.due_at is None or before.due_at > now
            continue
        case = sound(before, outcome, BOOKS)
        assert case.first_handler == handler
        assert _replayed(before.state, outcome) is case.state
        _alerted(outcome, fired)
        _promised(before, case)
        if who == "clock":
            assert case.due_at is None or case.due_at > now
            assert overdue(BOOKS, case, now) is None
            assert before.state not in (State.CLOSED, State.CANCELLED)
            assert set(before.rungs) < set(case.rungs)


@settings(max_examples=100, deadline=None)
@given(TOPIC, st.lists(st.integers(0, 6 * 24 * 60), max_size=12))
def test_many_small_steps_of_the_clock_fire_what_one_great_one_fires(topic: str, steps: list[int]) -> None:
    case = opened(topic, books=BOOKS).case
    now = NOW
    slow: list[str] = []
    walked = case
    for minutes in steps:
        now += timedelta(minutes=minutes)
        if outcome := overdue(BOOKS, walked, now):
            walked = outcome.case
            slow += [alert.rung for alert in outcome.alerts]
    leap = overdue(BOOKS, case, now)
    assert walked.rungs == (leap.case.rungs if leap else case.rungs)
    assert slow == ([alert.rung for alert in leap.alerts] if leap else [])
    assert walked.promises == (leap.case.promises if leap else case.promises)
