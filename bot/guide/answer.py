"""Which room answers a matter: a case, an account, figures of the hall's own, or the handbook's words."""

from dataclasses import replace

from bot.desk.words import words
from bot.guide import (
    account,
    alarm,
    binding,
    complaint,
    matter,
    menu,
    opening,
    outages,
    prices,
    returning,
    secrecy,
    underway,
    withdrawing,
)
from bot.guide.said import Say, Scene, Turn
from bot.guide.telling import with_slots
from bot.guide.thread import Thread
from intents.text import choice
from intents.topic import Topic, TopicKind

UNLIKELY = 0.05
"""What is less likely than this is not offered as a choice."""
OWED = ("查我家欠不欠费", "account.begin.pay")


def topic_turn(scene: Scene, code: str) -> Turn:
    """The turn a matter asks for, by its kind."""
    special = {
        "progress": underway.progress,
        "urge": underway.urge,
        "human_agent": matter.human,
        withdrawing.TOPIC: withdrawing.turn,
    }
    if code in special and code in scene.books.topics:
        return special[code](scene)
    topic = scene.books.topics.get(code)
    if topic is None or (code == complaint.TOPIC and complaint.agrees(scene)):
        return matter.miss(scene)
    if topic.kind is TopicKind.DANGER:
        return alarm.raised(scene)
    answer = Say(words(f"answer:{code}", **scene.known))
    if topic.kind is TopicKind.TALK:
        return Turn(replace(scene.thread, misses=0), (answer,))
    lesser = complaint.kept(scene, code) if code != complaint.TOPIC else None
    if lesser:
        return lesser
    if topic.opens_case and not topic.offer:
        return matter.begin(scene, code, before=_intro(topic))
    if topic.opens_case:
        return _offered(scene, code, answer)
    return _own(scene, code) or Turn(_about(scene, code), (answer,))


def _about(scene: Scene, code: str) -> Thread:
    """The talk is about this matter now, and knows what was just told."""
    thread = matter.turned(scene.thread, code)
    thread = replace(menu.clear(thread), topic=code, misses=0, asking="", begun_at=scene.said.at)
    return with_slots(thread, **scene.said.understood.slots)


def _offered(scene: Scene, code: str, answer: Say) -> Turn:
    """Answered first; a case is offered, or said to be under way."""
    live = matter.live_case(scene, code)
    if live:
        turn = matter.already(scene, live)
        return replace(turn, says=(answer, *turn.says))
    old = returning.asks(scene, scene.books.topics[code], scene.said.understood.slots)
    if old:
        return returning.old_or_new(replace(scene, thread=_about(scene, code)), scene.books.topics[code], old, answer)
    options = ("现在登记办理", f"open.{code}"), ("先不用", menu.LATER)
    thread, buttons = menu.offer(_about(scene, code), scene.now, *options)
    chosen = bool(scene.said.button) or choice(scene.said.text) is not None
    said = (scene.thread.held.get(binding.SAID, "") if chosen else "") or scene.said.text
    thread = replace(thread, held={binding.SAID: said})
    return Turn(thread, (matter.joined(answer, Say(words("offer", topic=code), buttons)),))


def _own(scene: Scene, code: str) -> Turn | None:
    """Matters answered from the hall's own data; None: by the handbook alone."""
    thread = replace(matter.laid_aside(scene.thread), topic=code, misses=0, begun_at=scene.said.at)
    named = scene.said.understood.slots.get("account_no", "")
    mine = scene.looks and (len(scene.proven) == 1 or bool(named))
    if code == "hall_info" and scene.books.calendar.hours:
        return opening.turn(scene)
    if code == "planned_outage" and scene.said.understood.slots.get("address"):
        code = "outage_query"  # what is announced for a place is looked up as what is out there now
    if code == "outage_query":
        return account.begin(scene, code) if named and scene.looks else outages.turn(scene)
    if (code == "tier_price" and mine) or (code == "pay" and scene.looks and len(scene.proven) == 1):
        return account.begin(scene, code)
    if code == "tier_price":
        return prices.turn(scene, thread)
    if code == "pay" and scene.looks:
        after, buttons = menu.offer(thread, scene.now, OWED)
        return Turn(after, (Say(words("answer:pay", **scene.known), buttons),))
    if account.concerns(scene, code) and scene.looks:
        return account.begin(scene, code)
    return None


def _intro(topic: Topic) -> tuple[Say, ...]:
    """What is said when a case begins at once: the topic's own answer, before the first question."""
    return (Say(words(f"brief:{topic.code}")),) if topic.answer.strip() else ()


def choose(scene: Scene) -> Turn:
    """Between two or three: a short list and a question instead of one guess."""
    understood = scene.said.understood
    scores = (*understood.scores, *(0.0 for _ in understood.candidates))
    likely = [code for code, score in zip(understood.candidates, scores, strict=False) if score >= UNLIKELY]
    known = [code for code in likely or understood.candidates[:1] if code in scene.books.topics][:3]
    same = _all_of_one(scene, known)
    if same:
        return same
    options = [(scene.books.topics[code].name, f"topic.{code}") for code in known]
    thread, buttons = menu.offer(scene.thread, scene.now, *options, ("都不是", "none"))
    held = {**understood.slots, binding.SAID: scene.said.text}  # of what is chosen these are the facts and words
    said = Say(words("choose", count=len(options) + 1), buttons)
    private = bool(set(known) & set(secrecy.TOPICS))
    return Turn(replace(thread, misses=0, held=held), (said,), private=private)


def _all_of_one(scene: Scene, codes: list[str]) -> Turn | None:
    """A report of what is under way and a word to hurry it mean the same case: no choice is needed."""
    if "urge" not in codes:
        return None
    live = binding.meant(scene, binding.live(scene))
    rest = [code for code in codes if code not in ("urge", "progress")]
    one = len(live) == 1 and rest == [live[0].topic] and matter.live_case(scene, rest[0]) == live[0]
    return underway.urge(scene) if one else None
