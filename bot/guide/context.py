"""A word more about what is talked of 「那要带什么」「几天」: the fitting part of its answer is told."""

import re
from dataclasses import replace

from bot.desk.case import Case
from bot.desk.promises import LIVE
from bot.desk.words import words
from bot.guide import binding, form, menu, secrecy
from bot.guide.matter import OFFERED, joined
from bot.guide.returning import POWER
from bot.guide.said import Say, Scene, Turn
from intents.text import normalise
from intents.topic import Topic, TopicKind
from intents.understanding import Zone

_PEOPLE = (
    "妈妈?|老?爸爸?|父母|爸妈|爹|娘|老公|老婆|爱人|儿子|女儿|哥哥?|姐姐?|弟弟?|妹妹?|家人|家里人|家属|亲戚|朋友|同事|邻居|中介|别人|他人|其他人"
    "|儿女|子女|孩子|小孩|媳妇|对象|公公|婆婆|爷爷|奶奶|老人|房东|租客|员工|会计|人家"
)
_DO = "(?:办|弄|搞|申请|装|改|交|登记|操作|处理)"
_CAN = "(?:能不能|可不可以|行不行|是不是|能|可以|可|会|让|叫)"
_FACETS = {
    "papers": (
        "(?:带|准备|交|拿|提供|备|用|出示)(?:些|点|好)?(?:什么|啥|哪些|哪几样|哪样|几样)(?:东西|材料|证件?|证明|手续|资料|文件)?(?:去|过去|来)?"
        "|(?:什么|啥|哪些|哪几样|几样)(?:材料|证件?|证明|手续|资料|文件|东西)|(?:材料|证件|证明|资料|手续)(?:有哪些|是什么|是哪些|清单|要哪些|要什么|要啥|怎么准备)?"
        "|(?:身份证|房产证|产权证|不动产证|营业执照|委托书|户口本|购房合同)(?:复印件|原件)?(?:(?:要|带|用)(?:不要|不带|不用)?(?:带)?|可以|行)?"
    ),
    "time": (
        "(?:最快|最慢|最多|最晚)?(?:多久|多长时间|几天|几个工作日|多少个?工作日|多少天|多少时间|多快|什么时候|啥时候|哪天|几时|几号|时间(?:多久|多长)?)(?:时间)?(?:能|可以|才能|才|会|就)*"
        f"(?:{_DO}?(?:好|完|成|下来|理)|通电|装|来电|送电|来|到|上门|有结果|出结果|生效|到账|批(?:下来)?|搞定|有人来|来人|人来|人到|派人(?:来)?|过来|来修|来看|修|{_DO})?|(?:快|慢)不(?:快|慢)"
    ),
    "cost": (
        "(?:多少|几块|几百块?)(?:钱|费用?|费)|(?:什么|啥)价(?:格|钱)?|(?:收|要|用|花|出|交)(?:不收|不要|不用|不花)?(?:多少|什么|啥|手续)?(?:钱|费用?)"
        "|(?:怎么|如何|咋)(?:收费|收钱|算钱)|收费(?:多少|标准|怎么算)?|费用(?:多少|怎么算|标准)?|价格|免费|贵不贵|贵"
    ),
    "online": (
        f"(?:{_CAN})?(?:在)?(?:网上国网|网上|线上|网络|手机上?|微信上?|支付宝|app|公众号|在家里?|远程|电话里?)(?:上|里)?"
        f"(?:{_CAN})?(?:直接|自己)?{_DO}?(?:好|成|理|得了|不了)?"
        f"|(?:在|去|到|上)?(?:哪个?(?:地方|窗口|厅|营业厅|里|儿)|哪|什么地方)(?:可以|能)?(?:去)?(?:{_DO}(?:理|材料)?|交)|(?:在|去)(?:哪里|哪儿|哪)"
        f"|(?:一定|必须|非|用不用|需不需要|要不要|是不是)?(?:要|得|用)?(?:亲自)?(?:跑|去|到|上)(?:一趟)?(?:(?:你们)?(?:营业厅|柜台|现场|厅里|窗口|那里|那儿)|(?<=一趟))(?:{_DO}|去)?"
        f"|不(?:去|到|跑)(?:营业厅|柜台|现场)?{_CAN}{_DO}"
    ),
    "proxy": (
        f"(?:让|叫)?(?:我|我们|我家)?(?:的)?(?:{_PEOPLE})(?:代我|替我|帮我)?(?:去|来|代)(?:行不行|行|可以|可不可以|能不能行|成|好)|"
        f"(?:我|我们|我家)?(?:的)?(?:{_PEOPLE}){_CAN}*(?:帮|替|代|给|过)?(?:我|我们|忙|替)?(?:来|去|过来|过去)?(?:代)?{_DO}(?:理)?(?:行|可以|成)?"
        f"|{_CAN}+(?:我|我们)?(?:的)?(?:{_PEOPLE}|个?人)?(?:帮|替|代|过)?(?:我|忙)?(?:来|去)?(?:代)?{_DO}(?:理)?(?:行|可以|成)?|{_CAN}*(?:代办|委托(?:别人|他人)?{_DO}?|代理)(?:行|可以)?"
        f"|(?:一定|必须|非得?|是不是|需不需要|要不要|用不用)?(?:要|得|需要)?(?:户主|本人|业主|房东|我自己|我本人)(?:本人|亲自)*(?:一起)?(?:去|来|到场|到|在场|在|{_DO})?(?:才行|才能办)?"
    ),
    "steps": (
        f"(?:怎么|如何|咋|怎样)(?:{_DO}(?:法|理)?|走|做)|(?:怎么|咋)个?(?:{_DO}法|{_DO})|(?:什么|啥|哪些|怎样的)?(?:流程|步骤|程序)(?:是什么|是怎样的?|怎么走|有哪些|咋走)?"
        "|(?:第一步|下一步|接下来|然后)(?:呢|怎么(?:办|做|弄)|做什么|干什么|干嘛|是什么)?"
    ),
    "terms": (
        "(?:有|要|满足|符合)?(?:什么|啥|哪些)(?:条件|要求|限制|讲究|规定|前提|说法|(?:要|需要)?注意的?)(?:事项)?|(?:条件|要求|前提|注意事项)(?:是什么|有哪些)?|注意(?:什么|啥|哪些|点什么)"
    ),
}
"""What is asked of a matter, in words that name none."""
_LEAD = (
    "那么?|就|师傅|这个|这样|这|它|请问一?下?|另外|还有|顺便|对了|我?想问一?下?|问一?下|再问一?下?|大概|大约|一般|到底|具体|总共|一共|办这个|办理|办|弄|去|过去|需要|要|得|我们|我|你们|咱们?|该|都|应该|是|有|嗯|哦|好的?"
    "|明白了?|知道了?|谢谢|没有户号|手续|然后|今天|现在|[，、 ]"
)
_TAIL = "[呢啊呀吗嘛么的了吧哦哈不没呗伐？。！~，、 ]|来着|可以|行|谢谢"
_ASKS = {name: re.compile(f"(?:{_LEAD})*(?:{core})(?:{_TAIL})*") for name, core in _FACETS.items()}
_NOT = re.compile("[不没别]")
_WISH = re.compile(
    f"(?:{_LEAD}|{_TAIL}|一下|要|想|帮|给|替|您|你|麻烦|咨询|了解|电表|房子|家里|家|{_DO}|业务|事情|事|的事|关于)*"
)
_LABELS = {
    "papers": ("材料", "要带", "要备", "证件"),
    "time": ("时限", "期限", "时间", "多久", "几天", "约在"),
    "cost": ("费用", "收费", "价钱", "价格"),
    "online": ("网上", "线上", "在哪办", "柜台", "渠道", "怎么办理"),
    "proxy": ("代办", "别人代办"),
    "steps": ("步骤", "流程", "怎么办", "先做"),
    "terms": ("先看", "条件", "前提", "要求", "注意"),
}
"""How the line of an answer that tells it begins."""
_TELLS = {
    "papers": re.compile("要带|材料|证件|证明"),
    "time": re.compile(r"\{promise\.|工作日|小时内|天内|分钟"),
    "cost": re.compile("收费|不收|免费|费用|收钱|要钱"),
    "online": re.compile("网上|线上|柜台|online"),
    "proxy": re.compile("代办|委托"),
    "steps": re.compile("步骤|→|先.{1,12}再"),
    "terms": re.compile("条件|才能|才行|先看|前提"),
}
"""Which lines speak of it where none begins so."""
_WHICH = {
    "papers": "follow.which.papers",
    "time": "follow.which.time",
    "cost": "follow.which.cost",
    "online": "follow.which.online",
    "proxy": "follow.which.proxy",
    "terms": "follow.which.terms",
}
"""Asked of nothing: which matter is meant."""
_SENTENCES = re.compile("(?<=[。；])")
_LONGEST = 24
MOST = 3
"""Lines or sentences of an answer that are told again."""
_ELSEWHERE = ("hall_info", "outage_query", "planned_outage", "human_agent")
"""Matters that tell more by themselves."""
_CLAUSES = re.compile(r"[，。！？；\n]+")


