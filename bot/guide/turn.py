"""One turn of talk: what was heard → what to say, what to start; danger comes first."""

from dataclasses import replace

from bot.desk.case import Case, State
from bot.desk.opening import LIVE
from bot.desk.words import words
from bot.guide import account, answer, asking, complaint, filling, form, matter, menu, outages, withdrawing
from bot.guide.said import Act, Say, Scene, Turn
from bot.guide.thread import Floor, Thread
from intents.text import choice, wants_person
from intents.topic import TopicKind
from intents.understanding import Zone

HUMAN = ("转人工", "human")


def _reply(thread: Thread, *says: Say, **more: object) -> Turn:
    return Turn(thread, says, **more)  # type: ignore[arg-type] # the fields of Turn by name


def _own(scene: Scene, no: str) -> Case | None:
    return next((case for case in scene.cases if case.no == no), None)


def _verdict(scene: Scene, value: str) -> Turn | None:
    """A press that belongs to a case: confirm, refuse, reopen, rate, urge; None if it is no such press."""
    what, _, rest = value.partition(".")
    score, _, no = rest.partition(".") if what == "rate" else ("", "", rest)
    allowed = {
        "confirm": (State.RESOLVED,),
        "refuse": (State.RESOLVED,),
        "reopen": (State.CLOSED,),
        "rate": (State.CLOSED, State.RESOLVED),
        "urge": LIVE,
    }
    if what not in allowed:
        return None
    case = _own(scene, no)
    stale = case is None or case.state not in allowed[what]
    if case is None or stale:
        return _reply(scene.thread, Say(words("button.stale")))
    if what == "rate":
        open_question = case.rating is not None and case.rating.score is None
        if not open_question or score not in ("1", "2", "3", "4", "5"):
            return _reply(scene.thread, Say(words("button.stale")))
        return Turn(menu.clear(scene.thread), acts=(Act("rate", no, score=int(score)),))
    return Turn(menu.clear(scene.thread), acts=(Act(what, no),))


def _pressed(scene: Scene, value: str) -> Turn:
    """A button, or the text that stands for one; what was not offered to this customer changes nothing."""
    verdict = _verdict(scene, value)
    if verdict:
        return verdict
    thread = scene.thread
    if value == HUMAN[1]:
        return answer.topic_turn(replace(scene, thread=menu.clear(thread)), "human_agent")
    if value not in [option.value for option in thread.menu]:
        return _reply(thread, Say(words("button.stale")))
    scene = replace(scene, thread=menu.clear(thread))
    what, _, rest = value.partition(".")
    if what == "topic":
        return answer.topic_turn(scene, rest)
    if what == "open" and rest in scene.books.topics:
        return matter.begin(scene, rest, fresh=True)
    if what == "slot" and filling.wanted(scene):
        slot, _, filled = rest.partition(".")
        return filling.form_turn(scene, {slot: filled} if filled else {}, skipped=not filled)
    own = _room(scene, what, rest)
    return own or _reply(scene.thread, Say(words("declined" if value == menu.LATER else "button.stale")))


def _room(scene: Scene, what: str, rest: str) -> Turn | None:
    """A press that one room alone knows."""
    if what == "none":
        return matter.miss(scene)
    if what == "account":
        return account.pressed(scene, rest)
    if what == "report" and outages.REPORT in scene.books.topics:
        return outages.report(scene)
    return withdrawing.pressed(scene, rest) if what == "withdraw" else None


def _understood(scene: Scene) -> Turn:
    """No open question is answered: the matter itself."""
    understood = scene.said.understood
    if scene.said.sort:
        return matter.sent(scene)
    if scene.said.files and not scene.said.text.strip():
        return matter.pictures(scene)
    if not scene.said.text.strip():
        return _reply(scene.thread, Say(words("empty")))
    topic = scene.books.topics.get(understood.intent)
    if understood.zone is Zone.ANSWER and topic and topic.kind is TopicKind.DANGER:
        return matter.doubtful(scene)
    more = complaint.kept(scene, complaint.TOPIC) if complaint.near(scene) else None
    following = more or asking.following(scene)
    if following:
        return following
    bare = matter.told(scene) if understood.zone is not Zone.ANSWER else None
    if bare:
        return bare
    if understood.zone is Zone.ANSWER:
        turn = answer.topic_turn(scene, understood.intent)
        others = tuple(code for code in understood.matters if code != understood.intent and code in scene.books.topics)
        return answer.mention(scene, turn, others) if others else turn
    if understood.zone is Zone.CHOOSE:
        return answer.choose(scene)
    return matter.pictures(scene) if scene.said.files else matter.miss(scene)


def _with_a_person(scene: Scene) -> Turn:
    """Somebody of the hall has the floor: the words are passed on; a complaint is opened all the same, beside it."""
    passed = Act("pass_on")
    if complaint.meant(scene) and complaint.live(scene) is None:
        turn = answer.topic_turn(scene, complaint.TOPIC)
        if turn.opening:
            return replace(turn, thread=scene.thread, says=(), then=(), acts=(passed,), aside=True)
    return Turn(scene.thread, acts=(passed,))


def _asked(scene: Scene) -> Turn | None:
    """What comes before the matter itself: a correction, a complaint, a case taken back, an open question."""
    corrected = matter.correct(scene) if scene.said.corrects else None
    if corrected:
        return corrected
    if not scene.thread.draft and withdrawing.wished(scene):
        return withdrawing.turn(scene)
    own = scene.thread.draft and scene.thread.topic == complaint.TOPIC
    if complaint.waived(scene):
        thread = replace(matter.laid_aside(scene.thread), topic="") if own else scene.thread
        return _reply(thread, Say(words("declined")))
    if complaint.meant(scene) and not own:
        return answer.topic_turn(scene, complaint.TOPIC)
    if asking.open_(scene):
        return asking.answering(scene)
    return filling.answering(scene) if scene.thread.asking else None


def turn(scene: Scene) -> Turn:
    """A bare proof, danger, the press or number, who has the floor, the open question, then the matter."""
    said, thread = scene.said, scene.thread
    told = asking.told_sign(scene) if thread.floor is not Floor.STAFF else None
    if told:
        return told
    if said.understood.danger and not form.nothing_more(said.text):
        return matter.danger(scene)
    if said.button:
        return _pressed(scene, said.button)
    if wants_person(said.text):
        return answer.topic_turn(scene, "human_agent")
    value = menu.chosen(thread, scene.cases, said.text, scene.now - scene.books.rules.reopen)
    if value:
        return _pressed(scene, value)
    if thread.floor is Floor.STAFF:
        return _with_a_person(scene)
    asked = _asked(scene)
    if asked:
        return asked
    if choice(said.text) is not None:  # a number that answers no open question
        return _reply(thread, Say(words("number.unclear")))
    return _understood(scene)
