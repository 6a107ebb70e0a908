from dataclasses import replace

from sqlalchemy import text

from bot.desk.case import Button
from bot.guide.thread import Floor, Option, Thread
from bot.hall.records import CaseQuery
from storage.page import SqlPage
from tests.storage.given import NOW, a_message, later


def test_a_message_is_heard_once(page: SqlPage) -> None:
    assert page.hear(a_message("1"), NOW)
    assert not page.hear(a_message("1", text="又说一遍"), later(1))
    assert page.hear(a_message("1", "w2"), NOW)
    assert page.hear(replace(a_message("1"), channel="terminal"), NOW)
    assert [heard.text for heard in page.undone("w1")] == ["我家停电了", "我家停电了"]


def test_what_is_undone_comes_in_the_order_it_was_heard(page: SqlPage) -> None:
    for number in ("3", "1", "2"):
        page.hear(a_message(number), later(-int(number)))
    assert [heard.id for heard in page.undone("w1")] == ["3", "1", "2"]
    page.done(page.undone("w1")[0], "", None, NOW)
    assert [heard.id for heard in page.undone("w1")] == ["1", "2"]
    assert page.undone("nobody") == ()


def test_a_message_done_becomes_a_line_and_its_raw_body_is_blanked(page: SqlPage) -> None:
    page.hear(a_message("1", text="身份证 110101199003070000"), NOW)
    (heard,) = page.undone("w1")
    seq = page.done(heard, "身份证 ******************", {"intent": "greeting"}, later(1))
    assert page.undone("w1") == ()
    (line,) = page.lists().lines("w1", 0, 10)
    assert (line.seq, line.sender, line.id, line.text) == (seq, "customer", "1", "身份证 ******************")
    assert line.heard == {"intent": "greeting"}
    assert line.at == NOW
    assert page._page.execute(text("SELECT body FROM inbox")).scalars().all() == ["{}"]


def test_done_twice_is_done_once(page: SqlPage) -> None:
    page.hear(a_message("1"), NOW)
    (heard,) = page.undone("w1")
    seq = page.done(heard, "一", None, NOW)
    assert page.done(heard, "二", None, NOW) == seq
    assert [line.text for line in page.lists().lines("w1", 0, 10)] == ["一"]


def test_a_correction_names_the_line_it_replaces(page: SqlPage) -> None:
    page.hear(a_message("1"), NOW)
    first = page.done(page.undone("w1")[0], "错的", None, NOW)
    page.hear(a_message("2", replaces="1"), later(1))
    page.done(page.undone("w1")[0], "对的", None, later(1))
    page.hear(a_message("3", replaces="unknown"), later(2))
    page.done(page.undone("w1")[0], "别的", None, later(2))
    assert [line.replaces for line in page.lists().lines("w1", 0, 10)] == [None, first, None]


def test_a_thread_is_new_until_it_is_kept_and_then_counts_its_versions(page: SqlPage) -> None:
    assert page.thread("w1") == Thread("w1")
    thread = Thread("w1", "outage_repair", {"address": "和平路"}, menu=(Option("停电", "t.outage"),), floor=Floor.STAFF)
    page.keep(thread)
    page.keep(page.thread("w1"))
    assert page.thread("w1") == replace(thread, version=2)
    assert page.lists().thread("w1") == replace(thread, version=2)
    assert page.lists().thread("w2") == Thread("w2")


def test_lines_are_read_on_from_a_seq(page: SqlPage) -> None:
    assert page.lists().last_seq("w1") == 0
    for number in range(5):
        page.hear(a_message(str(number)), NOW)
        page.hear(a_message(str(number), "w2"), NOW)
    seqs = [page.done(heard, heard.id, None, NOW) for heard in page.undone("w1")]
    [page.done(heard, heard.id, None, NOW) for heard in page.undone("w2")]
    lists = page.lists()
    assert [line.seq for line in lists.lines("w1", 0, 2)] == seqs[:2]
    assert [line.seq for line in lists.lines("w1", seqs[1], 9)] == seqs[2:]
    assert lists.last_seq("w1") == seqs[-1]
    assert lists.lines("w1", 0, 1)[0].buttons == ()
    assert Button("x", "y") not in lists.lines("w1", 0, 1)[0].buttons


def test_talks_with_work_come_by_waiting(page: SqlPage) -> None:
    for customer in ("w3", "w1", "w2"):
        page.hear(a_message("1", customer), NOW)
    page.hear(a_message("2", "w3"), NOW)
    assert page.lists().talks_with_work(9) == ("w3", "w1", "w2")
    assert page.lists().talks_with_work(2) == ("w3", "w1")
    page.done(page.undone("w1")[0], "", None, NOW)
    assert page.lists().talks_with_work(9) == ("w3", "w2")


def test_drafts_are_found_by_customer_and_matter(page: SqlPage) -> None:
    for customer, topic, draft in (("a", "x", True), ("b", "y", True), ("c", "x", False), ("d", "x", True)):
        page.keep(Thread(customer, topic=topic, draft=draft, slots={"note": '"draft":true'}))
    found, following, total = page.lists().drafts(CaseQuery(limit=2))
    assert ([one.customer for one in found], following, total) == (["a", "b"], "b", 3)
    assert [one.customer for one in page.lists().drafts(CaseQuery(after="b"))[0]] == ["d"]
    assert [one.customer for one in page.lists().drafts(CaseQuery(topic="x"))[0]] == ["a", "d"]
    assert [one.customer for one in page.lists().drafts(CaseQuery(customer="b"))[0]] == ["b"]
    assert page.lists().drafts(CaseQuery(limit=0)) == ((), "", 3)


def test_talks_with_a_person_are_found_by_the_floor_and_not_by_words(page: SqlPage) -> None:
    page.keep(Thread("a", floor=Floor.STAFF, speaker="W001", case="DL20261123-0001"))
    page.keep(Thread("b", slots={"name": '"floor":"staff"'}))
    page.keep(Thread("c"))
    page.keep(Thread("d", floor=Floor.STAFF, speaker="W002"))
    assert [(one.customer, one.speaker) for one in page.lists().spoken()] == [("a", "W001"), ("d", "W002")]


def test_unfinished_forms_whose_time_has_come_are_found_earliest_first(page: SqlPage) -> None:
    for customer, minutes in (("w1", 20), ("w2", 10), ("w3", 30), ("w4", 10)):
        page.keep(Thread(customer, draft=True, wake_at=later(minutes)))
    page.keep(Thread("w5", draft=True))
    lists = page.lists()
    assert lists.forms_due(later(20), 9) == ("w2", "w4", "w1")
    assert lists.forms_due(later(99), 2) == ("w2", "w4")
    assert lists.forms_due(later(9), 9) == ()
    page.keep(replace(page.thread("w2"), wake_at=None))
    assert (lists.forms_due(later(20), 9), page.thread("w2").wake_at) == (("w4", "w1"), None)
