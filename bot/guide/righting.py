"""Something told before was wrong 「不对，是12号」: the one fact changes, in the form or in the open case."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.desk.case import Case, Secrecy
from bot.desk.promises import LIVE
from bot.desk.verdict import UNNAMED
from bot.desk.words import words
from bot.guide import binding, form, known, menu, secrecy
from bot.guide.matter import joined
from bot.guide.said import Act, Say, Scene, Turn
from bot.guide.telling import today
from bot.guide.thread import Thread
from intents import slots
from intents.text import normalise
from intents.understanding import Zone

_NAMES = {
    "address": "地址|门牌号?|住址|位置|地方|楼号|房号|幢号|小区",
    "phone": "电话号?码?|手机号?码?|联系方式|号码",
    "account_no": "户号|户头号",
    "date": "日期|日子|哪天|时间",
    "name": "名字|姓名|户名|称呼",
    "amount": "金额|钱数",
}
_NAMED = {slot: re.compile(pattern) for slot, pattern in _NAMES.items()}
_ANY = "|".join(_NAMES.values())
_SAID = "(?:写|说|打|报|填|发|输|给|留|记|搞|弄|讲|登记)"
_SORRY = "(?:啊|哦|哎呀?|呀|等等|等一?下|抱歉|不好意思|对不起|刚才|刚刚|前面|之前|上面|那个|我|把|的|又|是|，| )*"
_WRONG = re.compile(
    f"^{_SORRY}(?:不对|不是|错了|错啦|更正(?:一?下)?|纠正(?:一?下)?|改(?:一?下)?|{_SAID}(?:错|岔|反)(?:了|啦)?)"
    "(?:了|啊|哈)?(?:[，：。！ ]|$)"
    f"|(?:{_ANY})(?:好像|应该|可能|是|我)*(?:{_SAID}?(?:错|反)|不对|有误|要改|(?:少|多)(?:了|{_SAID}))|(?:{_ANY})[^，。]{{0,3}}(?:改|换)(?:成|为|一?下)"
    f"|(?:改|换)(?:一?下)?(?:{_ANY})"
    f"|{_SAID}(?:错|反)(?:一|两|几)?(?:位|个(?:数|字)?|了)?|(?:应该|应当|其实|实际上?)是(?=.)"
)
_VALUE = re.compile("^.*(?:应该是|应当是|其实是|实际上?是|更正为|改成|改为|换成|换为|而是|是|为)(?=.)", re.DOTALL)
_NUM = r"(?:\d{1,5}|[一二三四五六七八九十百]{1,5})"
_UNITS = ("幢|栋|座|号楼", "单元", "室|户", "楼|层", "弄|巷", "组|队|社", "村", "号")
_PIECE = re.compile(rf"({_NUM})({'|'.join(_UNITS)})")
_PARTIAL = re.compile(rf"(?:(?:{_NUM})(?:{'|'.join(_UNITS)}))+(?:\d{{2,4}})?")
_ROOM = re.compile(r"\d{3,4}(?=室?$)")
_BREAK = re.compile("(?:[，：。！ ]|错了|错一位|错)+")
_WEEKDAY = re.compile("(?:是|那个?|改|应该|约)*(?:周|星期|礼拜)([一二三四五六日天])(?:上午|下午|早上|中午|晚上)?")
_LONGEST = 40
_RECENT = timedelta(days=1)
FIX = "fix"
_PLAIN = ("address", "phone", "date")
_ENDS = "了吧啊哈呀的。，！~ "


def _named(text: str) -> str:
    """The fact that the words name."""
    found = [slot for slot, pattern in _NAMED.items() if pattern.search(text)]
    return found[0] if len(found) == 1 else ""


def _merged(old: str, said: str) -> str:
    """The old address with the pieces that were told anew; empty where they do not fit into it."""
    new = old
    if said.isdigit():
        return _ROOM.sub(said, old) if _ROOM.search(old) else ""
    for found in _PIECE.finditer(said):
        units = next(one for one in _UNITS if re.fullmatch(one, found[2]))
        if found[2] in "室户" and _ROOM.search(new):
            new = _ROOM.sub(found[0], new)
            continue
        place = list(re.finditer(rf"{_NUM}(?:{units})(?!楼)", new))
        if not place:
            return ""
        at = place[-1]
        new = f"{new[: at.start()]}{found[0]}{new[at.end() :]}"
    rest = _PIECE.sub("", said)
    if not rest.isdigit():
        return new
    return _ROOM.sub(rest, new) if _ROOM.search(new) else new + rest


def _candidates(scene: Scene, text: str, told: Mapping[str, str]) -> dict[str, str]:
    """Which facts the words may put right, with the value each would have: read from what stands after the mistake."""
    said = _VALUE.sub("", text).strip(_ENDS) if _VALUE.search(text) else _BREAK.split(text, maxsplit=1)[-1].strip(_ENDS)
    heard = {**scene.said.understood.slots, **slots.read(said, today=today(scene), places=tuple(scene.places))}
    found = {name: heard[name] for name in ("phone", "account_no", "amount") if heard.get(name)}
    if _PARTIAL.fullmatch(said) or (said.isdigit() and len(said) in (3, 4)):
        merged = _merged(told.get("address", ""), said)
        found |= {"address": merged} if merged else {}
    elif heard.get("address") and not found:
        found["address"] = _VALUE.sub("", heard["address"])
    if heard.get("date") and told.get("date") and not {"phone", "account_no"} & set(found):
        found["date"] = _same_week(said, told["date"]) or heard["date"]
    name = slots.read(said, today=today(scene), asked="name").get("name", "") if _named(text) == "name" else ""
    return {"name": name} if name else found


def _same_week(said: str, before: str) -> str:
    """A bare weekday put right is a day of the week that was told first: 下周三, 不对，是周四."""
    bare = _WEEKDAY.fullmatch(said.strip(_ENDS))
    try:
        first = date.fromisoformat(before[:10])
    except ValueError:
        return ""
    if not bare:
        return ""
    at = "一二三四五六日".find(bare[1].replace("天", "日"))
    return (first - timedelta(days=first.weekday()) + timedelta(days=at)).isoformat()


def _holder(scene: Scene) -> tuple[Case | None, dict[str, str]]:
    """What was told so far, and the open case it belongs to; no case: the talk's own form or offer."""
    thread = scene.thread
    own = next((case for case in scene.cases if case.no == thread.case and case.state in LIVE), None)
    if thread.draft or not binding.live(scene):
        fresh = thread.draft or (thread.begun_at is not None and scene.said.at - thread.begun_at <= _RECENT)
        return None, dict(thread.slots) if fresh else {}
    live = [case for case in binding.live(scene) if not secrecy.private(case)]
    named = [case for case in live if binding.named(scene, case)] or live
    case = named[0] if len(named) == 1 else None
    alone = own in live and not any(set(case.slots) & set(known.SLOTS) for case in live if case != own)
    case = own if alone else case
    return case, dict(case.slots) if case else {}


