"""Letters that wait out quiet hours, and letters that take another's place."""

from dataclasses import replace
from typing import Any

import pytest

from bot.desk.case import Kind, Letter
from bot.hall.records import LetterQuery, Person, Posted, Reach
from storage.page import SqlPage
from tests.storage.given import NOW, a_letter, later, opened


def first(page: SqlPage, key: str) -> Posted:
    return next(letter for letter in page.lists().letters(0) if letter.key == key)


def owed(page: SqlPage, minutes: float = 0) -> list[str]:
    """What any channel may have at this moment."""
    return [one.key for one in (*page.to_show(later(minutes), 99), *page.heads(later(minutes), 99))]


def held(key: str, minutes: float, **fields: Any) -> Letter:
    return a_letter(key, kind=Kind.STATUS, held_until=later(minutes), **fields)


@pytest.mark.parametrize("channels", [("web",), ("telegram",), ("web", "telegram")])
def test_a_held_letter_is_in_nobodys_way_until_its_time_has_come(page: SqlPage, channels: tuple[str, ...]) -> None:
    page.keep_reach(Reach("customer:w1", channels, 7))
    page.post(held("held", 60), NOW, str)
    page.post(a_letter("after"), later(1), str)
    kept = first(page, "held")
    assert (kept.state, kept.to_show, kept.to_send, kept.held_until) == ("waiting", False, False, later(60))
    assert set(owed(page, 99)) == {"after"}
    assert page.say(a_letter("said"), later(2), str) is False  # `after` stands before it
    assert page.release(later(59), 9) == 0
    assert page.release(later(60), 9) == 1
    freed = first(page, "held")
    shown, sent = "web" in channels, "telegram" in channels
    assert (freed.state, freed.to_show, freed.to_send, freed.held_until) == ("waiting", shown, sent, None)
    assert (freed.at, freed.channels) == (NOW, channels)
    assert page.release(later(99), 9) == 0
    page.arrived(first(page, "after"), later(61))
    page.arrived(first(page, "said"), later(61))
    assert set(owed(page, 61)) == {"held"}


def test_what_is_said_while_another_is_held_is_in_the_talk_at_once(page: SqlPage) -> None:
    page.post(held("held", 60), NOW, str)
    assert page.say(a_letter("said"), NOW, str)
    assert [line.text for line in page.lists().lines("w1", 0, 9)] == ["信 said"]


def test_what_is_said_and_held_is_not_in_the_talk_yet(page: SqlPage) -> None:
    assert page.say(held("held", 60), NOW, str) is False
    assert page.lists().lines("w1", 0, 9) == ()
    assert page.release(later(60), 9) == 1
    assert owed(page, 60) == ["held"]


def test_a_letter_held_until_a_moment_that_is_over_is_not_held(page: SqlPage) -> None:
    for key, minutes in (("past", -5), ("now", 0)):
        page.post(held(key, minutes), NOW, str)
    assert set(owed(page)) == {"past", "now"}
    assert {first(page, key).held_until for key in ("past", "now")} == {None}


def test_those_whose_time_came_first_are_released_first(page: SqlPage) -> None:
    for key, minutes in (("late", 30), ("early", 10), ("middle", 20), ("never", 90)):
        page.post(held(key, minutes), NOW, str)
    assert page.release(later(60), 2) == 2
    assert set(owed(page, 60)) == {"early", "middle"}
    assert page.release(later(60), 2) == 1
    assert first(page, "never").held_until == later(90)


def test_a_released_letter_goes_the_way_its_person_is_reached_now(page: SqlPage) -> None:
    page.keep_person(Person("w2", channel="terminal"))
    for key, to in (("1", "customer:w1"), ("2", "customer:w2"), ("3", "staff:W001"), ("4", "customer:stranger")):
        page.post(held(key, 60, to=to), NOW, str)
    page.keep_reach(Reach("customer:w1", ("web", "telegram"), 7))
    page.keep_person(Person("w2", channel="telegram"))
    page.keep_reach(Reach("staff:W001", ("",)))
    assert page.release(later(60), 9) == 4
    assert {one.key: (one.channels, one.to_show, one.to_send) for one in page.lists().letters(0)} == {
        "1": (("web", "telegram"), True, True),
        "2": (("telegram",), False, True),
        "3": (("desk",), True, False),
        "4": (("web",), True, False),
    }


def test_a_held_letter_that_died_is_never_released(page: SqlPage) -> None:
    page.post(held("held", 60), NOW, str)
    page.dead(first(page, "held"), "x")
    dead = first(page, "held")
    assert (dead.state, dead.why, dead.held_until) == ("dead", "x", None)
    assert (page.release(later(99), 9), page.lists().next_wake_up()) == (0, None)


def test_incident_and_figures_come_back(page: SqlPage) -> None:
    figures = {"opened": 12, "late": 1}
    page.post(a_letter("1", "staff:D001", Kind.DIGEST, figures=figures), NOW, str)
    page.post(a_letter("2", incident="TD1"), NOW, str)
    one, other = page.lists().letters(0)
    assert (one.figures, one.incident, other.figures, other.incident) == (figures, "", {}, "TD1")
    found = page.lists().letters_for(LetterQuery(incident="TD1"))
    assert ([letter.key for letter in found.items], found.total) == (["2"], 1)


