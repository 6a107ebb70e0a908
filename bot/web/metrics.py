"""Figures for whoever watches the machines: what is owed, broken, dead, refused, heard; never whom it is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, exposition
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.meters import Meters
from bot.hall.records import AuditQuery
from bot.release import version
from bot.web.answers import HALL
from bot.web.routes import Route, public

LETTERS = ("waiting", "sending", "sent", "superseded", "dead")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the ledger says at one moment."""

    counts: dict[str, int]
    owed: int
    since: datetime | None
    broken: int


def snapshot(lists: Lists) -> Snapshot:
    """Everything the figures need, in one look."""
    owed, since = lists.owed()
    broken = lists.audit(AuditQuery(move="broken", limit=1)).total
    return Snapshot(lists.counts(), owed, since, broken)


class Figures(Collector):
    """One scrape's figures; made for it and gone with it."""

    def __init__(self, meters: Meters, seen: Snapshot, now: datetime, *, program: str, edition: str) -> None:
        self._meters, self._seen, self._now = meters, seen, now
        self._build = {"version": program, "edition": edition}

    def collect(self) -> Iterator[Metric]:
        """Every family, in a fixed order."""
        yield from self._gauges()
        yield from self._counters()
        yield InfoMetricFamily("hall_build", "The program and the data it works from.", value=self._build)

    def _gauges(self) -> Iterator[Metric]:
        seen = self._seen
        letters = GaugeMetricFamily("hall_letters", "Letters by state.", labels=["state"])
        for state in LETTERS:
            letters.add_metric([state], seen.counts.get(f"letters.{state}", 0))
        yield letters
        cases = GaugeMetricFamily("hall_cases", "Cases by state.", labels=["state"])
        for name, count in sorted(seen.counts.items()):
            kind, _, state = name.partition(".")
            if kind == "cases":
                cases.add_metric([state], count)
        yield cases
        age = max((self._now - seen.since).total_seconds(), 0.0) if seen.since else 0.0
        yield GaugeMetricFamily("hall_outbox_oldest_seconds", "Age of the oldest letter that is due.", value=age)
        yield GaugeMetricFamily("hall_outbox_owed", "Letters that are owed.", value=seen.owed)

    def _counters(self) -> Iterator[Metric]:
        yield CounterMetricFamily("hall_promises_broken", "Promises broken.", value=self._seen.broken)
        for name, help_, counts in (
            ("hall_messages_heard", "Messages taken from customers.", self._meters.heard),
            ("hall_channel_throttled", "Times a channel said: too many.", self._meters.throttled),
        ):
            family = CounterMetricFamily(name, help_, labels=["channel"])
            for channel, count in sorted(counts.items()):
                family.add_metric([channel], count)
            yield family
        requests = CounterMetricFamily("hall_http_requests", "Requests.", labels=["method", "route", "status"])
        for (method, route, status), count in sorted(self._meters.requests.items()):
            requests.add_metric([method, route, str(status)], count)
        yield requests


def written(hall: Hall, seen: Snapshot) -> bytes:
    """The figures as Prometheus reads them."""
    registry = CollectorRegistry(auto_describe=False)
    edition = hall.edition().data.version[:12]
    registry.register(Figures(hall.meters, seen, hall.clock.now(), program=version(), edition=edition))
    return exposition.generate_latest(registry)


async def show(request: web.Request) -> web.Response:
    """All figures."""
    hall = request.app[HALL]
    body = written(hall, await hall.ledger.read(snapshot))
    return web.Response(body=body, headers={"Content-Type": exposition.CONTENT_TYPE_LATEST})


def table() -> tuple[Route, ...]:
    """The one address."""
    return (public("GET", "/metrics", show),)
