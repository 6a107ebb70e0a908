"""While a person of the hall has the floor: the guide only listens, for danger, for complaints, for presses."""

from dataclasses import replace

from bot.desk.case import Case
from bot.guide import binding, complaint, matter, secrecy
from bot.guide.said import Act, Scene, Turn
from bot.guide.thread import Floor

PASSED = Act("pass_on")


def held(scene: Scene) -> bool:
    """Whether a person speaks."""
    return scene.thread.floor is Floor.STAFF


def passed(scene: Scene) -> Turn:
    """The words go to the person who speaks, and belong to his case; a complaint he must not hear is opened beside."""
    if complaint.meant(scene):
        return _complained(scene)
    case = _kept_from_him(scene)
    if case:
        return binding.show(scene, case)
    return Turn(scene.thread, acts=(PASSED,), case=scene.thread.case)


def _kept_from_him(scene: Scene) -> Case | None:
    """The case that the words name and the person who speaks must not learn of."""
    no = scene.said.understood.slots.get("case_no", "")
    hidden = (case for case in scene.cases if scene.thread.speaker in case.hidden_from)
    return next((case for case in hidden if case.no == no or (not no and binding.named(scene, case))), None)


def _complained(scene: Scene) -> Turn:
    """A complaint is opened or goes on, in other hands: who speaks now may be the one it is about."""
    live = complaint.live(scene)
    if live:
        return complaint.joined(scene, live)
    topic = scene.books.topics[complaint.TOPIC]
    wanted = {ask.slot for ask in topic.asks}
    known = {name: text for name, text in secrecy.known(scene, topic.code).items() if name in wanted}
    thread = replace(matter.laid_aside(scene.thread), topic=topic.code, case="")
    turn = matter.opened(scene, thread, known | scene.said.understood.slots)
    return replace(turn, thread=scene.thread, says=(), then=(), aside=True)


def warned(scene: Scene) -> Turn:
    """Danger: safety words at once, the case opens or is added to, and who speaks hears it too."""
    turn = matter.danger(scene)
    acts = (*turn.acts, PASSED)
    return replace(turn, thread=scene.thread, acts=acts, then=(), aside=True, case=scene.thread.case)
