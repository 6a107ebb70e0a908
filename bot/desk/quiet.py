"""Quiet hours 安静时段: what is no danger waits for the morning."""

from datetime import datetime, timedelta

from bot.desk.books import Books
from bot.desk.case import Case, Priority


def until(books: Books, at: datetime) -> datetime | None:
    """When the quiet hours end that run at this moment; None by day."""
    begin, end = books.rules.quiet
    local = at.astimezone(books.calendar.zone)
    morning = datetime.combine(local.date(), end, books.calendar.zone)
    clock = local.timetz().replace(tzinfo=None)
    if begin <= end:
        return morning if begin <= clock < end else None
    if clock < end:
        return morning
    return datetime.combine(local.date() + timedelta(days=1), end, books.calendar.zone) if clock >= begin else None


def awake(books: Books, case: Case, at: datetime) -> datetime:
    """The moment itself; for a case that can wait, the end of the quiet hours it falls in."""
    return at if case.priority is not Priority.NORMAL else until(books, at) or at
