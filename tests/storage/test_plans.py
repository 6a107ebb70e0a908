"""With ten thousand letters owed, the next ones are found along an index, not by looking through all of them."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, event, text

from bot.desk.case import Kind
from bot.hall.records import Reach
from storage import letters
from storage.page import SqlPage
from tests.storage.given import NOW, a_letter, later

MANY = 10_000
QUESTIONS: dict[str, Callable[[SqlPage], object]] = {
    "heads": lambda page: page.heads(NOW, 9, ("customer:w1", "topic:*")),
    "to_show": lambda page: page.to_show(NOW, 9),
    "say": lambda page: page.say(a_letter("said", "customer:w1"), NOW, str),
    "owed": lambda page: page.lists().owed(),
    "next_wake_up": lambda page: page.lists().next_wake_up(),
    "unread": lambda page: page.unread("1", NOW, 9),
    "chats_with_updates": lambda page: page.lists().chats_with_updates(NOW, 9),
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
            assert [line for line in scans if line not in ("SCAN anon_1", "SCAN way", "SCAN CONSTANT ROW")] == [], (
                f"{name}\n{told}"
            )
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
