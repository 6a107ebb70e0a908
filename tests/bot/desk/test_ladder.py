from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import ladder
from bot.desk.books import Books
from bot.desk.case import Alert, Case, Post, Priority, State
from bot.desk.pending import Callback, Cover, Raised
from bot.desk.promises import given as word
from bot.desk.roster import Leave
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    LEADER,
    NO,
    NOW,
    OTHER_LEADER,
    SECOND,
    SERVER,
    at,
    case_in,
    with_leave,
)
from tests.kit_moves import THIRD, led

MINUTE = timedelta(minutes=1)


def alert(why: str, *to: str, rung: str = "") -> Raised:
    return Raised(rung or f"{why}:p", why, NOW, to, grave=why in ladder.GRAVE)


def climbed(books: Books, case: Case, one: Raised, now: datetime = NOW) -> list[str]:
    """Everybody who is called one after the other if nobody ever answers."""
    called = []
    while no := ladder.following(books, case, one, now):
        one = replace(one, to=(*one.to, no))
        called.append(no)
        assert len(called) < 20
    return called


def case(**more: Any) -> Case:
    return case_in(State.ACCEPTED, **more)


def test_from_the_first_handler_to_the_team_leader_to_the_duty_leaders_in_the_order_of_their_shift() -> None:
    assert climbed(led(OTHER_LEADER, LEADER), case(), alert("half", CLERK)) == [SECOND, OTHER_LEADER, LEADER, THIRD]
    assert climbed(led(LEADER, OTHER_LEADER), case(), alert("half", CLERK)) == [SECOND, LEADER, OTHER_LEADER, THIRD]
    assert climbed(led(LEADER), case(), alert("most", SECOND)) == [LEADER, OTHER_LEADER, THIRD]


def test_who_acts_for_the_first_handler_is_called_before_anybody_above_them() -> None:
    covered = case(cover=Cover(SERVER, NOW.date()))
    assert ladder.handlers(covered) == (CLERK, SERVER)
    assert climbed(led(LEADER), covered, alert("half", CLERK))[:2] == [SERVER, SECOND]
    assert ladder.handlers(replace(covered, hidden_from=(SERVER,))) == (CLERK,)


def test_what_begins_with_the_duty_leader_never_goes_down_again() -> None:
    for why in ("broken", "accept", "help", "urges", "major"):
        assert climbed(led(LEADER), case(), alert(why, LEADER)) == [OTHER_LEADER, THIRD]
        assert climbed(led(LEADER), case(), alert(why)) == [LEADER, OTHER_LEADER, THIRD]


def test_a_shift_that_ends_between_two_calls_leaves_nobody_out_and_calls_nobody_twice() -> None:
    first, then = led(LEADER), led(OTHER_LEADER)
    one = alert("broken", *ladder.first(first, case(), NOW))
    assert one.to == (LEADER,)
    assert climbed(then, case(), one) == [OTHER_LEADER, THIRD]


def test_a_leader_who_has_left_the_hall_meanwhile_is_passed_over_and_those_below_hear_nothing() -> None:
    books = led(LEADER)
    gone = {**books.roster.staff, LEADER: replace(books.person(LEADER), on=False)}
    left = replace(books, roster=replace(books.roster, staff=gone))
    assert climbed(left, case(), alert("broken", LEADER)) == [OTHER_LEADER, THIRD]


@pytest.mark.parametrize(
    ("books", "what"),
    [
        (led(LEADER, leader="B777"), "nobody of that number"),
        (led(LEADER, leader=CLERK), "the same person"),
        (led(LEADER, leader="B999"), "who has left"),
        (led(LEADER, leaves=(Leave(SECOND, NOW.date(), NOW.date(), "年休"),)), "who is away"),
        (replace(led(LEADER), roster=replace(led(LEADER).roster, leaders={})), "no leader"),
    ],
)
def test_a_team_without_a_leader_who_is_here_is_passed_over(books: Books, what: str) -> None:
    assert ladder.team_leader(books, case(), NOW) == (), what
    assert climbed(books, case(), alert("half", CLERK))[0] == LEADER


def test_a_team_leader_it_is_hidden_from_or_who_acts_himself_is_passed_over() -> None:
    assert ladder.team_leader(led(LEADER), case(), NOW) == (SECOND,)
    assert ladder.team_leader(led(LEADER), case(hidden_from=(SECOND,)), NOW) == ()
    assert ladder.team_leader(led(LEADER), case(cover=Cover(SECOND, NOW.date())), NOW) == ()


def test_whom_it_is_hidden_from_is_called_never_not_even_last() -> None:
    hidden = case(hidden_from=(SECOND, LEADER, OTHER_LEADER, THIRD))
    assert ladder.duty(led(LEADER), hidden, NOW) == ladder.first(led(LEADER), hidden, NOW) == ()
    assert climbed(led(LEADER), hidden, alert("half", CLERK)) == []


