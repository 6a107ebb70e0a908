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
ASKS = ("withdraw.", "open.", "topic.hazard")
"""What is asked as yes or no: the second choice is to leave it."""
YES = frozenset("是 是的 对 对的 要 要的 确定 确认 没错 同意 办 办吧".split())  # noqa: SIM905 - one line
YES_TO_AN_END = YES | frozenset("好 好的 行 可以 嗯 撤 撤吧 撤了 撤了吧 确定撤".split())  # noqa: SIM905 - one line
"""After another answer 好的 is only polite; here the question stood alone."""
NO = frozenset("不 不要 不用 不了 不是 不撤 不撤了 不办 先不 先不要 没有 算了".split())  # noqa: SIM905 - one line
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
    return _yes_or_no(thread, _bare(text))


def _yes_or_no(thread: Thread, bare: str) -> str:
    """A question of yes or no takes the plain words too."""
    first, last = thread.menu[0].value, thread.menu[-1].value
    if len(thread.menu) != 2 or last != LATER or not first.startswith(ASKS):  # noqa: PLR2004 - yes and no
        return ""
    yes = YES_TO_AN_END if first.startswith(ASKS[0]) else YES
    return first if bare in yes else last if bare in NO else ""


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
