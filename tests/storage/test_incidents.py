from dataclasses import replace

import pytest
from hypothesis import given

from bot.desk.case import Outcome, State
from bot.desk.errors import Changed, NoSuchIncident
from bot.desk.incident import Incident, Phase
from bot.hall.records import CaseQuery
from storage.page import SqlPage
from tests.storage.given import NOW, a_case, an_incident, anything, later
from tests.storage.test_rows import on_one_page

NO = "TD20261123-0001"
OUTAGE = "outage_repair"


def numbered(found: tuple[Incident, ...]) -> list[str]:
    return [one.no for one in found]


def a_member(page: SqlPage, n: int, incident: str = NO, told: int = 0, state: State = State.OPEN) -> str:
    no = f"DL20261123-{n:04d}"
    page.record(Outcome(a_case(no, incident=incident, told=told, state=state, opened_at=later(n)), ()), str)
    return no


@on_one_page
@given(anything(Incident))
def test_every_incident_comes_back_as_it_was(page: SqlPage, incident: Incident) -> None:
    page.wipe()
    kept = page.keep_incident(replace(incident, version=0))
    assert kept == replace(incident, version=1)
    assert page.incident(incident.no) == page.lists().incident(incident.no) == kept


def test_an_unknown_number_is_refused(page: SqlPage) -> None:
    with pytest.raises(NoSuchIncident) as refused:
        page.incident(NO)
    assert refused.value.no == NO
    assert page.lists().incident(NO) is None


def test_each_change_is_one_version_on_and_a_stale_one_is_refused(page: SqlPage) -> None:
    first = page.keep_incident(an_incident())
    second = page.keep_incident(replace(first, state=Phase.CONFIRMED, cause="变压器坏了"))
    assert (second.version, page.incident(NO)) == (2, second)
    for stale in (first, an_incident(), replace(second, version=9)):
        with pytest.raises(Changed) as refused:
            page.keep_incident(stale)
        assert (refused.value.no, refused.value.version) == (NO, stale.version)
    assert page.incident(NO) == second


def test_those_that_are_not_closed_come_newest_first(page: SqlPage) -> None:
    for n, phase in enumerate(Phase):
        page.keep_incident(an_incident(f"T{n}", state=phase, opened_at=later(n)))
    assert numbered(page.lists().live_incidents()) == ["T2", "T1", "T0"]


def test_incidents_are_listed_in_slices_newest_first(page: SqlPage) -> None:
    for n in range(5):
        phase = Phase.CLOSED if n % 2 else Phase.RESTORED
        page.keep_incident(an_incident(f"T{n}", state=phase, opened_at=later(n // 2)))  # two at one moment
    seen, cursor = [], ""
    for wanted in (2, 2, 1):
        items, cursor, total = page.lists().incidents(cursor, 2)
        assert (len(items), total) == (wanted, 5)
        seen.extend(numbered(items))
    assert (seen, cursor) == (["T4", "T3", "T2", "T1", "T0"], "")
    closed, cursor, total = page.lists().incidents("", 1, Phase.CLOSED)
    assert (numbered(closed), total) == (["T3"], 2)
    assert numbered(page.lists().incidents(cursor, 9, Phase.CLOSED)[0]) == ["T1"]
    for nonsense in ("x", "bm9uZQ", "é"):
        assert page.lists().incidents(nonsense, 9) == ((), "", 5)
    assert page.lists().incidents("", 0) == ((), "", 5)


def test_members_are_walked_by_number(page: SqlPage) -> None:
    numbers = [a_member(page, n) for n in (3, 1, 2)]
    a_member(page, 4, "TD20261123-0002")
    a_member(page, 5, "")
    lists = page.lists()
    first = lists.members(NO, "", 2)
    assert [one.no for one in first] == sorted(numbers)[:2]
    assert [one.no for one in lists.members(NO, first[-1].no, 2)] == sorted(numbers)[2:]
    assert (lists.size(NO), lists.size("none"), lists.size("")) == (3, 0, 0)
    assert first[0] == lists.case(first[0].no)


def test_who_has_not_been_told_yet_is_behind(page: SqlPage) -> None:
    for n, told in ((1, 2), (2, 0), (3, 1), (4, 3), (5, 1)):
        a_member(page, n, told=told)
    a_member(page, 6, "TD20261123-0002")
    lists = page.lists()
    assert [no[-1] for no in lists.behind(NO, 2, 9)] == ["2", "3", "5"]
    assert [no[-1] for no in lists.behind(NO, 3, 2)] == ["2", "3"]
    assert lists.behind(NO, 0, 9) == ()
    case = page.case("DL20261123-0002")
    page.record(Outcome(replace(case, told=3), ()), str)
    assert [no[-1] for no in page.lists().behind(NO, 3, 9)] == ["3", "5", "1"]


def test_a_case_leaves_its_incident(page: SqlPage) -> None:
    no = a_member(page, 1, told=1)
    page.record(Outcome(replace(page.case(no), incident="", told=0), ()), str)
    assert (page.lists().size(NO), page.lists().behind(NO, 9, 9)) == (0, ())


def test_the_desk_lists_the_cases_of_an_incident(page: SqlPage) -> None:
    a_member(page, 1)
    a_member(page, 2, state=State.CLOSED)
    a_member(page, 3, "")
    found = page.lists().cases(CaseQuery(incident=NO))
    assert ([case.no[-1] for case in found.items], found.total) == (["1", "2"], 2)
    assert page.lists().cases(CaseQuery(incident=NO, state="live")).total == 1
    assert page.lists().cases(CaseQuery(incident=NO, asker="W009")).total == 2
    assert page.lists().cases(CaseQuery()).total == 3


def test_reports_are_the_live_cases_of_a_matter_since_then(page: SqlPage) -> None:
    for n, state in enumerate((State.OPEN, State.CLOSED, State.RESOLVED, State.IN_PROGRESS, State.WAITING_CUSTOMER)):
        a_member(page, n, "", state=state)
    page.record(Outcome(a_case("DL20261123-0009", topic="complaint", opened_at=later(9)), ()), str)
    assert [case.no[-1] for case in page.lists().reports(OUTAGE, NOW)] == ["0", "3", "4"]
    assert [case.no[-1] for case in page.lists().reports(OUTAGE, later(3))] == ["3", "4"]
    assert page.lists().reports(OUTAGE, later(99)) == ()
