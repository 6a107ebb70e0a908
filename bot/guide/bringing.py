"""While a case waits for its customer: he says it is there, and the clock runs on; or when it will be."""

import re
from dataclasses import replace
from datetime import datetime

from bot.desk import hours, promises
from bot.desk.case import Case
from bot.desk.promises import LIVE
from bot.desk.words import words
from bot.guide import binding, menu
from bot.guide.said import Act, Say, Scene, Turn
from intents import spoken
from intents.text import normalise
from intents.understanding import Zone

_PAPER = (
    "(?:材料|资料|证明|证件|照片|图片|复印件|原件|合同|房产证|产权证|不动产权证|营业执照|委托书|身份证|发票|清单"
    "|表格|申请表|东西|手续)"
)
_THING = f"(?:{_PAPER}|它|都|全)"
_GIVEN = (
    "(?:补好|补齐|补全|补上|补来|补交|补过|备齐|凑齐|办好|办下来|开好|拿到|拿来|拿过去|带来|带过去|带到|送到|送去|送来|送过|交了|交上|交到|交过|交给|提交|上传|传了|传上"
    "|寄了|寄出|寄到|发了|发你|发您|发给|发过|发到|弄好|准备好|齐了)"
)
_BROUGHT = re.compile(
    rf"{_THING}[^，。！？]{{0,8}}(?:{_GIVEN}|好了)|(?:已经?|刚|都|我)[^，。！？]{{0,4}}(?:把)?{_THING}?[^，。！？]{{0,6}}{_GIVEN}"
    rf"|^{_GIVEN}(?:了|啦)?[^，。！？]{{0,6}}$|(?:交|送|放|拿)(?:到|给|在)(?:你们)?(?:柜台|前台|营业厅|窗口|厅里|大厅)"
)
_NOT_YET = re.compile(
    "(?:还|都)?(?:没|未|不)(?:有|能|会|曾|法)?[^，。！？]{0,6}(?:补|带|送|交|传|寄|发|办|拿|准备|弄|好|齐|来)|补不|[吗么？]|怎么|哪|什么|多少|如何|能不能|可以"
    "|要(?:补|带|交)|准备(?!好)|电费|费用|缴费|话费|罚款|尾款"
)
_LATER = re.compile(
    "(?:再|多)(?:等|给|宽限|缓)(?:我|一下|咱)|等(?:我)?(?:几|两|三|一)?天|过(?:几|两|三)天|(?:下|这|本)(?:个?星期|周|礼拜)|明天|后天|大后天|过两天|月底|下个?月|[一二三四五六七八九十\\d]+[天号日]"
    "|(?:周|星期|礼拜)[一二三四五六日天]|改天|晚(?:点|几天)|来不及|赶不上|才(?:有|能|拿|办|补|带|送|交|下来)"
)
_PROMISES = re.compile("再|才|会|能|有|补|带|送|交|等|给|拿|办|来|下来|到")
_LONGEST = 60
_FACTS = ("visit", "date", "phone", "address", "name", "amount", "account_no")
"""What an answer to a question that holds a case brings."""


def waiting(scene: Scene) -> tuple[Case, ...]:
    """His cases that wait for him; the one that is talked about or named alone, where there is one."""
    cases = tuple(case for case in scene.cases if case.state in LIVE and _waits(case))
    here = tuple(case for case in cases if case.no == scene.thread.case)
    found = binding.meant(scene, cases)
    return found if len(found) == 1 else here or found


def _waits(case: Case) -> bool:
    pause = promises.paused(case)
    return bool(pause and pause.customer)


def brings(text: str) -> bool:
    """Whether the words say that what was waited for is there: 材料补好了, 我交到柜台了, 照片发你了."""
    plain = normalise(text)
    return len(plain) <= _LONGEST and bool(_BROUGHT.search(plain)) and not _NOT_YET.search(plain)