def facet(text: str) -> str:
    """What of a matter the whole text asks, naming none: papers, time, cost and their like; else empty."""
    plain = normalise(text)
    if not 0 < len(plain) <= _LONGEST:
        return ""
    return next((name for name, pattern in _ASKS.items() if pattern.fullmatch(plain)), "")


def named(scene: Scene) -> str:
    """The matter whose very name the words hold, where the rest asks of it or says nothing else: 我要过户, 过户几天."""
    heard, plain = scene.said.understood, normalise(scene.said.text)
    if heard.zone is Zone.ANSWER or len(plain) > _LONGEST:
        return ""
    for code in heard.candidates[:3]:
        topic = scene.books.topics.get(code)
        before, name, after = plain.partition(topic.name if topic else "\0")
        if name and topic and topic.kind is not TopicKind.TALK and _idle(before, after):
            return code
    return ""


def sure(scene: Scene) -> Scene:
    """The scene with a matter that was named in so many words understood as it."""
    code = named(scene)
    if not code or scene.said.button or scene.said.understood.danger:
        return scene
    understood = replace(scene.said.understood, intent=code, zone=Zone.ANSWER)
    return replace(scene, said=replace(scene.said, understood=understood))


def _idle(before: str, after: str) -> bool:
    """Whether what stands around a name only wishes, or asks of the thing itself."""
    return (
        bool(_WISH.fullmatch(before))
        and not _NOT.search(before)
        and (bool(_WISH.fullmatch(after)) or bool(facet(after)))
    )


