"""Grave words in whatever talk: somebody is called at once, and the talk goes on; first of all for who wants to die."""

import re
from dataclasses import replace

from bot.desk.case import Case
from bot.desk.promises import HELD, LIVE
from bot.desk.words import words
from bot.guide import binding, complaint, floor, form, matter, menu, secrecy
from bot.guide.said import Act, Say, Scene, Turn
from bot.guide.thread import Thread
from intents.danger import danger
from intents.grave import grave
from intents.text import normalise
from intents.topic import TopicKind
from intents.understanding import Zone

SELF_HARM = "self_harm"
MAJOR = "major"
THREAT = "threat"
_PIECES = re.compile(r"[，。！？；、\s]+")
_LITTLE = 3
_PERSON = re.compile("人工|客服|真人|坐席|工作人员")
_HURRIES = re.compile("再不|还不|还没|不(?:来|修|办|处理|解决|给|管|行)|拖|推|快|赶紧|信不信|怕不怕|逼|到底|多久|等")
"""What goes with a threat and is no complaint of its own."""
_ENDS = ("confirm", "withdraw")
"""After these acts nobody works on the case any more."""


def heard(scene: Scene) -> tuple[str, ...]:
    """Why a duty leader must hear these words at once; empty for most."""
    return () if scene.said.button and not scene.said.text else grave(scene.said.text)


def comforted(scene: Scene) -> Turn | None:
    """Who wants to die is listened to first: no form, no question, a person at once; None: others, danger besides."""
    if SELF_HARM not in heard(scene) or set(danger(scene.said.text)) - {SELF_HARM}:
        return None
    calm = Say(words("danger.calm"), urgent=True, loose=True)
    staff = floor.held(scene)
    thread = scene.thread if staff else replace(matter.laid_aside(scene.thread), misses=0)
    passed = (floor.PASSED,) if staff else ()
    live = _on(scene, Turn(thread))
    if live:
        after = thread if staff else replace(thread, topic=live.topic, case=live.no)
        return Turn(after, (calm,), acts=passed, case=live.no)
    if binding.PERSON not in scene.books.topics:
        return Turn(thread, (calm,), acts=passed)
    opened = matter.opened(scene, replace(thread, topic=binding.PERSON, slots={}), dict(scene.known), before=(calm,))
    quiet = replace(opened.thread, asking="", pending=(), tries=0)
    return replace(opened, thread=scene.thread if staff else quiet, then=(), acts=passed, aside=staff)


def menaced(scene: Scene) -> Turn | None:
    """A threat against the hall's people: calm words of their own, no crew; None: others, or danger besides."""
    if THREAT not in heard(scene) or set(danger(scene.said.text)) - {THREAT}:
        return None
    calm = Say(words("threat.calm"), urgent=True, loose=True)
    return Turn(replace(menu.clear(scene.thread), misses=0), (calm,))


def followed(scene: Scene, decided: Turn) -> Turn:
    """The turn with a leader called on the case it is about: one under way, the one it opens, else a new complaint."""
    whys = heard(scene)
    if not whys or decided.wants:
        return decided
    base = _quiet(scene) if _idle(scene, decided) or _mere(scene, decided) else decided
    if base.beside:
        return replace(base, beside=replace(base.beside, graves=whys))
    live = _on(scene, base)
    if base.opening and (live is None or base.opening.topic in (complaint.TOPIC, *_danger(scene))):
        then = () if SELF_HARM in whys else base.then
        return replace(base, opening=replace(base.opening, graves=whys), then=then)
    if live:
        return replace(base, acts=(*base.acts, Act("grave", live.no, whys=whys)), case=base.case or live.no)
    return _opened(scene, base, whys)


def _danger(scene: Scene) -> tuple[str, ...]:
    return tuple(code for code, topic in scene.books.topics.items() if topic.kind is TopicKind.DANGER)


def _on(scene: Scene, turn: Turn) -> Case | None:
    """The case under way on which the alert stands: what is acted on, what is talked about, else the nearest."""
    over = {act.case for act in turn.acts if act.what in _ENDS}
    held = [case for case in scene.cases if case.state in HELD and case.no not in over]
    back = {act.case for act in turn.acts if act.what in ("refuse", "reopen")}
    acted = [
        case for case in scene.cases if case.no in {act.case for act in turn.acts} and (case in held or case.no in back)
    ]
    talked = [case for case in held if case.no in (turn.case, scene.thread.case)]
    near = [case for case in binding.meant(scene, tuple(held)) if case.state in LIVE]
    return next(iter((*acted, *talked, *near, *held)), None)


def _idle(scene: Scene, decided: Turn) -> bool:
    """Whether nothing was made of the words but that they were not understood, or a question put again."""
    if decided.opening or decided.beside or decided.acts or any(say.urgent for say in decided.says):
        return False
    topic = scene.books.topics.get(scene.said.understood.intent)
    sure = scene.said.understood.zone is Zone.ANSWER and topic is not None and topic.kind is not TopicKind.TALK
    return not sure and decided.thread.slots == scene.thread.slots


def _mere(scene: Scene, decided: Turn) -> bool:
    """Whether a complaint or a call would begin by a threat alone, of a case under way: it belongs to that case."""
    begins = decided.opening is not None and decided.opening.topic in (complaint.TOPIC, binding.PERSON)
    open_ = [case for case in binding.live(scene) if case.topic not in secrecy.TOPICS]
    if not begins or not open_ or complaint.spoken(scene) or MAJOR in heard(scene):
        return False
    if _PERSON.search(scene.said.text):
        return False
    pieces = [piece for piece in _PIECES.split(normalise(scene.said.text)) if len(piece) > _LITTLE]
    return all(grave(piece) or _HURRIES.search(piece) for piece in pieces)


def _quiet(scene: Scene) -> Turn:
    """The talk as it was; an open form's question once more."""
    thread = replace(scene.thread, misses=0)
    topic = scene.books.topics.get(thread.topic)
    if not thread.draft or not thread.asking or topic is None:
        return Turn(thread)
    asked, question = form.ask(replace(thread, asking=""), topic, thread.asking, scene.now)
    return Turn(replace(asked, tries=thread.tries), then=(question,))


def _opened(scene: Scene, base: Turn, whys: tuple[str, ...]) -> Turn:
    """Nothing is under way: a complaint begins, so that somebody answers for it; a form that is open stays open."""
    code = complaint.TOPIC if complaint.TOPIC in scene.books.topics else binding.PERSON
    if code not in scene.books.topics:
        return base
    busy = bool(base.thread.asking or base.thread.menu or base.says) or floor.held(scene)
    own = scene.thread.draft and scene.thread.topic == code
    wanted = {ask.slot for ask in scene.books.topics[code].asks}
    known = {name: text for name, text in secrecy.known(scene, code).items() if name in wanted}
    told = {**known, **(scene.thread.slots if own else {}), **scene.said.understood.slots}
    thread: Thread = scene.thread if own else replace(matter.laid_aside(scene.thread), topic=code, case="")
    turn = matter.opened(scene, thread, told)
    opening = turn.opening and replace(turn.opening, graves=whys)
    if busy and not own:
        return replace(base, opening=opening, aside=True)
    return replace(turn, opening=opening)
