"""Taking a case back 撤单: understood in few words, asked once, done only on a yes."""

import re
from dataclasses import replace

from bot.desk.case import Case
from bot.desk.promises import LIVE
from bot.desk.words import words
from bot.guide import binding, menu
from bot.guide.said import Act, Say, Scene, Turn
from intents.text import normalise

TOPIC = "cancel_case"
NO = ("先不撤", menu.LATER)
_THING = "(?:工?单子?|报修|登记|申请|预约|投诉|业务|过户)"
_BACK = re.compile(
    f"撤[单销回掉]|(?:取消|作废|撤了|退掉).{{0,6}}{_THING}|{_THING}.{{0,4}}(?:取消|撤|作废|不要了|不办了)"
    "|^(?:(?:算了|那就|还是|那)，?)?(?:我)?(?:就)?(?:要|想)?(?:取消|撤|不用(?:修|来|派人)了?|不(?:修|报|办|投诉)了|别来了|先别来了)(?:吧|了)?$"
)
_PLAIN = re.compile(f"撤单|撤(?:销|回|掉|了)?(?: ?dl\\d|$|.{{0,6}}{_THING})|取消.{{0,4}}{_THING}", re.IGNORECASE)
_LONGEST = 24
_STAYS = re.compile(
    "(?:算了|那|还是|就|先|我|又|想了想|想想|改主意了|哦|，)*(?:不|别|不要|先别|不用|不想)(?:要)?(?:撤[单销回掉]?|取消|退)(?:了|吧|啦|它|单子?|这单|报修|这个|那个|掉)*"
    "(?:，(?:算了|留着|继续办|接着办|还是办)(?:吧)?)?|(?:还是|先|就)*留着(?:这单|单子)?(?:吧|好了)"
)


def _which(scene: Scene) -> tuple[Case, ...]:
    """The case whose number was said, the one the talk is about, else every live one."""
    live = tuple(case for case in scene.cases if case.state in LIVE)
    no = scene.said.understood.slots.get("case_no", "")
    if no:
        return tuple(case for case in live if case.no == no)
    named = tuple(case for case in live if binding.named(scene, case))
    if named or "投诉" in scene.said.text:
        return named
    here = tuple(case for case in live if case.no == scene.thread.case)
    return here or live


def wished(scene: Scene) -> bool:
    """Whether few words ask to take a live case back; said in so many words, also where there is none."""
    text = normalise(scene.said.text).strip("。！!.~，、 ")
    if not 0 < len(text) <= _LONGEST or not _BACK.search(text):
        return False
    live = any(case.state in LIVE for case in scene.cases)
    return bool(_which(scene)) or (not live and bool(_PLAIN.search(text)))


def turn(scene: Scene) -> Turn:
    """The question, once: which case, and whether it is meant; without a live case it is said so."""
    cases = _which(scene)
    if not cases:
        named = "case_no" in scene.said.understood.slots
        return Turn(replace(scene.thread, misses=0), (Say(words("progress.unknown" if named else "progress.none")),))
    quiet = replace(scene.thread, misses=0)
    if len(cases) == 1:
        thread, buttons = menu.offer(quiet, scene.now, ("确定撤销", f"withdraw.{cases[0].no}"), NO)
        said = words("withdraw.sure", no=cases[0].no, topic=cases[0].topic)
        return Turn(thread, (Say(said, buttons),), case=cases[0].no)
    options = [(binding.label(scene, case), f"withdraw.{case.no}") for case in cases[: binding.MOST]]
    thread, buttons = menu.offer(quiet, scene.now, *options, NO)
    return Turn(thread, (Say(words("withdraw.which"), buttons),), case=binding.guarded(cases))


def stands(scene: Scene) -> Turn | None:
    """No, after the question: said plainly which case goes on; None: another question was open."""
    first = scene.thread.menu[0].value if scene.thread.menu else ""
    what, _, no = first.partition(".")
    several = what == "withdraw" and len(scene.thread.menu) > 2  # noqa: PLR2004 - yes and no
    if what != "withdraw" or several:
        return None
    return _kept(scene, no)


def _kept(scene: Scene, no: str) -> Turn | None:
    case = next((case for case in scene.cases if case.no == no and case.state in LIVE), None)
    if case is None:
        return None
    said = Say(words("withdraw.kept", **binding.handlers(scene, case)), case=no)
    return Turn(replace(menu.clear(scene.thread), misses=0), (said,), case=no)


def stays(scene: Scene) -> Turn | None:
    """「不撤了」「别撤了」 in whatever turn: the case that was to be taken back goes on; None: other words."""
    if not _STAYS.fullmatch(normalise(scene.said.text).replace(" ", "").strip("。！!.~，、")):
        return None
    cases = _which(scene)
    return stands(scene) or (_kept(scene, cases[0].no) if len(cases) == 1 else None)


def pressed(scene: Scene, no: str) -> Turn:
    """Yes: one's own live case is taken back; anything else changes nothing."""
    case = next((case for case in scene.cases if case.no == no and case.state in LIVE), None)
    if case is None:
        return Turn(scene.thread, (Say(words("button.stale")),))
    return Turn(replace(scene.thread, asking="", pending=(), tries=0), acts=(Act("withdraw", no),))
