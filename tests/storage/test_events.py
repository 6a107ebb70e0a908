from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.desk.case import Outcome
from bot.desk.errors import NoSuchCase
from bot.desk.words import Words, words
from bot.hall.records import AuditQuery
from storage.page import SqlPage
from storage.tables import events, metadata
from tests.storage.given import a_case, an_event, opened

NO, OTHER = "DL20261123-0001", "DL20261123-0002"


def change(page: SqlPage, statement: str) -> None:
    assert page._page.execute(text(statement), {"no": NO, "other": OTHER}).rowcount > 0


def filled(page: SqlPage) -> SqlPage:
    """Two cases of three events, and two of the hall."""
    for no in (NO, OTHER):
        case = page.record(opened(no), str)
        page.record(Outcome(a_case(no, version=case.version, seq=3), (an_event(no, 3, "第三句", stage="arrive"),)), str)
    for _ in range(2):
        page.note(an_event("", 0, what="login"), str)
    assert page.lists().broken_chain() is None
    return page


def test_events_come_back_in_order_written_out(page: SqlPage) -> None:
    outcome = Outcome(a_case(seq=1), (an_event(NO, 1, words("event.opened"), a="一", b="2"),))  # type: ignore[arg-type]
    page.record(outcome, lambda said: f"写成 {said.code}" if isinstance(said, Words) else str(said))
    (event,) = page.lists().events(NO)
    assert event == an_event(NO, 1, "写成 event.opened", a="一", b="2")
    assert page.lists().events("unknown") == ()


def test_the_hall_numbers_what_belongs_to_no_case(page: SqlPage) -> None:
    filled(page)
    assert [(event.case, event.seq, event.facts) for event in page.lists().events("")] == [
        ("", 1, {"what": "login"}),
        ("", 2, {"what": "login"}),
    ]


def test_a_note_on_a_case_counts_as_its_event(page: SqlPage) -> None:
    page.record(opened(), str)
    page.note(an_event(NO, 0, "补一句"), str)
    assert [event.seq for event in page.lists().events(NO)] == [1, 2, 3]
    assert (page.case(NO).seq, page.case(NO).version) == (3, 2)
    assert page.lists().broken_chain() is None
    with pytest.raises(NoSuchCase):
        page.note(an_event("DL0", 0), str)


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE events SET text = '改' WHERE chain = :no AND seq = 2", (NO, 2)),
        ("UPDATE events SET facts = '{}' WHERE chain = :no AND seq = 3", (NO, 3)),
        ("UPDATE events SET at = '2026-01-01 00:00:00.000000' WHERE chain = :no AND seq = 1", (NO, 1)),
        ("UPDATE events SET by = 'W999' WHERE chain = :no AND seq = 1", (NO, 1)),
        ("UPDATE events SET public = false WHERE chain = :no AND seq = 1", (NO, 1)),
        ("DELETE FROM events WHERE chain = :no AND seq = 2", (NO, 2)),
        ("DELETE FROM events WHERE chain = :no AND seq = 3", (NO, 3)),
        ("DELETE FROM events WHERE chain = :other", (OTHER, 1)),
        ("DELETE FROM cases WHERE no = :other", (OTHER, 1)),
        ("UPDATE cases SET seq = 2 WHERE no = :no", (NO, 3)),
        ("DELETE FROM events WHERE chain = 'hall' AND seq = 2", ("hall", 2)),
        ("UPDATE events SET move = 'deny' WHERE chain = 'hall' AND seq = 1", ("hall", 1)),
    ],
)
def test_tampering_is_found_where_it_is(page: SqlPage, tampering: str, found: tuple[str, int]) -> None:
    change(filled(page), tampering)
    assert page.lists().broken_chain() == found


def test_the_same_words_never_have_the_same_hash(page: SqlPage) -> None:
    page.record(opened(words=("一样", "一样")), str)
    hashes = page._page.execute(text("SELECT text_hash FROM events")).scalars().all()
    assert len(set(hashes)) == 2


def test_blanking_every_private_column_keeps_the_chain(page: SqlPage) -> None:
    filled(page)
    blank = {column.name: "" for column in events.columns if column.info.get("private")}
    assert set(blank) == {"text", "facts", "salt"}
    page._page.execute(events.update().where(events.c.chain == NO).values(blank))
    assert page.lists().broken_chain() is None
    assert [event.text for event in page.lists().events(NO)] == ["", "", ""]
    change(page, "UPDATE events SET text = '另写' WHERE chain = :no AND seq = 2")
    assert page.lists().broken_chain() == (NO, 2)


def test_everything_reads_on_when_every_private_column_is_blanked(page: SqlPage) -> None:
    filled(page)
    for table in metadata.sorted_tables:
        blank = {column.name: "" for column in table.columns if column.info.get("private")}
        if blank:
            page._page.execute(table.update().values(blank))
    lists = page.lists()
    assert lists.broken_chain() is None
    assert lists.case(NO).seq == 3
    assert [letter.text for letter in lists.letters(0)] == ["", ""]


def test_half_a_character_keeps_the_chain(page: SqlPage) -> None:
    page.record(Outcome(a_case(seq=1), (an_event(NO, 1, "灯\ud83d", cause="\udc80"),)), str)
    assert page.lists().broken_chain() is None
    assert page.lists().events(NO)[0].facts == {"cause": "?"}


def test_a_case_s_ledger_holds_what_the_hall_s_chain_has_of_it(page: SqlPage) -> None:
    filled(page)
    page.note(replace(an_event("", 0), facts={"move": "reveal", "case": NO}), str)
    page.note(replace(an_event("", 0), facts={"move": "reveal", "case": OTHER}), str)
    page.note(replace(an_event("", 0), facts={"move": "reveal", "case": f"{NO}9"}), str)
    found = page.lists().audit(AuditQuery(case=NO))
    assert [event.case for _, event in found.items] == [NO, NO, NO, ""]
    assert (found.items[-1][1].facts["case"], found.total) == (NO, 4)