def turn(scene: Scene) -> Turn | None:
    """The fact changes where it stands; which one is asked where it is not plain; None: other words."""
    text = normalise(scene.said.text).strip()
    if scene.said.corrects or scene.said.files or not 0 < len(text) <= _LONGEST or not _WRONG.search(text):
        return None
    case, told = _holder(scene)
    if case is None and not told and not scene.thread.draft:
        return None
    found, named = _candidates(scene, text, told), _named(text)
    plain = named in _PLAIN and told.get(named) and found.get(named)  # 地址写错了，是5幢: whatever it sounds like
    if not plain and _another_matter(scene, case):
        return None
    if named and found.get(named):
        found = {named: found[named]}
    if not found:
        return _asked_anew(scene, case, named) if named and told.get(named) else None
    if set(found) == {"date", "address"}:
        return _which(scene, found)
    slot, value = next(iter(found.items())) if len(found) == 1 else ("", "")
    new = not told.get(slot)
    if not slot or (new and (slot == scene.thread.asking or (case and case.no != scene.thread.case))):
        return None  # it answers the open question, or nothing was told that could be wrong
    return None if new and not case and not scene.thread.draft else _put(scene, case, slot, value)


def _another_matter(scene: Scene, case: Case | None) -> bool:
    """Surely about something else: 电费不对, 户名写错了要改."""
    heard, topic = scene.said.understood, case.topic if case else scene.thread.topic
    near = (topic, "urge", "progress", "cancel_case", "greeting", "rename" if scene.thread.draft else topic)
    return (
        heard.zone is Zone.ANSWER and heard.intent not in near and not any(map(heard.slots.get, ("phone", "address")))
    )


