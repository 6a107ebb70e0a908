from dataclasses import replace
from datetime import UTC, time
from itertools import product

import pytest

from bot.desk.case import Case, Post, Rating, State
from bot.desk.errors import NotYours
from bot.desk.moves import Move
from bot.desk.pending import Callback, Cover
from bot.desk.rights import (
    BY_RIGHT,
    MOVES,
    OPERATIONS,
    TABLES,
    Relation,
    Right,
    about,
    invited,
    may,
    moves_of,
    permit,
    relation,
    sees,
)
from bot.desk.roster import Leave, Shift, Staff
from bot.folder.catalogue import TABLES as CATALOGUE
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    CUSTOMER,
    DAILY,
    LEADER,
    NO,
    NOW,
    OTHER_LEADER,
    PLAIN,
    SECOND,
    SERVER,
    TALKER,
    at,
    case_in,
    person,
    with_leave,
)
from tests.kit_moves import task

AWAY = with_leave(Leave(CLERK, NOW.date(), NOW.date(), "轮休", SECOND)).roster
CASE = replace(
    case_in(State.IN_PROGRESS), helpers=(CREW,), tasks=(task(), task("guide", "", 2)), hidden_from=(OTHER_LEADER,)
)
WHO = {
    Relation.FIRST_HANDLER: CLERK,
    Relation.STAND_IN: SECOND,
    Relation.HELPER: CREW,
    Relation.INVITED: TALKER,
    Relation.LEADER: LEADER,
    Relation.STRANGER: SERVER,
}
F, S, H, L = Relation.FIRST_HANDLER, Relation.STAND_IN, Relation.HELPER, Relation.LEADER
CONTRACT = """
accept       F S L
release      F S L
reply        F S H L
note         F S H L
stage        F S H
pause        F S H
resume       F S H
help         F S
help_done    H
transfer     F
reassign     L
priority     L
close        L
callback     L
resolve      F S L
reopen       F S L
cancel       F S L
correct      F S H L
reveal       F S H L
"""
"""Who may, as the contract's table says it: first handler, stand-in, helper, duty leader; nothing else is anybody's."""
LETTERS = {"F": F, "S": S, "H": H, "L": L}
MAY = {Move(name): {LETTERS[one] for one in who} for name, *who in map(str.split, CONTRACT.strip().splitlines())}


@pytest.mark.parametrize(("who", "move"), [*product(Relation, Move)])
def test_every_cell_of_relation_and_move(who: Relation, move: Move) -> None:
    staff = person(WHO[who])
    assert relation(CASE, staff, AWAY, NOW) == {who}
    if who in MAY.get(move, ()):
        permit(CASE, move, staff, AWAY, NOW)
        return
    with pytest.raises(NotYours) as refused:
        permit(CASE, move, staff, AWAY, NOW)
    assert (refused.value.no, refused.value.by, refused.value.move) == (NO, staff.no, move)
    assert refused.value.first_handler == CLERK


@pytest.mark.parametrize("move", [*Move])
def test_for_whom_a_case_is_hidden_there_is_nothing_to_do_whatever_his_post(move: Move) -> None:
    named = replace(CASE, hidden_from=(OTHER_LEADER, LEADER, CREW, SECOND, TALKER))
    for no in named.hidden_from:
        assert not sees(named, person(no))
        assert relation(named, person(no), AWAY, NOW) == {Relation.STRANGER}
        assert moves_of(named, person(no), AWAY, NOW) == ()
        with pytest.raises(NotYours):
            permit(named, move, person(no), AWAY, NOW)
    assert sees(named, person(CLERK))


def test_what_is_not_listed_is_denied() -> None:
    assert set(MOVES) == set(MAY)
    assert not may(person(LEADER), "hall.burn")


@pytest.mark.parametrize("who", [CLERK, SECOND, CREW, LEADER])
@pytest.mark.parametrize("move", [*MAY])
def test_who_is_switched_off_may_nothing(who: str, move: Move) -> None:
    gone = replace(person(who), on=False)
    with pytest.raises(NotYours):
        permit(CASE, move, gone, AWAY, NOW)
    assert moves_of(CASE, gone, AWAY, NOW) == ()
    assert not any(may(gone, operation) for operation in OPERATIONS)


