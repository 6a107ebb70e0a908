import pytest

from bot.hall.records import Carried, Reach
from storage.page import SqlPage
from tests.storage.given import NOW, a_letter, later

LONG = 2**52 - 1


def test_how_an_address_is_reached_is_kept_and_changed(page: SqlPage) -> None:
    assert page.lists().reach("customer:w1") is None
    page.keep_reach(Reach("customer:w1", ("web", "telegram"), LONG))
    assert page.lists().reach("customer:w1") == Reach("customer:w1", ("web", "telegram"), LONG)
    page.keep_reach(Reach("customer:w1", ("web",), -LONG, later(1)))
    assert page.lists().reach("customer:w1") == Reach("customer:w1", ("web",), -LONG, later(1))


def test_a_chat_reaches_customers_first_then_staff(page: SqlPage) -> None:
    for to in ("staff:W001", "customer:tg:7", "staff:D001", "customer:w1"):
        page.keep_reach(Reach(to, ("telegram",), 7))
    page.keep_reach(Reach("customer:w2", ("telegram",), 8))
    assert [one.to for one in page.lists().reached_by(7)] == [
        "customer:tg:7", "customer:w1", "staff:D001", "staff:W001",
    ]  # fmt: skip
    assert page.lists().reached_by(9) == ()


def test_a_case_has_one_topic_and_it_can_be_lost(page: SqlPage) -> None:
    lists = page.lists()
    assert (lists.topic("DL1"), lists.case_of_topic(5), lists.case_of_topic(0)) == (0, "", "")
    page.keep_topic("DL1", 5)
    page.keep_topic("DL2", 6)
    assert (lists.topic("DL1"), lists.case_of_topic(5)) == (5, "DL1")
    page.keep_topic("DL1", 9)
    assert (lists.topic("DL1"), lists.case_of_topic(5), lists.case_of_topic(9)) == (9, "", "DL1")
    page.keep_topic("DL1", 0)
    assert (lists.topic("DL1"), lists.case_of_topic(9), lists.case_of_topic(0)) == (0, "", "")


def test_where_a_letter_lies_is_found_from_both_sides(page: SqlPage) -> None:
    for key in ("1", "2"):
        page.post(a_letter(key), NOW, str)
    one, other = page.lists().letters(0)
    lists = page.lists()
    assert (lists.carried(one.seq), lists.carried_at(7, 1)) == (None, None)
    page.keep_carried(one.seq, Carried(7, LONG, "hash"))
    assert lists.carried(one.seq) == Carried(7, LONG, "hash")
    assert lists.carried_at(7, LONG) == one
    assert lists.carried_at(8, LONG) is None
    page.keep_carried(one.seq, Carried(7, 2))
    page.keep_carried(other.seq, Carried(7, 2))
    assert lists.carried(one.seq) == Carried(7, 2)
    assert (lists.carried_at(7, LONG), lists.carried_at(7, 2)) == (None, other)


@pytest.mark.parametrize("to", ["customer:w1", "staff:W001"])
def test_a_shut_way_stays_the_way(page: SqlPage, to: str) -> None:
    page.keep_reach(Reach(to, ("telegram",), 7, NOW))
    page.post(a_letter("1", to), NOW, str)
    assert page.lists().letters(0)[0].channels == ("telegram",)