def part(topic: Topic, name: str) -> tuple[str, ...]:
    """What of the topic's answer tells it: its own line, else the sentences that speak of it; empty: none does."""
    lines = [line.strip() for line in topic.answer.strip().split("\n") if line.strip()]
    labelled = [line for line in lines if line.startswith(_LABELS[name])]
    said = [one.strip() for line in lines for one in _SENTENCES.split(line)]
    return tuple(labelled or [one for one in said if _TELLS[name].search(one)])[:MOST]


def _told(scene: Scene, topic: Topic, name: str) -> Say:
    """The part that fits; where the handbook has none, its first lines, and that the rest is asked for him."""
    parts = part(topic, name)
    if parts:
        shown = words(f"lines:{topic.code}", parts=parts)
        return Say(words("follow", topic=topic.code, part=shown))
    shown = words(f"brief:{topic.code}", **scene.known)
    return Say(words("follow.none", topic=topic.code, part=shown))


def about(scene: Scene) -> Topic | None:
    """The matter that the talk is about, where a word more of it can be told."""
    thread = scene.thread
    topic = scene.books.topics.get(thread.topic)
    if topic is None or topic.kind not in (TopicKind.CASE, TopicKind.ANSWER) or not topic.answer.strip():
        return None
    if topic.code in (*_ELSEWHERE, *secrecy.TOPICS):
        return None
    fresh = thread.begun_at is not None and scene.said.at - thread.begun_at <= OFFERED
    return topic if thread.draft or fresh or _live(scene) else None


