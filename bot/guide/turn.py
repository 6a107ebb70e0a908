"""One turn of talk: what was heard → what to say, what to start; danger comes first."""

from dataclasses import replace

from bot.desk.case import Case, State
from bot.desk.promises import HELD, LIVE
from bot.desk.words import words
from bot.guide import (
    account,
    alarm,
    answer,
    asking,
    binding,
    bringing,
    care,
    complaint,
    filling,
    floor,
    form,
    grave,
    matter,
    menu,
    others,
    outages,
    returning,
    underway,
    withdrawing,
)
from bot.guide.said import Act, Say, Scene, Turn
from bot.guide.thread import Thread
from intents.text import choice, normalise, wants_person
from intents.topic import TopicKind
from intents.understanding import Zone

HUMAN = ("转人工", "human")
_THANKS = frozenset("谢👍👌🙏🌹👏❤")
_NODS = frozenset(
    "嗯 嗯嗯 哦 哦哦 噢 知道了 明白 明白了 了解 收到 没了 没有了 没事 没事了".split()  # noqa: SIM905 - one line
    + "好吧 不了 同意 可以 行 好 ok".split()  # noqa: SIM905 - one line
)
"""Words that close a talk."""
_BESIDE = frozenset("多感好的嗯行您你了啦师傅们辛苦，。,.!！~～ okOK\ufe0f🏻🏼🏽🏾🏿")
"""Signs beside thanks that say nothing else."""


def _reply(thread: Thread, *says: Say, **more: object) -> Turn:
    return Turn(thread, says, **more)  # type: ignore[arg-type] # the fields of Turn by name


def _own(scene: Scene, no: str) -> Case | None:
    return next((case for case in scene.cases if case.no == no), None)


def _stale(scene: Scene) -> Turn:
    return _reply(scene.thread, Say(words("button.stale"), loose=True))


def _verdict(scene: Scene, value: str, beside: str = "") -> Turn | None:
    """A press that belongs to a case: confirm, refuse, reopen, rate, urge, consent; None if it is no such press."""
    what, _, rest = value.partition(".")
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


def _pressed(scene: Scene, value: str) -> Turn:
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
    return _reply(replace(scene.thread, held={}), Say(words("declined")))


def _room(scene: Scene, what: str, rest: str) -> Turn | None:
    """A press that one room alone knows."""
    if what == "none":
        return matter.miss(scene)
    if what in ("show", "add"):
        return binding.pressed(scene, what, rest)
    if what == "care":
        return care.pressed(scene, rest)
    if what == "brought":
        return bringing.pressed(scene, rest)
    if what == "account":
        return account.pressed(scene, rest)
    if what == "report" and outages.REPORT in scene.books.topics:
        return outages.report(scene)
    return withdrawing.pressed(scene, rest) if what == "withdraw" else None


def _understood(scene: Scene) -> Turn:
    """No open question is answered: the matter itself."""
    understood = scene.said.understood
    if scene.said.sort:
        return underway.sent(scene)
    if scene.said.files and not scene.said.text.strip():
        return underway.pictures(scene)
    if not scene.said.text.strip():
        return _reply(scene.thread, Say(words("empty")))
    topic = scene.books.topics.get(understood.intent)
    if understood.zone is Zone.ANSWER and topic and topic.kind is TopicKind.DANGER:
        return matter.doubtful(scene)
    more = complaint.more(scene)
    following = more or asking.following(scene)
    if following:
        return following
    bare = underway.told(scene) if understood.zone is not Zone.ANSWER else None
    if bare:
        return bare
    if understood.zone is Zone.ANSWER:
        turn = answer.topic_turn(scene, understood.intent)
        others = tuple(code for code in understood.matters if code != understood.intent and code in scene.books.topics)
        return answer.mention(scene, turn, others) if others else turn
    if understood.zone is Zone.CHOOSE:
        return answer.choose(scene)
    if scene.said.masked and not scene.said.files:  # the word about it is the answer
        return Turn(scene.thread)
    return underway.pictures(scene) if scene.said.files else matter.miss(scene)


