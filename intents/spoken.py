"""Promises made in talk: what staff tell a customer will be done, and by when; better missed than invented."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from intents.deadlines import Closing, Working, custom_closing, custom_working, told
from intents.moments import Moment, moments
from intents.text import normalise

__all__ = ["Said", "promised", "until"]

_LONGEST = 4096
_SHOWN = 200
_WINDOW = 60
"""How far around a moment the words that go with it are looked for."""

_YOU = "(?:您|你)们?"
_DEED = (
    "(?:回(?!家|来|去)|打|答复|消息|信|音|话|装|修|换|办|处理|送|查|核|发|寄|退|解决|弄|接|上门|恢复|通|安排|反馈|结果|说法|交代|准信|出|开"
    "|搞|联系|派|落实|协调|报|改|调|拿|测|校|检|登)"
)
_STRONG = re.compile(
    rf"(?:给|帮|替|为|跟|和|与|同|向|对){_YOU}[^，您你]{{0,6}}?{_DEED}"
    rf"|(?:答复|回复|联系|通知|告诉|回访|告知|反馈|致电|(?<!来)回|打(?:电话)?给|发给){_YOU}(?!们)"
    rf"|(?:退|寄|发|交|送|拿|报)[回还到过出]?给{_YOU}|打{_YOU}(?:的)?(?:手机|电话)|(?:到|去|上|来|赶往|过去){_YOU}(?:家|那|这|店|厂|单位|公司|小区|村|楼|处|门|府|院)"
)
_WE = re.compile(
    r"我(?!要|想问)|咱们?|师傅|抢修|工作人员|同事|装表|班长|班组|电工|客户经理|工程师|供电所|这边|人员|有人|专人|专员"
)
_OURS = re.compile(
    r"上门|到(?:现?场|位|达|家|您|你|$)|能到|就到|过来|过去|赶到|来(?:给|装|修|看|查|换)|去(?:装|修|看|查|换|现场)|安?装(?!不)|修(?!不)|换|接(?:好|通)"
    r"|办(?:好|完|妥|下来|成|结|理好|理完)|处理|送电|送上电|恢复|回(?:电|话|复|访|个)|打(?:电话|过去|给)|答复|联系|通知|发(?:过去|到|出)"
    r"|送(?:到|来|过去)|查清|查好|核实|解决|反馈|完成|搞定|安排|落实|开通|退[款费]|寄|出(?:结果|方案)"
)
_DONE = re.compile(
    r"上门|到[场位](?:$|[，安处])|回[电话复]|答复|装好|修好|办好|换好|接好|弄好|处理好|办完|修完|装完|办结|恢复供电|送上电|通上电"
)
_FILLER = re.compile(
    r"(?:[ 的]|[之以]?前|之间|左右|一定|肯定|准时?|我们?|咱们?|师傅|这边|会|就|最迟|最晚|最多"
    r"|大概|大约|差不多|约|再|不会?(?:晚于|超过|迟于)|是|在|于|到|吧|啊|哈|哦)*"
)
_LINK = re.compile(
    r"(?:电话?|话|复|信|音|手机|家|里|时间|的|是|在|于|约|定|为|:"
    r"|最迟|最晚|大概|大约|就|安排|不晚于|不迟于|不超过|到|会|[ ])*"
)
_ASKED = re.compile(
    r"[吗么]$|[吗么呢][，吧]|呢$|好不|行不|([一-鿿])不\1|是否|要不(?!是)|要么|不如|什么时候|几点|哪天|怎么样|如何|(?<!给)[您你]看|方便的话|有没有|愿不愿|行吧$"
)
_TAG = re.compile(
    rf"(?:{_YOU}看?|这样|那)*(?:可以|行|好|方便|成|合适|没问题|ok)(?:不可以|不行|不好|不方便)?[吗么不吧呢]+|{_YOU}(?:看|觉得)(?:呢|如何|怎么样|行不行|可不可以)"
)
_SUPPOSED = re.compile(
    r"如果|要是|假如|倘若|若|万一|一旦|的话|除非|看情况|不好说|一般|通常|平时|正常情况|每[天周月年次个日]|往常|历来"
)
_DOUBT = re.compile(
    r"可能|也许|说不定|不一定|估计|争取|尽量|预计|应该|原定|本来|本该|原本|当时|上次|说好的|答应过|(?:不用|不必|用不着|别)等|取消|推迟|改期|延期"
    r"|办(?:理)?业务|为您服务|服务时间|受理时间|开门|关门|营业时间|[上下]班时间|值班|休息|(?:周|星期)一[到至-](?:周|星期)"
    r"|保证不|不能保证|不敢|没法|无法|难以|不可能|没办法|来不及|不是|没说|没答应|[到办做赶装修上完回]不[了到成完上]"
)
_RULE = re.compile(r"规定|标准|时限|查到|查询到|看到|显示|系统|承诺")
_OUTAGE = re.compile(r"计划停|停电计划|检修|施工|改造|公告")
_OTHERS = re.compile(r"快递|银行|物业|邻居|开发商|居委|社区|短信平台")
_NOT = re.compile(
    r"(?<!差)(?<!二话)(?:不(?!晚于|会晚|会超|超过|迟于|会迟|出|用|好意思|耽误|急|久|见不散|管|论|少)|(?<!有)没(?!问题|关系|事)|别(?!急|担心|着急)|未|取消)"
)
_EASY = re.compile(
    rf"请?{_YOU}?(?:先|就)?(?:请?放心|稍等|稍候|耐心|别急|别着急|不用急|好[，]?|在家(?:里)?(?:等(?:着|一下|我|候)?)?|等(?:着|一下|我)?)(?:等待|等候|等)?|不好意思|麻烦{_YOU}了"
)
_OF_YOU = re.compile(rf"(?<!请){_YOU}(?!说|要求|希望|想|催|提|讲|盼|建议)[^，您你]{{0,14}}的|{_YOU}[这那家户店厂单]")
_TOWARDS = re.compile(rf"(?:给|为|帮|替|跟|和|与|同|向|对|让|叫您久等|到|去|回|答复|联系|通知|告诉|答应|派|劝){_YOU}")
_CUSTOMER = re.compile(
    rf"{_YOU}|(?:客户|用户|业主|户主)(?!经理)|请(?!示|师傅|同事|专人|人|抢修)|麻烦|劳驾|务必|记得|别忘|[来到](?:我们)?(?:营业)?厅|带(?:上|着|好|齐)|来(?:办|取|拿|一趟|交|领)|缴|交[费齐]|补[交齐]"
)
_PAST = re.compile(r"了|过(?![来去程户])")
_AHEAD = re.compile(r"就|会|将|能|要|再|前|之内|以内")
_ABOUT = re.compile(r"(?:个?电话?|话|消息|信|音|复)?的(?!$|[，吧啊哈])")
_REPORTED = re.compile(r"(?:说|答应|讲)[好过]?的$")
_MISSED = re.compile(rf"{_YOU}(?:家里?)?(?:不在|没)")
_AGREED = re.compile(r"改[到在成]|约|定[到在于]|那就|换[到在成]|放[到在]|安排|排[到在]")
_SENTENCE = re.compile(r"[。！？；\n…?]")
_QUOTED = re.compile(r"[「『“][^」』”]{0,120}[」』”]")


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a time: when that is, and the words that said it."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class _Around:
    """The words around a moment: its sentence, cut at commas and at the moments beside it."""

    earlier: str
    before: str
    named: str
    after: str
    later: str
    sentence: str
    asked: bool


def promised(
    text: str, now: datetime, *, closing: Closing = custom_closing, working: Working = custom_working
) -> Said | None:
    """The first thing promised by a time; offers, rules, doubts and what the customer should do are none."""
    plain = _QUOTED.sub(lambda one: "　" * len(one[0]), normalise(text[:_LONGEST]))
    found = list(moments(plain, now))
    bounds = [0, *(moment.end for moment in found)], [*(moment.start for moment in found), len(plain)]
    agreed: Moment | None = None
    for nth, one in enumerate(found):
        if _SENTENCE.search(plain, bounds[0][nth], one.start):
            agreed = None
        moment = _of_day(one, agreed, plain, now)
        agreed = one if one.day else agreed
        if not moment or moment.after:
            continue
        words = _promise(_around(plain, moment, bounds[0][nth], bounds[1][nth + 1]), moment, now)
        if words and (at := told(moment, now, closing, working)):
            return Said(at, words[:_SHOWN])
    return None


def _of_day(moment: Moment, other: Moment | None, plain: str, now: datetime) -> Moment | None:
    """An hour without a day is of the day agreed on before it; beside a day only spoken of, nobody can tell."""
    open_day = not moment.day and not moment.length and not moment.working_days
    if not open_day or not other or not other.day or other.day <= now.date():
        return moment
    set_for = _AGREED.search(plain, max(0, other.start - 12), other.start)
    return replace(moment, day=other.day, weekday=other.weekday) if set_for else None


def until(
    text: str, now: datetime, *, closing: Closing = custom_closing, working: Working = custom_working
) -> Said | None:
    """The first moment to come that a text names, whatever it is about."""
    plain = normalise(text[:_LONGEST])
    for moment in moments(plain, now, loose=True):
        if at := told(moment, now, closing, working):
            return Said(at, plain[moment.start : moment.end].strip()[:_SHOWN])
    return None


def _around(plain: str, moment: Moment, since: int, till: int) -> _Around:
    left = _SENTENCE.split(plain[max(0, moment.start - _WINDOW) : moment.start])[-1]
    right = plain[moment.end : moment.end + _WINDOW]
    stop = _SENTENCE.search(right)
    rest, answer = (right[: stop.start()], right[stop.end() :]) if stop else (right, "")
    sentence = left + plain[moment.start : moment.end] + rest
    asked = bool(stop and stop[0] == "？") or bool(_ASKED.search(sentence)) or bool(_TAG.match(answer.strip()))
    *earlier, before = left[max(0, len(left) - (moment.start - since)) :].split("，")
    after, *later = rest[: till - moment.end].split("，")
    named = plain[moment.start : moment.end]
    return _Around("".join(earlier[-1:]), before, named, after, "".join(later[:1]), sentence, asked)


def _promise(around: _Around, moment: Moment, now: datetime) -> str:
    """The words that promise, or none."""
    clause = around.before + around.named + around.after
    if around.asked or _SUPPOSED.search(around.sentence) or _DOUBT.search(clause) or _customers(around.before):
        return ""
    if _REPORTED.search(around.before):
        return ""
    today = moment.day in (None, now.date()) and not moment.length and not moment.working_days
    whole = (around.before + around.named + around.after).strip()
    if _kept(around.after, around, moment, today=today):
        return whole
    if _FILLER.fullmatch(around.after):
        if _kept(around.later, around, moment, today=today):
            return f"{whole}，{around.later.strip()}"
        if _told_before(around, moment):
            return whole
        if _FILLER.fullmatch(around.before) and _told_earlier(around, moment):
            return f"{around.earlier.strip()}，{whole}"
    return ""


def _act(before: str, words: str, around: _Around, moment: Moment) -> re.Match[str] | None:
    """What will be done, and that it is we who do it."""
    if found := _STRONG.search(words):
        return found
    if _RULE.search(before + words) or _OUTAGE.search(around.sentence):
        return None
    if (found := _OURS.search(words)) and _WE.search(before + words[: found.start()]):
        return found
    counted = moment.counted or moment.length or moment.working_days
    return None if counted else _DONE.search(words)


def _kept(words: str, around: _Around, moment: Moment, *, today: bool) -> bool:
    """Whether the act that follows a moment is ours, still to come, and not denied."""
    found = _act(around.before, words, around, moment)
    if not found:
        return False
    between = words[: found.start()]
    denied = _NOT.search(between + found[0]) or _customers(between) or _ABOUT.match(words, found.end())
    missed = today and _MISSED.search(around.later)
    others = _OTHERS.search(around.before + between) and not _WE.search(around.before + between)
    past = (
        today
        and not _AHEAD.search(between)
        and ("已" in between or _PAST.search(words[found.start() : found.end() + 4]))
    )
    return not (denied or missed or others or past or _DOUBT.search(words))


def _told_before(around: _Around, moment: Moment) -> bool:
    found = _act("", around.before, around, moment)
    return bool(found) and bool(_LINK.fullmatch(around.before, found.end() if found else 0))


def _told_earlier(around: _Around, moment: Moment) -> bool:
    found = _act("", around.earlier, around, moment)
    refused = _PAST.search(around.earlier) or _NOT.search(around.earlier) or _DOUBT.search(around.earlier)
    return bool(found) and not refused and not _customers(around.earlier[: found.start() if found else 0])


def _customers(words: str) -> bool:
    """Whether these words make what follows the customer's own doing."""
    return bool(_CUSTOMER.search(_TOWARDS.sub("", _OF_YOU.sub("", _EASY.sub("", words)))))