def test_whom_it_is_about_is_not_called_while_there_is_anybody_else() -> None:
    books, talk = led(LEADER, OTHER_LEADER), word(3, OTHER_LEADER, NOW, NOW + MINUTE)
    spoken = case(promises=(talk,))
    mine = alert("broken", rung=f"broken:{talk.id}")
    assert ladder.first(books, spoken, NOW, OTHER_LEADER) == (LEADER,)
    assert climbed(books, spoken, mine) == [LEADER, THIRD]
    assert climbed(books, spoken, replace(mine, rung=f"broken:{talk.id}:2")) == [LEADER, THIRD]
    rated = case(callback=Callback(THIRD, NOW, NOW))
    assert climbed(books, rated, alert("low_rating", LEADER, rung="low_rating")) == [OTHER_LEADER]
    assert climbed(books, rated, alert("callback", LEADER)) == [OTHER_LEADER]
    assert ladder.about(case(), alert("low_rating", rung="low_rating")) == CLERK
    leads = case(first_handler=LEADER)
    assert climbed(books, leads, alert("broken", OTHER_LEADER)) == [THIRD]
    alone = {no: one for no, one in books.roster.staff.items() if one.post is not Post.DUTY or no == LEADER}
    single = replace(books, roster=replace(books.roster, staff=alone))
    assert ladder.first(single, leads, NOW) == (LEADER,)


@pytest.mark.parametrize("why", ["danger", "life_support", "self_harm"])
def test_danger_is_about_nobody_who_leads_and_answers_for_it_is_called_too(why: str) -> None:
    leads = case(first_handler=LEADER)
    assert ladder.about(leads, alert(why)) == ""
    assert ladder.first(led(LEADER), leads, NOW, "") == (LEADER,)
    assert climbed(led(LEADER), leads, alert(why, rung=why)) == [LEADER, OTHER_LEADER, THIRD]


def test_leaders_on_leave_are_called_only_where_all_are() -> None:
    day = NOW.date()
    away = led(LEADER, leaves=(Leave(THIRD, day, day, "年休"),))
    assert ladder.duty(away, case(), NOW) == (LEADER, OTHER_LEADER)
    none = led(LEADER, leaves=tuple(Leave(no, day, day, "年休") for no in (LEADER, OTHER_LEADER, THIRD)))
    assert set(ladder.duty(none, case(), NOW)) == {LEADER, OTHER_LEADER, THIRD}


PEOPLE = [CLERK, SECOND, CREW, LEADER, OTHER_LEADER, THIRD]
SOME = st.lists(st.sampled_from(PEOPLE), unique=True, max_size=6).map(tuple)
WHYS = st.sampled_from(["half", "most", "internal", "broken", "red_line", "danger", "major", "urges", "accept"])


@given(SOME, SOME, SOME, SOME, WHYS, SOME)
def test_nobody_is_called_twice_and_never_whom_it_is_hidden_from(
    shift: tuple[str, ...],
    off: tuple[str, ...],
    away: tuple[str, ...],
    hidden: tuple[str, ...],
    why: str,
    to: tuple[str, ...],
) -> None:
    day = NOW.date()
    books = led(*shift, leaves=tuple(Leave(no, day, day, "年休") for no in away))
    staff = {no: replace(one, on=one.on and no not in off) for no, one in books.roster.staff.items()}
    books = replace(books, roster=replace(books.roster, staff=staff))
    kept = case(hidden_from=tuple(no for no in hidden if no != CLERK))
    called = climbed(books, kept, alert(why, *to))
    assert len({*called, *to}) == len(called) + len(to)
    assert not set(called) & set(kept.hidden_from)
    assert not {no for no in called if no != CLERK} & set(off)


def raised(why: str, now: datetime, **more: Any) -> Raised:
    return ladder.raised(BOOKS, case(**more), Alert(NO, f"{why}:p", why, "x", (LEADER,), now), now)


@pytest.mark.parametrize(
    ("now", "up"),
    [
        ("2026-11-23T10:00", "2026-11-23T10:30"),
        ("2026-11-23T21:00", "2026-11-24T07:30"),
        ("2026-11-23T23:00", "2026-11-24T08:00"),  # it is read in the morning: only then does the half hour begin
        ("2026-11-24T07:29", "2026-11-24T08:00"),
    ],
)
def test_an_alert_goes_up_when_it_could_have_been_answered(now: str, up: str) -> None:
    one = raised("broken", at(now))
    assert one == Raised("broken:p", "broken", at(now), (LEADER,), next_at=at(up))
    assert raised("broken", at(now), priority=Priority.URGENT).next_at == at(now) + 30 * MINUTE


@pytest.mark.parametrize("why", sorted(ladder.GRAVE))
def test_what_is_grave_goes_up_within_two_minutes_by_night_too(why: str) -> None:
    night = at("2026-11-23T23:00")
    one = raised(why, night)
    assert (one.grave, one.next_at) == (True, night + 2 * MINUTE)


def test_a_team_leader_is_known_by_the_first_handler_s_team() -> None:
    assert ladder.team_leader(led(LEADER), case(first_handler=CREW), NOW) == ()
    assert ladder.team_leader(with_leave(), case(), NOW) == ()
