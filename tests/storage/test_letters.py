from bot.desk.case import Button, Kind, Outcome
from bot.desk.words import Words, words
from bot.hall.records import Person, Posted
from storage.page import SqlPage
from tests.storage.given import NOW, a_case, a_letter, later, opened


def keys(letters: tuple[Posted, ...]) -> list[str]:
    return [letter.key for letter in letters]


def first(page: SqlPage, key: str) -> Posted:
    return next(letter for letter in page.lists().letters(0) if letter.key == key)


def written(text: object) -> str:
    return f"写成：{text.code}" if isinstance(text, Words) else str(text)


def test_a_letter_is_posted_once_and_written_out(page: SqlPage) -> None:
    letter = a_letter(
        "r:1", text=words("hello"), case="DL1", buttons=(Button("好", "yes"),), urgent=True, speaker="W001", replaces=3
    )
    assert page.post(letter, NOW, written)
    assert not page.post(letter, later(1), written)
    (posted,) = page.lists().letters(0)
    assert posted == Posted(
        posted.seq, NOW, "customer:w1", "answer", "写成：hello", "r:1", "DL1", (Button("好", "yes"),),
        urgent=True, speaker="W001", channels=("web",), replaces=3,
    )  # fmt: skip


def test_a_letter_goes_by_the_channel_its_person_is_reached_on(page: SqlPage) -> None:
    page.keep_person(Person("t1", channel="terminal"))
    page.post(a_letter("1", "customer:t1"), NOW, str)
    page.post(a_letter("2", "customer:stranger"), NOW, str)
    page.post(a_letter("3", "staff:W001"), NOW, str)
    assert [letter.channels for letter in page.waiting(NOW, 9)] == [("terminal",), ("web",), ("desk",)]


def test_urgent_ones_go_first_then_by_seq(page: SqlPage) -> None:
    for key, urgent in (("1", False), ("2", True), ("3", False), ("4", True)):
        page.post(a_letter(key, f"customer:w{key}", urgent=urgent), NOW, str)
    assert keys(page.waiting(NOW, 9)) == ["2", "4", "1", "3"]
    assert keys(page.waiting(NOW, 3)) == ["2", "4", "1"]


def test_one_put_off_holds_back_what_follows_to_the_same_person(page: SqlPage) -> None:
    for key, to in (("1", "w1"), ("2", "w1"), ("3", "w2"), ("4", "w1")):
        page.post(a_letter(key, f"customer:{to}"), NOW, str)
    page.put_off(first(page, "2"), later(5))
    assert keys(page.waiting(NOW, 9)) == ["1", "3"]
    page.post(a_letter("5", "customer:w1", urgent=True), NOW, str)
    assert keys(page.waiting(NOW, 9)) == ["5", "1", "3"]
    assert keys(page.waiting(later(5), 9)) == ["5", "1", "2", "3", "4"]
    assert first(page, "2").tries == 1


def test_an_urgent_one_put_off_holds_back_all_others_to_that_person(page: SqlPage) -> None:
    for key, urgent in (("1", False), ("2", True), ("3", True)):
        page.post(a_letter(key, urgent=urgent), NOW, str)
    page.put_off(first(page, "2"), later(5))
    assert page.waiting(NOW, 9) == ()
    page.dead(first(page, "2"), "tries")
    assert keys(page.waiting(NOW, 9)) == ["3", "1"]


def test_one_left_sending_by_a_crash_goes_again(page: SqlPage) -> None:
    page.post(a_letter("1"), NOW, str)
    page.sending(first(page, "1"))
    assert first(page, "1").state == "sending"
    assert keys(page.waiting(NOW, 9)) == ["1"]


def test_what_arrived_is_a_line_of_the_talk_once(page: SqlPage) -> None:
    page.post(a_letter("1", kind=Kind.WORDS, case="DL1", buttons=(Button("好", "yes"),), replaces=7), NOW, str)
    letter = first(page, "1")
    seq = page.arrived(letter, later(1), "王强（W001）")
    assert page.arrived(letter, later(2), "别人") == seq
    (line,) = page.lists().lines("w1", 0, 9)
    assert (line.seq, line.at, line.sender, line.text, line.name) == (seq, later(1), "staff", "信 1", "王强（W001）")
    assert (line.case, line.buttons, line.replaces, line.id, line.heard) == ("DL1", letter.buttons, 7, "", None)
    assert first(page, "1").state == "sent"
    assert first(page, "1").sent_at == later(1)
    assert page.waiting(later(9), 9) == ()


def test_each_kind_has_its_sender(page: SqlPage) -> None:
    for kind in Kind:
        page.post(a_letter(kind.value, kind=kind), NOW, str)
    for letter in page.waiting(NOW, 99):
        page.arrived(letter, NOW)
    senders = {line.text.removeprefix("信 "): line.sender for line in page.lists().lines("w1", 0, 99)}
    assert senders.pop("words") == "staff"
    assert [senders.pop(kind) for kind in ("answer", "receipt", "question")] == ["guide"] * 3
    assert set(senders.values()) == {"system"}


def test_a_letter_to_staff_arrives_without_a_line(page: SqlPage) -> None:
    page.post(a_letter("1", "staff:W001", Kind.NOTICE), NOW, str)
    assert page.arrived(first(page, "1"), NOW) == 0
    assert first(page, "1").state == "sent"
    assert page.lists().last_seq("W001") == 0


def test_what_is_sent_or_dead_stays_so(page: SqlPage) -> None:
    for key in ("1", "2"):
        page.post(a_letter(key), NOW, str)
    page.arrived(first(page, "1"), NOW)
    page.dead(first(page, "2"), "no_channel")
    for key in ("1", "2"):
        page.put_off(first(page, key), later(1))
        page.sending(first(page, key))
    page.dead(first(page, "1"), "late")
    assert [(letter.state, letter.why, letter.tries) for letter in page.lists().letters(0)] == [
        ("sent", "", 0),
        ("dead", "no_channel", 0),
    ]
    assert page.lists().next_wake_up() is None


def test_letters_are_listed_by_seq_and_narrowed(page: SqlPage) -> None:
    page.post(a_letter("1"), NOW, str)
    page.post(a_letter("2", "staff:W001", Kind.ALERT), NOW, str)
    page.post(a_letter("3"), NOW, str)
    lists = page.lists()
    assert keys(lists.letters(0)) == ["1", "2", "3"]
    assert keys(lists.letters(first(page, "1").seq, limit=1)) == ["2"]
    assert keys(lists.letters(0, to="customer:w1")) == ["1", "3"]
    assert keys(lists.letters(0, kind="alert")) == ["2"]
    page.arrived(first(page, "1"), NOW)
    assert keys(lists.letters(0, state="waiting", to="customer:w1")) == ["3"]


def test_the_next_wake_up_is_the_earliest_of_cases_and_letters(page: SqlPage) -> None:
    assert page.lists().next_wake_up() is None
    page.record(Outcome(a_case(due_at=later(30)), ()), str)
    page.post(a_letter("1"), NOW, str)
    assert page.lists().next_wake_up() == later(30)
    page.put_off(first(page, "1"), later(10))
    assert page.lists().next_wake_up() == later(10)


def test_letters_of_an_outcome_are_posted_with_its_moment(page: SqlPage) -> None:
    page.record(opened(), str)
    (letter,) = page.waiting(NOW, 9)
    assert (letter.at, letter.kind, letter.case) == (NOW, "receipt", "DL20261123-0001")
