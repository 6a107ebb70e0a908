"""Answers by number, label or button: what a short word chooses, of all that was lately asked."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from bot.desk.case import Button, Case, State
from bot.desk.promises import HELD
from bot.desk.rules import stars
from bot.guide import lit
from bot.guide.thread import Option, Thread
from intents.answers import SAME
from intents.text import choice, normalise

LATER = "later"
KNOWN = "known"
"""What is known already is still right."""
STILL = frozenset("还是这个 还是原来的 没变 没换 就是这个 就这个 原来的 老号码 老地址 同一个 一样 不变".split())  # noqa: SIM905 - one line
CONFIRM = (
    (
        "已解决",
        "解决了",
        "好了",
        "修好了",
        "弄好了",
        "办好了",
        "有电了",
        "来电了",
        "电来了",
        "通电了",
        "亮了",
        "送电了",
        "同意",
        "确认",
        "确认办结",
    ),
    ("没解决", "未解决", "没好", "没有解决", "不同意"),
)
AGREED = (
    ("同意", "同意换", "同意换人", "换", "换吧", "可以换", "同意移交"),
    ("不同意", "不换", "不要换", "别换", "不用换", "不同意换"),
)
"""What answers whether the first handler may change."""
SOFT = (
    frozenset("可以 可以的 好 好的 好吧 行 行吧 嗯 没问题 没意见 ok".split()),  # noqa: SIM905 - one line
    frozenset("不 不行 不可以 不要 不用 不好 算了 别 不愿意".split()),  # noqa: SIM905 - one line
)
"""Polite words that answer it only where it was the last thing said."""
RATED = {"很满意": 5, "非常满意": 5, "满意": 4, "一般": 3, "不满意": 2, "很不满意": 1, "非常不满意": 1}
PLEASED = {"满意": 4, "挺满意": 4, "非常满意": 5, "很满意": 5, "满意的": 4, "五星好评": 5, "好评": 5}
"""Said of a case that is done: confirmed and rated in one word."""
ASKS = ("withdraw.", "open.", "topic.hazard")
"""What is asked as yes or no: the second choice is to leave it."""
YES = frozenset("是 是的 对 对的 要 要的 确定 确认 没错 同意 办 办吧".split())  # noqa: SIM905 - one line
YES_TO_AN_END = YES | frozenset("好 好的 行 可以 嗯 撤 撤吧 撤了 撤了吧 确定撤".split())  # noqa: SIM905 - one line
"""After another answer 好的 is only polite; here the question stood alone."""
NO = frozenset("不 不要 不用 不了 不是 不撤 不撤了 不办 先不 先不要 没有 算了".split())  # noqa: SIM905 - one line
TAKEN = frozenset("可以 可以的 行 需要 好啊 好呀 登记 要登记 那好 要 要的".split())  # noqa: SIM905 - one line
"""What takes up an offer that was just made."""
_ACCEPTS = re.compile(
    "(?:那就?|要的|好的?|行|可以|嗯|ok|好吧|行吧|，|吧|啊|就|请|麻烦|你们?|您|给|帮|替|我们?|现在|马上|要|想|来|直接|先|快|需要)*"
    "(?:办|登记|申请|弄|办理|预约|约|报名|开单|受理|开始)(?:一下|上|个|了|吧|啊|呗|哦|的|这个|那个|起来|呀|就行|好了|吗)*"
)
"""帮我登记, 那就办吧: the whole text, naming no matter."""
_PICKS = re.compile("^(?:我)?(?:要|选|点|就)(?:择|的是)?|(?:吧|呗|啊)$")
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def offer(thread: Thread, now: datetime, *options: tuple[str, str]) -> tuple[Thread, tuple[Button, ...]]:
    """Put a menu: the thread remembers it, the buttons show it; labels sent as text do the same."""
    menu = tuple(Option(label, value) for label, value in options)
    held = thread.held if thread.draft else {}  # words held for an older choice are not meant any more
    return replace(thread, menu=menu, menu_at=now, held=held), tuple(Button(one.label, one.value) for one in menu)


def clear(thread: Thread) -> Thread:
    """No menu is open any more."""
    return replace(thread, menu=(), menu_at=None)


_OF_A_FORM = ("slot.", KNOWN, "fix.")
_COURTEOUS = ("button.stale", "number.unclear", "declined", "id.masked")
"""Said without leaving what was asked."""


def left(before: Thread, after: Thread, said: Collection[str]) -> Thread:
    """Something else has been answered since the menu was put: its numbers mean nothing any more."""
    same = bool(after.menu) and after.menu_at == before.menu_at and after.menu == before.menu
    if not same or after.menu[0].value.startswith(_OF_A_FORM):
        return after
    past = any(not code.startswith(_COURTEOUS) for code in said)
    return replace(after, menu_at=None) if past else after  # its buttons still stand above, and may be pressed


def _bare(text: str) -> str:
    """A short answer as it is compared: one width, one script, no blanks, no marks around it."""
    return normalise(text).replace(" ", "").strip("\n。.！~，？、；“”\"'")


def accepts(text: str) -> bool:
    """Whether the whole text takes up an offer: 帮我登记, 那就办吧, 可以，给我办."""
    return bool(_ACCEPTS.fullmatch(_bare(text)))


def same(thread: Thread, text: str) -> bool:
    """Whether the text answers the open menu."""
    return bool(thread.menu) and bool(_of_menu(thread, text, choice(text)))


def _labelled(thread: Thread, bare: str) -> str:
    """The option whose label is said, or the beginning of one alone: 只有我, 选现在登记."""
    named = _PICKS.sub("", bare)
    whole = [option.value for option in thread.menu if _bare(option.label) in (bare, named)]
    begun = [option.value for option in thread.menu if len(named) > 1 and _bare(option.label).startswith(named)]
    return whole[0] if whole else begun[0] if len(begun) == 1 else ""


def _of_menu(thread: Thread, text: str, number: int | None) -> str:
    if labelled := _labelled(thread, _bare(text)):
        return labelled
    if number is not None and 1 <= number <= len(thread.menu):
        return thread.menu[number - 1].value
    return _yes_or_no(thread, _bare(text))


def _yes_or_no(thread: Thread, bare: str) -> str:
    """A question of yes or no takes the plain words too."""
    first, last = thread.menu[0].value, thread.menu[-1].value
    known = first == KNOWN
    if len(thread.menu) != 2 or not (known or (last == LATER and first.startswith(ASKS))):  # noqa: PLR2004 - yes and no
        return ""
    if known:
        return first if bare in YES | SOFT[0] | STILL or SAME.search(bare) else last if bare in NO else ""
    yes = YES_TO_AN_END if first.startswith(ASKS[0]) else YES
    taken = first.startswith("open.") and (bare in TAKEN or bool(_ACCEPTS.fullmatch(bare)))
    return first if bare in yes or taken else last if bare in NO else ""


def done(text: str) -> bool:
    """Whether the whole text says that it is solved."""
    return _bare(text) in CONFIRM[0]


def _of_resolved(case: Case, text: str, number: int | None) -> str:
    yes, no = CONFIRM
    if _bare(text) in PLEASED:
        return f"pleased.{PLEASED[_bare(text)]}.{case.no}"
    if _bare(text) in yes or number == 1:
        return f"confirm.{case.no}"
    if _bare(text) in no or number == 2:  # noqa: PLR2004 - the second of two buttons
        return f"refuse.{case.no}"
    if not case.incident:  # of one house alone nobody asked 「来电了吗」
        return ""
    return f"confirm.{case.no}" if lit.lit(text) else f"refuse.{case.no}" if lit.dark(text) else ""


def lights(cases: tuple[Case, ...], text: str) -> bool:
    """Whether the whole text says that the light is back where that was asked: 「有电了」 is no danger then."""
    asked = any(case.incident and case.state is State.RESOLVED for case in cases)
    return asked and lit.lit(text)


def _of_rating(case: Case, text: str, number: int | None) -> str:
    bare = _bare(text)
    score = number or choice(bare.removesuffix("分")) or RATED.get(bare)
    return f"rate.{score}.{case.no}" if score is not None and 1 <= score <= len(stars(case)) else ""


def _of_closed(case: Case, text: str) -> str:
    """The customer was told that he only has to say so if it is not solved after all."""
    return f"reopen.{case.no}" if _bare(text) in CONFIRM[1] else ""


def waits(case: Case, what: str, stamp: str = "") -> bool:
    """Whether the change of hands still waits for this answer; a stamp names which change was asked about."""
    wish = case.transfer
    if wish is None or not wish.asks or stamp not in ("", moment(wish.asked_at)):
        return False
    return what == "decline" or wish.consented_at is None


def moment(at: datetime) -> str:
    """A moment short enough for a button."""
    return at.astimezone(UTC).strftime("%m%d%H%M%S")


def _of_transfer(case: Case, text: str, number: int | None, asked: Collection[str], *, open_: bool) -> str:
    """Silence is no consent, nor is a polite word that follows something else."""
    bare = "" if "？" in normalise(text) else _bare(text)  # a question is no answer
    alone = any(value.split(".")[:2] == ["consent", case.no] for value in asked)
    for at, what in enumerate(("consent", "decline")):
        by_number = number == at + 1 and (alone or not open_)  # a question put since is what a number answers
        if bare in AGREED[at] or by_number or (alone and bare in SOFT[at]):
            return f"{what}.{case.no}"
    return ""


def _asked_since(thread: Thread, cases: tuple[Case, ...], at: datetime) -> bool:
    """Whether the form's open question belongs to a matter that began later."""
    begun = thread.begun_at if thread.draft else None
    begun = next((case.opened_at for case in cases if case.no == thread.case and not thread.draft), begun)
    return bool(thread.asking) and begun is not None and begun > at


