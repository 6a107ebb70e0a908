"""Words about cases under way: how they stand, hurry them, what joins them, what is put right."""

import re
from dataclasses import replace
from datetime import timedelta

from bot.desk.case import Button, State
from bot.desk.promises import LIVE
from bot.desk.words import words
from bot.guide import binding, form, matter, secrecy
from bot.guide.returning import POWER
from bot.guide.said import Act, Say, Scene, Turn
from intents.text import normalise
from intents.understanding import Zone

FACTS = ("phone", "address")
_HURRY = re.compile("快点|赶快|赶紧|尽快|抓紧|早点|快修|快办|催")
_AT_ONCE = timedelta(minutes=1)
_A_WHILE = timedelta(minutes=5)
_NAGS = re.compile(
    "(?:喂|哎|唉|在吗|那|你们|师傅|到底|我说|倒是)*(?:人呢|人在哪[里儿]?|人去哪(?:了|儿了|里了)?|有没有人(?:管|理|来|在)?(?:啊|了)?|没人(?:管|理|来|理我|管我)(?:了|吗|啊)?"
    "|(?:怎么|咋|为什么|为啥)?(?:还|一直|到现在)(?:是)?(?:没|不)(?:有)?(?:来|到|好|弄好|修好|办好|办|修|人来|人到|动静|消息|回音|回复|结果|人联系|人理|音信|解决|处理)(?:人|我|啊|呀|呢|了)*"
    "|(?:到底|究竟)(?:什么时候|啥时候|几点|几时|多久|要多久|还要多久|要等多久|怎么回事|来不来|修不修|办不办|管不管|还来不来|还修不修)(?:能|才|会|可以)*"
    "(?:来|到|好|修好|办好|弄好|有结果|解决|完)*(?:人|啊|呀|呢|了)*|(?:要|还要)?等到什么时候(?:啊|去)?|等(?:了)?(?:半天|好久|一天|几天|这么久|多久|老半天)(?:了)*(?:啊|呀)?"
    "|来人(?:啊|呀)*|快点(?:啊|呀|来|行不行)*|快来(?:人)?(?:啊|呀)*|赶紧的?(?:啊|来)*|说话(?:啊|呀)*|回话(?:啊|呀)*|催(?:一?下|催)?|再催(?:一?下|催)?|怎么没(?:动静|消息|下文|反应)了?(?:啊|呀)?)"
)
"""A word that hurries and nothing else."""
_HERE = re.compile(
    "(?:喂|哎|唉|你好|您好|那个|请问|客服|师傅|小首)*(?:人呢|(?:还)?在(?:吗|不在|不|么|嘛)(?:呀|啊)?|有人(?:在)?(?:吗|嘛|么|不)|没人(?:吗|么|啊)?|还有人(?:吗|在吗)"
    "|(?:怎么|为什么|咋|为啥)?(?:都|还|一直)?(?:没有?人|没|不)(?:理|回|回复|管|答|搭理|应|说话|吭声)(?:我|人|话|复|了|啊|呀|吗|呢)*)+"
)
"""Somebody is called, and nothing else is said."""
_CALLED = re.compile("^(?:喂|你好|您好|请问|客服|小首|，)*在(?:吗|不在|么|嘛)")
_WHEN = re.compile(
    "(?:你们|师傅|人|那|请问|到底|怎么)*(?:什么时候|啥时候|几点|多久|几时|哪天|何时|还要多久|多长时间)(?:能|才|会|可以)*(?:来|到|好|办好|弄好|有结果|处理|解决|有人来|过来|办完)"
    "(?:人|啊|呀|呢|了|一趟|我家)*|(?:怎么)?(?:还|一直)(?:没|不)(?:有)?(?:来|人来|到|动静|消息|人联系)(?:人|啊|呀|呢|了)*|(?:人|师傅)(?:呢|到哪了?|来了(?:吗|没))|到哪了|来了(?:吗|没)"
    "|(?:现在|我的?|单子|事情|那个|，)*(?:办|弄|修|处理|走)?到(?:哪|什么|第几)(?:一)?(?:个)?(?:步|程度|环节|地步)(?:骤)?了?(?:呢|啊|呀)?"
)
"""Asked in few words, of no case by name."""
_WRONG = re.compile("[写说打报搞发填弄记]错|(?<![么对费])不对(?:[，。]|$)|更正|纠正|(?:改成|改为|应该是|应当是)")
_BEFORE = re.compile("^.*(?:应该是|应当是|更正为|改成|改为|而是|是)(?=.)")
_POWER = re.compile("没(?:有)?电|停电|断电|报修")
_LONGEST = 40
BESIDE = 6
"""Signs beside bare facts that say nothing else: 我的电话是."""


