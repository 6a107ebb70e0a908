"""The open form of the talk: an answer, a refusal, a question in between, or the end of it."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.desk.case import Secrecy, State
from bot.desk.promises import LIVE
from bot.desk.words import words
from bot.guide import account, binding, complaint, doubting, form, matter, menu, numbers, outages, secrecy
from bot.guide.answer import topic_turn
from bot.guide.said import Act, Say, Scene, Turn
from bot.guide.supply import Tail
from intents.grave import grave
from intents.slots import plausible
from intents.text import HAN, choice, normalise, wants_person
from intents.topic import TopicKind
from intents.understanding import Zone

_HOW = re.compile("接了?|搭了?|绕|拆|偷|电表|表箱|调慢|铅封|半夜|晚上|白天")
"""How somebody steals, in words that name no place."""
_QUESTION = re.compile(
    "(?:[吗么嘛？]|没有呢)$|多少|什么时候|怎么(?!都)|几点|哪[里儿个](?!都)|多久|能不能|可不可以|是不是|要不要|有没有|会不会|为什么|为啥|啥时候|多长时间"
)
_OUR_PHONE = re.compile("(?:你们|营业厅|客服|供电所|热线|单位|人工)的?(?:服务)?(?:电话|热线|号码)|^电话(?:是)?多少")
_ABOUT = re.compile(
    f"(?:就|我|家|住|在|是|我们|这边|大概|停的)*([{HAN}]{{2,12}}?)(?:的)?(?:那边|这边|那一带|这一带|一带|那一?块|这一?块|那儿|那里|那一?片|这一?片|附近)(?:的|啊|呀|吧|了|哦)*"
)
"""A part of the town and no door."""
_ROOMS = ("outage_query", "planned_outage")
"""What they would ask for is asked already."""
_TOWN = re.compile("[镇乡县]|街道")
_PERSONS = re.compile("[你我他她它您人谁]|家里?$|单位|小区$|哪|什么|电|楼|房")
SEALED = 4
"""Signs of a bare 匿名 or 要保密."""
OPEN = (*LIVE, State.RESOLVED)
"""A case in these states still takes facts."""


def _another_matter(scene: Scene, got: Mapping[str, str]) -> str:
    """A question inside the form: a sure other matter that does not answer the open question."""
    understood, thread = scene.said.understood, scene.thread
    if thread.asking in got or understood.zone is not Zone.ANSWER or understood.intent == thread.topic:
        return ""
    if form.nothing_more(scene.said.text) or (thread.asking == "address" and form.only_a_place(scene.said.text)):
        return ""
    if thread.asking == "address" and _part_of_town(scene.said.text):
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
    if other and thread.draft and scene.books.topics[other].kind is not TopicKind.DANGER:
        hurries = other == "urge" and not binding.live(scene)
        return _put_again(scene, "between.hurry") if hurries else _between(scene, other)
    if thread.asking == secrecy.SLOT and thread.draft:
        return _how(scene, got)
    if other or (not thread.draft and _elsewhere(scene, got)):
        return None
    if form.declined(text) and thread.asking not in got:
        return form_turn(scene, got, skipped=True)
    return _vague(scene, got) or _no_answer(scene, got) or doubted or _taken(scene, got)


def _no_answer(scene: Scene, got: Mapping[str, str]) -> Turn | None:
    """Something is asked that is not surely understood; None: nothing is."""
    asks = scene.thread.draft and scene.thread.asking not in got and _asks(scene.said.text)
    return _unsure(scene) if asks else None


def _taken(scene: Scene, got: Mapping[str, str]) -> Turn | None:
    """What was heard is taken; of a case that is open already only what fits."""
    thread, text = scene.thread, scene.said.text
    if thread.asking not in got and not thread.draft:
        free = complaint.talked(scene) is not None and choice(text) is None and plausible(normalise(text))
        return form_turn(scene, got, skipped=True, free=free) if got or free else None
    return form_turn(scene, got, skipped=False)


def _asks(text: str) -> bool:
    """Whether a text asks something, and so is no try to answer."""
    plain = normalise(text).strip("。！~ ")
    return any(sign.isalnum() for sign in plain) and bool(_QUESTION.search(plain))


def _unsure(scene: Scene) -> Turn:
    """A question that is not surely understood: the nearest is answered, else said so; the form's own stays, once."""
    heard, thread = scene.said.understood, scene.thread
    near = heard.candidates[0] if heard.candidates and heard.zone is Zone.CHOOSE else ""
    near = "hall_info" if _OUR_PHONE.search(normalise(scene.said.text)) else near
    topic = scene.books.topics.get(near)
    if near in _ROOMS:
        topic = None
    if topic and near != thread.topic and topic.kind is TopicKind.ANSWER and not topic.opens_case:
        return _between(scene, near)
    return _put_again(scene, "between.unsure")


