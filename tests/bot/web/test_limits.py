from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.web.limits import MOST, Brake, Limiter, neighbour

NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")


def test_no_limit_lets_everything_pass() -> None:
    limiter = Limiter(0)
    assert not any(limiter.wait("10.0.0.1", NOW) for _ in range(1000))


def test_a_full_bucket_passes_then_says_how_long_to_wait() -> None:
    limiter = Limiter(6)
    assert [limiter.wait("10.0.0.1", NOW) for _ in range(6)] == [0.0] * 6
    assert limiter.wait("10.0.0.1", NOW) == 10.0
    assert limiter.wait("10.0.0.1", NOW + timedelta(seconds=10)) == 0.0
    assert limiter.wait("10.0.0.1", NOW + timedelta(seconds=10)) > 0


def test_addresses_do_not_share_a_bucket_but_one_household_does() -> None:
    limiter = Limiter(1)
    assert limiter.wait("10.0.0.1", NOW) == 0
    assert limiter.wait("10.0.0.2", NOW) == 0
    assert limiter.wait("2001:db8::1", NOW) == 0
    assert limiter.wait("2001:db8::ffff", NOW) > 0
    assert limiter.wait("2001:db8:0:1::1", NOW) == 0


def test_a_clock_set_back_does_not_lock_anybody_out() -> None:
    limiter = Limiter(2)
    limiter.wait("10.0.0.1", NOW)
    earlier = NOW - timedelta(days=1)
    assert limiter.wait("10.0.0.1", earlier) == 0
    assert limiter.wait("10.0.0.1", earlier + timedelta(minutes=1)) == 0


def test_memory_is_bounded() -> None:
    limiter = Limiter(1)
    for n in range(MOST + 50):
        limiter.wait(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", NOW)
    assert len(limiter._buckets) == MOST


@given(st.integers(1, 60), st.lists(st.integers(0, 30), max_size=200))
def test_never_more_than_the_limit_and_its_refill(limit: int, gaps: list[int]) -> None:
    limiter, now, passed = Limiter(limit), NOW, 0
    for gap in gaps:
        now += timedelta(seconds=gap)
        passed += limiter.wait("10.0.0.1", now) == 0
    assert passed <= limit + (now - NOW).total_seconds() / 60 * limit + 1


def test_neighbours() -> None:
    assert neighbour("::ffff:10.0.0.1") == neighbour("10.0.0.1") == "10.0.0.1"
    assert neighbour("unix") == "unix"


def test_the_brake_slows_down_step_by_step_and_forgets() -> None:
    brake = Brake()
    for _ in range(5):
        assert brake.wait("no:A1", 5, NOW) == 0
        brake.failed("no:A1", NOW)
    assert brake.wait("no:A1", 5, NOW) == 30
    brake.failed("no:A1", NOW)
    assert brake.wait("no:A1", 5, NOW) == 60
    assert brake.wait("no:A2", 5, NOW) == 0
    assert brake.wait("no:A1", 5, NOW + timedelta(seconds=61)) == 0
    for _ in range(40):
        brake.failed("no:A1", NOW)
    assert brake.wait("no:A1", 5, NOW) == 900
    assert brake.wait("no:A1", 5, NOW + timedelta(hours=2)) == 0


def test_the_right_word_lifts_the_brake() -> None:
    brake = Brake()
    for _ in range(9):
        brake.failed("no:A1", NOW)
    brake.lifted("no:A1")
    assert brake.wait("no:A1", 5, NOW) == 0
    brake.lifted("nobody")


def test_the_brake_remembers_only_so_many() -> None:
    brake = Brake()
    for n in range(MOST + 10):
        brake.failed(f"no:{n}", NOW)
    assert len(brake._failures) == MOST
