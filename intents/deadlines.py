"""When a moment named in talk is at the latest, told from now: the first reading still to come is meant."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from intents.moments import Moment

Closing = Callable[[date], time]
Working = Callable[[datetime, int], datetime]

_CUSTOM = time(17, 30)
_SATURDAY = 5
_NOON = 12
_MORNING = 7
_LATE_MORNING = 10
_EVENING = time(21, 0)
_LATEST = time(23, 59)
_NIGHT = timedelta(hours=6)
"""An hour of the night is meant without 晚上 only by who speaks so shortly before it."""
_ENDS = {"凌晨": 6, "早": 10, "上午": 12, "中午": 13, "下午": 18, "傍晚": 19, "晚": 21}
_BEGINS = {"中午": 12, "下午": 13, "傍晚": 18, "晚": 18}


def custom_closing(_day: date) -> time:
    """When a hall shuts of which nothing is known."""
    return _CUSTOM


def custom_working(at: datetime, count: int) -> datetime:
    """The last second of the count-th day after, Mondays to Fridays."""
    day = at.date()
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < _SATURDAY
    return datetime.combine(day, time(23, 59, 59), at.tzinfo)


def told(moment: Moment, now: datetime, closing: Closing, working: Working) -> datetime | None:
    """When that is at the latest; None where it is over, or nobody can tell."""
    if moment.torn:
        return None
    with suppress(OverflowError, ValueError):
        for at in _readings(moment, now, closing, working):
            if at.astimezone(UTC) > now.astimezone(UTC):
                return at
    return None


def _readings(moment: Moment, now: datetime, closing: Closing, working: Working) -> Iterator[datetime]:
    """Every way to take it, the likeliest first: the first that is not over is meant."""
    if moment.length:
        yield (now.astimezone(UTC) + moment.length).astimezone(now.tzinfo)
    elif moment.working_days:
        yield working(now, moment.working_days).astimezone(now.tzinfo)
    else:
        day = moment.day or now.date()
        yield from _on(moment, day, now, closing)
        if moment.weekday:
            yield from _on(moment, day + timedelta(days=7), now, closing)


def _on(moment: Moment, day: date, now: datetime, closing: Closing) -> Iterator[datetime]:
    midnight = datetime.combine(day, time(), now.tzinfo)
    if moment.clock:
        for hour in _hours(moment, day, now):
            # wall time: a day's hour is what its clock shows
            yield midnight + timedelta(hours=hour, minutes=moment.clock[1])
    elif moment.off:
        noon = moment.part in ("上午", "中午")
        yield datetime.combine(day, time(_NOON) if noon else closing(day), now.tzinfo)
    elif moment.part:
        ends = _BEGINS.get(moment.part, _ENDS[moment.part]) if moment.before else _ENDS[moment.part]
        yield midnight + timedelta(hours=ends)
    else:
        yield datetime.combine(day, closing(day), now.tzinfo)
    if day == now.date() and not (moment.clock or moment.off or moment.before or moment.weekday):
        if not moment.part:
            yield datetime.combine(day, _EVENING, now.tzinfo)
        if moment.part in ("", "晚"):
            yield datetime.combine(day, _LATEST, now.tzinfo)


def _hours(moment: Moment, day: date, now: datetime) -> Iterator[int]:
    """The hour of that day as on a 24-hour clock; beyond 23 it is of the night that follows."""
    hour, minute = moment.clock or (0, 0)
    if moment.exact and not (hour == 0 and moment.part):
        yield hour
        if hour == 0 and not moment.day:
            yield 24
    elif moment.part:
        yield from _hours_of_part(hour, moment.part, rolls=not moment.day)
    elif moment.day and day != now.date():
        yield hour if hour >= _MORNING else hour + 12
    else:
        for turn in (0, 12) if moment.day else (0, 12, 24):
            ahead = timedelta(hours=hour % 12 + turn, minutes=minute)
            passed = timedelta(hours=now.hour, minutes=now.minute, seconds=now.second)
            if ahead > passed:
                if _MORNING <= hour % 12 + turn <= _EVENING.hour or ahead - passed <= _NIGHT:
                    yield hour % 12 + turn
                return


def _hours_of_part(hour: int, part: str, *, rolls: bool) -> Iterator[int]:
    match part:
        case "凌晨":
            yield hour % 12
            if rolls:
                yield hour % 12 + 24
        case "早" | "上午":
            yield hour
        case "中午":
            yield hour if hour >= _LATE_MORNING else hour + 12
        case "晚":
            yield hour + 12 if 5 <= hour < 12 else hour % 12 + 24  # noqa: PLR2004 - 晚上一点 is of the next day
        case _:
            yield hour % 12 + 12
