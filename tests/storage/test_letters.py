from dataclasses import replace
from typing import Any

import pytest

from bot.desk.case import Button, Kind
from bot.desk.words import Words, words
from bot.hall.records import LetterQuery, Person, Posted, Reach
from storage.page import SqlPage
from tests.storage.given import NOW, a_letter, later, opened


def keys(letters: tuple[Posted, ...]) -> list[str]:
    return [letter.key for letter in letters]


def first(page: SqlPage, key: str) -> Posted:
    return next(letter for letter in page.lists().letters(0) if letter.key == key)


def written(text: object) -> str:
    return f"写成：{text.code}" if isinstance(text, Words) else str(text)


def test_a_letter_is_posted_once_and_written_out(page: SqlPage) -> None:
    letter = a_letter(
        "r:1", text=words("hello"), case="DL1", buttons=(Button("好", "yes"),), urgent=True, speaker="W001", replaces=3
    )
    assert page.post(letter, NOW, written)
    assert not page.post(letter, later(1), written)
    (posted,) = page.lists().letters(0)
    assert posted == Posted(
        posted.seq, NOW, "customer:w1", "answer", "写成：hello", "r:1", "DL1", (Button("好", "yes"),),
        urgent=True, speaker="W001", channels=("web",), replaces=3, rank=0,
    )  # fmt: skip


def test_a_letter_goes_by_the_channel_its_person_is_reached_on(page: SqlPage) -> None:
    page.keep_person(Person("t1", channel="terminal"))
    page.keep_person(Person("t2", channel="telegram"))
    for number, to in enumerate(("customer:t1", "customer:t2", "customer:stranger", "staff:W001", "topic:DL1")):
        page.post(a_letter(str(number), to), NOW, str)
    assert [(letter.channels, letter.to_show, letter.to_send) for letter in page.lists().letters(0)] == [
        (("terminal",), True, False),
        (("telegram",), False, True),
        (("web",), True, False),
        (("desk",), True, False),
        (("topic",), False, True),
    ]


@pytest.mark.parametrize(
    ("channels", "kept", "to_show", "to_send"),
    [
        (("telegram",), ("telegram",), False, True),
        (("web", "telegram"), ("web", "telegram"), True, True),
        (("telegram", "web", "desk"), ("telegram", "web", "desk"), True, True),
        (("web", "desk", "terminal"), ("web", "desk", "terminal"), True, False),
        (("webs",), ("webs",), False, True),
        ((), ("web",), True, False),
    ],
)
def test_a_reach_goes_before_the_usual_way(
    page: SqlPage,
    channels: tuple[str, ...],
    kept: tuple[str, ...],
    to_show: bool,  # noqa: FBT001 - a row of the table above
    to_send: bool,  # noqa: FBT001 - as above
) -> None:
    page.keep_reach(Reach("customer:w1", channels, 7, NOW))
    page.record(replace(opened(), letters=(a_letter("1"), a_letter("2", "staff:W001"))), str)
    letter, other = page.lists().letters(0)
    assert (letter.channels, letter.to_show, letter.to_send) == (kept, to_show, to_send)
    assert other.channels == ("desk",)


def test_each_kind_has_its_rank_and_danger_goes_before_all(page: SqlPage) -> None:
    for kind in Kind:
        page.post(a_letter(kind.value, kind=kind), NOW, str)
    page.post(a_letter("urgent", kind=Kind.NOTICE, urgent=True), NOW, str)
    assert {letter.key: letter.rank for letter in page.lists().letters(0)} == {
        "urgent": 0, "alert": 0, "words": 1, "answer": 1, "receipt": 1, "question": 1,
        "status": 2, "nudge": 2, "notice": 3, "digest": 3,
    }  # fmt: skip


def test_letters_are_listed_by_seq_and_narrowed(page: SqlPage) -> None:
    page.post(a_letter("1"), NOW, str)
    page.post(a_letter("2", "staff:W001", Kind.ALERT), NOW, str)
    page.post(a_letter("3"), NOW, str)
    lists = page.lists()
    assert keys(lists.letters(0)) == ["1", "2", "3"]
    assert keys(lists.letters(first(page, "1").seq, limit=1)) == ["2"]
    assert keys(lists.letters(0, to="customer:w1")) == ["1", "3"]
    assert keys(lists.letters(0, kind="alert")) == ["2"]
    page.arrived(first(page, "1"), NOW)
    assert keys(lists.letters(0, state="waiting", to="customer:w1")) == ["3"]


def test_slices_of_the_outbox(page: SqlPage) -> None:
    for number, (to, kind, no) in enumerate(
        [("customer:w1", Kind.ANSWER, ""), ("staff:W001", Kind.NOTICE, "DL1"), ("customer:w1", Kind.STATUS, "DL1")]
    ):
        page.post(a_letter(str(number), to, kind, case=no), NOW, str)
    page.sending(first(page, "1"))
    page.arrived(first(page, "2"), NOW)
    lists = page.lists()

    def found(**asked: Any) -> tuple[list[str], bool, int]:
        slice_ = lists.letters_for(LetterQuery(**asked))
        return keys(slice_.items), slice_.next > 0, slice_.total

    assert found() == (["0", "1", "2"], False, 3)
    assert found(limit=2) == (["0", "1"], True, 3)
    assert found(limit=2, after=lists.letters_for(LetterQuery(limit=2)).next) == (["2"], False, 3)
    assert found(limit=0) == ([], False, 3)
    assert found(to="customer:w1") == (["0", "2"], False, 2)
    assert found(case="DL1", kind="notice") == (["1"], False, 1)
    assert found(state="waiting") == (["0", "1"], False, 2)
    assert found(state="sent") == (["2"], False, 1)
    assert found(state="dead") == ([], False, 0)


def test_letters_of_an_outcome_are_posted_with_its_moment(page: SqlPage) -> None:
    page.record(opened(), str)
    (letter,) = page.to_show(NOW, 9)
    assert (letter.at, letter.kind, letter.case) == (NOW, "receipt", "DL20261123-0001")


def test_the_newest_letters_come_first_where_they_are_asked_for(page: SqlPage) -> None:
    for key in "12345":
        page.post(a_letter(key), NOW, str)
    newest = page.lists().letters_for(LetterQuery(limit=2, newest=True))
    assert (keys(newest.items), newest.total) == (["5", "4"], 5)
    older = page.lists().letters_for(LetterQuery(limit=9, newest=True, after=newest.next))
    assert (keys(older.items), older.next) == (["3", "2", "1"], 0)