def chosen(
    thread: Thread, cases: tuple[Case, ...], text: str, reopen_from: datetime, last: Collection[str] = ()
) -> str:
    """The button value a short text stands for: of the newest open question first; empty if of none.

    `last` are the buttons under the talk's last line.
    """
    number = choice(text)
    asked: list[tuple[datetime, str]] = []
    if thread.menu and (thread.menu_at or number is None):
        asked.append((thread.menu_at or LONG_AGO, _of_menu(thread, text, number)))
    for case in cases:
        if case.transfer and case.state in HELD and waits(case, "consent"):
            asked.append(
                (
                    case.transfer.asked_at,
                    _of_transfer(case, text, number, last, open_=_asked_since(thread, cases, case.transfer.asked_at)),
                )
            )
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


_SCORE = re.compile(
    r"^(?:我?(?:给|打)(?:你们?|您|师傅|他|她)?(?:打)?)?([1-5一二三四五])"
    r"(?:(?:分|星|颗星)(?!钟|之|支|开|别|享|期|析|公|局|店|类|散|摊|时)[，。！、 ]*|[，。！、 ]+)(\S.*)$",
    re.DOTALL,
)
_FELT = re.compile(rf"^({'|'.join(sorted(RATED, key=len, reverse=True))})[，。！、 ]+(\S.*)$", re.DOTALL)
_DONE = re.compile(rf"^(?:{'|'.join(CONFIRM[0])})[，。！、 ]+(\S.*)$", re.DOTALL)


def worded(thread: Thread, cases: tuple[Case, ...], text: str) -> tuple[str, str]:
    """An answer to the newest open question with more words behind it: the button's value, and those words.

    「5分 师傅很好」 rates, 「解决了，谢谢师傅」 confirms; older questions are not meant.
    """
    asked = [(case.rating.at, case) for case in cases if case.rating and case.rating.score is None and case.rating.at]
    resolved = [(case.resolved_at, case) for case in cases if case.state is State.RESOLVED and case.resolved_at]
    newest = max((*asked, *resolved), key=lambda pair: pair[0], default=None)
    if newest is None or (thread.menu and (thread.menu_at or LONG_AGO) > newest[0]):
        return "", ""
    case, plain = newest[1], normalise(text).strip()
    if newest in resolved:
        done = _DONE.match(plain)
        return (f"confirm.{case.no}", text.strip()) if done else ("", "")
    found = _SCORE.match(plain) or _FELT.match(plain)
    if not found:
        return "", ""
    score = RATED.get(found[1]) or choice(found[1])
    return f"rate.{score}.{case.no}", found[2].strip()
