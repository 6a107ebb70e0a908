"""Life-support register 生命支持登记: nothing is kept without a yes of its own, and a word takes it back."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.desk.promises import LIVE
from bot.desk.words import words
from bot.guide import binding, form, matter, menu
from bot.guide.answer import topic_turn
from bot.guide.said import Act, Say, Scene, Turn
from bot.guide.telling import today
from bot.guide.thread import Thread
from intents import slots
from intents.slots import plausible
from intents.text import normalise
from intents.topic import TopicKind
from intents.understanding import Zone

TOPIC = "life_support"
KEEP, END = "care", "care_end"
"""What the customer does: gives what is to be kept, takes it back."""
YES = "care.yes"
ASK = "care."
QUESTIONS = ("device", "battery", "where", "phone")
UNKNOWN = "不清楚"
_AID = re.compile("呼吸机|制氧机|氧气机|透析机|监护仪|吸痰[机器]|雾化机|营养泵|输液泵|生命支持(?:设备)?|腹透机|血透机")
_LIST = "(?:登记|备案|报备|名单|建档|记录)"
_KEEP = re.compile(f"{_LIST}|(?:停电|断电)[^。！？]{{0,8}}(?:提前|先|事先)[^。！？]{{0,6}}(?:通知|告诉|说|打电话)")
_END = re.compile(
    f"(?:删|撤|取消|去掉|注销|清)[^。！？]{{0,12}}{_LIST}|{_LIST}[^。！？]{{0,12}}(?:删|撤|取消|去掉|注销|清|不要|不用|不留|不想)"
    f"|(?:不要|不想|别|不用)[^。！？]{{0,8}}{_LIST}"
)
_AGREED = ("同意", "同意登记", "我同意", "登记吧", "同意的", "要登记")
_REFUSED = ("不同意", "先不登记", "不登记", "不要", "不用", "算了")
_SHORT_OF = re.compile(
    "撑不住|撑不过|撑不到|顶不住|不够(?:用|撑)?|(?:还|只)?能?撑[^。！？]{0,10}(?:小时|分钟|钟头|点钟)|拿不准"
)
_LONGEST = 60


def _aid(text: str) -> str:
    found = _AID.search(text)
    return found[0] if found and not found[0].startswith("生命支持") else ""


def wished(scene: Scene) -> str:
    """KEEP or END where the words ask for it; empty where they do not."""
    text = normalise(scene.said.text)
    if len(text) > _LONGEST or not _AID.search(text) or TOPIC not in scene.books.topics:
        return ""
    if _END.search(text):
        return END
    return KEEP if _KEEP.search(text) else ""


def turn(scene: Scene) -> Turn | None:
    """Words about the register: a wish, an answer to its questions; None: other words."""
    what = wished(scene)
    if what == END:
        return Turn(replace(matter.laid_aside(scene.thread), topic="", misses=0), acts=(Act(END),))
    if what == KEEP:
        return _consent(scene)
    if scene.thread.asking.startswith(ASK) and not scene.thread.draft:
        return _answered(scene)
    if YES in [option.value for option in scene.thread.menu]:
        return _decided(scene)
    return _running_out(scene)


def _consent(scene: Scene) -> Turn:
    """What is kept, why, how long, how it is taken back: and the question by itself."""
    bare = replace(matter.laid_aside(scene.thread), topic=TOPIC, misses=0, case="")
    thread, buttons = menu.offer(bare, scene.now, ("同意登记", YES), ("先不登记", "care.no"))
    device = _aid(normalise(scene.said.text))
    return Turn(replace(thread, held={"device": device} if device else {}), (Say(words("care.consent"), buttons),))


def _decided(scene: Scene) -> Turn | None:
    """The yes in words; a polite word alone is none, for this is asked by itself."""
    bare = normalise(scene.said.text).strip("。.!！~，, 吧啊呢")
    if bare in _AGREED:
        return pressed(scene, "yes")
    return pressed(scene, "no") if bare in _REFUSED else None


def pressed(scene: Scene, rest: str) -> Turn:
    """The choice: the questions begin, or nothing is kept."""
    if rest != "yes":
        bare = replace(matter.laid_aside(scene.thread), topic="", held={})
        return Turn(bare, (Say(words("care.declined")),))
    device = scene.thread.held.get("device", "")
    known = {name: scene.known[name] for name in ("account_no", "phone", "name") if scene.known.get(name)}
    begun = replace(
        matter.laid_aside(scene.thread), topic=TOPIC, slots={**known, **({"device": device} if device else {})}
    )
    return _next(begun)


def _open(have: Mapping[str, str]) -> tuple[str, ...]:
    """What is still to be asked."""
    there = {"where": have.get("account_no") or have.get("address")}
    return tuple(name for name in QUESTIONS if name not in have and not there.get(name))


def _next(thread: Thread) -> Turn:
    """The next question; after the last one it is kept."""
    left = _open(thread.slots)
    if left:
        return _ask(thread, left[0])
    kept = dict(thread.slots)
    return Turn(replace(matter.laid_aside(thread), topic=""), acts=(Act(KEEP, slots=kept),))


def _ask(thread: Thread, name: str) -> Turn:
    asking = f"{ASK}{name}"
    tries = thread.tries + 1 if thread.asking == asking else 1
    codes = {
        "device": words("care.device"),
        "battery": words("care.battery"),
        "where": words("care.where"),
        "phone": words("care.phone"),
    }
    return Turn(replace(menu.clear(thread), asking=asking, tries=tries), (Say(codes[name]),))


def _answered(scene: Scene) -> Turn:
    """One answer: taken, asked once more, or something else said in between."""
    thread, name = scene.thread, scene.thread.asking.removeprefix(ASK)
    if form.cancelled(scene.said.text):
        return pressed(scene, "no")
    got = _read(scene, name)
    if got:
        return _next(replace(thread, slots={**thread.slots, **got}, tries=0))
    if form.declined(scene.said.text) and name in ("battery", "phone"):
        unknown = {name: UNKNOWN if name == "battery" else ""}
        return _next(replace(thread, slots={**thread.slots, **unknown}, tries=0))
    heard = scene.said.understood
    if heard.zone is Zone.ANSWER and _another(scene, heard.intent):
        return topic_turn(replace(scene, thread=replace(matter.laid_aside(thread), topic="")), heard.intent)
    if thread.tries < form.TRIES:
        return _ask(thread, name)
    return Turn(replace(matter.laid_aside(thread), topic=""), (Say(words("care.stuck")),))


def _another(scene: Scene, code: str) -> bool:
    """Whether it is a matter of its own: thanks and the like answer no question, but end none either."""
    topic = scene.books.topics.get(code)
    return topic is not None and code != TOPIC and (topic.kind is not TopicKind.TALK or code == binding.PERSON)


def _read(scene: Scene, name: str) -> dict[str, str]:
    """What the message says to the open question."""
    text = normalise(scene.said.text).strip("。.!！~，, ")
    found = scene.said.understood.slots
    if form.declined(text):
        return {}
    if name == "where":
        if found.get("account_no"):
            return {"account_no": found["account_no"]}
        place = slots.read(scene.said.text, today=today(scene), places=tuple(scene.places), asked="address")
        return {"address": place["address"]} if place.get("address") else {}
    if name == "phone":
        told = slots.read(scene.said.text, today=today(scene), asked="phone")
        return {key: told[key] for key in ("phone", "name") if told.get(key)} if told.get("phone") else {}
    if name == "device":
        aid = _aid(text)
        return {name: aid} if aid else {name: text[:20]} if plausible(text) and len(text) <= 20 else {}  # noqa: PLR2004 - the name of a machine
    return {name: text[:30]} if plausible(text) else {}


def _running_out(scene: Scene) -> Turn | None:
    """「撑不住」 on the case of an outage to come: whoever answers for it hears it at once."""
    case = next((one for one in scene.cases if one.topic == TOPIC and one.state in LIVE), None)
    if case is None or scene.thread.asking or len(scene.said.text) > _LONGEST or not _SHORT_OF.search(scene.said.text):
        return None
    said = Say(words("care.heard", **binding.handlers(scene, case)), case=case.no)
    return Turn(replace(scene.thread, misses=0), (said,), acts=(Act("add", case.no),), case=case.no)
