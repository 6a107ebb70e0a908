"""Danger beside a matter that is nobody else's business: the crew hears of the danger, and of nothing else."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.desk.case import Case, Secrecy
from bot.desk.opening import Opening
from bot.desk.promises import LIVE
from bot.desk.words import Words, words
from bot.guide import complaint, matter, menu, secrecy
from bot.guide.said import Act, Scene, Turn
from bot.guide.thread import Thread
from intents.danger import danger
from intents.text import normalise
from intents.topic import TopicKind
from intents.understanding import Understanding, Zone

_REPORTS = re.compile("举报|偷电|窃电|盗电|偷着?用电|表前|电表前|绕[过开]?了?电?表|私[拉接搭]")
_THEFT = re.compile(
    "举报.{0,12}(?:偷|窃|盗|私)|(?:他|她|邻居|隔壁|楼上|楼下|对门|有人|人家|家).{0,8}(?:偷电|窃电|盗电)"
)
_PLACE = re.compile("[号幢栋楼层室组村路巷街]|小区")
_PARTS = re.compile(r"[，,、。.！!？?；;\n]")


def calm(scene: Scene) -> Scene:
    """What only sounds like danger, with no word of danger in it: how somebody steals, that it is back, who laughed."""
    heard, text = scene.said.understood, scene.said.text
    if not _alarming(scene, heard) or danger(text) or scene.said.button:
        return scene
    if heard.intent == secrecy.REPORT:
        return _heard(scene, replace(heard, danger=False))
    theft = secrecy.REPORT in heard.candidates[:2] or bool(_REPORTS.search(normalise(text)))
    reported = theft and _under_way(scene) == secrecy.REPORT
    unsure = heard.zone is not Zone.ANSWER
    complained = unsure and complaint.talked(scene) is not None and bool(complaint.named(scene, text))
    if reported or complained or menu.done(text):
        return _heard(scene, replace(heard, danger=False, zone=Zone.REFUSE, intent="out_of_scope"))
    return scene


def _heard(scene: Scene, understood: Understanding) -> Scene:
    return replace(scene, said=replace(scene.said, understood=understood))


def _alarming(scene: Scene, heard: Understanding) -> bool:
    topic = scene.books.topics.get(heard.intent)
    return heard.danger or (topic is not None and topic.kind is TopicKind.DANGER)


def _own(scene: Scene) -> Case | None:
    """The private case this talk is about."""
    thread = scene.thread
    return next(
        (
            case
            for case in scene.cases
            if case.no == thread.case and case.topic == thread.topic in secrecy.TOPICS and case.state in LIVE
        ),
        None,
    )


def _under_way(scene: Scene) -> str:
    """The private matter that is asked about or talked of; empty: none."""
    if scene.thread.draft and scene.thread.topic in secrecy.TOPICS:
        return scene.thread.topic
    case = _own(scene)
    return case.topic if case else ""


def _begun(scene: Scene) -> str:
    """The private matter that these very words bring."""
    text = normalise(scene.said.text)
    if complaint.meant(scene):
        return complaint.TOPIC
    near = secrecy.REPORT in scene.said.understood.candidates[:2] and _REPORTS.search(text)
    reports = secrecy.REPORT in scene.books.topics and (near or _THEFT.search(text))
    return secrecy.REPORT if reports else ""


def told(scene: Scene) -> Words | str:
    """What of the words is about the danger and where it is, and nothing else."""
    pieces = [piece.strip() for piece in _PARTS.split(scene.said.text)]
    plain = [piece for piece in pieces if piece and not _confided(scene, piece)]
    kept = [piece for piece in plain if danger(piece) or _PLACE.search(piece)]
    if any(danger(piece) for piece in kept):
        return "，".join(kept)
    return words("danger.told") if _confided(scene, scene.said.text) else scene.said.text


def _confided(scene: Scene, text: str) -> bool:
    """Whether words belong to the private matter: whom it is about, that one reports or complains, who one is."""
    bare = normalise(text)
    asks = secrecy.read(text) is not None or bool(_REPORTS.search(bare)) or complaint.spoken_of(bare)
    name = scene.said.understood.slots.get("name", "")
    return asks or bool(name and name in text) or bool(complaint.named(scene, text))


def raised(scene: Scene) -> Turn:
    """Danger: safety words and the case at once; what is confided beside it stays where it belongs."""
    begun, here = _begun(scene), _under_way(scene)
    topic = begun or here
    if not topic:
        return matter.danger(scene)
    live = next((case for case in (_own(scene), *scene.cases) if case and _goes_on(case, topic)), None)
    turn = matter.danger(replace(scene, known=_known(scene, topic, live), thread=_bare(scene, topic)))
    said = told(scene)
    shy = _shy(scene, live)
    acts = tuple(replace(act, words=said, slots=_slots(scene, act.slots, topic)) for act in turn.acts)
    opening = turn.opening and replace(
        turn.opening,
        said=said,
        slots=_slots(scene, turn.opening.slots, topic),
        talking_with="" if scene.thread.speaker in shy else turn.opening.talking_with,
        links=(),
        avoiding=shy,
    )
    of_it = next((act.case for act in acts if act.what == "add"), "")
    then = tuple(replace(say, case=of_it) for say in turn.then)
    turn = replace(turn, opening=opening, acts=acts, then=then)
    if live:
        joins = Act("add", live.no, words=scene.said.text)
        return replace(turn, acts=(joins, *acts), case=live.no)
    return replace(turn, beside=_beside(scene, topic, drafted=topic == here), case=scene.thread.number)


def _goes_on(case: Case, topic: str) -> bool:
    return case.topic == topic and case.state in LIVE


def _shy(scene: Scene, live: Case | None) -> tuple[str, ...]:
    """Who is complained of is not sent to the danger either, where anybody else can go."""
    named = complaint.named(scene, scene.said.text)
    talker = (scene.thread.speaker,) if scene.thread.speaker and complaint.spoken(scene) else ()
    return tuple(dict.fromkeys((*named, *talker, *(live.named if live else ()))))


def _quiet(scene: Scene, topic: str, live: Case | None) -> bool:
    """Whether the danger must not tell whose words it comes from."""
    asked = secrecy.read(scene.said.text) or (live.secrecy if live else Secrecy.OPEN)
    return topic == secrecy.REPORT or asked is not Secrecy.OPEN


def _known(scene: Scene, topic: str, live: Case | None) -> dict[str, str]:
    """What the danger may take of what the hall knows: of a reporter nothing."""
    drafted = scene.thread.slots if scene.thread.draft and topic == secrecy.REPORT else {}
    place = drafted.get("address") or (live.slots.get("address", "") if live and topic == secrecy.REPORT else "")
    if _quiet(scene, topic, live):
        return {"address": place} if place else {}
    return dict(scene.known)


def _bare(scene: Scene, topic: str) -> Thread:
    """The thread without the private matter's own facts."""
    return matter.laid_aside(scene.thread) if scene.thread.topic == topic else scene.thread


def _slots(scene: Scene, slots: Mapping[str, str], topic: str) -> dict[str, str]:
    """The danger's facts; a reporter's name is none, nor is his account."""
    gone = ("name", "account_no") if topic == secrecy.REPORT or secrecy.read(scene.said.text) else ()
    return {name: text for name, text in slots.items() if name not in gone}


def _beside(scene: Scene, topic: str, *, drafted: bool) -> Opening:
    """The private matter opens with what is known so far: nothing more is asked while there is danger."""
    wanted = {ask.slot for ask in scene.books.topics[topic].asks}
    thread = scene.thread if drafted else replace(matter.laid_aside(scene.thread), topic=topic, case="")
    known = {name: text for name, text in secrecy.known(scene, topic).items() if name in wanted}
    slots = {**known, **(thread.slots if drafted else {}), **scene.said.understood.slots}
    return matter.opening_for(scene, thread, scene.books.topics[topic], slots, ())
