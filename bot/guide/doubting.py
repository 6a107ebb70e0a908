"""An answer that cannot be taken as it is comes back with the reason, and with the readings to choose from."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.desk.case import Button
from bot.desk.words import words
from bot.guide import menu
from bot.guide.said import Say, Scene, Turn
from bot.guide.supply import Tail
from bot.guide.telling import today, with_slots
from bot.guide.thread import Thread
from intents import slots
from intents.doubts import Doubt, Why, doubt
from intents.text import HAN, normalise

PART = "account_part"
"""The beginning of an account number that came in two messages."""
_WORDS = re.compile(f"[{HAN}a-z]")
_FEW = 8
_OWN = re.compile(r"[a-z]+:?(\d+)")
_FIGURES = re.compile("[\\d零〇一二三四五六七八九幺两]")
_DICTATED = 7
"""So many figures stand in a number that was told; fewer chose one from a menu."""
_SHOWN = 3
_TAIL = 4
_MOST = 16


def own(scene: Scene, no: str) -> bool:
    """Whether a number is only the sender's own in his messenger: no account."""
    found = _OWN.fullmatch(scene.thread.customer)
    return found is not None and found[1] == no


def whole(scene: Scene) -> str:
    """The account number that a message completes, told in two or more; empty where it does not."""
    begun = scene.thread.slots.get(PART, "")
    told = doubt(scene.said.text, "account_no", today(scene)) if begun else None
    if not told or told.why is not Why.PART:
        return ""
    read = slots.read(f"户号{begun}{told.digits}", today=today(scene), asked="account_no")
    return read.get("account_no", "")


def bare(text: str) -> bool:
    """Whether a text is figures with hardly a word beside them: an answer, whatever it sounds like."""
    return len(_WORDS.findall(normalise(text))) <= _FEW


def of(scene: Scene, slot: str) -> Doubt | None:
    """What is doubtful about the message as an answer to this question."""
    return doubt(scene.said.text, slot, today(scene))


def sure(scene: Scene, slot: str, got: Mapping[str, str]) -> dict[str, str]:
    """What was read, without what only seems to answer the open question."""
    found = {name: value for name, value in got.items() if name != "account_no" or not own(scene, value)}
    told = of(scene, slot) if slot in ("date", "phone", "account_no") else None
    if slot == "date" and told:
        found.pop("date", None)
        found.pop("until", None)
    if (
        slot == "phone"
        and told
        and told.why is Why.LENGTH
        and found.get("account_no") == told.digits
        and bare(scene.said.text)
        and "户" not in scene.said.text
    ):
        del found["account_no"]  # a mobile with a figure missing is no account
    if slot == "address" and slots.numbered(scene.said.text):
        found.pop("date", None)  # 5号 is a door here
    return found


def again(scene: Scene, thread: Thread, slot: str) -> Turn | None:
    """The question put back with its reason; None: nothing tells one."""
    told = of(scene, slot)
    asking = replace(menu.clear(thread), asking=slot, tries=thread.tries + 1, misses=0)
    if slot == "account_no" and own(scene, re.sub(r"\D", "", normalise(scene.said.text))):
        return Turn(asking, (Say(words("ask.account_no.own")),))
    if told is None:
        return None
    if told.why is Why.PART:
        digits = thread.slots.get(PART, "") + told.digits
        begun = with_slots(asking, **{PART: digits if len(digits) < _MOST else ""})
        return Turn(replace(begun, tries=thread.tries), (Say(words("ask.account_no.part", count=len(digits))),))
    choices = tuple((label(slot, one), f"slot.{slot}.{one}") for one in told.choices)
    buttons: tuple[Button, ...] = ()
    if choices:
        asking, buttons = menu.offer(asking, scene.now, *choices)
    code = "ask.same" if told.why is Why.SAME else f"ask.{slot}.{told.why}"
    return Turn(asking, (Say(words(code, count=len(told.digits)), buttons),))


def label(slot: str, value: str) -> str:
    """A reading as its button shows it: enough to choose, not to use."""
    if slot == "date":
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{value[:_SHOWN]}…{value[-_TAIL:]}"


def read_back(scene: Scene, slot: str, value: str) -> Say | None:
    """A number that was put together from what was said is confirmed, masked; plain figures speak for themselves."""
    dictated = len(_FIGURES.findall(scene.said.text)) >= _DICTATED or PART in scene.thread.slots
    if slot not in ("account_no", "phone") or value in scene.said.text or not dictated:
        return None
    shown = Tail(value) if slot == "account_no" else label(slot, value)
    return Say(words("ask.read", slot=words(f"slot.{slot}"), value=shown))
