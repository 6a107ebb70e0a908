"""A matter that had ended comes back: not solved after all, or reported anew; nothing is doubled."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.desk.case import Case, State
from bot.desk.promises import LIVE
from bot.desk.roster import on_shift
from bot.desk.words import words
from bot.guide import binding, menu, secrecy
from bot.guide.said import Act, Say, Scene, Turn
from intents.text import normalise
from intents.topic import Topic, TopicKind

_POWER = "没(?:有)?(?:来)?电|停电?了?|断电|断了|跳闸|跳了|黑[了着的]|灭了|来电|送电|亮"
_STILL = re.compile(
    f"(?:还是|依然|仍然?|照样|又)(?:全|都|给)?(?:{_POWER}|不行|坏了?|一样|老样子)|(?:还|仍|根本|压根|完全)没(?:有)?(?:来电|送电|电|亮)"
)
_UNSOLVED = re.compile(
    "没(?:有)?(?:给我?)?(?:解决|修好|修复|弄好|搞好|搞定|处理好?|办好|办成|恢复|好(?!像|多|几|意|处))|问题还在|白修了?|(?:还是|依然|仍然?|又)(?:不行|坏了?|一样|老样子|不好)"
)
_LIGHT = re.compile(_POWER)
POWER = (
    "outage_repair",
    "hazard",
    "life_support",
    "frequent_outage",
    "voltage",
    "behind_meter",
    "reconnect",
    "meter_fault",
)
"""Matters in which 「又停了」 can be the same one."""
PAIRS = {"hazard": ("outage_repair", "life_support"), "outage_repair": ("hazard", "life_support")}
"""Two sides of one thing at one place."""
_LONGEST = 30


def when_over(scene: Scene, case: Case) -> bool:
    """Whether a case has ended, so lately that it can be taken up again."""
    since = scene.now - scene.books.rules.reopen
    return case.state is State.RESOLVED or (
        case.state is State.CLOSED and case.closed_at is not None and case.closed_at >= since
    )


def fits(case: Case, slots: Mapping[str, str]) -> bool:
    """Whether place and account speak of the same thing; what is not known does not speak against it."""
    account, address = slots.get("account_no", ""), slots.get("address", "")
    other, there = case.slots.get("account_no", ""), case.slots.get("address", "")
    if account and other and account != other:
        return False
    return not (address and there) or binding.same(address, there)


def _sure(case: Case, slots: Mapping[str, str]) -> bool:
    """Whether place or account is known on both sides and the same."""
    known = any(slots.get(name) and case.slots.get(name) for name in ("address", "account_no"))
    return known and fits(case, slots)


def ended(scene: Scene, topic: str, slots: Mapping[str, str]) -> Case | None:
    """The newest ended case of this very matter at this place."""
    found = (one for one in scene.cases if one.topic == topic and when_over(scene, one) and fits(one, slots))
    return next(found, None)


def links(scene: Scene, topic: str, slots: Mapping[str, str]) -> tuple[Case, ...]:
    """The customer's cases that a new one belongs to; what is kept from others is tied to nothing."""
    if topic in (*secrecy.TOPICS, binding.PERSON):
        return ()
    known = scene.books.topics.get(topic)
    urgent = known is not None and known.priority != "normal"
    again = ended(scene, topic, slots)
    first = (again,) if again and (not urgent or _sure(again, slots)) else ()
    pair = tuple(case for case in binding.live(scene) if case.topic in PAIRS.get(topic, ()) and fits(case, slots))
    beside = tuple(case for case in pair if _sure(case, slots) or len(pair) == 1)[:1]
    return tuple(case for case in (*beside, *first) if not secrecy.private(case))


def double(scene: Scene, topic: str, slots: Mapping[str, str]) -> Case | None:
    """The case under way that is surely this one: the same matter at the same place or account."""
    found = (case for case in binding.live(scene) if case.topic == topic and _exactly(case, slots))
    return next(found, None)


def _exactly(case: Case, slots: Mapping[str, str]) -> bool:
    names = [name for name in ("address", "account_no") if slots.get(name) and case.slots.get(name)]
    return bool(names) and all(slots[name] == case.slots[name] for name in names)


def handler(scene: Scene, tied: tuple[Case, ...]) -> str:
    """Who had the matter before, if he is on duty now."""
    here = {one.no for one in on_shift(scene.books.roster, scene.now)}
    return next((case.first_handler for case in tied if case.first_handler in here), "")


def _candidates(scene: Scene, text: str) -> Iterator[Case]:
    """Ended cases that these words may be about."""
    no, slots = scene.said.understood.slots.get("case_no", ""), scene.said.understood.slots
    power, live = bool(_LIGHT.search(text)), {case.topic for case in scene.cases if case.state in LIVE}
    for case in scene.cases:
        of_it = case.topic in POWER if power else case.topic not in live
        going = any(one.topic == case.topic and one.state in LIVE and fits(one, case.slots) for one in scene.cases)
        if when_over(scene, case) and not going and (case.no == no or (not no and of_it and fits(case, slots))):
            yield case


def turn(scene: Scene) -> Turn | None:
    """「没解决」「又停了」 after the end: taken up again, of several the one that is chosen; None: other words."""
    text = normalise(scene.said.text).replace(" ", "")
    if not 0 < len(text) <= _LONGEST or not (_STILL.search(text) or _UNSOLVED.search(text)):
        return None
    found = tuple(_candidates(scene, text))
    named = tuple(case for case in found if binding.named(scene, case)) or found
    if not named:
        return None
    if len(named) > 1 and not _LIGHT.search(text):
        return _which(scene, named)
    case = named[0]
    thread = replace(menu.clear(scene.thread), topic=case.topic, case=case.no, misses=0)
    return Turn(thread, acts=(Act(_move(case), case.no),))


def _move(case: Case) -> str:
    return "refuse" if case.state is State.RESOLVED else "reopen"


def _which(scene: Scene, cases: tuple[Case, ...]) -> Turn:
    options = [(binding.label(scene, case), f"{_move(case)}.{case.no}") for case in cases[: binding.MOST]]
    thread, buttons = menu.offer(scene.thread, scene.now, *options, ("都不是", menu.LATER))
    said = Say(words("which.again"), buttons)
    return Turn(replace(thread, misses=0, held={binding.SAID: scene.said.text}), (said,))


def old_or_new(scene: Scene, topic: Topic, case: Case, *before: Say) -> Turn:
    """The same matter reported anew after its end: is it the old one, or another?"""
    options = [
        ("还是上次那件", f"{_move(case)}.{case.no}"),
        ("是新的一件", f"open.{topic.code}"),
        ("先不用", menu.LATER),
    ]
    thread, buttons = menu.offer(replace(scene.thread, misses=0), scene.now, *options)
    said = Say(words("again.which", **binding.handlers(scene, case)), buttons, case=case.no)
    held = {binding.SAID: scene.said.text}
    return Turn(replace(thread, held=held), (*before, said), case=case.no)


def asks(scene: Scene, topic: Topic, slots: Mapping[str, str]) -> Case | None:
    """The ended case a plain new report may mean; not asked where help comes first, nor of a complaint or a person."""
    at_once = topic.kind is TopicKind.DANGER or topic.priority != "normal"
    if at_once or topic.code in (*secrecy.TOPICS, binding.PERSON):
        return None
    return ended(scene, topic.code, slots)
