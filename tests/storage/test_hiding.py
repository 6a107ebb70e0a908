"""A case hidden from somebody does not exist for him: not in lists, totals, letters, alerts, the ledger or the talk."""

from dataclasses import replace
from typing import Any

import pytest

from bot.desk.case import Event, Kind, Lane, Outcome
from bot.hall.records import AuditQuery, CaseQuery, Heard, LetterQuery
from storage.page import SqlPage
from tests.storage.given import NOW, a_letter, an_alert, opened

OPEN, SECRET = "DL20261123-0001", "DL20261123-0002"


@pytest.fixture
def two(page: SqlPage) -> SqlPage:
    """One case for all, one hidden from A1 and B2; letters, alerts, entries and lines of both."""
    for no, hidden in ((OPEN, ()), (SECRET, ("A1", "B2"))):
        made = opened(no, hidden_from=hidden)
        staff = a_letter(f"case:{no}:1", "staff:A1", Kind.NOTICE, case=no)
        page.record(Outcome(made.case, made.events, (*made.letters, staff), (an_alert(no),)), str)
        facts = {"what": "chat.words w1", "case": no}
        page.note(Event("", 0, NOW, Lane.SUPPORT, "A1", "deny", public=False, facts=facts), str)
    page.post(a_letter("hall", "staff:A1"), NOW, str)
    return page


def seen(page: SqlPage, asker: str) -> dict[str, Any]:
    lists = page.lists()
    cases = lists.cases(CaseQuery(asker=asker))
    letters = lists.letters_for(LetterQuery(asker=asker))
    audit = lists.audit(AuditQuery(asker=asker))
    alerts = lists.alerts(only_open=False, asker=asker)
    assert alerts == lists.alerts(only_open=True, asker=asker)
    assert (cases.total, letters.total, audit.total) == tuple(len(x.items) for x in (cases, letters, audit))
    return {
        "cases": [case.no for case in cases.items],
        "letters": [one.case for one in letters.items],
        "alerts": [one.case for one in alerts],
        "audit": [event.case or event.facts["case"] for _, event in audit.items],
    }


def test_for_whom_it_is_hidden_nothing_of_it_exists(two: SqlPage) -> None:
    assert seen(two, "A1") == {
        "cases": [OPEN],
        "letters": [OPEN, OPEN, ""],
        "alerts": [OPEN],
        "audit": [OPEN, OPEN, OPEN],
    }


@pytest.mark.parametrize("asker", ["", "a1", "A", "1", "A12", "D001", "%", "_1", "2"])
def test_everybody_else_sees_all(two: SqlPage, asker: str) -> None:
    found = seen(two, asker)
    assert found["cases"] == [OPEN, SECRET]
    assert found["letters"] == [OPEN, OPEN, SECRET, SECRET, ""]
    assert found["alerts"] == [SECRET, OPEN]
    assert found["audit"].count(SECRET) == 3


def test_what_is_hidden_no_more_is_seen_again(two: SqlPage) -> None:
    shown = replace(two.case(SECRET), hidden_from=())
    two.record(Outcome(shown, ()), str)
    assert seen(two, "A1") == seen(two, "D001")


def test_asked_for_by_number_it_is_nowhere_either(two: SqlPage) -> None:
    lists = two.lists()
    assert lists.cases(CaseQuery(q=SECRET, asker="A1")).items == ()
    assert lists.letters_for(LetterQuery(case=SECRET, asker="A1")).items == ()
    assert lists.audit(AuditQuery(case=SECRET, asker="A1")).items == ()
    assert lists.audit(AuditQuery(customer="w1", asker="A1")).total == 2


def test_the_talk_without_the_lines_of_some_cases(two: SqlPage) -> None:
    for letter in two.to_show(NOW, 9):
        two.shown(letter, NOW)
    two.hear(Heard("1", "w1", text="我要投诉"), NOW)
    two.done(two.undone("w1")[0], "我要投诉", None, NOW)
    lists = two.lists()
    assert [line.case for line in lists.lines("w1", 0, 9)] == [OPEN, SECRET, ""]
    assert [line.case for line in lists.lines_for("w1", 0, 9, (SECRET,))] == [OPEN, ""]
    assert [line.case for line in lists.lines_for("w1", 0, 1, (OPEN,))] == [SECRET]
    assert lists.lines_for("w1", 0, 9, ()) == lists.lines("w1", 0, 9)
