from dataclasses import replace

from sqlalchemy import func, select

from bot.hall.records import Care, Carried, Person, RawUpdate, Reach, Session, TableVersion
from storage.page import SqlPage
from storage.tables import metadata
from tests.storage.given import NOW, a_letter, a_message, an_alert, an_event, an_incident, opened


def test_numbers_run_by_prefix(page: SqlPage) -> None:
    assert [page.next_no("DL20261123-") for _ in range(3)] == [f"DL20261123-000{n}" for n in (1, 2, 3)]
    assert page.next_no("DL20261124-") == "DL20261124-0001"


def test_a_number_above_9999_grows(page: SqlPage) -> None:
    for _ in range(9_999):
        page.next_no("D")
    assert page.next_no("D") == "D10000"


def test_what_is_remembered_is_the_last_value(page: SqlPage) -> None:
    assert page.remembered("drill.clock") == ""
    page.remember("drill.clock", "a")
    page.remember("drill.clock", "b")
    assert page.remembered("drill.clock") == page.lists().remembered("drill.clock") == "b"


def test_after_a_wipe_nothing_is_left_and_row_numbers_go_on(page: SqlPage) -> None:
    page.keep_person(Person("w1"))
    page.hear(a_message("1"), NOW)
    page.done(page.undone("w1")[0], "x", None, NOW)
    page.keep(page.thread("w1"))
    page.record(replace(opened(), alerts=(an_alert("DL20261123-0001"),)), str)
    for letter in page.to_show(NOW, 9):
        page.shown(letter, NOW)
        page.keep_carried(letter.seq, Carried(1, 2))
    page.note(an_event("", 0), str)
    page.open_session(Session("cookie", "W001"), "s")
    page.set_password("W001", "x")
    page.remember("k", "v")
    page.keep_reach(Reach("customer:w1", ("web",)))
    page.keep_topic("DL20261123-0001", 1)
    page.take_in([RawUpdate("1", 1, "{}", "1", NOW)])
    page.keep_version(TableVersion("staff", "[]", "[]", "W001", NOW, ""))
    page.keep_incident(an_incident())
    page.keep_care(Care("9900000012", "w1", "制氧机", "", "", "", NOW))
    last = page.lists().last_seq("w1")

    def counts() -> dict[str, int]:
        return {
            table.name: page._page.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }

    assert 0 not in counts().values()
    page.wipe()
    assert set(counts().values()) == {0}
    assert page.lists().broken_chain() is None
    page.post(a_letter("1"), NOW, str)
    assert page.shown(page.to_show(NOW, 9)[0], NOW) > last
    page.note(an_event("", 0), str)
    assert page.lists().broken_chain() is None
