from collections.abc import Iterable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.case import Button, Kind
from bot.hall.records import Posted, Reach
from storage.page import SqlPage
from tests.storage.given import NOW, a_letter, a_message, later

BOTH = ("web", "telegram")


def keys(letters: Iterable[Posted]) -> list[str]:
    return [letter.key for letter in letters]


def first(page: SqlPage, key: str) -> Posted:
    return next(letter for letter in page.lists().letters(0, limit=10**6) if letter.key == key)


def post(page: SqlPage, key: str, who: str = "w1", kind: Kind = Kind.ANSWER, *, channels: tuple[str, ...] = ()) -> None:
    """A letter to a customer, by these channels."""
    if channels:
        page.keep_reach(Reach(f"customer:{who}", channels, 1))
    page.post(a_letter(key, f"customer:{who}", kind, urgent=kind is Kind.ALERT), NOW, str)


def send(page: SqlPage, key: str, who: str = "w1", kind: Kind = Kind.ANSWER) -> None:
    post(page, key, who, kind, channels=("telegram",))


def test_what_lasts_is_shown_best_rank_first_then_by_seq(page: SqlPage) -> None:
    kinds = (Kind.NOTICE, Kind.STATUS, Kind.ANSWER, Kind.ALERT, Kind.WORDS)
    for key, kind in enumerate(kinds):
        post(page, str(key), f"w{key}", kind)
    send(page, "elsewhere", "w9")
    assert keys(page.to_show(NOW, 9)) == ["3", "2", "4", "1", "0"]
    assert keys(page.to_show(NOW, 2)) == ["3", "2"]


def test_one_person_reads_in_the_order_of_posting_but_danger_first(page: SqlPage) -> None:
    for key, kind in (("1", Kind.STATUS), ("2", Kind.ANSWER), ("3", Kind.ALERT), ("4", Kind.NOTICE)):
        post(page, key, "w1", kind)
    post(page, "other", "w2", Kind.ANSWER)
    assert keys(page.to_show(NOW, 9)) == ["3", "1", "other", "2", "4"]


def test_one_put_off_holds_back_what_follows_to_the_same_person(page: SqlPage) -> None:
    for key, who in (("1", "w1"), ("2", "w1"), ("3", "w2"), ("4", "w1")):
        post(page, key, who)
    page.put_off(first(page, "2"), later(5))
    assert keys(page.to_show(NOW, 9)) == ["1", "3"]
    post(page, "5", kind=Kind.ALERT)
    assert keys(page.to_show(NOW, 9)) == ["5", "1", "3"]
    assert keys(page.to_show(later(5), 9)) == ["5", "1", "2", "3", "4"]
    assert first(page, "2").tries == 1


def said(page: SqlPage, key: str, who: str = "w1", **more: Any) -> bool:
    """The hall's own words to a customer."""
    return page.say(a_letter(key, f"customer:{who}", **more), NOW, str)


def test_what_the_hall_says_on_a_lasting_channel_is_in_the_talk_at_once_and_only_once(page: SqlPage) -> None:
    assert said(page, "1", buttons=(Button("好", "yes"),))
    assert not said(page, "1", text="别的话")
    letter, (line,) = first(page, "1"), page.lists().lines("w1", 0, 9)
    assert (letter.state, letter.sent_at, letter.to_show, letter.to_send) == ("sent", NOW, False, False)
    assert (line.text, line.sender, line.buttons, line.at) == ("信 1", "guide", letter.buttons, NOW)
    assert page.to_show(later(9), 9) == ()
    assert page.shown(letter, later(1)) == line.seq


def test_what_the_hall_says_waits_behind_what_is_owed_to_the_same_person(page: SqlPage) -> None:
    post(page, "1")
    assert not said(page, "2")
    assert not said(page, "danger", urgent=True)
    assert said(page, "other", "w2")
    assert keys(page.to_show(NOW, 9)) == ["danger", "1", "2"]
    for letter in page.to_show(NOW, 9):
        page.shown(letter, NOW)
    assert said(page, "3")
    assert [line.text for line in page.lists().lines("w1", 0, 9)] == ["信 danger", "信 1", "信 2", "信 3"]


def test_what_the_hall_says_is_not_before_what_was_put_off(page: SqlPage) -> None:
    post(page, "1")
    page.put_off(first(page, "1"), later(5))
    assert not said(page, "2")
    assert page.to_show(NOW, 9) == ()
    assert keys(page.to_show(later(5), 9)) == ["1", "2"]


def test_what_has_to_be_sent_is_not_said_at_once(page: SqlPage) -> None:
    for who, channels in (("w1", BOTH), ("w2", ("telegram",))):
        page.keep_reach(Reach(f"customer:{who}", channels, 1))
        assert not said(page, who, who)
        assert page.lists().lines(who, 0, 9) == ()
    assert keys(page.to_show(NOW, 9)) == ["w1"]
    assert keys(page.heads(NOW, 9)) == ["w1", "w2"]
    assert first(page, "w2").state == "waiting"
    assert first(page, "w2").sent_at is None


