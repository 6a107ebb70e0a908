"""Not too much at once: requests an address and minute, and a brake on guessing passwords; on the hall's clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

MOST = 10_000
"""Addresses remembered; beyond it those that asked for nothing lately are forgotten."""
MINUTE = timedelta(minutes=1)


def neighbour(address: str) -> str:
    """Who counts as one: an IPv4 address, or an IPv6 net of one household."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped) if ip.ipv4_mapped else str(IPv6Address(int(ip) >> 64 << 64))


@dataclass(slots=True)
class _Bucket:
    level: float
    seen: datetime


class Limiter:
    """A bucket of tokens each address; 0 a minute means no limit."""

    def __init__(self, a_minute: int) -> None:
        self._full = float(a_minute)
        self._buckets: dict[str, _Bucket] = {}

    def wait(self, address: str, now: datetime) -> float:
        """0 when it may pass, else the seconds to wait."""
        if not self._full:
            return 0.0
        key = neighbour(address)
        bucket = self._buckets.pop(key, None) or _Bucket(self._full, now)
        passed = max((now - bucket.seen) / MINUTE, 0.0)
        bucket.level = min(self._full, bucket.level + passed * self._full)
        bucket.seen = now
        self._buckets[key] = bucket
        while len(self._buckets) > MOST:
            del self._buckets[next(iter(self._buckets))]
        if bucket.level < 1:
            return (1 - bucket.level) * 60 / self._full
        bucket.level -= 1
        return 0.0


@dataclass(slots=True)
class _Failures:
    count: int
    last: datetime


class Brake:
    """After some wrong tries each further one waits longer; a right one or a quiet hour lifts it."""

    FIRST = timedelta(seconds=30)
    LONGEST = timedelta(minutes=15)
    FORGET = timedelta(hours=1)

    def __init__(self) -> None:
        self._failures: dict[str, _Failures] = {}

    def wait(self, key: str, free: int, now: datetime) -> float:
        """0 when another try is allowed, else the seconds to wait; `free` tries cost nothing."""
        failed = self._failures.get(key)
        if failed is None or failed.count < free:
            return 0.0
        if not timedelta() <= now - failed.last <= self.FORGET:
            del self._failures[key]
            return 0.0
        span: timedelta = min(self.FIRST * 2 ** min(failed.count - free, 10), self.LONGEST)
        return max((failed.last + span - now).total_seconds(), 0.0)

    def failed(self, key: str, now: datetime) -> None:
        """One more wrong try."""
        count = self._failures.pop(key).count if key in self._failures else 0
        self._failures[key] = _Failures(count + 1, now)
        while len(self._failures) > MOST:
            del self._failures[next(iter(self._failures))]

    def lifted(self, key: str) -> None:
        """The right word was said."""
        self._failures.pop(key, None)
