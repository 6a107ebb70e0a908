"""A press, or the text that stands for one: what it means depends on what was asked, and by whom."""

from dataclasses import replace

from bot.desk.case import Case, State
from bot.desk.promises import HELD, LIVE
from bot.desk.words import words
from bot.guide import (
    account,
    answer,
    asides,
    binding,
    bringing,
    care,
    complaint,
    filling,
    floor,
    known,
    matter,
    menu,
    outages,
    righting,
    withdrawing,
)
from bot.guide.said import Act, Say, Scene, Turn

HUMAN = ("转人工", "human")


def _own(scene: Scene, no: str) -> Case | None:
    return next((case for case in scene.cases if case.no == no), None)


def _stale(scene: Scene) -> Turn:
    return Turn(scene.thread, (Say(words("button.stale"), loose=True),))


def _verdict(scene: Scene, value: str, beside: str = "") -> Turn | None:
    """A press that belongs to a case: confirm, refuse, reopen, rate, urge, consent; None if it is no such press."""
    what, _, rest = value.partition(".")
    if what == "pleased":
        return _pleased(scene, *rest.split(".", 1))
    score, _, no = rest.partition(".") if what == "rate" else ("", "", rest)
    allowed = {
        "confirm": (State.RESOLVED,),
        "refuse": (State.RESOLVED,),
        "reopen": (State.CLOSED,),
        "rate": (State.CLOSED, State.RESOLVED),
        "urge": LIVE,
        "consent": HELD,
        "decline": HELD,
    }
    if what not in allowed:
        return None
    no, _, stamp = no.partition(".")
    case = _own(scene, no)
    if case is None or case.state not in allowed[what]:
        return _stale(scene)
    if what == "rate":
        open_question = case.rating is not None and case.rating.score is None
        if not open_question or score not in ("1", "2", "3", "4", "5"):
            return _stale(scene)
        return Turn(menu.clear(scene.thread), acts=(Act("rate", no, score=int(score), words=beside),))
    if what in ("consent", "decline") and not menu.waits(case, what, stamp):
        return _stale(scene)
    offered = value in [option.value for option in scene.thread.menu]
    held = scene.thread.held.get(binding.SAID, "") if offered and what in ("refuse", "reopen") else ""
    return Turn(replace(menu.clear(scene.thread), held={}), acts=(Act(what, no, words=beside or held),))


def _pleased(scene: Scene, score: str, no: str) -> Turn:
    """「满意」 of a case that is done: it is, and that is its score."""
    case = _own(scene, no)
    if case is None or case.state is not State.RESOLVED:
        return _stale(scene)
    acts = (Act("confirm", no, words=menu.CONFIRM[0][0]), Act("rate", no, score=int(score)))
    return Turn(replace(menu.clear(scene.thread), held={}), acts=acts)


def pressed(scene: Scene, value: str) -> Turn:
    """A button, or the text that stands for one; what was not offered to this customer changes nothing."""
    verdict = _verdict(scene, value)
    if verdict:
        return verdict
    thread = scene.thread
    if value == HUMAN[1] and floor.held(scene):
        return floor.passed(scene)
    if value == HUMAN[1]:
        return answer.topic_turn(replace(scene, thread=menu.clear(thread)), "human_agent")
    if value not in [option.value for option in thread.menu]:
        return _stale(scene)
    kept = withdrawing.stands(scene) if value == menu.LATER else None
    if kept:
        return kept
    scene = replace(scene, thread=menu.clear(thread))
    what, _, rest = value.partition(".")
    if what == "topic":
        facts = {name: told for name, told in thread.held.items() if name not in binding.BESIDE_FACTS}
        heard = replace(scene.said.understood, slots={**facts, **scene.said.understood.slots})
        scene = replace(scene, said=replace(scene.said, understood=heard))
        return answer.topic_turn(scene, rest)
    if what == "open" and rest in scene.books.topics:
        return matter.begin(scene, rest, fresh=True)
    if what == "slot" and filling.wanted(scene):
        slot, _, filled = rest.partition(".")
        return filling.form_turn(scene, {slot: filled} if filled else {}, skipped=not filled)
    own = _room(scene, what, rest)
    if own or value != menu.LATER:
        return own or _stale(scene)
    return Turn(replace(scene.thread, held={}), (Say(words("declined")),))


def _room(scene: Scene, what: str, rest: str) -> Turn | None:
    """A press that one room alone knows."""
    if what == "none":
        return matter.miss(scene)
    if what == menu.KNOWN:
        return known.pressed(scene, rest)
    if what == righting.FIX:
        return righting.pressed(scene, rest)
    if what in ("show", "add"):
        return binding.pressed(scene, what, rest)
    if what == "care":
        return care.pressed(scene, rest)
    if what == "brought":
        return bringing.pressed(scene, rest)
    if what == asides.LEAD:
        return asides.pressed(scene, rest)
    if what == "account":
        return account.pressed(scene, rest)
    if what == "report" and outages.REPORT in scene.books.topics:
        return outages.report(scene)
    return withdrawing.pressed(scene, rest) if what == "withdraw" else None


def _without_words(act: Act) -> Act:
    """A score or a yes alone."""
    return replace(act, words="" if act.what == "rate" else menu.CONFIRM[act.what != "confirm"][0])


def chosen(scene: Scene) -> Turn | None:
    """An open question answered by a number, a label or a few words, also with more words behind it."""
    said, reopen_from = scene.said, scene.now - scene.books.rules.reopen
    value = menu.chosen(scene.thread, scene.cases, said.text, reopen_from, scene.asked)
    if value:
        return pressed(scene, value)
    value, beside = menu.worded(scene.thread, scene.cases, said.text)
    verdict = _verdict(scene, value, beside) if value else None
    if verdict and verdict.acts and complaint.meant(scene):
        after = replace(scene, thread=verdict.thread)
        complained = floor.passed(after) if floor.held(scene) else answer.topic_turn(after, complaint.TOPIC)
        bare = tuple(_without_words(act) for act in verdict.acts)  # of a complaint the one complained of reads nothing
        joined = next((act.case for act in complained.acts if act.what == "add"), "")
        return replace(complained, acts=(*bare, *complained.acts), case=complained.case or joined)
    return verdict
