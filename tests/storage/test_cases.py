from dataclasses import replace

import pytest

from bot.desk.case import Outcome, State
from bot.desk.errors import Changed, NoSuchCase
from storage.page import SqlPage
from tests.storage.given import NOW, a_case, a_letter, an_alert, an_event, later, opened

NO = "DL20261123-0001"


def test_an_unknown_number_is_refused(page: SqlPage) -> None:
    with pytest.raises(NoSuchCase):
        page.case(NO)
    with pytest.raises(NoSuchCase):
        page.lists().case(NO)


def test_a_new_case_is_version_one_and_each_move_one_more(page: SqlPage) -> None:
    assert page.record(opened(), str).version == 1
    case = page.case(NO)
    moved = replace(case, state=State.ACCEPTED, seq=3)
    assert page.record(Outcome(moved, (an_event(NO, 3),)), str) == replace(moved, version=2)
    assert page.lists().case(NO) == replace(moved, version=2)


def test_a_stale_case_is_refused_and_a_number_is_opened_once(page: SqlPage) -> None:
    case = page.record(opened(), str)
    page.record(Outcome(case, ()), str)
    for stale in (case, replace(case, version=7)):
        with pytest.raises(Changed) as refused:
            page.record(Outcome(stale, ()), str)
        assert (refused.value.no, refused.value.version) == (NO, stale.version)
    with pytest.raises(Changed):
        page.record(opened(), str)
    with pytest.raises(Changed):
        page.record(Outcome(a_case("DL0", version=1), ()), str)


def test_a_case_brought_along_may_begin_in_any_state(page: SqlPage) -> None:
    page.record(Outcome(a_case(state=State.CLOSED, seq=1), (an_event(NO, 1),)), str)
    assert page.case(NO).state is State.CLOSED
    assert page.lists().broken_chain() is None


def test_cases_of_a_customer_come_newest_first(page: SqlPage) -> None:
    for number, minutes in ((1, 0), (2, 10), (3, 10)):
        page.record(Outcome(a_case(f"DL{number}", opened_at=later(minutes)), ()), str)
    page.record(Outcome(a_case("DL4", customer="w2"), ()), str)
    assert [case.no for case in page.cases_of("w1")] == ["DL3", "DL2", "DL1"]
    assert [case.no for case in page.lists().cases_of("w2")] == ["DL4"]


def test_load_counts_open_cases_by_first_handler(page: SqlPage) -> None:
    assert page.load() == {}
    for number, state in enumerate(State):
        page.record(Outcome(a_case(f"DL{number}", state=state), ()), str)
    page.record(Outcome(a_case("DL99", first_handler="W002"), ()), str)
    assert page.load() == {"W001": 4, "W002": 1}


def test_what_is_due_comes_earliest_first(page: SqlPage) -> None:
    for number, minutes in ((1, 20), (2, 10), (3, 30)):
        page.record(Outcome(a_case(f"DL{number}", due_at=later(minutes)), ()), str)
    page.record(Outcome(a_case("DL4"), ()), str)
    assert page.due(later(20), 9) == ("DL2", "DL1")
    assert page.lists().due(later(99), 2) == ("DL2", "DL1")
    assert page.due(later(9), 9) == ()


def test_an_outcome_is_kept_whole(page: SqlPage) -> None:
    outcome = replace(opened(), alerts=(an_alert(NO),))
    page.record(outcome, str)
    lists = page.lists()
    assert len(lists.events(NO)) == 2
    assert len(lists.letters(0)) == 1
    (alert,) = lists.alerts(only_open=True)
    assert (alert.case, alert.rung, alert.why, alert.text) == (NO, "accept_escalate", "accept", "没人接单")
    assert (alert.to, alert.at, alert.acked_by, alert.acked_at) == (("D001", "D002"), NOW, "", None)


