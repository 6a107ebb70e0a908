"""A change of mind 先不办了 … 还是办吧: what was begun is laid aside and kept, and taken up again where it was."""

import re
from dataclasses import replace

from bot.desk.case import Case, State
from bot.desk.promises import LIVE
from bot.desk.words import words
from bot.guide import binding, form, matter, menu, secrecy
from bot.guide.said import Say, Scene, Turn
from intents.text import normalise
from intents.topic import TopicKind

_DOING = "(?:办|弄|登记|报|申请|预约|约|装|修|搞)"
_OFF = re.compile(
    "(?:算了|那就?|先|还是|我|就|不想|想|，|吧|嗯|哦|好|暂时|现在|这个|我们|你们?|要不)*"
    f"(?:不{_DOING}|不(?:要|用){_DOING}?|不(?:需要|考虑)|取消|(?:等等|等会儿?|晚点|改天|以后|下次|回头|过(?:两|几)天|有空)?再(?:说|想想?|看看?|考虑|{_DOING})|考虑(?:考虑|一下)|想想|放一放|缓一缓)"
    "(?:了|吧|啦|哈|一?下|看|理|的话)*"
)
"""The whole text lays something aside."""
_BACK = re.compile(
    f"(?:(?:那|还是|我|又|想|要|，|好|行|嗯|算了|吧|请|麻烦|你|刚才|刚刚|之前|前面|上面|上次)(?:的)?)*"
    f"(?:(?:继续|接着)(?:{_DOING}|说|填|来|刚才|刚刚|之前|前面|上面|上次|那个|那件|这个|这件|的|事|我的|下去)*"
    f"|(?:还是|又|现在)(?:要|想|得|决定)?{_DOING}(?:理|掉|上)?|(?:那个|那件事?|的事|这个|那事)(?:还是|继续|接着|我)?(?:要|想)?{_DOING}(?:理)?|(?:改主意|想好|想通|决定|考虑好)了?(?:，)?(?:还是|我)?(?:要|想)?{_DOING}?)"
    "(?:了|吧|啦|一?下|好了|那个|那件|的|事|来|[，。！])*"
)
"""The whole text takes something up again, and names nothing."""
_GOES_ON = re.compile("继续|接着")


def _bare(text: str) -> str:
    return normalise(text).replace(" ", "").strip("。！!.~，、？")


def off(text: str) -> bool:
    """Whether the whole text lays aside what is under way: 算了先不办了, 改天再说."""
    return bool(_OFF.fullmatch(_bare(text)))


def back(text: str) -> bool:
    """Whether the whole text takes something up again: 还是办吧, 继续刚才那个."""
    return bool(_BACK.fullmatch(_bare(text)))


def laid_down(scene: Scene) -> Turn | None:
    """A form is left: what was told stays with the talk, so that it can be taken up again; None: other words."""
    thread, topic = scene.thread, scene.books.topics.get(scene.thread.topic)
    if not thread.draft or topic is None or topic.kind is TopicKind.DANGER or topic.code in secrecy.TOPICS:
        return None
    if not (off(scene.said.text) or form.cancelled(scene.said.text)):
        return None
    quiet = replace(matter.laid_aside(thread), slots=thread.slots, held=thread.held, begun_at=thread.begun_at, misses=0)
    return Turn(quiet, (Say(words("form.cancelled")),))


def _withdrawn(scene: Scene) -> Case | None:
    """The case of the matter talked about that was taken back."""
    here = (case for case in scene.cases if case.no == scene.thread.case or case.topic == scene.thread.topic)
    return next((case for case in here if case.state is State.CANCELLED), None)


def _again(scene: Scene) -> Turn | None:
    """The matter that was talked of begins, with what was told before."""
    thread, topic = scene.thread, scene.books.topics.get(scene.thread.topic)
    late = thread.begun_at is None or scene.said.at - thread.begun_at > matter.OFFERED
    gone = _withdrawn(scene)
    old = gone is not None and gone.closed_at is not None and scene.said.at - gone.closed_at <= matter.OFFERED
    if topic is None or not topic.opens_case or topic.kind is not TopicKind.CASE or (late and not old):
        return None
    if gone and old:
        thread = replace(thread, slots={**gone.slots, **thread.slots})
    return matter.begin(replace(scene, thread=replace(thread, case="" if gone else thread.case)), topic.code)


def taken_up(scene: Scene) -> Turn | None:
    """「还是办吧」「继续刚才那个」: the open question, what was laid aside, or the case under way; None: others."""
    thread, text = scene.thread, scene.said.text
    if not (back(text) or menu.accepts(text)) or scene.said.files:
        return None
    topic = scene.books.topics.get(thread.topic)
    if thread.asking and topic:
        asked, question = form.ask(replace(thread, asking=""), topic, thread.asking, scene.now)
        return Turn(replace(asked, tries=thread.tries, misses=0), (question,))
    live = next((case for case in scene.cases if case.no == thread.case and case.state in LIVE), None)
    if live:
        return binding.show(scene, live)
    begun = _again(scene)
    if begun:
        return begun
    if thread.menu or not (_GOES_ON.search(text) or menu.accepts(text)):
        return None
    found = binding.live(scene)
    if len(found) == 1:
        return binding.show(scene, found[0])
    return Turn(replace(thread, misses=0), (Say(words("resume.which")),))
