"""When the hall is open: now, today, on the day that was asked, and when next; holidays and make-up days included."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from bot.desk import hours
from bot.desk.hours import Calendar
from bot.desk.words import Words, words
from bot.guide import menu
from bot.guide.said import Say, Scene, Turn
from bot.guide.telling import day_of, lines, today
from intents.text import normalise

SATURDAY = 5
MOST = 8
HOLIDAYS = ("元旦", "春节", "除夕", "过年", "清明", "五一", "劳动节", "端午", "中秋", "国庆")

FIXED = {"元旦": 1, "五一": 5, "劳动节": 5, "国庆": 10}
"""Holidays on the first of the same month every year."""


def _note(calendar: Calendar, day: date) -> str:
    """What the hall wrote beside that day's hours."""
    rows = (row for row in reversed(calendar.hours) if day in row.dates or day.weekday() in row.weekdays)
    row = next(rows, None)
    return row.note if row else ""


def _asked(scene: Scene) -> list[date]:
    """The days the customer means; none: now."""
    day = day_of(scene)
    if day and "周末" not in normalise(scene.said.text) and not _named(scene):
        return [day]
    if "周末" in normalise(scene.said.text):
        saturday = today(scene) + timedelta(days=(SATURDAY - today(scene).weekday()) % 7)
        return [saturday, saturday + timedelta(days=1)]
    return list(_holiday(scene))[:MOST] or list(_fixed(scene))


def _named(scene: Scene) -> list[str]:
    return [name for name in HOLIDAYS if name in normalise(scene.said.text)]


def _fixed(scene: Scene) -> Iterator[date]:
    """The next day of a holiday that has the same date every year."""
    for name in _named(scene)[:1]:
        month = FIXED.get(name)
        if month:
            day = date(today(scene).year, month, 1)
            yield day if day >= today(scene) else day.replace(year=day.year + 1)


def _tentative(calendar: Calendar, days: list[date]) -> bool:
    """Whether a day lies beyond the published notice and no row of the hall names it."""
    return any(day > calendar.known_until and not any(day in row.dates for row in calendar.hours) for day in days)


def _holiday(scene: Scene) -> Iterator[date]:
    """The days to come of a holiday that is named, as far as the hall's own rows name it too."""
    named = _named(scene)
    for row in scene.books.calendar.hours:
        if any(name in row.note for name in named):
            yield from (day for day in sorted(row.dates) if day >= today(scene))


def of_day(calendar: Calendar, day: date) -> Words:
    """One day: open when, or shut."""
    slots = hours.openings(calendar, day)
    note = _note(calendar, day)
    if not slots:
        return words("hours.shut.noted" if note else "hours.shut", day=day, note=note)
    return words("hours.day.noted" if note else "hours.day", day=day, hours=slots, note=note)


def _now(scene: Scene) -> Iterator[Words]:
    calendar, now = scene.books.calendar, scene.now
    if hours.is_open(calendar, now):
        yield words("hours.open")
    else:
        yield words("hours.closed")
        try:
            yield words("hours.next", at=hours.next_opening(calendar, now))
        except hours.NeverOpen:
            yield words("hours.never")


def turn(scene: Scene) -> Turn:
    """The hours reckoned, then what the handbook says of the hall."""
    calendar = scene.books.calendar
    asked = _asked(scene)
    day = today(scene)
    named = _named(scene)
    if named and not asked:
        said = [words("hours.unplanned", name=named[0])]
    else:
        said = [of_day(calendar, one) for one in asked or [day]]
        said += [words("hours.tentative")] if named and _tentative(calendar, asked) else []
    if not named and (not asked or day in asked):
        said += _now(scene)
    thread = replace(menu.clear(scene.thread), topic="hall_info", misses=0, asking="", begun_at=scene.said.at)
    return Turn(thread, (Say(lines(words("hours.where"), *said, words("rest:hall_info"))),))