def _put_again(scene: Scene, code: str) -> Turn:
    """A word, and the open question where it was not put too often."""
    thread = scene.thread
    if thread.tries >= form.TRIES:
        return Turn(replace(thread, misses=0), (Say(words(code)),))
    asked, question = form.ask(replace(thread, asking=""), scene.books.topics[thread.topic], thread.asking, scene.now)
    said = matter.joined(Say(words(code)), question)
    return Turn(replace(asked, tries=thread.tries + 1, misses=0), (said,))


def _part_of_town(text: str) -> str:
    """The place of 「丽阳门那边」, which names no door; empty: other words."""
    found = _ABOUT.fullmatch(normalise(text).replace(" ", "").strip("，。！~"))
    return found[1] if found and not _PERSONS.search(found[1]) else ""


def _vague(scene: Scene, got: Mapping[str, str]) -> Turn | None:
    """「丽阳门那边」: kept, and asked once to be made whole; what is told then is put behind it; None: other words."""
    thread, told = scene.thread, got.get("address", "")
    if not thread.draft or thread.asking != "address" or thread.topic in secrecy.TOPICS or scene.said.sort:
        return None
    old = thread.slots.get("address", "")
    if old:
        if not told:
            return None if _asks(scene.said.text) else form_turn(scene, {**got, "address": old}, skipped=False)
        whole = told if old in told or _TOWN.search(told) else f"{old}{told}"
        return form_turn(scene, {**got, "address": whole}, skipped=False)
    place = _part_of_town(scene.said.text)
    if not place:
        return None
    asking = replace(menu.clear(thread), slots={**thread.slots, **got, "address": place}, tries=form.TRIES, misses=0)
    return Turn(asking, (Say(words("ask.address.more", place=place)),))


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
        if not skipped and (no := numbers.kept(scene, dict(got))):
            return numbers.stays(scene, replace(thread, slots=slots), topic, no)
        if not filled and not skipped and thread.tries < form.TRIES:
            again, say = form.ask(replace(thread, slots=slots), topic, thread.asking, scene.now)
            return Turn(again, (numbers.hurried(scene, say),))
        left = thread.pending if filled else (*thread.pending, thread.asking)
        after = replace(menu.clear(thread), slots=slots, asking="", tries=0, pending=left)
        return matter.advance(scene, after, (heard,) if heard else ())
    no = numbers.kept(scene, dict(got))
    pending = tuple(slot for slot in thread.pending if (slot != thread.asking or no) and slot not in got)
    heard = Say(words("number.kept", tail=Tail(no))) if no else heard
    after = replace(menu.clear(thread), slots=slots, asking="", tries=0, pending=pending)
    acts = (Act("add", thread.case, slots=dict(got)),) if (got or free) and thread.case else ()
    if pending:
        after, say = form.ask(after, topic, pending[0], scene.now)
        return Turn(after, acts=acts, then=(matter.joined(heard, say) if heard else say,), case=thread.case)
    noted = Say(words("form.noted" if acts else "form.enough"))
    return Turn(after, acts=acts, then=(matter.joined(heard, noted) if heard else noted,), case=thread.case)
