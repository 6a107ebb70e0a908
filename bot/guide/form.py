"""The few facts a topic asks for: one question at a time, nothing twice, nothing already known."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.desk.case import Button
from bot.desk.words import words
from bot.guide import secrecy
from bot.guide.menu import clear, offer
from bot.guide.said import Say
from bot.guide.thread import Thread
from intents import slots
from intents.text import HAN, normalise
from intents.topic import Ask, Topic

_PLACE = re.compile(
    f"(?:我?(?:家|住|在|是))*[{HAN}]{{1,10}}(?:小区|花园|家园|公寓|大厦|广场|[村苑庄屯路街巷弄里镇乡])"
    r"[\da-z一二三四五六七八九十\-]*(?:[幢栋号楼座组队单元室层户][\da-z一二三四五六七八九十\-]*)*"
)
DECLINED = (
    *"不知道 不清楚 不晓得 没有 不记得 忘了 不方便 跳过 无 算了 记不得 没户号 说不清 说不好 讲不清".split(),  # noqa: SIM905 - one line
    *"不想说 不说 不想留 不留 不想给 不填 不告诉".split(),  # noqa: SIM905 - one line
)
CANCELLED = ("取消", "不办了", "算了不办了", "不用了", "不报了", "先不办", "先不用", "不登记了", "撤销")
_EASED = re.compile("(?:现在|已经|都|人)*(?:没事|好)(?:了|啦|的)*")
"""没事了 answers no question."""
_MOOD = re.compile(
    "(?:我们?|你们|人|家里|老人|孩子|都|真|好|太|快|要|实在)*"
    "(?:[急烦热冷冻气愁](?:死|坏|疯)(?:人|我|个人)*|受不了|着急|急)(?:了|啦|啊|的)*"
)
"""急死了, 烦死了: how it is, not where; it answers no question either."""
_ASKING = re.compile("在?哪[里儿个]|什么|怎么|多少|多久|几点|营业厅")
"""营业厅在哪里 ends like a place and asks for one."""
TRIES = 2
"""A question is put so often, then the form goes on without it."""


def declined(text: str) -> bool:
    """Whether the customer says he does not know or will not tell."""
    bare = normalise(text).strip("。.!！~，, 吧啊呢")
    return any(
        bare.strip("的了") == word.strip("的了") or (word in bare and len(bare) <= len(word) + 4) for word in DECLINED
    )


def nothing_more(text: str) -> bool:
    """Whether the whole text only declines or calls off: 算了, 跳过; whatever it sounds like, nobody is hurt."""
    return normalise(text).strip("。.!！~，, 吧啊呢") in (*DECLINED, *CANCELLED)


def cancelled(text: str) -> bool:
    """Whether the customer calls the form off."""
    bare = normalise(text).strip("。.!！~，, 吧啊")
    return bare in CANCELLED


def only_a_place(text: str) -> bool:
    """Whether the whole text is a place by its look: 幸福新村, 竹溪村3组; to a question for one it is the answer."""
    if _ASKING.search(text):
        return False
    return bool(_PLACE.fullmatch(normalise(text).replace(" ", "").strip("。.!！~，,")))


def open_asks(topic: Topic, have: Mapping[str, str], *, needed: bool) -> tuple[Ask, ...]:
    """Questions still open, of those the case needs before or only after it opens."""
    return tuple(ask for ask in topic.asks if ask.needed is needed and not have.get(ask.slot))


def ask(thread: Thread, topic: Topic, slot: str, now: datetime) -> tuple[Thread, Say]:
    """Put one question; where the answer is one of few, as a menu."""
    if slot == secrecy.SLOT:
        return secrecy.ask(thread, now)
    question = next((one.question for one in topic.asks if one.slot == slot), "")
    tries = thread.tries + 1 if thread.asking == slot else 1
    asking = replace(clear(thread), asking=slot, tries=tries)
    buttons: tuple[Button, ...] = ()
    if slot == "scope":
        asking, buttons = offer(
            asking,
            now,
            ("只有我家", "slot.scope.single"),
            ("周围一片都停了", "slot.scope.area"),
            ("不清楚", "slot.scope."),
        )
    code = f"ask.{slot}.again" if tries > 1 else f"ask.{slot}"
    return asking, Say(words("question", text=question) if question and tries == 1 else words(code), buttons)


def heard(
    thread: Thread, text: str, now: datetime, found: Mapping[str, str], places: Mapping[str, str]
) -> dict[str, str]:
    """What a message adds to the form: everything found, and the answer to the open question."""
    got = {name: value for name, value in found.items() if value}
    bare = normalise(text).strip("。.!！~，, ")
    if thread.asking and not got.get(thread.asking) and not (_EASED.fullmatch(bare) or _MOOD.fullmatch(bare)):
        free = slots.read(text, today=now.date(), places=tuple(places), asked=thread.asking)
        if free.get(thread.asking):
            got[thread.asking] = free[thread.asking]
    return got
