"""Grave words: what a duty leader must hear at once; a question, a joke, a quotation or a denial calls nobody."""

import re
from collections.abc import Iterator

from intents.danger import danger
from intents.text import normalise, sentences
from intents.threats import threat

WHYS = ("self_harm", "life_support", "threat", "major", "media", "regulator")
"""The weightiest first."""
_LONGEST = 4096

_PRESS = (
    "(?:记者|媒体|电视台|报社|(?:日|晚|都市|早|商|快)报社?|新闻(?:媒体|热线|栏目|频道|记者|台)"
    "|民生栏目|焦点访谈|百姓热线)"
)
_STAGE = "(?:抖音|快手|微博|小红书|朋友圈|视频号|头条|b站|论坛|贴吧|热搜|业主群|大群)"
_NET = "(?<!国)(?:互联)?(?<!国)网(?:上|络)?(?!上|络|国网|营业厅|办|缴|交|充|查|申|报装|点|约)"
_ABOVE = (
    "(?:12398|12345|(?:幺|一)二三九八|(?:幺|一)二三四五|能源局|能监[办局会]|能源监管[办局]?|监管(?:部门|局|机构)|市长(?:热线|信箱)|政府热线"
    "|政务热线|信访[局办]?|纪委|纪检|上级(?:部门|单位|领导|公司)|省公司|国网总部|人大代表|巡视组)"
)
_TURN = (
    "(?:打(?:过|了|给|爆|电话)*|拨(?:打|了)?|投诉(?:到|给|过|了)?|告(?:到|给|你们)?|举报|反映|反应|找(?:到|了|过)?|联系(?:了|上|过)?|叫(?:来|了)?|喊(?:来|了)?|请(?:来|了)?|让"
    "|捅(?:到|给)|去|上|到|向|给|跟|写信|留言|报料|爆料|投稿|求助|请示|通知)"
)
_GAP = "(?:(?!我(?!们)|就)[^，。！？])"
"""Signs between a deed and whom it turns to: not where another deed begins."""
_MEDIA = re.compile(
    rf"{_TURN}{_GAP}{{0,6}}{_PRESS}(?!的?(?:办|增容|报装|过户|开户|电))"
    rf"|{_PRESS}[^，。！？]{{0,6}}(?:来|见|采访|曝光|报道|评评|打过|打了|去过|联系|反映)|(?:我|本人)(?:就)?是[^，。！？]{{0,6}}记者"
    r"|(?:给|把|要|就|会|去|网上|直接|全网|一定|准备|等着|公开|实名|让[^，。！？]{0,4})(?:(?!我(?!们)|就)[^，。！？]){0,6}曝光|^曝光|(?:上|见)(?:了|到)?电视(?![上里看机]|剧)|(?:媒体|法庭)上见"
    rf"|(?:发|传|挂|放|晒|贴|爆|捅|拍|录|搬|抖)[^，。！？]{{0,4}}?(?:到|上|在|个)*(?:{_STAGE}|{_NET})|(?:上|在|到){_STAGE}(?:上)?(?:发|挂|曝|说|爆|晒|传|讲|投诉|去|，|$)"
    rf"|{_STAGE}(?:上)?(?:都)?(?:传|发|见|爆|挂)|(?:我|开)直播给|上热搜|已经?[^，。！？]{{0,4}}曝光"
)
_REGULATOR = re.compile(
    rf"{_TURN}{_GAP}{{0,6}}{_ABOVE}|{_ABOVE}[^，。！？]{{0,5}}(?:投诉|见|反映|反应|举报|告|打(?:过|了|电话)|写(?:过|了)?信|留(?:过|了)?言|去过|去了|受理|备案|转给|转来"
    r"|让我|叫我|说|回复|答复|登记)|上访|告到(?:省|市|国家|北京|中央)"
)
_HURT = (
    "(?:打(?:人|伤|死|了?我|了?他|了?她|了?[^，。！？]{0,3}(?:耳光|脸|头|鼻子))|动手|推倒|推搡|骨折|受伤|[砸摔烫烧撞压划割炸]伤|住(?:了)?院|缝(?:了)?[^，。！？]{0,2}针|出血|流血|见血|脑震荡"
    "|(?:腿|手|胳膊|脚|肋骨)[^，。！？]{0,2}断|昏迷|抢救|残废|撞了?(?:人|我)|死了?人|去世)"
)
_CAUSE = "(?:你们|供电|电力公司|师傅|工作人员|抢修|施工|营业厅|电工|抄表|装表|保安|电(?:线)?杆|变压器)"
_MAJOR = re.compile(
    rf"{_CAUSE}[^。！？]{{0,24}}{_HURT}|{_HURT}[^。！？]{{0,16}}(?:是|都怪|就怪|全怪|因为)[^。！？]{{0,4}}{_CAUSE}"
)
_DESPAIR = re.compile(
    "(?:不如|还是|干脆|真想|让我|只想|我)(?:就)?死了(?:算了|得了|干净|好)|一死了之|了结自己|结束(?:自己的)?生命|死了一了百了"
)

