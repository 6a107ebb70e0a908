"""A complaint 投诉 stays one: opened at once, in the name of somebody else than who is complained of."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.desk.case import Case, Secrecy
from bot.desk.promises import HELD, LIVE
from bot.desk.verdict import UNNAMED
from bot.desk.words import words
from bot.guide import secrecy
from bot.guide.said import Act, Say, Scene, Turn
from intents.grave import grave
from intents.text import normalise
from intents.understanding import Zone

TOPIC = "complaint"
_SEALED = {
    Secrecy.OPEN: "complaint.sealed.open",
    Secrecy.CONFIDENTIAL: "complaint.sealed.confidential",
    Secrecy.ANONYMOUS: "complaint.sealed.anonymous",
}
LESSER = ("opinion", "facility_issue", "grid_upgrade")
"""What words about a complaint may be taken for, and must not become."""
_SAID = re.compile("投诉|告你们|举报你们")
_PLAIN = re.compile(
    "(?:我|俺|咱|必须|强烈|正式|一定)(?:就|也|现在)?(?:要|想|得)?投诉|^(?:投诉|要投诉)|投诉(?:你们|他们?|她|[A-Za-z]?[0-9]{2})"
)
_OTHERS = re.compile(
    "物业|快递|外卖|移动|联通|电信|宽带|银行|水务|自来水|燃气|煤气|公交|出租|网约车|商家|中介|学校|医院"
)
_NOT = re.compile(
    "不(?:是|要|想|用|再)?(?:要|来)?投诉(?!不行)|撤[销回]?.{0,4}投诉|取消.{0,4}投诉"
    "|(?:怎么|怎样|如何|哪里|到哪|去哪).{0,3}投诉|投诉(?:电话|渠道|方式|热线|流程|要什么|多久|需要)|别投诉"
)
_AGREES = re.compile("^(?:我|那我?)?(?:很|都|完全)?(?:同意|赞成|认可|接受)(?!.{0,12}不)")
_WAIVED = re.compile("^(?:(?:算了|那就|还是|那)，?)?我?(?:就)?(?:不|别)(?:想|要|用|再)?投诉(?:了|啦|吧|她|他|你们)*$")
_DENIES = re.compile(
    "不(?:会|想|打算|准备|是要|是来|至于)(?:去|再|来)?投诉|没(?:想|打算|有)?(?:过|要)?(?:去)?投诉(?!$|的人|渠道)"
)
_TITLES = (
    "师傅|经理|主任|大?[姐哥]|工(?!作|程|地|人|单|资|商|业)|女士|先生|小姐|班长|站长|所长|队长|组长|部长|领导|班(?=[，。的]|$)|总(?!是|之|共|算|不|在)|所(?!以|有|谓)"
    "|老师|同志|姑娘|阿姨|大[叔妈]|电工|客服|某|姓"
)
_NO_NAME = "[法式子年家人学时孩区型]"
"""老方法, 小余额 name nobody."""
_STAFF_NO = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{0,3}\d{2,6}(?!\d)")


def meant(scene: Scene) -> bool:
    """The word itself was said, of something that happened: it is not played down to anything else."""
    text = normalise(scene.said.text)
    understood = scene.said.understood
    if _asks_outside(text) or denied(scene):
        return False
    sure = understood.zone is Zone.ANSWER and understood.intent == TOPIC and not agrees(scene)
    said = TOPIC in understood.candidates and bool(_SAID.search(text)) and not _NOT.search(text)
    said = said and understood.zone is not Zone.REFUSE
    plain = bool(_PLAIN.search(text)) and not _NOT.search(text) and not _OTHERS.search(text)
    return TOPIC in scene.books.topics and (sure or said or plain)


def agrees(scene: Scene) -> bool:
    """「同意你们的说法」: whatever it sounds like, nobody complains."""
    return bool(_AGREES.search(normalise(scene.said.text))) and not spoken(scene)


def spoken_of(text: str) -> bool:
    """Whether the very word stands in a normalised text."""
    return bool(_SAID.search(text))


def spoken(scene: Scene) -> bool:
    """Whether the very word was said."""
    return spoken_of(normalise(scene.said.text))


def denied(scene: Scene) -> bool:
    """「我不会去投诉的」: whatever it sounds like, nobody complains."""
    text = normalise(scene.said.text)
    return bool(_DENIES.search(text)) and not _WISH.search(text)


def waived(scene: Scene) -> bool:
    """The customer will not complain after all."""
    return bool(_WAIVED.search(normalise(scene.said.text).strip("。！!.~ ")))


def live(scene: Scene) -> Case | None:
    """The customer's open complaint."""
    return next((case for case in scene.cases if case.topic == TOPIC and case.state in LIVE), None)


def _titled(family: str, text: str) -> bool:
    """A family name with a title, or as colleagues say it: 沈姐, 姓沈的, 小沈."""
    return bool(re.search(f"姓{family}|[小老]{family}(?!{_NO_NAME})|{family}(?:{_TITLES})", text))


def _given(name: str, text: str) -> bool:
    """The given name alone, said as a name: 那个叫砚秋的."""
    given = name[1:]
    return len(given) > 1 and bool(re.search(rf"(?:叫|个|小|阿|位|^|[，。、 ]){given}", text))


def _found(scene: Scene, said: str) -> Iterator[str]:
    """Who of the hall is named in the words: by work number, whole name, or family name and title."""
    text = normalise(said)
    numbers = {found[0].lower() for found in _STAFF_NO.finditer(text)}
    for person in scene.books.roster.staff.values():
        name = normalise(person.name)
        called = bool(name) and (_titled(name[0], text) or _given(name, text))
        if person.no.lower() in numbers or (name and name in text) or called:
            yield person.no


