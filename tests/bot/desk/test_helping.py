from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk import handing, helping, rules
from bot.desk.books import Books
from bot.desk.case import Case, Kind, Lane, Outcome, Post, State
from bot.desk.errors import IllegalMove, Missing, NotYours, Taken
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from bot.desk.pending import Task
from bot.desk.promises import LIVE
from bot.desk.roster import Leave, Staff
from bot.desk.words import words
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    CUSTOMER,
    LEADER,
    NIGHT,
    NOW,
    PLAIN,
    SECOND,
    SERVER,
    TALKER,
    at,
    case_in,
    codes,
    facts,
    moves,
    opened,
    person,
    sound,
    with_leave,
)
from tests.kit_moves import task

LATER = NOW + timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


def teamed(**teams: str) -> Books:
    """The same hall, its people in teams."""
    people = {no: replace(one, team=teams.get(no, "")) for no, one in BOOKS.roster.staff.items()}
    return replace(BOOKS, roster=replace(BOOKS.roster, staff=people))


CREWS = teamed(**{CREW: "repair", NIGHT: "repair", PLAIN: "repair"})


def asked(to: str = SECOND, case: Case | None = None, books: Books = BOOKS, by: str = CLERK) -> Outcome:
    case = case or rules.accept(BOOKS, opened().case, person(CLERK), NOW).case
    outcome = helping.ask(books, case, books.person(by), to, "  查一下表  ", NOW)
    sound(case, outcome, books)
    return outcome


def whom(outcome: Outcome) -> set[str]:
    """Who is told; the customer's live card follows in silence."""
    return {letter.to.removeprefix("staff:") for letter in outcome.letters if not letter.edits}


def take(case: Case, no: str, books: Books = BOOKS) -> Outcome:
    outcome = rules.accept(books, case, books.person(no), LATER)
    sound(case, outcome, books)
    return outcome


def test_a_person_is_asked_and_the_first_handler_stays() -> None:
    outcome = asked(f"　{CREW.lower()} ")
    case = outcome.case
    due = case.promises[0].internal_at
    assert case.tasks == (Task(1, CREW, CLERK, "查一下表", NOW, NOW, due, helper=CREW),)
    assert (case.helpers, case.first_handler) == ((CREW,), CLERK)
    (event,) = outcome.events
    assert (event.move, event.public, event.lane, event.facts) == (
        Move.HELP,
        False,
        Lane.BACKSTAGE,
        {"task": "1", "to": CREW},
    )
    letter, card = outcome.letters
    assert (letter.to, letter.kind) == (f"staff:{CREW}", Kind.NOTICE)
    assert (card.edits, facts(outcome, "case.card")["turn"]) == (case.receipt, words("turn.helper"))
    said = facts(outcome, "staff.help")
    assert (said["by"], said["handler"], said["text"], said["due"]) == (person(CLERK), person(CLERK), "查一下表", due)


def test_a_stand_in_asks_in_the_name_of_the_first_handler() -> None:
    away = with_leave(Leave(CLERK, NOW.date(), NOW.date(), "轮休", SECOND))
    said = facts(asked(CREW, books=away, by=SECOND), "staff.help")
    assert (said["by"], said["handler"]) == (person(SECOND), person(CLERK))


def test_a_team_or_a_post_is_asked_those_on_shift_first() -> None:
    team = asked("Repair", books=CREWS)
    assert (whom(team), team.case.tasks[0].to, team.case.helpers) == ({CREW}, "repair", ())
    post = asked("work")
    assert whom(post) == {SECOND, CREW}  # not the first handler himself, nor who is at home
    assert facts(post, "staff.help")["no"]
    event = post.events[0].text
    assert event.facts["to"] is Post.WORK  # type: ignore[union-attr]
    night = helping.ask(CREWS, team.case, CREWS.person(CLERK), "repair", "再看看", at("2026-11-23T07:00"))
    assert whom(night) == {NIGHT}
    holiday = replace(CREWS, roster=replace(CREWS.roster, shifts=()))
    nobody = asked("repair", books=holiday)
    assert (whom(nobody), nobody.case.tasks[0].from_at) == ({CREW, NIGHT}, None)


def test_waiting_counts_from_the_next_shift_of_whoever_is_asked() -> None:
    case = case_in(State.ACCEPTED)
    evening = at("2026-11-23T21:00")
    late = helping.ask(BOOKS, case, person(CLERK), SECOND, "明早看", evening).case
    assert late.tasks[0].from_at == at("2026-11-24T08:30")
    assert late.due_at == at("2026-11-24T08:50")
    assert late.tasks[0].due_at is None  # no promise runs on it


