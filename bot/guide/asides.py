"""Words that answer no question: thanks, a nod, anger, who is complained of; what stands open stays open."""

import re
from dataclasses import replace

from bot.desk.case import Case
from bot.desk.promises import LIVE
from bot.desk.words import words
from bot.guide import asking, binding, complaint, filling, form, matter, menu, secrecy, underway, withdrawing
from bot.guide.said import Act, Say, Scene, Turn
from intents.tempers import angry
from intents.text import normalise
from intents.understanding import Zone

LEAD = "lead"
_THANKS = re.compile("谢|感谢|辛苦|麻烦(?:你|您)?们?了")
_POLITE = re.compile(
    "(?:好的?|好吧|行吧?|可以|嗯+|哦+|噢|ok|收到|知道了?|明白了?|了解|没问题|那|先|太|多谢|谢谢?|感谢|谢|十分|非常|您|你们?|们|了|啊|呀|哈|啦|的|吧|师傅|小首|客服"
    "|辛苦|麻烦|不好意思|稍等|等(?:我)?一?下|我(?:去)?(?:找|看|查)(?:找|看|一?下)?|[，。！~ 👍🙏🌹👌❤😊])+",
)
_ELSE = re.compile("[0-9]|那先$|^麻烦你?$|^(?:你|您)们?好|^[吧啊的了那先太您你我们，。！~ ]+$")
_NAMES = re.compile(
    "^(?:好像|应该|对了|我想起来了?|补充一?下|还有|哦|，)*(?:(?:那|这|就是那|就是这)(?:个|位)?|他|她|对方|当时那|昨天那)(?:个|位)?(?:人|师傅|男的|女的|电工|抄表的?|抄表员|收费的|工作人员|营业员|客服|接电话的)*"
    "(?:好像|应该|大概)?(?:是)?(?:叫|姓|名叫|名字(?:是|叫)|工号(?:是)?)"
)
_OF_OLD = re.compile(
    "(?:上次|上回|之前|以前|原来|前面|前几天|前天|昨天|早上|上午|刚才|刚刚|先前|那天)[^，。！？]{0,8}(?:单子?|工单|报修|登记的?|那件事?|那事|报的|办的)"
    "|(?:那|这)(?:个|张|件)(?:单子?|工单)|我(?:的)?(?:那个|那张|那件)?(?:单子|工单)"
)
_TAKES_BACK = re.compile("撤|取消|作废|不要|退|不(?:办|修|报)了")
_LONGEST = 40


def turn(scene: Scene) -> Turn | None:
    """What such words get: a short word, and what stood open once more; None: other words."""
    if scene.said.button or scene.said.files or scene.said.sort:
        return None
    return named(scene) or _polite(scene) or _angry(scene) or _of_old(scene)


def _open(scene: Scene) -> Say | None:
    """The open question as it was first put."""
    thread, topic = scene.thread, scene.books.topics.get(scene.thread.topic)
    if asking.open_(scene):
        return asking.put(scene).says[-1]
    if not thread.draft or not thread.asking or topic is None:
        return None
    return form.ask(replace(thread, asking=""), topic, thread.asking, scene.now)[1]


def _again(scene: Scene, code: str) -> Turn | None:
    """A short word and the open question, where it was not put too often; None: none is open."""
    question = _open(scene)
    if question is None:
        return None
    if scene.thread.tries >= form.TRIES:  # it stands above, and is not put a third time
        return Turn(replace(scene.thread, misses=0), (Say(words(code)),))
    said = matter.joined(Say(words(code)), question)
    return Turn(replace(scene.thread, misses=0, tries=scene.thread.tries + 1), (said,))


def _polite(scene: Scene) -> Turn | None:
    bare = normalise(scene.said.text).strip()
    if (
        not bare
        or len(bare) > _LONGEST
        or not _POLITE.fullmatch(bare)
        or _ELSE.search(bare)
        or scene.thread.asking == secrecy.SLOT
    ):
        return None
    return _again(scene, "aside.thanks" if _THANKS.search(bare) else "aside.nod")


def named(scene: Scene) -> Turn | None:
    """Who it was, told beside a complaint under way."""
    case = complaint.live(scene)
    text = normalise(scene.said.text).strip()
    if case is None or scene.thread.draft or len(text) > _LONGEST or not _NAMES.search(text):
        return None
    turn = complaint.joined(scene, case)
    open_ = filling.wanted(scene) and scene.thread.case == case.no
    return turn if open_ else replace(turn, thread=replace(scene.thread, misses=0))


def _angry(scene: Scene) -> Turn | None:
    """Anger and no matter: of a case under way, hurried and told how it stands; else a complaint is offered."""
    heard = scene.said.understood
    topic = scene.books.topics.get(heard.intent)
    sure = heard.zone is Zone.ANSWER and topic is not None and (topic.opens_case or bool(heard.slots))
    about = heard.intent in (matter.HUMAN, complaint.TOPIC, "opinion", "hazard")
    if (
        not angry(scene.said.text)
        or underway.calls(scene.said.text)
        or (sure and about)
        or heard.danger
        or complaint.meant(scene)
    ):
        return None
    question = _again(scene, "angry.form")
    if question:
        return question
    cases = tuple(case for case in binding.live(scene) if case.topic != complaint.TOPIC) or binding.live(scene)
    meant = binding.meant(scene, cases)
    here = tuple(case for case in meant if case.no == scene.thread.case) or meant
    if here:
        return _hurried(scene, here)
    thread = replace(scene.thread, misses=0)
    if complaint.TOPIC not in scene.books.topics:
        return None
    options = ("登记投诉", f"topic.{complaint.TOPIC}"), ("转人工", "human"), ("先不用", menu.LATER)
    after, buttons = menu.offer(thread, scene.now, *options)
    held = {binding.SAID: scene.said.text}
    return Turn(replace(after, held=held), (Say(words("angry.free"), buttons),))


def _hurried(scene: Scene, cases: tuple[Case, ...]) -> Turn:
    if len(cases) > 1:
        return binding.which(scene, cases, "urge", "which.urge")
    thread = replace(scene.thread, misses=0)
    thread, buttons = menu.offer(thread, scene.now, ("找领导", f"{LEAD}.{cases[0].no}"))
    return Turn(thread, (Say(words("angry.case"), buttons),), acts=(Act("urge", cases[0].no),))


def pressed(scene: Scene, no: str) -> Turn | None:
    """The duty leader is asked to look after it; None: there is no such case under way."""
    case = next((case for case in scene.cases if case.no == no and case.state in LIVE), None)
    if case is None:
        return None
    said = Say(words("angry.leader", **binding.handlers(scene, case)), case=no)
    return Turn(scene.thread, (said,), acts=(Act("grave", no, whys=("leader",)),), case=no)


def _of_old(scene: Scene) -> Turn | None:
    """「上次那个单子」 in words that are not understood: that case is told of, not refused."""
    text, heard = normalise(scene.said.text), scene.said.understood
    no = heard.slots.get("case_no", "")
    other = heard.zone is Zone.ANSWER and heard.intent != withdrawing.TOPIC
    if other or _TAKES_BACK.search(text) or len(text) > _LONGEST or not (no or _OF_OLD.search(text)):
        return None
    cases = tuple(case for case in scene.cases if case.topic != matter.HUMAN)
    live = tuple(case for case in cases if case.state in LIVE)
    if scene.thread.draft or scene.thread.asking in asking.OWN or (not no and not cases):
        return None
    if no or live:
        return underway.progress(scene)
    return binding.show(scene, max(cases, key=lambda case: case.opened_at))