def when(scene: Scene) -> Turn | None:
    """「什么时候来」 with several cases under way: which one is asked; None: other words, or there is no doubt."""
    if not _WHEN.fullmatch(normalise(scene.said.text).replace(" ", "").strip("，。！？~")):
        return None
    live = binding.meant(scene, binding.live(scene))
    if len(live) > 1:
        return binding.which(scene, live, "show")
    unsure = scene.said.understood.zone is not Zone.ANSWER
    return binding.show(scene, live[0]) if live and unsure and not scene.thread.asking else None


def nags(text: str) -> bool:
    """Whether the whole text calls for somebody, or hurries: 人呢, ？？？, 怎么还不来."""
    bare = normalise(text).replace(" ", "").strip("，。！~…？")
    return not bare or bool(_NAGS.fullmatch(bare))


def calls(text: str) -> bool:
    """Whether the whole text only calls for somebody: 人呢, 怎么没人理我."""
    return nags(text) or bool(_HERE.fullmatch(normalise(text).replace(" ", "").strip("，。！~…？")))


def nagged(scene: Scene) -> Turn | None:
    """「？」「人呢」「到底什么时候」 and no more: the case under way is hurried; None: other words, or no case.

    A bare mark right after the hall spoke asks how it stands.
    """
    live = binding.live(scene)
    bare = normalise(scene.said.text).replace(" ", "").strip("，。！~…")
    mark = bool(bare) and not bare.strip("？")
    if not (mark or _NAGS.fullmatch(bare.strip("？")) or _HERE.fullmatch(bare.strip("？"))):
        return None
    if not live:
        return _here(scene, bare) if _HERE.fullmatch(bare.strip("？")) else None
    told = max(at for case in live for at in (case.opened_at, case.acted_at, case.nudged_at) if at)
    open_ = bool(scene.thread.asking or scene.thread.menu)
    if mark and open_ and (bare == "？" or (scene.thread.asking and scene.now - told < _A_WHILE)):
        return None
    if mark and scene.now - told < _AT_ONCE:
        return binding.show(scene, live[0]) if len(live) == 1 else None
    return urge(scene)


def _here(scene: Scene, bare: str) -> Turn | None:
    """「人呢」「在吗」「？？」 and nothing is under way: somebody is here; what stands open is asked once more."""
    thread, topic = scene.thread, scene.books.topics.get(scene.thread.topic)
    if thread.asking and topic and (thread.draft or thread.asking in {ask.slot for ask in topic.asks}):
        asked, question = form.ask(replace(thread, asking=""), topic, thread.asking, scene.now)
        text = words("joined", first=words("here"), second=question.text)
        return Turn(replace(asked, tries=thread.tries), (replace(question, text=text),))
    if thread.menu and not thread.asking:
        buttons = tuple(Button(one.label, one.value) for one in thread.menu)
        return Turn(replace(thread, misses=0, menu_at=scene.now), (Say(words("here.menu"), buttons),))
    if thread.asking:
        return None
    if (
        thread.misses and not _CALLED.match(bare) and not thread.topic and matter.HUMAN in scene.books.topics
    ):  # called twice, and not helped yet
        return matter.human(replace(scene, thread=replace(thread, misses=0)))
    calm = bool(_CALLED.match(bare))
    misses = thread.misses if calm else thread.misses + 1
    return Turn(replace(thread, misses=misses), (Say(words("here.say" if calm else "here.sorry")),))


def hurried(scene: Scene) -> Turn | None:
    """Longer words that hurry the case under way: 快点修就行; None: they do not, or nothing is under way."""
    return urge(scene) if binding.live(scene) and _HURRY.search(normalise(scene.said.text)) else None


def progress(scene: Scene) -> Turn:
    """Where the customer's cases stand; closed ones only when asked for by number."""
    no = scene.said.understood.slots.get("case_no", "")
    ends = (State.CLOSED, State.CANCELLED)
    found = binding.meant(scene, tuple(case for case in scene.cases if no or case.state not in ends))
    if not found:
        return Turn(scene.thread, (Say(words("progress.unknown" if no else "progress.none")),))
    return binding.show(scene, found[0]) if len(found) == 1 else binding.which(scene, found, "show")


