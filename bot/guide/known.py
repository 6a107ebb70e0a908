"""What is known already is not asked again: it is shown masked and offered, 「是」 takes it, anything else is taken."""

import re
from dataclasses import replace

from bot.desk.case import Secrecy
from bot.desk.promises import LIVE
from bot.desk.words import Words, words
from bot.guide import filling, menu, secrecy
from bot.guide.said import Say, Scene, Turn
from bot.guide.supply import Tail
from intents.topic import TopicKind

_OFFERS = {
    "phone": "known.phone",
    "address": "known.address",
    "account_no": "known.account_no",
    "name": "known.name",
}
SLOTS = tuple(_OFFERS)
_PHONE = re.compile(r"^(\d{3})\d+(\d{4})$")
_LAST = re.compile(r"[\d一二三四五六七八九十]+(?=\D*$)")


def masked(slot: str, value: str) -> Words | Tail | str:
    """Enough to recognise, not to use."""
    if slot == "account_no":
        return Tail(value)
    if slot == "phone":
        return _PHONE.sub(r"\1****\2", value) if _PHONE.match(value) else f"****{value[-4:]}"
    if slot == "name":
        return value[:1] + "*" * (len(value) - 1)
    return _LAST.sub("**", value, count=1)


def value_of(scene: Scene, slot: str, topic: str) -> str:
    """The newest that the customer told: in this talk, then in his cases that are no secret."""
    open_ = (case for case in scene.cases if case.secrecy is Secrecy.OPEN and not secrecy.private(case))
    if slot in ("address", "account_no"):  # another case of the same matter is about another place
        open_ = (case for case in open_ if case.state not in LIVE or case.topic != topic)
    told = (
        scene.thread.slots.get(slot, ""),
        scene.thread.told.get(slot, ""),
        *(case.slots.get(slot, "") for case in open_),
    )
    return next((text for text in told if text), scene.known.get(slot, ""))


def _askable(scene: Scene, turn: Turn) -> bool:
    thread = turn.thread
    topic = scene.books.topics.get(thread.topic)
    if topic is None or thread.asking not in SLOTS or thread.tries != 1 or topic.code in secrecy.TOPICS:
        return False
    begins = scene.thread.asking != thread.asking or scene.thread.topic != thread.topic
    return begins and topic.kind is not TopicKind.DANGER and not thread.menu and not thread.slots.get(thread.asking)


def offered(scene: Scene, turn: Turn) -> Turn:
    """The turn, its new question put as an offer where the answer is known: the last thing said is the question."""
    if turn.wants or not _askable(scene, turn) or not (turn.then or turn.says):
        return turn
    slot = turn.thread.asking
    value = value_of(scene, slot, turn.thread.topic)
    if not value or value in scene.said.understood.slots.values():
        return turn
    thread, buttons = menu.offer(turn.thread, scene.now, ("还用这个", menu.KNOWN), ("换一个", f"{menu.KNOWN}.new"))
    rest = turn.then or turn.says
    question = Say(words(_OFFERS[slot], value=masked(slot, value)), buttons, case=rest[-1].case)
    says = (*rest[:-1], _asks_last(rest[-1], question))
    return replace(turn, thread=thread, then=says) if turn.then else replace(turn, thread=thread, says=says)


def _asks_last(asked: Say, question: Say) -> Say:
    """The letter whose question is put so; what stood before the question in it stays."""
    if asked.text.code != "joined":
        return question
    return replace(question, text=words("joined", first=asked.text.facts["first"], second=question.text))


def pressed(scene: Scene, rest: str) -> Turn | None:
    """「还用这个」 fills the question, 「换一个」 leaves it open; None where nothing is asked any more."""
    slot = scene.thread.asking
    value = value_of(scene, slot, scene.thread.topic)
    if not filling.wanted(scene) or not slot or not value:
        return None
    if rest:
        return Turn(replace(menu.clear(scene.thread), misses=0), (Say(words(f"ask.{slot}")),))
    return filling.form_turn(scene, {slot: value}, skipped=False)