def _asked(scene: Scene) -> Turn | None:
    """What comes before the matter itself: a correction, a complaint, a case taken back, an open question."""
    if not scene.thread.draft and (cared := care.turn(scene)):
        return cared
    corrected = underway.correct(scene) if scene.said.corrects else None
    corrected = corrected or underway.put_right(scene)
    if corrected:
        return corrected
    if not scene.thread.draft and withdrawing.wished(scene):
        return withdrawing.turn(scene)
    own = scene.thread.draft and scene.thread.topic == complaint.TOPIC
    if others.asked(scene):
        return others.denied(scene)
    if complaint.waived(scene) or complaint.denied(scene):
        thread = replace(matter.laid_aside(scene.thread), topic="") if own else scene.thread
        return underway.hurried(scene) or _reply(thread, Say(words("declined")))
    back = None if scene.thread.draft or complaint.spoken(scene) else returning.turn(scene)
    if back:
        return back
    if complaint.meant(scene) and not own:
        return answer.topic_turn(scene, complaint.TOPIC)
    if asking.open_(scene):
        return asking.answering(scene)
    if not scene.thread.draft and (own_case := bringing.turn(scene) or underway.nagged(scene)):
        return own_case
    return filling.answering(scene) if scene.thread.asking else None


def _without_words(act: Act) -> Act:
    """A score or a yes alone."""
    return replace(act, words="" if act.what == "rate" else menu.CONFIRM[act.what != "confirm"][0])


def _chosen(scene: Scene) -> Turn | None:
    """An open question answered by a number, a label or a few words, also with more words behind it."""
    said, reopen_from = scene.said, scene.now - scene.books.rules.reopen
    value = menu.chosen(scene.thread, scene.cases, said.text, reopen_from, scene.asked)
    if value:
        return _pressed(scene, value)
    value, beside = menu.worded(scene.thread, scene.cases, said.text)
    verdict = _verdict(scene, value, beside) if value else None
    if verdict and verdict.acts and complaint.meant(scene):
        after = replace(scene, thread=verdict.thread)
        complained = floor.passed(after) if floor.held(scene) else answer.topic_turn(after, complaint.TOPIC)
        bare = tuple(_without_words(act) for act in verdict.acts)  # of a complaint the one complained of reads nothing
        joined = next((act.case for act in complained.acts if act.what == "add"), "")
        return replace(complained, acts=(*bare, *complained.acts), case=complained.case or joined)
    return verdict


def _decided(scene: Scene) -> Turn:
    """A bare proof, danger, the press or number, who has the floor, the open question, then the matter."""
    said, thread = scene.said, scene.thread
    staff = floor.held(scene)
    told = grave.comforted(scene) or (None if staff else asking.told_sign(scene))
    if told:
        return told
    harmless = form.nothing_more(said.text) or menu.lights(scene.cases, said.text)
    if said.understood.danger and not harmless:
        return floor.warned(scene) if staff else alarm.raised(scene)
    if said.button:
        return _pressed(scene, said.button)
    if wants_person(said.text):
        return floor.passed(scene) if staff else answer.topic_turn(scene, "human_agent")
    chosen = _chosen(scene)
    if chosen:
        return chosen
    if staff:
        return floor.passed(scene)
    asked = complaint.sealed(scene) or _asked(scene) or complaint.outside(scene)
    if asked:
        return asked
    if choice(said.text) is not None:  # a number that answers no open question
        return _reply(thread, Say(words("number.unclear")))
    return _courtesy(scene) or _nothing(scene) or underway.when(scene) or _understood(scene)


def _courtesy(scene: Scene) -> Turn | None:
    """A thumb up or thanks and nothing else: thanked for, and nothing is changed by it."""
    signs = set(scene.said.text.strip())
    if "thanks" not in scene.books.topics or not signs & _THANKS or signs - _THANKS - _BESIDE:
        return None
    return answer.topic_turn(scene, "thanks")


def _nothing(scene: Scene) -> Turn | None:
    """跳过, 没有了, 嗯 where nothing is asked: nothing is meant by it, nobody is called."""
    bare = normalise(scene.said.text).strip("。.!！~～，, 吧啊呢")
    if scene.said.files or not (form.nothing_more(scene.said.text) or bare in _NODS):
        return None
    return _reply(replace(menu.clear(scene.thread), misses=0), Say(words("declined"), loose=True))


def turn(scene: Scene) -> Turn:
    """One message: what is decided, which case it is about, and the word about an identity card before the answer."""
    scene = alarm.calm(scene)
    decided = bringing.followed(scene, grave.followed(scene, _decided(scene)))
    decided = complaint.beside(scene, decided)
    if decided.wants:
        return decided
    decided = replace(decided, case=binding.bound(scene, decided))
    if not scene.said.masked:
        return decided
    urgent = sum(1 for say in decided.says if say.urgent)  # safety words stay first
    warned = Say(words("id.masked"), loose=True)
    return replace(decided, says=(*decided.says[:urgent], warned, *decided.says[urgent:]))
