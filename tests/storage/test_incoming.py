from dataclasses import replace

from sqlalchemy import text

from bot.hall.records import RawUpdate
from storage.page import SqlPage
from tests.storage.given import NOW, SECRET, later


def an_update(number: int, chat: str = "1", bot: str = "100", album: str = "", **more: object) -> RawUpdate:
    update = RawUpdate(bot, number, f'{{"n": {number}, "text": "{SECRET}"}}', chat, NOW, album)
    return replace(update, **more)  # type: ignore[arg-type]


def ids(updates: tuple[RawUpdate, ...]) -> list[int]:
    return [update.id for update in updates]


def bodies(page: SqlPage) -> dict[int, tuple[str, str, str]]:
    found = page._page.execute(text("SELECT id, state, body, why FROM updates ORDER BY id"))
    return {row.id: (row.state, row.body, row.why) for row in found}


def test_an_update_is_taken_in_once(page: SqlPage) -> None:
    assert page.take_in([]) == ()
    assert page.take_in([an_update(3), an_update(1), an_update(3)]) == (3, 1)
    assert page.take_in([an_update(1), an_update(2), an_update(3)]) == (2,)
    assert page.take_in([an_update(1, bot="200")]) == (1,)
    assert page.take_in([an_update(2**52 - 1)]) == (2**52 - 1,)


def test_a_chat_reads_by_id_exactly_what_came(page: SqlPage) -> None:
    page.take_in([an_update(3), an_update(1), an_update(2, "2")])
    assert page.unread("1", NOW, 9) == (an_update(1), an_update(3))
    assert ids(page.unread("1", NOW, 1)) == [1]
    assert ids(page.unread("2", NOW, 9)) == [2]
    assert page.unread("3", NOW, 9) == ()


def test_what_was_read_is_blanked_and_what_cannot_be_read_is_kept(page: SqlPage) -> None:
    page.take_in([an_update(1), an_update(2), an_update(3)])
    one, two, _ = page.unread("1", NOW, 9)
    page.read_update(one)
    page.set_aside(two, "no_json")
    assert ids(page.unread("1", NOW, 9)) == [3]
    assert bodies(page)[1] == ("done", "", "")
    assert bodies(page)[2] == ("poison", two.body, "no_json")
    page.set_aside(one, "late")
    page.read_update(two)
    page.read_later(two, later(1))
    assert [state for state, *_ in bodies(page).values()] == ["done", "poison", "waiting"]
    assert page.take_in([an_update(1), an_update(2)]) == ()
    assert page.lists().next_wake_up() is None


def test_one_for_later_holds_back_what_follows_in_its_chat(page: SqlPage) -> None:
    page.take_in([an_update(number) for number in (1, 2, 3)] + [an_update(9, "2")])
    page.read_later(an_update(2), later(5))
    assert ids(page.unread("1", NOW, 9)) == [1]
    page.read_later(an_update(1), later(1), counts=False)
    assert page.unread("1", NOW, 9) == ()
    assert page.lists().chats_with_updates(NOW, 9) == ("2",)
    assert page.lists().next_wake_up() == later(1)
    found = page.unread("1", later(5), 9)
    assert [(one.id, one.tries, one.try_at) for one in found] == [(1, 0, later(1)), (2, 1, later(5)), (3, 0, None)]


def test_chats_with_something_to_read_come_by_waiting(page: SqlPage) -> None:
    page.take_in([an_update(3, "1", at=later(3)), an_update(2, "2", at=later(2)), an_update(1, "3", at=later(1))])
    page.take_in([an_update(4, "3")])
    assert page.lists().chats_with_updates(later(9), 9) == ("3", "2", "1")
    assert page.lists().chats_with_updates(later(9), 1) == ("3",)
    page.read_update(an_update(2, "2"))
    page.read_later(an_update(1, "3"), later(20))
    assert page.lists().chats_with_updates(later(9), 9) == ("1",)
    assert page.lists().chats_with_updates(later(20), 9) == ("3", "1")


def test_the_parts_of_an_album_wait_for_each_other(page: SqlPage) -> None:
    page.take_in([an_update(1, album="a"), an_update(2, album="a"), an_update(3, album="b")])
    page.take_in([an_update(4, album="a", bot="200", chat="2")])
    page.read_update(an_update(1))
    page.gather("100", "a", later(1))
    assert page.unread("1", NOW, 9) == ()
    assert ids(page.unread("1", later(1), 9)) == [2, 3]
    assert page.lists().chats_with_updates(NOW, 9) == ("2",)


def test_read_updates_are_forgotten_in_time_and_no_others(page: SqlPage) -> None:
    page.take_in([an_update(number, at=later(number)) for number in (1, 2, 3, 4)])
    for number in (1, 3):
        page.read_update(an_update(number))
    page.set_aside(an_update(2), "x")
    assert page.forget_updates(later(3)) == 1
    assert list(bodies(page)) == [2, 3, 4]
    assert page.forget_updates(later(9)) == 1
    assert list(bodies(page)) == [2, 4]
