from typing import Any

import pytest

from bot.desk.case import Outcome, Priority, State
from bot.hall.records import CaseQuery, Slice
from storage.page import SqlPage
from tests.storage.given import a_case, later


def numbers(found: Slice) -> list[str]:
    return [case.no for case in found.items]


def walk(page: SqlPage, **asked: object) -> list[str]:
    """Slice after slice to the end."""
    seen: list[str] = []
    after = ""
    while True:
        found = page.lists().cases(CaseQuery(after=after, limit=2, **asked))  # type: ignore[arg-type]
        seen += numbers(found)
        if not found.next:
            return seen
        after = found.next


@pytest.fixture
def full(page: SqlPage) -> SqlPage:
    rows: tuple[tuple[str, Priority, int | None, int, dict[str, Any]], ...] = (
        ("A1", Priority.NORMAL, 5, 0, {}),
        ("A2", Priority.NORMAL, None, 1, {"state": State.CLOSED}),
        ("A3", Priority.URGENT, None, 2, {"customer": "w2"}),
        ("A4", Priority.EMERGENCY, 9, 3, {"first_handler": "W002", "helpers": ("W001", "W003")}),
        ("B5", Priority.NORMAL, 5, 4, {"topic": "bill"}),
        ("B6", Priority.EMERGENCY, 8, 5, {"state": State.RESOLVED}),
        ("B7", Priority.NORMAL, None, 1, {"state": State.WAITING_CUSTOMER}),
    )
    for no, priority, due, minutes, more in rows:
        due_at = None if due is None else later(due)
        page.record(Outcome(a_case(no, priority=priority, due_at=due_at, opened_at=later(minutes), **more), ()), str)
    return page


URGENCY = ["B6", "A4", "A3", "A1", "B5", "A2", "B7"]


def test_by_urgency_then_wake_up_then_age(full: SqlPage) -> None:
    assert numbers(full.lists().cases(CaseQuery())) == URGENCY
    assert walk(full) == URGENCY


def test_by_age_newest_first(full: SqlPage) -> None:
    newest = ["B6", "B5", "A4", "A3", "B7", "A2", "A1"]
    assert numbers(full.lists().cases(CaseQuery(order="opened"))) == newest
    assert walk(full, order="opened") == newest


def test_a_slice_says_how_many_there_are(full: SqlPage) -> None:
    found = full.lists().cases(CaseQuery(limit=3))
    assert (len(found.items), found.total) == (3, 7)
    rest = full.lists().cases(CaseQuery(limit=4, after=found.next))
    assert (numbers(rest), rest.next, rest.total) == (URGENCY[3:], "", 7)
    assert full.lists().cases(CaseQuery(limit=0)) == Slice((), "", 7)


def test_a_case_that_comes_between_two_slices_hides_none(full: SqlPage) -> None:
    found = full.lists().cases(CaseQuery(limit=3))
    full.record(Outcome(a_case("C8", priority=Priority.EMERGENCY), ()), str)
    assert numbers(full.lists().cases(CaseQuery(after=found.next))) == URGENCY[3:]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "closed"}, ["A2"]),
        ({"state": "live"}, ["A4", "A3", "A1", "B5", "B7"]),
        ({"state": "nonsense"}, []),
        ({"mine": "W001"}, URGENCY),
        ({"mine": "W003"}, ["A4"]),
        ({"mine": "W00"}, []),
        ({"handler": "W001"}, ["B6", "A3", "A1", "B5", "A2", "B7"]),
        ({"customer": "w2"}, ["A3"]),
        ({"topic": "bill"}, ["B5"]),
        ({"q": "B"}, ["B6", "B5", "B7"]),
        ({"q": " a4 "}, ["A4"]),
        ({"q": "%"}, []),
        ({"q": "4"}, []),
        ({"q": "A", "state": "live", "mine": "W001"}, ["A4", "A3", "A1"]),
    ],
)
def test_narrowed(full: SqlPage, asked: dict[str, str], found: list[str]) -> None:
    slice_ = full.lists().cases(CaseQuery(**asked))  # type: ignore[arg-type]
    assert numbers(slice_) == found
    assert slice_.total == len(found)
    assert walk(full, **asked) == found


@pytest.mark.parametrize(
    "cursor",
    ["x", "!!", "W10=", "bnVsbA", "WzEsMiwzLDRd", "WyIyMDI2LTExLTIzIiwiQSJd", "WzEsIngiLCJ5IiwieiJd", "\udc80", "中"],
)
@pytest.mark.parametrize("order", ["urgency", "opened"])
def test_a_cursor_nobody_gave_has_nothing_after_it(full: SqlPage, cursor: str, order: str) -> None:
    assert full.lists().cases(CaseQuery(after=cursor, order=order)) == Slice((), "", 7)
