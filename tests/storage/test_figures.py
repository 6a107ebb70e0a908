from datetime import UTC

from bot.desk.case import Event, Lane, Outcome, State
from storage.page import SqlPage
from tests.storage.given import NOW, a_case, later

DAY = (later(60), later(120))


def did(page: SqlPage, no: str, *moves: tuple[str, float, str]) -> None:
    """A case with these moves: what, minutes after NOW, score."""
    events = tuple(
        Event(no, n, later(at), Lane.SUPPORT, "clock", move, public=False, facts={"score": score} if score else {})
        for n, (move, at, score) in enumerate(moves, 1)
    )
    page.record(Outcome(a_case(no, seq=len(moves), state=State.CLOSED, opened_at=NOW), events), str)


def test_an_empty_day_has_figures_too(page: SqlPage) -> None:
    names = ("opened", "resolved", "late", "low_ratings", "unaccepted", "open")
    assert page.lists().figures(*DAY, 2) == dict.fromkeys(names, 0)
    assert (page.lists().load(), page.lists().waits()) == ({}, {})


def test_what_was_opened_counts_from_the_first_moment_to_before_the_last(page: SqlPage) -> None:
    for n, minutes in enumerate((59.99, 60, 61, 119.99, 120)):
        page.record(Outcome(a_case(f"DL{n}", opened_at=later(minutes), state=State.CLOSED), ()), str)
    found = page.lists().figures(*DAY, 2)
    assert (found["opened"], found["open"], found["unaccepted"]) == (3, 0, 0)
    as_utc = (DAY[0].astimezone(UTC), DAY[1].astimezone(UTC))
    assert page.lists().figures(*as_utc, 2) == found


def test_a_case_resolved_twice_is_resolved_once_and_each_broken_promise_counts(page: SqlPage) -> None:
    did(
        page,
        "DL1",
        ("resolve", 61, ""),
        ("reopen", 62, ""),
        ("resolve", 63, ""),
        ("broken", 64, ""),
        ("broken", 65, ""),
    )
    did(page, "DL2", ("resolve", 60, ""), ("late", 70, ""), ("escalate", 71, ""))
    did(page, "DL3", ("resolve", 59, ""), ("broken", 120, ""))
    found = page.lists().figures(*DAY, 2)
    assert (found["resolved"], found["late"]) == (2, 2)


def test_ratings_of_so_much_or_less_are_low(page: SqlPage) -> None:
    did(page, "DL1", *(("rate", 61, score) for score in ("1", "2", "3", "5")), ("rate", 121, "1"), ("note", 61, "1"))
    assert page.lists().figures(*DAY, 2)["low_ratings"] == 2
    assert page.lists().figures(*DAY, 3)["low_ratings"] == 3
    assert page.lists().figures(*DAY, 0)["low_ratings"] == 0


def test_a_rating_without_a_score_counts_nowhere(page: SqlPage) -> None:
    did(page, "DL1", ("rate", 61, ""), ("rate", 61, "很好"))
    assert page.lists().figures(*DAY, 5)["low_ratings"] == 0


def test_who_holds_what_and_since_when_it_waits(page: SqlPage) -> None:
    held = (
        ("W001", State.OPEN, 20),
        ("W001", State.OPEN, 10),
        ("W001", State.IN_PROGRESS, 1),
        ("W002", State.OPEN, 30),
    )
    for n, (handler, state, minutes) in enumerate((*held, ("W003", State.RESOLVED, 2), ("W004", State.ACCEPTED, 3))):
        page.record(Outcome(a_case(f"DL{n}", first_handler=handler, state=state, opened_at=later(minutes)), ()), str)
    lists = page.lists()
    assert lists.load() == page.load() == {"W001": 3, "W002": 1, "W004": 1}
    assert lists.waits() == {"W001": later(10), "W002": later(30)}
    found = lists.figures(*DAY, 2)
    assert (found["unaccepted"], found["open"]) == (3, 5)