def test_letters_are_found_by_how_their_key_begins(page: SqlPage) -> None:
    for key, to in (("p:1:b", "customer:w2"), ("p:1:a", "customer:w1"), ("p:10:a", "customer:w3"), ("p", "staff:W001")):
        page.post(a_letter(key, to), NOW, str)
    assert page.lists().posted("p:1:") == (("p:1:a", "customer:w1"), ("p:1:b", "customer:w2"))
    assert [key for key, _ in page.lists().posted("p:1")] == ["p:10:a", "p:1:a", "p:1:b"]
    assert page.lists().posted("q") == page.lists().posted("P") == page.lists().posted("p:1:a%") == ()


# --- letters that take another's place


def card(key: str, **fields: Any) -> Letter:
    return a_letter(key, kind=Kind.RECEIPT, edits="card", **fields)


@pytest.fixture
def carded(page: SqlPage) -> SqlPage:
    """A live card that has arrived."""
    page.keep_reach(Reach("customer:w1", ("telegram",), 7))
    page.post(a_letter("card", kind=Kind.RECEIPT), NOW, str)
    page.arrived(first(page, "card"), NOW)
    return page


def test_an_edit_names_the_letter_whose_place_it_takes(carded: SqlPage) -> None:
    assert carded.post(card("e1"), NOW, str)
    assert first(carded, "e1").replaces == first(carded, "card").seq
    assert owed(carded) == ["e1"]


def test_an_edit_of_a_letter_that_never_was_is_not_posted(page: SqlPage) -> None:
    assert not page.post(card("e1"), NOW, str)
    assert not page.say(card("e2"), NOW, str)
    page.record(replace(opened(), letters=(card("e3"), a_letter("k"))), str)
    assert [letter.key for letter in page.lists().letters(0)] == ["k"]


def test_a_card_and_its_edit_may_come_in_one_outcome(page: SqlPage) -> None:
    page.record(replace(opened(), letters=(a_letter("card", kind=Kind.RECEIPT), card("e1"))), str)
    assert first(page, "e1").replaces == first(page, "card").seq
    assert owed(page) == ["card", "e1"]


def test_of_several_edits_only_the_newest_goes_out(carded: SqlPage) -> None:
    other = a_letter("card2", kind=Kind.RECEIPT)
    carded.post(other, NOW, str)
    carded.arrived(first(carded, "card2"), NOW)
    carded.post(replace(card("x1"), edits="card2"), NOW, str)
    for key in ("e1", "e2", "e3"):
        carded.post(card(key), NOW, str)
    states = {one.key: (one.state, one.why) for one in carded.lists().letters(0) if one.key != "card2"}
    assert states == {
        "card": ("sent", ""),
        "x1": ("waiting", ""),
        "e1": ("dead", "superseded"),
        "e2": ("dead", "superseded"),
        "e3": ("waiting", ""),
    }
    carded.arrived(first(carded, "x1"), NOW)
    assert owed(carded) == ["e3"]
    assert carded.lists().owed() == (1, NOW)


def test_edits_of_one_outcome_supersede_each_other_too(carded: SqlPage) -> None:
    carded.record(replace(opened(), letters=(card("e1"), a_letter("k"), card("e2"))), str)
    assert [first(carded, key).state for key in ("e1", "k", "e2")] == ["dead", "waiting", "waiting"]


def test_an_edit_posted_again_supersedes_nothing_newer(carded: SqlPage) -> None:
    for no, key in (("DL1", "e1"), ("DL2", "e2"), ("DL3", "e1")):
        carded.record(replace(opened(no), letters=(card(key),)), str)
    assert [first(carded, key).state for key in ("e1", "e2")] == ["dead", "waiting"]


def test_an_edit_on_its_way_is_not_superseded(carded: SqlPage) -> None:
    carded.post(card("e1"), NOW, str)
    carded.sending(first(carded, "e1"))
    carded.post(card("e2"), NOW, str)
    assert [first(carded, key).state for key in ("e1", "e2")] == ["sending", "waiting"]


def test_an_edit_one_channel_has_shown_has_arrived_when_it_is_superseded(page: SqlPage) -> None:
    page.keep_reach(Reach("customer:w1", ("web", "telegram"), 7))
    page.post(a_letter("card", kind=Kind.RECEIPT), NOW, str)
    page.shown(first(page, "card"), NOW)
    page.post(card("e1"), NOW, str)
    page.shown(first(page, "e1"), NOW)
    page.post(card("e2"), later(1), str)
    assert [(first(page, key).state, first(page, key).to_send) for key in ("e1", "e2")] == [
        ("sent", False),
        ("waiting", True),
    ]
    page.shown(first(page, "e2"), later(1))
    lines = page.lists().lines("w1", 0, 9)
    assert [line.replaces for line in lines] == [None, lines[0].seq, lines[0].seq]


def test_an_edit_said_at_once_knows_whose_place_it_takes(page: SqlPage) -> None:
    assert page.say(a_letter("card", kind=Kind.RECEIPT), NOW, str)
    assert page.say(card("e1"), NOW, str)
    lines = page.lists().lines("w1", 0, 9)
    assert [line.replaces for line in lines] == [None, lines[0].seq]


def test_an_edit_of_a_letter_still_held_waits_with_it(page: SqlPage) -> None:
    page.post(a_letter("card", kind=Kind.STATUS, held_until=later(60)), NOW, str)
    page.post(card("e1"), NOW, str)
    page.post(card("e2"), later(1), str)
    assert owed(page, 1) == []
    assert (first(page, "e2").held_until, first(page, "e1").state) == (later(60), "dead")
    assert page.release(later(60), 9) == 2
    assert {*owed(page, 60)} == {"card", "e2"}
    page.post(card("e3"), later(61), str)
    assert first(page, "e3").held_until is None