def test_a_team_with_the_key_of_a_post_is_both_and_whoever_is_asked_may_take_it() -> None:
    books = teamed(**{SERVER: "work"})
    outcome = asked("work", books=books)
    assert whom(outcome) == {SECOND, CREW, SERVER}
    for no in whom(outcome):
        assert take(outcome.case, no, books).case.helpers == (no,)
    mixed = teamed(**{SERVER: CREW})  # and one with the key of a person is that person
    personal = asked(CREW, books=mixed)
    assert whom(personal) == {CREW}
    with pytest.raises(NotYours):
        rules.accept(mixed, personal.case, mixed.person(SERVER), LATER)


@pytest.mark.parametrize("to", ["", " ", "B777", "nobody", "B999", PLAIN, CLERK, SERVER, "service", TALKER])
def test_who_cannot_help_is_not_called_in(to: str) -> None:
    shy = replace(person(TALKER), avoid=frozenset({CUSTOMER}))
    books = replace(BOOKS, roster=replace(BOOKS.roster, staff={**BOOKS.roster.staff, TALKER: shy}))
    case = replace(case_in(State.ACCEPTED), hidden_from=(SERVER,))
    with pytest.raises(Missing) as refused:
        helping.ask(books, case, person(CLERK), to, "看表", NOW)
    assert refused.value.fields == {"to": "missing.helper"}
    with pytest.raises(Missing) as refused:
        helping.ask(books, case, person(CLERK), CREW, "。", NOW)
    assert refused.value.fields == {"text": "missing.text"}


def test_of_several_the_first_has_it_and_the_others_hear_who_and_when() -> None:
    case = asked("work").case
    outcome = take(case, CREW)
    after = outcome.case
    assert (after.helpers, after.tasks[0].helper, after.tasks[0].taken_at) == ((CREW,), CREW, LATER)
    assert (after.state, after.first_handler) == (case.state, CLERK)
    assert whom(outcome) == {CLERK, SECOND}
    assert (moves(outcome), outcome.events[0].public) == ([Move.ACCEPT], False)
    for no in (SECOND, CREW):
        with pytest.raises(Taken) as late:
            rules.accept(BOOKS, after, person(no), LATER + MINUTE)
        assert (late.value.helper, late.value.at) == (CREW, LATER)
    for no in (SERVER, TALKER):
        with pytest.raises(NotYours):
            rules.accept(BOOKS, after, person(no), LATER)


def test_who_is_asked_by_number_takes_it_too_so_that_the_first_handler_knows() -> None:
    case = asked(CREW).case
    outcome = take(case, CREW)
    assert (whom(outcome), codes(outcome)) == ({CLERK}, ["staff.help.taken"])
    with pytest.raises(NotYours):
        rules.accept(BOOKS, case, person(SECOND), LATER)


def test_after_a_change_of_hands_it_is_the_new_first_handler_who_hears() -> None:
    case = asked("guide").case
    moved = handing.reassign(BOOKS, case, person(LEADER), SECOND, "换人", NOW).case
    outcome = take(moved, TALKER)
    assert whom(outcome) == {SECOND, CLERK}  # and whoever had asked
    assert whom(helping.done(BOOKS, outcome.case, person(TALKER), "查好了", LATER)) == {SECOND}


def test_a_leader_who_is_called_in_takes_the_task_once_the_case_itself_is_taken() -> None:
    fresh = asked("duty", opened().case).case
    assert take(fresh, LEADER).case.state is State.ACCEPTED
    assert take(asked("duty").case, LEADER).case.helpers == (LEADER,)


def test_who_is_off_or_shut_out_takes_nothing_and_learns_nothing() -> None:
    case = asked("work").case
    taken = take(case, CREW).case
    for one in (case, taken):
        with pytest.raises(NotYours):
            rules.accept(BOOKS, one, replace(person(SECOND), on=False), LATER)
        with pytest.raises(NotYours):
            rules.accept(BOOKS, replace(one, hidden_from=(SECOND,)), person(SECOND), LATER)


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_a_task_is_asked_for_and_taken_while_the_case_is_worked_on(state: State) -> None:
    case = case_in(state)
    waiting = replace(case, tasks=(task("work", ""),))
    if state in LIVE:
        asked(CREW, case)
        assert take(waiting, CREW).case.helpers == (CREW,)
        return
    with pytest.raises(IllegalMove):
        helping.ask(BOOKS, case, person(CLERK), CREW, "看表", NOW)
    with pytest.raises(IllegalMove) as refused:
        rules.accept(BOOKS, waiting, person(CREW), LATER)
    assert refused.value.move == Move.ACCEPT


