"""Who may know whose case it is, and words without what tells it."""

from dataclasses import replace

import pytest

from bot.desk.case import Case, Priority, Secrecy, State
from bot.hall import veil
from tests.kit import CREW, LEADER, MONDAY, WORKER, edition

BOOKS = edition().data.books
CASE = Case(
    "DL20261123-0007",
    "theft_report",
    State.OPEN,
    Priority.NORMAL,
    "w1",
    CREW,
    MONDAY,
    MONDAY,
    slots={"name": "林晚照", "phone": "13800000001", "address": "竹溪路8-3-502"},
)


def _kept(secrecy: Secrecy) -> Case:
    return replace(CASE, secrecy=secrecy)


@pytest.mark.parametrize(
    ("secrecy", "knowing"),
    [
        (Secrecy.OPEN, {CREW, LEADER, WORKER}),
        (Secrecy.CONFIDENTIAL, {CREW, LEADER}),
        (Secrecy.ANONYMOUS, set()),
    ],
)
def test_who_knows_whose_case_it_is(secrecy: Secrecy, knowing: set[str]) -> None:
    found = {no for no in (CREW, LEADER, WORKER) if veil.knows(BOOKS, _kept(secrecy), BOOKS.person(no), MONDAY)}
    assert found == knowing


@pytest.mark.parametrize(
    ("secrecy", "reader", "names", "may"),
    [
        (Secrecy.OPEN, WORKER, ("name", "phone"), True),
        (Secrecy.CONFIDENTIAL, WORKER, ("phone",), False),
        (Secrecy.CONFIDENTIAL, WORKER, ("address",), True),
        (Secrecy.CONFIDENTIAL, CREW, ("name", "phone", "account_no"), True),
        (Secrecy.CONFIDENTIAL, LEADER, ("name",), True),
        (Secrecy.ANONYMOUS, CREW, ("address", "name"), False),
        (Secrecy.ANONYMOUS, LEADER, ("phone",), False),
        (Secrecy.ANONYMOUS, CREW, ("address",), True),
        (Secrecy.ANONYMOUS, WORKER, ("account_no",), False),
        (Secrecy.ANONYMOUS, CREW, ("account_no",), True),
    ],
)
def test_who_may_look(secrecy: Secrecy, reader: str, names: tuple[str, ...], may: bool) -> None:  # noqa: FBT001 - a row of the table
    assert veil.may_look(BOOKS, _kept(secrecy), BOOKS.person(reader), names, MONDAY) is may


def test_who_the_case_is_hidden_from_knows_nobody() -> None:
    hidden = replace(_kept(Secrecy.CONFIDENTIAL), hidden_from=(LEADER,))
    assert not veil.knows(BOOKS, hidden, BOOKS.person(LEADER), MONDAY)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("我叫林晚照，电话13800000001", "我叫***，电话***"),
        ("１３９００００１２３４ 打我", "*** 打我"),
        ("电话 138-0000-0002", "电话 ***"),
        ("户号9900000101", "户号***"),
        ("住竹溪路8-3-502", "住竹溪路8-3-502"),
        ("单号 DL20261123-0007", "单号 DL20261123-0007"),
        ("0512 6688", "***"),
    ],
)
def test_words_without_names_and_numbers(said: str, read: str) -> None:
    assert veil.words_of(CASE, said, known=False) == read


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("电话13800000001，叫林晚照", "电话*******0001，叫林晚照"),
        ("户号 9900000101", "户号 ******0101"),
        ("单号 DL20261123-0007", "单号 DL20261123-0007"),
        ("10:45 到，收 128.50 元", "10:45 到，收 128.50 元"),
    ],
)
def test_words_as_staff_read_them(said: str, read: str) -> None:
    assert veil.words_of(CASE, said) == read
