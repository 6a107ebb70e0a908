"""The limits hold in any span, whatever is sent when; who asked to wait is waited for; looking ahead takes nothing."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.hall.pace import NO_LIMITS, Pace, Rate, Rates
from tests.kit import MONDAY

SECOND = timedelta(seconds=1)
RATES = Rates(Rate(5, SECOND), Rate(1, SECOND), Rate(3, 10 * SECOND))
CHATS = ("customer:a", "customer:b", "customer:c", "topic:*")
SENDS = st.lists(st.tuples(st.sampled_from(CHATS), st.integers(0, 1500)), max_size=60)


def at(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def kept(moments: list[timedelta], rate: Rate) -> bool:
    return all(later - earlier >= rate.span for earlier, later in zip(moments, moments[rate.most :], strict=False))


@given(SENDS)
def test_in_any_span_no_more_than_the_limit_goes_out(sends: list[tuple[str, int]]) -> None:
    pace, now = Pace(RATES), MONDAY
    sent: list[tuple[str, timedelta]] = []
    for place, pause in sends:
        now = max(now + timedelta(milliseconds=pause), pace.free_at(place, now))
        assert place not in pace.waiting(now)
        assert pace.room(now) != 0
        assert pace.room_at(place, now) != 0
        pace.take(place, now)
        sent.append((place, now - MONDAY))
    assert kept([moment for _, moment in sent], RATES.all)
    for place in CHATS:
        own = [moment for one, moment in sent if one == place]
        assert kept(own, RATES.group if place.endswith("*") else RATES.chat)


@given(SENDS, st.lists(st.sampled_from(CHATS), max_size=12))
def test_looking_ahead_is_what_would_happen_and_takes_nothing(sends: list[tuple[str, int]], planned: list[str]) -> None:
    pace, now = Pace(RATES), MONDAY
    for place, _ in sends[:10]:
        pace.take(place, max(now, pace.free_at(place, now)))
    ahead = pace.ahead(planned, now)
    assert ahead == pace.ahead(planned, now)
    really = []
    for place in planned:
        moment = pace.free_at(place, now)
        pace.take(place, moment)
        really.append(moment)
    assert ahead == really


def test_a_place_that_asked_for_rest_has_it_and_no_other() -> None:
    pace = Pace(NO_LIMITS)
    pace.pause("customer:a", MONDAY + at(30))
    pace.pause("customer:a", MONDAY + at(10))
    assert pace.waiting(MONDAY + at(29.9)) == ("customer:a",)
    assert pace.free_at("customer:a", MONDAY) == MONDAY + at(30)
    assert pace.room_at("customer:a", MONDAY) == 0
    assert pace.free_at("customer:b", MONDAY) == MONDAY
    assert pace.waiting(MONDAY + at(30)) == ()
    assert pace.room_at("customer:a", MONDAY + at(30)) is None


def test_all_may_have_to_wait() -> None:
    pace = Pace(NO_LIMITS)
    assert pace.room(MONDAY) is None
    pace.pause_all(MONDAY + at(5))
    pace.pause_all(MONDAY + at(3))
    assert pace.room(MONDAY) == 0
    assert pace.opens_at(MONDAY) == pace.free_at("customer:a", MONDAY) == MONDAY + at(5)
    assert pace.room(MONDAY + at(5)) is None


def test_without_limits_nothing_is_remembered() -> None:
    pace = Pace(NO_LIMITS)
    for _ in range(100):
        pace.take("customer:a", MONDAY)
    assert pace.free_at("customer:a", MONDAY) == MONDAY
    assert pace.waiting(MONDAY) == ()


def test_after_the_clock_was_set_what_went_before_says_nothing() -> None:
    pace = Pace(RATES)
    for place in CHATS * 3:
        pace.take(place, MONDAY)
    pace.pause("customer:a", MONDAY + at(60))
    pace.pause_all(MONDAY + at(60))
    pace.forget()
    earlier = MONDAY - at(3600)
    assert pace.room(earlier) == RATES.all.most
    assert pace.waiting(earlier) == ()