def test_the_result_goes_to_the_first_handler_and_stays_inside() -> None:
    case = take(asked(CREW).case, CREW).case
    outcome = helping.done(BOOKS, case, person(CREW), " 表坏了 ", LATER)
    after = sound(case, outcome)
    assert (after.helpers, after.tasks[0].done_at, after.tasks[0].result) == ((), LATER, "表坏了")
    assert (codes(outcome), whom(outcome)) == (["staff.help.done", "case.card"], {CLERK})
    assert (moves(outcome), outcome.events[0].public, outcome.events[0].text) == ([Move.HELP_DONE], False, "表坏了")
    with pytest.raises(NotYours):
        helping.done(BOOKS, after, person(CREW), "又好了", LATER)
    with pytest.raises(Missing):
        helping.done(BOOKS, case, person(CREW), "…", LATER)


def test_one_who_has_two_tasks_does_them_one_after_the_other_also_without_a_word_before() -> None:
    two = asked(CREW, asked(CREW).case).case
    once = helping.done(BOOKS, two, person(CREW), "一", LATER).case
    assert ([one.result for one in once.tasks], once.helpers) == (["一", ""], (CREW,))
    assert once.tasks[0].taken_at == LATER
    assert helping.done(BOOKS, once, person(CREW), "二", LATER).case.helpers == ()
    stray = replace(once, tasks=())
    with pytest.raises(IllegalMove):
        helping.done(BOOKS, stray, person(CREW), "三", LATER)


def test_what_is_over_needs_no_help_and_a_refused_end_needs_it_again() -> None:
    case = take(asked("work", asked(CREW).case).case, SECOND).case
    cancelled = rules.cancel(BOOKS, case, person(CLERK), "重复了", LATER)
    sound(case, cancelled)
    assert codes(cancelled, f"staff:{CREW}") == codes(cancelled, f"staff:{SECOND}") == ["staff.help.over"]
    assert {one.done_at for one in cancelled.case.tasks} == {LATER}
    resolved = rules.resolve(BOOKS, case, person(CLERK), "好了", {}, LATER).case
    assert resolved.helpers == case.helpers
    assert helping.done(BOOKS, resolved, person(SECOND), "补记", LATER).case.helpers == (CREW,)
    again = rules.reopen(BOOKS, resolved, person(CLERK), "没好", LATER).case
    assert again.tasks == case.tasks
    closed = rules.close(BOOKS, resolved, person(LEADER), "电话已确认", LATER).case
    fresh = rules.reopen(BOOKS, closed, person(LEADER), "又坏了", LATER).case
    assert fresh.helpers == ()
    assert (
        overdue(BOOKS, replace(fresh, promises=()), LATER + 500 * MINUTE) is None
    )  # nobody is hurried for what lapsed


def test_whom_a_task_is_for_as_people_read_it() -> None:
    def means(to: str, helper: str = "") -> Staff | Post | str:
        return helping.means(BOOKS, task(to, helper))

    assert means("work", CREW) == means(CREW) == person(CREW)
    assert means("service") is Post.SERVICE
    assert means("抢修班") == "抢修班"


def without(*people: str) -> Books:
    """The same hall after these have left."""
    staff = {no: replace(one, on=no not in people) for no, one in BOOKS.roster.staff.items()}
    return replace(BOOKS, roster=replace(BOOKS.roster, staff=staff))


def test_the_task_of_who_left_goes_back_to_the_first_handler_and_nobody_elses() -> None:
    case = asked(SERVER, asked(CREW).case).case
    assert helping.forsaken(BOOKS, case, LATER) is None
    outcome = helping.forsaken(without(CREW), case, LATER)
    assert outcome
    sound(case, outcome, without(CREW))
    first, second = outcome.case.tasks
    assert (first.done_at, first.result, second.done_at) == (LATER, "", None)
    assert outcome.case.helpers == (SERVER,)
    assert (whom(outcome), codes(outcome)) == ({CLERK}, ["staff.help.forsaken"])
    (event,) = outcome.events
    assert (event.by, event.public, event.facts) == ("clock", False, {"task": "1"})
    assert helping.forsaken(without(CREW), outcome.case, LATER) is None
