"""Answers by number, label or button: what a short word chooses, of all that was lately asked."""

from dataclasses import replace
from datetime import datetime

from bot.desk.case import Button, Case, State
from bot.desk.rules import stars
from bot.guide.thread import Option, Thread
from intents.text import choice

CONFIRM = (("已解决", "解决了", "好了", "同意", "确认", "确认办结"), ("没解决", "未解决", "没好", "没有解决", "不同意"))
RATED = {"很满意": 5, "非常满意": 5, "满意": 4, "一般": 3, "不满意": 2, "很不满意": 1, "非常不满意": 1}


def offer(thread: Thread, now: datetime, *options: tuple[str, str]) -> tuple[Thread, tuple[Button, ...]]:
    """Put a menu: the thread remembers it, the buttons show it; labels sent as text do the same."""
    menu = tuple(Option(label, value) for label, value in options)
    return replace(thread, menu=menu, menu_at=now), tuple(Button(one.label, one.value) for one in menu)


def clear(thread: Thread) -> Thread:
    """No menu is open any more."""
    return replace(thread, menu=(), menu_at=None)


def _bare(text: str) -> str:
    return text.strip(" \t\r\n。.!！~，,？?、;；“”\"'")


def _of_menu(thread: Thread, text: str, number: int | None) -> str:
    for option in thread.menu:
        if _bare(text) == option.label:
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
    score = number if number is not None else RATED.get(_bare(text).removesuffix("分"))
    labels = [button.label for button in stars(case)]
    if _bare(text).removesuffix("分") in labels:
        score = int(_bare(text).removesuffix("分"))
    return f"rate.{score}.{case.no}" if score is not None and 1 <= score <= len(labels) else ""


def chosen(thread: Thread, cases: tuple[Case, ...], text: str) -> str:
    """The button value a short text stands for: of the newest open question first; empty if of none."""
    number = choice(text)
    asked: list[tuple[datetime, str]] = []
    if thread.menu and thread.menu_at:
        asked.append((thread.menu_at, _of_menu(thread, text, number)))
    for case in cases:
        if case.state is State.RESOLVED and case.resolved_at:
            asked.append((case.resolved_at, _of_resolved(case, text, number)))
        if case.rating and case.rating.score is None and case.rating.at:
            asked.append((case.rating.at, _of_rating(case, text, number)))
    asked.sort(key=lambda pair: pair[0], reverse=True)
    if number is not None:
        return asked[0][1] if asked else ""
    return next((value for _, value in asked if value), "")
