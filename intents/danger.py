"""Safety rules: could somebody be hurt now? A film, a joke, a dream, an old story, a question is no danger."""

import re
from collections.abc import Iterator

from intents.hazards import RULES
from intents.text import normalise, sentences

_IDIOM = re.compile(
    r"""触电(?:般|一样|似的|的感觉|感)|触了电一样|(?:爱情|思想|智慧|激情|擦出|碰撞|我俩|
        两人)[^。！？，]{0,6}火花|火花塞|
    心里[^。！？，]{0,3}(?:冒火|着火)|(?:眼睛|嗓子|喉咙|肺|气得|急得|气到|热得|晒得|辣得|忙得|
        头顶)[^。！？，]{0,6}(?:冒火|冒烟|着火|起火|炸了|喷火|要死)|
    (?:生意|人气|销量|票房|主播|房价)[^。！？，]{0,4}(?:火|爆)|火烧眉毛|七窍生烟|后院起火|玩火|炸锅|炸毛|
    (?:烟花|烟囱|炊烟|抽烟|香烟|油烟|烧香|纸钱|蜡烛|炉子|烧烤|锅|菜|米饭|烧饭|汤|鱼|肉|饼|蛋糕|晚霞|
        夕阳)[^。！？]{0,8}(?:冒烟|糊|焦味|焦|烟|着火|火苗|火星|烧起来)|
    (?:网线|光纤|宽带|电话线|电视线|数据线|充电线|耳机线|网络|信号|微信|通话|连接|账号|游戏|听课|上课|
        视频)[^。！？，]{0,10}(?:断|掉线|垂|扯|拔)|断线重连|掉线|
    (?:电费|账单|业主群|群里?|朋友圈|脑袋|心态|电话|灯泡|水管|厕所|火锅)[^。！？，]{0,5}(?:炸|
        爆)(?!了?起火)|跳楼价|
    (?:手机|耳机|平板|充电口|电瓶车?电池|蓄电池|电鳐)[^。！？]{0,8}(?:放电|进水|泡水|没电|掉水)|
        毛衣[^。！？]{0,14}(?:噼|火花|电)|静电|鞭炮|放炮|晚霞|
    (?:充|放)电(?:宝|站|时间|功率|电流|电量|费|价|效率|次数|深度)|隔空放电|
    (?:燃气灶|煤气灶|灶|热水器|壁挂炉|燃气|煤气|充电桩|汽车|摩托|车子?)[^。！？，]{0,8}(?:打火|打不着火|
        点不着|打得着火|不打火|火小|火苗)|
    漏电(?:保护|断路|开关)|漏保|带电(?:作业|检测)|触电保[安护]|低压线上能|高压线下(?:面)?能|(?:杀人|要命|
        吃人)(?:的价|啊|呀|吗|$)""",
    re.VERBOSE,
)
_UNTRUE = re.compile(
    r"""(?:没有?|未|并未|不曾|不是|不算|没说|没讲|没见|从来没|从没|不会|没什么|没啥|无|不至于|绝不|别说)
    (?:我家|我们|家里|人|有|发生|出现|任何|什么|啥|再|被|过|真的|见到?|看到|看见|闻到|发现|听说|听到|明显|
        的)*$""",
    re.VERBOSE,
)
_WARD = re.compile(
    r"""(?:防止?|预防|避免|以防|谨防|小心|当心|注意|杜绝|防范|免得|以免|为了不|会不会|是不是会|能不能|容易|
    可能(?:会|导致|引)|导致|引起|造成|引发|说不定|万一|如果|假如|要是|一旦|倘若|比如|例如|假设|
    (?<![不机社集商宴开约一么咋都就总老])会)[^，。！？]{0,7}$|
    (?:怕|担心|害怕|生怕|什么叫|什么是|叫做?)[^，。！？]{0,10}$""",
    re.VERBOSE,
)
_HEARSAY = re.compile(r"(?:说是|有说|有讲|听说是?|据说|说法|因为|由于)[^，。！？]{0,12}$")
_LIKE = re.compile(r"(?:像|跟|如同|好像|仿佛|好比|似的)[^，。！？]{0,8}$")
_LIKENED = re.compile(r"^[^，。！？]{0,6}(?:一样|似的|一般|般)")
_TOLD = re.compile(
    r"""(?:电影|电视剧|电视|小说|剧|小品|相声|新闻|视频|抖音|快手|短视频|游戏|书|动画片?|纪录片|报纸|课本|
        广播|微博|微信|帖子|热搜|弹幕|直播)
    (?:里|中|上)(?:面|边|头)?(?:，)?(?:说|讲|演|播|看|有|的|刷|那|报|放|写|老|又|总|见|拍|触|喊|面|主)|
    (?:网|手机)上(?:说|讲|传|写|刷)|(?:演|拍|看|播|追|写|读|刷到?|讲)(?:的|了|过)?(?:一?[个部集篇条那]|
        那部)?[^，。！？]{0,4}(?:电影|小说|
        新闻|短视频|剧情|情节|故事|报道|段子|作文|剧本|动画|片子|剧(?!烈|痛|场))
    (?!.{0,3}一半)|
    电影(?!院)|小品|相声|剧本杀|密室逃脱|刑侦|老片子|大银幕|演员|编剧|女主|男主|主角|票房|弹幕|观后感|热搜|
        微博|
        帖子|谣言|辟谣|申论|高分|(?:家庭|寒假|暑假|孩子|小孩|学生|语文|数学)作业|作业[题本]|生物课|
    剧情|情节|台词|新闻(?:说|报|里)|看新闻|报道|旧闻|情话|土味|吃瓜|过家家|愚人节|段子|歌词|灯谜|脚本|课件|
        网文|游戏(?:群|里)|
    (?<!不是)(?<!没有)(?<!没)(?<!不)(?:开个?玩笑|玩笑)|逗你|逗一下|闹着玩|做(?:了|个)*[^，。！？]{0,3}梦|
        梦见|梦到|噩梦|梦里|笑死|哈哈|嘿嘿|辣眼睛|
    演习|演练|彩排|模拟考?|预案|作文|论文|考试题|(?<![问话])题(?!外|目)|培训课|讲座|宣传册|宣传语|海报|标语|
        知识|常识|科普|测试一下|
        历史上|凑热闹|
    综艺|番剧|动漫|漫画|连载|桥段|特效|导演|(?<!唱)歌(?:词|里)|MV|mv|段子|表情包|博主|up主|热评|传说|
        鬼故事|科幻|穿越剧|副本|王者荣耀|吃鸡|
    打比方|比喻|形容|成语|歇后语|谜语|英语|单词|日记|读后感|手抄报|小报|安全教育|答题|网课|实验课|物理课|
        化学课|(?:物理|生物|化学|科学|语文|美术|安全)(?:课|题|老师)|
    魔术|整蛊|恶作剧|吹牛|瞎说|(?<![没不])骗你|剧透|乐高""",
    re.VERBOSE,
)
_LONG_AGO = re.compile(
    r"""去年|前年|大前年|那年|当年|上个月|上上个?[月周]|
        [一二两三四五六七八九十几多廿0-9]+(?:来)?(?:多)?年(?:前|以前|之前|了|代)|
    [一二两三四五六七八九十几0-9]+个月(?:前|以前|之前)|[一二两三四五六七八九]几年|小时候|(?<!跟)以前|从前|
        曾经?(?!祖)|早年|早些年|那一?次|有一?[次回年]|上次|上回|
    前几年|念叨|老一辈""",
    re.VERBOSE,
)
_NOW = re.compile(
    r"""现在(?!还怕|想起|回想)|正在|此刻|眼下|刚刚|刚才|刚(?![好毕])|这会儿?|马上|赶紧|快来|快点|快派|速来|
        救命|救人|救救|今天|今晚|今早|今儿|一直|还在|
    又(?![不是])|仍|不是(?:开)?玩笑|真的(?!假)|怎么办|咋办|咋个办|吓|眼看|快要?(?:倒|掉|断|塌)|越来越|
        到现在|至今|每天|天天|没人管|没人修|要(?:倒|断|掉|塌)|着呢|随时|!""",
    re.VERBOSE,
)
_CRY = re.compile(
    r"""现在(?!想|都好|好了)|救命|快来|快派|派人来|速来|正在(?!追|看|播|演)|不是(?:开)?玩笑|
        突然|看到一半|看着看着""",
    re.VERBOSE,
)
_OVER = re.compile(
    r"""(?:已经?|都|给|就|终于|及时|后来|当时)[^，。！？]{0,6}(?:修好|处理好|处理完|处理了|扑灭|灭了|解决|
        没事|恢复|换好|换了|扶正|接好|弄好|搞好|排除)|
    (?:修好|处理好|扑灭|解决|扶正|接好)了(?!吗|没|么)|虚惊一场|没事了|谢谢你们|感谢|表扬|锦旗|点赞|早就好了|
        没(?:什么|啥)?危险|不危险""",
    re.VERBOSE,
)
_STILL = re.compile(
    r"""又(?!不)|还(?:在|有|是|没|拖|冒|烧|掉)|仍|没(?:有)?(?:修好|处理|解决|灭|人管|人来|恢复)|没人|再次|
        结果|现在(?!好|没事|都好|已经?好)""",
    re.VERBOSE,
)
_ASKS = re.compile(
    r"""(?:怎么|如何|怎样|咋|怎)(?:样)?(?:才)?(?:能|会)?(?:预防|防|避免|急救|施救|抢救|救(?!命)|判断|识别|
        检查|自救|逃生|灭火|扑救|选|用|安装|处置|回事的)|
    (?:注意|做好|需要|应该|要)(?:些)?(?:什么|哪些|啥)|有(?:什么|哪些|啥)(?:办法|措施|讲究|要求|规定|危险|
        危害|后果|征兆|原因|知识)|
    (?:安全|危险|正常|要紧|可靠|合适|可以|能行|使得|有用|犯法|要紧|疼)(?:吗|不|么|嘛|呢)|会不会|
        (?<![不机社])会[^，。！？]{0,12}(?:吗|么)|
    是(?:什么|啥)|什么意思|为什么|为何|不容易|(?:的话|时|时候|了)(?:应该|该(?!怎么办)|要怎么|如何)|
        能(?!拉闸|断电|过|用手)[^，。！？]{0,8}(?:吗|么)$|学习|科学|
    多远|多少米|多少伏|哪种|哪个好|什么材料|标准|要求|规范|赔|谁(?:负责|修|补|管|来赔)|找谁(?:赔|索)|算谁|
        保险|责任|登记|备案|报备|申请|怎么办理|
    办理|优惠|电价|补贴|收费|多少钱|几度电|费用|换新|换成|几点来电|什么时候(?:来电|轮)|到底因为什么|
        哪个城市|换个""",
    re.VERBOSE,
)
_WHEN = re.compile("几点来电|什么时候(?:能|会)?来电")
_MACHINE = re.compile("呼吸机|制氧机|氧气机|吸痰|监护仪|透析|心电|注射泵|雾化")
_CLAUSE = re.compile(r"[，、：:\n]")
_RUN = re.compile(r"(.)\1{3,}")
_SAID = frozenset({"self_harm", "threat"})
_CAUSES = frozenset({"wire_down", "damage"})
"""What people also give as the reason of an outage."""


