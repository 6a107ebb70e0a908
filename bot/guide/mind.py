"""A change of mind 先不办了 … 还是办吧: what was begun is laid aside and kept, and taken up again where it was."""

import re
from dataclasses import replace
from datetime import datetime

from bot.desk.case import Case, State
from bot.desk.promises import LIVE
from bot.desk.words import words
from bot.guide import binding, form, matter, menu, secrecy
from bot.guide.answer import topic_turn
from bot.guide.returning import POWER
from bot.guide.said import Say, Scene, Turn
from intents.text import normalise
from intents.topic import TopicKind
from intents.understanding import Zone

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
_LONGEST_SWITCH = 30
OFFERED = "offered"
"""Under this the talk keeps what was offered last."""


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


_LEAD = "(?:不对|不是|错了|说错了?|讲错了?|搞错了?|弄错了?|报错了?|更正一?下|哦不|啊不|等等|等一?下|不好意思|抱歉)"
_SWITCH = re.compile(
    f"^(?:哎呀?|啊|哦|噢|那个|，)*{_LEAD}[了啦，。！ 啊哦]*(?:.{{0,4}}(?:其实|应该|原来|好像)?(?:是|不是))?"
    "|^(?:其实|原来|看了一?下|刚看了?)"
)
_TRIP = re.compile(
    "跳(?:了)?闸|(?:空开|漏保|开关|闸刀|总闸|电闸|漏电保护器?|保险丝?)"
    "[^，。！？]{0,6}(?:跳|掉下|弹|断|下来|自己关)|推不上去|合不上"
)
_TRIPPED = "behind_meter"


def switched(scene: Scene) -> Turn | None:
    """「不对，是跳闸了」 inside a form: another matter; the form is laid aside, nothing opens; None: others."""
    thread, heard, text = scene.thread, scene.said.understood, normalise(scene.said.text).strip()
    old = scene.books.topics.get(thread.topic)
    open_ = thread.draft or thread.asking == "place"
    if not open_ or old is None or scene.said.button or scene.said.files or len(text) > _LONGEST_SWITCH:
        return None
    lead = _SWITCH.match(text)
    trip = _TRIPPED in scene.books.topics and thread.topic in POWER and bool(_TRIP.search(text))
    place = {"address", "phone", "account_no", "date"} & heard.slots.keys()
    if not lead or place or heard.danger:
        return None
    sure = heard.zone is Zone.ANSWER and heard.intent != thread.topic
    topic = scene.books.topics.get(heard.intent) if sure else None
    code = _TRIPPED if trip else topic.code if topic and topic.kind is not TopicKind.TALK else ""
    if not code or code == thread.topic or (topic and topic.kind is TopicKind.DANGER):
        return None
    if not trip and code == "rename":  # 名字错了 puts a fact right
        return None
    quiet = replace(matter.laid_aside(thread), topic="", misses=0)
    return topic_turn(replace(scene, thread=quiet), code)


def remembered(scene: Scene, turn: Turn) -> Turn:
    """The matter that is offered here is known for the rest of the talk."""
    codes = [one.value.removeprefix("open.") for one in turn.thread.menu if one.value.startswith("open.")]
    code = next((code for code in codes if code in scene.books.topics and scene.books.topics[code].offer), "")
    if not code or turn.wants:
        return turn
    told = {**turn.thread.told, OFFERED: f"{code} {scene.said.at.isoformat()}"}
    return replace(turn, thread=replace(turn.thread, told=told))


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
    code, _, at = thread.told.get(OFFERED, "").partition(" ")
    offered = scene.books.topics.get(code)
    fresh = bool(at) and scene.said.at - datetime.fromisoformat(at) <= matter.OFFERED
    if not thread.menu and offered and fresh:
        return matter.begin(scene, offered.code)
    if thread.menu:
        return None
    goes_on, found = bool(_GOES_ON.search(text)) or menu.accepts(text), binding.live(scene)
    if goes_on and len(found) == 1:
        return binding.show(scene, found[0])
    return Turn(replace(thread, misses=0), (Say(words("resume.which")),))
