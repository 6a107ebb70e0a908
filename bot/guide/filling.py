"""The open form of the talk: an answer, a refusal, a question in between, or the end of it."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.desk.case import Secrecy, State
from bot.desk.promises import LIVE
from bot.desk.words import words
from bot.guide import account, binding, complaint, doubting, form, matter, menu, outages, secrecy
from bot.guide.answer import topic_turn
from bot.guide.said import Act, Say, Scene, Turn
from intents.grave import grave
from intents.slots import plausible
from intents.text import choice, normalise, wants_person
from intents.topic import TopicKind
from intents.understanding import Zone

_HOW = re.compile("接了?|搭了?|绕|拆|偷|电表|表箱|调慢|铅封|半夜|晚上|白天")
"""How somebody steals, in words that name no place."""
SEALED = 4
"""Signs of a bare 匿名 or 要保密."""
OPEN = (*LIVE, State.RESOLVED)
"""A case in these states still takes facts."""


def _another_matter(scene: Scene, got: Mapping[str, str]) -> str:
    """A question inside the form: a sure other matter that does not answer the open question."""
    understood, thread = scene.said.understood, scene.thread
    if thread.asking in got or understood.zone is not Zone.ANSWER or understood.intent == thread.topic:
        return ""
    if thread.asking == "address" and form.only_a_place(scene.said.text):
        return ""
    if understood.intent == binding.PERSON and form.declined(scene.said.text) and not wants_person(scene.said.text):
        return ""  # 不想留电话 calls for nobody
    topic = scene.books.topics.get(understood.intent)
    return understood.intent if topic and understood.intent not in ("greeting", "thanks", "goodbye") else ""


def _between(scene: Scene, other: str) -> Turn:
    """Something else is asked in the middle of a form: answered, then the form goes on; no question comes too often."""
    thread = scene.thread
    turn = topic_turn(scene, other)
    topic = scene.books.topics.get(thread.topic)
    later = turn.thread.asking in (*account.ASKED, outages.PLACE)  # it asks back: first this, then that
    begun = turn.thread.topic == other and turn.thread.asking and not later
    if turn.wants or turn.opening or turn.acts or begun or topic is None:
        return turn
    offers = scene.books.topics[other].offer  # what it offers would stand against the open question
    says = (Say(words(f"answer:{other}", **scene.known)),) if offers else turn.says
    here = turn.thread.asking == outages.PLACE and thread.topic == outages.REPORT
    says = (Say(words("outage.first") if here else words("between.later", topic=other)),) if later else says
    says = tuple(replace(say, buttons=()) for say in says)
    if thread.tries >= form.TRIES:
        return Turn(replace(thread, misses=0), says)
    resumed, question = form.ask(replace(thread, asking=""), topic, thread.asking, scene.now)
    return Turn(replace(resumed, tries=thread.tries + 1, misses=0), (*says, question))


def wanted(scene: Scene) -> bool:
    """Whether the open question still has somewhere to go: a form, or a case that takes facts."""
    case = next((case for case in scene.cases if case.no == scene.thread.case), None)
    return scene.thread.draft or (case is not None and case.state in OPEN)


def _elsewhere(scene: Scene, got: Mapping[str, str]) -> bool:
    """A sure matter at another address than the case's: no fact of that case."""
    case = next((case for case in scene.cases if case.no == scene.thread.case), None)
    here, there = case.slots.get("address", "") if case else "", got.get("address", "")
    topic = scene.books.topics.get(scene.said.understood.intent)
    matters = topic is not None and topic.kind is not TopicKind.TALK  # 你好 names no matter
    sure = matters and scene.said.understood.zone is Zone.ANSWER and not scene.said.corrects
    return bool(sure and here and there) and there not in here and here not in there


def _somewhere(scene: Scene, got: Mapping[str, str]) -> bool:
    """Whether what stands for the place of a report may be one; asked again, anything is taken."""
    asked = (
        scene.thread.topic == secrecy.REPORT and scene.thread.asking == "address" and scene.thread.tries < form.TRIES
    )
    found = scene.said.understood.slots.get("address") or scene.said.sort
    return not asked or bool(found) or not _HOW.search(normalise(got.get("address", "")))


def _heard(scene: Scene) -> dict[str, str]:
    """What the message adds to the form; a threat, a bare 匿名 and how somebody steals are no place."""
    thread, text, found = scene.thread, scene.said.text, scene.said.understood.slots
    got = doubting.sure(scene, thread.asking, form.heard(thread, text, scene.now, found, scene.places))
    if thread.asking == "account_no" and not got.get("account_no") and (whole := doubting.whole(scene)):
        got["account_no"] = whole
    sealed = thread.asking != secrecy.SLOT and len(text.strip()) <= SEALED and secrecy.read(text) is not None
    if thread.asking not in found and (sealed or grave(text)):
        got.pop(thread.asking, None)
    if scene.said.sort == "location" and thread.asking == "address":
        got["address"] = text
    return got if _somewhere(scene, got) else {name: told for name, told in got.items() if name != "address"}