_FORCED = re.compile(
    "逼|非(?:要|得|让)|怕不怕|信不信|不怕|怕吗|是不是(?:要|得|想|非|让|等)我|等我|试试|走着瞧|看看你们"
)
"""A question or a no with these words is a threat."""
_NO = re.compile(
    r"(?<!再)(?:不|没|未|别|无需|懒得|何必)(?:会|想|要|打算|是要|是想|是说|是|敢|用|必要|必|至于|准备|愿意|愿|去|再|曾|有|可能|能|需要|了|着|必要去)*"
    r"(?:去|来|给|向|到|把|跟|再|在|你们|什么|跟着|为这事)*$"
)
_TAKEN_BACK = re.compile(
    "撤(?:回|销|了)|(?:不|别)(?:去|打|找|发|告)[^，。！？]{0,8}了(?:$|，)|跟[^，。！？]{0,6}没关系|没有?必要|算了"
)
_ASKS = re.compile(
    r"[吗么嘛](?:$|[，。？])|？|怎么|如何|是什么|什么电话|多少|哪里|哪个|在哪|能不能|可不可以|行不行|有没有|是不是|有用"
)
_HEARSAY = re.compile(
    "(?:邻居|朋友|同事|亲戚|有人|别人|人家|楼上|楼下|隔壁|他们|他|她)[^，。！？]{0,6}(?:说|要|想|打|找|讲)|听说|据说|网上说|新闻(?:里|上)说|台词|电视剧|电影|是我邻居说"
)
_MINE = re.compile("我(?!邻居|朋友|同事|亲戚)|他们说要来")
_OTHERS = re.compile("物业|快递|外卖|移动|联通|电信|宽带|银行|水务|自来水|燃气|煤气|网约车|商家|中介|学校|医院(?!里)")
_US = re.compile("你们|供电|电力|电网|营业厅|停电|没电")
_KIND = re.compile("表扬|点赞|夸|感谢|好评|锦旗|宣传你们的好")
_SHY = re.compile(
    "(?:电话|信息|隐私|身份|姓名|名字|照片|地址|别|不要|不能)[^，。！？]{0,8}曝光|曝光(?:我|过度|了?我)|曝光[^，。！？]{0,4}(?:身份|信息|隐私|电话)"
)
_ASIDE = re.compile(
    r"(?:抖音|快手|微博|小红书|朋友圈|视频号|公众号|论坛)(?:上)?(?:看到|看见|能|可以|刷到|交|充|怎么|号)|直播(?:间|用电)|有(?:什么)?优惠|问问|问一下"
)
_FIGURE = re.compile(
    r"(?<!\d)(?:12345|12398)\d|\d[ -]?(?:12345|12398)|(?:12345|12398)(?:度|元|块|千瓦)"
    r"|(?:尾号|读数|户号|表号|编号|电费|金额|号码|dl)[^，。！？]{0,4}(?:12345|12398)"
)
_NOBODY = re.compile("(?:没|没有|不是|未|别)[^，。！？]{0,3}$")
_RULES = (("media", _MEDIA), ("regulator", _REGULATOR))
_QUOTED = re.compile('[「『“"][^」』”"]{0,60}[」』”"]')


def grave(text: str) -> tuple[str, ...]:
    """Why a leader must hear these words at once, the weightiest first; empty where nothing asks for him."""
    clean = normalise(text[:_LONGEST])
    found = {*_bodily(clean), *(why for piece in sentences(clean) for why in _said(piece))}
    return tuple(why for why in WHYS if why in found)


def _bodily(clean: str) -> Iterator[str]:
    """A life at stake: told by the safety rules, which know what is a tale."""
    spared = _QUOTED.sub("○", clean) if _HEARSAY.search(clean) else clean
    yield from (why for why in danger(spared) if why in WHYS and why != "threat")
    if threat(spared):
        yield "threat"
    if _DESPAIR.search(spared) and not _HEARSAY.search(spared):
        yield "self_harm"


def _said(piece: str) -> Iterator[str]:
    """What one sentence threatens, or says has been done."""
    plain = _FIGURE.sub("○", _QUOTED.sub("○", piece) if _HEARSAY.search(piece) else piece)
    for why, rule in _RULES:
        if any(_meant(plain, hit, why) for hit in rule.finditer(plain)):
            yield why
    if any(_hurt(plain, hit) for hit in _MAJOR.finditer(plain)):
        yield "major"


def _meant(piece: str, hit: re.Match[str], why: str) -> bool:
    """Whether a hit is the customer's own threat or deed, said of us."""
    before = re.split("[，、：]", piece[: hit.start()])[-1]
    forced = bool(_FORCED.search(piece))
    if (_HEARSAY.search(before + hit[0]) and not _MINE.search(before + hit[0])) or (
        _OTHERS.search(piece) and not _US.search(piece)
    ):
        return False
    if why == "media" and (_KIND.search(piece) or _SHY.search(piece) or _ASIDE.search(piece)):
        return False
    if forced:
        return True
    return not (_NO.search(before) or _TAKEN_BACK.search(piece) or _ASKS.search(piece[hit.start() :]))


def _hurt(piece: str, hit: re.Match[str]) -> bool:
    """Whether somebody of ours, or something of ours, has hurt a person."""
    found = re.search(_HURT, hit[0])
    before = hit[0][: found.start()] if found else ""
    return not (_NOBODY.search(re.split("[，、]", before)[-1]) or _HEARSAY.search(piece) or _ASKS.search(piece))
