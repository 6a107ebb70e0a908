"""Matters that are nobody else's business: how the customer wants to be known, and the one question about it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.desk.case import Case, Secrecy
from bot.desk.verdict import UNNAMED
from bot.desk.words import words
from bot.guide import menu
from bot.guide.said import Say, Scene
from bot.guide.thread import Thread
from intents.text import HAN, choice, normalise

FAMILIES = (
    "张李王刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
"""Family names most people have."""
REPORT = "theft_report"
TOPICS = ("complaint", REPORT)
SLOT = "secrecy"
OWN = ("address", "account_no", "date", "scope")
"""Facts of the customer's own home: a report is about somebody else's."""
_ANONYMOUS = re.compile(
    "匿名|(?:不|别|莫|不要|不用|不想|不愿)(?:留|写|记|报|登|登记|说出?|提|透露|暴露)(?:下|出)?我?的?(?:名|姓名|名字|真名|身份)(?!称)"
)
_CONFIDENTIAL = re.compile(
    "保密|别(?:说|讲|告诉).{0,6}(?:是我|谁(?:举报|说|投诉)|名字)|(?:不要|别|不能)让.{0,8}知道(?:是我|是谁|谁)"
)
_MYSELF = re.compile(f"(?:我叫|我是|我就是|本人|名字?叫|我姓名是?)([{FAMILIES}][{HAN}]{{1,2}})(?![{HAN}])")
_OPEN = re.compile("公开|实名")
_NOT = re.compile("(?:不|别|用不着|不用|不要|不必)(?:要|用|需要)?(?:匿名|保密|公开)")


def read(text: str) -> Secrecy | None:
    """How the words ask to be known; None: they do not."""
    bare = normalise(text)
    if _NOT.search(bare):
        return None
    for pattern, found in ((_ANONYMOUS, Secrecy.ANONYMOUS), (_CONFIDENTIAL, Secrecy.CONFIDENTIAL)):
        if pattern.search(bare):
            return found
    return Secrecy.OPEN if _OPEN.search(bare) and "电费" not in bare else None


def own_name(text: str) -> str:
    """The name by which somebody calls himself in his words; empty where there is none."""
    found = _MYSELF.search(normalise(text))
    return found[1] if found else ""


def private(case: Case) -> bool:
    """Whether a case is kept from some of the hall."""
    return bool(case.topic in TOPICS or case.hidden_from or case.named or case.secrecy is not Secrecy.OPEN)


def chosen(slots: Mapping[str, str], text: str, topic: str) -> Secrecy:
    """How a matter opens: as was asked for, else a report confidential, a complaint open."""
    told = slots.get(SLOT, "")
    if told:
        return Secrecy.OPEN if told == "open" else Secrecy(told)
    asked = read(text)
    if asked is not None:
        return asked
    return Secrecy.CONFIDENTIAL if topic == REPORT else Secrecy.OPEN


def told(secrecy: Secrecy, slots: Mapping[str, str]) -> dict[str, str]:
    """The facts a matter opens with: who will not be known leaves none of his own."""
    gone = (SLOT, *(UNNAMED if secrecy is Secrecy.ANONYMOUS else ()))
    return {name: text for name, text in slots.items() if text and name not in gone}


def unsaid(secrecy: Secrecy, text: str, slots: Mapping[str, str]) -> str:
    """The words a matter opens with: what would tell who an anonymous customer is does not stand in them."""
    if secrecy is Secrecy.ANONYMOUS:
        for own in (*(slots.get(name, "") for name in UNNAMED), own_name(text)):
            text = text.replace(own, "***") if own else text
    return text


def known(scene: Scene, topic: str) -> dict[str, str]:
    """What the hall knows of the customer, as far as this matter may take it."""
    without = OWN if topic == REPORT else ()
    return {name: text for name, text in scene.known.items() if name not in without}


def ask(thread: Thread, now: datetime) -> tuple[Thread, Say]:
    """The question, put once: in the open, confidential, or without a name."""
    asking = replace(menu.clear(thread), asking=SLOT, draft=True, tries=1)
    after, buttons = menu.offer(
        asking,
        now,
        ("公开", f"slot.{SLOT}.open"),
        ("保密", f"slot.{SLOT}.{Secrecy.CONFIDENTIAL}"),
        ("匿名", f"slot.{SLOT}.{Secrecy.ANONYMOUS}"),
    )
    return after, Say(words("report.how"), buttons)


def heard(text: str) -> str:
    """The answer to that question in free words; empty: it was something else."""
    asked = read(text)
    return "" if asked is None else asked.value or "open"


def gathered(held: str, text: str) -> str:
    """The customer's words about the matter so far, with what he said now; a bare choice adds nothing."""
    more = text.strip()
    if not more or more in held.splitlines() or choice(more) is not None or (read(more) is not None and len(more) <= 4):  # noqa: PLR2004 - 保密, 匿名吧
        return held
    return f"{held}\n{more}" if held else more