LEADERS_TABLES = {"shift", "leave", "hours", "outage"}
EDITORS_TABLES = {"topic", "phrases", "tariff", "promise"}
FINANCE_TABLES = {"finance", "quota"}
LEADERS_OWN = {
    "alerts.all",
    "alerts.decide",
    "figures.show",
    "care.show",
    "cases.close",
    "people.off",
    "letters.all",
    "audit.list",
    "hall.write",
}
LEADERS_OWN |= {"cases.reassign", "cases.priority", "cases.callback", "people.handover"}
LEADERS_OWN |= {"hall.money", *(f"hall.write.{table}" for table in LEADERS_TABLES)}
NO_POSTS = {"hall.bare", *(f"hall.write.{table}" for table in TABLES if table not in LEADERS_TABLES)}
ANYBODYS = {"me", "logout"}


@pytest.mark.parametrize(("post", "operation"), [*product(Post, OPERATIONS)])
def test_every_cell_of_post_and_operation(post: Post, operation: str) -> None:
    allowed = (
        operation in ANYBODYS
        or (operation in LEADERS_OWN and post is Post.DUTY)
        or (operation not in LEADERS_OWN | NO_POSTS and post is not Post.NONE)
    )
    assert may(Staff("B1", "丁一", post), operation) is allowed


WITH_RIGHT = {
    "figures.show": {Right.ADMIN, Right.AUDIT, Right.FINANCE},
    "care.show": {Right.ADMIN},
    "people.list": {*Right},
    "people.off": {Right.ADMIN},
    "people.handover": {Right.ADMIN},
    "letters.mine": {*Right},
    "letters.all": {Right.ADMIN, Right.AUDIT},
    "audit.list": {Right.ADMIN, Right.AUDIT},
    "hall.show": {*Right},
    "hall.write": {Right.ADMIN, Right.EDITOR, Right.FINANCE},
    "hall.bare": {Right.ADMIN},
    "hall.money": {Right.ADMIN, Right.AUDIT, Right.FINANCE},
    **{f"hall.write.{table}": {Right.ADMIN} for table in TABLES},
    **{f"hall.write.{table}": {Right.ADMIN, Right.EDITOR} for table in EDITORS_TABLES},
    **{f"hall.write.{table}": {Right.ADMIN, Right.FINANCE} for table in FINANCE_TABLES},
}


@pytest.mark.parametrize(("right", "operation"), [*product(Right, OPERATIONS)])
def test_every_cell_of_right_and_operation(right: Right, operation: str) -> None:
    allowed = operation in ANYBODYS or right in WITH_RIGHT.get(operation, ())
    assert may(Staff("B1", "丁一", Post.NONE, rights=frozenset({right.value})), operation) is allowed


def test_every_move_of_staff_is_an_operation_of_the_same_posts() -> None:
    assert {f"cases.{move.value}" for move in MAY} <= set(OPERATIONS)
    for move, who in MAY.items():
        posts = {post for post in Post if may(Staff("B1", "丁一", post), f"cases.{move.value}")}
        assert posts == ({Post.DUTY} if who == {L} else {*Post} - {Post.NONE})


@pytest.mark.parametrize("operation", [*OPERATIONS])
def test_who_is_lent_to_another_post_has_its_operations_beside_his_own(operation: str) -> None:
    lent = Staff("B1", "丁一", Post.SERVICE)
    both = may(lent, operation) or may(Staff("B2", "丁二", Post.DUTY), operation)
    assert may(lent, operation, (Post.DUTY,)) is both
    assert not may(replace(lent, on=False), operation, (Post.DUTY,))


def test_rights_beside_a_post_add_up_and_end_with_it() -> None:
    both = Staff("B1", "丁一", Post.DUTY, rights=frozenset({"editor"}))
    assert may(both, "hall.write.topic")
    assert may(both, "hall.write.shift")
    assert not may(replace(both, on=False), "hall.write.topic")
    assert not may(Staff("B2", "丁二", Post.NONE, rights=frozenset({"king"})), "hall.show")


def test_every_table_of_the_hall_folder_has_its_writers_but_the_program_s_own_settings() -> None:
    assert set(TABLES) == set(CATALOGUE) - {"settings"}
    assert set(BY_RIGHT) <= set(OPERATIONS)


