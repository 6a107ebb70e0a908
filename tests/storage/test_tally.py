from bot.desk.case import Outcome, State
from bot.guide.thread import Thread
from bot.hall.records import RawUpdate, Reach
from storage.page import SqlPage
from tests.storage.given import NOW, a_case, a_letter, later


def test_an_empty_ledger_owes_nothing(page: SqlPage) -> None:
    assert page.lists().owed() == (0, None)
    assert page.lists().counts() == {}
    assert page.lists().next_wake_up() is None


def test_what_is_owed_and_since_when(page: SqlPage) -> None:
    page.keep_reach(Reach("customer:w2", ("web", "telegram")))
    page.keep_reach(Reach("customer:w3", ("telegram",)))
    for number, to in enumerate(("w3", "w1", "w2", "w3")):
        page.post(a_letter(str(number), f"customer:{to}"), later(number), str)
    assert page.lists().owed() == (4, NOW)
    first, second, third, _ = page.lists().letters(0)
    page.put_off(first, later(9))
    assert page.lists().owed() == (4, later(1))
    page.shown(second, NOW)
    page.sending(third)
    assert page.lists().owed() == (3, later(2))
    page.shown(third, NOW)
    assert page.lists().owed() == (3, later(2))
    page.dead(third, "x")
    assert page.lists().owed() == (2, later(3))
    assert page.lists().counts() == {"letters.sent": 2, "letters.waiting": 2}


def test_rows_are_counted_by_sort_and_state(page: SqlPage) -> None:
    for number, state in enumerate((State.OPEN, State.OPEN, State.CLOSED)):
        page.record(Outcome(a_case(f"DL{number}", state=state), ()), str)
    page.take_in([RawUpdate("1", number, "{}", "1", NOW) for number in (1, 2, 3)])
    page.set_aside(page.unread("1", NOW, 1)[0], "x")
    page.post(a_letter("1"), NOW, str)
    assert page.lists().counts() == {
        "cases.open": 2, "cases.closed": 1, "updates.waiting": 2, "updates.poison": 1, "letters.waiting": 1,
    }  # fmt: skip


def test_the_next_wake_up_is_the_earliest_of_cases_letters_and_updates(page: SqlPage) -> None:
    page.record(Outcome(a_case(due_at=later(30)), ()), str)
    page.post(a_letter("1"), NOW, str)
    assert page.lists().next_wake_up() == later(30)
    page.put_off(page.lists().letters(0)[0], later(20))
    assert page.lists().next_wake_up() == later(20)
    page.take_in([RawUpdate("1", 1, "{}", "1", NOW, try_at=later(10))])
    assert page.lists().next_wake_up() == later(10)
    page.read_update(page.unread("1", later(10), 1)[0])
    assert page.lists().next_wake_up() == later(20)


def test_a_held_letter_and_an_unfinished_form_wake_the_hall_too(page: SqlPage) -> None:
    page.post(a_letter("held", held_until=later(30)), NOW, str)
    assert page.lists().next_wake_up() == later(30)
    page.keep(Thread("w2", draft=True, wake_at=later(20)))
    assert page.lists().next_wake_up() == later(20)
    page.keep(Thread("w2"))
    assert page.release(later(30), 9) == 1
    assert page.lists().next_wake_up() is None


def test_what_is_held_is_owed_but_not_overdue(page: SqlPage) -> None:
    page.post(a_letter("held", held_until=later(30)), NOW, str)
    assert page.lists().owed() == (1, None)
    page.post(a_letter("now"), later(1), str)
    assert page.lists().owed() == (2, later(1))
    page.release(later(30), 9)
    assert page.lists().owed() == (2, NOW)
