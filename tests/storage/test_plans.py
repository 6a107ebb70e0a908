"""With ten thousand letters or cases the next ones are found along an index, not by looking through all of them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Connection, event, insert, text

from bot.desk.case import Kind, State
from bot.hall.records import CaseQuery, Reach, Slice
from storage import letters, rows
from storage.page import SqlPage
from storage.tables import cases, events
from tests.storage.given import NOW, a_case, a_letter, later

MANY = 10_000
QUESTIONS: dict[str, Callable[[SqlPage], object]] = {
    "heads": lambda page: page.heads(NOW, 9, ("customer:w1", "topic:*")),
    "to_show": lambda page: page.to_show(NOW, 9),
    "say": lambda page: page.say(a_letter("said", "customer:w1"), NOW, str),
    "owed": lambda page: page.lists().owed(),
    "next_wake_up": lambda page: page.lists().next_wake_up(),
    "unread": lambda page: page.unread("1", NOW, 9),
    "chats_with_updates": lambda page: page.lists().chats_with_updates(NOW, 9),
    "release": lambda page: page.release(NOW, 9),
    "forms_due": lambda page: page.lists().forms_due(NOW, 9),
    "posted": lambda page: page.lists().posted("1999"),
    "edit": lambda page: page.post(a_letter("edit", "customer:w1", edits="1"), NOW, str),
}


@pytest.fixture
def owing(page: SqlPage) -> SqlPage:
    """Many letters that arrived long ago, and as many owed through two channels."""
    for number in range(100):
        page.keep_reach(Reach(f"customer:w{number}", ("web", "telegram"), number))
    posted = [a_letter(f"{n}", f"customer:w{n % 100}", Kind.NOTICE) for n in range(2 * MANY)]
    letters.post_all(page._page, posted[:MANY], NOW, str)
    page._page.execute(text("UPDATE outbox SET state = 'sent', to_show = false, to_send = false"))
    letters.post_all(page._page, posted[MANY:], NOW, str)
    page._page.execute(text("ANALYZE outbox"))
    return page


def plans(page: SqlPage, question: Callable[[SqlPage], object]) -> str:
    """How the database goes about a question."""
    how = "EXPLAIN QUERY PLAN" if page._page.dialect.name == "sqlite" else "EXPLAIN"
    found: list[str] = []

    @event.listens_for(page._page, "before_cursor_execute")
    def _explain(
        connection: Connection, _cursor: object, statement: str, parameters: object, _context: object, _many: object
    ) -> None:
        cursor = connection.connection.cursor()
        cursor.execute(f"{how} {statement}", parameters)  # type: ignore[arg-type]
        found.extend(str(row[-1]) for row in cursor.fetchall())
        cursor.close()

    question(page)
    event.remove(page._page, "before_cursor_execute", _explain)
    return "\n".join(found)


def test_no_question_looks_through_the_whole_outbox(owing: SqlPage) -> None:
    for name, question in QUESTIONS.items():
        told = plans(owing, question)
        assert told, name
        if owing._page.dialect.name == "sqlite":
            scans = [line for line in told.splitlines() if line.startswith("SCAN") and "USING" not in line]
            assert [
                line for line in scans if line not in ("SCAN anon_1", "SCAN way", "SCAN over", "SCAN CONSTANT ROW")
            ] == [], f"{name}\n{told}"
        else:  # a small table beside it may well be looked through, also by an index that is there
            assert "Seq Scan on outbox" not in told, f"{name}\n{told}"


def test_the_walk_along_the_lanes_uses_their_own_indexes(owing: SqlPage) -> None:
    told = plans(owing, QUESTIONS["heads"])
    for name in ("ix_outbox_lanes", "ix_outbox_addresses", "ix_outbox_heads"):
        assert name in told, told
    assert "TEMP B-TREE" not in told
    assert "ix_outbox_to_show" in plans(owing, QUESTIONS["to_show"])
    assert "ix_outbox_unseen" in plans(owing, QUESTIONS["say"])


def test_what_they_find_is_right_all_the_same(owing: SqlPage) -> None:
    assert [letter.to for letter in owing.heads(NOW, 3)] == ["customer:w0", "customer:w1", "customer:w2"]
    owing.post(a_letter("danger", "customer:w42", urgent=True), later(1), str)
    assert owing.heads(NOW, 1)[0].key == owing.to_show(NOW, 1)[0].key == "danger"
    assert owing.lists().owed() == (MANY + 1, NOW)


WHAT_HAS_COME = (
    ("release", "ix_outbox_held_until"),
    ("edit", "ix_outbox_edits"),
    ("forms_due", "ix_threads_wake_at"),
    ("next_wake_up", "ix_outbox_held_until"),
    ("next_wake_up", "ix_threads_wake_at"),
)


def test_a_round_asks_only_for_what_has_come(owing: SqlPage) -> None:
    for question, index in WHAT_HAS_COME:
        told = plans(owing, QUESTIONS[question])
        assert index in told, (question, told)


@pytest.fixture
def crowded(page: SqlPage) -> SqlPage:
    """Many cases, most of them over, a few hidden from somebody."""
    rows_ = []
    for n in range(MANY):
        state = State.IN_PROGRESS if n % 4 == 0 else State.CLOSED
        hidden = ("A1",) if n % 500 == 0 else ()
        no, at = f"DL20261123-{n:05d}", later(-n)
        rows_.append(rows.case_row(a_case(no, state=state, opened_at=at, begun_at=at, hidden_from=hidden, version=1)))
    page._page.execute(insert(cases), rows_)
    if page._page.dialect.name == "postgresql":  # SQLite keeps no figures unless it is asked
        page._page.execute(text("ANALYZE cases"))
    return page


def _listed(query: CaseQuery, page: SqlPage) -> Slice:
    return page.lists().cases(query)


@pytest.mark.parametrize("asker", ["", "A1"])
def test_live_cases_are_walked_in_their_order(crowded: SqlPage, asker: str) -> None:
    hidden = len(range(0, MANY, 500)) if asker else 0
    for order, index in (("urgency", "ix_cases_urgency"), ("opened", "ix_cases_age")):
        query = CaseQuery(state="live", order=order, asker=asker, limit=20)
        first = crowded.lists().cases(query)
        further = replace(query, after=first.next)
        assert (first.total, len(crowded.lists().cases(further).items)) == (MANY // 4 - hidden, 20)
        for asked in (query, further):
            told = plans(crowded, partial(_listed, asked))
            assert index in told, told
            for sort in ("TEMP B-TREE", "Sort"):
                assert sort not in told, told
            assert ("ix_cases_hidden" in told) == bool(asker), told


def test_what_somebody_answers_for_is_found_by_his_number(crowded: SqlPage) -> None:
    told = plans(crowded, lambda page: page.lists().cases(CaseQuery(state="live", handler="W9")))
    assert "ix_cases_state_first_handler" in told, told


def test_a_quiet_watch_looks_at_no_case(crowded: SqlPage) -> None:
    told = plans(crowded, lambda page: page.lists().due(NOW, 9))
    assert "ix_cases_due_at" in told, told


# --- what belongs to an incident, and what a day's figures count


@pytest.fixture
def long_kept(page: SqlPage) -> SqlPage:
    """Many cases of many days with what was done on them; every hundredth is live, some belong to an incident."""
    rows_, done = [], []
    for n in range(MANY):
        state = State.OPEN if n % 100 == 0 else State.CLOSED
        incident = f"T{n % 7}" if n % 50 == 0 else ""
        no, at = f"DL20261123-{n:05d}", later(-60 * n)
        case = a_case(no, state=state, opened_at=at, begun_at=at, incident=incident, version=1, seq=3)
        rows_.append(rows.case_row(case))
        for seq, move in enumerate(("note", "resolve" if n % 2 else "broken", "late"), 1):
            done.append(
                {
                    **dict.fromkeys(("lane", "by", "text", "salt", "text_hash", "facts_hash", "prev_hash", "hash"), ""),
                    "chain": no,
                    "seq": seq,
                    "at": at,
                    "move": move,
                    "public": False,
                    "facts": "{}",
                }
            )
    page._page.execute(insert(cases), rows_)
    page._page.execute(insert(events), done)
    if page._page.dialect.name == "postgresql":
        page._page.execute(text("ANALYZE cases, events"))
    return page


DAY = (later(-24 * 60), NOW)
ASKED: dict[str, tuple[Callable[[SqlPage], object], tuple[str, ...]]] = {
    "figures": (
        lambda page: page.lists().figures(*DAY, 2),
        ("ix_cases_opened_at_no", "ix_events_counted", "ix_cases_state_first_handler"),
    ),
    "load": (lambda page: page.lists().load(), ("ix_cases_state_first_handler",)),
    "waits": (lambda page: page.lists().waits(), ("ix_cases_state_first_handler",)),
    "members": (lambda page: page.lists().members("T0", "DL20261123-00350", 9), ("ix_cases_incident",)),
    "behind": (lambda page: page.lists().behind("T0", 1, 9), ("ix_cases_told",)),
    "size": (lambda page: page.lists().size("T0"), ("ix_cases_",)),
    "of_incident": (lambda page: page.lists().cases(CaseQuery(incident="T0")), ("ix_cases_",)),
    "reports": (lambda page: page.lists().reports("outage_repair", later(-600)), ("ix_cases_age",)),
    "due": (lambda page: page.lists().due(NOW, 9), ("ix_cases_due_at",)),
}


def test_no_question_of_the_board_looks_through_what_is_long_over(long_kept: SqlPage) -> None:
    for question, (asked, indexes) in ASKED.items():
        told = plans(long_kept, asked)
        for index in indexes:
            assert index in told, (question, told)
        if long_kept._page.dialect.name == "sqlite":
            walked = [line for line in told.splitlines() if line.startswith("SCAN")]
            assert all("ix_cases_age" in line or "ix_cases_urgency" in line for line in walked), (question, told)
        else:
            assert "Seq Scan" not in told, (question, told)


def test_what_the_board_finds_is_right_all_the_same(long_kept: SqlPage) -> None:
    lists = long_kept.lists()
    found = lists.figures(*DAY, 2)
    assert found == {"opened": 24, "resolved": 12, "late": 12, "low_ratings": 0, "unaccepted": 100, "open": 100}
    assert (lists.size("T0"), len(lists.behind("T0", 1, 99)), len(lists.members("T0", "", 99))) == (29, 29, 29)
    assert lists.load() == {"W001": 100}
    assert lists.waits() == {"W001": later(-60 * 9900)}
    assert [case.no for case in lists.reports("outage_repair", later(-6000))] == [
        "DL20261123-00100",
        "DL20261123-00000",
    ]