def test_a_stand_in_is_one_only_while_the_other_is_away() -> None:
    tomorrow = at("2026-11-24T00:00")
    assert relation(CASE, person(SECOND), AWAY, tomorrow) == {Relation.STRANGER}
    abroad = at("2026-11-23T00:30").astimezone(UTC)  # still the day before, there
    assert relation(CASE, person(SECOND), AWAY, abroad) == {Relation.STAND_IN}
    assert relation(CASE, person(CLERK), AWAY, NOW) == {Relation.FIRST_HANDLER}


def test_somebody_may_be_several_things_to_a_case() -> None:
    case: Case = replace(CASE, first_handler=LEADER, helpers=(LEADER,))
    assert relation(case, person(LEADER), AWAY, NOW) == {F, H, L}
    called = replace(CASE, tasks=(task(SECOND, SECOND, taken_at=None),), helpers=(SECOND,))
    assert relation(called, person(SECOND), AWAY, NOW) == {S, H, Relation.INVITED}
    assert moves_of(called, person(SECOND), AWAY, NOW)[0] is Move.ACCEPT
    assert Move.ACCEPT not in moves_of(replace(called, tasks=(task(SECOND, SECOND),)), person(SECOND), AWAY, NOW)


def test_without_a_stand_in_the_duty_leader_the_customer_was_told_of_acts_in_his_place() -> None:
    alone = with_leave(Leave(CLERK, NOW.date(), NOW.date(), "轮休")).roster
    told = replace(CASE, cover=Cover(LEADER, NOW.date()))
    assert relation(told, person(LEADER), alone, NOW) == {S, L}
    assert Move.STAGE in moves_of(told, person(LEADER), alone, NOW)
    assert relation(CASE, person(LEADER), alone, NOW) == {L}
    assert relation(told, person(LEADER), BOOKS.roster, NOW) == {L}  # he is back
    hidden = replace(told, hidden_from=(SECOND,))
    assert relation(hidden, person(LEADER), AWAY, NOW) == {S, L}  # the one named by the leave must not know of it
    assert relation(told, person(LEADER), AWAY, NOW) == {L}


def test_whom_a_task_waits_for() -> None:
    crew = replace(person(CREW), team="抢修班")

    def waits(staff: Staff, to: str, helper: str = "", **more: object) -> bool:
        one = task(to, helper, **more)
        return invited(replace(CASE, tasks=(one,)), one, staff)

    assert waits(crew, "抢修班")
    assert waits(crew, "work")
    assert waits(crew, CREW, CREW, taken_at=None)
    assert not waits(crew, "service")
    assert not waits(crew, "work", helper=SECOND, taken_at=None)
    assert not waits(crew, "work", CREW)
    assert not waits(crew, "work", done_at=NOW)
    assert not waits(replace(crew, on=False), "work")
    assert not waits(replace(crew, avoid=frozenset({CUSTOMER})), "work")
    assert not waits(person(CLERK), "work")  # who answers for it helps nobody but himself
    assert not waits(person(OTHER_LEADER), "duty")
    assert not waits(replace(person(PLAIN), team="抢修班"), "抢修班")


def test_a_callback_is_nobodys_whom_it_is_about() -> None:
    closed = case_in(State.CLOSED, rating=Rating(1, handler=LEADER))
    assert about(closed) == (LEADER,)
    assert Move.CALLBACK not in moves_of(closed, person(LEADER), AWAY, NOW)
    assert Move.CALLBACK in moves_of(closed, person(OTHER_LEADER), AWAY, NOW)
    complaint = case_in(State.ACCEPTED, first_handler=LEADER, named=(CREW,))
    assert about(complaint) == (LEADER, CREW)
    owed = replace(closed, callback=Callback(CREW, NOW, NOW))
    assert about(owed) == (LEADER, CREW)


def test_who_stands_at_the_duty_post_leads_while_the_shift_lasts() -> None:
    acting = Shift((SERVER,), time(18), None, DAILY, post=Post.DUTY)
    roster = replace(BOOKS.roster, shifts=(acting,))
    assert relation(CASE, person(SERVER), roster, at("2026-11-23T19:00")) == {L}
    assert relation(CASE, person(SERVER), roster, NOW) == {Relation.STRANGER}
    assert relation(CASE, person(PLAIN), roster, NOW) == {Relation.STRANGER}