def test_a_letter_posted_before_is_not_posted_by_an_outcome(page: SqlPage) -> None:
    page.post(a_letter("k", text="先前的"), NOW, str)
    page.record(replace(opened(), letters=(a_letter("k"), a_letter("m"))), str)
    assert [letter.text for letter in page.lists().letters(0)] == ["先前的", "信 m"]


def test_a_rung_raises_one_alert(page: SqlPage) -> None:
    case = page.record(replace(opened(), alerts=(an_alert(NO), an_alert(NO))), str)
    page.record(Outcome(case, (), alerts=(an_alert(NO), an_alert(NO, "urges"))), str)
    assert [alert.rung for alert in page.lists().alerts(only_open=False)] == ["urges", "accept_escalate"]


def test_an_alert_raised_again_only_says_whom_it_has_reached_by_now(page: SqlPage) -> None:
    case = page.record(replace(opened(), alerts=(replace(an_alert(NO), to=("D001",), incident="TD1"),)), str)
    (first,) = page.lists().alerts(only_open=True)
    page.acknowledge(first.id, "D001", later(1))
    again = replace(an_alert(NO), why="other", text="没人应答", at=later(9), to=("D001", "D002"))
    page.record(Outcome(case, (), alerts=(again,)), str)
    (kept,) = page.lists().alerts(only_open=False)
    assert kept == replace(first, to=("D001", "D002"), acked_by="D001", acked_at=later(1))
    assert kept.incident == "TD1"


def test_alerts_are_narrowed_to_whom_they_reached(page: SqlPage) -> None:
    raised = (("r1", ("D001",)), ("r2", ("D002", "D001")), ("r3", ("D0011", "XD001")), ("r4", ()))
    page.record(replace(opened(), alerts=tuple(replace(an_alert(NO, rung), to=to) for rung, to in raised)), str)
    page.acknowledge_rung(NO, "r1", "D001", NOW)
    lists = page.lists()
    assert [alert.rung for alert in lists.alerts(only_open=False, to="D001")] == ["r2", "r1"]
    assert [alert.rung for alert in lists.alerts(only_open=True, to="D001")] == ["r2"]
    assert lists.alerts(only_open=False, to="d001") == lists.alerts(only_open=False, to='"') == ()
    assert len(lists.alerts(only_open=False)) == 4


def test_one_alert_is_found_by_its_number(page: SqlPage) -> None:
    page.record(replace(opened(), alerts=(an_alert(NO), an_alert(NO, "urges"))), str)
    for alert in page.lists().alerts(only_open=True):
        assert page.lists().alert(alert.id) == alert
    assert page.lists().alert(10**6) is None


def test_a_rung_is_answered_for_once(page: SqlPage) -> None:
    page.record(replace(opened(), alerts=(an_alert(NO), an_alert(NO, "urges"))), str)
    page.record(replace(opened("DL2"), alerts=(an_alert("DL2"),)), str)
    for by in ("D001", "D002"):
        page.acknowledge_rung(NO, "accept_escalate", by, later(1))
    page.acknowledge_rung(NO, "none", "D001", later(1))
    found = {(one.case, one.rung): (one.acked_by, one.acked_at) for one in page.lists().alerts(only_open=False)}
    assert found == {
        (NO, "accept_escalate"): ("D001", later(1)),
        (NO, "urges"): ("", None),
        ("DL2", "accept_escalate"): ("", None),
    }


def test_the_first_to_acknowledge_stays(page: SqlPage) -> None:
    page.record(replace(opened(), alerts=(an_alert(NO),)), str)
    (alert,) = page.lists().alerts(only_open=True)
    for by in ("D001", "D002"):
        found = page.acknowledge(alert.id, by, later(1))
        assert found
        assert (found.acked_by, found.acked_at) == ("D001", later(1))
    assert page.lists().alerts(only_open=True) == ()
    assert len(page.lists().alerts(only_open=False)) == 1
    assert page.acknowledge(99, "D001", NOW) is None
