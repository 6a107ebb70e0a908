from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk import answering
from bot.desk.case import Lane, State
from bot.desk.moves import TABLE, Move
from bot.desk.pending import Raised
from bot.desk.words import words
from tests.kit_desk import BOOKS, CLERK, LEADER, NOW, OTHER_LEADER, case_in, person, sound

MINUTE = timedelta(minutes=1)


def alert(why: str, **more: object) -> Raised:
    given: dict[str, object] = {"next_at": NOW + 30 * MINUTE, "grave": why == "danger"} | more
    return Raised(f"{why}:p", why, NOW, (LEADER, OTHER_LEADER), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", [State.ACCEPTED, State.RESOLVED, State.CLOSED, State.CANCELLED])
def test_who_says_first_that_he_has_it_has_it(state: State) -> None:
    before = case_in(state, raised=(alert("broken"), alert("urges")))
    outcome = answering.acknowledge(BOOKS, before, "broken:p", person(LEADER), NOW + MINUTE)
    assert outcome is not None
    case = sound(before, outcome)
    mine = case.raised[0]
    assert (mine.acked_by, mine.acked_at, mine.next_at) == (LEADER, NOW + MINUTE, None)
    assert case.raised[1].acked_by == ""
    (event,) = outcome.events
    assert (event.move, event.by, event.lane, event.public) == (Move.ACKNOWLEDGE, LEADER, Lane.SUPPORT, False)
    assert event.facts == {"rung": "broken:p"}
    assert event.text == words("event.acked", by=person(LEADER), why=words("why.broken"))
    assert (outcome.letters, outcome.alerts) == ((), ())
    assert case.acted_at is None  # saying so is not doing
    assert answering.acknowledge(BOOKS, case, "broken:p", person(OTHER_LEADER), NOW + 2 * MINUTE) is None
    assert answering.acknowledge(BOOKS, case, "nothing", person(OTHER_LEADER), NOW) is None


def test_who_has_danger_is_followed_up_until_somebody_has_acted() -> None:
    waits = case_in(State.ACCEPTED, raised=(alert("danger"),))
    mine = answering.acknowledge(BOOKS, waits, "danger:p", person(LEADER), NOW + MINUTE)
    assert mine is not None
    assert mine.case.raised[0].next_at == NOW + 16 * MINUTE
    acted = answering.acknowledge(BOOKS, replace(waits, acted_at=NOW), "danger:p", person(LEADER), NOW + MINUTE)
    assert acted is not None
    assert acted.case.raised[0].next_at is None
    old = replace(waits, acted_at=NOW - MINUTE)  # before the danger: that was another matter
    early = answering.acknowledge(BOOKS, old, "danger:p", person(LEADER), NOW + MINUTE)
    assert early is not None
    assert early.case.raised[0].next_at is not None


@pytest.mark.parametrize("move", list(Move))
def test_a_move_answers_what_it_does_away_with_and_nothing_else(move: Move) -> None:
    whys = ("accept", "half", "broken", "help", "urges", "transfer", "callback", "low_rating", "danger", "media")
    held = alert("half", acked_by=OTHER_LEADER, acked_at=NOW)
    case = case_in(State.ACCEPTED, raised=(*(alert(why) for why in whys), replace(held, rung="half:q")))
    after, rungs = answering.by_doing(case, move, person(CLERK), NOW + MINUTE)
    answers = answering.ANSWERS.get(move, ())
    assert rungs == tuple(f"{why}:p" for why in whys if why in answers)
    for one in after.raised[:-1]:
        assert (one.acked_by, one.next_at is None) == ((CLERK, True) if one.why in answers else ("", False))
    assert after.raised[-1].acked_by == OTHER_LEADER


def test_only_moves_of_people_answer_and_no_answer_is_for_what_the_move_leaves_open() -> None:
    assert set(answering.ANSWERS) <= {move for move in Move if move in TABLE}
    assert "danger" not in answering.ANSWERS[Move.ACCEPT]  # taking a case on is not yet danger averted
    assert "broken" not in answering.ANSWERS[Move.ACCEPT]
