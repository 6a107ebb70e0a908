"""How fast letters may go out: so many in all, to one chat, to one group, in any span; and who must wait."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many in any span of this length; 0: no limit."""

    most: int = 0
    span: timedelta = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Rates:
    """The limits of one messenger."""

    all: Rate = Rate()
    chat: Rate = Rate()
    group: Rate = Rate()


NO_LIMITS = Rates()


class Pace:
    """Remembers when something last went out; a place ending in `*` is a group, every other one a chat."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._all: deque[datetime] = deque(maxlen=rates.all.most or None)
        self._places: dict[str, deque[datetime]] = {}
        self._paused: dict[str, datetime] = {}
        self._shut: datetime | None = None

    def _rate(self, place: str) -> Rate:
        return self._rates.group if place.endswith("*") else self._rates.chat

    def _of(self, place: str, now: datetime) -> datetime:
        """When this place may be used again, by its own limit and pause."""
        rate, used = self._rate(place), self._places.get(place)
        full = used is not None and len(used) >= rate.most
        return max(used[0] + rate.span if used and full else now, self._paused.get(place, now), now)

    def opens_at(self, now: datetime) -> datetime:
        """When anything may go out again."""
        full = self._rates.all.most and len(self._all) >= self._rates.all.most
        return max(self._all[0] + self._rates.all.span if full else now, self._shut or now, now)

    def free_at(self, place: str, now: datetime) -> datetime:
        """When something may go out to this place."""
        return max(self.opens_at(now), self._of(place, now))

    def room(self, now: datetime) -> int | None:
        """How many may go out now in all; None: any number."""
        if self._shut and self._shut > now:
            return 0
        return self._left(self._rates.all, self._all, now)

    def room_at(self, place: str, now: datetime) -> int | None:
        """How many may go out to this place now; None: any number."""
        if self._paused.get(place, now) > now:
            return 0
        return self._left(self._rate(place), self._places.get(place, ()), now)

    def _left(self, rate: Rate, used: Iterable[datetime], now: datetime) -> int | None:
        if not rate.most:
            return None
        return rate.most - sum(at + rate.span > now for at in used)

    def take(self, place: str, now: datetime) -> None:
        """Something goes out to this place now."""
        if self._rates.all.most:
            self._all.append(now)
        rate = self._rate(place)
        if rate.most:
            self._places.setdefault(place, deque(maxlen=rate.most)).append(now)

    def pause(self, place: str, until: datetime) -> None:
        """Nothing to this place before then: it was asked for."""
        self._paused[place] = max(until, self._paused.get(place, until))

    def pause_all(self, until: datetime) -> None:
        """Nothing at all before then."""
        self._shut = max(until, self._shut or until)

    def waiting(self, now: datetime) -> tuple[str, ...]:
        """Places to which nothing may go out now; what is long past is forgotten."""
        for place in [place for place, at in self._paused.items() if at <= now]:
            del self._paused[place]
        for place in [place for place, used in self._places.items() if used[-1] + self._rate(place).span <= now]:
            del self._places[place]
        return tuple(place for place in (*self._places, *self._paused) if self._of(place, now) > now)

    def ahead(self, places: Iterable[str], now: datetime) -> list[datetime]:
        """When each of these, sent in this order, might go out; nothing is taken."""
        trial = Pace(self._rates)
        trial._all, trial._shut = self._all.copy(), self._shut
        trial._places = {place: used.copy() for place, used in self._places.items()}
        trial._paused = dict(self._paused)
        found = []
        for place in places:
            at = trial.free_at(place, now)
            trial.take(place, at)
            found.append(at)
        return found

    def forget(self) -> None:
        """The clock was set: what went out before says nothing any more."""
        self._all.clear()
        self._places.clear()
        self._paused.clear()
        self._shut = None
