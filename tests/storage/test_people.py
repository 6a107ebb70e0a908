from sqlalchemy import text

from bot.hall.records import Person, Session
from storage.page import SqlPage
from tests.storage.given import NOW, later


def a_session(kind: str = "cookie", subject: str = "W001", minutes: float | None = 10) -> Session:
    return Session(kind, subject, "csrf", NOW, NOW, None if minutes is None else later(minutes))


def test_a_person_is_kept_and_changed(page: SqlPage) -> None:
    assert page.person("w1") is None
    page.keep_person(Person("w1", "张三"))
    changed = Person("w1", "张三", "13800138000", {"1000000001": "P2"}, "terminal")
    page.keep_person(changed)
    page.keep_person(Person("w0"))
    assert page.lists().person("w1") == changed
    assert [person.key for person in page.lists().customers()] == ["w0", "w1"]


def test_a_session_is_found_by_its_secret_and_kind_while_it_lasts(page: SqlPage) -> None:
    page.open_session(a_session(), "geheim")
    assert page.session("cookie", "geheim", later(9)) == a_session()
    assert page.lists().session("cookie", "geheim", later(9)) == a_session()
    assert page.session("cookie", "geheim", later(10)) is None
    assert page.session("token", "geheim", NOW) is None
    assert page.session("cookie", "other", NOW) is None


def test_a_session_without_an_end_lasts(page: SqlPage) -> None:
    page.open_session(a_session("customer", "w1", None), "s")
    assert page.session("customer", "s", later(10**6)) == a_session("customer", "w1", None)


def test_the_secret_itself_is_nowhere(page: SqlPage) -> None:
    page.open_session(a_session(), "geheim")
    assert "geheim" not in str(page._page.execute(text("SELECT * FROM sessions")).all())


def test_a_link_is_used_up_by_looking_but_not_by_a_list(page: SqlPage) -> None:
    page.open_session(a_session("link"), "l")
    assert page.lists().session("link", "l", NOW)
    assert page.session("link", "l", later(11)) is None
    assert page.session("link", "l", NOW) == a_session("link")
    assert page.session("link", "l", NOW) is None


def test_a_session_seen_again_lasts_longer(page: SqlPage) -> None:
    page.open_session(a_session(), "s")
    page.touch_session("s", later(5), later(60))
    found = page.session("cookie", "s", later(59))
    assert found
    assert (found.seen_at, found.expires_at) == (later(5), later(60))


def test_one_way_in_ends_or_all_of_one_person(page: SqlPage) -> None:
    for secret, subject in (("a", "W001"), ("b", "W001"), ("c", "W002"), ("d", "W001")):
        page.open_session(a_session(subject=subject), secret)

    def alive() -> list[str]:
        return [secret for secret in "abcd" if page.session("cookie", secret, NOW)]

    page.end_sessions(secret="a")
    assert alive() == ["b", "c", "d"]
    page.end_sessions(subject="W001")
    assert alive() == ["c"]
    page.end_sessions()
    assert alive() == ["c"]


def test_a_password_is_empty_until_set(page: SqlPage) -> None:
    assert page.password("W001") == ""
    page.set_password("W001", "one")
    page.set_password("W001", "two")
    assert page.password("W001") == "two"
