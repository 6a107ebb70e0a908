"""What goes once its time is over, in slices; and of whom nothing has been heard for long."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from bot.desk.case import Event, Kind, Lane, Outcome, State
from bot.hall.memory import Erasing
from bot.hall.records import Care, Heard, Person, RawUpdate, Session
from storage.page import SqlPage
from tests.storage.given import NOW, a_case, a_letter, an_event

OLD = NOW - timedelta(days=800)
BEFORE = NOW - timedelta(days=730)


def said(page: SqlPage, customer: str, at: object) -> None:
    page.keep_person(page.person(customer) or Person(customer))
    number = f"{customer}{at}"
    page.hear(Heard(number, customer, text="话", at=at), at)  # type: ignore[arg-type]
    page.done(page.undone(customer)[0], "话", None, at)  # type: ignore[arg-type]


def a_matter(page: SqlPage, customer: str, no: str, state: State, ended: object) -> None:
    case = a_case(no, customer=customer, state=state, opened_at=OLD, closed_at=ended, seq=1)
    page.record(Outcome(case, (an_event(no, 1),)), str)


def silent(page: SqlPage, after: str = "", limit: int = 99) -> tuple[str, ...]:
    return page.lists().silent(BEFORE, after, limit)


def test_who_was_silent_so_long_and_has_nothing_under_way(page: SqlPage) -> None:
    for customer in ("a", "b", "c", "d", "e", "f"):
        said(page, customer, OLD)
    said(page, "b", NOW)
    a_matter(page, "c", "DL1", State.RESOLVED, None)
    a_matter(page, "d", "DL2", State.CLOSED, OLD)
    a_matter(page, "e", "DL3", State.CLOSED, NOW)
    page.hear(Heard("undone", "f", text="刚说"), OLD)
    page.keep_person(Person("folder", "名", "13800138000"))  # known to the hall, never spoke
    page.keep_person(Person("visitor"))
    page.open_session(Session("customer", "visitor", made_at=OLD, seen_at=OLD), "s1")
    page.keep_person(Person("reader"))
    page.open_session(Session("customer", "reader", made_at=OLD, seen_at=NOW), "s2")
    page.open_session(Session("cookie", "folder", made_at=OLD, seen_at=OLD), "s3")
    assert silent(page) == ("a", "d", "visitor")
    assert silent(page, limit=2) == ("a", "d")
    assert silent(page, after="a") == ("d", "visitor")


def test_who_lives_by_a_device_is_not_forgotten_for_being_silent(page: SqlPage) -> None:
    for customer, ended in (("a", None), ("b", OLD)):
        said(page, customer, OLD)
        page.keep_care(Care(f"99{customer}", customer, "制氧机", "", "", "", OLD, ended))
    assert silent(page) == ("b",)


def test_the_very_moment_is_not_yet_too_old(page: SqlPage) -> None:
    said(page, "a", BEFORE)
    assert silent(page) == ()
    assert page.lists().silent(BEFORE + timedelta(microseconds=1), "", 9) == ("a",)


def test_forgotten_once_is_not_forgotten_every_night(page: SqlPage) -> None:
    said(page, "a", OLD)
    a_matter(page, "a", "DL1", State.CANCELLED, OLD)
    page.erase(Erasing("a", ("DL1",), NOW, thorough=False))
    assert silent(page) == ()
    said(page, "a", NOW + timedelta(days=1))
    later = NOW + timedelta(days=900)
    assert page.lists().silent(later, "", 9) == ("a",)
    page.erase(Erasing("a", ("DL1",), later, thorough=False))
    assert page.lists().silent(later, "", 9) == ()


def test_ways_in_that_ended_go_and_no_other(page: SqlPage) -> None:
    ways = {"gone": BEFORE - timedelta(days=1), "gone too": OLD, "alive": NOW, "for ever": None}
    for name, end in ways.items():
        page.open_session(Session("cookie", name, made_at=OLD, expires_at=end), name)
    assert page.forget_sessions(BEFORE, 1) == 1
    assert page.forget_sessions(BEFORE, 9) == 1
    assert page.forget_sessions(BEFORE, 9) == 0
    assert page._page.execute(text("SELECT subject FROM sessions ORDER BY subject")).scalars().all() == [
        "alive", "for ever",
    ]  # fmt: skip


def test_notes_of_a_day_go_by_their_prefix(page: SqlPage) -> None:
    kept = {
        "request:A1:DL1:old": "2024-01-01T09:00:00+08:00",
        "request:A1:DL1:new": "2026-11-23T09:00:00+08:00",
        "request:A1:odd": "yes",
        "requests": "2024-01-01",
        "proof:salt": "2f3a",
        "proof:customer:w1": "2024-01-01 3",
        "brought:k1": "2024-01-01",
    }
    for key, value in kept.items():
        page.remember(key, value)
    assert page.forget_notes("request:", "2026-11-01", 9) == 1
    assert page.forget_notes("proof:", "2026-11-01", 9) == 1
    left = set(page._page.execute(text("SELECT key FROM remembered")).scalars())
    assert left == set(kept) - {"request:A1:DL1:old", "proof:customer:w1"}


def test_raw_updates_nobody_could_read_go(page: SqlPage) -> None:
    page.take_in([RawUpdate("b", n, "{}", "7", OLD if n < 3 else NOW) for n in range(1, 6)])
    for update in page.unread("7", NOW, 9):
        if update.id != 5:
            page.set_aside(update, "shape")
    assert [page.forget_poison(BEFORE, 1) for _ in range(3)] == [1, 1, 0]
    assert page.forget_poison(NOW + timedelta(days=1), 9) == 2
    assert [one.id for one in page.unread("7", NOW, 9)] == [5]


def test_letters_inside_the_hall_lose_their_words_with_age(page: SqlPage) -> None:
    for n, (to, at) in enumerate(
        (("staff:W1", OLD), ("topic:DL1", OLD), ("customer:w1", OLD), ("staff:W1", NOW), ("staff:W2", OLD)), 1
    ):
        page.post(a_letter(f"{n}", to, Kind.NOTICE, text=f"话{n}"), at, str)
    for letter in page.to_show(NOW, 9):
        if letter.to != "staff:W2":  # still owed
            page.shown(letter, NOW)
    for letter in page.heads(NOW, 9):
        page.arrived(letter, NOW)
    assert [page.blank_letters(BEFORE, 1) for _ in range(3)] == [1, 1, 0]
    assert [one.text for one in page.lists().letters(0)] == ["", "", "话3", "话4", "话5"]


def test_old_denials_lose_their_facts_and_the_chain_fits(page: SqlPage) -> None:
    for at, move in ((OLD, "deny"), (OLD, "login"), (NOW, "deny"), (OLD, "deny")):
        page.note(Event("", 0, at, Lane.SUPPORT, "customer", move, public=False, facts={"what": "proof w1"}), str)
    assert [page.blank_denials(BEFORE, 1) for _ in range(3)] == [1, 1, 0]
    assert [bool(event.facts) for event in page.lists().events("")] == [False, True, True, False]
    assert page.lists().broken_chain() is None
    touched = replace(a_case("DL1"), seq=0)
    page.record(Outcome(touched, ()), str)  # pages go on
