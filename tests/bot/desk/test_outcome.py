from dataclasses import replace

import pytest

from bot.desk.case import Alert, Button, Case, Cover, Kind, Lane, Priority, State, Transfer
from bot.desk.moves import Move
from bot.desk.outcome import Draft, Entry, joined, record, to_customer, to_staff
from tests.kit_desk import BOOKS, CLERK, CREW, CUSTOMER, NO, NOW, SECOND, SERVER, case_in
from tests.kit_moves import task


def test_events_are_numbered_letters_keyed_and_the_wake_up_set() -> None:
    case = replace(case_in(State.OPEN), due_at=None)
    alert = Alert(NO, "urges", "urges", "催", (CLERK,), NOW)
    button = Button("好", "ok")
    outcome = record(
        BOOKS,
        case,
        NOW,
        [Entry(Move.NOTE, CLERK, "话", Lane.BACKSTAGE, public=False), Entry(Move.REPLY, CLERK, facts={"a": "b"})],
        [to_customer(case, Kind.WORDS, "好", button, speaker=CLERK), to_staff(CLERK, Kind.NUDGE, "快")],
        alerts=[alert],
    )
    first, second = outcome.events
    assert (first.case, first.seq, first.at, first.lane, first.by) == (NO, 3, NOW, Lane.BACKSTAGE, CLERK)
    assert (first.move, first.public, first.text, first.facts) == (Move.NOTE, False, "话", {})
    assert (second.seq, second.lane, second.public, second.facts) == (4, Lane.FRONTSTAGE, True, {"a": "b"})
    assert outcome.case.seq == 4
    assert outcome.case.due_at == NOW + BOOKS.rules.accept_remind
    to, inside = outcome.letters
    assert (to.to, to.kind, to.key, to.text, to.case) == (
        f"customer:{CUSTOMER}",
        Kind.WORDS,
        f"case:{NO}:4:0",
        "好",
        NO,
    )
    assert (to.buttons, to.speaker, to.urgent) == ((button,), CLERK, False)
    assert (inside.to, inside.key, inside.speaker) == (f"staff:{CLERK}", f"case:{NO}:4:1", "")
    assert outcome.alerts == (alert,)


def test_a_draft_says_whom_it_is_for() -> None:
    assert to_staff("B1", Kind.ALERT, "x") == Draft("staff:B1", Kind.ALERT, "x")


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_danger_is_urgent_only_while_it_lasts(state: State) -> None:
    case = case_in(state, "hazard", priority=Priority.EMERGENCY)
    outcome = record(BOOKS, case, NOW, [Entry(Move.NOTE, CLERK)], [to_staff(CLERK, Kind.NOTICE, "x")])
    over = state in (State.RESOLVED, State.CLOSED, State.CANCELLED)
    assert outcome.letters[0].urgent is not over


@pytest.mark.parametrize("priority", [Priority.NORMAL, Priority.URGENT])
def test_nothing_else_is_urgent(priority: Priority) -> None:
    case = case_in(State.OPEN, priority=priority)
    assert (
        not record(BOOKS, case, NOW, [Entry(Move.NOTE, CLERK)], [to_staff(CLERK, Kind.NOTICE, "x")]).letters[0].urgent
    )


def busy(state: State) -> Case:
    """A case on which everything that asks somebody is open."""
    return case_in(
        state,
        transfer=Transfer(SECOND, "学习", CLERK, NOW),
        cover=Cover(SECOND, NOW.date()),
        tasks=(task(), task("work", "", 2), task(SERVER, SERVER, 3, done_at=NOW, result="好了")),
        helpers=(CREW,),
    )


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_nothing_is_asked_of_a_case_that_is_over_and_who_still_helps_is_told(state: State) -> None:
    case, later = busy(state), NOW.replace(hour=11)
    outcome = record(BOOKS, case, later, [Entry(Move.NOTE, CLERK)])
    if state not in (State.CLOSED, State.CANCELLED):
        assert outcome.case == replace(case, seq=case.seq + 1, due_at=outcome.case.due_at)
        assert outcome.letters == ()
        return
    after = outcome.case
    assert (after.transfer, after.cover, after.helpers, after.due_at) == (None, None, (), None)
    assert [one.done_at for one in after.tasks] == [later, later, NOW]
    assert [one.result for one in after.tasks] == ["", "", "好了"]
    assert [(letter.to, letter.text.code) for letter in outcome.letters] == [(f"staff:{CREW}", "staff.help.over")]  # type: ignore[union-attr]
    assert record(BOOKS, after, later, [Entry(Move.NOTE, CLERK)]).letters == ()


def test_whom_it_is_hidden_from_gets_no_letter_whoever_asks_for_it() -> None:
    case = case_in(State.OPEN, hidden_from=(CREW, SECOND))
    drafts = [to_staff(no, Kind.NOTICE, "x") for no in (CREW, CLERK, SECOND)]
    outcome = record(BOOKS, case, NOW, [Entry(Move.NOTE, CLERK)], drafts)
    assert [letter.to for letter in outcome.letters] == [f"staff:{CLERK}"]


def test_two_decisions_in_a_row_are_one() -> None:
    first = record(BOOKS, case_in(State.OPEN), NOW, [Entry(Move.NOTE, CLERK)], [to_staff(CLERK, Kind.NOTICE, "1")])
    alert = Alert(NO, "urges", "urges", "催", (CLERK,), NOW)
    then = record(
        BOOKS, first.case, NOW, [Entry(Move.URGE, CLERK)], [to_staff(CLERK, Kind.NOTICE, "2")], alerts=[alert]
    )
    both = joined(first, then)
    assert (both.case, both.alerts) == (then.case, (alert,))
    assert [event.seq for event in both.events] == [3, 4]
    assert [letter.text for letter in both.letters] == ["1", "2"]
    assert len({letter.key for letter in both.letters}) == 2
