"""Morning and evening digest 晨报晚报: one letter a leader and time, what needs a hand first; never two."""

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from bot.desk import roster
from bot.desk.books import Books
from bot.desk.case import Kind, Letter, Post
from bot.desk.ladder import GRAVE
from bot.desk.roster import Staff
from bot.desk.words import Words, words
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.records import OpenAlert
from bot.hall.wording import render
from intents.slots import mask

log = logging.getLogger(__name__)

KEY = "digest"
"""Where the ledger keeps the moment of the last digest."""
NAMED = 5
"""Cases named behind a count."""
DAY = timedelta(days=1)


def _times(books: Books, day: date) -> Iterator[datetime]:
    return (datetime.combine(day, at, books.calendar.zone) for at in books.rules.digest)


def last(books: Books, now: datetime) -> datetime | None:
    """The newest moment of a digest up to now; None where the hall wants none."""
    day = now.astimezone(books.calendar.zone).date()
    moments = (at for one in (day - DAY, day) for at in _times(books, one))
    return max((at for at in moments if at <= now), default=None)


def following(books: Books, now: datetime) -> datetime | None:
    """The next moment of a digest after now; None where the hall wants none."""
    day = now.astimezone(books.calendar.zone).date()
    moments = (at for one in (day, day + DAY) for at in _times(books, one))
    return min((at for at in moments if at > now), default=None)


def readers(books: Books, now: datetime) -> tuple[Staff, ...]:
    """Every duty leader on shift; where none is, who comes next, else the first of the post; empty without any."""
    people = books.roster
    here = tuple(one for one in roster.on_shift(people, now) if Post.DUTY in roster.posts_at(people, one.no, now))
    if here:
        return here
    leaders = roster.of_the_post(people, now)
    coming = [(at, one) for one in leaders if (at := roster.next_shift(people, one.no, now))]
    return (min(coming, key=lambda pair: pair[0])[1],) if coming else leaders[:1]


def span(books: Books, now: datetime) -> tuple[datetime, datetime]:
    """The last full day, from midnight to midnight."""
    today = now.astimezone(books.calendar.zone).date()
    since, till = (datetime.combine(day, time(), books.calendar.zone) for day in (today - DAY, today))
    return since, till


def _hands(figures: Mapping[str, int], alerts: tuple[OpenAlert, ...]) -> list[Words]:
    """What needs a hand, the most pressing first."""
    grave = [one for one in alerts if one.why in GRAVE]
    rest = [one for one in alerts if one.why not in GRAVE]
    told = []
    for code, some in (("digest.hands.grave", grave), ("digest.hands.alerts", rest)):
        cases = list(dict.fromkeys(one.case for one in some if one.case))
        if some:
            told.append(words(code, count=len(some), cases=cases[:NAMED]))
    for code, name in (
        ("digest.hands.unaccepted", "unaccepted"),
        ("digest.hands.late", "late"),
        ("digest.hands.low", "low_ratings"),
    ):
        if figures[name]:
            told.append(words(code, count=figures[name]))
    return told or [words("digest.hands.none")]


def letter(
    books: Books, to: Staff, moment: datetime, now: datetime, figures: Mapping[str, int], alerts: tuple[OpenAlert, ...]
) -> Letter:
    """One leader's digest of that moment: figures, and what of it is his to see."""
    day, _ = span(books, now)
    text = words(
        "digest", at=moment, day=day.date(), hands=_hands(figures, alerts), alerts=len(alerts), **dict(figures)
    )
    return Letter(f"staff:{to.no}", Kind.DIGEST, f"{KEY}:{moment.isoformat()}:{to.no}", text, figures=dict(figures))


def _moment(kept: str) -> datetime | None:
    return datetime.fromisoformat(json.loads(kept)["at"]) if kept else None


def prefix(lists: Lists) -> str:
    """How the keys of the last digest begin; what no key begins with before there was one."""
    moment = _moment(lists.remembered(KEY))
    return f"{KEY}:{moment.isoformat() if moment else '-'}:"


async def walk(hall: Hall) -> int:
    """The digest whose moment has come, if it was not sent; what was missed is made up once, by the newest. How many.

    A hall that has just opened has nothing to look back on: its first digest is the next one.
    """
    now, books = hall.clock.now(), hall.edition().data.books
    moment = last(books, now)
    if moment is None:
        return 0
    before = await hall.ledger.read(lambda lists: lists.remembered(KEY))
    known = _moment(before)
    if known and known >= moment:
        return 0
    people = readers(books, now) if known else ()
    try:
        sent = await hall.ledger.write(lambda page: _sent(hall, page, people, moment, before))
    except Exception:
        log.exception("digest failed")
        return 0
    if sent:
        log.info("digest")
        hall.bell.ring("desk")
        hall.outbox_has_work()
    return sent


def _sent(hall: Hall, page: Page, people: tuple[Staff, ...], moment: datetime, before: str) -> int:
    """All letters of one moment and that it is done, on one page; a quicker one leaves nothing to write."""
    if page.remembered(KEY) != before:
        return 0
    data, now = hall.edition().data, hall.clock.now()
    lists: Lists = page.lists()
    since, till = span(data.books, now)
    sent = 0
    if people:
        figures = lists.figures(since, till, data.books.rules.low_rating)
        for one in people:
            alerts = lists.alerts(only_open=True, asker=one.no)
            made = letter(data.books, one, moment, now, figures, alerts)
            sent += page.post(made, now, lambda text: mask(render(data, text)))
    page.remember(KEY, json.dumps({"at": moment.isoformat()}))
    return sent


async def next_wake_up(hall: Hall) -> datetime | None:
    """When the next digest is due; None where the hall wants none."""
    return following(hall.edition().data.books, hall.clock.now())