def answering(scene: Scene) -> Turn | None:
    """The open question of a form: answered, declined, called off, or a question in between; None: not about it."""
    thread, text = scene.thread, scene.said.text
    if not wanted(scene):
        return None
    if form.cancelled(text) and thread.draft:
        return Turn(replace(matter.laid_aside(thread), topic=""), (Say(words("form.cancelled")),))
    got = _heard(scene)
    doubted = _doubted(scene, got)
    if doubted and doubting.bare(text):
        return doubted
    other = _another_matter(scene, {name: got[name] for name in got if name in scene.said.understood.slots})
    if other and scene.books.topics[other].kind is not TopicKind.DANGER and thread.draft:
        return _between(scene, other)
    if thread.asking == secrecy.SLOT and thread.draft:
        return _how(scene, got)
    if other or (not thread.draft and _elsewhere(scene, got)):
        return None
    if form.declined(text) and thread.asking not in got:
        return form_turn(scene, got, skipped=True)
    if doubted:
        return doubted
    if thread.asking not in got and not thread.draft:
        free = complaint.talked(scene) is not None and choice(text) is None and plausible(normalise(text))
        return form_turn(scene, got, skipped=True, free=free) if got or free else None
    return form_turn(scene, got, skipped=False)


def _doubted(scene: Scene, got: Mapping[str, str]) -> Turn | None:
    """What only seems to answer the question is asked back with the reason; what came with it is kept."""
    thread = scene.thread
    if thread.asking in got or thread.tries >= form.TRIES:
        return None
    turn = doubting.again(scene, replace(thread, slots={**thread.slots, **got}), thread.asking)
    if turn is None or thread.draft or not (got and thread.case):
        return turn
    return replace(turn, acts=(Act("add", thread.case, slots=dict(got)),), case=thread.case)


def _how(scene: Scene, got: Mapping[str, str]) -> Turn:
    """How he wants to be known was asked once: words that say nothing of it belong to the matter, kept confidential."""
    told = secrecy.heard(scene.said.text)
    facts = {name: text for name, text in got.items() if name != secrecy.SLOT}
    return form_turn(scene, facts | {secrecy.SLOT: told or Secrecy.CONFIDENTIAL.value}, skipped=False)


def form_turn(scene: Scene, got: Mapping[str, str], *, skipped: bool, free: bool = False) -> Turn:
    """The form with what was just learnt, be it in free words: the next question, the same again, or the case."""
    thread = scene.thread
    slots = {**thread.slots, **got}
    if got.get("account_no"):
        slots.pop(doubting.PART, None)
    filled = thread.asking in got
    heard = doubting.read_back(scene, thread.asking, got[thread.asking]) if filled else None
    topic = scene.books.topics.get(thread.topic)
    if topic is None:
        return Turn(replace(menu.clear(thread), asking="", draft=False), (Say(words("declined")),))
    if thread.draft:
        if thread.topic in secrecy.TOPICS:
            more = "" if form.nothing_more(scene.said.text) else scene.said.text
            held = secrecy.gathered(thread.held.get(binding.SAID, ""), more)
            thread = replace(thread, held={**thread.held, binding.SAID: held})
        if not filled and not skipped and thread.tries < form.TRIES:
            again, say = form.ask(replace(thread, slots=slots), topic, thread.asking, scene.now)
            return Turn(again, (say,))
        left = thread.pending if filled else (*thread.pending, thread.asking)
        after = replace(menu.clear(thread), slots=slots, asking="", tries=0, pending=left)
        return matter.advance(scene, after, (heard,) if heard else ())
    pending = tuple(slot for slot in thread.pending if slot != thread.asking and slot not in got)
    after = replace(menu.clear(thread), slots=slots, asking="", tries=0, pending=pending)
    acts = (Act("add", thread.case, slots=dict(got)),) if (got or free) and thread.case else ()
    if pending:
        after, say = form.ask(after, topic, pending[0], scene.now)
        return Turn(after, acts=acts, then=(matter.joined(heard, say) if heard else say,), case=thread.case)
    noted = Say(words("form.noted" if acts else "form.enough"))
    return Turn(after, acts=acts, then=(matter.joined(heard, noted) if heard else noted,), case=thread.case)