def danger(text: str) -> tuple[str, ...]:
    """Name what endangers somebody now; empty where nothing does."""
    return tuple(dict.fromkeys(_found(normalise(text).replace("著", "着"))))


def guarded(clean: str) -> bool:
    """Whether a normalised text speaks of a danger that is not here and now."""
    if _TOLD.search(clean):
        return not _CRY.search(clean)
    if _OVER.search(clean):
        return not _STILL.search(clean)
    return not _NOW.search(clean) and bool(_LONG_AGO.search(clean) or _asks(clean))


def _asks(clean: str) -> bool:
    """Whether it asks about such things in general; who lives by a machine asks when the power is back for his life."""
    return bool(_ASKS.search(_WHEN.sub("", clean) if _MACHINE.search(clean) else clean))


def _found(clean: str) -> Iterator[str]:
    pieces = [_IDIOM.sub("○", piece) for piece in dict.fromkeys(sentences(_RUN.sub(r"\1\1\1", clean)))]
    for at, piece in enumerate(pieces):
        around = "。".join(pieces[at : at + 2])
        for why, rule in RULES:
            if any(_real(piece, hit, why, around) for hit in rule.finditer(piece)):
                yield why


def _real(piece: str, hit: re.Match[str], why: str, around: str) -> bool:
    """Whether a hit means what it says, by the words around it."""
    before, after = _CLAUSE.split(piece[: hit.start()])[-1], piece[hit.end() :]
    if _UNTRUE.search(before) or (_LIKE.search(before) and _LIKENED.search(after)):
        return False
    if why in _SAID:
        return not _TOLD.search(piece)
    if _WARD.search(before) or (why in _CAUSES and _HEARSAY.search(before)):
        return False
    if _TOLD.search(piece):
        return bool(_CRY.search(piece))
    if _OVER.search(around) and not _STILL.search(around):
        return False
    return bool(_NOW.search(piece)) or not (_LONG_AGO.search(piece) or _asks(piece))