def test_the_head_of_an_address_is_its_earliest_letter(page: SqlPage) -> None:
    for key, who in (("1", "w1"), ("2", "w1"), ("3", "w2"), ("4", "w1")):
        send(page, key, who)
    post(page, "shown", "w3")
    assert keys(page.heads(NOW, 9)) == ["1", "3"]
    page.arrived(first(page, "1"), NOW)
    assert keys(page.heads(NOW, 9)) == ["2", "3"]
    assert keys(page.heads(NOW, 1)) == ["2"]
    assert page.to_show(NOW, 9) == (first(page, "shown"),)


def test_danger_goes_before_what_was_posted_earlier(page: SqlPage) -> None:
    for key, kind in (("1", Kind.ANSWER), ("2", Kind.ALERT), ("3", Kind.ALERT)):
        send(page, key, "w1", kind)
    assert keys(page.heads(NOW, 9)) == ["2"]
    page.put_off(first(page, "2"), later(5))
    assert page.heads(NOW, 9) == ()
    page.dead(first(page, "2"), "tries")
    assert keys(page.heads(NOW, 9)) == ["3"]
    page.arrived(first(page, "3"), NOW)
    assert keys(page.heads(NOW, 9)) == ["1"]


def test_addresses_come_by_the_best_that_waits_for_them(page: SqlPage) -> None:
    send(page, "1", "w1", Kind.NOTICE)
    send(page, "2", "w2", Kind.STATUS)
    send(page, "3", "w3", Kind.ANSWER)
    send(page, "4", "w1", Kind.WORDS)
    assert keys(page.heads(NOW, 9)) == ["3", "1", "2"]
    page.put_off(first(page, "4"), later(5))
    assert keys(page.heads(NOW, 9)) == ["3", "2", "1"]
    page.put_off(first(page, "1"), later(5), counts=False)
    assert keys(page.heads(NOW, 9)) == ["3", "2"]
    assert [first(page, key).tries for key in ("4", "1")] == [1, 0]


def test_the_busy_are_passed_over(page: SqlPage) -> None:
    for key, to in enumerate(("customer:tg:1", "customer:w1", "staff:W001", "topic:DL1", "topic:DL2")):
        page.keep_reach(Reach(to, ("telegram",)))
        page.post(a_letter(str(key), to), NOW, str)
    assert keys(page.heads(NOW, 9, {"customer:w1", "customer:w2"})) == ["0", "2", "3", "4"]
    assert keys(page.heads(NOW, 9, ["topic:*"])) == ["0", "1", "2"]
    assert keys(page.heads(NOW, 2, ("topic:*", "customer:tg:*", "staff:W001"))) == ["1"]
    assert page.heads(NOW, 9, ["*"]) == ()
    assert keys(page.heads(NOW, 9, ["topic:%", "topic:DL_"])) == ["0", "1", "2", "3", "4"]


def test_one_left_sending_by_a_crash_goes_again(page: SqlPage) -> None:
    send(page, "1")
    page.sending(first(page, "1"))
    (again,) = page.heads(NOW, 9)
    assert (again.key, again.state) == ("1", "sending")


def test_what_is_shown_is_a_line_of_the_talk_once(page: SqlPage) -> None:
    letter = a_letter("1", kind=Kind.WORDS, case="DL1", buttons=(Button("好", "yes"),))
    page.post(letter, NOW, str)
    seq = page.shown(first(page, "1"), later(1), "王强（W001）")
    assert page.shown(first(page, "1"), later(2), "别人") == seq
    assert page.arrived(first(page, "1"), later(2), "别人") == seq
    (line,) = page.lists().lines("w1", 0, 9)
    assert (line.seq, line.at, line.sender, line.text, line.name) == (seq, later(1), "staff", "信 1", "王强（W001）")
    assert (line.case, line.buttons, line.replaces, line.id, line.heard) == ("DL1", letter.buttons, None, "", None)
    kept = first(page, "1")
    assert (kept.state, kept.sent_at, kept.to_show, kept.to_send) == ("sent", later(1), False, False)
    assert page.to_show(later(9), 9) == ()


def test_a_letter_in_place_of_another_names_that_ones_line(page: SqlPage) -> None:
    page.hear(a_message("m"), NOW)
    page.done(page.undone("w1")[0], "客户的话", None, NOW)  # lines and letters are numbered apart
    page.post(a_letter("card"), NOW, str)
    card = first(page, "card")
    line = page.shown(card, NOW)
    page.post(a_letter("newer", replaces=card.seq), NOW, str)
    page.shown(first(page, "newer"), NOW)
    assert line != card.seq
    assert [one.replaces for one in page.lists().lines("w1", 0, 9)] == [None, None, line]