def named(scene: Scene, said: str) -> tuple[str, ...]:
    """Staff whom the words are about."""
    return tuple(dict.fromkeys(_found(scene, said)))


def shut_out(scene: Scene, topic: str, said: str) -> tuple[str, ...]:
    """Who may be meant and so cannot have it: the named; of a complaint also who talks and who holds his cases."""
    if topic != TOPIC:
        return named(scene, said)
    holders = [case.first_handler for case in scene.cases if case.state in HELD and case.topic not in secrecy.TOPICS]
    talker = [scene.thread.speaker] if scene.thread.speaker else []
    return tuple(dict.fromkeys((*named(scene, said), *talker, *holders)))


def talked(scene: Scene) -> Case | None:
    """The open complaint this talk is about."""
    case = live(scene)
    return case if case and case.no == scene.thread.case and scene.thread.topic == TOPIC else None


def near(scene: Scene) -> bool:
    """Words that are not understood for sure, but sound like more of the complaint."""
    understood = scene.said.understood
    nearest = understood.candidates[: 2 if understood.zone is Zone.CHOOSE else 3]
    return understood.zone is not Zone.ANSWER and bool({TOPIC, *LESSER} & set(nearest))


def more(scene: Scene) -> Turn | None:
    """Words that sound like more of a complaint under way, or name somebody of the hall beside it; None: others."""
    case = live(scene)
    if case and scene.said.understood.zone is not Zone.ANSWER and named(scene, scene.said.text):
        return joined(scene, case)
    return kept(scene, TOPIC) if near(scene) else None


def kept(scene: Scene, code: str) -> Turn | None:
    """While a complaint is talked about, lesser words join it; None: another matter."""
    case = talked(scene)
    if case is None or code not in (*LESSER, TOPIC):
        return None
    return joined(scene, case)


def joined(scene: Scene, case: Case) -> Turn:
    """The words join a complaint under way."""
    said = words("complaint.kept", no=case.no, handler=scene.books.person(case.first_handler))
    return Turn(scene.thread, (Say(said),), acts=(Act("add", case.no, slots=dict(scene.said.understood.slots)),))


def own(scene: Scene) -> Case | None:
    """The complaint or report under way that this talk is about, or the only one there is."""
    found = [case for case in scene.cases if case.state in LIVE and case.topic in secrecy.TOPICS]
    here = [case for case in found if case.no == scene.thread.case] or found
    return here[0] if len(here) == 1 else None


def sealed(scene: Scene) -> Turn | None:
    """Of a complaint or report under way: how the customer wants to be known from now on; None: other words."""
    case, asked = own(scene), secrecy.read(scene.said.text)
    if case is None or asked is None or asked is case.secrecy:
        return None
    handler = scene.books.person(case.first_handler)
    said = words(_SEALED[asked], no=case.no, topic=case.topic, handler=handler)
    told = scene.thread.slots if asked is Secrecy.ANONYMOUS and scene.thread.case == case.no else {}
    gone = {name: told[name] for name in UNNAMED if told.get(name)}  # what he told before is taken out again
    return Turn(scene.thread, (Say(said),), acts=(Act("add", case.no, slots=gone, secrecy=asked),))


_OUTSIDE = re.compile(
    r"(?<!\d)(?:12398|12345)(?!\d)|能源局|能源监管|市长热线|政务热线|上级部门|监管部门|(?:监管|监督)的?(?:电话|热线)"
)
_WHETHER = re.compile("[吗嘛？]|能不能|可不可以|行不行|可以|怎么|如何|多少|是什么|哪个|有用|在哪|管不管")


_WHAT = re.compile("是什么|什么电话|干什么的|哪里的|是哪|多少|几号")
_WISH = re.compile("我(?:就|也|现在|今天)*(?:要|想|得|必须)(?:实名|正式)?投诉")


def _asks_outside(text: str) -> bool:
    """A question about those above the hall, and neither a threat nor a complaint."""
    asked = bool(_OUTSIDE.search(text)) and bool(_WHETHER.search(text))
    return asked and not _WISH.search(text) and not grave(text)


def outside(scene: Scene) -> Turn | None:
    """Whether one may turn to those above the hall: told honestly, nobody is held back; None: that is not asked."""
    text = normalise(scene.said.text)
    if not _asks_outside(text) or meant(scene):
        return None
    case = own(scene)
    said = Say(words("complaint.outside.what" if _WHAT.search(text) else "complaint.outside"))
    return Turn(replace(scene.thread, misses=0), (said,), case=case.no if case else "")


def beside(scene: Scene, turn: Turn) -> Turn:
    """What goes with words to a complaint or report: whom they name, how their author wants to be known."""
    private = {case.no for case in scene.cases if case.topic in secrecy.TOPICS}
    unknown = {case.no for case in scene.cases if case.secrecy is Secrecy.ANONYMOUS}

    def one(act: Act) -> Act:
        if act.what != "add" or act.case not in private:
            return act
        said = act.words if isinstance(act.words, str) and act.words else scene.said.text
        myself = secrecy.own_name(said) if act.case in unknown else ""  # the desk keeps no name of his
        slots = act.slots if not myself else {**act.slots, "name": myself}
        return replace(act, named=named(scene, said), secrecy=act.secrecy or secrecy.read(said), slots=slots)

    return replace(turn, acts=tuple(one(act) for act in turn.acts))
