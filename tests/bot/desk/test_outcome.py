from dataclasses import replace

import pytest

from bot.desk.case import Alert, Button, Kind, Lane, Priority, State
from bot.desk.moves import Move
from bot.desk.outcome import Draft, Entry, record, to_customer, to_staff
from tests.kit_desk import BOOKS, CLERK, CUSTOMER, NO, NOW, case_in


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
