"""Other people's data: asked for straight or in a roundabout way, it is answered with one same sentence and kept."""

import re

from bot.desk.words import words
from bot.guide import menu, secrecy
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
    f"(?:隔壁|邻居|对门|楼上|楼下|前夫|前妻|前任|前男友|前女友|(?<!家)老(?!家)[{HAN}](?:家|的|那)|小[李王张刘陈杨赵黄周吴]|[{HAN}]某"
    "|同事|同学|朋友|亲戚|房东|租客|房客|老板|债主|欠我钱的|别人|(?<![的穷])人家|(?<![其吉替帮给代])(?:他|她)们?家?|某某|那家|那户|那个人|这个人|哪家)"
)
_NAMED = f"(?:[{secrecy.FAMILIES}][{HAN}]{{1,2}}?)"
_OF = "(?:家|的|他家|她家|们|那户|那家|名下|这个?月|上个?月|一个月|每个?月|到底|是不是|有没有|还|现在|究竟)*"
_MONEY = "(?:欠(?!条)|电费|用了?多少|多少度|用电量?|余额|账单|(?:交|缴|付)(?:了|没|清))"
_PRIVATE = (
    "(?:住(?:在)?(?:哪|几|什么)|(?:户号|户名|地址|住址|电话|手机号?|联系方式|身份证号?)"
    "(?:是|号)?(?:多少|什么|几号|哪|给我|告诉|发我|吗|$))"
)
_ASKS = re.compile("[吗呢么嘛？]|多少|几|哪|谁|查|看看|告诉|知道|什么|有没有|是不是|给我|没有?$")
_WHOSE = 4
"""From this pattern on it is asked whose something is: naming the account makes it no better."""
_DID = "(?:举报|投诉|报修|报过修|告|办过?|来过|登记|打过?电话|打的电话|反映)"
_TOLD_ON = (
    re.compile(
        "(?:是谁|谁|哪个|哪家|什么人|有没有人|是不是有人|有人)(?:又|在|去|先|打电话|跑来)*(?:举报|投诉|告)"
        "(?:了|过|的)*(?:我|俺|咱)(?!帮|替|要|想)"
    ),
    re.compile(
        "(?:举报|投诉|告)(?:我|俺|咱)[们家店厂]?(?:的)?(?:那个|这个)?(?:人|客户|家伙|电话)?(?:是谁|是哪|叫什么|姓什么|哪[个家位一])"
    ),
    re.compile(
        f"(?:{_STRANGER}|{_NAMED})(?:是不是|有没有|是否)(?:也|在|来|跟|向|对|找|到|过|你们这儿?|你们那儿?|你们|这里|营业厅|供电所)*{_DID}"
    ),
)
"""Who told on somebody, and what another has under way here."""
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
    "你们|贵|营业厅|供电所|抢修|师傅|客服|热线|物业|经理|所长|主任|网点|柜台|窗口|办理|过户|更名|怎么交|在哪交|哪里交|投诉|举报|偷电|比我|比他|万一|算谁|帮我交|帮我缴|为什么|为啥|怎么|凭|低保|优惠|打折|减免|我的?(?:银行)?卡|一样"
    "|涨|缴费方式"
)
_CALLED = {"妈": "妈妈", "爸": "爸爸", "爹": "父亲", "娘": "母亲", "老人家": "老人", "家里老人": "老人"}
_LONGEST = 40


def asked(scene: Scene) -> bool:
    """Whether the words want to know what is somebody else's; helping one's own family is another matter."""
    text = normalise(scene.said.text).replace(" ", "")
    if not 0 < len(text) <= _LONGEST:
        return False
    if any(pattern.search(text) for pattern in _TOLD_ON):
        return True
    if scene.said.understood.slots.get("account_no"):
        return any(pattern.search(text) for pattern in _PATTERNS[_WHOSE:])
    if _OURS.search(text):
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
