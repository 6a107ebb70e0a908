"""While a person of the hall has the floor: the guide only listens, for danger, for complaints, for presses."""

from dataclasses import replace

from bot.desk.case import Case
from bot.desk.promises import LIVE
from bot.guide import alarm, binding, complaint, matter, secrecy
from bot.guide.said import Act, Scene, Turn
from bot.guide.thread import Floor
from intents.understanding import Zone

PASSED = Act("pass_on")


def held(scene: Scene) -> bool:
    """Whether a person speaks."""
    return scene.thread.floor is Floor.STAFF


def passed(scene: Scene) -> Turn:
    """The words go to the person who speaks, and belong to his case; a complaint he must not hear is opened beside."""
    if complaint.meant(scene):
        return _aside(scene, complaint.TOPIC)
    if _reported(scene):
        return _aside(scene, secrecy.REPORT)
    case = _kept_from_him(scene)
    if case:
        return binding.show(scene, case)
    return Turn(scene.thread, acts=(PASSED,), case=scene.thread.case)


def _kept_from_him(scene: Scene) -> Case | None:
    """The case that the words name and the person who speaks must not learn of."""
    no = scene.said.understood.slots.get("case_no", "")
    hidden = (case for case in scene.cases if scene.thread.speaker in case.hidden_from)
    return next((case for case in hidden if case.no == no or (not no and binding.named(scene, case))), None)


def _reported(scene: Scene) -> bool:
    """Whether somebody else is reported for stealing electricity: told to the hall, not to whoever happens to speak."""
    heard = scene.said.understood
    return heard.zone is Zone.ANSWER and heard.intent == secrecy.REPORT and secrecy.REPORT in scene.books.topics


def _aside(scene: Scene, code: str) -> Turn:
    """A complaint or report is opened or goes on, in other hands: who speaks now may be the one it is about."""
    live = next((case for case in scene.cases if case.topic == code and case.state in LIVE), None)
    if live and code == complaint.TOPIC:
        return complaint.joined(scene, live)
    if live:
        return binding.add(scene, (live,), scene.said.understood.slots, "sent.case")
    topic = scene.books.topics[code]
    wanted = {ask.slot for ask in topic.asks}
    known = {name: text for name, text in secrecy.known(scene, topic.code).items() if name in wanted}
    thread = replace(matter.laid_aside(scene.thread), topic=topic.code, case="")
    turn = matter.opened(scene, thread, known | scene.said.understood.slots)
    return replace(turn, thread=scene.thread, says=(), then=(), aside=True)


def warned(scene: Scene) -> Turn:
    """Danger: safety words at once, the case opens or is added to, and who speaks hears it too."""
    turn = alarm.raised(scene)
    confided = turn.beside is not None or bool(turn.case)
    heard = replace(PASSED, words=alarm.told(scene)) if confided else PASSED
    case = turn.case if confided else scene.thread.case
    asked = turn.beside is not None and scene.thread.draft  # what was asked about has opened
    thread = replace(matter.laid_aside(scene.thread), topic="") if asked else scene.thread
    return replace(turn, thread=thread, acts=(*turn.acts, heard), then=(), aside=True, case=case)
