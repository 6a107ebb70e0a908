from dataclasses import replace

from sqlalchemy import Connection, event

from bot.desk.case import Outcome
from bot.hall.pages import Page
from bot.hall.records import Person
from storage.page import SqlPage
from tests.storage.given import NOW, a_case, a_letter, a_message, an_alert, an_event, later, opened


def statements(page: SqlPage) -> list[str]:
    """Every statement run on this page from now on."""
    seen: list[str] = []

    @event.listens_for(page._page, "before_cursor_execute")
    def _note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    return seen


def test_a_page_is_the_port(page: SqlPage) -> None:
    port: Page = page
    assert port.remembered("k") == ""


def test_one_simple_message_takes_few_statements(page: SqlPage) -> None:
    page.keep_person(Person("w1"))
    seen = statements(page)
    page.hear(a_message("1"), NOW)
    for heard in page.undone("w1"):
        thread = page.thread("w1")
        page.person("w1")
        page.cases_of("w1")
        page.done(heard, "我家停电了", {"intent": "outage_repair"}, later(0))
        assert page.say(a_letter("r:1"), NOW, str)
        page.keep(replace(thread, topic="outage_repair"))
    assert len(seen) == 10
    assert page.to_show(NOW, 200) == ()


def test_an_outcome_takes_no_more_statements_for_more_rows(page: SqlPage) -> None:
    page.record(opened(), str)
    case = page.case("DL20261123-0001")
    seen = statements(page)
    entries = tuple(an_event(case.no, case.seq + n) for n in (1, 2, 3))
    letters = tuple(a_letter(str(n)) for n in range(5))
    alerts = (an_alert(case.no), an_alert(case.no, "urges"))
    page.record(Outcome(replace(case, seq=case.seq + 3), entries, letters, alerts), str)
    assert len(seen) == 5
    assert page.lists().broken_chain() is None


def test_an_outcome_without_anything_new_is_one_statement(page: SqlPage) -> None:
    seen = statements(page)
    page.record(Outcome(a_case(), ()), str)
    assert len(seen) == 1
