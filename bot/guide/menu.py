"""Answers by number, label or button: what a short word chooses, of all that was lately asked."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.desk.case import Button, Case, State
from bot.desk.rules import stars
from bot.guide.thread import Option, Thread
from intents.text import choice, normalise

LATER = "later"
CONFIRM = (("已解决", "解决了", "好了", "同意", "确认", "确认办结"), ("没解决", "未解决", "没好", "没有解决", "不同意"))
RATED = {"很满意": 5, "非常满意": 5, "满意": 4, "一般": 3, "不满意": 2, "很不满意": 1, "非常不满意": 1}
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def offer(thread: Thread, now: datetime, *options: tuple[str, str]) -> tuple[Thread, tuple[Button, ...]]:
    """Put a menu: the thread remembers it, the buttons show it; labels sent as text do the same."""
    menu = tuple(Option(label, value) for label, value in options)
    return replace(thread, menu=menu, menu_at=now), tuple(Button(one.label, one.value) for one in menu)


def clear(thread: Thread) -> Thread:
    """No menu is open any more."""
    return replace(thread, menu=(), menu_at=None)


def _bare(text: str) -> str:
    """A short answer as it is compared: one width, one script, no blanks, no marks around it."""
    return normalise(text).replace(" ", "").strip("\n。.！~，？、；“”\"'")


def _of_menu(thread: Thread, text: str, number: int | None) -> str:
    for option in thread.menu:
        if _bare(text) == _bare(option.label):
            return option.value
    if number is not None and 1 <= number <= len(thread.menu):
        return thread.menu[number - 1].value
    return ""


def _of_resolved(case: Case, text: str, number: int | None) -> str:
    yes, no = CONFIRM
    if _bare(text) in yes or number == 1:
        return f"confirm.{case.no}"
    if _bare(text) in no or number == 2:  # noqa: PLR2004 - the second of two buttons
        return f"refuse.{case.no}"
    return ""


def _of_rating(case: Case, text: str, number: int | None) -> str:
    bare = _bare(text)
    score = number or choice(bare.removesuffix("分")) or RATED.get(bare)
    return f"rate.{score}.{case.no}" if score is not None and 1 <= score <= len(stars(case)) else ""


def _of_closed(case: Case, text: str) -> str:
    """The customer was told that he only has to say so if it is not solved after all."""
    return f"reopen.{case.no}" if _bare(text) in CONFIRM[1] else ""


def chosen(thread: Thread, cases: tuple[Case, ...], text: str, reopen_from: datetime) -> str:
    """The button value a short text stands for: of the newest open question first; empty if of none."""
    number = choice(text)
    asked: list[tuple[datetime, str]] = []
    if thread.menu:
        asked.append((thread.menu_at or LONG_AGO, _of_menu(thread, text, number)))
    for case in cases:
        if case.state is State.RESOLVED and case.resolved_at:
            asked.append((case.resolved_at, _of_resolved(case, text, number)))
        if case.rating and case.rating.score is None and case.rating.at:
            asked.append((case.rating.at, _of_rating(case, text, number)))
        if number is None and case.state is State.CLOSED and case.closed_at and case.closed_at >= reopen_from:
            asked.append((case.closed_at, _of_closed(case, text)))
    asked.sort(key=lambda pair: pair[0], reverse=True)
    if number is not None:  # a bare number answers the newest question or none
        asked = [pair for pair in asked if pair[0] == asked[0][0]]
    return next((value for _, value in asked if value), "")
