"""Other people's data: asked for straight or in a roundabout way, it is answered with one same sentence and kept."""

import re

from bot.desk.words import words
from bot.guide import menu
from bot.guide.said import Act, Say, Scene, Turn
from intents.text import HAN, normalise

KIN = re.compile(
    "(?:我|俺|咱)?(?:家)?(?:老)?(妈妈?|爸爸?|爹|娘|父母|父亲|母亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|公公|婆婆|岳父|岳母|丈人|丈母娘|公婆"
    "|老伴|老公|老婆|爱人|儿子|女儿|孩子|闺女|家里老人|老人家?)"
)
_FOR = re.compile(
    f"(?:帮|替|代|给|为)(?:一下)?{KIN.pattern}|{KIN.pattern}(?:家|那边?|名下|的|那户|那套|他们|年纪|不会|要)"
)
_STRANGER = (
    f"(?:隔壁|邻居|对门|楼上|楼下|前夫|前妻|前任|前男友|前女友|(?<!家)老[{HAN}](?:家|的|那)|小[李王张刘陈杨赵黄周吴]|[{HAN}]某"
    "|同事|同学|朋友|亲戚|房东|租客|房客|老板|债主|欠我钱的|别人|人家|(?<![其吉])(?:他|她)们?家?|某某|那家|那户|那个人|这个人|哪家)"
)
_FAMILIES = (
    "张李王刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_NAMED = f"(?:[{_FAMILIES}][{HAN}]{{1,2}}?)"
_OF = "(?:家|的|他家|她家|们|那户|那家|名下|这个?月|上个?月|一个月|每个?月|到底|是不是|有没有|还|现在|究竟)*"
_MONEY = "(?:欠(?!条)|电费|用了?多少|多少度|用电量?|余额|账单|(?:交|缴|付)(?:了|没|清))"
_PRIVATE = (
    "(?:住(?:在)?(?:哪|几|什么)|(?:户号|户名|地址|住址|电话|手机号?|联系方式|身份证号?)"
    "(?:是|号)?(?:多少|什么|几号|哪|给我|告诉|发我|吗|$))"
)
_ASKS = re.compile("[吗呢么嘛？]|多少|几|哪|谁|查|看看|告诉|知道|什么|有没有|是不是|给我|没$")
_PATTERNS = (
    re.compile(f"{_STRANGER}{_OF}(?:{_MONEY}|{_PRIVATE})"),
    re.compile(f"(?<![{HAN}]){_NAMED}(?:家|的|他|她)?{_PRIVATE}"),
    re.compile(f"(?<![{HAN}]){_NAMED}(?:家|的|他|她){_OF}{_MONEY}"),
    re.compile(f"(?:查|看看|告诉我|知道).{{0,3}}{_NAMED}(?:家|的|名下){_OF}(?:{_MONEY}|户号|地址|电话|手机)"),
    re.compile(
        "(?:这|那|某|[0-9]{3,}|[0-9][室号栋幢楼])(?:个|一)?(?:户号?|户头|家|表|电表|房子|房|门|号)?(?:的)?"
        "(?:(?:户主|机主|业主|主人|房主|户名)(?:是|叫|姓)?(?:谁|什么|啥)|(?:是|归)?谁(?:的(?:户|名|表|房)?|家的?|名下)|住的?(?:是)?谁|里住谁)"
    ),
    re.compile("(?:户主|业主|房主)(?:是|叫|姓)(?:谁|什么|啥)|(?:登记|户名)(?:的)?(?:是|写)(?:在)?谁"),
)
_OURS = re.compile(
    "你们|贵|营业厅|供电所|抢修|师傅|客服|热线|物业|经理|所长|主任|网点|柜台|窗口|办理|过户|更名|怎么交|在哪交|哪里交|投诉|举报|偷电|比我|比他|万一|算谁|帮我交|帮我缴|为什么|为啥|怎么|凭|一样|涨|缴费方式"
)
_CALLED = {"妈": "妈妈", "爸": "爸爸", "爹": "父亲", "娘": "母亲", "老人家": "老人", "家里老人": "老人"}
_LONGEST = 40


def asked(scene: Scene) -> bool:
    """Whether the words want to know what is somebody else's; helping one's own family is another matter."""
    text = normalise(scene.said.text).replace(" ", "")
    if not 0 < len(text) <= _LONGEST or _OURS.search(text) or scene.said.understood.slots.get("account_no"):
        return False
    if _FOR.search(text) or not _ASKS.search(text):
        return _bare(text) and not _FOR.search(text)
    return any(pattern.search(text) for pattern in _PATTERNS)


def _bare(text: str) -> bool:
    """「我前夫家的电费」: no word of asking, and yet nothing else."""
    return bool(
        re.fullmatch(f"(?:我|帮我|请)?(?:的)?{_STRANGER}.{{0,3}}(?:的)?(?:电费|欠费|账单|用电量?|户号|余额)", text)
    )


def helped(text: str) -> str:
    """For whom of his family the customer acts; empty where for nobody."""
    found = _FOR.search(normalise(text).replace(" ", ""))
    whom = next((one for one in found.groups() if one), "") if found else ""
    return _CALLED.get(whom, whom)


def denied(scene: Scene) -> Turn:
    """Nothing is told, not even whether there is anything; it is kept."""
    return Turn(
        menu.clear(scene.thread),
        (Say(words("others.denied"), loose=True),),
        acts=(Act("deny", slots={"what": "others"}),),
    )
