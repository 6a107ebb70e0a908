from dataclasses import replace
from datetime import UTC, time
from itertools import product

import pytest

from bot.desk.case import Case, Post, State
from bot.desk.errors import NotYours
from bot.desk.moves import Move
from bot.desk.rights import BY_RIGHT, MOVES, OPERATIONS, TABLES, Relation, Right, may, permit, relation
from bot.desk.roster import Leave, Shift, Staff
from bot.folder.catalogue import TABLES as CATALOGUE
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    DAILY,
    LEADER,
    NO,
    NOW,
    PLAIN,
    SECOND,
    SERVER,
    at,
    case_in,
    person,
    with_leave,
)

AWAY = with_leave(Leave(CLERK, NOW.date(), NOW.date(), "轮休", SECOND)).roster
CASE = replace(case_in(State.IN_PROGRESS), helpers=(CREW,))
WHO = {
    Relation.FIRST_HANDLER: CLERK,
    Relation.STAND_IN: SECOND,
    Relation.HELPER: CREW,
    Relation.LEADER: LEADER,
    Relation.STRANGER: SERVER,
}
F, S, H, L = Relation.FIRST_HANDLER, Relation.STAND_IN, Relation.HELPER, Relation.LEADER
CONTRACT = {
    Move.ACCEPT: {F, S, L},
    Move.RELEASE: {F, S, L},
    Move.REPLY: {F, S, H, L},
    Move.NOTE: {F, S, H, L},
    Move.STAGE: {F, S, H},
    Move.RESOLVE: {F, S, L},
    Move.REOPEN: {F, S, L},
    Move.CANCEL: {F, S, L},
    Move.CLOSE: {L},
}


@pytest.mark.parametrize(("who", "move"), [*product(Relation, Move)])
def test_every_cell_of_relation_and_move(who: Relation, move: Move) -> None:
    staff = person(WHO[who])
    assert relation(CASE, staff, AWAY, NOW) == {who}
    if who in CONTRACT.get(move, ()):
        permit(CASE, move, staff, AWAY, NOW)
        return
    with pytest.raises(NotYours) as refused:
        permit(CASE, move, staff, AWAY, NOW)
    assert (refused.value.no, refused.value.by, refused.value.move) == (NO, staff.no, move)
    assert refused.value.first_handler == CLERK


def test_what_is_not_listed_is_denied() -> None:
    assert set(MOVES) == set(CONTRACT)
    assert not may(person(LEADER), "hall.burn")


@pytest.mark.parametrize("who", [CLERK, SECOND, CREW, LEADER])
@pytest.mark.parametrize("move", [*CONTRACT])
def test_who_is_switched_off_may_nothing(who: str, move: Move) -> None:
    gone = replace(person(who), on=False)
    with pytest.raises(NotYours):
        permit(CASE, move, gone, AWAY, NOW)
    assert not any(may(gone, operation) for operation in OPERATIONS)


LEADERS_TABLES = {"shift", "leave", "hours", "outage"}
EDITORS_TABLES = {"topic", "phrases", "tariff", "promise"}
FINANCE_TABLES = {"finance", "quota"}
LEADERS_OWN = {"alerts.list", "alerts.ack", "cases.close", "people.off", "letters.all", "audit.list", "hall.write"}
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
    "people.list": {*Right},
    "people.off": {Right.ADMIN},
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


def test_who_stands_at_the_duty_post_leads_while_the_shift_lasts() -> None:
    acting = Shift((SERVER,), time(18), None, DAILY, post=Post.DUTY)
    roster = replace(BOOKS.roster, shifts=(acting,))
    assert relation(CASE, person(SERVER), roster, at("2026-11-23T19:00")) == {L}
    assert relation(CASE, person(SERVER), roster, NOW) == {Relation.STRANGER}
    assert relation(CASE, person(PLAIN), roster, NOW) == {Relation.STRANGER}
