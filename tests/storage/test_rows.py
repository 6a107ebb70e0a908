from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text

from bot.desk.case import Case, Outcome
from bot.guide.thread import Thread
from bot.hall.records import Attachment, Heard, Person
from storage.page import SqlPage
from storage.rows import Unreadable
from tests.storage.given import NOW, SECRET, a_case, anything, later

on_one_page = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


@on_one_page
@given(anything(Case), anything(Case))
def test_every_case_comes_back_as_it_was(page: SqlPage, first: Case, second: Case) -> None:
    page.wipe()
    new = page.record(Outcome(replace(first, version=0), ()), str)
    assert new == replace(first, version=1)
    assert page.case(first.no) == new
    moved = page.record(Outcome(replace(second, no=first.no, version=1), ()), str)
    assert moved == replace(second, no=first.no, version=2)
    assert page.case(first.no) == moved
    assert page.cases_of(second.customer) == (moved,)


@on_one_page
@given(anything(Thread))
def test_every_thread_comes_back_as_it_was(page: SqlPage, thread: Thread) -> None:
    page.wipe()
    page.keep(thread)
    assert page.thread(thread.customer) == replace(thread, version=1)


@on_one_page
@given(anything(Heard))
def test_every_message_comes_back_as_it_was(page: SqlPage, heard: Heard) -> None:
    page.wipe()
    assert page.hear(heard, NOW)
    (found,) = page.undone(heard.customer)
    assert found == replace(heard, at=NOW, row=found.row)
    assert found.row > 0


@on_one_page
@given(anything(Person))
def test_every_person_comes_back_as_he_was(page: SqlPage, person: Person) -> None:
    page.wipe()
    page.keep_person(person)
    assert page.person(person.key) == person
    assert page.lists().customers() == (person,)


def test_files_of_a_message_come_back_with_its_line(page: SqlPage) -> None:
    photo = Attachment("电表.jpg", "image/jpeg", 10, "ab")
    page.hear(Heard("1", "w1", files=(photo,)), NOW)
    page.done(page.undone("w1")[0], "", None, later(1))
    assert page.lists().lines("w1", 0, 9)[0].files == (photo,)


def test_a_blanked_case_is_still_a_case(page: SqlPage) -> None:
    page.record(Outcome(a_case(slots={"phone": SECRET}), ()), str)
    page._page.execute(text("UPDATE cases SET body = ''"))
    assert page.case("DL20261123-0001") == a_case(version=1)


@pytest.mark.parametrize("damage", ["{", '{"slots": "' + SECRET + '"}', "[1]", "null"])
def test_a_row_changed_by_another_hand_is_refused_without_its_words(page: SqlPage, damage: str) -> None:
    page.record(Outcome(a_case(), ()), str)
    page._page.execute(text("UPDATE cases SET body = :body"), {"body": damage})
    with pytest.raises(Unreadable) as refused:
        page.case("DL20261123-0001")
    assert refused.value.args == ()
    assert refused.value.__context__ is None


@pytest.mark.parametrize(("people", "kept"), [((), ""), (("A1",), " A1 "), (("A1", "B2"), " A1 B2 ")])
def test_from_whom_a_case_is_hidden_has_a_column_of_its_own(page: SqlPage, people: tuple[str, ...], kept: str) -> None:
    page.record(Outcome(a_case(hidden_from=people), ()), str)
    assert page._page.execute(text("SELECT hidden FROM cases")).scalar() == kept
    page._page.execute(text("UPDATE cases SET hidden = ' Z9 '"))
    assert page.case("DL20261123-0001").hidden_from == people  # the value stands in the body
