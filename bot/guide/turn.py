"""One turn of talk: what was heard → what to say, what to start; danger comes first."""

from dataclasses import replace

from bot.desk.words import words
from bot.guide import (
    alarm,
    answer,
    asides,
    asking,
    binding,
    bringing,
    care,
    complaint,
    context,
    filling,
    floor,
    form,
    grave,
    known,
    matter,
    menu,
    mind,
    numbers,
    others,
    pressing,
    returning,
    righting,
    several,
    underway,
    withdrawing,
)
from bot.guide.said import Say, Scene, Turn
from bot.guide.thread import Thread
from intents.text import choice, normalise, wants_person
from intents.topic import TopicKind
from intents.understanding import Zone

_THANKS = frozenset("谢👍👌🙏🌹👏❤")
_NODS = frozenset(
    "嗯 嗯嗯 哦 哦哦 噢 知道了 明白 明白了 了解 收到 没了 没有了 没事 没事了".split()  # noqa: SIM905 - one line
    + "好吧 不了 同意 可以 行 好 ok 满意 很满意 挺满意 非常满意 挺好 不错".split()  # noqa: SIM905 - one line
)
"""Words that close a talk."""
_BESIDE = frozenset("多感好的嗯行您你了啦师傅们辛苦，。,.!！~～ okOK\ufe0f🏻🏼🏽🏾🏿")
"""Signs beside thanks that say nothing else."""


def _reply(thread: Thread, *says: Say, **more: object) -> Turn:
    return Turn(thread, says, **more)  # type: ignore[arg-type] # the fields of Turn by name


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
    unsure = understood.zone is not Zone.ANSWER
    bare = underway.told(scene) or context.noted(scene) if unsure else None
    if bare:
        return bare
    return _matter(scene)


def _matter(scene: Scene) -> Turn:
    """The matter of the message, or its first one; a choice where it is not sure; else it is said so."""
    understood = scene.said.understood
    told = [code for code in understood.matters if code in scene.books.topics]
    first = understood.intent if understood.zone is Zone.ANSWER else told[0] if len(told) > 1 else ""
    if first:
        return several.mentioned(scene, answer.topic_turn(scene, first), first)
    if understood.zone is Zone.CHOOSE:
        return answer.choose(scene)
    if scene.said.masked and not scene.said.files:  # the word about it is the answer
        return Turn(scene.thread)
    return underway.pictures(scene) if scene.said.files else matter.miss(scene)


def _changed(scene: Scene) -> Turn | None:
    """What changes something told before: a machine somebody lives by, a correction, a mind, a case taken back."""
    if not scene.thread.draft and (cared := care.turn(scene)):
        return cared
    stays = withdrawing.stays(scene) or mind.switched(scene)
    if stays:
        return stays
    corrected = underway.correct(scene) if scene.said.corrects else None
    corrected = corrected or righting.turn(scene) or underway.put_right(scene)
    if corrected:
        return corrected
    changed = mind.laid_down(scene) or mind.taken_up(scene)
    if changed:
        return changed
    if not scene.thread.draft and withdrawing.wished(scene):
        return withdrawing.turn(scene)
    return None


def _asked(scene: Scene) -> Turn | None:
    """What comes before the matter itself: a change, a complaint, a case that comes back, an open question."""
    changed = _changed(scene)
    if changed:
        return changed
    own = scene.thread.draft and scene.thread.topic == complaint.TOPIC
    if others.asked(scene):
        return others.denied(scene)
    if complaint.waived(scene) or complaint.denied(scene):
        thread = replace(matter.laid_aside(scene.thread), topic="") if own else scene.thread
        return underway.hurried(scene) or _reply(thread, Say(words("declined")))
    said = complaint.spoken(scene)
    whom = None if said or scene.said.files else asides.named(scene)
    back = whom or (None if scene.thread.draft or said else returning.turn(scene))
    if back:
        return back
    unasked = not (scene.thread.asking and form.nothing_more(scene.said.text))
    if complaint.meant(scene) and not own and unasked:
        return answer.topic_turn(scene, complaint.TOPIC)
    aside = asides.turn(scene)
    if aside:
        return aside
    if asking.open_(scene):
        return asking.answering(scene)
    own_case = (None if scene.thread.draft else bringing.turn(scene)) or underway.nagged(scene)
    if own_case:
        return own_case
    more = (None if scene.thread.draft else underway.when(scene)) or context.asked(scene)
    if more:
        return more
    return filling.answering(scene) if scene.thread.asking else None


def _decided(scene: Scene) -> Turn:
    """A bare proof, danger, the press or number, who has the floor, the open question, then the matter."""
    said, thread = scene.said, scene.thread
    staff = floor.held(scene)
    told = grave.comforted(scene) or (None if staff else asking.told_sign(scene) or grave.menaced(scene))
    if told:
        return told
    harmless = form.nothing_more(said.text) or menu.lights(scene.cases, said.text)
    if said.understood.danger and not harmless:
        return floor.warned(scene) if staff else alarm.raised(scene)
    if said.button:
        return pressing.pressed(scene, said.button)
    if wants_person(said.text):
        return floor.passed(scene) if staff else answer.topic_turn(scene, "human_agent")
    chosen = pressing.chosen(scene)
    if chosen:
        return chosen
    if staff:
        return floor.passed(scene)
    asked = complaint.sealed(scene) or _asked(scene) or complaint.outside(scene)
    if asked:
        return asked
    piece = numbers.turn(scene)
    if piece:
        return piece
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


def _polite(scene: Scene) -> bool:
    """A greeting or thanks: what was asked before it stays asked."""
    heard = scene.said.understood
    return heard.zone is Zone.ANSWER and heard.intent in asking.COURTESIES


def turn(scene: Scene) -> Turn:
    """One message: what is decided, which case it is about, and the word about an identity card before the answer."""
    scene = context.sure(alarm.calm(scene))
    decided = bringing.followed(scene, grave.followed(scene, _decided(scene)))
    decided = complaint.beside(scene, several.beside(scene, context.beside(scene, decided)))
    if decided.wants:
        return decided
    if not _polite(scene):
        said = [say.text.code for say in (*decided.says, *decided.then)] + [act.what for act in decided.acts]
        decided = replace(decided, thread=menu.left(scene.thread, decided.thread, said))
    decided = several.followed(scene, known.offered(scene, decided))
    decided = mind.remembered(scene, decided)
    decided = replace(decided, case=binding.bound(scene, decided))
    if not scene.said.masked:
        return decided
    urgent = sum(1 for say in decided.says if say.urgent)  # safety words stay first
    warned = Say(words("id.masked"), loose=True)
    return replace(decided, says=(*decided.says[:urgent], warned, *decided.says[urgent:]))