def test_a_letter_for_two_channels_is_sent_when_both_have_it(page: SqlPage) -> None:
    post(page, "1", channels=BOTH)
    assert keys(page.to_show(NOW, 9)) == keys(page.heads(NOW, 9)) == ["1"]
    seq = page.shown(first(page, "1"), NOW)
    assert page.to_show(NOW, 9) == ()
    assert [(one.key, one.state) for one in page.heads(NOW, 9)] == [("1", "waiting")]
    page.sending(first(page, "1"))
    assert page.arrived(first(page, "1"), later(1)) == seq
    assert (first(page, "1").state, first(page, "1").sent_at) == ("sent", later(1))
    assert page.heads(NOW, 9) == ()
    assert len(page.lists().lines("w1", 0, 9)) == 1


def test_sent_first_it_is_in_the_talk_all_the_same(page: SqlPage) -> None:
    post(page, "1", channels=BOTH)
    assert page.arrived(first(page, "1"), NOW) > 0
    assert page.to_show(NOW, 9) == ()
    assert len(page.lists().lines("w1", 0, 9)) == 1


def test_a_letter_to_staff_arrives_without_a_line(page: SqlPage) -> None:
    page.post(a_letter("1", "staff:W001", Kind.NOTICE), NOW, str)
    assert page.shown(first(page, "1"), NOW) == 0
    assert first(page, "1").state == "sent"
    assert page.lists().last_seq("W001") == 0


def test_each_kind_has_its_sender(page: SqlPage) -> None:
    for kind in Kind:
        post(page, kind.value, kind=kind)
    for letter in page.to_show(NOW, 99):
        page.shown(letter, NOW)
    senders = {line.text.removeprefix("信 "): line.sender for line in page.lists().lines("w1", 0, 99)}
    assert senders.pop("words") == "staff"
    assert [senders.pop(kind) for kind in ("answer", "receipt", "question")] == ["guide"] * 3
    assert set(senders.values()) == {"system"}


def test_what_is_sent_or_dead_stays_so(page: SqlPage) -> None:
    for key in ("1", "2"):
        send(page, key)
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


def test_dead_elsewhere_it_has_arrived_where_it_is_shown(page: SqlPage) -> None:
    for key in ("shown", "not yet"):
        post(page, key, channels=BOTH)
    page.shown(first(page, "shown"), later(1))
    for key in ("shown", "not yet"):
        page.dead(first(page, key), "blocked")
    kept = first(page, "shown")
    assert (kept.state, kept.why, kept.sent_at) == ("sent", "blocked", later(1))
    assert page.heads(later(9), 9) == ()
    (letter,) = page.to_show(NOW, 9)
    assert (letter.key, letter.state, letter.why) == ("not yet", "waiting", "blocked")
    page.shown(letter, later(2))
    kept = first(page, "not yet")
    assert (kept.state, kept.why, kept.sent_at) == ("sent", "blocked", later(2))


def test_dead_where_nobody_shows_it_is_dead(page: SqlPage) -> None:
    post(page, "1")
    page.dead(first(page, "1"), "no_channel")
    assert (first(page, "1").state, first(page, "1").sent_at) == ("dead", None)
    assert page.to_show(NOW, 9) == ()


def expected(letters: list[Posted], limit: int, busy: set[str]) -> list[str]:
    """The heads as one would work them out by hand."""
    found = []
    for to in {letter.to for letter in letters} - busy:
        own = [letter for letter in letters if letter.to == to and letter.to_send]
        due = [letter for letter in own if letter.next_try_at is None or letter.next_try_at <= later(0)]
        if due:
            head = min(own, key=lambda one: (one.rank > 0, one.seq))
            if head in due:
                found.append((min((one.rank, one.seq) for one in due), head.key))
    return [key for _, key in sorted(found)][:limit]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["w1", "w2", "w3"]),
            st.sampled_from([Kind.ALERT, Kind.ANSWER, Kind.STATUS, Kind.NOTICE]),
            st.sampled_from([None, None, -1, 0, 1]),
        ),
        max_size=12,
    ),
    st.integers(1, 4),
    st.sets(st.sampled_from(["customer:w1", "customer:w3"])),
)
def test_heads_are_what_they_say(
    page: SqlPage, posted: list[tuple[str, Kind, int | None]], limit: int, busy: set[str]
) -> None:
    page.wipe()
    for number, (who, kind, put_off) in enumerate(posted):
        send(page, str(number), who, kind)
        if put_off is not None:
            page.put_off(first(page, str(number)), later(put_off))
    assert keys(page.heads(NOW, limit, busy)) == expected(list(page.lists().letters(0)), limit, busy)