def _live(scene: Scene) -> Case | None:
    """The case under way that the talk is about."""
    return next((case for case in scene.cases if case.no == scene.thread.case and _same(case, scene)), None)


def _same(case: Case, scene: Scene) -> bool:
    return case.state in LIVE and case.topic == scene.thread.topic


def asked(scene: Scene) -> Turn | None:
    """A word more about the matter that is talked of; None: other words, or no matter is open."""
    name = facet(scene.said.text)
    if not name or scene.said.files or menu.same(scene.thread, scene.said.text):
        return None
    topic = about(scene)
    if topic is None:
        return _of_what(scene, name)
    live, heard = _live(scene), scene.said.understood
    if topic.code in POWER and not scene.thread.draft and heard.zone is Zone.ANSWER and heard.intent in _ELSEWHERE:
        return None
    if live and name == "time":
        return _resumed(scene, topic, Say(binding.show(scene, live).says[0].text, case=live.no))
    return _resumed(scene, topic, _told(scene, topic, name))


def noted(scene: Scene) -> Turn | None:
    """A bare telephone or place after an offer: kept for it, and the offer stands; None: other words."""
    topic, thread = about(scene), scene.thread
    got = {
        name: text for name, text in scene.said.understood.slots.items() if name in ("phone", "address", "account_no")
    }
    bare = len(normalise(scene.said.text).replace(" ", "")) <= sum(map(len, got.values())) + BESIDE
    if topic is None or not topic.offer or not got or not bare or thread.draft or thread.asking or _live(scene):
        return None
    kept = replace(scene, thread=replace(thread, slots={**thread.slots, **got}))
    return _resumed(kept, topic, Say(words("follow.noted", topic=topic.code)))


def _of_what(scene: Scene, name: str) -> Turn | None:
    """Asked of nothing: which matter is meant, where the words alone do not tell."""
    named = any(len(topic.name) > 1 and topic.name in scene.said.text for topic in scene.books.topics.values())
    ready = scene.said.understood.zone is Zone.ANSWER or named or scene.thread.asking or scene.thread.menu
    if ready or name not in _WHICH or binding.live(scene):
        return None
    return Turn(replace(scene.thread, misses=0), (Say(words(_WHICH[name])),))


BESIDE = 6
"""Signs beside bare facts that say nothing else."""


def _resumed(scene: Scene, topic: Topic, told: Say) -> Turn:
    """Told, and what stood open stands open still: the form's question, or the offer to begin."""
    thread = replace(scene.thread, misses=0)
    if thread.asking and topic.code == thread.topic:
        again, question = form.ask(replace(thread, asking=""), topic, thread.asking, scene.now)
        return Turn(replace(again, tries=thread.tries), (told, question))
    if thread.case or not (topic.opens_case and topic.offer):
        return Turn(thread, (told,))
    held = thread.held
    options = ("现在登记办理", f"open.{topic.code}"), ("先不用", menu.LATER)
    after, buttons = menu.offer(thread, scene.now, *options)
    offered = joined(told, Say(words("follow.offer"), buttons))
    return Turn(replace(after, held=held), (replace(offered, buttons=buttons),))


def clauses(text: str) -> list[str]:
    """The pieces of a text between its commas and full stops."""
    return [clause for clause in _CLAUSES.split(normalise(text)) if clause.strip()]


def beside(scene: Scene, decided: Turn) -> Turn:
    """An answer to the form's question with a question beside it: both are taken."""
    topic = scene.books.topics.get(scene.thread.topic)
    took = scene.thread.asking and decided.thread.asking != scene.thread.asking and not decided.wants
    if not took or topic is None or not topic.answer.strip() or about(scene) is None:
        return decided
    told = clauses(scene.said.text)
    names = dict.fromkeys(name for clause in told if (name := facet(clause)))
    if len(told) < 2 or not names:  # noqa: PLR2004 - an answer and a question
        return decided
    says = tuple(_told(scene, topic, name) for name in names)
    return replace(decided, says=(*says, *decided.says))