def _put(scene: Scene, case: Case | None, slot: str, value: str) -> Turn:
    """Done and confirmed, masked where it is private; an open question stays open."""
    thread = replace(scene.thread, misses=0)
    if case is None or case.no == thread.case:
        thread = replace(thread, slots={**thread.slots, slot: value})
    if case:
        unkept = case.secrecy is Secrecy.ANONYMOUS and slot in UNNAMED
        facts = {**binding.handlers(scene, case), "slot": words(f"slot.{slot}"), "value": _shown(slot, value)}
        told = words("sent.anonymous" if unkept else "righted.case", **facts)
        return Turn(thread, (Say(told),), acts=(Act("add", case.no, slots={slot: value}),))
    return _going_on(scene, thread, Say(words("righted", slot=words(f"slot.{slot}"), value=_shown(slot, value))))


def _shown(slot: str, value: str) -> object:
    """The value as its customer reads it back."""
    if slot == "date":
        return date.fromisoformat(value)
    return value if slot in ("address", "amount") else known.masked(slot, value)


def _going_on(scene: Scene, thread: Thread, say: Say) -> Turn:
    """The word about it, and the form's question that still stands open."""
    topic = scene.books.topics.get(thread.topic)
    if not thread.draft or not thread.asking or topic is None:
        return Turn(thread, (say,))
    asked, question = form.ask(replace(thread, asking=""), topic, thread.asking, scene.now)
    return Turn(replace(asked, tries=thread.tries), (joined(say, question),))


def _asked_anew(scene: Scene, case: Case | None, slot: str) -> Turn | None:
    """It is wrong, but not said how: the right one is asked for."""
    topic = scene.books.topics.get(scene.thread.topic)
    if topic is None or (case and case.no != scene.thread.case) or slot not in known.SLOTS:
        return None
    gone = {name: text for name, text in scene.thread.slots.items() if name != slot}
    pending = tuple(one for one in (scene.thread.asking, *scene.thread.pending) if one and one != slot)
    quiet = replace(menu.clear(scene.thread), slots=gone, asking="", tries=0, pending=pending if case else ())
    thread, _ = form.ask(quiet, topic, slot, scene.now)
    said = Say(words("righted.how", slot=words(f"slot.{slot}")))
    return Turn(replace(thread, misses=0, tries=form.TRIES), (said,), case=case.no if case else "")


def _which(scene: Scene, found: Mapping[str, str]) -> Turn:
    """12号: a day or a door, both were told."""
    held = {**scene.thread.held, **{f"{FIX}.{slot}": value for slot, value in found.items()}}
    options = (("日期", f"{FIX}.date"), ("门牌", f"{FIX}.address"))
    thread, buttons = menu.offer(scene.thread, scene.now, *options)
    facts = {"day": date.fromisoformat(found["date"]), "address": found["address"]}
    return Turn(replace(thread, held=held), (Say(words("righted.which", **facts), buttons),))


def pressed(scene: Scene, slot: str) -> Turn | None:
    """The one of two that was chosen."""
    value = scene.thread.held.get(f"{FIX}.{slot}", "")
    if not value:
        return None
    held = {name: text for name, text in scene.thread.held.items() if not name.startswith(f"{FIX}.")}
    case, _ = _holder(scene)
    return _put(replace(scene, thread=replace(scene.thread, held=held)), case, slot, value)