def urge(scene: Scene) -> Turn:
    """Hurry the case that is meant; of several the customer says which."""
    live = binding.meant(scene, binding.live(scene))
    if not live:
        return progress(scene)
    if len(live) > 1:
        return binding.which(scene, live, "urge", "which.urge")
    return Turn(replace(scene.thread, misses=0), acts=(Act("urge", live[0].no),))


def pictures(scene: Scene) -> Turn:
    """Files without words: kept, joined to the case they belong to, and the question what they are about."""
    live = binding.meant(scene, binding.live(scene))
    return binding.add(scene, live, {}, "files.case") if live else Turn(scene.thread, (Say(words("files.kept")),))


def sent(scene: Scene) -> Turn:
    """A place or a telephone sent as such: it joins the case under way, else it is kept for what comes next."""
    slot = "address" if scene.said.sort == "location" else "phone"
    text = scene.said.understood.slots.get(slot) or scene.said.text
    live = binding.meant(scene, binding.live(scene))
    if live:
        known = len(live) == 1 and slot == "address" and live[0].slots.get(slot)
        return binding.add(scene, live, {} if known else {slot: text}, "sent.case")
    thread = replace(scene.thread, slots={**scene.thread.slots, slot: text})
    return Turn(thread, (Say(words("sent.place" if slot == "address" else "sent.phone")),))


def told(scene: Scene) -> Turn | None:
    """A telephone or a place and hardly a word: it joins the case that is talked about; None: other words."""
    got = {name: scene.said.understood.slots.get(name, "") for name in FACTS}
    length = len(normalise(scene.said.text).replace(" ", ""))
    here = any(case.no == scene.thread.case for case in binding.live(scene))
    if not here or not any(got.values()) or length > sum(map(len, got.values())) + BESIDE:
        return None
    live = binding.meant(scene, binding.live(scene))
    slots = {name: text for name, text in got.items() if text}
    known = live[0].slots.get("address", "") if len(live) == 1 else ""
    if known and known not in slots.get("address", known):
        del slots["address"]
    return binding.add(scene, live, slots, "sent.case")


def correct(scene: Scene) -> Turn | None:
    """A correction of what is already a case: its facts change, the first handler is told; None: not about a case."""
    live = next((case for case in scene.cases if case.no == scene.thread.case and case.state in LIVE), None)
    if live is None or _only_asks(scene):
        return None
    say = Say(words("corrected", **binding.handlers(scene, live)))
    return Turn(scene.thread, (say,), acts=(Act("add", live.no, slots=dict(scene.said.understood.slots)),))


def put_right(scene: Scene) -> Turn | None:
    """「地址写错了，是…」: the fact changes in the case it belongs to, no second case begins; None: other words."""
    text, heard = normalise(scene.said.text), scene.said.understood
    got = {name: heard.slots[name] for name in (*FACTS, "account_no") if heard.slots.get(name)}
    got |= {"address": _BEFORE.sub("", got["address"])} if "address" in got else {}
    if scene.thread.draft or not got or len(text) > _LONGEST or not _WRONG.search(text):
        return None
    found = tuple(case for case in binding.live(scene) if any(case.slots.get(name) for name in got))
    found = tuple(case for case in found if case.topic not in secrecy.TOPICS) or found
    named = [case for case in found if binding.named(scene, case) or (_POWER.search(text) and case.topic in POWER)]
    found = tuple(named) or found
    known = any(topic == heard.intent for topic in (case.topic for case in found))
    other = heard.zone is Zone.ANSWER and not known and heard.intent not in ("progress", "urge")
    if not found or (other and not {"address", "phone"} & got.keys()):
        return None
    if len(found) > 1:
        return binding.add(scene, found, {**got, binding.FIXES: "1"}, "corrected")
    say = Say(words("corrected", **binding.handlers(scene, found[0])))
    return Turn(replace(scene.thread, misses=0), (say,), acts=(Act("add", found[0].no, slots=got),))


def _only_asks(scene: Scene) -> bool:
    """Surely a matter that is answered without a case."""
    topic = scene.books.topics.get(scene.said.understood.intent)
    sure = scene.said.understood.zone is Zone.ANSWER
    return sure and topic is not None and (topic.offer or not topic.opens_case)