def turn(scene: Scene) -> Turn | None:
    """What the customer says of what is waited for; None: nothing waits, or other words."""
    cases = waiting(scene)
    if not cases:
        return None
    if brings(scene.said.text) or (scene.said.files and not scene.said.text.strip()):
        return brought(scene, cases[0]) if len(cases) == 1 else _which(scene, cases)
    if len(cases) > 1 or _another(scene, cases[0]):
        return None
    return _later(scene, cases[0]) if _put_off(scene) else _answered(scene, cases[0])


_SAME = ("greeting", "thanks", "out_of_scope", "urge", "progress")
"""Matters that words about what is waited for may be taken for."""


def _another(scene: Scene, case: Case) -> bool:
    """Whether the words are surely another matter's, and name nothing that is waited for."""
    heard = scene.said.understood
    sure = heard.zone is Zone.ANSWER and heard.intent not in (case.topic, *_SAME)
    return sure and not re.search(_PAPER, normalise(scene.said.text))


def brought(scene: Scene, case: Case) -> Turn:
    """It is there: the case goes on, its clocks run on; the desk's own letter says so."""
    files = Say(words("files.case", **binding.handlers(scene, case)))
    says = (files,) if scene.said.files else ()
    thread = replace(menu.clear(scene.thread), misses=0, topic=case.topic, case=case.no)
    return Turn(thread, says, acts=(Act("brought", case.no),), case=case.no)


def followed(scene: Scene, decided: Turn) -> Turn:
    """While a person has the floor he hears the words; the clock runs on all the same."""
    cases = waiting(scene)
    there = brings(scene.said.text) or bool(scene.said.files)
    passed = any(act.what == "pass_on" for act in decided.acts)
    if not passed or not there or len(cases) != 1:
        return decided
    return replace(decided, acts=(*decided.acts, Act("brought", cases[0].no)))


def _which(scene: Scene, cases: tuple[Case, ...]) -> Turn:
    return binding.which(scene, cases, "brought", "which.brought")


def pressed(scene: Scene, no: str) -> Turn | None:
    """The case that was chosen; None where it waits no more."""
    case = next((one for one in scene.cases if one.no == no and one.state in LIVE and _waits(one)), None)
    return brought(scene, case) if case else None


def _put_off(scene: Scene) -> bool:
    """Whether he asks for more time, or says that it comes later."""
    plain = normalise(scene.said.text)
    return len(plain) <= _LONGEST and bool(_LATER.search(plain)) and bool(_PROMISES.search(plain)) and not _asks(plain)


def _asks(plain: str) -> bool:
    return bool(re.search("[吗么？]|怎么|什么时候|几点|哪天|多久|还要|要等", plain))


def _until(scene: Scene) -> datetime | None:
    """The day he names for it."""
    calendar = scene.books.calendar
    now = scene.now.astimezone(calendar.zone)
    said = spoken.until(scene.said.text, now, closing=lambda day: hours.closing(calendar, day))
    return said.at if said else None


def _later(scene: Scene, case: Case) -> Turn:
    """It comes later: the first handler hears by when, the customer hears what holds till then."""
    pause, until = promises.paused(case), _until(scene)
    told = words("bring.told", said=scene.said.text, until=until)
    facts = {**binding.handlers(scene, case), "at": until, "till": pause.until if pause else None}
    early = until is None or pause is None or until <= pause.until
    say = Say(words("bring.later" if early else "bring.longer", **facts), case=case.no)
    thread = replace(menu.clear(scene.thread), misses=0, topic=case.topic, case=case.no)
    return Turn(thread, (say,), acts=(Act("add", case.no, words=told),), case=case.no)


def _answered(scene: Scene, case: Case) -> Turn | None:
    """A fact he was asked for, where no papers are waited for; None: other words."""
    pause, heard = promises.paused(case), scene.said.understood
    got = {name: heard.slots[name] for name in _FACTS if heard.slots.get(name)}
    if not pause or pause.wants or not got or _asks(normalise(scene.said.text)):
        return None
    thread = replace(menu.clear(scene.thread), misses=0, topic=case.topic, case=case.no)
    return Turn(thread, acts=(Act("add", case.no, slots=got), Act("brought", case.no)), case=case.no)
