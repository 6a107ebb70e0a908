"""Numbers that come unasked: an account beside another question, in pieces, with an identity card and no wish."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk.words import words
from bot.guide import doubting, form, matter, menu
from bot.guide.said import Say, Scene, Turn
from bot.guide.supply import Tail
from bot.guide.telling import HUMAN, today, with_slots
from bot.guide.thread import Thread
from intents import slots
from intents.text import normalise
from intents.topic import Topic

SINCE = "account_part_at"
"""When the last piece of a number came."""
WITHIN = timedelta(minutes=5)
"""Pieces farther apart are no one number."""
_CUE = r"(?:我家?的?|我们?的?)?(?:户号|用户号|客户编号)的?(?:就?是|为|[:：，, ])*"
_PIECE = re.compile(rf"(?:{_CUE}|前面是?|后面是?|接着是?|还有|剩下是?|是)*(\d(?:[ \-]?\d){{2,15}})[。，. 吧啊]*")
_NAMED = re.compile(rf"{_CUE}[。…. ]*")
_KNOWN = frozenset({"95598", "12398", "12345", "110", "119", "120", "122", "10086", "10000", "10010"})
"""Numbers everybody knows, which are a piece of none."""
_SHORT = 10
_LONG = 16
_SIDE = re.compile(r"[\s，。、：:；;,.\-*\dxX/]|户号|身份证|证件|号码?|我的|我|这是|就?是|和|还有|本人|编号")
_HURRY = re.compile("快|急|赶紧|等|怎么还|人呢|老人|孩子|小孩|宝宝|病人|热死|冷死|没人管|救")


def kept(scene: Scene, got: dict[str, str]) -> str:
    """The account a message tells while something else is asked; empty where it tells none that is new."""
    thread, no = scene.thread, got.get("account_no", "")
    fresh = no and no != thread.slots.get("account_no") and not doubting.own(scene, no)
    return no if fresh and thread.asking == "address" and thread.asking not in got else ""


def stays(scene: Scene, thread: Thread, topic: Topic, no: str) -> Turn:
    """The number is kept and said so, masked; the open question stays as it was."""
    again, question = form.ask(replace(thread, asking=""), topic, scene.thread.asking, scene.now)
    said = matter.joined(Say(words("number.kept", tail=Tail(no))), question)
    return Turn(replace(again, tries=scene.thread.tries), (said,))


def hurried(scene: Scene, asked: Say) -> Say:
    """The question where it is, put to somebody who only presses for it."""
    pressed = scene.thread.asking == "address" and _HURRY.search(normalise(scene.said.text))
    return replace(asked, text=words("ask.address.hurry")) if pressed else asked


def turn(scene: Scene) -> Turn | None:
    """A number with no question open: a piece of an account, or an account with nothing wished; None: other words."""
    if scene.thread.asking or scene.thread.draft or scene.said.button or scene.said.files:
        return None
    text = normalise(scene.said.text)
    if scene.said.masked:
        no = scene.said.understood.slots.get("account_no", "")
        return _held(scene, no) if no and not _SIDE.sub("", text) else None
    if _NAMED.fullmatch(text):
        return Turn(_waiting(scene, ""), (Say(words("number.go")),))
    piece = _PIECE.fullmatch(text)
    return _pieced(scene, re.sub(r"\D", "", piece[1])) if piece else None


def _pieced(scene: Scene, digits: str) -> Turn | None:
    """A piece: put to the others, where they make a number it is taken; else the rest is asked for."""
    since = scene.thread.slots.get(SINCE, "")
    near = bool(since) and scene.said.at - datetime.fromisoformat(since) <= WITHIN
    begun = scene.thread.slots.get(doubting.PART, "") if near else ""
    no = _account(scene, begun + digits) if begun else ""
    if no:
        return _held(scene, no)
    if len(digits) >= _SHORT or digits in _KNOWN:
        return None  # whole by itself, or none
    named = near or "户" in scene.said.text
    if not named and scene.said.understood.slots:
        return None
    longer = begun + digits if len(begun + digits) < _LONG else digits
    return Turn(_waiting(scene, longer), (Say(words("number.part", count=len(longer))),))


def _account(scene: Scene, digits: str) -> str:
    return slots.read(f"户号{digits}", today=today(scene), asked="account_no").get("account_no", "")


def _waiting(scene: Scene, digits: str) -> Thread:
    """The talk waits for the rest of a number."""
    thread = with_slots(scene.thread, **{doubting.PART: digits, SINCE: scene.said.at.isoformat()})
    return replace(thread, misses=0)


def _held(scene: Scene, no: str) -> Turn:
    """The account is kept, and what is wished is asked."""
    thread = with_slots(scene.thread, account_no=no, **{doubting.PART: "", SINCE: ""})
    wishes = [
        (scene.books.topics[code].name, f"topic.{code}")
        for code in ("bill_query", "outage_repair")
        if code in scene.books.topics
    ]
    after, buttons = menu.offer(replace(thread, misses=0), scene.now, *wishes, HUMAN)
    return Turn(after, (Say(words("number.wish", tail=Tail(no)), buttons),))
